"""The list of moves from one technology to another."""

from operator import itemgetter

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks.addresses import site_of
from stacks.comparison.load import load_moves
from stacks.comparison.matrix import Move
from stacks.exporters.documents import migrations_document
from stacks.exporters.tables import migrations_table
from stacks.filtersets import MigrationFilterSet
from stacks.links import Links
from stacks.models import Migration
from stacks.pages.filters import Choice, Filters, count_by, page_links, takes_filters
from stacks.pages.formats import cite, form_links, give, more
from stacks.pages.kept import while_moves_stand
from stacks.pages.migrations.flows import show_flows
from stacks.pages.migrations.moves import show_move
from stacks.pages.parts import MIGRATION_STAGES
from stacks.pages.spreadsheets import migrations_csv

PAGE = 50
ORDER = ("company__sort_key", "company__slug", "-added")
OFFERED = 100


@takes_filters(MigrationFilterSet, "cursor", "format")
@require_safe
def migration_list(request: HttpRequest) -> HttpResponse:
    filters = Filters(
        request,
        MigrationFilterSet,
        Migration.objects.published().for_display(),
        _choices,
        forms=("json", "csv", "md"),
    )
    if filters.refusal:
        return filters.refusal
    page = filters.page([*ORDER], PAGE)
    if filters.refusal:
        return filters.refusal
    if filters.format == "csv":
        return migrations_csv(filters.filterset.qs, ORDER)
    moves = load_moves(page.rows)
    links = page_links(page, filters.values)
    if filters.format:
        return _give(request, filters.format, moves, links["next"])
    context = {
        "migrations": [show_move(move) for move in moves],
        "filters": filters,
        "flows": None if filters.cursor else show_flows(filters),
        "forms": form_links(request, "json", "csv", "md"),
        **links,
    }
    return render(request, "stacks/migrations/migration_list.html", context)


def _give(request: HttpRequest, name: str, moves: list[Move], further: str) -> HttpResponse:
    citation = cite(request, "Migrations")
    address = f"{site_of(request)}{request.path}{further}&format={name}" if further else None
    forms = {
        "json": lambda: migrations_document(moves, citation.revision, address, Links(request)),
        "md": lambda: migrations_table("Migrations", moves, (*more(address), citation.note())),
    }
    return give(name, "migrations", citation, forms)


def _choices(filters: Filters) -> list[Choice]:
    """Each with how many migrations would remain: those that all other filters leave. At most four queries."""

    def read() -> list[Choice]:
        stages = count_by(filters.without("stage"), "stage")
        return [
            _named(filters, "from_technology", "From"),
            _named(filters, "to_technology", "To"),
            _named(filters, "company", "Company"),
            Choice(
                "stage",
                "Stage",
                [(stage, label, stages[stage]) for stage, label in MIGRATION_STAGES.items() if stage in stages],
            ),
        ]

    return filters.once("migration-choices", read, while_moves_stand)


def _named(filters: Filters, name: str, label: str) -> Choice:
    """By name; where there are many, those with most migrations. One query."""
    rows = filters.without(name).exclude(**{f"{name}__isnull": True}).order_by()
    counted = rows.values_list(f"{name}__slug", f"{name}__name", f"{name}__sort_key").annotate(n=Count("pk"))
    most = list(counted.order_by("-n", f"{name}__sort_key", f"{name}__slug")[: OFFERED + 1])
    options = [(slug, text, n) for slug, text, _, n in sorted(most[:OFFERED], key=itemgetter(2, 0))]
    return Choice(name, label if len(most) <= OFFERED else f"{label} (those with most)", options)
