"""The partial schema: what `fields` and `include` answer is what it says, whole."""

import pytest
from jsonschema.validators import validator_for

from tests.api.catalogue import make_full
from tests.factories import make_company, make_usage

SCHEMA = "/api/v1/schema/"
ASKED = [
    ("companies/full-1/", "include=usages.technology.category,usages.sources,migrations,coverage.source,parent"),
    ("companies/full-1/", "fields=name,usages.technology.slug&include=usages"),
    ("companies/", "fields=-*.url"),
    ("technologies/", "include=usages.company,category.parent,relations"),
    ("categories/", "include=technologies,parent"),
    ("usages/", "fields=uid"),
    ("usages/", "include=company.parent,technology,category,via,sources"),
    ("migrations/", "include=from_technology,to_technology,company"),
    ("coverage/", "include=source.company,category&fields=-company"),
    ("sources/", "include=company"),
    ("search/", "q=managed&fields=slug"),
    ("compare/companies/", "company=full-1&company=other&fields=lean"),
]


def problems(schema, path, answer):
    """What is wrong with the answer, unknown keys included."""
    name = path.split("/")[0]
    known = {one["get"]["operationId"]: one["get"] for one in schema["paths"].values()}
    operation = f"{name}_detail" if path.count("/") > 1 and name != "compare" else f"{path.strip('/')}_read"
    told = known[operation.replace("/", "_")]["responses"]["200"]["content"]["application/json"]["schema"]
    for one in schema["components"]["schemas"].values():
        if "properties" in one:
            one["additionalProperties"] = False
    validator = validator_for({"$schema": "https://json-schema.org/draft/2020-12/schema"})
    return [error.message for error in validator({"components": schema["components"], **told}).iter_errors(answer)]


@pytest.fixture
def full(db):
    make_full()
    make_usage(make_company("Other"))


@pytest.mark.parametrize(("path", "query"), ASKED)
def test_whatever_fields_and_include_answer_is_what_the_partial_schema_says(client, full, path, query):
    answer = client.get(f"/api/v1/{path}?{query}")

    assert answer.status_code == 200, answer.json()
    assert problems(client.get(f"{SCHEMA}?partial=true").json(), path, answer.json()) == []
    assert problems(client.get(SCHEMA).json(), path, answer.json()) != []


def test_what_no_parameter_leaves_out_is_promised_all_the_same(client, db):
    whole, partial = (client.get(f"{SCHEMA}{query}").json() for query in ("", "?partial=true"))

    required = [{n for n, one in s["components"]["schemas"].items() if "required" in one} for s in (whole, partial)]
    assert {"Problem", "PaginatedUsageList", "Root", "Search", "Changes"} <= required[1] < required[0]
    assert partial["paths"] == whole["paths"]


def test_a_schema_is_partial_or_not(client, db):
    assert client.get(f"{SCHEMA}?partial=false").json() == client.get(SCHEMA).json()
    assert client.get(f"{SCHEMA}?partial=perhaps").status_code == 400
