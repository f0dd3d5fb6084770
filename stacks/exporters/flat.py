"""The documents of the API as rows of tables, for a copy that is queried: SQLite, CSV. Pure.

References are slugs and uids; what a document holds in lists stands in tables of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
Cells = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class FlatTable:
    """`key` is unique where there is one; `numbers` are columns of whole numbers (yes and no are 1 and 0)."""

    columns: tuple[str, ...]
    key: str = ""
    indexes: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()


def _table(columns: str, key: str = "", indexes: str = "", numbers: str = "") -> FlatTable:
    return FlatTable(tuple(columns.split()), key, tuple(indexes.split()), frozenset(numbers.split()))


TABLES: dict[str, FlatTable] = {
    "catalogue": _table("name url catalogue revision at licence licence_url", numbers="revision"),
    "categories": _table("slug name parent_slug position description html_url", "slug", "parent_slug", "position"),
    "technologies": _table(
        "slug name kind category_slug summary website repository licence open_source "
        "lifecycle lifecycle_on lifecycle_source companies_count html_url",
        "slug",
        "category_slug kind companies_count",
        "companies_count",
    ),
    "technology_names": _table("technology_slug name is_homonym", "", "technology_slug name", "is_homonym"),
    "technology_identifiers": _table("technology_slug scheme value", "", "technology_slug value"),
    "technology_relations": _table("subject_slug kind object_slug", "", "subject_slug object_slug"),
    "companies": _table(
        "slug name summary website engineering_blog industry country founded story lessons "
        "life life_on parent_slug usages_count html_url",
        "slug",
        "industry country",
        "usages_count",
    ),
    "company_names": _table("company_slug name", "", "company_slug name"),
    "company_identifiers": _table("company_slug scheme value", "", "company_slug value"),
    "company_facts": _table("company_slug label value observed_on source_uid", "", "company_slug"),
    "usages": _table(
        "uid company_slug technology_slug category_slug scope purpose remarks stage hosting via_slug "
        "started started_known_since ended known_until last_said is_current updated_at html_url",
        "uid",
        "company_slug technology_slug category_slug via_slug",
        "is_current",
    ),
    "migrations": _table(
        "uid company_slug from_slug to_slug category_slug stage started ended reason html_url",
        "uid",
        "company_slug from_slug to_slug category_slug",
    ),
    "coverage": _table("uid company_slug category_slug looked_on outcome source_uid", "uid", "company_slug"),
    "sources": _table(
        "uid url title publisher kind company_slug published_on updated_on archive_url checked_at check_result",
        "uid",
        "company_slug url",
    ),
    "evidence": _table(
        "usage_uid migration_uid company_slug source_uid stance stage first_party edition edition_on "
        "accessed_on verified_on technology_version quote locator",
        "",
        "usage_uid migration_uid company_slug source_uid",
        "first_party",
    ),
    "redirects": _table("kind old_slug new_slug", "", "old_slug new_slug"),
}

# What most questions begin with: names in the place of slugs.
VIEW = """
CREATE VIEW stacks AS
SELECT companies.name AS company, technologies.name AS technology, areas.name AS area, categories.name AS category,
       usages.stage, usages.is_current, usages.hosting, via.name AS via, usages.scope, usages.purpose,
       usages.started, usages.started_known_since, usages.ended, usages.last_said,
       technologies.kind, technologies.lifecycle, usages.company_slug, usages.technology_slug, usages.uid
FROM usages
JOIN companies ON companies.slug = usages.company_slug
JOIN technologies ON technologies.slug = usages.technology_slug
JOIN categories ON categories.slug = usages.category_slug
LEFT JOIN categories areas ON areas.slug = categories.parent_slug
LEFT JOIN technologies via ON via.slug = usages.via_slug
"""


def rows_of(kind: str, document: Document) -> Iterator[tuple[str, Cells]]:
    """The rows of one document, each with the name of its table; None where unknown."""
    yield from _ROWS[kind](document)


def _slug(ref: Document | None) -> str | None:
    return ref["slug"] if ref else None


def _uid(ref: Document | None) -> str | None:
    return ref["uid"] if ref else None


def _plain(table: str, document: Document, **other: Any) -> tuple[str, Cells]:
    """The columns are the document's keys, but for those that are given."""
    return table, tuple(_cell(other[name] if name in other else document[name]) for name in TABLES[table].columns)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else value


def _category(document: Document) -> Iterator[tuple[str, Cells]]:
    yield _plain("categories", document, parent_slug=_slug(document["parent"]))


def _technology(document: Document) -> Iterator[tuple[str, Cells]]:
    slug = document["slug"]
    yield _plain("technologies", document, category_slug=_slug(document["category"]))
    for name in (document["name"], *document["aliases"]):
        yield "technology_names", (slug, name, 0)
    for name in document["homonyms"]:
        yield "technology_names", (slug, name, 1)
    for one in document["identifiers"]:
        yield "technology_identifiers", (slug, one["scheme"], one["value"])
    for one in document["relations"]:
        yield "technology_relations", (slug, one["kind"], _slug(one["technology"]))


def _company(document: Document) -> Iterator[tuple[str, Cells]]:
    slug = document["slug"]
    yield _plain("companies", document, parent_slug=_slug(document["parent"]))
    for name in (document["name"], *document["aliases"]):
        yield "company_names", (slug, name)
    for one in document["identifiers"]:
        yield "company_identifiers", (slug, one["scheme"], one["value"])
    for fact in document["facts"]:
        yield "company_facts", (slug, fact["label"], fact["value"], fact["observed_on"], _uid(fact["source"]))
    yield from _evidence(document["sources"], company_slug=slug)


def _usage(document: Document) -> Iterator[tuple[str, Cells]]:
    yield _plain("usages", document, **_slugs(document, "company", "technology", "category", "via"))
    yield from _evidence(document["sources"], usage_uid=document["uid"])


def _migration(document: Document) -> Iterator[tuple[str, Cells]]:
    ends = {"from_slug": _slug(document["from_technology"]), "to_slug": _slug(document["to_technology"])}
    yield _plain("migrations", document, **_slugs(document, "company", "category"), **ends)
    yield from _evidence(document["sources"], migration_uid=document["uid"])


def _coverage(document: Document) -> Iterator[tuple[str, Cells]]:
    yield _plain("coverage", document, **_slugs(document, "company", "category"), source_uid=_uid(document["source"]))


def _source(document: Document) -> Iterator[tuple[str, Cells]]:
    yield _plain("sources", document, company_slug=_slug(document["company"]))


def _redirect(document: Document) -> Iterator[tuple[str, Cells]]:
    yield "redirects", (document["of"], document["old"], document["new"])


def _slugs(document: Document, *names: str) -> dict[str, str | None]:
    return {f"{name}_slug": _slug(document[name]) for name in names}


def _evidence(sources: list[Document], **owner: str) -> Iterator[tuple[str, Cells]]:
    owners = {"usage_uid": None, "migration_uid": None, "company_slug": None} | owner
    for cited in sources:
        yield _plain("evidence", cited, source_uid=cited["uid"], **owners)


_ROWS = {
    "category": _category,
    "technology": _technology,
    "company": _company,
    "usage": _usage,
    "migration": _migration,
    "coverage": _coverage,
    "source": _source,
    "redirect": _redirect,
}
