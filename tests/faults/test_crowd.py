"""Many visitors, four curators, and whatever an operator does meanwhile: nobody is failed, and no edit is lost."""

import asyncio
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from tests.faults.conftest import FULL
from tests.faults.writing import Writer
from tests.running.conftest import ROOT, SECONDS, environment

pytestmark = pytest.mark.running
VISITORS = 500 if FULL else 6
CURATORS = 4
LASTS = 60 if FULL else 2
READS_FOR = 10.0 if FULL else 1.0  # a visitor, a page
PAGES = [
    "/",
    "/companies/",
    "/companies/fam/",
    "/technologies/",
    "/technologies/?q=t1",
    "/search/?q=zerodha",
    "/compare/companies/fam/zerodha/",
    "/changes/",
    "/api/v1/usages/",
    "/api/v1/technologies/?q=t2",
    *[f"/technologies/t{number}/" for number in range(40)],
]


@dataclass
class Crowd:
    """Visitors on a thread of their own, each with a connection for each page, as a proxy asks for them."""

    port: int
    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    may_be_turned_away: bool = False  # at the door, when nobody is let in any more

    def __enter__(self):
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._all()))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()

    async def _all(self):
        async with asyncio.TaskGroup() as group:
            for _ in range(VISITORS):
                group.create_task(self._visitor())

    async def _visitor(self):
        await asyncio.sleep(random.uniform(0, READS_FOR))
        while not self.stopped.is_set():
            began = time.monotonic()
            status = "turned away"
            try:
                status = await asyncio.wait_for(self._ask(random.choice(PAGES)), SECONDS)
            except ConnectionError as error:
                if not self.may_be_turned_away:
                    status = type(error).__name__
            except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
                status = type(error).__name__
            self.statuses[status] += 1
            if status[0] in "23":
                self.seconds.append(time.monotonic() - began)
            await asyncio.sleep(random.uniform(0, 2 * READS_FOR))

    async def _ask(self, path):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.read()
        finally:
            writer.close()
        return head.split(b" ", 2)[1].decode()

    @property
    def failed(self):
        return {status: count for status, count in self.statuses.items() if not status.startswith(("2", "3", "turned"))}


def deploy(server, catalogue, folder):
    """What docs/operating.md says of an upgrade."""
    told = environment(DATABASE_URL=catalogue.url, DJANGO_SETTINGS_MODULE="config.settings", VAR_DIR=str(folder))
    commands = [["backup", folder / "backup.zip"], ["migrate", "--verbosity=0"], ["collectstatic", "--noinput"]]
    for command in commands if FULL else []:
        manage = [sys.executable, "manage.py", *map(str, command)]
        subprocess.run(manage, cwd=ROOT, env=told, check=True, stdout=subprocess.DEVNULL)
    server.process.send_signal(signal.SIGHUP)


def test_many_read_four_write_and_there_is_a_deploy_in_the_middle(serve, catalogue, tmp_path, told):
    with serve(DATABASE_URL=catalogue.url, WEB_CONCURRENCY="2" if FULL else "1", PATIENCE="5") as server:
        writers = [Writer(server, catalogue, 10 * each, pause=0.5) for each in range(CURATORS)]
        with Crowd(server.port) as crowd:
            with ExitStack() as working:
                for writer in writers:
                    working.enter_context(writer)
                time.sleep(LASTS / 2)
                deploy(server, catalogue, tmp_path)
                time.sleep(LASTS / 2)
            crowd.may_be_turned_away = True
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(timeout=SECONDS)
    assert server.process.returncode == 0
    assert crowd.failed == {}
    # where everything else runs at the same time, a curator may be asked to save once more
    assert all(set(writer.refused) <= (set() if FULL else {503}) for writer in writers)
    assert [writer.unanswered for writer in writers] == [[]] * CURATORS
    assert [writer.lost() for writer in writers] == [[]] * CURATORS
    catalogue.is_whole()
    saved = sum(len(writer.acknowledged) for writer in writers)
    middle, slow = (sorted(crowd.seconds)[int(len(crowd.seconds) * part)] for part in (0.5, 0.99))
    told(
        f"{catalogue.engine}: {VISITORS} visitors and {CURATORS} curators for {LASTS} s, a deploy in the middle,"
        " SIGTERM while they read",
        f"{len(crowd.seconds)} pages, none failed (half within {middle:.2f} s, 99 % within {slow:.2f} s); "
        f"{saved} edits, none lost or refused",
    )
