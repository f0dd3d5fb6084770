"""The companies most alike to one: the comparison's measure, taken against many. Pure, like `matrix`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from stacks.comparison.matrix import Alikeness, Bases, Ref, Slug, are_relatives

Held = tuple[Slug, Slug, Slug]  # company, category, technology
Shelves = Mapping[Slug, AbstractSet[Slug]]  # by category, the technologies

LEAST_CATEGORIES = 3  # documented by both; with fewer, one technology in common would make two companies "100 % alike"
DOUBT = 10  # technologies that count as not met, for the order alone: 6 of 6 is less sure than 24 of 30


def measure(one: Ref, other: Ref, ours: Shelves, theirs: Shelves, bases: Bases) -> Alikeness:
    """What `matrix.measure_alikeness` says of the two, from their shelves alone."""
    both = [(ours[category], theirs[category]) for category in ours.keys() & theirs.keys()]
    met = sum(_met(mine, yours, bases) + _met(yours, mine, bases) for mine, yours in both)
    return Alikeness((one, other), met, sum(len(mine) + len(yours) for mine, yours in both), len(both))


def _met(mine: AbstractSet[Slug], yours: AbstractSet[Slug], bases: Bases) -> float:
    """How many of mine meet the same technology among yours; a relative counts half."""
    apart = mine - yours
    related = sum(1 for slug in apart if any(are_relatives(slug, other, bases) for other in yours))
    return len(mine) - len(apart) + related / 2


def find_alike(
    one: Ref, others: Iterable[Ref], held: Iterable[Held], bases: Bases, most: int = 5, least: int = LEAST_CATEGORIES
) -> list[Alikeness]:
    """The most alike first, at most `most`: by share, less where it rests on little, then by name.

    Left out: who shares nothing, and who documents fewer than `least` categories in common.
    """
    shelves: defaultdict[Slug, defaultdict[Slug, set[Slug]]] = defaultdict(lambda: defaultdict(set))
    for company, category, technology in held:
        shelves[company][category].add(technology)
    measured = [
        measure(one, other, shelves[one.slug], shelves[other.slug], bases) for other in others if other.slug != one.slug
    ]
    return rank((pair for pair in measured if pair.met and pair.categories >= least), most)


def rank(pairs: Iterable[Alikeness], most: int) -> list[Alikeness]:
    """The most alike first: by share, less where it rests on little, then by name of the second."""
    order = sorted(
        pairs, key=lambda p: (-p.met / (p.of + DOUBT), -p.of, p.companies[1].name.casefold(), p.companies[1].slug)
    )
    return order[:most]
