"""Technologies side by side: who uses which. Pure, like `matrix`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from stacks.comparison.matrix import Fact, Place, Ref, Slug


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
class TechnologyMatrix:
    """`rows` holds at most the limit it was built with; `companies` counts all, `users` those of each technology."""

    technologies: tuple[Ref, ...]
    rows: tuple[CompanyRow, ...]
    companies: int
    users: tuple[int, ...]
    by_all: tuple[Ref, ...]  # companies that use every one
    by_several: tuple[Ref, ...]  # companies that use two or more
    categories: tuple[tuple[Ref, tuple[int, ...]], ...]  # companies per category and technology


def build_technology_matrix(
    technologies: Sequence[Ref], places: Iterable[Place], facts: Iterable[Fact], names: Mapping[Slug, str], limit: int
) -> TechnologyMatrix:
    """Companies that use most of the technologies first, then by name."""
    by_category = {place.category.slug: place for place in places}
    cells: defaultdict[Slug, defaultdict[Slug, list[Use]]] = defaultdict(lambda: defaultdict(list))
    roles: defaultdict[Slug, defaultdict[Slug, set[Slug]]] = defaultdict(lambda: defaultdict(set))
    for fact in facts:
        cells[fact.company][fact.technology.slug].append(Use(fact, by_category[fact.category]))
        roles[fact.category][fact.technology.slug].add(fact.company)
    rows = [
        CompanyRow(Ref(company, names[company]), tuple(tuple(columns.get(t.slug, ())) for t in technologies))
        for company, columns in cells.items()
    ]
    rows.sort(key=lambda row: (-row.used, row.company.name.casefold(), row.company.slug))
    ordered = sorted(roles, key=lambda slug: by_category[slug].order)
    return TechnologyMatrix(
        technologies=tuple(technologies),
        rows=tuple(rows[:limit]),
        companies=len(rows),
        users=tuple(sum(1 for row in rows if row.cells[column]) for column in range(len(technologies))),
        by_all=tuple(row.company for row in rows if row.used == len(technologies)),
        by_several=tuple(row.company for row in rows if row.used > 1),
        categories=tuple(
            (by_category[slug].category, tuple(len(roles[slug][t.slug]) for t in technologies)) for slug in ordered
        ),
    )
