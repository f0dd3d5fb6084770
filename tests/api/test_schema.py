"""The schema is whole, without a warning, and the answers are what it says."""

import json
import re
import warnings

import pytest
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from drf_spectacular.validation import validate_schema
from jsonschema.validators import validator_for
from openapi_spec_validator import OpenAPIV31SpecValidator

from development.api_contract import CONTRACT, breaking, read_schema, same
from stacks.api.described import VERSION
from stacks.models import ApiKey
from tests.api.catalogue import make_full
from tests.factories import make_company, make_coverage, make_migration, make_relation, make_technology, make_usage


@pytest.fixture
def schema(client, db):
    return client.get("/api/v1/schema/").json()


def test_the_schema_builds_without_a_warning(capsys, db):
    call_command("spectacular", "--validate", "--fail-on-warn")


def test_the_schema_is_openapi_3_1_and_names_every_address(schema):
    validate_schema(schema)
    assert schema["openapi"].startswith("3.1")
    for name in ("companies", "technologies", "categories", "usages", "migrations", "sources", "coverage"):
        assert f"/api/v1/{name}/" in schema["paths"]
    assert {"/api/v1/changes/", "/api/v1/search/", "/api/v1/compare/companies/"} <= schema["paths"].keys()


def operations(schema):
    return {item["get"]["operationId"]: item["get"] for item in schema["paths"].values()}


def test_the_specification_finds_nothing_wrong(schema):
    OpenAPIV31SpecValidator(schema).validate()


def test_the_schema_says_where_who_and_under_which_licence(schema, client):
    info = schema["info"]

    assert schema["servers"][0]["url"] == "http://testserver"
    assert info["license"] == {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
    assert info["contact"]["url"].endswith("/about/")
    assert "security" not in [*operations(schema).values(), schema]
    elsewhere = client.get("/api/v1/schema/", headers={"host": "localhost"}).json()
    assert elsewhere["servers"][0]["url"] == "http://localhost"


def test_everything_is_described(schema):
    undescribed = [
        f"{name}.{key}"
        for name, one in schema["components"]["schemas"].items()
        for key, told in one.get("properties", {}).items()
        if not told.get("description")
    ]
    assert undescribed == []
    tags = {tag["name"] for tag in schema["tags"]}
    for name, operation in operations(schema).items():
        assert operation["summary"], name
        assert operation["description"], name
        assert set(operation["tags"]) <= tags
        assert "security" not in operation
        assert all(parameter["description"] for parameter in operation.get("parameters", ())), name
        assert {"200", "304", "400", "401", "414", "429", "503"} <= operation["responses"].keys()
        assert "ETag" in operation["responses"]["200"]["headers"]
    for path, item in schema["paths"].items():
        assert ("404" in item["get"]["responses"]) == ("{" in path)
        assert ("301" in item["get"]["responses"]) == ("{slug}" in path or "/compare/" in path)


def test_each_document_and_each_value_has_its_meaning(schema):
    for name, one in schema["components"]["schemas"].items():
        assert one["description"], name
        for value in () if name.endswith(("Include", "Ordering")) else one.get("enum", ()):
            assert f"* `{value}`: " in one["description"], (name, value)
        for key, told in one.get("properties", {}).items():
            assert not told["description"].startswith(("As precise", "* `", "Markdown")), (name, key)
            assert "\n* `" not in told["description"], (name, key)


def test_a_parameter_is_of_one_type_and_its_values_are_shared(schema):
    known = {json.dumps(one["enum"]) for one in schema["components"]["schemas"].values() if "enum" in one}
    for name, operation in operations(schema).items():
        for parameter in operation.get("parameters", ()):
            told = parameter["schema"]
            told = told.get("items", told) if told.get("type") == "array" else told
            assert isinstance(told.get("type", told.get("$ref")), str), (name, parameter["name"])
            assert "anyOf" not in told
            assert json.dumps(told.get("enum")) not in known, (name, parameter["name"])
    assert "NullEnum" not in json.dumps(schema)


def test_examples_are_what_the_schema_says(schema):
    validator = validator_for({"$schema": "https://json-schema.org/draft/2020-12/schema"})
    told = 0
    for name, operation in operations(schema).items():
        for content in operation["responses"]["200"]["content"].values():
            if "example" in content:
                whole = {"components": schema["components"], **content["schema"]}
                problems = [error.message for error in validator(whole).iter_errors(content["example"])]
                assert problems == [], name
                told += 1
        assert name == "export_read" or "example" in operation["responses"]["200"]["content"]["application/json"], name
    assert told > 20


def test_a_header_that_is_told_is_sent(client, schema, settings):
    settings.THROTTLE_RATES = {"anon": None, "key": (100, 60)}
    key = ApiKey(name="Acme")
    key.set_key("stacks_key")
    key.save()
    make_full()
    answer = client.get("/api/v1/companies/full-1/", headers={"authorization": "Bearer stacks_key"})

    for name in operations(schema)["companies_detail"]["responses"]["200"]["headers"]:
        assert name in answer.headers
    moved = client.get("/api/v1/companies/former-1/")
    assert list(schema["components"]["responses"]["Moved"]["headers"]) == ["Location"]
    assert moved.headers["Location"]


def test_the_contract_of_this_version_is_kept():
    contract = json.loads(CONTRACT.read_text())
    schema = read_schema()

    assert breaking(contract, schema) == [], "this breaks clients: see docs/api-changes.md"
    assert same(contract, schema), "new for clients: tell it in docs/api-changes.md, raise VERSION, run api_contract"
    assert contract["info"]["version"] == VERSION


def test_the_version_is_the_newest_that_the_changes_tell():
    told = re.findall(r"^## (\d+\.\d+\.\d+)$", (CONTRACT.parent.parent / "api-changes.md").read_text(), re.MULTILINE)

    assert told[0] == VERSION


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: s["paths"].pop("/api/v1/usages/"), "/api/v1/usages/ is gone"),
        (lambda s: s["components"]["schemas"]["Usage"]["properties"].pop("via"), "Usage.via is gone"),
        (lambda s: s["components"]["schemas"]["Usage"]["required"].remove("via"), "Usage.via may be missing"),
        (lambda s: s["components"]["schemas"]["Usage"]["properties"]["uid"].update(type="integer"), "another type"),
        (lambda s: s["components"]["schemas"]["UsageStage"]["enum"].remove("trial"), "UsageStage: no trial any more"),
        (lambda s: s["paths"]["/api/v1/search/"]["get"]["parameters"][1].update(required=True), "kind must be given"),
        (
            lambda s: s["paths"]["/api/v1/usages/"]["get"]["parameters"][0].update(schema={"type": "string"}),
            "another type",
        ),
        (lambda s: s["paths"]["/api/v1/usages/"]["get"]["parameters"].pop(0), "no parameter company any more"),
        (lambda s: s["paths"]["/api/v1/usages/"]["get"]["responses"].pop("304"), "no answer 304"),
        (lambda s: s["paths"]["/api/v1/usages/"]["get"].update(operationId="x"), "operationId"),
    ],
)
def test_what_breaks_clients_is_found(change, said):
    contract = json.loads(CONTRACT.read_text())
    other = json.loads(CONTRACT.read_text())
    change(other)

    (found,) = breaking(contract, other)

    assert said in found
    assert breaking(contract, contract) == []
    if "is gone" in said or "may be missing" in said:
        assert not same(contract, other)


def test_the_page_to_try_it_has_no_inline_script(client, db):
    page = client.get("/api/v1/docs/").content.decode()

    assert "<script>" not in page
    assert "style=" not in page


def test_answers_keep_to_the_schema_whatever_is_asked(one_connection, settings):
    """Schemathesis asks; every answer must be documented, of the documented form, and no error of the server."""
    import schemathesis
    from hypothesis import HealthCheck, Phase
    from hypothesis import settings as hypothesis_settings

    application = get_wsgi_application()  # config.wsgi refuses to start under the settings of tests

    company, technology = make_company("Fam"), make_technology("Go")
    make_usage(company, technology, via=make_technology())
    make_migration(company, technology)
    make_coverage(company)
    make_relation(technology, "part_of", make_technology())
    settings.ALLOWED_HOSTS = ["*"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
        asked = 0
        for operation in schema.get_all_operations():
            strategy = operation.ok().as_strategy()
            few = hypothesis_settings(
                max_examples=6,
                deadline=None,
                derandomize=True,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
                database=None,
            )
            asked += _ask(strategy, few)
    assert asked > 50


def _ask(strategy, few) -> int:
    from hypothesis import given
    from schemathesis.specs.openapi.checks import positive_data_acceptance

    count = 0

    @few
    @given(case=strategy)
    def ask(case):
        nonlocal count
        count += 1
        response = case.call()
        assert response.status_code < 500, (case.as_curl_command(), response.text)
        if response.status_code != 404:
            # which slugs there are is no matter of the schema
            case.validate_response(response, excluded_checks=[positive_data_acceptance])
        if response.status_code >= 400:
            assert json.loads(response.text)["status"] == response.status_code

    ask()
    return count
