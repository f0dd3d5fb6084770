"""How far the catalogue has come: the counter row, which every curating transaction locks, and what it counts."""

from dataclasses import dataclass
from typing import Any

from django.db import models

from stacks.among import KeyedRows
from stacks.curating import curating
from stacks.models import Change, Counter
from stacks.models.changes import new_identity
from stacks.replica import reader


@dataclass(frozen=True, slots=True)
class Revision:
    """Which state of which catalogue is read: 0 and no moment where nothing was ever written.

    Two catalogues may count to the same number, and so may one before and after a restore: never both with the same
    identity and at the same moment.
    """

    identity: str = ""
    revision: int = 0
    moved_at: str = ""
    vocabulary_revision: int = 0
    vocabulary_moved_at: str = ""
    audits: int = 0  # moves with what pages tell of audits, which the feed does not

    @property
    def order(self) -> tuple[int, int]:
        """Of two states of one catalogue the later one has the greater."""
        return self.revision, self.audits

    @property
    def of_catalogue(self) -> str:
        """What is kept of the whole catalogue is kept under this."""
        return f"{self.identity} {self.revision} {self.moved_at} {self.audits}"

    @property
    def of_vocabulary(self) -> str:
        """What is kept of technologies, aliases, relations, categories and sources is kept under this."""
        return f"{self.identity} {self.vocabulary_revision} {self.vocabulary_moved_at}"


# Plain SQL, as each request asks it: the ORM takes thirty times as long to build and to read this one row.
_REVISION = """
    SELECT counter.identity, counter.revision, newest.at, counter.vocabulary_revision, vocabulary.at,
        counter.audits
    FROM stacks_counter counter
    LEFT JOIN stacks_change newest ON newest.seq = counter.revision
    LEFT JOIN stacks_change vocabulary ON vocabulary.seq = counter.vocabulary_revision
    WHERE counter.id = 1
"""


def revision() -> Revision:
    """The catalogue's revisions with the moment of each, in one query."""
    with reader().cursor() as cursor:
        cursor.execute(_REVISION)
        row = cursor.fetchone()
    if row is None:
        return Revision()
    identity, newest, moved_at, vocabulary, vocabulary_moved_at, audits = row
    return Revision(identity, newest, str(moved_at or ""), vocabulary, str(vocabulary_moved_at or ""), audits)


def renew_identity() -> str:
    """Tell the catalogue from what it was: after rows came into the database by another way than curating."""
    with curating() as ledger:
        ledger.counter.identity = new_identity()
        ledger.counter.save(update_fields=["identity"])
        return ledger.counter.identity


def lock_counter() -> Counter:
    return next(iter(_COUNTER([1])), None) or Counter.objects.select_for_update().get_or_create(pk=1)[0]


def _locked(keys: Any) -> Any:
    """The counter row, with the moment of what the feed told last."""
    newest = Change.objects.filter(seq=models.OuterRef("revision")).values("at")
    return Counter.objects.select_for_update().filter(pk__in=keys).annotate(newest_at=models.Subquery(newest))


_COUNTER = KeyedRows(_locked, ["newest_at"])
