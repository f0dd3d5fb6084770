"""The front page."""

from dataclasses import dataclass
from itertools import combinations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from stacks.addresses import takes
from stacks.models import Category, Change, Company, Source, Technology, TechnologyCount, Usage
from stacks.pages.changes.lines import show_changes
from stacks.pages.formats import atom_link
from stacks.pages.kept import once
from stacks.pages.linked_data import describe_site
from stacks.pages.offers import offered_names
from stacks.pages.parts import Link, in_words

DESCRIPTION = "A curated catalogue of which company uses which technology, for what, since when, why, and who says so."
_CHANGES_READ, _CHANGES_SHOWN = 300, 7


@dataclass(frozen=True, slots=True)
class Front:
    """What the front page counts and proposes; computed once per revision."""

    companies: int
    technologies: int
    usages: int
    sources: int
    ready: list[tuple[Link, str]]
    ready_technologies: list[tuple[Link, str]]
    areas: list[tuple[Link, int, int]]


@takes()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    front = once(request, "front", _read_front)
    changes = show_changes(Change.objects.newest_first()[:_CHANGES_READ])[:_CHANGES_SHOWN]
    return render(
        request,
        "stacks/home/home.html",
        {
            "front": front,
            "changes": changes,
            "offered": offered_names(request, Company),
            "forms": [atom_link("changes_atom")],
            "described": describe_site(request, DESCRIPTION),
        },
    )


def _read_front() -> Front:
    usages = Usage.objects.published().current()
    return Front(
        companies=Company.objects.published().count(),
        technologies=Technology.objects.published().count(),
        usages=usages.count(),
        sources=Source.objects.published().count(),
        ready=_ready_companies(),
        ready_technologies=_ready_technologies(),
        areas=[
            (Link(area.name, area.get_absolute_url()), area.categories, area.used)
            for area in Category.objects.areas()
            .annotate(
                categories=Count("children", distinct=True),
                used=Count("children__counts__technology", filter=Q(children__counts__companies__gt=0), distinct=True),
            )
            .order_by("position", "pk")
        ],
    )


def _ready_companies(most: int = 5) -> list[tuple[Link, str]]:
    """The best documented companies, first together, then in pairs."""
    best = list(
        Company.objects.published()
        .annotate(documented=Count("usages", filter=Q(usages__visible=True)))
        .filter(documented__gt=0)
        .order_by("-documented", "sort_key", "pk")[:4]
    )
    groups = ([tuple(best[:3])] if len(best) > 2 else []) + list(combinations(best, 2))
    return [
        (
            Link(in_words(c.name for c in group), reverse("compare_companies", args=["/".join(c.slug for c in group)])),
            f"{sum(c.documented for c in group)} usages",
        )
        for group in groups[:most]
    ]


def _ready_technologies(most: int = 4) -> list[tuple[Link, str]]:
    """In the categories that most companies document, the technologies most of them use."""
    ranked: dict[str, list[Technology]] = {}
    totals: dict[str, int] = {}
    counts = (
        TechnologyCount.objects.filter(companies__gt=0)
        .select_related("technology", "category")
        .order_by("-companies", "technology__sort_key")
    )
    for count in counts[:400]:
        ranked.setdefault(count.category.name, []).append(count.technology)
        totals[count.category.name] = totals.get(count.category.name, 0) + count.companies
    names = sorted((name for name, found in ranked.items() if len(found) > 1), key=lambda name: (-totals[name], name))
    return [
        (
            Link(
                in_words(t.name for t in ranked[name][:3]),
                reverse("compare_technologies", args=["/".join(t.slug for t in ranked[name][:3])]),
            ),
            name,
        )
        for name in names[:most]
    ]
