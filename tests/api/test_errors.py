"""Whatever goes wrong below /api/ is told as a problem document."""

import pytest

from tests.factories import make_company, make_technology

pytestmark = pytest.mark.django_db
KEYS = {"type", "title", "status", "detail", "instance", "errors"}


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
        ("/api/v1/companies/fam/?fields=name", 400),
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
def test_nothing_can_be_written(client, method):
    make_company("Fam")

    answer = getattr(client, method)("/api/v1/companies/fam/")

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


def test_a_limit_is_told_with_when_to_come_back(client, settings):
    from rest_framework.throttling import AnonRateThrottle

    from stacks.api.technologies import TechnologyViewSet

    class Once(AnonRateThrottle):
        rate = "1/hour"

    make_technology()
    before = TechnologyViewSet.throttle_classes
    TechnologyViewSet.throttle_classes = [Once]
    try:
        client.get("/api/v1/technologies/")
        answer = client.get("/api/v1/technologies/")
    finally:
        TechnologyViewSet.throttle_classes = before

    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["status"] == 429
