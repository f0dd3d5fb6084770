"""All of a database in one file, and back: rows, accounts, histories, sessions left out.

The file is a zip of `about.json` (what made it and of what) and `database`: the SQLite file itself, or what `pg_dump`
writes in its custom form. It is whole or it is not there, and nobody else may read it: it holds hashes of passwords.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from stacks.loading import gather_statistics
from stacks.models.changes import Counter, new_identity

ABOUT, DATABASE = "about.json", "database"
_CHUNK = 2**20


class BackupError(Exception):
    """Nothing was written; the message says why."""


def backup(path: Path) -> Path:
    """Write the database as it is at one moment, while others go on writing; the file that was made."""
    now = datetime.now(UTC)
    if path.is_dir():
        path /= f"stacks-{now:%Y-%m-%dT%H%M%SZ}.zip"
    if path.exists():
        raise BackupError(f"{path} is there already.")
    counter = Counter.objects.filter(pk=1).first()
    about = {
        "made_at": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "engine": connection.vendor,
        "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
        "catalogue": counter.identity if counter else None,
        "revision": counter.revision if counter else None,
    }
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                archive.writestr(ABOUT, json.dumps(about, indent=1))
                with archive.open(DATABASE, "w", force_zip64=True) as target:
                    _dump(target)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except OSError as error:
        raise BackupError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return path


def read_about(path: Path) -> dict[str, Any]:
    """What the file says of itself; BackupError where it is none of ours or damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            about = json.loads(archive.read(ABOUT))
            archive.getinfo(DATABASE)
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise BackupError(f"{path} is no backup of Stacks.") from error
    if not isinstance(about, dict) or not {"engine", "migrations"} <= about.keys():
        raise BackupError(f"{path} is no backup of Stacks.")
    return about


def is_empty() -> bool:
    """Whether there is nothing to lose: no tables, or neither a company nor an account in them."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in {"stacks_company", "stacks_technology", "auth_user"} & tables:
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608  (three names of our own)
            if cursor.fetchone():
                return False
    return True


def restore(path: Path) -> int:
    """Put the database back; how many migrations are to be applied to it afterwards.

    The catalogue has a new identity then, so that nothing kept of the time between is taken for it, and nobody is
    logged in. The file is read to its end and checked before anything is replaced.
    """
    about = read_about(path)
    if about["engine"] != connection.vendor:
        raise BackupError(
            f"{path} was made from {about['engine']}, and this database is {connection.vendor}: what "
            "`export_catalogue` writes can be loaded into either."
        )
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.disk_migrations}
    if newer := sorted(set(about["migrations"]) - known):
        raise BackupError(f"{path} was made by a newer Stacks: {newer[-1]} is not known here.")
    with _unpacked(path) as file:
        if connection.vendor == "postgresql":
            _fill_postgresql(file)
        else:
            _fill_sqlite(file)
    connection.close()
    return len(known - set(about["migrations"]))


@contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="stacks-restore-") as folder:
        file = Path(folder, DATABASE)
        try:
            with zipfile.ZipFile(path) as archive, archive.open(DATABASE) as source, file.open("wb") as target:
                shutil.copyfileobj(source, target, _CHUNK)
        except (zipfile.BadZipFile, EOFError) as error:
            raise BackupError(f"{path} is damaged: {error}.") from error
        except OSError as error:
            raise BackupError(f"{path} cannot be unpacked to {folder}: {error.strerror}.") from error
        yield file


def _dump(target: Any) -> None:
    if connection.vendor == "postgresql":
        command = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--compress=0"]
        with _server(*command, stdout=subprocess.PIPE) as process:
            while part := process.stdout.read(_CHUNK) if process.stdout else b"":
                target.write(part)
        return
    connection.ensure_connection()
    with tempfile.TemporaryDirectory(prefix="stacks-backup-") as folder:
        copy = Path(folder, DATABASE)
        try:
            with closing(sqlite3.connect(copy)) as to:
                connection.connection.backup(to)
        except sqlite3.Error as error:
            raise BackupError(f"The database cannot be copied to {folder}: {error}.") from error
        with copy.open("rb") as source:
            shutil.copyfileobj(source, target, _CHUNK)


def _fill_sqlite(file: Path) -> None:
    with closing(sqlite3.connect(file)) as source:
        try:
            told = source.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            told = str(error)
        if told != "ok":
            raise BackupError(f"The database in the file is damaged: {told}.")
        try:
            with source:
                _settle(source.execute, "?")
            source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise BackupError(f"The database cannot be unpacked to {file.parent}: {error}.") from error
        connection.ensure_connection()
        try:
            source.backup(connection.connection)
        except sqlite3.Error as error:
            raise BackupError(f"The database cannot be replaced: {error}.") from error


def _fill_postgresql(file: Path) -> None:
    command = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction"]
    connection.close()
    with _server(*command, "--exit-on-error", "--dbname", connection.settings_dict["NAME"], str(file)):
        pass
    with connection.cursor() as cursor:
        _settle(cursor.execute, "%s")
    gather_statistics()


def _settle(execute: Any, place: str) -> None:
    execute(f"UPDATE stacks_counter SET identity = {place}", [new_identity()])  # noqa: S608  (the sign of the engine)
    execute("DELETE FROM django_session")


@contextmanager
def _server(*command: str, **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """One of PostgreSQL's own programs at work on this database; BackupError with what it says when it fails."""
    told = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    environment = {names[name]: str(value) for name, value in told.items() if name in names and value}
    if mode := told.get("sslmode"):
        environment["PGSSLMODE"] = mode
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(command, env=os.environ | environment, stderr=said, **options)
        except FileNotFoundError as error:
            raise BackupError(f"{command[0]} is not installed. On Debian: apt-get install postgresql-client") from error
        try:
            yield process
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
        if code:
            said.seek(0)
            raise BackupError(f"{command[0]} failed: {said.read().decode(errors='replace').strip()}")
