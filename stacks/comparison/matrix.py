"""What a comparison is made of: facts in, dataclasses out (`aligning`). Pure: no Django, no clock, no database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

LEAST, MOST = 2, 6  # what stands side by side, in pages and API alike
Slug = str
Bases = Mapping[Slug, frozenset[Slug]]


class Agreement(StrEnum):
    """How the filled cells of a row stand to each other; in page order."""

    SAME = "same"
    OVERLAP = "overlap"
    FAMILY = "family"
    DIFFERENT = "different"
    SINGLE = "single"

    __hash__ = str.__hash__  # as its equality: that of an enum is none of a text's, and written in Python


class Only(StrEnum):
    ALL = ""
    SHARED = "shared"
    DIFFERENCES = "differences"


KEPT = {
    Only.ALL: frozenset(Agreement),
    Only.SHARED: frozenset({Agreement.SAME, Agreement.OVERLAP, Agreement.FAMILY}),
    Only.DIFFERENCES: frozenset(Agreement) - {Agreement.SAME},
}


class Blank(StrEnum):
    NOT_USED = "not_used"
    NOTHING_FOUND = "nothing_found"
    NOBODY_LOOKED = "nobody_looked"


class Ref(NamedTuple):
    """A tuple, since a comparison makes and looks up hundreds: so are entries, cells and rows."""

    slug: Slug
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """A second-level category with its area; `order` sorts places as the catalogue has them."""

    area: Ref
    category: Ref
    order: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as one usage or blank cites it; `edition` is empty when undated, `stage` where it says: in use.

    `first_party` when the company spoken of speaks itself.
    """

    uid: str
    url: str
    title: str
    publisher: str
    kind: str
    first_party: bool
    edition: str
    quote: str = ""
    locator: str = ""
    stance: str = "supports"
    stage: str = ""
    technology_version: str = ""
    edition_on: str = ""
    accessed_on: str = ""
    verified_on: str = ""
    archive_url: str = ""
    is_gone: bool = False  # as the page was when it was last checked

    @property
    def page(self) -> str:
        """Where it can be read: the page itself, or the stored copy of one that is gone."""
        return self.archive_url if self.is_gone and self.archive_url else self.url


@dataclass(frozen=True, slots=True)
class Fact:
    """One usage. Texts are empty and `via` is None where unknown.

    `said` has the editions that say it was in use, as (date, stage), the earliest first; `old` when the newest that
    supports it lies far behind the newest of the catalogue. `lifecycle` is the technology's, and `discontinued` says
    that it had ended on the day that is asked for.
    """

    uid: str
    company: Slug
    category: Slug
    technology: Ref
    position: int = 0
    purpose: str = ""
    remarks: str = ""
    stage: str = "in_use"
    hosting: str = "unknown"
    via: Ref | None = None
    started: str = ""
    known_since: str = ""
    ended: str = ""
    icon: str = ""
    sources: tuple[Cited, ...] = ()
    scope: str = ""
    known_until: str = ""
    last_said: str = ""
    said: tuple[tuple[str, str], ...] = ()
    old: bool = False
    lifecycle: str = ""
    lifecycle_on: str = ""
    discontinued: bool = False

    @property
    def until(self) -> str:
        """From when on it is known not to be in use: its end, or the first edition that calls it retired."""
        return self.ended or self.known_until


@dataclass(frozen=True, slots=True)
class Move:
    """One migration; `before` is None where the sources do not say."""

    uid: str
    company: Ref
    before: Ref | None
    after: Ref
    category: Ref
    stage: str
    started: str = ""
    ended: str = ""
    reason: str = ""
    sources: tuple[Cited, ...] = ()

    @property
    def last_said(self) -> str:
        """The newest dated edition that supports it; empty where none is dated."""
        return max((cited.edition for cited in self.sources if cited.stance == "supports"), default="")


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody looked for a company's technologies in a category, and this came of it."""

    company: Slug
    category: Slug
    outcome: Blank
    looked_on: str
    source: Cited | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """All that is known of one company, at any date; `places` holds at least those of its facts."""

    facts: tuple[Fact, ...]
    places: tuple[Place, ...]
    looks: tuple[Looked, ...]


class Entry(NamedTuple):
    """A usage in its cell; `same` and `relatives` name the other companies of its row that have it or a relative."""

    fact: Fact
    same: tuple[Ref, ...] = ()
    relatives: tuple[Ref, ...] = ()


class Cell(NamedTuple):
    """`blank` is None when there are entries; `looked` tells of the look behind a blank, if there was one."""

    company: Ref
    entries: tuple[Entry, ...]
    blank: Blank | None
    looked: Looked | None = None


class Row(NamedTuple):
    """One category across the compared companies; `cells` keeps their order, and a blank says why it is blank."""

    place: Place
    agreement: Agreement
    cells: tuple[Cell, ...]
    shared: tuple[Ref, ...]  # technologies that stand in two or more cells
    families: tuple[tuple[Ref, Ref], ...]  # relatives that stand in two cells

    @property
    def filled(self) -> tuple[Cell, ...]:
        return tuple([cell for cell in self.cells if cell.entries])

    @property
    def most_common(self) -> tuple[tuple[Ref, ...], int]:
        """What the most companies of the row use, and how many they are; nothing where each stands alone."""
        if not self.shared:
            return (), 0
        held = [{entry.fact.technology for entry in cell.entries} for cell in self.cells]
        holders = {ref: sum([ref in each for each in held]) for ref in self.shared}
        most = max(holders.values())
        return tuple(ref for ref, n in holders.items() if n == most), most


@dataclass(frozen=True, slots=True)
class Alikeness:
    """Of the technologies both have where both document (`of`), how many meet their like (`met`, a relative half)."""

    companies: tuple[Ref, Ref]
    met: float
    of: int
    categories: int

    @property
    def share(self) -> float | None:
        """0 to 1; None when no category is documented by both."""
        return self.met / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Matrix:
    """`rows` are in page order. What is counted or measured speaks of all rows, whatever `only` has left.

    `ended` counts usages of technologies that have ended, `old` those that were last said long ago.
    `undated` counts usages for which nobody gives a date: of a comparison as of a date those that it leaves out.
    """

    companies: tuple[Ref, ...]
    rows: tuple[Row, ...]
    counts: dict[Agreement, int]
    alikeness: tuple[Alikeness, ...]
    ended: int = 0
    old: int = 0
    undated: int = 0
    as_of: str = ""
    kept: Only = Only.ALL

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def usage_count(self) -> int:
        return sum(len(cell.entries) for row in self.rows for cell in row.cells)

    def only(self, kept: Only | str) -> Matrix:
        """The same comparison with the rows that `kept` asks for."""
        kept = Only(kept)
        return replace(self, kept=kept, rows=tuple(row for row in self.rows if row.agreement in KEPT[kept]))


def find_bases(
    managed: Iterable[tuple[Slug, Slug]],
    forks: Iterable[tuple[Slug, Slug]] = (),
    compatible: Iterable[tuple[Slug, Slug]] = (),
) -> dict[Slug, frozenset[Slug]]:
    """What makes relatives: two technologies are, when what stands here for them meets; circles do no harm.

    For each technology: itself and all that it is, step by step, a managed form or fork of, and one sign for each
    `compatible with` that one of those takes part in, on either side, so that compatibility reaches one step and no
    further. A managed form of several engines says nothing about which it runs: it is a relative of none by that.
    """
    above: defaultdict[Slug, set[Slug]] = defaultdict(set)
    for subject, obj in managed:
        above[subject].add(obj)
    for subject in [subject for subject, engines in above.items() if len(engines) > 1]:
        del above[subject]
    for subject, obj in forks:
        above[subject].add(obj)
    signs: defaultdict[Slug, set[Slug]] = defaultdict(set)
    for subject, obj in compatible:
        for slug in (subject, obj):
            signs[slug].add(f"{subject} ~ {obj}")
    found = {}
    for subject in {*above, *signs}:
        seen: set[Slug] = set()
        ahead = [subject]
        while ahead:
            here = ahead.pop()
            if here not in seen:
                seen.add(here)
                ahead.extend(above.get(here, ()))
        found[subject] = frozenset(seen.union(*(signs[slug] for slug in seen if slug in signs)))
    return found


def are_relatives(one: Slug, other: Slug, bases: Bases) -> bool:
    """Two technologies whose bases meet; a technology is no relative of itself."""
    return one != other and not _bases(one, bases).isdisjoint(_bases(other, bases))


def _bases(slug: Slug, bases: Bases) -> frozenset[Slug]:
    return bases.get(slug) or frozenset({slug})


def measure_alikeness(
    one: Ref, other: Ref, held: Iterable[tuple[frozenset[Slug], frozenset[Slug]]], bases: Bases
) -> Alikeness:
    """How alike two of the compared companies are, from what both use in each category; symmetric."""
    met, of, categories = 0.0, 0, 0
    for ours, theirs in held:
        if not ours or not theirs:
            continue
        categories += 1
        of += len(ours) + len(theirs)
        if bases.keys().isdisjoint(ours | theirs):
            met += 2 * len(ours & theirs)
            continue
        for mine, yours in ((ours, theirs), (theirs, ours)):
            met += sum(
                1.0 if slug in yours else 0.5 if any(are_relatives(slug, o, bases) for o in yours) else 0.0
                for slug in mine
            )
    return Alikeness((one, other), met, of, categories)
