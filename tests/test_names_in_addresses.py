"""A name in the place of a slug leads to it, on pages and in the API; else a 404 says what it could mean."""

import pytest

from stacks.curating import curating
from stacks.models import Homonym, Redirect, TechnologyAlias
from tests.factories import make_category, make_company, make_technology
from tests.pages.reading import links_of

pytestmark = pytest.mark.django_db


@pytest.fixture
@curating()
def catalogue():
    postgres = make_technology("PostgreSQL", make_category("Relational databases"))
    TechnologyAlias.objects.create(technology=postgres, name="Postgres")
    make_technology("Node.js", slug="nodejs")
    make_technology("C++", slug="c-plus-plus")
    make_technology("Azure Database for PostgreSQL")
    make_company("Łódź Soft")
    make_company("Fam")
    old = make_company("FamPay")
    old.slug = "fam-app"
    old.save()
    for name in ("Microsoft Sentinel", "Redis Sentinel"):
        Homonym.objects.create(technology=make_technology(name), name="Sentinel")


@pytest.mark.parametrize(
    ("kind", "asked", "slug"),
    [
        ("technologies", "postgres", "postgresql"),
        ("technologies", "POSTGRES", "postgresql"),
        ("technologies", "PostgreSQL", "postgresql"),
        ("technologies", "postgre-sql", "postgresql"),
        ("technologies", "node-js", "nodejs"),
        ("technologies", "Node.js", "nodejs"),
        ("technologies", "node js", "nodejs"),
        ("technologies", "C++", "c-plus-plus"),
        ("companies", "Łódź Soft", "lodz-soft"),
        ("companies", "lodzsoft", "lodz-soft"),
        ("companies", "fampay", "fam-app"),
        ("companies", "FamPay", "fam-app"),
        ("companies", "FAM", "fam"),
        ("categories", "Relational-Databases", "relational-databases"),
        ("categories", "Relational databases", "relational-databases"),
    ],
)
def test_a_name_or_another_spelling_leads_to_the_slug(client, catalogue, kind, asked, slug):
    for prefix in ("", "/api/v1"):
        answer = client.get(f"{prefix}/{kind}/{asked}/")

        assert answer.status_code == 301, prefix
        assert answer.headers["Location"].endswith(f"{prefix}/{kind}/{slug}/")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert client.get(answer.headers["Location"]).status_code == 200


def test_the_slug_as_written_comes_before_a_redirect_and_that_before_a_name(client, catalogue):
    redis = make_technology("Redis")
    other = make_technology("Other", slug="kv")
    TechnologyAlias.objects.create(technology=redis, name="KV")
    TechnologyAlias.objects.create(technology=redis, name="Cache")
    Redirect.objects.create(kind="technology", old_slug="cache", new_slug=other.slug)

    assert client.get("/technologies/kv/").status_code == 200
    assert client.get("/technologies/cache/").headers["Location"] == "/technologies/kv/"
    assert client.get("/technologies/KV/").headers["Location"] == "/technologies/kv/"


def test_a_spelling_that_two_slugs_answer_leads_to_neither(client):
    make_company("One", slug="ab-c")
    make_company("Two", slug="a-bc")

    assert client.get("/companies/abc/").status_code == 404
    assert client.get("/companies/AB-C/").headers["Location"] == "/companies/ab-c/"


def test_names_lead_to_the_slugs_inside_a_comparison_too(client, catalogue):
    page = client.get("/compare/technologies/postgres/Node.js/?only=x&utm_source=y")
    assert page.headers["Location"] == "/compare/technologies/postgresql/nodejs/"

    api = client.get("/api/v1/compare/technologies/?technology=postgres&technology=nodejs")
    assert api.status_code == 301
    assert api.headers["Location"].endswith("?technology=postgresql&technology=nodejs")
    companies = client.get("/compare/companies/fampay/FAM/?only=shared")
    assert companies.headers["Location"] == "/compare/companies/fam-app/fam/?only=shared"


def test_pages_beside_that_of_the_row_follow_names_too(client, catalogue):
    assert client.get("/companies/FamPay/changes/").headers["Location"] == "/companies/fam-app/changes/"
    assert client.get("/technologies/postgres/atom/").headers["Location"] == "/technologies/postgresql/atom/"


def test_a_homonym_leads_nowhere_and_the_404_names_all_that_share_it(client, catalogue):
    page = client.get("/technologies/sentinel/")

    assert page.status_code == 404
    meant = ["/technologies/microsoft-sentinel/", "/technologies/redis-sentinel/"]
    assert [link for link in links_of(page, "main") if link in meant] == meant
    problem = client.get("/api/v1/technologies/sentinel/").json()
    assert [found["slug"] for found in problem["suggestions"]] == ["microsoft-sentinel", "redis-sentinel"]


@pytest.mark.parametrize(
    ("asked", "slug"), [("postgrs", "postgresql"), ("azure-database", "azure-database-for-postgresql")]
)
def test_an_unknown_name_is_a_404_with_the_best_suggestion_first(client, catalogue, asked, slug):
    page = client.get(f"/technologies/{asked}/")
    assert page.status_code == 404
    assert (
        next(link for link in links_of(page, "main") if link.startswith("/technologies/")) == f"/technologies/{slug}/"
    )

    problem = client.get(f"/api/v1/technologies/{asked}/")
    assert problem.status_code == 404
    assert problem.json()["suggestions"][0] == {
        "slug": slug,
        "name": problem.json()["suggestions"][0]["name"],
        "url": f"http://testserver/api/v1/technologies/{slug}/",
    }


def test_a_name_of_another_kind_is_proposed_where_nothing_else_is(client, catalogue):
    assert "/technologies/postgresql/" in links_of(client.get("/companies/postgres/"), "main")


@pytest.mark.parametrize("state", ["draft", "proposed", "retracted"])
def test_names_of_what_is_not_public_lead_nowhere(client, state):
    hidden = make_technology("Whisper", state=state)
    TechnologyAlias.objects.create(technology=hidden, name="Murmur")
    Homonym.objects.create(technology=hidden, name="Hush")

    for asked in ("whisper", "WHISPER", "murmur", "hush", "Whis-per"):
        for prefix in ("", "/api/v1"):
            answer = client.get(f"{prefix}/technologies/{asked}/")
            assert answer.status_code == 404
            assert b"Whisper" not in answer.content


@pytest.mark.parametrize("asked", ["%00", "%F0%9F%A6%84", "a" * 300, "%C5%81", "-", "..", "'", "%25", "x%0Ay"])
def test_whatever_stands_in_the_place_of_a_slug_is_answered(client, catalogue, asked):
    for kind in ("technologies", "companies", "categories"):
        assert client.get(f"/{kind}/{asked}/").status_code in (301, 404)
        assert client.get(f"/api/v1/{kind}/{asked}/").status_code in (301, 404)
        assert client.get(f"/compare/{kind}/{asked}/x/").status_code in (301, 400, 404)


def test_the_picker_refuses_more_than_six_before_it_searches(client, catalogue, django_assert_max_num_queries):
    query = "&".join(f"technology=qq{n}" for n in range(250))

    with django_assert_max_num_queries(12):
        page = client.get(f"/compare/technologies/?{query}")

    assert page.status_code == 400
    assert "At most 6 technologies fit side by side: leave out 244." in page.context["problems"]
    assert page.context["suggestions"] == []


def test_a_comparison_has_one_canonical_address(client, catalogue):
    for order in ("fam/lodz-soft", "lodz-soft/fam"):
        page = client.get(f"/compare/companies/{order}/?only=shared").content.decode()

        assert '<link rel="canonical" href="http://127.0.0.1:8000/compare/companies/fam/lodz-soft/">' in page
        assert '<meta property="og:url" content="http://127.0.0.1:8000/compare/companies/fam/lodz-soft/">' in page
