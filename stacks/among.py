"""Many keys in one statement, as one parameter: databases take lists of some thousands only, and Django takes longer to
write them than they to read them."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.expressions import RawSQL

from stacks.statements import Statement, gap

_MANY = 20_000


def many(keys: Iterable[Any]) -> Iterator[list[Any]]:
    """As many keys at a time as memory likes."""
    ordered = list(keys)
    for start in range(0, len(ordered), _MANY):
        yield ordered[start : start + _MANY]


def among(keys: Iterable[int] | Iterable[str]) -> Any:
    """What stands after `__in` in the place of a list."""
    told = list(keys)
    kind = "text" if told and isinstance(told[0], str) else "bigint"
    return _listed(_as_parameter(told), kind)


def _listed(parameter: Any, kind: str) -> RawSQL:
    if connection.vendor == "postgresql":
        return RawSQL(f"SELECT unnest(%s::{kind}[])", [parameter])  # noqa: S611 - the keys are a parameter
    return RawSQL("SELECT value FROM json_each(%s)", [parameter])


def _as_parameter(keys: list[Any]) -> Any:
    return keys if connection.vendor == "postgresql" else json.dumps(keys)


class Keyed:
    """Rows by keys, asked so often that their statement is written once.

    `rows_of` gives the `values_list()`, with what it is given after `__in`, once or oftener; nothing else in it may
    differ from one time to the next. `kind` is what PostgreSQL calls the keys.
    """

    def __init__(self, rows_of: Callable[[Any], Any], kind: str = "bigint"):
        self.rows_of, self.kind = rows_of, kind
        self.statements: dict[str, Statement] = {}  # by the vendor of the database

    def __call__(self, keys: Iterable[int] | Iterable[str]) -> list[list[Any]]:
        """One query, of the database that is written to."""
        vendor = connection.vendor
        if vendor not in self.statements:
            self.statements[vendor] = Statement(self.rows_of(_listed(gap(0), self.kind)))
        return self.statements[vendor].rows(DEFAULT_DB_ALIAS, [_as_parameter(list(keys))])
