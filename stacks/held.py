"""Who uses what, held by each process as sets of companies and brought up to date by what changed since.

Whatever the public sees of a company, and of what hangs on it, moves the company's revision; so those that moved are
read again and nothing else is. A company that went has left a line in the feed. All is read anew once a day, as all
that is kept is, and where the catalogue is not the one that it was.
"""

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from stacks.among import among
from stacks.comparison.sets import Name, Sets, bits, by, in_order
from stacks.folding import initial
from stacks.models import Change, Company, CompanyFact, Usage, Verb
from stacks.revisions import Revision

_A_DAY = 24 * 3600
_AT_ONCE = 5_000  # companies whose usages are read by one statement


@dataclass(frozen=True, slots=True)
class _Held:
    identity: str
    revision: int
    moved_at: str
    moment: datetime | None  # of that revision, as the feed tells it
    read_at: float
    sets: Sets


class _Keeper:
    """What this process holds. While one thread reads, the others wait for it: it is most often one company."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.held: _Held | None = None

    def get(self, revision: Revision) -> Sets:
        with self.lock:
            held = self.held
            if held is None or not _is_of(held, revision):
                held = _read_all(revision)
            elif held.revision < revision.revision:
                held = _follow(held, revision)
            self.held = held
        return held.sets


_keeper = _Keeper()


def load_sets(revision: Revision) -> Sets:
    """The public companies at that revision or a later one.

    No query where nothing changed since they were last asked for; two where no company did; else three more, of what
    changed, and one where a company went. For the first time in a process two, and three for each five thousand
    companies.
    """
    return _keeper.get(revision)


def forget() -> None:
    _keeper.held = None


def _is_of(held: _Held, revision: Revision) -> bool:
    same = held.revision != revision.revision or held.moved_at == revision.moved_at
    return held.identity == revision.identity and same and time.monotonic() - held.read_at < _A_DAY


def _read_all(revision: Revision) -> _Held:
    moment = Change.objects.filter(seq=revision.revision).values_list("at", flat=True).first()
    sets = _read(list(Company.objects.published().order_by("pk").values_list("pk", flat=True)))
    return _Held(revision.identity, revision.revision, revision.moved_at, moment, time.monotonic(), sets)


def _follow(held: _Held, revision: Revision) -> _Held:
    asked = Q(seq__in=(held.revision, revision.revision)) | Q(kind="company", verb=Verb.REMOVED)
    lines = list(Change.objects.filter(asked, seq__gte=held.revision).order_by("seq"))
    moments = {line.seq: line.at for line in lines}
    if moments.get(held.revision) != held.moment:
        return _read_all(revision)
    public = Company.objects.published().order_by()
    moved = list(public.filter(revision__gt=held.revision).values_list("pk", flat=True))
    if len(moved) * 4 > len(held.sets.names):
        return _read_all(revision)
    gone: set[int] = set()
    if any(line.kind == "company" and line.verb == Verb.REMOVED for line in lines):
        gone = held.sets.names.keys() - set(public.values_list("pk", flat=True))
    sets = held.sets.replace([*moved, *gone], _read(moved)) if moved or gone else held.sets
    moment = moments.get(revision.revision)
    return _Held(revision.identity, revision.revision, revision.moved_at, moment, held.read_at, sets)


def _read(companies: list[int]) -> Sets:
    """Those of the companies that are public."""
    rows: list[tuple[Any, ...]] = []
    told: list[int] = []
    using: list[tuple[tuple[int, int], int]] = []
    for start in range(0, len(companies), _AT_ONCE):
        keys = among(companies[start : start + _AT_ONCE])
        public = Company.objects.published().filter(pk__in=keys).order_by()
        rows += public.values_list("pk", "sort_key", "slug", "name", "industry", "country", "revision", "revised_at")
        told += CompanyFact.objects.of_teams().filter(company__in=keys).order_by().values_list("company", flat=True)
        current = Usage.objects.published().current().filter(company__in=keys).order_by()
        using += [
            ((category, technology), company)
            for category, technology, company in current.values_list("category", "technology", "company")
        ]
    names = in_order({pk: Name(key, slug, name) for pk, key, slug, name, *_ in rows})
    return Sets(
        names,
        by((industry, pk) for pk, _, _, _, industry, *_ in rows),
        by((country, pk) for pk, _, _, _, _, country, *_ in rows),
        by((initial(name.sort_key), pk) for pk, name in names.items()),
        bits(told) & bits(names),
        by((pair, company) for pair, company in using if company in names),
        {pk: f"{pk} {revision} {revised_at}" for pk, *_, revision, revised_at in rows},
    )
