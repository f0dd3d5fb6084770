"""What it means when the database fails: nothing is wrong with the question, and soon it may be answered again."""

import time

from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections
from django.db.migrations.executor import MigrationExecutor

RETRY_SECONDS = 2  # what an answer that cannot be given asks for
_REST_SECONDS = 0.5
_CANCELED = "57014"  # PostgreSQL's code


def is_outage(error: BaseException | None) -> bool:
    """Away, locked for too long, full or not to be written to; a statement that makes no sense is a fault of ours."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    return not str(error).startswith(("no such ", "near ", "table ", "duplicate column "))


def took_too_long(error: BaseException) -> bool:
    """A statement that PostgreSQL gave up because its time was over: it would take as long anywhere."""
    return getattr(error.__cause__, "sqlstate", None) == _CANCELED and "timeout" in str(error)


class Rest:
    """A database that did not answer is left alone for a moment, so that no thread waits where another just has."""

    def __init__(self, server: str = "default", seconds: float = _REST_SECONDS) -> None:
        self._server, self._seconds = server, seconds
        self._until = 0.0

    @property
    def is_on(self) -> bool:
        return time.monotonic() < self._until

    def begin(self) -> None:
        """Connections made before are of no use: PostgreSQL's pool would try them one by one, with pauses."""
        self._until = time.monotonic() + self._seconds
        if pool := getattr(connections[self._server], "pool", None):
            pool.drain()

    def end(self) -> None:
        self._until = 0.0


def migrations_waiting() -> int:
    """How many: the tables are those of another version, or were never made. Asks the database."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def no_catalogue(error: DatabaseError) -> bool:
    """Not even its revision can be read: the database is away, or its tables were never made."""
    return is_outage(error) or "stacks_counter" in str(error)
