"""The curating transaction as such: who is in one, and what joins it.

It knows no model, so that models may import it. What each transaction keeps is registered when the application starts,
by `stacks.changes`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models.deletion import Collector


class Kept(Protocol):
    """What a transaction keeps of its writes; settled once, inside the transaction, when its block ends."""

    def settle(self) -> None: ...

    def delete(self, collector: Collector) -> tuple[int, dict[str, int]]: ...


_in_hand: ContextVar[Any] = ContextVar("in_hand", default=None)
_openers: list[Callable[[], Kept]] = []  # one, from the start of the application on


def open_with(opener: Callable[[], Kept]) -> None:
    """Let each transaction begin with this: it takes the lock before any other row and returns what is kept."""
    _openers[:] = [opener]


@contextmanager
def curating() -> Iterator[Any]:
    """One curating transaction; nested calls join the outer one. Take it before a row is locked or read for change."""
    outer = _in_hand.get()
    if outer is not None:
        yield outer
        return
    (opener,) = _openers
    with transaction.atomic(), joining(opener()) as kept:
        yield kept


@contextmanager
def joining(kept: Kept) -> Iterator[Any]:
    """Let what is written in this block join what is kept, and settle it when the block ends."""
    token = _in_hand.set(kept)
    try:
        yield kept
        kept.settle()
    finally:
        _in_hand.reset(token)


def delete_with_all(rows: Sequence[Any], *, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
    """Delete rows of one kind and what goes with them, in some statements for each kind; what Django returns."""
    if not rows:
        return 0, {}
    with curating() as kept:
        collector = Collector(using=DEFAULT_DB_ALIAS, origin=rows[0] if len(rows) == 1 else None)
        collector.collect(rows, keep_parents=keep_parents)
        return kept.delete(collector)


def in_hand() -> Any:
    """What the running transaction keeps, or None outside of one."""
    return _in_hand.get()
