"""Somebody's own stack beside companies: technologies, whose place is where others use them. Pure, like `matrix`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from stacks.comparison.alike import Held, Shelves, measure, rank
from stacks.comparison.matrix import Alikeness, Bases, Fact, Ref, Slug

YOURS = Ref("", "Your stack")  # no company has an empty slug
LEAST_CATEGORIES = 2  # documented by both; fewer where the stack itself has fewer


def shelve(homes: Mapping[Slug, Slug], theirs: Shelves) -> Shelves:
    """The stack as it stands beside one company: each technology where that uses it, else in its home category."""
    where: defaultdict[Slug, set[Slug]] = defaultdict(set)
    for category, technologies in theirs.items():
        for technology in technologies:
            where[technology].add(category)
    shelves: defaultdict[Slug, set[Slug]] = defaultdict(set)
    for technology, home in homes.items():
        for category in where.get(technology, {home}):
            shelves[category].add(technology)
    return shelves


def find_alike_to(
    homes: Mapping[Slug, Slug], others: Iterable[Ref], held: Iterable[Held], bases: Bases, most: int
) -> list[Alikeness]:
    """The companies most alike to a stack, `homes` being the category of each of its technologies."""
    shelves: defaultdict[Slug, defaultdict[Slug, set[Slug]]] = defaultdict(lambda: defaultdict(set))
    for company, category, technology in held:
        shelves[company][category].add(technology)
    least = min(LEAST_CATEGORIES, len(set(homes.values())))
    measured = (
        measure(YOURS, other, shelve(homes, shelves[other.slug]), shelves[other.slug], bases) for other in others
    )
    return rank((pair for pair in measured if pair.met and pair.categories >= least), most)


def place_beside(technologies: Mapping[Ref, Slug], facts: Iterable[Fact]) -> list[Fact]:
    """A fact for each technology in each category in which a company beside it has it, else in its home category."""
    used: defaultdict[Slug, dict[Slug, None]] = defaultdict(dict)
    for fact in facts:
        used[fact.technology.slug][fact.category] = None
    return [
        Fact(uid=f"yours-{ref.slug}", company=YOURS.slug, category=category, technology=ref)
        for ref, home in technologies.items()
        for category in used.get(ref.slug, {home: None})
    ]
