"""Whatever goes wrong below /api/ is told as a problem document."""

import pytest
from django.test import Client

from tests.api.catalogue import RESOURCES
from tests.factories import make_company, make_usage

KEYS = {"type", "title", "status", "detail", "instance", "errors", "suggestions"}


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/api/v1/companies/nobody/", 404),
        ("/api/v1/usages/nothing/", 404),
        ("/api/v1/nothing/", 404),
        ("/api/nothing", 404),
        ("/api/v2/", 404),
        ("/api/v1/companies/?nonsense=1", 400),
        ("/api/v1/companies/?page_size=abc", 400),
        ("/api/v1/companies/?cursor=junk", 400),
        ("/api/v1/companies/?ordering=secret", 400),
        ("/api/v1/companies/?uses=unknown", 400),
        ("/api/v1/companies/?format=csv", 400),
        ("/api/v1/usages/?as_of=2021-13", 400),
        ("/api/v1/usages/?stage=sometime", 400),
        ("/api/v1/usages/?current=perhaps", 400),
        ("/api/v1/usages/?updated_since=yesterday", 400),
        ("/api/v1/usages/?company=fam&company=unknown", 400),
        ("/api/v1/companies/fam/?fields=nme", 400),
        ("/api/v1/compare/companies/?company=fam", 400),
        ("/api/v1/compare/companies/?company=fam&company=unknown", 400),
        ("/api/v1/compare/companies/?company=fam&company=bolt&only=some", 400),
        ("/api/v1/compare/technologies/", 400),
        ("/api/v1/search/", 400),
    ],
)
def test_errors_are_problem_documents(client, url, status):
    make_company("Fam")
    make_company("Bolt")

    answer = client.get(url)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem.keys() == KEYS
    assert problem["status"] == status
    if status == 400:
        assert problem["errors"]
        assert all(error["parameter"] and error["message"] for error in problem["errors"])


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(method):
    make_company("Fam")

    # a form of another site carries no token: that is no reason for a 403 in HTML
    answer = getattr(Client(enforce_csrf_checks=True), method)("/api/v1/companies/fam/")

    assert answer.status_code == 405
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "junk"])
def test_the_answer_is_json_whatever_is_accepted(client, accept):
    make_company("Fam")

    answer = client.get("/api/v1/companies/", headers={"Accept": accept})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["companies/fam/", "compare/companies/?company=fam&company=bolt"])
def test_an_old_slug_leads_to_the_present_address(client, path):
    company = make_company("Fam")
    make_company("Bolt")
    company.slug = "famapp"
    company.save()

    answer = client.get(f"/api/v1/{path}")

    assert answer.status_code == 301
    assert "famapp" in answer.headers["Location"]
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "parameter", "said"),
    [
        ("colour=red", "colour", "There is no such parameter here. There are: "),
        ("page_size=0", "page_size", "greater than or equal to 1"),
        ("page_size=501", "page_size", "less than or equal to 500"),
        ("page_size=-1", "page_size", "plain digits"),
        ("page_size=1_0", "page_size", "plain digits"),
        ("page_size=%D9%A3", "page_size", "plain digits"),
        ("page_size=", "page_size", "no value"),
        ("page_size=1&page_size=2", "page_size", "Give it once"),
        ("ordering=id", "ordering", "“id” is none of: "),
        ("cursor=%00", "cursor", ""),
        ("cursor=WzAsIlx1MDAwMCJd", "cursor", "page marker"),
        ("offset=10", "offset", "page_size, cursor, ordering"),
        ("fields=nme", "fields", "There is no field “nme” here. There are: "),
        ("include=usage", "include", "There is no “usage” to include here. There are: "),
    ],
)
def test_each_list_refuses_what_it_does_not_know(client, query, parameter, said):
    for resource in RESOURCES:
        answer = client.get(f"/api/v1/{resource}/?{query}")

        assert answer.status_code == 400, resource
        [error] = answer.json()["errors"]
        assert error["parameter"] == parameter
        assert said in error["message"]
        assert answer.json()["instance"].startswith(f"/api/v1/{resource}/?")


def test_every_complaint_is_told_at_once(client):
    answer = client.get("/api/v1/usages/?company=x&company=y&stage=z&page_size=a&colour=red")

    complaints = [error["parameter"] for error in answer.json()["errors"]]
    assert complaints == ["company", "company", "stage", "colour", "page_size"]


@pytest.mark.parametrize("path", ["", "schema/", "docs/", "changes/", "compare/companies/", "search/"])
def test_an_unknown_parameter_is_refused_at_every_address(client, path):
    answer = client.get(f"/api/v1/{path}?colour=red")

    assert answer.status_code == 400
    assert "colour" in [error["parameter"] for error in answer.json()["errors"]]


@pytest.mark.parametrize("path", ["/api/", "/api/v1/%00/", "/api/v1/usages/%E2%82%AC/", "/api/v1//", "/api/v1/a.b/"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_odd_addresses_are_a_404_whatever_the_method(client, path, method):
    answer = getattr(client, method)(path)

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/api/v1/companies", "/api/v1", "/api/v1/companies/fam"])
def test_an_address_without_its_slash_leads_to_the_one_with_it(client, path):
    answer = client.get(f"{path}?page_size=5")

    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{path}/?page_size=5"


def test_a_failure_of_ours_is_a_problem_document_without_a_trace(monkeypatch):
    def fail(*args):
        raise RuntimeError("secret")

    monkeypatch.setattr("stacks.api.finished.documents", fail)
    make_usage()

    answer = Client(raise_request_exception=False).get("/api/v1/usages/")

    assert answer.status_code == 500
    assert answer.json().keys() == KEYS
    assert b"secret" not in answer.content
    assert answer.headers["Cache-Control"] == "no-cache"


def test_a_host_that_is_not_ours_is_refused_in_the_same_form():
    answer = Client(raise_request_exception=False).get("/api/v1/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert answer.json().keys() == KEYS


def test_pages_keep_their_own_errors(client):
    answer = client.get("/nothing/")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
