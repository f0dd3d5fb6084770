"""The tables as the migrations make them, made once and copied: making them costs seconds.

For SQLite a file in `var/`, which later runs find; for PostgreSQL a database beside the ones that the workers use.
Django's own `migrate` still runs on each copy, and finds nothing left to do.
"""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "template_of_tests"
MEMORY = "file:memorydb_default?mode=memory&cache=shared"  # the name that Django gives its test database


def make_tables(url, further=""):
    """The tables, in a process of its own, as settings are read once; what `further` prints, which runs in it, too."""
    code = "import django; django.setup(); from django.core.management import call_command as call\n"
    command = [sys.executable, "-c", f"{code}call('migrate', verbosity=0)\n{further}"]
    told = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(command, cwd=ROOT, env=told, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def _digest():
    """Moves with everything that makes tables: our migrations, what brings its own, and the models' permissions."""
    files = [file for room in ("migrations", "models") for file in sorted((ROOT / "stacks" / room).glob("*.py"))]
    files += [ROOT / name for name in ("requirements/base.txt", "stacks/review.py", "stacks/substrings.py")]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


def sqlite_file(folder=ROOT / "var"):
    """The file with the tables; made by the first of several processes, while the others wait."""
    folder.mkdir(exist_ok=True)
    file = folder / f"tables-{_digest()}.sqlite3"
    with (folder / "tables.lock").open("w") as mutex:
        fcntl.flock(mutex, fcntl.LOCK_EX)
        if not file.exists():
            for old in folder.glob("tables-*"):
                old.unlink()
            unfinished = file.with_suffix(".unfinished")
            make_tables(f"sqlite:///{unfinished}")
            unfinished.rename(file)
    return file


@contextmanager
def in_memory(file):
    """A copy in the memory database of this process, which lives as long as a connection to it."""
    with closing(sqlite3.connect(MEMORY, uri=True)) as memory:
        with closing(sqlite3.connect(file)) as source:
            source.backup(memory)
        yield


def make_postgresql_template(url):
    """The name of a database with the tables, on the server of this address."""
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {TEMPLATE}")
    make_tables(f"{url.rpartition('/')[0]}/{TEMPLATE}")
    return TEMPLATE
