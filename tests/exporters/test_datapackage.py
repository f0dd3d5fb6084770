"""The data of a release is what its description says: types, keys, references, sizes, and nothing of one site."""

import csv
import hashlib
import re
import sqlite3
from contextlib import closing

import pytest

from development.data import build
from stacks import __version__
from stacks.exporters.flat import TABLES
from tests.api.catalogue import make_bare, make_full

pytestmark = pytest.mark.django_db
TYPES = {
    "integer": r"-?\d+",
    "boolean": r"[01]",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z",
    "string": r"(?s:.*)",
}


@pytest.fixture
def package(client, tmp_path):
    make_full()
    make_bare()
    answer = client.get("/api/v1/export/?format=sqlite")
    return build(answer.getvalue(), tmp_path, "2026-11-28"), tmp_path


def rows_of(folder, resource):
    with (folder / resource["path"]).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_row_is_what_the_description_says(package):
    descriptor, folder = package
    tables = {r["name"]: (r, rows_of(folder, r)) for r in descriptor["resources"] if r["format"] == "csv"}

    assert len(tables) == len(TABLES)
    for resource, rows in tables.values():
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert rows, resource["name"]
        assert list(rows[0]) == list(fields)
        assert all(field["description"] for field in fields.values()), resource["name"]
        for row in rows:
            for name, value in row.items():
                assert value in fields[name].get("constraints", {}).get("enum", [value]) or not value, (name, value)
                pattern = fields[name].get("constraints", {}).get("pattern") or TYPES[fields[name]["type"]]
                assert not value or re.fullmatch(pattern, value), (resource["name"], name, value)
        if key := resource["schema"].get("primaryKey"):
            assert len({row[key] for row in rows if row[key]}) == len(rows)
        for found in resource["schema"].get("foreignKeys", []):
            _, others = tables[found["reference"]["resource"] or resource["name"]]
            there = {row[found["reference"]["fields"]] for row in others}
            assert {row[found["fields"]] for row in rows} - {""} <= there, (resource["name"], found)


def test_what_a_column_may_say_and_what_it_means_in_this_table_is_told(package):
    descriptor, _ = package
    fields = {
        f"{resource['name']}.{field['name']}": field
        for resource in descriptor["resources"]
        if "schema" in resource
        for field in resource["schema"]["fields"]
    }

    assert "retired" in fields["usages.stage"]["constraints"]["enum"]
    assert fields["sources.kind"]["constraints"]["enum"] != fields["technologies.kind"]["constraints"]["enum"]
    assert "SPDX" in fields["technologies.licence"]["description"]
    assert fields["sources.url"]["description"] == "The address of the page."
    assert not {"usages.updated_at", "usages.html_url", "catalogue.url"} & fields.keys()


def test_each_file_is_named_with_its_size_and_digest_and_none_is_left_over(package):
    descriptor, folder = package

    for resource in descriptor["resources"]:
        read = (folder / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(read), f"sha256:{hashlib.sha256(read).hexdigest()}")
    named = {resource["path"] for resource in descriptor["resources"]}
    assert {path.name for path in folder.iterdir()} == named | {"datapackage.json"}


def test_the_package_tells_version_date_and_licence_and_no_site(package):
    descriptor, folder = package

    assert descriptor["version"] == f"{__version__}+20261128"
    assert descriptor["licenses"] == [
        {"name": "CC-BY-4.0", "title": "CC BY 4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}
    ]
    for path in folder.iterdir():
        assert b"testserver" not in path.read_bytes(), path.name


def test_the_database_holds_the_rows_of_the_tables(package):
    descriptor, folder = package

    with closing(sqlite3.connect(folder / "catalogue.sqlite3")) as base:
        for name in TABLES:
            resource = next(r for r in descriptor["resources"] if r["path"] == f"{name}.csv")
            ((count,),) = base.execute(f"SELECT count(*) FROM {name}")
            assert count == len(rows_of(folder, resource))
        assert base.execute("SELECT company FROM stacks").fetchall()
