"""A limit is told: how much, until when, to whom."""

import pytest
from django.core.cache import cache

from stacks.limits import last_used
from stacks.models import ApiKey, Change
from tests.factories import make_company

PATH = "/api/v1/companies/"


@pytest.fixture
def limit(settings):
    """`limit(most, window=3600, shares=1, key=None)`: so much for each visitor, and for who has a key."""

    def set_to(most, window=3600, shares=1, key=None):
        settings.THROTTLE_RATES = {"anon": (most, window), "key": (key or 10 * most, window)}
        settings.THROTTLE_SHARES = shares

    return set_to


def test_a_limit_is_told_with_when_to_come_back(client, limit):
    limit(2)
    assert [client.get(PATH).status_code for _ in range(2)] == [200, 200]

    answer = client.get(PATH)

    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 429
    wait = int(answer.headers["Retry-After"])
    assert 0 < wait <= 3600
    assert answer.headers["RateLimit-Policy"] == '"anon";q=2;w=3600'
    assert answer.headers["RateLimit"] == f'"anon";r=0;t={wait}'
    assert "free keys" in answer.json()["detail"]
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_answers_that_others_may_keep_say_nothing_of_one_visitor(client, limit):
    limit(5)

    answer = client.get(PATH)

    assert "RateLimit" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public")


def test_each_visitor_has_a_limit_and_one_network_is_one_visitor(client, limit):
    limit(1)

    def ask(address):
        return client.get(PATH, REMOTE_ADDR=address).status_code

    assert [ask("192.0.2.1"), ask("192.0.2.1"), ask("192.0.2.2")] == [200, 429, 200]
    assert [ask("2001:db8::1"), ask("2001:db8::ffff"), ask("2001:db8:0:1::1")] == [200, 429, 200]


def test_who_is_behind_a_proxy_is_counted_by_what_that_tells(client, limit, settings):
    limit(1)
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}

    def ask(forwarded):
        return client.get(PATH, headers={"x-forwarded-for": forwarded}).status_code

    assert [ask("1.1.1.1, 192.0.2.1"), ask("9.9.9.9, 192.0.2.1"), ask("192.0.2.2")] == [200, 429, 200]


def test_what_has_not_changed_is_not_counted(client, limit):
    limit(1)
    etag = client.get(PATH).headers["ETag"]

    assert [client.get(PATH, headers={"if-none-match": etag}).status_code for _ in range(3)] == [304, 304, 304]


def test_a_process_that_counts_alone_takes_its_share(client, limit):
    limit(6, shares=3)

    assert [client.get(PATH).status_code for _ in range(3)] == [200, 200, 429]


def test_the_next_window_begins_anew(client, limit, monkeypatch):
    limit(1, 1)
    moment = 1_000_000.2
    monkeypatch.setattr("stacks.limits.time.time", lambda: moment)
    assert [client.get(PATH).status_code for _ in range(2)] == [200, 429]

    moment = 1_000_001.0

    assert client.get(PATH).status_code == 200


def test_a_cache_that_is_away_counts_nothing(client, limit, monkeypatch):
    limit(1)

    def away(*args):
        raise ValueError

    monkeypatch.setattr(cache, "incr", away)

    assert [client.get(PATH).status_code for _ in range(3)] == [200, 200, 200]


def test_a_limit_writes_nothing_down(client, limit, django_assert_num_queries):
    make_company()
    limit(100)
    lines = Change.objects.count()

    # as without: the revision, the page, and what hangs on its rows
    with django_assert_num_queries(6):
        client.get(PATH)
    assert Change.objects.count() == lines


# keys


@pytest.fixture
def key():
    row = ApiKey(name="Acme")
    row.set_key("stacks_right")
    row.save()
    return row


def with_key(told="Bearer stacks_right"):
    return {"authorization": told}


def test_a_key_has_a_limit_of_its_own_and_is_told_what_is_left(client, limit, key):
    limit(1, key=3)
    assert [client.get(PATH).status_code for _ in range(2)] == [200, 429]

    answers = [client.get(PATH, headers=with_key()) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"key";q=3;w=3600'}
    assert [answer.headers["RateLimit"].split(";")[1] for answer in answers] == ["r=2", "r=1", "r=0", "r=0"]
    assert all(answer.headers["Cache-Control"].startswith("private") for answer in answers)
    assert "Authorization" in answers[0].headers["Vary"]
    assert "free keys" not in answers[3].json()["detail"]
    assert client.get(PATH, REMOTE_ADDR="192.0.2.9", headers=with_key()).status_code == 429


def test_what_has_not_changed_costs_a_key_nothing_and_is_private_too(client, limit, key):
    limit(1, key=2)
    etag = client.get(PATH, headers=with_key()).headers["ETag"]

    answers = [client.get(PATH, headers=with_key() | {"if-none-match": etag}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [304] * 3
    assert {answer.headers["RateLimit"].split(";")[1] for answer in answers} == {"r=1"}
    assert answers[0].headers["Cache-Control"].startswith("private")


def test_without_a_limit_a_key_is_still_answered_in_private(client, key):
    answer = client.get(PATH, headers=with_key())

    assert answer.headers["Cache-Control"].startswith("private")
    assert "RateLimit" not in answer.headers


@pytest.mark.parametrize("told", ["Bearer stacks_wrong", "Bearer", "Bearer ", "Token stacks_right", "stacks_right"])
def test_what_is_no_key_is_refused(client, key, told):
    etag = client.get(PATH).headers["ETag"]

    answer = client.get(PATH, headers=with_key(told) | {"if-none-match": etag})

    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" not in answer.headers
    assert answer.json()["status"] == 401


def test_who_guesses_keys_is_under_the_limit_of_visitors(client, limit, key):
    limit(2)

    statuses = [client.get(PATH, headers=with_key(f"Bearer {number}")).status_code for number in range(3)]

    assert statuses == [401, 401, 429]
    assert client.get(PATH, headers=with_key()).status_code == 200


def test_a_key_that_was_ended_says_since_when(client, key):
    ApiKey.objects.update(ended_at="2026-02-03T04:05:06Z")

    answer = client.get(PATH, headers=with_key())

    assert answer.status_code == 401
    assert "2026-02-03" in answer.json()["detail"]


def test_what_a_proxy_asks_of_everybody_is_no_key(client):
    assert client.get(PATH, headers=with_key("Basic YTpi")).status_code == 200
    assert client.get("/companies/", headers=with_key("Token x")).status_code == 200


def test_the_day_of_use_is_noted_and_a_read_writes_no_row(client, key, django_assert_num_queries):
    make_company()
    assert last_used([key]) == {}

    # whose key it is; then as without
    with django_assert_num_queries(7) as queries:
        client.get(PATH, headers=with_key())

    assert {query["sql"].split()[0] for query in queries.captured_queries} <= {"SELECT", "WITH"}
    assert list(last_used([key])) == [key.pk]


# pages


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=a",
        "/compare/companies/a/b/",
        "/compare/companies/?company=a&company=b",
        "/compare/technologies/a/b/",
        "/embed/compare/companies/a/b/",
        "/companies/?q=a",
        "/companies/a/?format=json",
    ],
)
def test_a_page_that_costs_much_is_under_the_limit_too(client, limit, address):
    limit(1)
    first = client.get(address)
    answer = client.get(address)

    assert first.status_code != 429
    assert answer.status_code == 429
    assert answer.headers["Content-Type"].startswith("text/html")
    wait = int(answer.headers["Retry-After"])
    assert f"Wait for {wait} seconds" in answer.content.decode()
    assert answer.headers["RateLimit"] == f'"anon";r=0;t={wait}'
    assert client.get(PATH).status_code == 429  # one count for all


def test_pages_that_cost_little_always_open(client, limit):
    limit(1)
    make_company("Acme")

    assert {client.get(address).status_code for address in ("/", "/companies/", "/companies/acme/") * 2} == {200}


def test_a_key_counts_on_pages_too(client, limit, key):
    limit(1, key=5)

    answers = [client.get("/search/?q=a", headers=with_key()) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].headers["RateLimit"].startswith('"key";r=3')
    assert client.get("/search/?q=a", headers=with_key("Bearer wrong")).status_code == 401
