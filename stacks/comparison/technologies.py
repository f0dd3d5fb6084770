"""Technologies side by side: who uses which. Pure, like `matrix`."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from stacks.comparison.matrix import Fact, Place, Ref, Slug

COMPANIONS = 8
COMPANIES_SHOWN = 200  # rows of the comparison, in pages and API alike


@dataclass(frozen=True, slots=True)
class Use:
    """One usage with the place of its role."""

    fact: Fact
    place: Place


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """One company; `cells` keeps the order of the technologies and is empty where it does not use one."""

    company: Ref
    cells: tuple[tuple[Use, ...], ...]

    @property
    def used(self) -> int:
        return sum(1 for cell in self.cells if cell)


@dataclass(frozen=True, slots=True)
class Told:
    """What the usages of one technology by one company tell of how it is used."""

    places: tuple[Place, ...]
    hosting: tuple[str, ...]
    stages: tuple[str, ...]
    first: str  # the earliest edition that tells of one, empty when none is dated
    latest: str


@dataclass(frozen=True, slots=True)
class Profile:
    """How the companies of the comparison use one technology; each count is of companies, the most frequent first."""

    hosting: tuple[tuple[str, int], ...]
    stages: tuple[tuple[str, int], ...]
    first: str  # the earliest edition that tells of a usage, empty when none is dated
    latest: str
    companions: tuple[tuple[Ref, int], ...]  # what else they run


@dataclass(frozen=True, slots=True)
class Users:
    """Who uses the technologies: `companies` counts all, `users` those of each. The rest is of those that use most of
    them: which use every one, which two or more, and how many are in which category."""

    technologies: tuple[Ref, ...]
    companies: int
    users: tuple[int, ...]
    by_all: tuple[Ref, ...]
    by_several: tuple[Ref, ...]
    categories: tuple[tuple[Ref, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class TechnologyMatrix(Users):
    rows: tuple[CompanyRow, ...]


@dataclass(frozen=True, slots=True)
class Profiled(Users):
    """With how each of the technologies is used."""

    profiles: tuple[Profile, ...]


Roles = Mapping[tuple[Place, Slug], int]  # companies by category and technology


@dataclass(frozen=True, slots=True)
class Total:
    """What is counted of the technologies beyond the companies that are shown; `roles` is empty where these are all."""

    companies: int
    users: tuple[int, ...]
    roles: Roles


def build_technology_matrix(
    technologies: Sequence[Ref], companies: Sequence[Ref], uses: Mapping[tuple[Slug, Slug], Sequence[Use]], total: Total
) -> TechnologyMatrix:
    """The companies in their order, under the technologies in theirs; `uses` by company and technology."""
    rows = [CompanyRow(c, tuple(tuple(uses.get((c.slug, t.slug), ())) for t in technologies)) for c in companies]
    places = [[tuple(dict.fromkeys(use.place for use in cell)) for cell in row.cells] for row in rows]
    return TechnologyMatrix(**_users(technologies, companies, places, total), rows=tuple(rows))


def build_profiled(
    technologies: Sequence[Ref],
    companies: Sequence[Ref],
    told: Sequence[Sequence[Told | None]],
    run: Sequence[Mapping[Slug, str]],
    total: Total,
) -> Profiled:
    """Of each company what is told of each technology, None where it does not use it, and the names of all that it
    runs."""
    places = [[cell.places if cell else () for cell in cells] for cells in told]
    compared = {t.slug for t in technologies}
    profiles = [_profile([each[n] for each in told], run, compared) for n in range(len(technologies))]
    return Profiled(**_users(technologies, companies, places, total), profiles=tuple(profiles))


def _users(
    technologies: Sequence[Ref], companies: Sequence[Ref], places: Sequence[Sequence[Sequence[Place]]], total: Total
) -> dict[str, Any]:
    """As `Users` has them; `places` are those in which each company uses each technology."""
    roles: Mapping[tuple[Place, Slug], int] = total.roles or Counter(
        (place, t.slug) for cells in places for t, cell in zip(technologies, cells, strict=True) for place in cell
    )
    used = [sum(1 for cell in cells if cell) for cells in places]
    present = sorted({place for place, _ in roles}, key=lambda place: place.order)
    return {
        "technologies": tuple(technologies),
        "companies": total.companies,
        "users": total.users,
        "by_all": tuple(company for company, n in zip(companies, used, strict=True) if n == len(technologies)),
        "by_several": tuple(company for company, n in zip(companies, used, strict=True) if n > 1),
        "categories": tuple(
            (place.category, tuple(roles.get((place, t.slug), 0) for t in technologies)) for place in present
        ),
    }


def tell_uses(uses: Sequence[Use]) -> Told:
    editions = [cited.edition for use in uses for cited in use.fact.sources if cited.edition]
    return Told(
        places=tuple(dict.fromkeys(use.place for use in uses)),
        hosting=tuple({use.fact.hosting for use in uses}),
        stages=tuple({use.fact.stage for use in uses}),
        first=min(editions, default=""),
        latest=max(editions, default=""),
    )


def _profile(told: Sequence[Told | None], run: Sequence[Mapping[Slug, str]], compared: set[Slug]) -> Profile:
    users = [(cell, beside) for cell, beside in zip(told, run, strict=True) if cell]
    companions: Counter[Slug] = Counter(chain.from_iterable(beside for _, beside in users))
    for slug in compared:
        companions.pop(slug, None)
    # only what is as common as the last that is told has to be named and put in order
    least = heapq.nlargest(COMPANIONS, companions.values())[-1:]
    common = {slug: n for slug, n in companions.items() if [n] >= least}
    names = {slug: beside[slug] for _, beside in users for slug in common.keys() & beside.keys()}
    ranked = sorted(common, key=lambda slug: (-common[slug], names[slug].casefold(), slug))
    return Profile(
        hosting=_ranked(Counter(chain.from_iterable(cell.hosting for cell, _ in users))),
        stages=_ranked(Counter(chain.from_iterable(cell.stages for cell, _ in users))),
        first=min((cell.first for cell, _ in users if cell.first), default=""),
        latest=max((cell.latest for cell, _ in users if cell.latest), default=""),
        companions=tuple((Ref(slug, names[slug]), common[slug]) for slug in ranked[:COMPANIONS]),
    )


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
