"""Areas and categories."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks.models import Category, State, Technology, TechnologyCount, Usage
from stacks.pages.forms import NoQuery
from stacks.pages.parts import Link, tile
from stacks.pages.responses import bad_request, form_problems, get_or_moved

_USAGES_READ = 500
_COMPANIES_NAMED = 8


@dataclass(frozen=True, slots=True)
class UsedView:
    technology: Link
    tile: str
    icon: str
    summary: str
    companies: int
    named: list[Link]


@dataclass(frozen=True, slots=True)
class AreaListing:
    area: Category
    categories: list[Category]


@require_safe
def category_list(request: HttpRequest) -> HttpResponse:
    form = NoQuery(request.GET)
    if not form.is_valid():
        return bad_request(request, "The categories take no parameters", form_problems(form), back=request.path)
    return render(request, "stacks/categories.html", {"areas": _listings(Category.objects.all())})


def _listings(categories) -> list[AreaListing]:
    rows = categories.annotate(
        homes=Count("technologies", filter=Q(technologies__state=State.PUBLISHED), distinct=True),
        used=Count("counts", filter=Q(counts__companies__gt=0), distinct=True),
    ).order_by("position", "pk")
    areas = {row.pk: AreaListing(row, []) for row in rows if row.parent_id is None}
    for row in rows:
        if row.parent_id in areas:
            areas[row.parent_id].categories.append(row)
    return list(areas.values())


@require_safe
def category_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """An area with its categories, or a category with who uses what in it."""
    category = get_or_moved(request, Category, slug, Category.objects.select_related("parent"))
    form = NoQuery(request.GET)
    if not form.is_valid():
        return bad_request(request, f"{category} takes no parameters", form_problems(form), back=request.path)
    if category.is_area:
        listing = _listings(Category.objects.filter(Q(pk=category.pk) | Q(parent=category)))[0]
        return render(request, "stacks/area.html", {"area": category, "listing": listing})
    used = _used(category)
    shown = {view.technology.url for view in used}
    rest = [
        t
        for t in Technology.objects.published().filter(category=category).order_by("sort_key", "pk")
        if t.get_absolute_url() not in shown
    ]
    siblings = Category.objects.filter(parent=category.parent_id).order_by("position", "pk")
    return render(
        request, "stacks/category.html", {"category": category, "used": used, "rest": rest, "siblings": siblings}
    )


def _used(category: Category) -> list[UsedView]:
    """What companies use in this role at present, the most used first, with some of them named."""
    counts = (
        TechnologyCount.objects.filter(category=category, companies__gt=0, technology__state=State.PUBLISHED)
        .select_related("technology")
        .order_by("-companies", "technology__sort_key", "pk")
    )
    named: dict[int, dict[str, Link]] = {}
    usages = (
        Usage.objects.published()
        .current()
        .filter(category=category)
        .select_related("company")
        .order_by("company__sort_key", "pk")
    )
    for usage in usages[:_USAGES_READ]:
        companies = named.setdefault(usage.technology_id, {})
        companies.setdefault(usage.company.slug, Link(usage.company.name, usage.company.get_absolute_url()))
    return [
        UsedView(
            Link(count.technology.name, count.technology.get_absolute_url()),
            tile(count.technology.name),
            count.technology.icon,
            count.technology.summary,
            count.companies,
            list(named.get(count.technology_id, {}).values())[:_COMPANIES_NAMED],
        )
        for count in counts
    ]
