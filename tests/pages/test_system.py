from stacks.pages import system


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

    MigrationRecorder.Migration.objects.filter(app="stacks").order_by("-id").first().delete()

    page = client.get("/readyz")

    assert (page.status_code, page.content) == (503, b"1 migrations wait\n")


def test_a_database_that_is_away_is_not_ready(client, monkeypatch):
    def away(connection):
        raise OSError("no route")

    monkeypatch.setattr(system, "MigrationExecutor", away)

    page = client.get("/readyz")

    assert (page.status_code, page.content) == (503, b"the database does not answer\n")
