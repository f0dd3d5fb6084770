"""What `./dev run` finds there at a second start, and how far it says that it is at the first."""

import io
import os
import sqlite3
from contextlib import closing

import pytest

from development import prepare, prepared

TABLES = """
CREATE TABLE django_migrations (name);
CREATE TABLE stacks_technology (name);
CREATE TABLE auth_user (username, is_superuser);
INSERT INTO django_migrations VALUES ('0001_initial');
INSERT INTO stacks_technology VALUES ('Python');
INSERT INTO auth_user VALUES ('admin', 1);
"""


def ask(file, statements):
    with closing(sqlite3.connect(file)) as base:
        base.executescript(statements)


@pytest.fixture
def started(tmp_path, monkeypatch):
    """A working copy that was started once."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks/page.html").write_text("a page")
    (tmp_path / "var/static").mkdir(parents=True)
    (tmp_path / "var/static/staticfiles.json").touch()
    ask(tmp_path / "var/stacks.sqlite3", TABLES)
    monkeypatch.setattr(prepared, "ROOT", tmp_path)
    monkeypatch.delenv("DATABASE_URL")
    assert not prepared.is_prepared()
    prepared.note()
    assert prepared.is_prepared()
    return tmp_path


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM stacks_technology", "DELETE FROM auth_user", "INSERT INTO django_migrations VALUES ('0002')"],
)
def test_a_database_that_lacks_something_is_not_ready(started, statement):
    ask(started / "var/stacks.sqlite3", statement)

    assert not prepared.is_prepared()


@pytest.mark.parametrize("gone", ["var/stacks.sqlite3", "var/static/staticfiles.json", "var/prepared.json"])
def test_what_is_gone_is_made_again(started, gone):
    (started / gone).unlink()

    assert not prepared.is_prepared()


def test_what_was_touched_is_looked_at_again(started):
    os.utime(started / "stacks/page.html", ns=(1, 1))

    assert not prepared.is_prepared()


@pytest.mark.parametrize(
    ("name", "value"), [("DATABASE_URL", "postgresql://stacks@db/stacks"), ("SITE_URL", "http://127.0.0.1:1/x")]
)
def test_other_settings_are_another_site(started, monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    assert not prepared.is_prepared()
    prepared.note()
    assert prepared.is_prepared() == (name != "DATABASE_URL")


@pytest.mark.parametrize("is_watched", [True, False])
def test_whoever_watches_sees_how_far_it_is(monkeypatch, is_watched):
    screen = io.StringIO()
    screen.isatty = lambda: is_watched
    monkeypatch.setattr(prepare.sys, "stderr", screen)

    with prepare.watched(4, "Applying") as bar:
        for line in ("  Applying stacks.0001", " OK\n", "  Applying stacks.0002"):
            bar.write(line)

    assert ("50 %" in screen.getvalue()) is is_watched
    assert screen.getvalue().endswith("\r\033[K") is is_watched
