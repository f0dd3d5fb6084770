"""The list of companies."""

import heapq
from collections import defaultdict
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks.comparison.sets import together
from stacks.conditional import revision_of
from stacks.filtersets import CompanyFilterSet
from stacks.held import load_sets
from stacks.industries import first_broad_of, grouped
from stacks.models import Category, Company, CompanyFact, Technology
from stacks.pages.companies.remaining import Remaining
from stacks.pages.filters import Choice, Filters, Option, takes_filters
from stacks.pages.formats import form_links
from stacks.pages.letters import ask_letter
from stacks.pages.spreadsheets import companies_csv
from stacks.querysets import FACT_ORDER

PAGE = 60
TECHNOLOGIES_OFFERED = 300


class CompanyListFilterSet(CompanyFilterSet):
    letter = ask_letter()


class CompanyFilters(Filters):
    @cached_property
    def left(self) -> Remaining:
        return Remaining(self, load_sets(revision_of(self.request)))


@takes_filters(CompanyListFilterSet, "cursor", "format")
@require_safe
def company_list(request: HttpRequest) -> HttpResponse:
    rows = Company.objects.published()
    choices: Any = [] if "format" in request.GET else _choices
    filters = CompanyFilters(request, CompanyListFilterSet, rows, choices, forms=("csv",), query=_merged(request.GET))
    if filters.refusal:
        return filters.refusal
    if filters.format:
        return companies_csv(filters.filterset.qs)
    page = filters.page(["sort_key", "slug"], PAGE, filters.left.rows() if filters.active else None)
    if filters.refusal:
        return filters.refusal
    letters = filters.once("company-letters", lambda: filters.left.count(filters.left.sets.letters, "letter"))
    context = filters.listed(page, letters, PAGE)
    fits = "fits" if context["total"] == 1 else "fit"
    context |= {
        "rows": _rows(page.rows),
        "that_fit": f" that {fits}" if filters.active else "",
        "forms": form_links(request, "csv"),
        "other_way": _other_way(filters),
        "placeholder": "Part of a name",
    }
    return render(request, "stacks/companies/company_list.html", context)


def _rows(companies: list[Company]) -> list[tuple[Company, list[str]]]:
    """Each company with what is told of its team, the newest first. One query."""
    told: defaultdict[int, list[str]] = defaultdict(list)
    for fact in CompanyFact.objects.of_teams().filter(company__in=companies).order_by("-observed_on", *FACT_ORDER):
        when = f" ({fact.observed_on})" if fact.observed_on else ""
        told[fact.company_id].append(f"{fact.label}: {fact.value}{when}")
    return [(company, told[company.pk]) for company in companies]


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


def _other_way(filters: CompanyFilters) -> tuple[str, str] | None:
    """Words and address that ask for all of the chosen technologies instead of any, or the other way round."""
    some, every = [t.slug for t in filters.asked("uses")], [t.slug for t in filters.asked("uses_all")]
    if len(some) > 1 and not every:
        return "those that use all of them", filters.address(uses=[], uses_all=[",".join(some)])
    if len(every) > 1 and not some:
        return "those that use any of them", filters.address(uses=every, uses_all=[])
    return None


def _choices(filters: CompanyFilters) -> list[Choice]:
    """Each with how many companies would remain: those that all other filters leave. Two queries."""

    def read() -> list[Choice]:
        left = filters.left
        countries = sorted(left.count(left.sets.countries, "country").items())
        return [
            Choice("uses", "Uses", _technologies(filters), adds=True),
            _in_groups("category", "Uses something in", _categories(left)),
            _in_groups("industry", "Industry", _industries(left)),
            Choice("country", "Country", [(value, value, n) for value, n in countries if value]),
            Choice("team_size", "Team size", _team_sizes(left)),
        ]

    return filters.once("company-choices", read)


_Groups = list[tuple[str, list[Option]]]


def _in_groups(name: str, label: str, groups: _Groups) -> Choice:
    return Choice(name, label, [option for _, options in groups for option in options], groups)


def _industries(left: Remaining) -> _Groups:
    """Broad industries, each with those that are listed under it; what stands under none comes last."""
    counts = {name: n for name, n in left.count(left.sets.industries, "industry").items() if name}
    groups: _Groups = []
    for broad, below in grouped(counts):
        narrow = [(name, name, counts[name]) for name in below if first_broad_of(name) == broad and name != broad.name]
        whole = (broad.name, f"All of {broad.name}", sum(counts[name] for name in below))
        groups.append((broad.name, narrow if len(narrow) == len(below) == 1 else [whole, *narrow]))
    rest = [(name, name, n) for name, n in sorted(counts.items()) if not first_broad_of(name)]
    return [*groups, *([("Others", rest)] if rest else [])]


def _team_sizes(left: Remaining) -> list[Option]:
    companies = left.without("team_size")
    told = (companies & left.sets.telling_team_size).bit_count()
    return [("true", "Stated", told), ("false", "Not stated", companies.bit_count() - told)] if told else []


def _technologies(filters: CompanyFilters) -> list[Option]:
    """Those that most of the companies use, by name. One query."""
    names = Technology.objects.published().only("slug", "name", "sort_key", "companies_count")
    if set(filters.values) <= {"uses"}:
        found = names.used().order_by("-companies_count", "sort_key", "slug")[:TECHNOLOGIES_OFFERED]
        counts = {technology.pk: technology.companies_count for technology in found}
    else:
        counts = filters.left.count(filters.left.sets.technologies, "uses")
        most = heapq.nsmallest(TECHNOLOGIES_OFFERED, counts.items(), key=lambda each: (-each[1], each[0]))
        found = names.filter(pk__in=[technology for technology, _ in most])
    return [(t.slug, t.name, counts[t.pk]) for t in sorted(found, key=lambda t: (t.sort_key, t.slug))]


def _categories(left: Remaining) -> _Groups:
    """Areas with their categories, in page order. One query."""
    rows = list(Category.objects.order_by("position", "slug"))
    of_categories = left.sets.categories
    of_areas = together((row.parent_id, of_categories[row.pk]) for row in rows if row.pk in of_categories)
    within, areas = left.count(of_categories, "category"), left.count(of_areas, "category")
    below: dict[int | None, list[Option]] = {}
    for row in rows:
        if row.pk in within:
            below.setdefault(row.parent_id, []).append((row.slug, row.name, within[row.pk]))
    return [
        (area.name, [(area.slug, f"All of {area.name}", areas[area.pk]), *below[area.pk]])
        for area in rows
        if area.pk in areas
    ]
