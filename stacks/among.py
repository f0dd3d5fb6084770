"""Many keys in one statement, as one parameter: databases take lists of some thousands only, and Django takes longer to
write them than they to read them."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.expressions import RawSQL

from stacks.statements import Statement, gap

_MANY = 20_000


def many(keys: Iterable[Any], most: int = _MANY) -> Iterator[list[Any]]:
    """As many keys at a time as memory likes, or at most so many."""
    ordered = list(keys)
    for start in range(0, len(ordered), most):
        yield ordered[start : start + most]


def among(keys: Iterable[int] | Iterable[str]) -> Any:
    """What stands after `__in` in the place of a list."""
    told = list(keys)
    kind = "text" if told and isinstance(told[0], str) else "bigint"
    return _listed(_as_parameter(told), kind)


def _listed(parameter: Any, kind: str) -> RawSQL:
    if connection.vendor == "postgresql":
        return RawSQL(f"SELECT unnest(%s::{kind}[])", [parameter])  # noqa: S611 - the keys are a parameter
    return RawSQL("SELECT value FROM json_each(%s)", [parameter])


def _as_parameter(keys: list[Any]) -> str:
    return as_array(keys) if connection.vendor == "postgresql" else json.dumps(keys)


def as_array(values: Sequence[Any]) -> str:
    """Numbers or texts as PostgreSQL writes an array: psycopg would look at each, and take as long as the server."""
    if not values or not isinstance(values[0], str):
        return f"{{{','.join(map(str, values))}}}"
    told = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return '{"' + '","'.join(told) + '"}'


class Keyed:
    """Rows by keys, asked so often that their statement is written once.

    `rows_of` gives the `values_list()`, with what it is given after `__in`, once or oftener; nothing else in it may
    differ from one time to the next. `kind` is what PostgreSQL calls the keys.
    """

    def __init__(self, rows_of: Callable[[Any], Any], kind: str = "bigint"):
        self.rows_of, self.kind = rows_of, kind
        self.statements: dict[str, Statement] = {}  # by the vendor of the database

    def __call__(self, keys: Iterable[int] | Iterable[str], alias: str = DEFAULT_DB_ALIAS) -> list[list[Any]]:
        """One query, of the database that is written to unless told."""
        vendor = connection.vendor
        if vendor not in self.statements:
            self.statements[vendor] = Statement(self.rows_of(_listed(gap(0), self.kind)))
        return self.statements[vendor].rows(alias, [_as_parameter(list(keys))])


class KeyedRows:
    """The same of whole rows, as instances: `further` are the names of what `rows_of` annotates them with."""

    def __init__(self, rows_of: Callable[[Any], Any], further: Sequence[str] = (), kind: str = "bigint"):
        self.rows_of, self.further = rows_of, further
        self.model: Any = None
        self.values = Keyed(self._values, kind)

    def _values(self, keys: Any) -> Any:
        rows = self.rows_of(keys)
        self.model = rows.model
        return rows.values_list(*_columns(self.model), *self.further)

    def __call__(self, keys: Iterable[int] | Iterable[str], alias: str = DEFAULT_DB_ALIAS) -> list[Any]:
        """One query, of the database that is written to unless told."""
        rows, found = self.values(keys, alias), []
        names = _columns(self.model)
        for values in rows:
            instance = self.model.from_db(alias, names, values[: len(names)])
            for name, value in zip(self.further, values[len(names) :], strict=True):
                setattr(instance, name, value)
            found.append(instance)
        return found


def _columns(model: Any) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
