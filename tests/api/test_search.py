import pytest
from django.db import connection

from tests.factories import make_category, make_company, make_technology
from tests.plans import plan_of


@pytest.fixture(autouse=True)
def catalogue(db):
    make_technology("Kafka", make_category("Kafka hosts"))
    make_company("Kafkaesque")


def found(client, **query):
    answer = client.get("/api/v1/search/", query)
    assert answer.status_code == 200
    return [(hit["kind"], hit["slug"]) for hit in answer.json()["results"]]


def test_all_kinds_are_found_unless_one_is_asked_for(client):
    assert found(client, q="kafka") == [
        ("technology", "kafka"),
        ("category", "kafka-hosts"),
        ("company", "kafkaesque"),
    ]
    for kind in ("technology", "category", "company"):
        assert {hit[0] for hit in found(client, q="kafka", kind=kind)} == {kind}


@pytest.mark.parametrize("query", ["q=kafka&kind=usage", "q=kafka&kind=", "q=kafka&kind=company&kind=technology", "q="])
def test_a_kind_that_is_none_is_refused(client, query):
    answer = client.get(f"/api/v1/search/?{query}")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_names_come_from_their_indexes(client, django_assert_num_queries):
    # the revision, the names that may be meant
    with django_assert_num_queries(2) as asked:
        client.get("/api/v1/search/?q=kafka")

    if connection.vendor == "sqlite":  # PostgreSQL chooses by what it knows of the rows
        plan = plan_of(asked[1]["sql"])
        for owner in ("technology", "company"):
            assert f"stacks_{owner}alias_1 (key>? AND key<?)" in plan
            assert f"SCAN stacks_{owner}_trigrams VIRTUAL TABLE" in plan


def test_slips_of_the_pen_are_looked_for_among_keys_alone(client, django_assert_num_queries):
    # the revision, the names that may be meant, the keys, the names that are near
    with django_assert_num_queries(4) as asked:
        suggested = client.get("/api/v1/search/?q=kafak").json()["suggestions"]

    assert [hit["slug"] for hit in suggested] == ["kafka"]
    if connection.vendor == "sqlite":
        assert plan_of(asked[2]["sql"]).count("COVERING INDEX") == 2


def test_a_search_costs_the_same_for_one_kind(client, django_assert_num_queries):
    for kind in ("", "&kind=company"):
        # the revision, the names
        with django_assert_num_queries(2):
            client.get(f"/api/v1/search/?q=kafka{kind}")


def test_each_hit_says_how_it_was_found_and_guesses_are_suggestions(client):
    answer = client.get("/api/v1/search/?q=kafka 3").json()
    assert [(hit["slug"], hit["how"]) for hit in answer["results"]] == [("kafka", "within")]
    assert answer["suggestions"] == []

    answer = client.get("/api/v1/search/?q=kaffka").json()
    assert answer["results"] == []
    assert [(hit["slug"], hit["how"]) for hit in answer["suggestions"]] == [("kafka", "near")]


def test_each_hit_says_what_it_is_how_many_there_are_and_where_it_leads(client):
    make_technology("RabbitMQ")
    make_company("Fam", industry="Payments", country="India")

    def first(q):
        answer = client.get("/api/v1/search/", {"q": q}).json()["results"][0]
        assert client.get(answer["url"].replace("http://testserver", "")).status_code == 200
        return answer

    assert first("kafka vs rabbitmq") == {
        "sure": 0.92,
        "kind": "comparison",
        "slug": "kafka/rabbitmq",
        "name": "Kafka and RabbitMQ",
        "url": "http://testserver/api/v1/compare/technologies/?technology=kafka&technology=rabbitmq",
        "html_url": "http://testserver/compare/technologies/kafka/rabbitmq/",
        "matched": "Kafka and RabbitMQ",
        "how": "within",
        "what": "Technologies side by side",
        "companies_count": None,
        "technologies_count": None,
        "usages_count": None,
    }
    india = first("india")
    assert india["url"] == "http://testserver/api/v1/companies/?country=India"
    assert (india["kind"], india["companies_count"], india["usages_count"]) == ("country", 1, None)
    finance = first("fintech")
    assert finance["url"] == "http://testserver/api/v1/companies/?industry=Finance"
    assert [c["slug"] for c in client.get(finance["url"]).json()["results"]] == ["fam"]
    assert first("kafka hosts")["technologies_count"] == 0


@pytest.mark.parametrize(
    ("q", "meant"),
    [
        ("kafka", "kafka"),
        ("kafka 3.7", "kafka"),
        ("Kafkaesque", "kafkaesque"),
        ("kaf", None),
        ("kaffka", None),
        ("kafka vs kafkaesque", None),
        ("we run all of our events through kafka", None),
        ("nothing like it", None),
    ],
)
def test_one_is_meant_or_none(client, q, meant):
    answer = client.get("/api/v1/search/", {"q": q, "match": "true"}).json()

    assert [hit["slug"] for hit in answer["results"]] == ([meant] if meant else [])
    if meant:
        assert answer["suggestions"] == []
        assert answer["results"][0]["sure"] >= 0.8
    assert all(0 <= hit["sure"] <= 1 for hit in answer["results"] + answer["suggestions"])


def test_what_two_bear_is_not_sure_until_the_kind_is_told(client):
    make_technology("Redis")
    make_company("Redis")

    assert client.get("/api/v1/search/?q=redis&match=true").json()["results"] == []
    assert [hit["slug"] for hit in client.get("/api/v1/search/?q=redis&match=true").json()["suggestions"]] == [
        "redis"
    ] * 2
    assert client.get("/api/v1/search/?q=redis&match=true&kind=company").json()["results"][0]["sure"] == 1
    assert client.get("/api/v1/search/?q=redis&match=perhaps").status_code == 400
