"""One company's stack by area and category. Pure, like `matrix`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from stacks.comparison.matrix import Fact, Looked, Place, Ref, Slug
from stacks.comparison.period import in_use


@dataclass(frozen=True, slots=True)
class Shelf:
    """One category: its usages in the curator's order, or the look that found none."""

    place: Place
    facts: tuple[Fact, ...]
    looked: Looked | None = None


@dataclass(frozen=True, slots=True)
class AreaOfStack:
    area: Ref
    shelves: tuple[Shelf, ...]

    @property
    def count(self) -> int:
        return sum(len(shelf.facts) for shelf in self.shelves)


@dataclass(frozen=True, slots=True)
class Stack:
    """`areas` holds what is in use; `planned` and `past` the rest, which a stack as of a date does not tell.

    `undated` counts usages without any date: of a stack as of a date those that it leaves out.
    """

    areas: tuple[AreaOfStack, ...]
    planned: tuple[tuple[Fact, Place], ...]
    past: tuple[tuple[Fact, Place], ...]
    as_of: str = ""
    undated: int = 0

    @property
    def count(self) -> int:
        return sum(area.count for area in self.areas)

    @property
    def placed(self) -> tuple[tuple[Fact, Place], ...]:
        """Everything it holds, whether in use, planned or past."""
        shelves = (shelf for area in self.areas for shelf in area.shelves)
        return (*((fact, shelf.place) for shelf in shelves for fact in shelf.facts), *self.planned, *self.past)

    @property
    def categories(self) -> int:
        return sum(1 for area in self.areas for shelf in area.shelves if shelf.facts)


def build_stack(
    places: Iterable[Place],
    facts: Iterable[Fact],
    looked: Iterable[Looked] = (),
    as_of: str = "",
    undated: int = 0,
) -> Stack:
    """With `as_of` all facts are of that date and stand in the stack; without it they are sorted by stage and end."""
    by_category = {place.category.slug: place for place in places}
    shelves: defaultdict[Slug, list[Fact]] = defaultdict(list)
    planned: list[tuple[Fact, Place]] = []
    past: list[tuple[Fact, Place]] = []
    for fact in facts:
        if as_of or in_use(fact):
            shelves[fact.category].append(fact)
        else:
            (past if fact.ended or fact.stage == "retired" else planned).append((fact, by_category[fact.category]))
    looks = {look.category: look for look in looked if look.category not in shelves}
    areas: defaultdict[Ref, list[Shelf]] = defaultdict(list)
    for category in sorted(shelves.keys() | looks.keys(), key=lambda slug: (by_category[slug].order, slug)):
        place = by_category[category]
        areas[place.area].append(Shelf(place, tuple(shelves.get(category, ())), looks.get(category)))
    past.sort(key=lambda pair: (pair[0].ended or "0", pair[0].technology.name.casefold()), reverse=True)
    return Stack(
        tuple(AreaOfStack(area, tuple(found)) for area, found in areas.items()),
        tuple(planned),
        tuple(past),
        as_of,
        undated,
    )
