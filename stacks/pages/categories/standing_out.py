"""Who stands out in a category: several technologies at once, what was left, and moves. Facts, no ranking."""

import heapq
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from django.urls import reverse

from stacks.comparison.matrix import Ref
from stacks.comparison.sets import Name, Sets, by_how_many
from stacks.models import Category, Migration, Technology, Usage
from stacks.pages.migrations.moves import MigrationView, show_migrations
from stacks.pages.parts import Link, company_link, technology_link

MOST = 8


@dataclass(frozen=True, slots=True)
class Several:
    company: Link
    technologies: list[Link]


@dataclass(frozen=True, slots=True)
class Gone:
    """A technology that companies used in this role and do not any more."""

    technology: Link
    companies: list[Link]


@dataclass(frozen=True, slots=True)
class StandingOut:
    """Each list at most eight long; `moves_url` leads to all moves where there are more."""

    several: list[Several]
    gone: list[Gone]
    moves: list[MigrationView]
    moves_url: str

    @property
    def any(self) -> bool:
        return bool(self.several or self.gone or self.moves)


def load_standing_out(category: Category, sets: Sets, gone: list[tuple[int, int]]) -> StandingOut:
    """`gone` is what is not in use in this role any more, as keys of technology and company. At most five queries."""
    migrations = Migration.objects.published().filter(category=category).for_display().order_by("-added")
    moves = show_migrations(migrations[: MOST + 1])
    return StandingOut(
        _several(category, sets),
        _gone(gone, sets),
        moves[:MOST],
        f"{reverse('migrations')}?category={category.slug}" if len(moves) > MOST else "",
    )


def _several(category: Category, sets: Sets) -> list[Several]:
    """The companies that use most technologies in this role at present."""
    most: list[int] = []
    for technologies, companies in by_how_many(sets.in_category(category.pk).values()):
        if technologies > 1 and len(most) < MOST:
            most += islice(sets.by_name(companies), MOST - len(most))
    if not most:
        return []
    usages = Usage.objects.published().current().filter(category=category, company__in=most)
    found: dict[Ref, dict[Ref, None]] = {}
    for slug, name, technology, technology_name in usages.order_by(
        "company__sort_key", "company", "technology__sort_key", "technology"
    ).values_list("company__slug", "company__name", "technology__slug", "technology__name"):
        found.setdefault(Ref(slug, name), {})[Ref(technology, technology_name)] = None
    return [Several(company_link(company), [technology_link(t) for t in used]) for company, used in found.items()]


def _gone(gone: list[tuple[int, int]], sets: Sets) -> list[Gone]:
    """What most companies have left, with the first of them."""
    left = Counter(technology for technology, _ in set(gone))
    rows = Technology.objects.published().filter(pk__in=left).order_by().values_list("pk", "sort_key", "slug", "name")
    names = {pk: Name(*told) for pk, *told in rows} if left else {}
    most = heapq.nsmallest(MOST, names, key=lambda pk: (-left[pk], names[pk].sort_key, pk))
    told = [(technology, company) for technology, company in gone if technology in most and company in sets.names]
    told.sort(key=lambda pair: (names[pair[0]].sort_key, pair[0], sets.names[pair[1]].sort_key, pair[1]))
    found: dict[Ref, dict[Ref, None]] = {}
    for technology, company in told[: MOST * MOST]:
        (_, slug, name), (_, company_slug, company_name) = names[technology], sets.names[company]
        found.setdefault(Ref(slug, name), {})[Ref(company_slug, company_name)] = None
    return [Gone(technology_link(t), [company_link(c) for c in companies]) for t, companies in found.items()]
