"""What is to go is announced by headers and in the schema, and kept for a year."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings

from stacks.api import deprecated
from stacks.api.deprecated import DEPRECATED, Deprecated
from stacks.api.schema import build_schema
from tests.factories import make_company

IN_2027 = Deprecated(dt.date(2027, 1, 1), dt.date(2028, 1, 1))
HEADERS = {"Deprecation": "@1798761600", "Sunset": "Sat, 01 Jan 2028 00:00:00 GMT"}


@pytest.fixture
def to_go(monkeypatch):
    def announce(**names):
        for name, when in names.items():
            monkeypatch.setitem(deprecated.DEPRECATED, name.replace("__", " "), when)
        build_schema.cache_clear()

    yield announce
    build_schema.cache_clear()


def told(answer):
    return {name: answer.headers[name] for name in HEADERS if name in answer.headers}


def test_who_asks_for_what_is_to_go_is_told_in_each_answer(client, to_go):
    make_company("Fam")
    to_go(companies_detail=IN_2027, search_read__kind=IN_2027)

    answer = client.get("/api/v1/companies/fam/")

    assert told(answer) == HEADERS
    unchanged = client.get("/api/v1/companies/fam/", headers={"if-none-match": answer.headers["ETag"]})
    assert (unchanged.status_code, told(unchanged)) == (304, HEADERS)
    assert told(client.get("/api/v1/companies/nobody/")) == HEADERS
    assert told(client.get("/api/v1/search/?q=fam&kind=company")) == HEADERS
    assert "Deprecation" in answer.headers["Access-Control-Expose-Headers"]
    for other in ("search/?q=fam", "companies/", "companies/fam/usages/", "nothing/"):
        assert told(client.get(f"/api/v1/{other}")) == {}, other


def test_of_several_that_are_to_go_the_first_is_told(client, to_go):
    to_go(search_read=Deprecated(dt.date(2027, 1, 1), dt.date(2029, 1, 1)), search_read__kind=IN_2027)

    assert told(client.get("/api/v1/search/?q=fam&kind=company")) == HEADERS


def test_the_schema_says_what_is_to_go(client, to_go):
    to_go(companies_detail=IN_2027, search_read__kind=IN_2027)

    paths = client.get("/api/v1/schema/").json()["paths"]

    company, search = paths["/api/v1/companies/{slug}/"]["get"], paths["/api/v1/search/"]["get"]
    assert company["deprecated"]
    assert "deprecated" not in search
    assert [one["name"] for one in search["parameters"] if one.get("deprecated")] == ["kind"]
    for operation in (company, search):
        assert HEADERS.keys() <= operation["responses"]["200"]["headers"].keys()
    assert "deprecated" not in paths["/api/v1/companies/"]["get"]


def test_it_is_kept_for_a_year():
    with pytest.raises(ValueError, match="a year"):
        Deprecated(dt.date(2027, 1, 1), dt.date(2027, 12, 31))


def test_what_is_to_go_is_told_among_the_changes():
    changes = (Path(settings.BASE_DIR) / "docs" / "api-changes.md").read_text()

    for name, when in DEPRECATED.items():
        assert name.rpartition(" ")[2] in changes
        assert when.until.isoformat() in changes
