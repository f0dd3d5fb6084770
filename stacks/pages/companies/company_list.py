"""The list of companies."""

import heapq
from collections import defaultdict
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks.filtersets import CompanyFilterSet
from stacks.industries import first_broad_of, grouped
from stacks.models import Category, Company, CompanyFact, Technology, Usage
from stacks.pages.filters import Choice, Filters, Option, count_by, takes_filters
from stacks.pages.formats import form_links
from stacks.pages.letters import ask_letter, count_letters
from stacks.pages.spreadsheets import companies_csv
from stacks.querysets import FACT_ORDER

PAGE = 60
TECHNOLOGIES_OFFERED = 300


class CompanyListFilterSet(CompanyFilterSet):
    letter = ask_letter()


@takes_filters(CompanyListFilterSet, "cursor", "format")
@require_safe
def company_list(request: HttpRequest) -> HttpResponse:
    rows = Company.objects.published()
    choices: Any = [] if "format" in request.GET else _choices
    filters = Filters(request, CompanyListFilterSet, rows, choices, forms=("csv",), query=_merged(request.GET))
    if filters.refusal:
        return filters.refusal
    if filters.format:
        return companies_csv(filters.filterset.qs)
    page = filters.page(["sort_key", "slug"], PAGE)
    if filters.refusal:
        return filters.refusal
    letters = filters.once("company-letters", lambda: count_letters(filters.without("letter")))
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


def _other_way(filters: Filters) -> tuple[str, str] | None:
    """Words and address that ask for all of the chosen technologies instead of any, or the other way round."""
    some, every = [t.slug for t in filters.asked("uses")], [t.slug for t in filters.asked("uses_all")]
    if len(some) > 1 and not every:
        return "those that use all of them", filters.address(uses=[], uses_all=[",".join(some)])
    if len(every) > 1 and not some:
        return "those that use any of them", filters.address(uses=every, uses_all=[])
    return None


def _choices(filters: Filters) -> list[Choice]:
    """Each with how many companies would remain: those that all other filters leave. At most eight queries."""

    def read() -> list[Choice]:
        groups = _industries(filters)
        countries = sorted(count_by(filters.without("country"), "country").items())
        return [
            Choice("uses", "Uses", _technologies(filters), adds=True),
            _in_groups("category", "Uses something in", _categories(filters)),
            _in_groups("industry", "Industry", groups),
            Choice("country", "Country", [(value, value, n) for value, n in countries if value]),
            Choice("team_size", "Team size", _team_sizes(filters)),
        ]

    return filters.once("company-choices", read)


_Groups = list[tuple[str, list[Option]]]


def _in_groups(name: str, label: str, groups: _Groups) -> Choice:
    return Choice(name, label, [option for _, options in groups for option in options], groups)


def _industries(filters: Filters) -> _Groups:
    """Broad industries, each with those that are listed under it; what stands under none comes last. One query."""
    counts = {name: n for name, n in count_by(filters.without("industry"), "industry").items() if name}
    groups: _Groups = []
    for broad, below in grouped(counts):
        narrow = [(name, name, counts[name]) for name in below if first_broad_of(name) == broad and name != broad.name]
        whole = (broad.name, f"All of {broad.name}", sum(counts[name] for name in below))
        groups.append((broad.name, narrow if len(narrow) == len(below) == 1 else [whole, *narrow]))
    rest = [(name, name, n) for name, n in sorted(counts.items()) if not first_broad_of(name)]
    return [*groups, *([("Others", rest)] if rest else [])]


def _team_sizes(filters: Filters) -> list[Option]:
    """One query."""
    told, total = filters.without("team_size").count_telling_team_size()
    return [("true", "Stated", told), ("false", "Not stated", total - told)] if told else []


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
        found = names.used().order_by("-companies_count", "sort_key", "slug")[:TECHNOLOGIES_OFFERED]
        counts = {technology.pk: technology.companies_count for technology in found}
    else:
        counts = _count_companies(_current_usages(filters, "uses"), "technology")
        found = names.filter(pk__in=heapq.nlargest(TECHNOLOGIES_OFFERED, counts, key=counts.__getitem__))
    return [(t.slug, t.name, counts[t.pk]) for t in sorted(found, key=lambda t: (t.sort_key, t.slug))]


def _categories(filters: Filters) -> _Groups:
    """Areas with their categories, in page order."""
    usages = _current_usages(filters, "category")
    areas, within = _count_companies(usages, "category__parent"), _count_companies(usages, "category")
    rows = list(Category.objects.order_by("position", "slug"))
    below: dict[int | None, list[Option]] = {}
    for row in rows:
        if row.pk in within:
            below.setdefault(row.parent_id, []).append((row.slug, row.name, within[row.pk]))
    return [
        (area.name, [(area.slug, f"All of {area.name}", areas[area.pk]), *below[area.pk]])
        for area in rows
        if area.pk in areas
    ]
