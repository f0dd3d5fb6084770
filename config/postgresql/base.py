"""Django's PostgreSQL, with an end to waiting: for another writer's lock, a silent server, a statement without end."""

from typing import Any

import psycopg
from django.db.backends.postgresql import base

_LOCK_SECONDS = 5
_SILENCE_SECONDS = 1.0
_GRACE_SECONDS = 2.0  # for word of a statement that the server itself has given up


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that waits for an answer only so long.

    A server that was stopped or cut off keeps its connections open, and the system would wait for minutes, or without
    end. So the check, the empty statement that the pool sends before it gives a connection to a request, has an end of
    its own, and a statement that has one in the server has one here as well.
    """

    patience: float | None = None

    def execute(self, query: Any, *args: Any, **options: Any) -> Any:
        kept, self.patience = self.patience, _SILENCE_SECONDS if query == "" else self.patience
        try:
            return super().execute(query, *args, **options)
        finally:
            self.patience = kept

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, timeout or self.patience)
        except psycopg.OperationalError:
            if timeout is None and self.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self.pgconn.finish()  # what is still to come would be taken for the answer to something else
            raise


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
        if self.statement_seconds:
            connection.patience = self.statement_seconds + _GRACE_SECONDS
        return True
