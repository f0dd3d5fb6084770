"""Moves from one technology to another."""

from collections import Counter
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks.comparison.load import load_citations
from stacks.comparison.matrix import Cited
from stacks.filtersets import MigrationFilterSet
from stacks.models import Migration
from stacks.pages.context import catalogue_revision
from stacks.pages.filters import Choice, Filters
from stacks.pages.parts import MIGRATION_STAGES, Link

PAGE = 50


@dataclass(frozen=True, slots=True)
class MigrationView:
    uid: str
    company: Link
    before: Link | None
    after: Link
    category: Link
    stage: str
    period: str
    reason: str
    sources: tuple[Cited, ...]


def show_migrations(migrations) -> list[MigrationView]:
    """Rows joined by `for_display()`; one query for what they cite."""
    rows = list(migrations)
    cited = load_citations("migration", [row.pk for row in rows])
    return [
        MigrationView(
            uid=m.uid,
            company=Link(m.company.name, m.company.get_absolute_url()),
            before=Link(m.from_technology.name, m.from_technology.get_absolute_url()) if m.from_technology else None,
            after=Link(m.to_technology.name, m.to_technology.get_absolute_url()),
            category=Link(m.category.name, m.category.get_absolute_url()),
            stage=MIGRATION_STAGES[m.stage],
            period=_period(m),
            reason=m.reason,
            sources=cited[m.pk],
        )
        for m in rows
    ]


def _period(m: Migration) -> str:
    if m.started and m.ended:
        return f"{m.started} to {m.ended}" if m.started != m.ended else m.started
    if m.ended:
        return f"by {m.ended}"
    return f"since {m.started}" if m.started else "undated"


@require_safe
def migration_list(request: HttpRequest) -> HttpResponse:
    filters = Filters(request, MigrationFilterSet, Migration.objects.published().for_display(), _choices(request))
    if filters.refusal:
        return filters.refusal
    page = filters.page(["-id"], PAGE)
    context = {"migrations": show_migrations(page.rows), "filters": filters, **filters.links(page)}
    return filters.refusal or render(request, "stacks/migrations.html", context)


def _choices(request: HttpRequest) -> list[Choice]:
    def read() -> list[Choice]:
        rows = list(
            Migration.objects.published()
            .order_by("company__sort_key", "pk")
            .values_list("company__slug", "company__name", "stage")[:5000]
        )
        companies = Counter((slug, name) for slug, name, _ in rows)
        stages = Counter(stage for _, _, stage in rows)
        return [
            Choice("company", "Company", [(slug, name, n) for (slug, name), n in companies.items()]),
            Choice(
                "stage",
                "Stage",
                [(stage, label, stages[stage]) for stage, label in MIGRATION_STAGES.items() if stages[stage]],
            ),
        ]

    return cache.get_or_set(f"migration-choices:{catalogue_revision(request)}", read, 24 * 3600)
