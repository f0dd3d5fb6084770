"""Who stands out in a category: several technologies at once, what was left, and moves. Facts, no ranking."""

from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from stacks.comparison.matrix import Ref
from stacks.models import Category, Migration, Usage
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


def load_standing_out(category: Category) -> StandingOut:
    """Five queries."""
    migrations = Migration.objects.published().filter(category=category).for_display().order_by("-added")
    moves = show_migrations(migrations[: MOST + 1])
    return StandingOut(
        _several(category),
        _gone(category),
        moves[:MOST],
        f"{reverse('migrations')}?category={category.slug}" if len(moves) > MOST else "",
    )


def _several(category: Category) -> list[Several]:
    """The companies that use most technologies in this role at present."""
    usages = Usage.objects.published().current().filter(category=category).order_by()
    most = usages.values("company").annotate(n=Count("technology", distinct=True)).filter(n__gt=1)
    companies = [row["company"] for row in most.order_by("-n", "company__sort_key", "company")[:MOST]]
    found: dict[Ref, dict[Ref, None]] = {}
    for slug, name, technology, technology_name in (
        usages.filter(company__in=companies)
        .order_by("company__sort_key", "company", "technology__sort_key", "technology")
        .values_list("company__slug", "company__name", "technology__slug", "technology__name")
    ):
        found.setdefault(Ref(slug, name), {})[Ref(technology, technology_name)] = None
    return [Several(company_link(company), [technology_link(t) for t in used]) for company, used in found.items()]


def _gone(category: Category) -> list[Gone]:
    """What most companies have left, with the first of them."""
    past = Usage.objects.published().past().filter(category=category).order_by()
    most = past.values("technology").annotate(n=Count("company", distinct=True))
    technologies = [row["technology"] for row in most.order_by("-n", "technology__sort_key", "technology")[:MOST]]
    found: dict[Ref, dict[Ref, None]] = {}
    for technology, technology_name, slug, name in (
        past.filter(technology__in=technologies)
        .order_by("technology__sort_key", "technology", "company__sort_key", "company")
        .values_list("technology__slug", "technology__name", "company__slug", "company__name")[: MOST * MOST]
    ):
        found.setdefault(Ref(technology, technology_name), {})[Ref(slug, name)] = None
    return [Gone(technology_link(t), [company_link(c) for c in companies]) for t, companies in found.items()]
