"""Companies side by side: from the facts of each to the rows of the matrix. Pure.

What one company has in a category stands alone most often: no other has the same or a relative there. These cells are
the same in every comparison, so they are made once for a company; only where something meets is a row looked at whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from stacks.comparison.matrix import (
    Agreement,
    Bases,
    Blank,
    Cell,
    Entry,
    Fact,
    Looked,
    Matrix,
    Place,
    Ref,
    Row,
    Slug,
    are_relatives,
    measure_alikeness,
)

_RANKS = {agreement: rank for rank, agreement in enumerate(Agreement)}
_SAME, _OVERLAP, _FAMILY, _DIFFERENT, _SINGLE = Agreement  # looked up in its class, each costs a call
Held = frozenset[Slug]  # the technologies of a cell


@dataclass(frozen=True, slots=True)
class Standing:
    """What a company uses, by category: its cells as they are where nothing in their row meets them.

    `ended` counts usages of technologies that have ended, `old` those that were last said long ago.
    """

    company: Ref
    cells: Mapping[Slug, Cell]
    held: Mapping[Slug, Held]
    ended: int
    old: int


def _own_rank(fact: Fact) -> tuple[int, str, str]:
    return fact.position, fact.technology.name.casefold(), fact.uid


def stand_alone(company: Ref, facts: Sequence[Fact]) -> Standing:
    """Of the facts of one company. Raises ValueError for one of another."""
    by_category: defaultdict[Slug, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.company != company.slug:
            raise ValueError(f"a fact of {fact.company} in the column of {company.slug}")
        by_category[fact.category].append(fact)
    return Standing(
        company,
        {
            category: Cell(company, tuple([Entry(fact) for fact in sorted(here, key=_own_rank)]), None)
            for category, here in by_category.items()
        },
        {category: frozenset([fact.technology.slug for fact in here]) for category, here in by_category.items()},
        ended=sum(fact.discontinued for fact in facts),
        old=sum(fact.old for fact in facts),
    )


def build_matrix(
    companies: Sequence[Ref],
    places: Iterable[Place],
    facts: Iterable[Fact],
    looked: Iterable[Looked] = (),
    bases: Bases | None = None,
    as_of: str = "",
    undated: int = 0,
) -> Matrix:
    """The comparison of the companies, in their order; each fact stands in exactly one cell.

    Raises ValueError for a fact of another company.
    """
    columns: dict[Slug, list[Fact]] = {company.slug: [] for company in companies}
    for fact in facts:
        if fact.company not in columns:
            raise ValueError(f"a fact of {fact.company} in a comparison of {sorted(columns)}")
        columns[fact.company].append(fact)
    standings = [stand_alone(company, columns[company.slug]) for company in companies]
    return align(standings, places, looked, bases or {}, as_of, undated)


def align(
    standings: Sequence[Standing],
    places: Iterable[Place],
    looked: Iterable[Looked],
    bases: Bases,
    as_of: str = "",
    undated: int = 0,
) -> Matrix:
    """The same of what stands alone of each company."""
    companies = tuple([standing.company for standing in standings])
    by_category = {place.category.slug: place for place in places}
    nobody_looked = [Cell(company, (), Blank.NOBODY_LOOKED) for company in companies]
    filled: dict[Slug, list[int]] = {}
    for n, standing in enumerate(standings):
        for category in standing.cells:
            if category in filled:
                filled[category].append(n)
            else:
                filled[category] = [n]
    looked_at = _blanks(companies, looked)
    rows, met = [], []
    areas: dict[Slug, Any] = {}
    counts = dict.fromkeys(_RANKS, 0)
    for category, here in filled.items():
        cells = nobody_looked.copy()
        for n, cell in looked_at.get(category, ()):
            cells[n] = cell
        for n in here:
            cells[n] = standings[n].cells[category]
        place = by_category[category]
        if len(here) == 1:
            row = Row(place, _SINGLE, tuple(cells), (), ())
        else:
            held = [standing.held.get(category, _NOTHING) for standing in standings]
            met.append(held)
            if _meet(held, bases):
                row = _build_row(place, companies, cells, held, bases)
            else:
                row = Row(place, _DIFFERENT, tuple(cells), (), ())
        rows.append(row)
        counts[row.agreement] += 1
        area, position = place.area.slug, place.order[0]
        if area not in areas or position < areas[area]:
            areas[area] = position

    def in_page_order(row: Row) -> tuple:
        place = row.place
        area = place.area.slug
        return areas[area], area, _RANKS[row.agreement], place.order, place.category.slug

    rows.sort(key=in_page_order)
    alikeness = tuple(
        [
            measure_alikeness(companies[a], companies[b], [(held[a], held[b]) for held in met], bases)
            for a, b in combinations(range(len(companies)), 2)
        ]
    )
    ended = sum([standing.ended for standing in standings])
    old = sum([standing.old for standing in standings])
    return Matrix(companies, tuple(rows), counts, alikeness, ended, old, undated, as_of)


def _blanks(companies: Sequence[Ref], looked: Iterable[Looked]) -> dict[Slug, list[tuple[int, Cell]]]:
    """By category the cells of those that were looked at in vain, each with the number of its column."""
    numbers = {company.slug: n for n, company in enumerate(companies)}
    found: dict[Slug, list[tuple[int, Cell]]] = {}
    for look in looked:
        n = numbers[look.company]
        found.setdefault(look.category, []).append((n, Cell(companies[n], (), look.outcome, look)))
    return found


_NOTHING: Held = frozenset()


def _meet(held: Sequence[Held], bases: Bases) -> bool:
    """Whether a technology stands in two of the cells, or may have a relative in another."""
    together = frozenset().union(*held)
    return len(together) < sum(map(len, held)) or not bases.keys().isdisjoint(together)


def _build_row(
    place: Place, companies: Sequence[Ref], alone: Sequence[Cell], held: Sequence[Held], bases: Bases
) -> Row:
    """Of cells as they stand alone: with what they share, what comes first in each, and what is said of it."""
    holders: dict[Slug, list[Ref]] = {}
    for company, technologies in zip(companies, held, strict=True):
        for slug in technologies:
            if slug in holders:
                holders[slug].append(company)
            else:
                holders[slug] = [company]
    related = _find_relatives(holders, bases)
    meeting = {slug for slug, who in holders.items() if len(who) > 1} | related.keys()
    names: dict[Slug, Ref] = {}
    foremost: dict[Slug, int] = {}
    for cell, technologies in zip(alone, held, strict=True):
        if meeting.isdisjoint(technologies):
            continue
        for found in cell.entries:
            fact = found.fact
            slug = fact.technology.slug
            if slug in meeting:
                names[slug] = fact.technology
                foremost[slug] = min(fact.position, foremost.get(slug, fact.position))
    shared = sorted(
        [slug for slug in meeting if len(holders[slug]) > 1],
        key=lambda slug: (-len(holders[slug]), foremost[slug], names[slug].name.casefold(), slug),
    )
    families = [
        (names[one], names[other])
        for one, other in combinations(sorted(related, key=lambda slug: (names[slug].name.casefold(), slug)), 2)
        if other in related[one] and _stand_apart(holders[one], holders[other])
    ]
    in_family = {ref.slug for pair in families for ref in pair}
    order = {slug: rank for rank, slug in enumerate(shared)}

    def entry(found: Entry) -> Entry:
        fact = found.fact
        slug = fact.technology.slug
        if slug not in meeting:
            return found
        same = tuple([who for who in holders[slug] if who.slug != fact.company])
        relatives = tuple(
            [
                who
                for who in companies
                if who.slug != fact.company
                and who not in same
                and any(who in holders[other] for other in related[slug])
            ]
            if slug in related
            else ()
        )
        return Entry(fact, same, relatives)

    def rank(found: Entry) -> tuple:
        slug = found.fact.technology.slug
        return (order.get(slug, len(order)), slug not in in_family)

    # what stands alone has its own order, in which the rest stays behind what meets something
    cells = [
        cell
        if meeting.isdisjoint(technologies)
        else Cell(cell.company, tuple([entry(found) for found in sorted(cell.entries, key=rank)]), None)
        for cell, technologies in zip(alone, held, strict=True)
    ]
    return Row(
        place,
        _agreement(held, bool(shared), bool(families)),
        tuple(cells),
        tuple([names[slug] for slug in shared]),
        tuple(families),
    )


def _find_relatives(holders: Mapping[Slug, list[Ref]], bases: Bases) -> dict[Slug, set[Slug]]:
    """Of a row's technologies those that have relatives in it, and which: none where each has no base but itself."""
    related: dict[Slug, set[Slug]] = {}
    for slug in bases.keys() & holders.keys():
        for other in holders:
            if are_relatives(slug, other, bases):
                related.setdefault(slug, set()).add(other)
                related.setdefault(other, set()).add(slug)
    return related


def _stand_apart(some: Sequence[Ref], others: Sequence[Ref]) -> bool:
    """Whether the two technologies stand in two different cells."""
    return len({*some, *others}) > 1


def _agreement(held: Iterable[Held], shared: bool, families: bool) -> Agreement:
    filled = [technologies for technologies in held if technologies]
    if len(filled) < 2:
        return _SINGLE
    if len(set(filled)) == 1:
        return _SAME
    if shared:
        return _OVERLAP
    return _FAMILY if families else _DIFFERENT
