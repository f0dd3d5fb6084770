"""The limit of a list: what it costs to read 100 usages with all that the API tells of them and to write that down.

No framework, no ORM: statements, tuples, dicts, orjson. It takes a DB-API connection, of SQLite or PostgreSQL, and
needs nothing of this project, so that the peers can measure it beside themselves in their own process.
"""

from typing import Any

import orjson

HOST = "http://localhost"
_PAGE = """
    SELECT u.id, u.uid, c.slug, c.name, t.slug, t.name, k.slug, k.name, u.scope, u.purpose, u.remarks, u.stage,
        u.hosting, v.slug, v.name, v.state, u.started, u.known_since, u.ended, u.known_until, u.last_said, u.updated_at
    FROM stacks_usage u
    JOIN stacks_company c ON c.id = u.company_id
    JOIN stacks_technology t ON t.id = u.technology_id
    JOIN stacks_category k ON k.id = u.category_id
    LEFT JOIN stacks_technology v ON v.id = u.via_id
    WHERE u.visible
    ORDER BY u.{order}
    LIMIT 100
"""
_CITED = """
    SELECT e.usage_id, s.uid, s.url, s.title, s.publisher, s.kind, s.archive_url, s.updated_on, s.published_on,
        s.company_id = u.company_id, e.edition_on, e.quote, e.locator, e.stance, e.stage, e.technology_version,
        e.accessed_on, e.verified_on, s.check_result
    FROM stacks_evidence e
    JOIN stacks_source s ON s.id = e.source_id
    JOIN stacks_usage u ON u.id = e.usage_id
    WHERE e.usage_id IN ({keys})
    ORDER BY e.id
"""


def page(connection: Any, order: str) -> bytes:
    cursor = connection.cursor()
    cursor.execute(_PAGE.format(order=order))
    usages = cursor.fetchall()
    cursor.execute(_CITED.format(keys=",".join(str(row[0]) for row in usages)))
    sources: dict[int, list[dict[str, Any]]] = {}
    for row in cursor.fetchall():
        sources.setdefault(row[0], []).append(_source(row))
    results = [_usage(row, sources.get(row[0], [])) for row in usages]
    return orjson.dumps({"next": None, "previous": None, "results": results})


def _usage(row: Any, sources: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "uid": row[1],
        "url": f"{HOST}/api/v1/usages/{row[1]}/",
        "html_url": f"{HOST}/companies/{row[2]}/#usage-{row[1]}",
        "company": {"slug": row[2], "name": row[3], "url": f"{HOST}/api/v1/companies/{row[2]}/"},
        "technology": {"slug": row[4], "name": row[5], "url": f"{HOST}/api/v1/technologies/{row[4]}/"},
        "category": {"slug": row[6], "name": row[7], "url": f"{HOST}/api/v1/categories/{row[6]}/"},
        "scope": row[8] or None,
        "purpose": row[9] or None,
        "remarks": row[10] or None,
        "stage": row[11],
        "hosting": row[12],
        "via": {"slug": row[13], "name": row[14], "url": f"{HOST}/api/v1/technologies/{row[13]}/"}
        if row[15] == "published"
        else None,
        "started": row[16] or None,
        "started_known_since": None if row[16] else row[17] or None,
        "ended": row[18] or None,
        "known_until": row[19] or None,
        "last_said": row[20] or None,
        "is_current": not row[18] and row[11] not in ("planned", "retired"),
        "sources": sources,
        "updated_at": row[21],
    }


def _source(row: Any) -> dict[str, Any]:
    return {
        "uid": row[1],
        "url": row[2],
        "title": row[3],
        "publisher": row[4] or None,
        "kind": row[5],
        "first_party": bool(row[9]),
        "edition": row[10] or row[7] or row[8] or None,
        "edition_on": row[10] or None,
        "accessed_on": row[16] or None,
        "verified_on": row[17],
        "stage": row[14] or "in_use",
        "technology_version": row[15] or None,
        "stance": row[13],
        "quote": row[11] or None,
        "locator": row[12] or None,
        "archive_url": row[6] or None,
        "check_result": row[18] or None,
    }
