"""`python -m development.data FOLDER`: the catalogue of this database as dated data, CSV and SQLite, described.

The rows are those of `export/` of the API; what is only true of one site is left out: addresses of pages, and when a
row was last saved there.
"""

import csv
import hashlib
import json
import os
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stacks import __version__
from stacks.api.described import KEYS
from stacks.exporters.datapackage import File, describe
from stacks.exporters.flat import TABLES

OF_ONE_SITE = {"html_url", "updated_at"}


def build(copy: bytes, folder: Path, day: str) -> dict[str, Any]:
    """Write the package from an SQLite copy of the API; `day` is its date. Returns the descriptor."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / "catalogue.sqlite3"
    whole.write_bytes(copy)
    with closing(sqlite3.connect(whole, isolation_level=None)) as base:
        for name in TABLES:
            for column in OF_ONE_SITE & set(_columns(base, name)):
                base.execute(f"ALTER TABLE {name} DROP COLUMN {column}")
        base.execute("ALTER TABLE catalogue DROP COLUMN url")
        base.execute("VACUUM")
        columns = {name: _columns(base, name) for name in TABLES}
        for name in TABLES:
            _write(folder / f"{name}.csv", columns[name], base.execute(f"SELECT * FROM {name}"))  # noqa: S608 - ours
        (told,) = base.execute("SELECT revision, catalogue, licence, licence_url FROM catalogue")
    descriptor = describe(
        {name: _file(folder / f"{name}.csv") for name in TABLES},
        _file(whole),
        columns=columns,
        meanings=KEYS,
        values=_values(columns),
        told=_head(day, *told),
    )
    text = json.dumps(descriptor, indent=2, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    return descriptor


def _head(day: str, revision: int, catalogue: str, licence: str, licence_url: str) -> dict[str, Any]:
    return {
        "name": "stacks-catalogue",
        "title": "Stacks: which company uses which technology, for what, since when, why, and who says so",
        "description": "A curated catalogue. Every usage names its sources; quotations belong to their authors. Dates "
        "are as precise as they are known: 2019, 2019-06 or 2019-06-03.",
        "version": f"{__version__}+{day.replace('-', '')}",
        "created": f"{day}T00:00:00Z",
        "licenses": [{"name": licence.replace(" ", "-"), "title": licence, "path": licence_url}],
        "keywords": ["technology", "stack", "companies", "evidence"],
        "revision": revision,
        "catalogue": catalogue,
    }


def _values(columns: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """What a column may say, where its field is one of choices."""
    from stacks import models  # can be imported only when Django is set up

    kept: dict[str, Any] = {
        "technologies": models.Technology,
        "technology_identifiers": models.TechnologyIdentifier,
        "technology_relations": models.TechnologyRelation,
        "companies": models.Company,
        "company_identifiers": models.CompanyIdentifier,
        "usages": models.Usage,
        "migrations": models.Migration,
        "coverage": models.Coverage,
        "sources": models.Source,
        "evidence": models.Evidence,
        "redirects": models.Redirect,
    }
    return {
        f"{table}.{field.name}": [value for value, _ in field.flatchoices if value]
        for table, model in kept.items()
        for field in model._meta.concrete_fields
        if field.choices and field.name in columns[table]
    }


def _columns(base: sqlite3.Connection, table: str) -> tuple[str, ...]:
    return tuple(row[1] for row in base.execute(f"PRAGMA table_info({table})"))


def _write(path: Path, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    """As RFC 4180 has it: UTF-8 without a mark, what is unknown is empty, nothing else is changed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(["" if value is None else value for value in row] for row in rows)


def _file(path: Path) -> File:
    read = path.read_bytes()
    return File(path.name, len(read), hashlib.sha256(read).hexdigest())


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    answer = Client().get("/api/v1/export/?format=sqlite")
    build(answer.getvalue(), Path(sys.argv[1]), f"{datetime.now(UTC):%Y-%m-%d}")


if __name__ == "__main__":
    main()
