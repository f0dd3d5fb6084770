"""Curators who write without rest, and what must be true of a catalogue whatever happened to them."""

import http.client
import secrets
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psycopg

from tests.faults.disks import Disk
from tests.running.conftest import SECONDS
from tests.typed import typed_in


@dataclass
class Catalogue:
    """A database with forty technologies, T0 to T39, and the cookies of who may change them."""

    url: str
    cookies: dict[str, str]
    disk: Disk | None = None

    @property
    def engine(self) -> str:
        return "SQLite" if self.url.startswith("sqlite") else "PostgreSQL"

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        if self.engine == "SQLite":
            wire = sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30)
            try:
                return wire.execute(statement).fetchall()
            finally:
                wire.close()
        with psycopg.connect(self.url) as server:
            return server.execute(statement).fetchall()

    def run(self, statement: str) -> None:
        if self.engine == "SQLite":
            wire = sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30, isolation_level=None)
            wire.execute(statement)
            wire.close()
        else:
            with psycopg.connect(self.url) as server:
                server.execute(statement)

    def number(self, statement: str) -> int:
        return self.ask(statement)[0][0]

    def is_whole(self) -> None:
        """Feed without gaps, one moment for what is written together, and each row as its last history says."""
        revision = self.number("SELECT revision FROM stacks_counter")
        assert self.ask("SELECT count(*), min(seq), max(seq) FROM stacks_change") == [(revision, 1, revision)]
        half = self.ask(
            "SELECT t.slug, t.summary, h.summary FROM stacks_technology t JOIN stacks_historicaltechnology h"
            " ON h.id = t.id WHERE h.history_id = (SELECT max(history_id) FROM stacks_historicaltechnology"
            " WHERE id = t.id) AND h.summary <> t.summary"
        )
        assert half == []
        saved = self.number("SELECT count(*) FROM stacks_historicaltechnology WHERE history_type = '~'")
        assert self.number("SELECT count(*) FROM stacks_change WHERE verb = 'changed' AND kind = 'technology'") == saved


@dataclass
class Writer:
    """One curator at one technology: opens its form, changes the summary, saves, and so on until told to stop.

    A save is acknowledged when the answer leads back to the list. What was answered with nothing at all may have been
    saved or not; what was refused was not.
    """

    server: Any
    catalogue: Catalogue
    number: int
    pause: float = 0.0
    acknowledged: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.key = self.catalogue.number(f"SELECT id FROM stacks_technology WHERE slug = 't{self.number}'")
        self.since = self.catalogue.number("SELECT coalesce(max(history_id), 0) FROM stacks_historicaltechnology")
        self.thread = threading.Thread(target=self.work)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.thread.join()

    def work(self) -> None:
        while not self.stopped.is_set():
            self.write()
            self.stopped.wait(self.pause)

    def write(self) -> bool:
        """Save once more; whether that was acknowledged."""
        address = f"/admin/stacks/technology/{self.key}/change/"
        summary = f"by {self.number}: {secrets.token_hex(8)}"
        cookies = "; ".join(f"{name}={value}" for name, value in self.catalogue.cookies.items())
        try:
            status, _, body = self.server.get(address, [("Cookie", cookies)])
            if status != 200:
                self.refused.append(status)
                return False
            typed = {name: value for name, value in typed_in(body).items() if not name.startswith("_")}
        except (OSError, http.client.HTTPException):  # only read so far
            self.stopped.wait(0.02)
            return False
        try:
            status, _, _ = self.server.post(
                address, typed | {"summary": summary, "_save": "Save"}, self.catalogue.cookies
            )
        except (OSError, http.client.HTTPException):
            self.unanswered.append(summary)
            return False
        if status == 302:
            self.acknowledged.append(summary)
        else:
            self.refused.append(status)
        return status == 302

    def lost(self) -> list[str]:
        """What was acknowledged and is in no history, and what is there though it was refused."""
        told = self.catalogue.ask(
            "SELECT summary FROM stacks_historicaltechnology"
            f" WHERE id = {self.key} AND history_id > {self.since} ORDER BY history_id"
        )
        saved = {summary for (summary,) in told}
        wrong = saved - {*self.acknowledged, *self.unanswered}
        return [summary for summary in self.acknowledged if summary not in saved] + sorted(wrong)


def wait_until(is_so: Any) -> None:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def children_of(process: Any) -> list[int]:
    """The workers of a gunicorn."""
    told = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(number) for number in told.split()]
