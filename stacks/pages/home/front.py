"""What the front page shows; read once per revision."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.urls import reverse

from stacks.comparison.matrix import Bases, are_relatives
from stacks.models import Category, Company, Migration, Technology, TechnologyCount
from stacks.pages.categories.areas import AreaCount, count_areas
from stacks.pages.home.sample import Sample, read_sample
from stacks.pages.migrations.moves import MigrationView, show_migrations
from stacks.pages.parts import Link, in_words, tile

LISTED, MOVES, QUESTIONS = 8, 6, 3
ICONS = 6
_COUNTS_READ, _MOVES_READ = 400, 200


@dataclass(frozen=True, slots=True)
class TechnologyIcon:
    link: Link
    tile: str
    icon: str


@dataclass(frozen=True, slots=True)
class Front:
    """`sample` is None where fewer than three companies are documented; the lists are short."""

    companies: int
    technologies: int
    usages: int
    sources: int
    sample: Sample | None
    questions: list[tuple[Link, str]]
    best: list[tuple[Link, str]]
    most_used: list[tuple[Link, str]]
    moves: list[MigrationView]
    ready: list[tuple[Link, str]]
    areas: list[tuple[AreaCount, list[TechnologyIcon]]]

    @property
    def holds(self) -> str:
        """How much there is, in a sentence."""
        companies = _number(self.companies, "company", "companies")
        technologies = _number(self.technologies, "technology", "technologies")
        usages, sources = _number(self.usages, "usage", "usages"), _number(self.sources, "source", "sources")
        return f"{companies}, {technologies}, {usages} in use from {sources}."

    @property
    def more_companies(self) -> Link | None:
        """To all of them, where the list does not name all."""
        return Link(f"All {self.companies} companies", reverse("companies")) if self.companies > LISTED else None

    @property
    def more_used(self) -> Link:
        return Link("All technologies", reverse("technologies"))


def read_front(bases: Bases, newest: str, sources: int) -> Front:
    """The same number of queries whatever the catalogue holds."""
    companies = Company.objects.published().order_by("-usages_count", "sort_key", "slug")[:LISTED]
    technologies = Technology.objects.published().used().order_by("-companies_count", "sort_key", "slug")[:LISTED]
    counts = list(
        TechnologyCount.objects.filter(companies__gt=0)
        .select_related("technology", "category")
        .only(
            "companies",
            "technology__slug",
            "technology__name",
            "technology__icon",
            "category__name",
            "category__parent",
        )
        .order_by("-companies", "technology__sort_key", "technology__slug")[:_COUNTS_READ]
    )
    moves = Migration.objects.published()
    return Front(
        companies=Company.objects.published().count(),
        technologies=Technology.objects.published().count(),
        usages=Company.objects.published().aggregate(n=Sum("usages_count"))["n"] or 0,
        sources=sources,
        sample=read_sample(bases, newest),
        questions=_questions(moves),
        best=[(Link(c.name, c.get_absolute_url()), _number(c.usages_count, "usage", "usages")) for c in companies],
        most_used=[
            (Link(t.name, t.get_absolute_url()), _number(t.companies_count, "company", "companies"))
            for t in technologies
        ],
        moves=show_migrations(moves.filter(pk__in=_newest_moves(moves)).for_display().order_by("-added")),
        ready=_ready(counts, bases),
        areas=_areas(counts),
    )


def _number(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


def _newest_moves(moves) -> list[int]:
    """The newest of each company, so that one that was just entered does not fill the list."""
    newest: dict[int, int] = {}
    for pk, company in moves.order_by("-added").values_list("pk", "company")[:_MOVES_READ]:
        newest.setdefault(company, pk)
    return list(newest.values())[:MOVES]


def _questions(moves) -> list[tuple[Link, str]]:
    """Who left what most companies left; the number is the answer."""
    left = (
        moves.exclude(from_technology=None)
        .order_by()
        .values_list("from_technology__slug", "from_technology__name", "from_technology__sort_key")
        .annotate(n=Count("company", distinct=True))
        .order_by("-n", "from_technology__sort_key", "from_technology__slug")[:QUESTIONS]
    )
    path = reverse("migrations")
    return [
        (Link(f"Who left {name}?", f"{path}?from_technology={slug}"), _number(n, "company", "companies"))
        for slug, name, _, n in left
    ]


def _ready(counts: list[TechnologyCount], bases: Bases, most: int = 5) -> list[tuple[Link, str]]:
    """In the categories that most companies document, what most of them use: never two forms of the same."""
    ranked: defaultdict[Category, list[Technology]] = defaultdict(list)
    totals: defaultdict[Category, int] = defaultdict(int)
    for count in counts:
        totals[count.category] += count.companies
        others = ranked[count.category]
        if len(others) < 3 and not any(are_relatives(count.technology.slug, t.slug, bases) for t in others):
            others.append(count.technology)
    several = [category for category, found in ranked.items() if len(found) > 1]
    several.sort(key=lambda category: (-totals[category], category.name))
    return [
        (
            Link(
                in_words(t.name for t in ranked[category]),
                reverse("compare_technologies", args=["/".join(t.slug for t in ranked[category])]),
            ),
            category.name,
        )
        for category in several[:most]
    ]


def _areas(counts: list[TechnologyCount]) -> list[tuple[AreaCount, list[TechnologyIcon]]]:
    """Each with how much is at home there, and the icons of what most companies use in it."""
    icons: defaultdict[int, dict[int, TechnologyIcon]] = defaultdict(dict)
    for count in counts:
        found = icons[count.category.parent_id or 0]
        if len(found) < ICONS:
            t = count.technology
            found.setdefault(t.pk, TechnologyIcon(Link(t.name, t.get_absolute_url()), tile(t.name), t.icon))
    return [(area, list(icons[area.pk].values())) for area in count_areas()]
