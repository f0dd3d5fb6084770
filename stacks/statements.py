"""Statements that the ORM writes once: to write one takes it longer than the database to answer it."""

from collections.abc import Sequence
from typing import Any

from django.db import connections


def gap(number: int) -> str:
    """What stands in a question for a text that is given each time it is asked; no text of the catalogue is like it."""
    return f"\x02{number}\x03"


class Statement:
    """A question answered in dicts, as `values()` gives them. It holds nothing of a connection: all threads may ask."""

    def __init__(self, queryset: Any):
        compiler = queryset.query.get_compiler(using=queryset.db)
        self.sql, parameters = compiler.as_sql()
        self.parameters = tuple(parameters)
        self.names = tuple(queryset.query.selected)
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        self.converters = [(self.names[place], *found) for place, found in converters.items()]

    def read(self, alias: str, given: Sequence[str] = ()) -> list[dict[str, Any]]:
        """`given` are the texts that stand where the question has gaps."""
        gaps = {gap(number): text for number, text in enumerate(given)}
        parameters = [gaps.get(parameter, parameter) for parameter in self.parameters]
        connection = connections[alias]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            rows = [dict(zip(self.names, row, strict=True)) for row in cursor.fetchall()]
        for name, steps, expression in self.converters:
            for row in rows:
                for convert in steps:
                    row[name] = convert(row[name], expression, connection)
        return rows
