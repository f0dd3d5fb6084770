"""PostgreSQL goes away, falls silent, is slow, full or out of connections, and comes back."""

import contextlib
import subprocess
import sys
import time
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from tests.faults.conftest import FULL
from tests.faults.outages import API, KEPT, NEVER_ASKED, is_told, survives_without_its_database, well_again
from tests.faults.writing import Writer
from tests.running.conftest import ROOT, environment
from tests.running.relay import Relay

pytestmark = pytest.mark.running
AWAY = 30 if FULL else 0


def wire_to(postgresql):
    relay = Relay(f"{unquote(urlsplit(postgresql.url).netloc.partition('@')[2])}/.s.PGSQL.5432")
    return relay, f"postgresql://stacks@127.0.0.1:{relay.port}/postgres"


def test_it_goes_away_falls_silent_and_comes_back(serve, postgresql, told):
    relay, url = wire_to(postgresql)
    with serve(DATABASE_URL=url) as server:
        for name, harm, never_asked in (
            ("is gone", relay.cut, NEVER_ASKED),
            ("says nothing", relay.silence, "/migrations/"),
        ):
            steps = survives_without_its_database(server, never_asked)
            next(steps)
            harm()
            deadline = time.monotonic() + AWAY
            next(steps)
            while time.monotonic() < deadline:  # and all the time
                assert server.get(KEPT)[0] == 200
                assert is_told(server.get(API))
                time.sleep(0.5)
            relay.mend()
            next(steps, None)
            what = "kept pages go on, all else is 503 with Retry-After; well again by itself"
            told(f"PostgreSQL {name}{f' for {AWAY} s' * bool(AWAY)}", what)


def test_a_statement_without_end_is_given_up_and_a_command_takes_its_time(serve, postgresql, told):
    slow = "WITH slow AS MATERIALIZED (SELECT pg_sleep(60)) SELECT quick.* FROM slow LEFT JOIN quick ON true"
    relay, url = wire_to(postgresql)
    with serve(DATABASE_URL=url, STATEMENT_TIMEOUT="1") as server:
        assert server.get(NEVER_ASKED)[0] == 200
        with psycopg.connect(postgresql.url, autocommit=True) as wire:
            wire.execute("ALTER TABLE stacks_technology RENAME TO quick")
            wire.execute(f"CREATE VIEW stacks_technology AS {slow}")

            assert is_told(server.get(f"{NEVER_ASKED}?q=x"))
            assert is_told(server.get("/api/v1/technologies/"))
            assert server.get("/readyz")[0] == 200

            wire.execute("DROP VIEW stacks_technology")
            wire.execute("ALTER TABLE quick RENAME TO stacks_technology")
        assert server.get(f"{NEVER_ASKED}?q=x")[0] == 200
        told("PostgreSQL takes a minute for a statement", "503 after STATEMENT_TIMEOUT, the rest goes on")

        relay.silence_after(b'FROM "stacks_technology"')
        assert is_told(server.get(f"{NEVER_ASKED}?q=y"))
        assert relay.is_silent
        relay.mend()
        well_again(server, f"{NEVER_ASKED}?q=y")
        told(
            "PostgreSQL falls silent in mid-statement", "503 two seconds after STATEMENT_TIMEOUT; well again by itself"
        )

    ask = (
        "import django; django.setup(); from django.db import connection as c; "
        "print(c.cursor().execute('SHOW statement_timeout').fetchone()[0])"
    )
    command, told = [sys.executable, "-c", ask], environment(DATABASE_URL=postgresql.url)
    done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_it_is_out_of_connections_then_its_disk_is_full(serve, postgresql, told):
    with serve(DATABASE_URL=postgresql.url) as server:
        with contextlib.ExitStack() as taken:  # by somebody else, before the site had one
            with contextlib.suppress(psycopg.OperationalError):
                while True:
                    taken.enter_context(contextlib.closing(psycopg.connect(postgresql.url)))
            assert is_told(server.get(KEPT))
            assert is_told(server.get(API))
            assert server.get("/healthz")[0] == 200
            assert server.get("/readyz")[0] == 503
        well_again(server, KEPT)
        assert server.get(API)[0] == 200
        told("PostgreSQL is out of connections", "503 with Retry-After; well again when there is one")

        if postgresql.disk.is_real:  # only root can make a small one
            tried = goes_on_without_room(server, postgresql)
            what = f"saves are 503 after {tried} more, pages go on; saved again when there is room"
            told("PostgreSQL's disk is full", what)


def goes_on_without_room(server, postgresql):
    """What cannot be saved is refused, the form kept; what was read is read on, and what was saved is there."""
    writer = Writer(server, postgresql, 5)
    assert writer.write()
    postgresql.disk.fill()
    try:
        tried = 0
        while writer.write():  # into the room that its files still have
            tried += 1
            assert tried < 500
        assert set(writer.refused) == {503}
        assert server.get(KEPT)[0] == 200
        assert server.get(API)[0] == 200
    finally:
        postgresql.disk.empty()
    assert writer.write()
    assert writer.lost() == []
    postgresql.is_whole()
    return tried
