"""Pages as JSON documents: a stack, a technology's users, a category, migrations; pure, `link` makes the addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stacks.comparison.matrix import Fact, Move, Place, Ref
from stacks.comparison.stack import Stack
from stacks.exporters.comparison import Link, cited_document, fact_document, ref_document


def stack_document(company: Ref, stack: Stack, revision: int, link: Link) -> dict[str, Any]:
    """`rows` are the categories in page order; `planned` and `past` are empty for a stack as of a date."""
    return {
        "revision": revision,
        "as_of": stack.as_of or None,
        "company": ref_document("company", company, link),
        "rows": [
            {
                "area": ref_document("category", shelf.place.area, link),
                "category": ref_document("category", shelf.place.category, link),
                "blank": shelf.looked.outcome.value if shelf.looked else None,
                "usages": [fact_document(fact, link) for fact in shelf.facts],
            }
            for area in stack.areas
            for shelf in area.shelves
        ],
        "planned": [_placed(fact, place, link) for fact, place in stack.planned],
        "past": [_placed(fact, place, link) for fact, place in stack.past],
    }


def users_document(
    technology: Ref,
    users: Sequence[tuple[Ref, Fact, Place]],
    revision: int,
    next_page: str | None,
    link: Link,
    planned: Sequence[tuple[Ref, Fact, Place]] = (),
    past: Sequence[tuple[Ref, Fact, Place]] = (),
) -> dict[str, Any]:
    """Who uses a technology at present, one page of them; on the first also who plans it, and who used it."""

    def told(rows: Sequence[tuple[Ref, Fact, Place]]) -> list[dict[str, Any]]:
        return [
            {"company": ref_document("company", ref, link), **_placed(fact, place, link)} for ref, fact, place in rows
        ]

    return {
        "revision": revision,
        "technology": ref_document("technology", technology, link),
        "next": next_page,
        "rows": told(users),
        "rows_planned": told(planned),
        "rows_past": told(past),
    }


def _placed(fact: Fact, place: Place, link: Link) -> dict[str, Any]:
    return {
        "area": ref_document("category", place.area, link),
        "category": ref_document("category", place.category, link),
        "usage": fact_document(fact, link),
    }


def area_document(area: Ref, rows: Sequence[tuple[Ref, str, int, int]], revision: int, link: Link) -> dict[str, Any]:
    """The categories of an area with how many technologies are in use there and how many are at home."""
    return {
        "revision": revision,
        "area": ref_document("category", area, link),
        "rows": [
            {
                "category": ref_document("category", category, link),
                "description": description or None,
                "technologies_used": used,
                "technologies": homes,
            }
            for category, description, used, homes in rows
        ],
    }


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One technology of a category, `kind` what it is; `named` are some of the companies."""

    technology: Ref
    kind: str
    summary: str
    lifecycle: str
    lifecycle_on: str
    companies: int
    named: Sequence[Ref]


def category_document(category: Ref, rows: Sequence[CategoryRow], revision: int, link: Link) -> dict[str, Any]:
    """What is used in a category, most used first, then what is at home there; `named` holds some of the companies."""
    return {
        "revision": revision,
        "category": ref_document("category", category, link),
        "rows": [
            {
                "technology": ref_document("technology", row.technology, link),
                "summary": row.summary or None,
                "lifecycle": row.lifecycle,
                "lifecycle_on": row.lifecycle_on or None,
                "companies": row.companies,
                "named": [ref_document("company", company, link) for company in row.named],
            }
            for row in rows
        ],
    }


def migrations_document(rows: Sequence[Move], revision: int, next_page: str | None, link: Link) -> dict[str, Any]:
    """One page of migrations."""
    return {
        "revision": revision,
        "next": next_page,
        "rows": [
            {
                "uid": move.uid,
                "url": link("migration", move.uid),
                "company": ref_document("company", move.company, link),
                "from_technology": ref_document("technology", move.before, link) if move.before else None,
                "to_technology": ref_document("technology", move.after, link),
                "category": ref_document("category", move.category, link),
                "stage": move.stage,
                "started": move.started or None,
                "ended": move.ended or None,
                "reason": move.reason or None,
                "sources": [cited_document(cited) for cited in move.sources],
            }
            for move in rows
        ],
    }
