"""SQLite's file goes away, is another one, is locked, read-only or on a full disk."""

import re
import shutil
import sqlite3
import threading
import time
from contextlib import closing

import pytest

from tests.faults.conftest import FULL
from tests.faults.outages import API, KEPT, NEVER_ASKED, is_told, survives_without_its_database
from tests.faults.writing import Catalogue, Writer

pytestmark = pytest.mark.running

# No file grows beyond a kilobyte: what SQLite needs beside its file is larger. So is Python's byte
# code: half of a module would be left for everybody.
FULL_DISK = ("env", "PYTHONDONTWRITEBYTECODE=1", "sh", "-c", 'ulimit -f 2; exec "$@"', "sh")


def test_its_file_goes_away_comes_back_and_is_another(serve, database, told):
    """A restore under a running server: its threads keep their connections, and none of them the old file."""
    away = database.with_name("away")
    with serve(DATABASE_URL=f"sqlite:///{database}") as server:
        steps = survives_without_its_database(server)
        next(steps)
        database.rename(away)
        next(steps)
        away.rename(database)
        next(steps, None)
        told("The file of SQLite is gone", "kept pages go on, all else is 503 with Retry-After; well again by itself")

        shutil.copy(database, away)
        rename(database, "Nadir")
        assert b"Nadir" in server.get("/companies/")[2]
        shutil.copy(away, database)
        rename(database, "Zenith")
        for _ in range(8):
            page = server.get("/companies/")[2]
            assert b"Zenith" in page
            assert b"Nadir" not in page
        told("Another file in the place of SQLite's", "what it holds is served at once")


def rename(database, name):
    """As another catalogue has it."""
    with closing(sqlite3.connect(database)) as wire, wire:
        wire.execute("UPDATE stacks_company SET name = ? WHERE slug = 'fam'", [name])
        wire.execute("UPDATE stacks_counter SET identity = ?", [name])


def test_it_stands_on_a_full_disk_and_on_a_read_only_one(serve, database, curator, tiny, told):
    """Visitors read on; what cannot be saved is refused, and saved when there is room."""
    file = shutil.copy2(database, tiny.folder)
    catalogue = Catalogue(f"sqlite:///{file}", curator)
    if not tiny.is_real:
        reads_on_where_nothing_can_be_made(serve, file)
        told("SQLite cannot make another file", "pages go on, saves are 503")
        return
    with serve(DATABASE_URL=catalogue.url) as server:
        writer = Writer(server, catalogue, 5)
        assert writer.write()
        tiny.fill()
        tried = 0
        while writer.write():  # into the room that the file still has
            tried += 1
            assert tried < 500
        assert set(writer.refused) == {503}
        reads_on(server)
        tiny.empty()
        assert writer.write()
        told("SQLite on a full disk", f"saves are 503 after {tried} more, pages go on; saved again when there is room")
    if FULL:
        tiny.freeze()
        with serve(DATABASE_URL=catalogue.url) as server:
            reads_on(server)
            assert not writer.write()
        tiny.thaw()
        told("SQLite on a read-only disk", "saves are 503, pages go on")
    assert writer.lost() == []
    catalogue.is_whole()


def reads_on(server):
    assert server.get(KEPT)[0] == 200
    assert server.get(f"{KEPT}?q=fam")[0] == 200
    assert server.get(API)[0] == 200
    assert server.get("/readyz")[0] == 200


def reads_on_where_nothing_can_be_made(serve, file):
    """The log and what SQLite shares between connections can no longer be made, so nothing may need them."""
    with serve(under=FULL_DISK, DATABASE_URL=f"sqlite:///{file}") as server:
        reads_on(server)
        assert is_told(server.post("/admin/login/", {"username": "curator", "password": "right"}))


def test_who_writes_waits_and_who_reads_does_not(serve, database, curator, told):
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
    told("SQLite is locked, ten curators save", "visitors read on; saves are 503 with all that was typed")
