"""A comparison as the one JSON document that page and API share. Pure: `link` makes the addresses."""

from collections.abc import Callable
from typing import Any

from stacks.comparison.matrix import Agreement, Cell, Cited, Entry, Fact, Matrix, Ref, Row
from stacks.comparison.technologies import TechnologyMatrix

Link = Callable[[str, str], str]  # kind, slug or uid -> address


def companies_document(matrix: Matrix, revision: int, link: Link) -> dict[str, Any]:
    """The document of DESIGN.md, section 2; unknown values are None."""
    return {
        "revision": revision,
        "as_of": matrix.as_of or None,
        "only": matrix.kept.value or None,
        "companies": [ref_document("company", company, link) for company in matrix.companies],
        "summary": {
            "rows": matrix.total,
            **{agreement.value: matrix.counts[agreement] for agreement in Agreement},
            "ended": matrix.ended,
            "old": matrix.old,
            "undated": matrix.undated,
            "alikeness": [
                {
                    "companies": [ref.slug for ref in pair.companies],
                    "met": pair.met,
                    "of": pair.of,
                    "categories": pair.categories,
                    "share": None if pair.share is None else round(pair.share, 4),
                }
                for pair in matrix.alikeness
            ],
        },
        "rows": [
            {
                "area": ref_document("category", row.place.area, link),
                "category": ref_document("category", row.place.category, link),
                "agreement": row.agreement.value,
                "most_common": _most_common(row, link),
                "cells": [_cell(cell, link) for cell in row.cells],
            }
            for row in matrix.rows
        ],
    }


def technologies_document(matrix: TechnologyMatrix, revision: int, link: Link) -> dict[str, Any]:
    """Who uses which of the technologies; `rows` has one entry per company, those that use most of them first."""
    return {
        "revision": revision,
        "technologies": [
            {**ref_document("technology", technology, link), "companies": users}
            for technology, users in zip(matrix.technologies, matrix.users, strict=True)
        ],
        "summary": {
            "companies": matrix.companies,
            "rows": len(matrix.rows),
            "all": [ref_document("company", company, link) for company in matrix.by_all],
            "several": [ref_document("company", company, link) for company in matrix.by_several],
            "categories": [
                {"category": ref_document("category", category, link), "companies": list(counts)}
                for category, counts in matrix.categories
            ],
        },
        "rows": [
            {
                "company": ref_document("company", row.company, link),
                "cells": [
                    {
                        "technology": technology.slug,
                        "usages": [
                            {
                                **fact_document(use.fact, link),
                                "category": ref_document("category", use.place.category, link),
                            }
                            for use in cell
                        ],
                    }
                    for technology, cell in zip(matrix.technologies, row.cells, strict=True)
                ],
            }
            for row in matrix.rows
        ],
    }


def _most_common(row: Row, link: Link) -> dict[str, Any] | None:
    technologies, companies = row.most_common
    if not technologies:
        return None
    return {"technologies": [ref_document("technology", ref, link) for ref in technologies], "companies": companies}


def _cell(cell: Cell, link: Link) -> dict[str, Any]:
    return {
        "company": cell.company.slug,
        "blank": cell.blank.value if cell.blank else None,
        "usages": [_entry(entry, link) for entry in cell.entries],
    }


def _entry(entry: Entry, link: Link) -> dict[str, Any]:
    return fact_document(entry.fact, link) | {
        "same_as": [ref.slug for ref in entry.same],
        "relative_of": [ref.slug for ref in entry.relatives],
        "technology_ended": entry.fact.discontinued,
        "old": entry.fact.old,
    }


def fact_document(fact: Fact, link: Link) -> dict[str, Any]:
    """One usage inside a comparison: what `usages/` says of it, without its company and category."""
    return {
        "uid": fact.uid,
        "url": link("usage", fact.uid),
        "technology": ref_document("technology", fact.technology, link),
        "scope": fact.scope or None,
        "purpose": fact.purpose or None,
        "remarks": fact.remarks or None,
        "stage": fact.stage,
        "hosting": fact.hosting,
        "via": ref_document("technology", fact.via, link) if fact.via else None,
        "started": fact.started or None,
        "started_known_since": None if fact.started else fact.known_since or None,
        "ended": fact.ended or None,
        "known_until": fact.known_until or None,
        "last_said": fact.last_said or None,
        "sources": [cited_document(cited) for cited in fact.sources],
    }


def cited_document(cited: Cited) -> dict[str, Any]:
    return {
        "uid": cited.uid,
        "url": cited.url,
        "title": cited.title,
        "publisher": cited.publisher or None,
        "kind": cited.kind,
        "first_party": cited.first_party,
        "edition": cited.edition or None,
        "edition_on": cited.edition_on or None,
        "accessed_on": cited.accessed_on or None,
        "verified_on": cited.verified_on or None,
        "stage": cited.stage or None,
        "technology_version": cited.technology_version or None,
        "stance": cited.stance,
        "quote": cited.quote or None,
        "locator": cited.locator or None,
        "archive_url": cited.archive_url or None,
    }


def ref_document(kind: str, ref: Ref, link: Link) -> dict[str, str]:
    return {"slug": ref.slug, "name": ref.name, "url": link(kind, ref.slug)}
