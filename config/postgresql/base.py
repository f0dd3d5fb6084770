"""Django's PostgreSQL, with an end to waiting: for another writer's lock, a silent server, a statement without end."""

from typing import Any

import psycopg
from django.db.backends.postgresql import base

_LOCK_SECONDS = 5
_SILENCE_SECONDS = 1.0


class BoundedConnection(psycopg.Connection[Any]):
    """A connection whose check, the empty statement that the pool sends before it gives it to a request, has an end.

    A server that was stopped or cut off keeps its connections open, and the system would wait for minutes.
    """

    patience: float | None = None

    def execute(self, query: Any, *args: Any, **options: Any) -> Any:
        self.patience = _SILENCE_SECONDS if query == "" else None
        try:
            return super().execute(query, *args, **options)
        finally:
            self.patience = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        return super().wait(gen, interval, timeout or self.patience)


class DatabaseWrapper(base.DatabaseWrapper):
    # Set by the entry of a server (`config.wsgi`); what a command asks may take as long as it needs.
    statement_seconds = 0

    @property
    def pool(self) -> Any:
        if options := self.settings_dict["OPTIONS"].get("pool"):
            options.setdefault("connection_class", BoundedConnection)
        return super().pool

    def _configure_connection(self, connection: Any) -> bool:
        super()._configure_connection(connection)  # type: ignore[misc]  # private, so django-stubs leave it out
        with connection.cursor() as cursor:
            cursor.execute(
                f"SET lock_timeout = '{_LOCK_SECONDS}s'; SET statement_timeout = '{self.statement_seconds}s'"
            )
        return True
