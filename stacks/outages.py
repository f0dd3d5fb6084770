"""What it means when the database fails: nothing is wrong with the question, and soon it may be answered again."""

import time

from django.db import DatabaseError, InterfaceError, OperationalError, connection

RETRY_SECONDS = 2  # what an answer that cannot be given asks for
_REST_SECONDS = 0.5


def is_outage(error: BaseException | None) -> bool:
    """Away, locked for too long, full or not to be written to; a statement that makes no sense is a fault of ours."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return not str(error).startswith(("no such ", "near ", "table ", "duplicate column "))


class Rest:
    """A database that did not answer is left alone for a moment, so that no thread waits where another just has."""

    def __init__(self) -> None:
        self._until = 0.0

    @property
    def is_on(self) -> bool:
        return time.monotonic() < self._until

    def begin(self) -> None:
        """Connections made before are of no use: PostgreSQL's pool would try them one by one, with pauses."""
        self._until = time.monotonic() + _REST_SECONDS
        if pool := getattr(connection, "pool", None):
            pool.drain()


def no_catalogue(error: DatabaseError) -> bool:
    """Not even its revision can be read: the database is away, or its tables were never made."""
    return is_outage(error) or "stacks_counter" in str(error)
