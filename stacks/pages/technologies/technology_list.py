"""The list of technologies."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks.filtersets import TechnologyFilterSet
from stacks.models import Category, Kind, Lifecycle, OpenSource, Technology
from stacks.pages.filters import Choice, Filters, Option, count_by, takes_filters
from stacks.pages.formats import form_links
from stacks.pages.letters import ask_letter, count_letters
from stacks.pages.parts import tile
from stacks.pages.spreadsheets import technologies_csv
from stacks.pages.technologies.technology import TechnologyRow

PAGE = 60


class TechnologyListFilterSet(TechnologyFilterSet):
    letter = ask_letter()


@dataclass(frozen=True, slots=True)
class Counted:
    """An area or a category with how many technologies the list would have there, and how many of them are in use."""

    slug: str
    name: str
    total: int
    used: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step further into the catalogue, or the one where the visitor stands."""

    counted: Counted
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """What there is to choose from, counted."""

    choices: list[Choice]
    areas: list[tuple[Counted, list[Counted]]]
    used: int


@takes_filters(TechnologyListFilterSet, "cursor", "format")
@require_safe
def technology_list(request: HttpRequest) -> HttpResponse:
    """The most used first; the names of one letter in their order."""
    facets: list[Facets] = []

    def choices(filters: Filters) -> list[Choice]:
        facets.append(filters.once("technology-facets", lambda: _facets(filters)))
        return facets[0].choices

    offered: Any = [] if "format" in request.GET else choices
    filters = Filters(request, TechnologyListFilterSet, Technology.objects.published(), offered, forms=("csv",))
    if filters.refusal:
        return filters.refusal
    if filters.format:
        return technologies_csv(filters.filterset.qs)
    chosen = filters.asked("letter")
    by_name = ["sort_key", "slug"]
    rows = filters.filterset.qs.for_display()
    page = filters.page(by_name if chosen else ["-companies_count", *by_name], PAGE, rows)
    if filters.refusal:
        return filters.refusal
    letters = filters.once("technology-letters", lambda: count_letters(filters.without("letter")))
    context = {
        **filters.listed(page, letters, PAGE),
        "forms": form_links(request, "csv"),
        "rows": [TechnologyRow(t, tile(t.name)) for t in page.rows],
        "used": facets[0].used,
        "used_only": filters.asked("used"),
        "used_url": filters.address(used=["true"]) if facets[0].used and filters.asked("used") is None else "",
        "order": "by name" if chosen else "the most used first",
        "by_use_url": filters.address(letter=[]) if chosen else "",
        "placeholder": "Name, alias or part of one",
        "steps": _steps(filters, facets[0].areas),
    }
    return render(request, "stacks/technologies/technology_list.html", context)


def _facets(filters: Filters) -> Facets:
    """Each with how many technologies would remain: those that all other filters leave. Five queries."""
    areas = _areas(filters)
    groups = [
        (area.name, [(area.slug, f"All of {area.name}", area.total), *((c.slug, c.name, c.total) for c in below)])
        for area, below in areas
    ]
    kinds = count_by(filters.without("kind"), "kind")
    openness = count_by(filters.without("open_source"), "open_source")
    lives = count_by(filters.without("lifecycle"), "lifecycle")
    used = filters.without("used").aggregate(
        yes=Count("pk", filter=Q(companies_count__gt=0)), no=Count("pk", filter=Q(companies_count=0))
    )
    answers: list[Option] = [("true", "Yes", used["yes"]), ("false", "Not yet", used["no"])]
    choices = [
        Choice("category", "Category", [option for _, options in groups for option in options], groups),
        Choice("kind", "Kind", [(value, label, kinds[value]) for value, label in Kind.choices if value in kinds]),
        Choice(
            "open_source",
            "Open source",
            [(value, label, openness[value]) for value, label in OpenSource.choices if value in openness],
        ),
        Choice(
            "lifecycle",
            "Lifecycle",
            [(value, label, lives[value]) for value, label in Lifecycle.choices if value in lives],
        ),
        Choice("used", "Used here", [answer for answer in answers if answer[2]]),
    ]
    return Facets(choices, areas, used["yes"])


def _areas(filters: Filters) -> list[tuple[Counted, list[Counted]]]:
    """Areas with their categories, in page order, without the empty ones. One query."""
    rows = (
        filters.without("category")
        .order_by("category__parent__position", "category__parent", "category__position", "category")
        .values_list(
            "category__parent__slug", "category__parent__name", "category__parent__position", "category__parent",
            "category__slug", "category__name", "category__position", "category",
        )
        .annotate(n=Count("pk"), used=Count("pk", filter=Q(companies_count__gt=0)))
    )  # fmt: skip
    found: dict[tuple[str, str], list[Counted]] = {}
    for area, area_name, _, _, slug, name, _, _, n, used in rows:
        found.setdefault((area, area_name), []).append(Counted(slug, name, n, used))
    return [
        (Counted(slug, name, sum(c.total for c in below), sum(c.used for c in below)), below)
        for (slug, name), below in found.items()
    ]


def _steps(filters: Filters, areas: list[tuple[Counted, list[Counted]]]) -> list[Step]:
    """The areas to go into; inside one, its categories."""
    chosen: list[Category] = filters.asked("category")
    slugs = {category.slug for category in chosen}
    here = [below for area, below in areas if len(slugs) == 1 and slugs & {area.slug, *(c.slug for c in below)}]
    return [
        Step(counted, filters.address(category=[counted.slug]), counted.slug in slugs)
        for counted in (here[0] if here else [area for area, _ in areas])
    ]
