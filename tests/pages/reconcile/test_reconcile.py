"""Names are resolved as the Reconciliation Service API 0.2 has it."""

import json

import pytest

from stacks.models import CompanyIdentifier, Redirect, State, TechnologyAlias
from tests.factories import make_category, make_company, make_technology, make_usage

pytestmark = pytest.mark.django_db
PATH = "/reconcile/"


@pytest.fixture
def catalogue():
    postgres = make_technology(
        "PostgreSQL", make_category("Relational databases"), website="https://www.postgresql.org/"
    )
    TechnologyAlias.objects.create(technology=postgres, name="Postgres")
    make_technology("Redis")
    make_company("Redis", industry="Databases")
    fam = make_company("Fam", country="India", industry="Payments")
    CompanyIdentifier.objects.create(company=fam, scheme="domain", value="famapp.in")
    make_usage(fam, postgres)
    make_technology("Hidden", state=State.DRAFT)
    return fam


@pytest.fixture
def ask(client):
    """Candidates of one query, by POST as clients send it."""

    def post(**query):
        answer = client.post(PATH, {"queries": json.dumps({"q0": query})})
        assert answer.status_code == 200, answer.content
        return answer.json()["q0"]["result"]

    return post


def named(candidates):
    return [(one["id"], one["match"]) for one in candidates]


def test_the_manifest_says_what_there_is_and_all_of_it_answers(client, catalogue, settings):
    settings.SITE_URL = "http://testserver"
    manifest = client.get(PATH).json()

    assert "0.2" in manifest["versions"]
    assert {"name", "identifierSpace", "schemaSpace", "documentation"} <= manifest.keys()
    assert [one["id"] for one in manifest["defaultTypes"]] == ["technology", "company"]
    fam = "company%3Afam"
    addresses = [manifest[name]["url"].replace("{{id}}", fam) for name in ("view", "preview")]
    addresses += [f"{one['service_url']}{one['service_path']}?prefix=f" for one in manifest["suggest"].values()]
    propose = manifest["extend"]["propose_properties"]
    addresses.append(f"{propose['service_url']}{propose['service_path']}?type=company")
    addresses += [manifest[name] for name in ("identifierSpace", "schemaSpace", "documentation")]
    statuses = {address: client.get(address.removeprefix("http://testserver")).status_code for address in addresses}
    assert statuses == dict.fromkeys(addresses, 200) | {addresses[0]: 302}


def test_a_name_that_is_sure_is_a_match_and_what_two_bear_is_none(ask, catalogue):
    assert named(ask(query="postgres")) == [("technology:postgresql", True)]
    assert named(ask(query="PostgreSQL 14.2", type="technology"))[0] == ("technology:postgresql", True)
    assert named(ask(query="Redis")) == [("technology:redis", False), ("company:redis", False)]
    assert named(ask(query="Redis", type="company")) == [("company:redis", True)]
    assert named(ask(query="Postgressql")) == [("technology:postgresql", False)]
    assert named(ask(query="Fam Technologies Pvt. Ltd.")) == [("company:fam", True)]
    assert ask(query="Nothing of the kind") == []
    assert ask(query="Redis", type="Q5") == []
    assert len(ask(query="Redis", limit=1)) == 1


def test_a_candidate_says_what_it_is(ask, catalogue):
    (one,) = ask(query="Postgres")

    assert one == {
        "id": "technology:postgresql",
        "name": "PostgreSQL",
        "description": one["description"],
        "score": 98.0,
        "match": True,
        "type": [{"id": "technology", "name": "Technology"}],
    }
    assert "Relational databases" in one["description"]


def test_what_is_known_besides_weighs(ask, catalogue):
    assert named(ask(query="Fam", properties=[{"pid": "country", "v": "india"}])) == [("company:fam", True)]
    assert named(ask(query="Fam", properties=[{"pid": "country", "v": "Brazil"}])) == [("company:fam", False)]
    assert named(ask(query="Fam", properties=[{"pid": "colour", "v": ["red", 1]}])) == [("company:fam", True)]
    website = [{"pid": "website", "v": "http://postgresql.org"}]
    assert named(ask(query="Postgres", properties=website)) == [("technology:postgresql", True)]
    assert named(ask(properties=[{"pid": "domain", "v": "https://www.FamApp.in/"}])) == [("company:fam", True)]
    domain = [{"pid": "domain", "v": {"id": "famapp.in"}}]
    assert named(ask(query="FamPay", properties=domain))[0] == ("company:fam", True)
    assert named(ask(properties=domain)) == [("company:fam", True)]


def test_several_names_by_get_and_by_post(client, catalogue):
    queries = {"a": {"query": "Fam"}, "b": {"query": "postgres", "type": ["technology"]}}

    got = client.get(PATH, {"queries": json.dumps(queries)})
    posted = client.post(PATH, {"queries": json.dumps(queries)})

    assert got.json() == posted.json() == client.post("/reconcile", {"queries": json.dumps(queries)}).json()
    assert list(got.json()) == ["a", "b"]
    assert posted.headers["Cache-Control"] == "no-store"
    assert posted.headers["Access-Control-Allow-Origin"] == "*"
    assert not posted.cookies
    asked = {"origin": "https://a.example", "access-control-request-method": "POST"}
    assert "POST" in client.options(PATH, headers=asked).headers["Access-Control-Allow-Methods"]


def test_columns_are_added_to_what_was_resolved(client, catalogue):
    Redirect.objects.create(kind="company", old_slug="fampay", new_slug="fam")
    asked = {
        "ids": ["company:fam", "company:fampay", "technology:postgresql", "technology:hidden", "x"],
        "properties": [
            {"id": "country"},
            {"id": "technologies", "settings": {"limit": "1"}},
            {"id": "aliases"},
            {"id": "?"},
        ],
    }

    told = client.post(PATH, {"extend": json.dumps(asked)}).json()

    assert told["meta"][1] == {"id": "technologies", "name": "Uses", "type": {"id": "technology", "name": "Technology"}}
    rows = told["rows"]
    assert list(rows) == asked["ids"]
    assert rows["company:fam"]["country"] == [{"str": "India"}]
    assert rows["company:fampay"] == rows["company:fam"]
    assert rows["company:fam"]["technologies"] == [{"id": "technology:postgresql", "name": "PostgreSQL"}]
    assert rows["technology:postgresql"]["aliases"] == [{"str": "Postgres"}]
    assert rows["technology:hidden"] == rows["x"] == {"country": [], "technologies": [], "aliases": [], "?": []}


@pytest.mark.parametrize("many", [1, 3])
def test_columns_cost_the_same_for_few_and_many(client, many, django_assert_num_queries):
    companies = [make_company(country="India") for _ in range(many)]
    asked = {
        "ids": [f"company:{company.slug}" for company in companies],
        "properties": [{"id": "country"}, {"id": "technologies"}, {"id": "wikidata"}, {"id": "aliases"}],
    }

    # the entities, and each property
    with django_assert_num_queries(5):
        client.post(PATH, {"extend": json.dumps(asked)})


def test_what_is_typed_is_completed(client, catalogue):
    def suggested(what, **query):
        return [one["id"] for one in client.get(f"{PATH}suggest/{what}/", query).json()["result"]]

    assert suggested("entity", prefix="redi") == ["technology:redis", "company:redis"]
    assert suggested("entity", prefix="redi", type="company") == ["company:redis"]
    assert suggested("entity", prefix="redi", cursor="1") == ["company:redis"]
    assert suggested("entity", prefix="Hidden") == suggested("entity") == []
    assert suggested("type", prefix="comp") == ["company"]
    assert "website" in suggested("property", prefix="web")
    assert suggested("property", prefix="xyz") == []


def test_a_preview_is_small_and_may_stand_in_a_frame(client, catalogue):
    page = client.get(f"{PATH}preview/", {"id": "technology:postgresql"})

    assert len(page.content) < 2000
    assert "PostgreSQL" in page.content.decode()
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert (
        client.get(f"{PATH}view/", {"id": "technology:postgresql"}).headers["Location"] == "/technologies/postgresql/"
    )
    for unknown in ("technology:hidden", "technology:", "postgresql", "usage:1", "company:a\x00"):
        assert client.get(f"{PATH}preview/", {"id": unknown}).status_code == 404


@pytest.mark.parametrize(
    "queries",
    [
        "",
        "x",
        "[]",
        "{",
        '{"a": 1}',
        '{"a": {}}',
        '{"a": {"query": 1}}',
        '{"a": {"query": "x", "limit": "many"}}',
        '{"a": {"query": "x", "limit": NaN}}',
        '{"a": {"query": "x", "properties": [1]}}',
        '{"a": {"query": "x", "colour": 1}}',
        '{"a": {"query": "\\ud800"}}',
        '{"a": {"query": "a\\u0000"}}',
        "[" * 5000,
        json.dumps({str(n): {"query": "a"} for n in range(51)}),
    ],
)
def test_what_makes_no_sense_is_told(client, queries):
    answer = client.post(PATH, {"queries": queries})

    assert answer.status_code == 400
    assert answer.json()["status"] == "error"


@pytest.mark.parametrize("extend", ["{}", '{"ids": [], "properties": [1]}', '{"ids": "a", "properties": []}', "null"])
def test_what_cannot_be_told_of_entities_is_refused(client, extend):
    assert client.post(PATH, {"extend": extend}).status_code == 400


def test_odd_numbers_and_long_names_are_taken_as_they_can(ask, catalogue):
    assert len(ask(query="Redis", limit=1e300)) == 2
    assert len(ask(query="Redis", limit=-5)) == 1
    assert ask(query="x" * 5000) == []


def test_too_much_at_once_is_refused(client, catalogue, monkeypatch):
    assert client.post(PATH, {"queries": "x" * 70_000}).status_code == 413
    assert client.post(PATH, {}).status_code == 400
    monkeypatch.setattr("stacks.pages.reconcile.views.SECONDS", -1)
    answer = client.post(PATH, {"queries": '{"a": {"query": "Fam"}}'})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")


def test_it_is_under_the_limit(client, settings):
    settings.THROTTLE_RATES = {"anon": (1, 3600), "key": None}
    settings.THROTTLE_SHARES = 1

    statuses = [client.post(PATH, {"queries": '{"a": {"query": "Fam"}}'}).status_code for _ in range(2)]

    assert statuses == [200, 429]
