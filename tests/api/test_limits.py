"""A limit is told: how much, until when, to whom."""

import pytest
from django.core.cache import cache

from stacks.api.throttling import VisitorThrottle
from stacks.models import Change
from tests.factories import make_company

PATH = "/api/v1/companies/"


@pytest.fixture
def limit(monkeypatch, settings):
    """`limit(most, window="hour", shares=1)`: so much for each visitor."""
    from rest_framework.views import APIView

    def set_to(most, window="hour", shares=1):
        monkeypatch.setattr(VisitorThrottle, "rate", f"{most}/{window}", raising=False)
        monkeypatch.setattr(APIView, "throttle_classes", [VisitorThrottle])
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


def test_who_is_behind_a_proxy_is_counted_by_what_that_tells(client, limit, monkeypatch, settings):
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
    limit(1, "second")
    moment = 1_000_000.2
    monkeypatch.setattr("stacks.api.throttling.time.time", lambda: moment)
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
