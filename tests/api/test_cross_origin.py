"""Scripts of other sites read what is public, in each of its forms, and nothing else."""

import pytest

from tests.factories import make_company

pytestmark = pytest.mark.django_db
ELSEWHERE = {"origin": "https://elsewhere.example"}
PUBLIC = [
    "/",
    "/companies/",
    "/companies/fam/?format=json",
    "/companies/fam/?format=csv",
    "/companies/fam/atom/",
    "/changes/atom/",
    "/api/v1/",
    "/api/v1/usages/",
    "/sitemap.xml",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_can_be_read_from_any_site(client, address):
    make_company("Fam", usages=1)

    answer = client.get(address, headers=ELSEWHERE)

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_browser_may_ask_whether_something_has_changed(client, address):
    asked = {"access-control-request-method": "GET", "access-control-request-headers": "if-none-match"}

    answer = client.options(address, headers=ELSEWHERE | asked)

    assert answer.status_code == 204
    assert "if-none-match" in answer.headers["Access-Control-Allow-Headers"].lower()
    assert "POST" not in answer.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("address", ["/admin/", "/admin/login/", "/healthz", "/readyz"])
def test_what_is_not_public_tells_other_sites_nothing(client, address):
    assert "Access-Control-Allow-Origin" not in client.get(address, headers=ELSEWHERE).headers


def test_a_refusal_can_be_read_too(client):
    answer = client.get("/api/v1/usages/?colour=red", headers=ELSEWHERE)

    assert answer.status_code == 400
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("address", ["/", "/api/v1/usages/"])
def test_a_shared_cache_keeps_one_copy_whichever_site_asks(client, address):
    from_here, from_there = client.get(address), client.get(address, headers=ELSEWHERE)

    assert "origin" not in from_there.headers.get("Vary", "").lower()
    assert from_here.headers["Access-Control-Allow-Origin"] == from_there.headers["Access-Control-Allow-Origin"]
