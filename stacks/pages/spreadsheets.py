"""Lists as CSV: every row that the filters leave, not one page of them. The first column is the kind."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from stacks import feed
from stacks.addresses import site_of
from stacks.comparison.load import load_moves
from stacks.exporters.table import stream_csv
from stacks.exporters.tables import migrations_table
from stacks.filtersets import CoverageFilterSet, UsageFilterSet
from stacks.limits import expensive
from stacks.models import Category, Change, Coverage, State, Usage
from stacks.pages.filters import Filters, takes_filters

CHANGES = 5000  # the newest
_READ = 500

_COMPANY = (
    "name", "slug", "industry", "country", "founded", "summary", "website", "engineering_blog",
    "life", "life_on", "usages_count",
)  # fmt: skip
_TECHNOLOGY = (
    "kind", "name", "slug", "category__name", "category__slug", "summary", "website", "repository", "licence",
    "open_source", "lifecycle", "lifecycle_on", "companies_count",
)  # fmt: skip
_USAGE = (
    "company__name", "technology__name", "category__parent__name", "category__name", "purpose", "stage_then",
    "hosting", "via__name", "started", "known_since", "ended", "last_said", "remarks", "company__slug",
    "technology__slug", "category__slug", "via__slug", "uid", "scope", "current_then",
)  # fmt: skip
_BLANK = {
    "looked_on": "remarks",
    **{name: name for name in _USAGE if name.startswith(("company", "category")) or name == "uid"},
}
_CHANGE = ("kind", "object", "name", "verb", "at", "fields", "to", "company", "technology", "category", "seq", "url")


def companies_csv(rows: Any) -> HttpResponse:
    found = rows.order_by("sort_key", "slug").values_list(*_COMPANY)
    return _give("companies", ("kind", *_COMPANY), (("company", *row) for row in found.iterator(_READ)))


def technologies_csv(rows: Any) -> HttpResponse:
    """The first column is the technology's own kind: language, datastore, service."""
    found = rows.order_by("-companies_count", "sort_key", "slug").values_list(*_TECHNOLOGY)
    columns = [name.replace("category__name", "category").replace("__", "_") for name in _TECHNOLOGY]
    # `licence` is that of the data, in the last column of every list
    columns[columns.index("licence")] = "spdx_licence"
    return _give("technologies", columns, found.iterator(_READ))


def categories_csv() -> HttpResponse:
    """Areas, each with its categories after it, in page order."""
    rows = Category.objects.published().select_related("parent").order_by("position", "slug")
    areas = [row for row in rows if row.is_area]
    told = [row for area in areas for row in (area, *(each for each in rows if each.parent_id == area.pk))]
    columns = ("kind", "name", "slug", "area", "area_slug", "description")
    return _give("categories", columns, (_category(row) for row in told))


def _category(row: Category) -> Sequence[Any]:
    if row.parent is None:
        return ("area", row.name, row.slug, None, None, row.description)
    return ("category", row.name, row.slug, row.parent.name, row.parent.slug, row.description)


def migrations_csv(rows: Any, order: Sequence[str]) -> HttpResponse:
    """Every move that the filters leave, with what it cites."""
    columns = migrations_table("", []).columns
    return _give("migrations", columns, _migrations(rows, list(rows.order_by(*order).values_list("pk"))))


def _migrations(rows: Any, pks: Sequence[tuple[int]]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(pks), _READ):
        found = {row.pk: row for row in rows.filter(pk__in=[pk for (pk,) in pks[start : start + _READ]])}
        moves = load_moves(found[pk] for (pk,) in pks[start : start + _READ] if pk in found)
        yield from migrations_table("", moves).rows


@expensive
@takes_filters(UsageFilterSet, "format")
@require_safe
def usages_csv(request: HttpRequest) -> HttpResponse:
    """Every usage that the filters of the API's `usages/` leave. There is no page of them: this address is the list.

    Blanks follow, unless more is asked for than companies and categories: of nothing else can a blank tell.
    """
    usages = Usage.objects.published().as_they_are()
    filters = Filters(request, UsageFilterSet, usages, [], forms=("csv",))
    if filters.refusal:
        return filters.refusal
    found = filters.filterset.qs.order_by("added").values_list(*_USAGE, "via__state")
    columns = [name.removesuffix("_then").replace("__name", "").replace("__", "_") for name in _USAGE]
    names = {"category_parent": "area", "known_since": "started_known_since", "current": "is_current"}
    rows = chain(_usages(found.iterator(_READ)), _blanks(filters.filterset))
    return _give("usages", ("kind", *(names.get(name, name) for name in columns)), rows)


def _usages(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    via, slug, started, known, current = map(
        _USAGE.index, ("via__name", "via__slug", "started", "known_since", "current_then")
    )
    for *cells, via_state in rows:
        if via_state != State.PUBLISHED:
            cells[via] = cells[slug] = None
        if cells[started]:
            cells[known] = None
        cells[current] = "yes" if cells[current] else "no"
        yield ("usage", *cells)


def _blanks(filterset: UsageFilterSet) -> Iterator[Sequence[Any]]:
    """One query, or none; as in a comparison, a blank has no line where something is in use."""
    asked = {name: value for name, value in filterset.form.cleaned_data.items() if value not in (None, "", [])}
    if asked.keys() - {"company", "category"}:
        return
    there = Usage.objects.published().current().filter(company=OuterRef("company"), category=OuterRef("category"))
    rows = Coverage.objects.published().exclude(Exists(there))
    for name, value in asked.items():
        rows = CoverageFilterSet.base_filters[name].filter(rows, value)
    for outcome, looked_on, *cells in rows.order_by("added").values_list("outcome", *_BLANK):
        told = dict(zip(_BLANK.values(), (f"Looked on {looked_on}.", *cells), strict=True))
        yield (outcome, *(told.get(name) for name in _USAGE))


def changes_csv(request: HttpRequest) -> HttpResponse:
    """The newest lines of the feed, the newest first."""
    return _give("changes", _CHANGE, _changes(site_of(request)))


def _changes(site: str) -> Iterator[Sequence[Any]]:
    newest = list(Change.objects.newest_first()[:CHANGES])
    for start in range(0, len(newest), _READ):
        for line in feed.read(newest[start : start + _READ]):
            change, row, told = line.change, line.row, line.payload
            address = getattr(row, "get_absolute_url", None)
            yield (
                change.kind,
                change.object,
                str(row) if row is not None else None,
                change.verb,
                change.at.isoformat().replace("+00:00", "Z"),
                " ".join(told.get("fields", ())),
                told.get("to"),
                told.get("company"),
                told.get("technology"),
                told.get("category"),
                change.seq,
                f"{site}{address()}" if address else None,
            )


def _give(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    response: Any = StreamingHttpResponse(
        stream_csv(columns, rows, settings.DATA_LICENCE), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["X-Robots-Tag"] = "noindex"
    if settings.DATA_LICENCE_URL:
        response.headers["Link"] = f'<{settings.DATA_LICENCE_URL}>; rel="license"'
    return response
