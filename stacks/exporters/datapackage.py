"""The tables of a copy as a Frictionless data package: what each column means, its type, and what refers to what. Pure.

https://specs.frictionlessdata.io (version 1), which other tools read: types, keys and references are checked by them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stacks.exporters.flat import TABLES

DATE_PATTERN = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
_DATES = {
    *("started", "started_known_since", "ended", "known_until", "last_said", "looked_on", "observed_on", "edition_on"),
    *("published_on", "updated_on", "accessed_on", "verified_on", "lifecycle_on", "life_on", "founded", "edition"),
}
_MOMENTS = {"at", "updated_at", "checked_at"}
_FLAGS = {"is_current", "is_homonym", "first_party"}
_ADDRESSES = {"url", "html_url", "website", "repository", "engineering_blog", "archive_url", "licence_url"}
# Where a column leads whose name is not that of a table.
_LEADS = {
    "company": ("companies", "slug"),
    "technology": ("technologies", "slug"),
    "category": ("categories", "slug"),
    "via": ("technologies", "slug"),
    "from": ("technologies", "slug"),
    "to": ("technologies", "slug"),
    "subject": ("technologies", "slug"),
    "object": ("technologies", "slug"),
    "source": ("sources", "uid"),
    "usage": ("usages", "uid"),
    "migration": ("migrations", "uid"),
}
# What a column means, in each table or in one; what others mean is told by the API.
_MEANINGS = {
    "catalogue.name": "What the site calls itself.",
    "catalogue.catalogue": "Which catalogue was copied: another one for each database that it is loaded into.",
    "licence_url": "The text of the licence.",
    "categories.parent_slug": "The area that it is in; empty for an area.",
    "technologies.licence": "Its licence as an SPDX expression; empty where nobody is sure.",
    "lifecycle": "Whether its makers still keep it.",
    "lifecycle_on": "Since when that is so.",
    "lifecycle_source": "The address where its makers, or somebody who keeps track, say so.",
    "companies_count": "Companies that use it at present.",
    "subject_slug": "The technology that is spoken of.",
    "technology_relations.kind": "What it is of the other.",
    "object_slug": "The other technology.",
    "founded": "When it was founded.",
    "life_on": "Since when that is so: the date of the purchase or of the end.",
    "companies.parent_slug": "The company that it belongs to.",
    "usages_count": "Usages that are current.",
    "from_slug": "The technology that was left; empty where that is not stated.",
    "to_slug": "The technology that took its place.",
    "reason": "Why, in the words of the write-up.",
    "sources.url": "The address of the page.",
    "sources.company_slug": "The company whose own words it has; empty for what others noted.",
    "published_on": "When it was published.",
    "updated_on": "The date of its latest edition.",
    "first_party": "Whether the company speaks of itself.",
    "edition": "The date of the edition that says it: `edition_on`, else the newest of the source.",
    "edition_on": "The edition that says it, where the page has had several.",
    "accessed_on": "When it was read.",
    "verified_on": "When a second person checked it.",
    "evidence.company_slug": "The company that is cited as a whole; empty where it is another row.",
    "evidence.stage": "How far it was by that edition; empty where that says it was in use.",
    "technology_version": "The version of the technology, as this edition tells it.",
    "redirects.kind": "What was renamed.",
    "started": "When it began, where a source says so.",
    "started_known_since": "The date of the earliest edition that says it was in use.",
    "ended": "When it ended, where a source says so.",
    "known_until": "Its end, or the earliest edition that calls it retired.",
    "last_said": "The date of the newest edition that says it.",
    "observed_on": "The day that the figure is of.",
    "is_homonym": "Whether several technologies share this short form, so that it leads to none by itself.",
    "usage_uid": "The usage that is cited; empty where it is another row.",
    "migration_uid": "The migration that is cited; empty where it is another row.",
    "old_slug": "What it was called before.",
    "new_slug": "Where that leads now.",
}
_TOLD = {
    "catalogue": "The catalogue that this is a copy of, and its revision.",
    "categories": "Areas (no parent) and the categories within them.",
    "technologies": "Technologies, with their lifecycle.",
    "technology_names": "Every name that leads to a technology, and short forms that several share.",
    "technology_identifiers": "How others call a technology: Wikidata, package URLs, endoflife.date.",
    "technology_relations": "What a technology is of another: a managed form, a fork, a successor.",
    "companies": "Companies, with their story.",
    "company_names": "Every name that leads to a company.",
    "company_identifiers": "How others call a company: domains, Wikidata.",
    "company_facts": "The scale behind choices: figures with date and source.",
    "usages": "Which company uses which technology, for what, how far, since when.",
    "migrations": "Moves from one technology to another.",
    "coverage": "Honest blanks: where somebody looked, and found nothing or found it said that nothing is used.",
    "sources": "The public pages, talks and repositories that say so.",
    "evidence": "Which source says what: one row for each citation of a usage, a migration or a company.",
    "redirects": "Old slugs, and where they lead now.",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file of the package as it lies in its folder."""

    path: str
    size: int
    sha256: str


def describe(
    files: Mapping[str, File],
    whole: File,
    *,
    columns: Mapping[str, Iterable[str]],
    meanings: Mapping[str, str],
    values: Mapping[str, Sequence[str]],
    told: Mapping[str, Any],
) -> dict[str, Any]:
    """The descriptor. `files` are the CSV files by table, `whole` is the SQLite file with the same rows, `columns` what
    each table has, `meanings` what a column means, `values` what a column (`table.column`) may say where that is a
    list, and `told` what stands at the top (name, version, licences, ...).
    """
    return {
        **told,
        "profile": "data-package",
        "resources": [
            *(_table(name, file, tuple(columns[name]), meanings, values) for name, file in files.items()),
            {
                "name": "sqlite",
                "title": "All tables as an SQLite database, with indexes and a view `stacks` that has names",
                "format": "sqlite",
                "mediatype": "application/vnd.sqlite3",
                **_file(whole),
            },
        ],
    }


def _file(file: File) -> dict[str, Any]:
    return {"path": file.path, "bytes": file.size, "hash": f"sha256:{file.sha256}"}


def _table(
    name: str,
    file: File,
    columns: tuple[str, ...],
    meanings: Mapping[str, str],
    values: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    fields = [_field(name, column, meanings, values.get(f"{name}.{column}", ())) for column in columns]
    schema: dict[str, Any] = {"fields": fields, "missingValues": [""]}
    if key := TABLES[name].key:
        schema["primaryKey"] = key
    if references := [found for column in columns if (found := _reference(name, column))]:
        schema["foreignKeys"] = references
    return {
        "name": name.replace("_", "-"),
        "title": _TOLD[name],
        "profile": "tabular-data-resource",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **_file(file),
        "schema": schema,
    }


def _field(table: str, name: str, meanings: Mapping[str, str], values: Sequence[str]) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, **_type_of(name, TABLES[table].numbers)}
    own = _MEANINGS.get(f"{table}.{name}") or _MEANINGS.get(name)
    field["description"] = own or meanings.get(name) or meanings[re.sub(r"_(slug|uid)$", "", name)]
    if values:
        field["constraints"] = {"enum": list(values)}
    if name == TABLES[table].key:
        field["constraints"] = {"required": True, "unique": True}
    return field


def _type_of(name: str, numbers: Iterable[str]) -> dict[str, Any]:
    if name in _FLAGS:
        return {"type": "boolean", "trueValues": ["1"], "falseValues": ["0"]}
    if name in numbers:
        return {"type": "integer"}
    if name in _MOMENTS:
        return {"type": "datetime", "format": "any"}
    if name in _DATES:
        return {"type": "string", "constraints": {"pattern": DATE_PATTERN}}
    return {"type": "string", "format": "uri"} if name in _ADDRESSES else {"type": "string"}


def _reference(table: str, name: str) -> dict[str, Any] | None:
    what, _, key = name.rpartition("_")
    if not what or key not in {"slug", "uid"} or table == "redirects":
        return None
    lead, column = (table, "slug") if what == "parent" else _LEADS[what]
    return {"fields": name, "reference": {"resource": "" if lead == table else lead, "fields": column}}
