"""Faults as they happen, to real servers.

A short case of each runs with the suite, all at full length by `./dev faults`, which keeps what the tests tell in
docs/reliability.md.
"""

import json
import os
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.disks import small_disk
from tests.faults.writing import Catalogue
from tests.postgres import running_server
from tests.running.conftest import catalogue_file, curator, database, serve  # noqa: F401  (fixtures)
from tests.tables import make_tables

FILL = """
import json
from django.contrib.auth import get_user_model
from django.test import Client
from stacks.curating import curating
from tests.factories import make_company, make_technology
make_company("Fam", usages=2)
make_company("Zerodha", usages=1)
with curating():
    for number in range(40):
        make_technology(f"T{number}")
client = Client()
client.force_login(get_user_model().objects.create_superuser("curator", "", "right"))
print(json.dumps({name: morsel.value for name, morsel in client.cookies.items()}))
"""
FULL = os.environ.get("FAULTS") == "full"


@dataclass
class Telling:
    """Writes down what a fault did, and how many seconds it took since the last that was told."""

    file: Path | None
    since: float

    def __call__(self, fault: str, what: str) -> None:
        now = time.monotonic()
        if self.file is not None:
            with self.file.open("a") as told:
                told.write(json.dumps({"fault": fault, "what": what, "seconds": now - self.since}) + "\n")
        self.since = now


@pytest.fixture
def told():
    """`told(fault, what happened)`: a line of docs/reliability.md; nothing is asserted about seconds."""
    file = os.environ.get("FAULTS_TOLD")
    return Telling(Path(file) if file else None, time.monotonic())


@pytest.fixture
def tiny(tmp_path):
    """A disk of a megabyte or two that a test can fill, where root may mount one."""
    with small_disk(tmp_path / "tiny", 4) as disk:
        yield disk


@pytest.fixture(scope="session")
def postgresql():
    """A server of its own on a small disk, with the tables, two companies, forty technologies and a curator."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stacks-")))
        folder.chmod(0o755)  # the server is nobody, and pytest's own folders are for nobody else
        disk = stack.enter_context(small_disk(folder / "disk", 160))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("tempfile.tempdir", str(disk.folder))
            url = stack.enter_context(running_server())
        cookies = json.loads(make_tables(url, FILL))
        yield Catalogue(url, cookies, disk)


@pytest.fixture(params=["SQLite", "PostgreSQL"] if FULL else ["SQLite"])
def catalogue(request):
    """Something to write to: on both databases at full length."""
    if request.param == "PostgreSQL":
        return request.getfixturevalue("postgresql")
    return Catalogue(f"sqlite:///{request.getfixturevalue('database')}", request.getfixturevalue("curator"))
