"""The list of companies."""

import heapq
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks.filtersets import CompanyFilterSet
from stacks.models import Category, Company, Technology, Usage
from stacks.pages.filters import Choice, Filters, Option, count_by, takes_filters
from stacks.pages.letters import ask_letter, count_letters

PAGE = 60
TECHNOLOGIES_OFFERED = 300


class CompanyListFilterSet(CompanyFilterSet):
    letter = ask_letter()


@takes_filters(CompanyListFilterSet, "cursor")
@require_safe
def company_list(request: HttpRequest) -> HttpResponse:
    rows = Company.objects.published()
    filters = Filters(request, CompanyListFilterSet, rows, _choices, query=_merged(request.GET))
    if filters.refusal:
        return filters.refusal
    page = filters.page(["sort_key", "id"], PAGE)
    if filters.refusal:
        return filters.refusal
    letters = filters.once("company-letters", lambda: count_letters(filters.without("letter")))
    chosen, total = filters.asked("letter"), sum(letters.values())
    shown = letters.get(chosen, 0) if chosen else total
    context = {
        "page": page,
        "filters": filters,
        "total": shown,
        "that_fit": f" that fit{'s' if shown == 1 else ''}" if filters.active else "",
        "letters": filters.letters(letters) if total > PAGE or chosen else [],
        "other_way": _other_way(filters),
        **filters.links(page),
    }
    return render(request, "stacks/companies/company_list.html", context)


def _merged(query: QueryDict) -> QueryDict:
    """A technology chosen besides those that must all be used is one more of them."""
    uses, uses_all = query.getlist("uses"), query.getlist("uses_all")
    if len(uses) != 1 or len(uses_all) != 1 or not uses[0].strip():
        return query
    merged = query.copy()
    del merged["uses"]
    both = [*uses_all[0].split(","), *uses]
    merged["uses_all"] = ",".join(dict.fromkeys(slug.strip() for slug in both if slug.strip()))
    return merged


def _other_way(filters: Filters) -> tuple[str, str] | None:
    """Words and address that ask for all of the chosen technologies instead of any, or the other way round."""
    some, every = [t.slug for t in filters.asked("uses")], [t.slug for t in filters.asked("uses_all")]
    if len(some) > 1 and not every:
        return "those that use all of them", filters.address(uses=[], uses_all=[",".join(some)])
    if len(every) > 1 and not some:
        return "those that use any of them", filters.address(uses=every, uses_all=[])
    return None


def _choices(filters: Filters) -> list[Choice]:
    """Each with how many companies would remain: those that all other filters leave. At most seven queries."""

    def read() -> list[Choice]:
        categories, groups = _categories(filters)
        return [
            Choice("uses", "Uses", _technologies(filters), adds=True),
            Choice("category", "Uses something in", categories, groups),
            *(
                Choice(name, label, [(value, value, n) for value, n in sorted(counts.items()) if value])
                for name, label in (("industry", "Industry"), ("country", "Country"))
                if (counts := count_by(filters.without(name), name))
            ),
        ]

    return filters.once("company-choices", read)


def _current_usages(filters: Filters, name: str):
    """What the companies use that all filters but this one leave; a visible usage is of a public company anyway."""
    usages = Usage.objects.published().current().order_by()
    if set(filters.values) <= {name}:
        return usages
    return usages.filter(company__in=filters.without(name).order_by().values("pk"))


def _count_companies(usages: Any, column: str) -> dict[int, int]:
    """By ids alone, without a join for their names, so that an index serves however many usages there are."""
    return dict(usages.values_list(column).annotate(n=Count("company", distinct=True)))


def _technologies(filters: Filters) -> list[Option]:
    """Those that most of the companies use, by name."""
    names = Technology.objects.published().only("slug", "name", "sort_key", "companies_count")
    if set(filters.values) <= {"uses"}:
        found = names.used().order_by("-companies_count", "sort_key", "pk")[:TECHNOLOGIES_OFFERED]
        counts = {technology.pk: technology.companies_count for technology in found}
    else:
        counts = _count_companies(_current_usages(filters, "uses"), "technology")
        found = names.filter(pk__in=heapq.nlargest(TECHNOLOGIES_OFFERED, counts, key=counts.__getitem__))
    return [(t.slug, t.name, counts[t.pk]) for t in sorted(found, key=lambda t: (t.sort_key, t.pk))]


def _categories(filters: Filters) -> tuple[list[Option], list[tuple[str, list[Option]]]]:
    """Areas with their categories, in page order: all options, and the same in groups."""
    usages = _current_usages(filters, "category")
    areas, within = _count_companies(usages, "category__parent"), _count_companies(usages, "category")
    rows = list(Category.objects.order_by("position", "pk"))
    below: dict[int | None, list[Option]] = {}
    for row in rows:
        if row.pk in within:
            below.setdefault(row.parent_id, []).append((row.slug, row.name, within[row.pk]))
    groups = [
        (area.name, [(area.slug, f"All of {area.name}", areas[area.pk]), *below[area.pk]])
        for area in rows
        if area.pk in areas
    ]
    return [option for _, options in groups for option in options], groups
