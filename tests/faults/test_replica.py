"""Two PostgreSQL servers, one following the other, and the site reading from both."""

import json
import re
import signal
import threading
import time
from contextlib import contextmanager

import pytest

from tests.postgres import running_pair, wait_for
from tests.running.conftest import SECONDS
from tests.running.relay import Relay
from tests.tables import make_tables

pytestmark = pytest.mark.running

READ_ONLY = b"ready to be read from the replica: the database itself does not answer\n"
# A catalogue of one company, and whoever curates it.
MADE = """
from django.contrib.auth import get_user_model
from django.test import Client
from tests.factories import make_company
make_company("Fam", usages=1)
browser = Client()
browser.force_login(get_user_model().objects.create_superuser("curator", password="right"))
print(browser.cookies["sessionid"].value)
"""


@pytest.fixture(scope="module")
def pair():
    """(primary, replica, the cookie of somebody who is logged in)"""
    told = []
    with running_pair(lambda url: told.append(make_tables(url, MADE))) as (primary, replica):
        yield primary, replica, told[0]


class Visitor:
    """Reads the page and the API, and notes what each revision was told to be."""

    def __init__(self, server):
        self.server, self.revisions, self.tags = server, [], {}

    def sees(self, name):
        """Whether the list of categories of the newest revision has it."""
        started = time.monotonic()
        status, headers, body = self.server.get("/api/v1/categories/")
        page = self.server.get("/categories/")
        self.took = time.monotonic() - started
        assert (status, page[0]) == (200, 200)
        assert (name.encode() in body) == (name.encode() in page[2])
        revision = json.loads(self.server.get("/api/v1/")[2])["revision"]
        self.revisions.append(revision)
        assert self.tags.setdefault(revision, (headers["ETag"], page[1]["ETag"])) == (headers["ETag"], page[1]["ETag"])
        return name.encode() in body


def add_category(server, session, name):
    """As a curator does, who then looks whether it is there."""
    cookies = [("Cookie", f"sessionid={session}")]
    form = server.get("/admin/stacks/category/add/", cookies)[2].decode()
    typed = dict(re.findall(r'name="([^"]+_FORMS)" value="(\d+)"', form))
    typed |= {"name": name, "slug": name.lower(), "position": "1", "description": ""}
    answer = server.post("/admin/stacks/category/add/", typed, {"sessionid": session})
    assert answer[0] == 302
    for page in ("/admin/stacks/category/", "/categories/", "/api/v1/categories/"):
        assert name.encode() in server.get(page, cookies)[2], page


@contextmanager
def asked_in_vain(primary, replica, server, path):
    """A visitor waits for what the replica alone takes a minute for."""
    primary.ask("ALTER TABLE stacks_technology RENAME TO quick")
    primary.ask(
        "CREATE VIEW stacks_technology AS WITH slow AS MATERIALIZED "
        "(SELECT pg_sleep(CASE WHEN pg_is_in_recovery() THEN 60 ELSE 0 END)) "
        "SELECT quick.* FROM slow LEFT JOIN quick ON true"
    )
    wait_for(replica, primary)
    answers, visitor = [], None
    deadline = time.monotonic() + SECONDS
    while not replica.ask("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"):
        assert time.monotonic() < deadline
        if visitor is None or (answers and answers.pop()):  # it is left alone for some seconds once lost
            visitor = threading.Thread(target=lambda: answers.append(server.get(path)))
            visitor.start()
        visitor.join(0.2)
    yield answers
    visitor.join(SECONDS)
    primary.ask("DROP VIEW stacks_technology")
    primary.ask("ALTER TABLE quick RENAME TO stacks_technology")


def test_the_public_is_read_from_the_replica_and_nobody_reads_what_is_older(serve, pair, told):
    primary, replica, session = pair
    relay = Relay(primary.socket)
    address = f"postgresql://stacks@127.0.0.1:{relay.port}/postgres"
    with serve(DATABASE_URL=address, REPLICA_URL=replica.url) as server:
        visitor = Visitor(server)
        assert not visitor.sees("First")
        assert server.get("/readyz")[2] == b"ready\n"

        # it lags: the curator and everybody after him read the primary
        replica.ask("SELECT pg_wal_replay_pause()")
        add_category(server, session, "First")
        assert visitor.sees("First")
        assert b"1 revisions behind" in server.get("/readyz")[2]
        told(
            "The replica lags behind", "the primary answers for it: nobody reads what is older, a curator what he wrote"
        )
        replica.ask("SELECT pg_wal_replay_resume()")
        wait_for(replica, primary)
        assert visitor.sees("First")
        assert server.get("/readyz")[2] == b"ready\n"

        # the primary is gone: who only reads does not notice, and a curator is told
        relay.cut()
        assert visitor.sees("First")
        assert server.get("/technologies/")[0] == 200  # never asked before
        assert server.get("/admin/", [("Cookie", f"sessionid={session}")])[0] == 503
        assert server.get("/readyz")[::2] == (200, READ_ONLY)
        relay.mend()
        told("PostgreSQL is gone, its replica is there", "everything public goes on; who curates gets 503")

        # the replica falls silent, then it is killed
        replica.freeze()
        assert visitor.sees("First")
        assert visitor.took < 10
        assert b"replica does not answer" in server.get("/readyz")[2]
        told("The replica says nothing", "the primary answers for it")
        replica.stop(signal.SIGQUIT)
        replica.start()
        wait_for(replica, primary)
        with asked_in_vain(primary, replica, server, "/technologies/?q=x") as answers:
            replica.stop(signal.SIGQUIT)
        assert [status for status, *_ in answers] == [200]
        told("The replica is killed while it is asked", "the primary answers the same request")
        add_category(server, session, "Second")
        assert visitor.sees("Second")
        replica.start()
        wait_for(replica, primary)
        assert visitor.sees("Second")

    assert visitor.revisions == sorted(visitor.revisions)
    assert len(set(visitor.revisions)) == 3
