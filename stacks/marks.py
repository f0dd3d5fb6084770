"""How far writing has come: what was read and held against every rule at one mark holds as long as the mark stands."""

from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

from stacks.models import Counter, Curated, Objection

Mark = tuple[int | None, ...]


def mark() -> Mark:
    """It moves with each write of a curated row, a draft's too, by whichever door and release of this application:
    each leaves a record in a history, under the lock. One query of as many look-ups as there are histories."""
    with connection.cursor() as cursor:
        cursor.execute(_statement())
        return tuple(cursor.fetchone())


@cache
def _statement() -> str:
    quote = connection.ops.quote_name
    curated: Any = (model for model in apps.get_app_config("stacks").get_models() if issubclass(model, Curated))
    newest = [(Counter, "revision"), (Objection, "id"), *((model.history.model, "history_id") for model in curated)]
    asked = (f"(SELECT MAX({quote(column)}) FROM {quote(model._meta.db_table)})" for model, column in newest)  # noqa: S608
    return f"SELECT {', '.join(asked)}"
