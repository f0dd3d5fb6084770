import pytest
from django.core.cache import cache
from django.urls import get_resolver

from stacks.pages import system, urls


def test_robots_stay_out_of_the_admin_and_of_searches(client):
    page = client.get("/robots.txt")

    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "Disallow: /admin/\nDisallow: /search/\n" in page.content.decode()


def test_the_process_answers_without_its_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = client.get("/healthz")

    assert (page.status_code, page.content) == (200, b"ok\n")
    assert "no-store" in page.headers["Cache-Control"]


def test_a_migrated_database_is_ready(client):
    page = client.get("/readyz")

    assert (page.status_code, page.content) == (200, b"ready\n")
    assert "no-store" in page.headers["Cache-Control"]


def test_waiting_migrations_are_not_ready(client):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="stacks").order_by("-name").first().delete()

    page = client.get("/readyz")

    assert (page.status_code, page.content) == (503, b"1 migrations wait\n")


def test_a_database_that_is_away_is_not_ready(client, monkeypatch):
    def away():
        raise OSError("no route")

    monkeypatch.setattr(system, "migrations_waiting", away)

    page = client.get("/readyz")

    assert (page.status_code, page.content) == (503, b"the database does not answer\n")


def test_probes_are_answered_by_address_over_plain_http(client, settings):
    settings.ALLOWED_HOSTS = ["stacks.example.org"]
    settings.SECURE_SSL_REDIRECT = True

    for path in ("/healthz", "/readyz"):
        assert client.get(path, headers={"host": "10.0.0.7:8000"}).status_code == 200
        assert client.post(path, headers={"host": "10.0.0.7:8000"}).status_code == 405


def test_static_files_that_were_not_collected_are_not_ready(client, monkeypatch):
    def missing(name):
        raise ValueError("Missing staticfiles manifest entry")

    monkeypatch.setattr(system.staticfiles_storage, "url", missing)

    page = client.get("/readyz")

    assert page.status_code == 503
    assert b"collectstatic" in page.content


def test_a_cache_that_is_away_is_told_and_takes_nothing_out_of_service(client, monkeypatch):
    monkeypatch.setattr(cache, "answers", lambda: False, raising=False)

    page = client.get("/readyz")

    assert page.status_code == 200
    assert b"cache does not answer" in page.content


# They read a text that is too long for an address, and keep nothing of it.
TAKE_POSTS = {"reconcile", "reconcile_typed", "your_stack"}


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_a_page_says_which_methods_it_takes(client, pattern):
    """Without a token, as any other site's form would come."""
    address = "/" + get_resolver().reverse(
        pattern.name, **{name: "a" if name != "slugs" else "a/b" for name in pattern.pattern.converters}
    )
    client.handler.enforce_csrf_checks = True
    takes_posts = pattern.name in TAKE_POSTS
    for method in ("put", "delete") if takes_posts else ("post", "put", "delete"):
        answer = getattr(client, method)(address)

        assert answer.status_code == 405
        assert answer.headers["Allow"] == ("GET, HEAD, POST" if takes_posts else "GET, HEAD")


def test_a_refused_method_is_told_in_a_page(client):
    answer = client.post("/companies/")

    assert "only for reading" in answer.content.decode()
    assert not answer.cookies
