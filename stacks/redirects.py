"""From the slugs of an address to the public rows they name, old slugs included."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stacks.models import Category, Company, Redirect, Technology

_KINDS: dict[Any, str] = {Company: "company", Technology: "technology", Category: "category"}


@dataclass(frozen=True, slots=True)
class Found:
    """`slugs` are the present ones in the order asked for, None where unknown; `moved` when one asked for was old."""

    rows: list[Any]
    slugs: list[str | None]
    unknown: list[str]
    moved: bool


def find(model: Any, slugs: Sequence[str], queryset: Any = None) -> Found:
    """Public rows by slug. One query; one more only when a slug is not in use."""
    queryset = model.objects.published() if queryset is None else queryset
    rows = {row.slug: row for row in queryset.filter(slug__in=slugs)}
    missing = [slug for slug in slugs if slug not in rows]
    leads: dict[str, str] = {}
    if missing:
        leads = dict(
            Redirect.objects.filter(kind=_KINDS[model], old_slug__in=missing).values_list("old_slug", "new_slug")
        )
        rows |= {row.slug: row for row in queryset.filter(slug__in=leads.values())} if leads else {}
    present = [slug if slug in rows else leads.get(slug) for slug in slugs]
    present = [slug if slug in rows else None for slug in present]
    return Found(
        rows=[rows[slug] for slug in present if slug],
        slugs=present,
        unknown=[asked for asked, slug in zip(slugs, present, strict=True) if slug is None],
        moved=any(slug and slug != asked for asked, slug in zip(slugs, present, strict=True)),
    )
