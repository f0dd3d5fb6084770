"""Which server is read: for the whole of a request it is one, the primary or its replica.

All that writes, the admin and commands among it, reads the primary, and never comes to know of the replica.
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse

PRIMARY, REPLICA = "default", "replica"
_reader: ContextVar[str] = ContextVar("reader", default=PRIMARY)


class Router:
    """Django's, where REPLICA_URL is set."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return _reader.get()

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """They hold the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY


def is_there() -> bool:
    return REPLICA in connections


def read_from(server: str) -> None:
    """From now on, in this thread: also what is still read while the answer is sent."""
    _reader.set(server)


def reads_replica() -> bool:
    return _reader.get() == REPLICA


def reader() -> BaseDatabaseWrapper:
    """The connection for what is asked in plain SQL."""
    return connections[_reader.get()]


def begin_at_primary(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The first middleware that asks the database or lets others ask it stands below this one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        read_from(PRIMARY)
        return get_response(request)

    return middleware
