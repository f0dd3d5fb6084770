"""Areas and categories."""

from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from stacks.addresses import takes
from stacks.comparison.matrix import Ref
from stacks.comparison.sets import Sets
from stacks.conditional import revision_of
from stacks.exporters.documents import CategoryRow, area_document, category_document
from stacks.exporters.tables import area_table, category_table
from stacks.held import load_sets
from stacks.links import Links
from stacks.models import Category, State, Technology, TechnologyCount, Usage
from stacks.pages.categories.areas import AreaCount, count_areas
from stacks.pages.categories.shares import Counted, count_usages, shares_document, show_shares, tell_shares
from stacks.pages.categories.standing_out import load_standing_out
from stacks.pages.formats import atom_link, cite, form_links, give
from stacks.pages.forms import CsvForm, FormatForm
from stacks.pages.kept import in_parts, load_kept_newest_edition
from stacks.pages.letters import letter_of
from stacks.pages.linked_data import describe_category
from stacks.pages.parts import Link, company_link, in_words, tile
from stacks.pages.responses import bad_request, form_problems, get_or_moved
from stacks.pages.spreadsheets import categories_csv
from stacks.pages.technologies.lifecycle import life_mark

_COMPANIES_NAMED = 8
_INDEXED_FROM = 30
_TILES, _COMPARED = 24, 3
_LISTED = 50


@dataclass(frozen=True, slots=True)
class UsedView:
    technology: Link
    tile: str
    icon: str
    summary: str
    companies: int
    named: list[Link]
    ref: Ref
    refs: list[Ref]  # the companies that are named
    lifecycle: str
    lifecycle_on: str
    kind: str

    @property
    def life(self) -> str:
        """That its makers keep it no longer, or hardly."""
        return life_mark(self.lifecycle, self.lifecycle_on)

    @property
    def more(self) -> int:
        """How many companies use it that are not named."""
        return self.companies - len(self.named)

    @property
    def users(self) -> str:
        """Where all of them are listed."""
        return f"{reverse('companies')}?uses={self.ref.slug}"


@dataclass(frozen=True, slots=True)
class Rung:
    """What as many companies use; `share` of the highest rung, in percent."""

    companies: int
    share: int
    used: list[UsedView]

    @property
    def many(self) -> bool:
        """Too many for a tile each."""
        return len(self.used) > _TILES

    @property
    def alone(self) -> bool:
        """Few enough to name the one company beside each."""
        return self.companies == 1 and not self.many

    @property
    def links(self) -> list[Link]:
        return [view.technology for view in self.used]


@dataclass(frozen=True, slots=True)
class Landscape:
    """What is used in a role, on rungs that are numbers of companies: as readable with ten as with two hundred."""

    rungs: list[Rung]
    technologies: int
    companies: int
    ended: list[UsedView]
    compare: Link | None  # the most used side by side

    @property
    def words(self) -> str:
        technologies = "1 technology" if self.technologies == 1 else f"{self.technologies:,} technologies"
        companies = "1 company" if self.companies == 1 else f"{self.companies:,} companies"
        return f"{technologies} in use by {companies}"


@dataclass(frozen=True, slots=True)
class AreaListing:
    area: Category
    categories: list[Any]  # Category rows that also count `homes` and `used`
    count: AreaCount

    @property
    def rows(self) -> list[tuple[Any, str]]:
        """Each category with what it holds, in words."""
        return [(category, _holds(category)) for category in self.categories]


def _holds(category: Any) -> str:
    parts = [f"{category.used} in use"] if category.used else []
    parts += [f"{category.homes} listed"] if category.homes else []
    return ", ".join(parts) or "empty"


@takes(*CsvForm.base_fields)
@require_safe
def category_list(request: HttpRequest) -> HttpResponse:
    form = CsvForm(request.GET)
    if not form.is_valid():
        return bad_request(request, "The categories cannot be shown like this", form_problems(form), back=request.path)
    if form.cleaned_data["format"]:
        return categories_csv()
    context = {"areas": _listings(Category.objects.all()), "forms": form_links(request, "csv")}
    return render(request, "stacks/categories/category_list.html", context)


def _listings(categories) -> list[AreaListing]:
    rows = categories.annotate(
        homes=Count("technologies", filter=Q(technologies__state=State.PUBLISHED), distinct=True),
        used=Count("counts", filter=Q(counts__companies__gt=0), distinct=True),
    ).order_by("position", "slug")
    counts = {count.pk: count for count in count_areas()}
    areas = {row.pk: AreaListing(row, [], counts[row.pk]) for row in rows if row.parent_id is None}
    for row in rows:
        if row.parent_id in areas:
            areas[row.parent_id].categories.append(row)
    return list(areas.values())


@takes(*FormatForm.base_fields)
@require_safe
def category_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """An area with its categories, or a category with who uses what in it."""
    category = get_or_moved(request, Category, slug, Category.objects.select_related("parent"))
    form = FormatForm(request.GET)
    if not form.is_valid():
        return bad_request(request, f"{category} cannot be shown like this", form_problems(form), back=request.path)
    name = form.cleaned_data["format"]
    context: dict[str, Any] = {
        "forms": [*form_links(request, "json", "csv", "md"), atom_link("category_atom", category.slug)],
        "described": describe_category(request, category),
    }
    if category.is_area:
        listing = _listings(Category.objects.filter(Q(pk=category.pk) | Q(parent=category)))[0]
        if name:
            return _give_area(request, name, listing)
        return render(request, "stacks/categories/area.html", {"area": category, "listing": listing, **context})
    sets = load_sets(revision_of(request))
    used = _used(category, sets)
    shown = {view.technology.url for view in used}
    rest = [
        t
        for t in Technology.objects.published().filter(category=category).order_by("sort_key", "slug")
        if t.get_absolute_url() not in shown
    ]
    if name:
        return _give_category(request, name, category, used, rest)
    siblings = Category.objects.filter(parent=category.parent_id).order_by("position", "slug")
    context["landscape"] = _landscape(used, sets.categories.get(category.pk, 0).bit_count()) if used else None
    counted, gone = _load_kept(request, category)
    context["shares"] = show_shares(counted)
    context["standing_out"] = load_standing_out(category, sets, gone)
    context |= {
        "category": category,
        "used": used[:_LISTED],
        "unlisted": len(used[_LISTED:]),
        "rest": rest,
        "index": _index(rest),
        "siblings": siblings,
    }
    return render(request, "stacks/categories/category.html", context)


def _load_kept(request: HttpRequest, category: Category) -> tuple[Counted | None, list[tuple[int, int]]]:
    """How its shares changed, and what is not in use any more."""
    newest, usages = load_kept_newest_edition(request), Usage.objects.published().filter(category=category)
    return in_parts(
        request,
        f"shares:{category.pk}",
        category,
        lambda of: count_usages(usages.filter(of)),
        lambda counts: tell_shares(counts, newest),
        beside=newest,
    )


def _landscape(used: list[UsedView], companies: int) -> Landscape:
    """`companies` use something of it."""
    most = used[:_COMPARED]
    return Landscape(
        rungs=[
            Rung(n, max(1, round(100 * n / used[0].companies)), list(views))
            for n, views in groupby(used, key=lambda view: view.companies)
        ],
        technologies=len(used),
        companies=companies,
        ended=[view for view in used if view.life],
        compare=Link(
            in_words(view.technology.name for view in most),
            reverse("compare_technologies", args=["/".join(view.ref.slug for view in most)]),
        )
        if len(most) > 1
        else None,
    )


def _give_area(request: HttpRequest, name: str, listing: AreaListing) -> HttpResponse:
    """An area in another form: its categories with how much they hold."""
    citation = cite(request, listing.area.name)
    rows = [(Ref(c.slug, c.name), c.description, c.used, c.homes) for c in listing.categories]
    ref = Ref(listing.area.slug, listing.area.name)
    forms = {
        "json": lambda: area_document(ref, rows, citation.revision, Links(request)),
        "csv": lambda: area_table(ref.name, rows),
        "md": lambda: area_table(ref.name, rows, (citation.note(),)),
    }
    return give(name, ref.slug, citation, forms)


def _give_category(
    request: HttpRequest, name: str, category: Category, used: list[UsedView], rest: list[Technology]
) -> HttpResponse:
    """A category in another form: what is used in it first, then the rest of those at home there."""
    citation = cite(request, category.name)
    rows = [
        CategoryRow(view.ref, view.kind, view.summary, view.lifecycle, view.lifecycle_on, view.companies, view.refs)
        for view in used
    ]
    rows += [CategoryRow(Ref(t.slug, t.name), t.kind, t.summary, t.lifecycle, t.lifecycle_on, 0, []) for t in rest]
    ref = Ref(category.slug, category.name)
    forms = {
        "json": lambda: (
            category_document(ref, rows, citation.revision, Links(request))
            | {"years": shares_document(show_shares(_load_kept(request, category)[0]), Links(request))}
        ),
        "csv": lambda: category_table(ref.name, rows),
        "md": lambda: category_table(ref.name, rows, (citation.note(),)),
    }
    return give(name, ref.slug, citation, forms)


def _index(technologies: list[Technology]) -> list[tuple[str, list[Technology]]]:
    """By first letter, in their order; nothing where they are few enough to be seen at once."""
    if len(technologies) < _INDEXED_FROM:
        return []
    return [(letter, list(group)) for letter, group in groupby(technologies, key=lambda t: letter_of(t.sort_key))]


def _used(category: Category, sets: Sets) -> list[UsedView]:
    """What companies use in this role at present, the most used first, with some of them named."""
    counts = (
        TechnologyCount.objects.filter(category=category, companies__gt=0, technology__state=State.PUBLISHED)
        .select_related("technology")
        .order_by("-companies", "technology__sort_key", "technology__slug")
    )
    named = {key: _first(companies, sets) for key, companies in sets.in_category(category.pk).items()}
    return [
        UsedView(
            Link(count.technology.name, count.technology.get_absolute_url()),
            tile(count.technology.name),
            count.technology.icon,
            count.technology.summary,
            count.companies,
            [company_link(ref) for ref in named.get(count.technology_id, ())],
            Ref(count.technology.slug, count.technology.name),
            named.get(count.technology_id, []),
            count.technology.lifecycle,
            count.technology.lifecycle_on,
            count.technology.kind,
        )
        for count in counts
    ]


def _first(companies: int, sets: Sets) -> list[Ref]:
    """The first of them by name."""
    first = islice(sets.by_name(companies), _COMPANIES_NAMED)
    return [Ref(sets.names[key].slug, sets.names[key].name) for key in first]
