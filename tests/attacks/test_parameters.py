"""What breaks out of a statement, in each parameter that a page takes and an endpoint has: found by walking."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client

from stacks.curating import curating
from stacks.models import Company, Technology
from tests.attacks.test_doors import filled
from tests.attacks.walking import patterns
from tests.factories import make_category, make_company, make_technology, make_usage

# Ends a text in either quotes, a statement, a pattern, and what PostgreSQL takes in no text at all.
BREAKING = ["' OR '1'='1' --", '"); DROP TABLE stacks_company; --', "a\0b", "%' ESCAPE '", "{{7*7}}${7*7}"]
CONTRACT = Path(settings.BASE_DIR) / "docs/schema/openapi.json"


@pytest.fixture
def catalogue(db):
    with curating():
        kafka = make_technology("Kafka", make_category("Brokers"))
        for name in ("Acme", "Bolt"):
            make_usage(make_company(name), kafka)


def of_pages():
    for space, pattern in patterns():
        takes = getattr(pattern.callback, "takes", None)
        if takes is not None and pattern.name and space != "admin:" and "picture" not in pattern.callback.__module__:
            address = filled(space + pattern.name, pattern)
            yield from ((address, name) for name in takes.names)


def of_endpoints():
    for path, methods in json.loads(CONTRACT.read_text())["paths"].items():
        address = path.replace("{slug}", "acme").replace("{uid}", "abc")
        for parameter in methods.get("get", {}).get("parameters", []):
            if parameter["in"] == "query" and "export" not in path:
                yield address, parameter["name"]


@pytest.mark.both_databases
def test_no_parameter_breaks_out_of_its_statement(catalogue, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    client = Client()
    asked = [*of_pages(), *of_endpoints()]
    wrong = []
    for number, (address, name) in enumerate(asked):
        value = BREAKING[number % len(BREAKING)]
        answer = client.get(address, {name: value})
        if answer.status_code >= 500 or (not answer.streaming and b"4949" in answer.content):
            wrong.append((address, name, value, answer.status_code))
    for address, name in (("/search/", "q"), ("/companies/", "q"), ("/api/v1/search/", "q"), ("/api/v1/usages/", "q")):
        for value in BREAKING:
            answer = client.get(address, {name: value})
            assert answer.status_code < 500, (address, value)
            assert b"/companies/bolt/" not in answer.content, (address, value)
    assert wrong == []
    assert len(asked) > 150
    assert (Company.objects.count(), Technology.objects.count()) == (2, 1)


@pytest.mark.both_databases
def test_no_part_of_a_path_does(catalogue, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    client = Client()
    for address in (
        "/companies/{}/",
        "/technologies/{}/",
        "/compare/companies/acme/{}/",
        "/api/v1/usages/{}/",
        "/usages/{}/",
    ):
        for value in BREAKING:
            assert client.get(address.format(quote(value, safe=""))).status_code in {400, 404}, (address, value)
