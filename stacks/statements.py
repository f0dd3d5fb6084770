"""Statements that the ORM writes once: to write one takes it ten times as long as the database to answer it."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connections


def gap(number: int) -> str:
    """What stands in a question for what is given each time it is asked; no text of the catalogue is like it."""
    return f"\x02{number}\x03"


class Statement:
    """A question that holds nothing of a connection: all threads may ask."""

    def __init__(self, queryset: Any, as_stored: Collection[str] = ()):
        """Of the columns `as_stored` the values are those that the database has."""
        compiler = queryset.query.get_compiler(using=queryset.db)
        self.sql, parameters = compiler.as_sql()
        self.parameters = tuple(parameters)
        self.names = tuple(queryset.query.selected)
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        self.converters = [(n, told) for n, told in converters.items() if self.names[n] not in as_stored]

    def rows(self, alias: str, given: Sequence[Any] = ()) -> list[list[Any]]:
        """In the order of the columns, as `values_list()` has them. `given` is what stands where there are gaps."""
        gaps = {gap(number): each for number, each in enumerate(given)}
        parameters = [gaps.get(parameter, parameter) for parameter in self.parameters]
        connection = connections[alias]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows = [list(row) for row in cursor.fetchall()]
        for place, (steps, expression) in self.converters:
            for row in rows:
                for convert in steps:
                    row[place] = convert(row[place], expression, connection)
        return rows

    def read(self, alias: str, given: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """In dicts, as `values()` has them."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows(alias, given)]
