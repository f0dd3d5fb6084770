"""The schema is whole, without a warning, and the answers are what it says."""

import json
import warnings

import pytest
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.validation import validate_schema

from tests.factories import make_company, make_coverage, make_migration, make_relation, make_technology, make_usage


@pytest.fixture
def one_connection(db):
    """Without Django's test client a request would close the connection, and with it the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


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
