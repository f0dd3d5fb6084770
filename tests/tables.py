"""The tables as the migrations make them, made once and copied: a fresh start through all of them costs seconds.

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


def _migrate(url):
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"DATABASE_URL": url}, check=True)


def _digest():
    """Moves with everything that makes tables: our migrations, what brings its own, and the models' permissions."""
    files = [file for room in ("migrations", "models") for file in sorted((ROOT / "stacks" / room).glob("*.py"))]
    files += [ROOT / "requirements/base.txt", ROOT / "stacks/review.py"]
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
            _migrate(f"sqlite:///{unfinished}")
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
    _migrate(f"{url.rpartition('/')[0]}/{TEMPLATE}")
    return TEMPLATE


# In a process of its own, as settings are read once. Migrations that only move rows have nothing to move.
_FROM_MODELS = """
import django; django.setup()
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
migrations = list(MigrationLoader(connection).disk_migrations)
settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
call_command("migrate", run_syncdb=True, verbosity=0)
recorder = MigrationRecorder(connection)
recorder.ensure_schema()
recorder.Migration.objects.bulk_create(recorder.Migration(app=app, name=name) for app, name in migrations)
"""


def make_tables(url, further=""):
    """The tables as the models have them, in a fifth of the time of the migrations, which are noted as done.

    For servers that are driven from outside; what `further` prints, which runs in the same process, is returned.
    """
    told = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-c", _FROM_MODELS + further]
    done = subprocess.run(command, cwd=ROOT, env=told, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()
