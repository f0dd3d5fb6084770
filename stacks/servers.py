"""The revision that a request is answered from, and with it the server that all of the request is read from."""

import time
from typing import Any

from django.conf import settings
from django.db import DatabaseError, OperationalError

from stacks import revisions
from stacks.outages import Rest, is_outage, no_catalogue, took_too_long
from stacks.replica import PRIMARY, REPLICA, is_there, read_from, reads_replica
from stacks.revisions import Revision

_PRIMARY_IS_ASKED_EACH = 1.0  # seconds: as old as a shared cache may let a page become
_REST_SECONDS = 5.0  # of a replica that was lost, and of the question how far the primary is


class Servers:
    """The primary and the replica, as this process knows them.

    A replica that has not all that the primary had a second ago is not read: whoever was shown a revision is shown no
    earlier one by this process, and none that is more than a second old by another. Who may be logged in reads the
    primary, so a curator finds what he wrote.
    """

    def __init__(self) -> None:
        self.primary, self.replica = Rest(PRIMARY), Rest(REPLICA, _REST_SECONDS)
        self._newest: Revision | None = None
        self._ask_at = 0.0
        self._doubts = False

    def revision(self, request: Any) -> Revision:
        """Asked of the server that the request is read from, from now on. Raises DatabaseError."""
        if is_there() and settings.SESSION_COOKIE_NAME not in request.COOKIES and not self.replica.is_on:
            revision = self._of_replica()
            if revision is not None:
                return revision
        return self.revision_of_primary(request)

    def revision_of_primary(self, _request: Any) -> Revision:
        read_from(PRIMARY)
        if self.primary.is_on:
            raise OperationalError("the database did not answer just now")
        try:
            revision = revisions.revision()
        except DatabaseError as error:
            if no_catalogue(error):
                self.primary.begin()
            raise
        self._saw(revision)
        return revision

    def lost_replica(self, error: BaseException) -> bool:
        """Whether this error is one that the primary would not make."""
        if not reads_replica() or not is_outage(error) or took_too_long(error):
            return False
        self._lose()
        return True

    def _of_replica(self) -> Revision | None:
        """None where it is away or behind."""
        if time.monotonic() >= self._ask_at:
            self._ask_primary()
        if self._doubts:
            self.replica.begin()  # one finds out; the others do not wait for him
        read_from(REPLICA)
        try:
            revision = revisions.revision()
        except DatabaseError as error:
            if not no_catalogue(error):
                raise
            self._lose()
            return None
        if self._doubts:
            self._doubts = False
            self.replica.end()
        if not self._is_current(revision):
            return None
        self._saw(revision)
        return revision

    def _ask_primary(self) -> None:
        """How far it is. While it is away, the replica is as far as anybody knows."""
        self._ask_at = time.monotonic() + _REST_SECONDS  # nobody else asks meanwhile
        read_from(PRIMARY)
        try:
            self._saw(revisions.revision())
        except DatabaseError as error:
            if not no_catalogue(error):
                raise
            self.primary.begin()
        else:
            self._ask_at = time.monotonic() + _PRIMARY_IS_ASKED_EACH

    def _lose(self) -> None:
        self._doubts = True
        self.replica.begin()

    def _is_current(self, revision: Revision) -> bool:
        known = self._newest
        return known is None or (revision.identity == known.identity and revision.order >= known.order)

    def _saw(self, revision: Revision) -> None:
        known = self._newest
        if known is None or revision.identity != known.identity or revision.order > known.order:
            self._newest = revision


def behind() -> int | None:
    """How many revisions the replica lacks; None where it does not answer. What both are asked is one small query."""
    if not is_there():
        return 0
    known: list[int | None] = []
    for server in (REPLICA, PRIMARY):
        read_from(server)
        try:
            known.append(revisions.revision().revision)
        except DatabaseError:
            known.append(None)
    had, newest = known
    return None if had is None else max(0, (newest or 0) - had)
