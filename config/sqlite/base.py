"""Django's SQLite, for connections that a thread keeps: they notice another file and read what cannot be written."""

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db.backends.sqlite3 import base

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_FROZEN_SECONDS = 1.0
_files_seen: set[str] = set()  # by this process


class DatabaseWrapper(base.DatabaseWrapper):
    opened: tuple[int, ...] | None = None  # what the file was when this connection was made
    frozen_until: float | None = None  # of a connection that takes the file as unchanging

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        self.opened, self.frozen_until = self._file(), None
        name = str(self.settings_dict["NAME"])
        if not self.opened and name in _files_seen:
            raise sqlite3.OperationalError("the file of the database is gone")  # SQLite would make an empty one
        if self.opened:
            _files_seen.add(name)
        try:
            return super().get_new_connection(conn_params)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode in _BUSY or not self._is_whole_without_log():
                raise
            return self._open_frozen(conn_params, error)

    def is_usable(self) -> bool:
        """Asked before the first query of each request: another file in its place (a restore) is another database."""
        if self.frozen_until is not None and time.monotonic() > self.frozen_until:
            return False
        return self.opened == self._file()

    def _commit(self) -> None:
        """Leave nothing in the log: who copies the file has all, and who puts one in its place meets no old log."""
        super()._commit()  # type: ignore[misc]  # private, so django-stubs leave it out
        if self.connection is None or self.is_in_memory_db():
            return
        patience = self.settings_dict["OPTIONS"].get("timeout", 5)
        with suppress(sqlite3.Error):  # it is written already; the next one, or SQLite itself, empties the log
            self.connection.execute("PRAGMA busy_timeout = 0")
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self.connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")

    def _open_frozen(self, conn_params: dict[str, Any], error: sqlite3.OperationalError) -> Any:
        """Read a file on a full or read-only disk, where SQLite cannot make what it shares between connections."""
        address = f"file:{quote(str(Path(self.settings_dict['NAME']).absolute()))}?mode=ro&immutable=1"
        try:
            connection = super().get_new_connection({**conn_params, "database": address})
            connection.execute("SELECT 1 FROM sqlite_schema").fetchall()
        except sqlite3.DatabaseError:
            raise error from None
        self.frozen_until = time.monotonic() + _FROZEN_SECONDS
        return connection

    def _file(self) -> tuple[int, ...] | None:
        try:
            found = os.stat(self.settings_dict["NAME"])  # noqa: PTH116  (asked by each request: a Path costs ten times it)
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns

    def _is_whole_without_log(self) -> bool:
        """Whether every change stands in the file itself, none only in the log beside it."""
        file = Path(self.settings_dict["NAME"])
        log = file.with_name(f"{file.name}-wal")
        return file.is_file() and not (log.exists() and log.stat().st_size)
