import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

HAS_STATISTICS = "SELECT EXISTS (SELECT FROM pg_stats WHERE tablename = 'stacks_company')"


@contextmanager
def new_database(name, template="template1"):
    """The address of a database of its own on the suite's server."""
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(address, *arguments):
    command = [sys.executable, "manage.py", *map(str, arguments)]
    told = os.environ | {"DATABASE_URL": address}
    done = subprocess.run(command, cwd=Path(settings.BASE_DIR), env=told, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def ask(address, statement):
    with psycopg.connect(address) as wire:
        return wire.execute(statement).fetchall()


@contextmanager
def somebody_writes(address):
    """Two rows of two tables move together, as often as can be."""
    with psycopg.connect(address, autocommit=True) as wire:
        wire.execute("CREATE TABLE aaa AS SELECT 1 AS one")
        wire.execute("CREATE TABLE zzz AS SELECT 1 AS other")
        wire.execute("CREATE VIEW pair AS SELECT one, other FROM aaa, zzz")
    done = threading.Event()

    def write():
        with psycopg.connect(address) as wire:
            while not done.wait(0.01):
                wire.execute("UPDATE aaa SET one = one + 1")
                wire.execute("UPDATE zzz SET other = other + 1")
                wire.commit()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()


def test_a_destroyed_database_comes_back(tmp_path):
    file = tmp_path / "backup.zip"
    # a worker of several has the tables at hand
    tables = os.environ.get("TEST_TEMPLATE", "template1")
    with new_database("lived", tables) as lived, new_database("bare") as bare:
        if "TEST_TEMPLATE" not in os.environ:
            assert manage(lived, "migrate", "--verbosity=0") == (0, "")
        assert manage(lived, "make_catalogue", "--companies=3")[0] == 0
        names = ask(lived, "SELECT name FROM stacks_company ORDER BY name")
        identity = ask(lived, "SELECT identity FROM stacks_counter")

        with somebody_writes(lived):
            assert manage(lived, "backup", file) == (0, "")
        with psycopg.connect(lived) as wire:
            wire.execute("UPDATE stacks_company SET name = 'Ruined'")
            wire.execute("DROP TABLE stacks_evidence CASCADE")
        refused = manage(lived, "restore", file)

        assert refused[0] == 1
        assert "not empty" in refused[1]
        assert ask(lived, "SELECT DISTINCT name FROM stacks_company") == [("Ruined",)]
        for address, options in ((lived, ["--overwrite"]), (bare, [])):
            assert manage(address, "restore", file, *options) == (0, "")
            assert ask(address, "SELECT name FROM stacks_company ORDER BY name") == names
            assert ask(address, "SELECT identity FROM stacks_counter") != identity
            ((one, other),) = ask(address, "SELECT one, other FROM pair")
            assert one == other > 0  # it is one moment
            assert ask(address, HAS_STATISTICS) == [(True,)]
        assert manage(lived, "check_derived")[0] == 0
