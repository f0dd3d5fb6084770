"""The same rows for many tests: made in earnest once, then put back as they were, at a tenth of the cost."""

from collections.abc import Callable, Iterable
from contextlib import closing
from copy import deepcopy
from functools import wraps
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from stacks.curating import in_hand
from stacks.history.parts import curated_models
from stacks.models import Change, Counter, TechnologyCount

_PLAIN = (str, int, type(None))
# Where one of these has a row, something was made before.
_FIRST = ("stacks_category", "stacks_company", "stacks_source", "stacks_technology", "stacks_change", "stacks_counter")


def remembered(make: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function that makes rows of the catalogue do so once for each set of arguments that are plain values.

    Where the catalogue is empty, later calls write the same rows past the ORM (history, feed and derived values among
    them) and return copies of what the first one returned. Where something stands already, and within `curating()`,
    it makes them anew.
    """
    return remembered_in(_models, _FIRST)(make)


def remembered_in(models: Callable[[], Iterable[type[Model]]], first: Iterable[str]) -> Callable[..., Any]:
    """The same for rows of `models`, of which none stands where the tables `first` are empty."""
    anything = " UNION ALL ".join(f"SELECT 1 FROM {table}" for table in first)

    def is_empty() -> bool:
        with closing(connection.cursor()) as cursor:
            cursor.execute(f"SELECT EXISTS ({anything})")
            return not cursor.fetchone()[0]

    def decorate(make: Callable[..., Any]) -> Callable[..., Any]:
        kept: dict[Any, tuple[list[tuple[str, list[tuple]]], Any]] = {}

        @wraps(make)
        def made(*args, **kwargs):
            key = (args, *sorted(kwargs.items()))
            if in_hand() or not all(isinstance(each, _PLAIN) for each in (*args, *kwargs.values())) or not is_empty():
                return make(*args, **kwargs)
            if key in kept:
                _put_back(kept[key][0])
            else:
                returned = make(*args, **kwargs)
                kept[key] = (_all_rows(models()), deepcopy(returned))
            return deepcopy(kept[key][1])

        return made

    return decorate


def _models() -> list[type[Model]]:
    curated = curated_models()
    return [*curated, *(model.history.model for model in curated), TechnologyCount, Change, Counter]


def _all_rows(models: Iterable[type[Model]]) -> list[tuple[str, list[tuple]]]:
    """What writes the rows of each of these tables that has any."""
    found = []
    quote = connection.ops.quote_name
    with closing(connection.cursor()) as cursor:
        for model in models:
            columns = [quote(str(field.column)) for field in model._meta.local_concrete_fields if not field.generated]
            table = quote(model._meta.db_table)
            cursor.execute(f"SELECT {', '.join(columns)} FROM {table}")
            if rows := cursor.fetchall():
                places = ", ".join(["%s"] * len(columns))
                found.append((f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows))
    return found


def _put_back(tables: list[tuple[str, list[tuple]]]) -> None:
    with transaction.atomic(), closing(connection.cursor()) as cursor:
        for statement, rows in tables:
            cursor.executemany(statement, rows)
