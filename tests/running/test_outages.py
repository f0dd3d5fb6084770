"""The database or the cache goes away, falls silent, is full or locked, and comes back."""

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from tests.postgres import running_server
from tests.running.conftest import ROOT, SECONDS, environment, free_port
from tests.running.relay import Relay
from tests.tables import make_tables

pytestmark = pytest.mark.running

IN_CI = os.environ.get("CI") == "true"
# No file grows beyond a kilobyte: what SQLite needs beside its file is larger. So is Python's byte
# code: half of a module would be left for everybody.
FULL_DISK = ("env", "PYTHONDONTWRITEBYTECODE=1", "sh", "-c", 'ulimit -f 2; exec "$@"', "sh")
KEPT, NEVER_ASKED, API = "/companies/", "/technologies/", "/api/v1/usages/"


def well_again(server, path):
    """How long it took until the path was answered."""
    started = time.monotonic()
    while server.get(path)[0] != 200:
        assert time.monotonic() < started + SECONDS
        time.sleep(0.1)
    return time.monotonic() - started


def is_told(answer):
    status, headers, _ = answer
    return status == 503 and int(headers["Retry-After"]) > 0 and "no-store" in headers["Cache-Control"]


def survives_without_its_database(server, never_asked=NEVER_ASKED):
    kept = server.get(KEPT)
    assert server.get("/healthz")[0] == 200

    yield "goes"
    answer = server.get(KEPT)
    assert answer[0] == 200
    assert answer[2] == kept[2]
    assert answer[1]["Stacks-Revision"].endswith("the database is away")
    assert answer[1]["Cache-Control"] == "no-cache"
    assert server.get(KEPT, [("If-None-Match", kept[1]["ETag"])])[0] == 304
    assert is_told(server.get(never_asked))
    assert is_told(server.get(f"{KEPT}?q=x"))
    assert is_told(server.get("/admin/", [("Cookie", "sessionid=somebodys")]))
    assert is_told(server.get(API))
    assert json.loads(server.get(API)[2])["status"] == 503
    assert server.get("/healthz")[0] == 200
    assert server.get("/readyz")[0] == 503

    yield "comes back"
    well_again(server, never_asked)
    assert "Stacks-Revision" not in server.get(KEPT)[1]
    assert server.get("/readyz")[0] == 200


@pytest.fixture(scope="module")
def postgresql():
    """The address of a server of its own, with the tables and no row."""
    with running_server() as url:
        make_tables(url)
        yield url


def test_postgresql_goes_away_falls_silent_and_comes_back(serve, postgresql):
    relay = Relay(f"{unquote(urlsplit(postgresql).netloc.partition('@')[2])}/.s.PGSQL.5432")
    with serve(DATABASE_URL=f"postgresql://stacks@127.0.0.1:{relay.port}/postgres") as server:
        for harm, never_asked in ((relay.cut, NEVER_ASKED), (relay.silence, "/migrations/")):
            steps = survives_without_its_database(server, never_asked)
            next(steps)
            harm()
            next(steps)
            relay.mend()
            next(steps, None)


def test_a_statement_without_end_is_given_up_and_a_command_takes_its_time(serve, postgresql):
    slow = "WITH slow AS MATERIALIZED (SELECT pg_sleep(60)) SELECT quick.* FROM slow LEFT JOIN quick ON true"
    with serve(DATABASE_URL=postgresql, STATEMENT_TIMEOUT="1") as server:
        assert server.get(NEVER_ASKED)[0] == 200
        with psycopg.connect(postgresql, autocommit=True) as wire:
            wire.execute("ALTER TABLE stacks_technology RENAME TO quick")
            wire.execute(f"CREATE VIEW stacks_technology AS {slow}")

            assert is_told(server.get(f"{NEVER_ASKED}?q=x"))
            assert is_told(server.get("/api/v1/technologies/"))
            assert server.get("/readyz")[0] == 200

            wire.execute("DROP VIEW stacks_technology")
            wire.execute("ALTER TABLE quick RENAME TO stacks_technology")
        assert server.get(f"{NEVER_ASKED}?q=x")[0] == 200

    ask = (
        "import django; django.setup(); from django.db import connection as c; "
        "print(c.cursor().execute('SHOW statement_timeout').fetchone()[0])"
    )
    command, told = [sys.executable, "-c", ask], environment(DATABASE_URL=postgresql)
    done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_sqlite_goes_away_and_comes_back(serve, database):
    away = database.with_name("away")
    with serve(DATABASE_URL=f"sqlite:///{database}") as server:
        steps = survives_without_its_database(server)
        next(steps)
        database.rename(away)
        next(steps)
        away.rename(database)
        next(steps, None)


def test_another_file_in_the_place_of_the_database_is_another_catalogue(serve, database):
    """A restore under a running server: its threads keep their connections, and none of them the old file."""
    backup = database.with_name("backup")
    shutil.copy(database, backup)
    with serve(DATABASE_URL=f"sqlite:///{database}") as server:
        rename(database, "Nadir")
        assert b"Nadir" in server.get("/companies/")[2]
        shutil.copy(backup, database)
        rename(database, "Zenith")
        for _ in range(8):
            page = server.get("/companies/")[2]
            assert b"Zenith" in page
            assert b"Nadir" not in page


def rename(database, name):
    """An edit as another process makes it."""
    script = (
        "import django, sys; django.setup(); from stacks.models import Company; "
        "company = Company.objects.get(slug='fam'); company.name = sys.argv[1]; company.save()"
    )
    subprocess.run(
        [sys.executable, "-c", script, name],
        cwd=ROOT,
        env=environment(DATABASE_URL=f"sqlite:///{database}"),
        check=True,
    )


def test_sqlite_on_a_full_disk_goes_on_reading(serve, database):
    """The log and what SQLite shares between connections can no longer be made, so nothing may need them."""
    with serve(under=FULL_DISK, DATABASE_URL=f"sqlite:///{database}") as server:
        assert server.get(KEPT)[0] == 200
        assert server.get(API)[0] == 200
        assert server.get("/readyz")[0] == 200
        answer = server.post("/admin/login/", {"username": "curator", "password": "right"})
        assert is_told(answer)


def test_who_writes_waits_and_who_reads_does_not(serve, database, curator):
    """Another process holds the write lock, ten curators save: visitors read on, and each curator keeps the form."""
    holder = sqlite3.connect(database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    answers = []
    with serve(DATABASE_URL=f"sqlite:///{database}") as server:
        server.get(KEPT)
        cookies = [("Cookie", "; ".join(f"{name}={value}" for name, value in curator.items()))]
        form = server.get("/admin/stacks/category/add/", cookies)[2].decode()
        typed = dict(re.findall(r'name="([^"]+_FORMS)" value="(\d+)"', form))
        typed |= {"name": "Typed", "slug": "typed", "position": "1", "description": "Every word of it"}
        savers = [
            threading.Thread(target=lambda: answers.append(server.post("/admin/stacks/category/add/", typed, curator)))
            for _ in range(10)
        ]
        for saver in savers:
            saver.start()
        time.sleep(0.2)
        read, busy = [], []
        for path in (KEPT, "/healthz", NEVER_ASKED):
            read.append(server.get(path)[0])
            busy.append(sum(saver.is_alive() for saver in savers))
        for saver in savers:
            saver.join()
        holder.execute("ROLLBACK")

        assert read == [200, 200, 200]
        assert min(busy) > 0  # they were read while curators waited
        assert [status for status, _, _ in answers] == [503] * 10
        assert all(b"Every word of it" in body and int(headers["Retry-After"]) > 0 for _, headers, body in answers)
        assert server.post("/admin/stacks/category/add/", typed, curator)[0] == 302
    holder.close()


@contextmanager
def running_redis():
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        reason = "Redis was not found. On Debian: apt-get install --no-install-recommends redis-server"
        pytest.fail(reason, pytrace=False) if IN_CI else pytest.skip(reason)
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def ask_redis(port, command):
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port)) as wire:
                wire.sendall(f"{command}\r\n".encode())
                return wire.recv(4096).decode().strip()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_redis_costs_speed_only_and_what_it_holds_has_a_bound(serve, database):
    with running_redis() as port:
        ask_redis(port, "PING")
        relay = Relay(("127.0.0.1", port))
        settings = {"DATABASE_URL": f"sqlite:///{database}", "CACHE_URL": f"valkey://127.0.0.1:{relay.port}/0"}
        pages = (KEPT, "/", "/companies/fam/", "/compare/companies/fam/zerodha/", API)
        with serve(**settings, API_THROTTLE_ANON="1000/second") as server:
            first = {page: server.get(page)[2] for page in pages}
            held = ask_redis(port, "DBSIZE")
            assert int(held.removeprefix(":")) > len(pages)
            for junk in ("utm_source=a", "fbclid=b&x=1", "as_of=2020-01", "as_of=2021-02-03", "only=", "format=json"):
                for page in pages[:-1]:
                    server.get(f"{page}?{junk}")
            # and the count of this second
            assert int(ask_redis(port, "DBSIZE").removeprefix(":")) - int(held.removeprefix(":")) <= 1

            for harm in (relay.cut, relay.silence):
                harm()
                assert {page: server.get(page)[2] for page in pages} == first
                assert server.get("/readyz")[0] == 200
                assert b"cache does not answer" in server.get("/readyz")[2]
                relay.mend()
                well_again(server, KEPT)
                assert server.get("/readyz")[2] == b"ready\n"
