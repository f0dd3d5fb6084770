"""Technologies side by side: who uses which. Pure, like `matrix`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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
    """One company; `cells` keeps the order of the technologies and is empty where it does not use one.

    `stamp` moves with whatever moves of the company.
    """

    company: Ref
    cells: tuple[tuple[Use, ...], ...]
    stamp: str = ""

    @property
    def used(self) -> int:
        return sum(1 for cell in self.cells if cell)


@dataclass(frozen=True, slots=True)
class Profile:
    """How the companies of the comparison use one technology; each count is of companies, the most frequent first."""

    hosting: tuple[tuple[str, int], ...]
    stages: tuple[tuple[str, int], ...]
    first: str  # the earliest edition that tells of a usage, empty when none is dated
    latest: str
    companions: tuple[tuple[Ref, int], ...]  # what else they run


@dataclass(frozen=True, slots=True)
class TechnologyMatrix:
    """`rows` holds the companies that use most of them; `companies` counts all, `users` those of each technology."""

    technologies: tuple[Ref, ...]
    rows: tuple[CompanyRow, ...]
    companies: int
    users: tuple[int, ...]
    by_all: tuple[Ref, ...]  # companies that use every one
    by_several: tuple[Ref, ...]  # companies that use two or more
    categories: tuple[tuple[Ref, tuple[int, ...]], ...]  # companies per category and technology
    profiles: tuple[Profile, ...]


def build_technology_matrix(
    technologies: Sequence[Ref],
    companies: Sequence[Ref],
    facts: Iterable[Fact],
    places: Iterable[Place],
    *,
    total: int,
    users: Sequence[int],
    roles: Mapping[tuple[Slug, Slug], int],
    beside: Iterable[tuple[Slug, Ref]] = (),
    stamps: Mapping[Slug, str] | None = None,
) -> TechnologyMatrix:
    """The companies in their order, under the technologies in theirs.

    `total`, `users` and `roles` (by category and technology) count beyond the companies given; `beside` has what the
    companies run: (company, technology).
    """
    by_category = {place.category.slug: place for place in places}
    cells: defaultdict[Slug, defaultdict[Slug, list[Use]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        cells[fact.company][fact.technology.slug].append(Use(fact, by_category[fact.category]))
    rows = [
        CompanyRow(
            company,
            tuple(tuple(cells[company.slug].get(t.slug, ())) for t in technologies),
            stamps.get(company.slug, "") if stamps else "",
        )
        for company in companies
    ]
    run: defaultdict[Slug, set[Slug]] = defaultdict(set)
    names: dict[Slug, Ref] = {}
    for company, technology in beside:
        run[company].add(technology.slug)
        names[technology.slug] = technology
    compared = {t.slug for t in technologies}
    present = [slug for slug in by_category if any((slug, t.slug) in roles for t in technologies)]
    return TechnologyMatrix(
        technologies=tuple(technologies),
        rows=tuple(rows),
        companies=total,
        users=tuple(users),
        by_all=tuple(row.company for row in rows if row.used == len(technologies)),
        by_several=tuple(row.company for row in rows if row.used > 1),
        categories=tuple(
            (by_category[slug].category, tuple(roles.get((slug, t.slug), 0) for t in technologies))
            for slug in sorted(present, key=lambda slug: by_category[slug].order)
        ),
        profiles=tuple(_profile(column, rows, run, names, compared) for column in range(len(technologies))),
    )


def _profile(
    column: int,
    rows: Sequence[CompanyRow],
    run: Mapping[Slug, set[Slug]],
    names: Mapping[Slug, Ref],
    compared: set[Slug],
) -> Profile:
    users = [row for row in rows if row.cells[column]]
    hosting = Counter(h for row in users for h in {use.fact.hosting for use in row.cells[column]})
    stages = Counter(stage for row in users for stage in {use.fact.stage for use in row.cells[column]})
    editions = [c.edition for row in users for use in row.cells[column] for c in use.fact.sources if c.edition]
    companions: Counter[Slug] = Counter()
    for row in users:
        companions.update(run.get(row.company.slug, ()))
    for slug in compared:
        companions.pop(slug, None)
    # only what is as common as the last that is told has to be put in order
    least = sorted(companions.values(), reverse=True)[:COMPANIONS][-1:]
    common = [(names[slug], n) for slug, n in companions.items() if [n] >= least]
    return Profile(
        hosting=_ranked(hosting),
        stages=_ranked(stages),
        first=min(editions, default=""),
        latest=max(editions, default=""),
        companions=tuple(
            sorted(common, key=lambda pair: (-pair[1], pair[0].name.casefold(), pair[0].slug))[:COMPANIONS]
        ),
    )


def _ranked(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
