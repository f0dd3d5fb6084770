"""Where a text stands in the middle of others: found by trigrams, whatever the size of the catalogue.

SQLite has them in a table beside each table, kept by triggers; PostgreSQL in indexes, where the server has pg_trgm.
"""

from collections.abc import Mapping
from typing import Any

from django.db import ProgrammingError, connection, transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL

# What lists are searched by: the columns of each table.
COLUMNS = {"stacks_usage": ("purpose", "remarks"), "stacks_source": ("title", "publisher", "url")}
# Folded names; PostgreSQL has had indexes of them from the beginning.
NAMES = {"stacks_technology": ("search_text",), "stacks_company": ("search_text",)}
_SHORTEST = 3  # trigrams find nothing shorter


def reaches(word: str) -> bool:
    return len(word) >= _SHORTEST


def holding(model: Any, word: str, most: int) -> Any:
    """Rows of which one of those columns holds the word, or might but for its case; of SQLite at most so many."""
    rows, table = model._base_manager.order_by(), model._meta.db_table
    if connection.vendor == "sqlite":
        return rows.filter(_matching(table, word, f" LIMIT {most}"))
    held = Q()
    for column in COLUMNS[table]:
        held |= Q(**{f"{column}__icontains": word})
    return rows.filter(held)


def in_names(model: Any, text: str) -> Q:
    """Technologies or companies whose folded names hold the text, which is folded too."""
    if connection.vendor == "sqlite" and reaches(text):
        return _matching(model._meta.db_table, text)
    return Q(search_text__contains=text)


def _matching(table: str, text: str, end: str = "") -> Q:
    name, quoted = f"{table}_trigrams", text.replace('"', '""')
    found = f"SELECT rowid FROM {name} WHERE {name} MATCH %s{end}"  # noqa: S608 - names of our own
    return Q(pk__in=RawSQL(found, [f'"{quoted}"']))  # noqa: S611 - the same


def make(schema_editor: Any) -> None:
    """Makes what is missing of it. Everybody reads and writes on meanwhile, if no transaction is open."""
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            _make_indexes(cursor)
        else:
            _make_tables(cursor, COLUMNS)


def drop(schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            for table, columns in COLUMNS.items():
                for column in columns:
                    cursor.execute(f"DROP INDEX IF EXISTS {table}_{column}_trigrams")
        else:
            _drop_tables(cursor, COLUMNS)


def make_of_names(schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            _make_tables(cursor, NAMES)


def drop_of_names(schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            _drop_tables(cursor, NAMES)


def _make_tables(cursor: Any, told: Mapping[str, tuple[str, ...]]) -> None:
    for table, columns in told.items():
        _make_table(cursor, table, columns)


def _drop_tables(cursor: Any, told: Mapping[str, tuple[str, ...]]) -> None:
    for table in told:
        for event in ("insert", "update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_trigrams_{event}")
        cursor.execute(f"DROP TABLE IF EXISTS {table}_trigrams")


def _make_indexes(cursor: Any) -> None:
    cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
    if cursor.fetchone() is None:
        return
    try:
        with transaction.atomic():
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except ProgrammingError:
        return  # the migration that made the first such indexes has said so
    beside_others = "" if cursor.db.in_atomic_block else "CONCURRENTLY"
    for table, columns in COLUMNS.items():
        for column in columns:
            # as Django asks, whatever the case
            cursor.execute(
                f"CREATE INDEX {beside_others} IF NOT EXISTS {table}_{column}_trigrams "
                f'ON {table} USING gin (UPPER("{column}"::text) gin_trgm_ops)'
            )


def _make_table(cursor: Any, table: str, columns: tuple[str, ...]) -> None:
    """The texts stay in the table itself: a trigger tells what went of them, and what came."""
    name, told = f"{table}_trigrams", ", ".join(columns)
    old, new = (", ".join(f"{which}.{column}" for column in columns) for which in ("old", "new"))
    gone = f"INSERT INTO {name} ({name}, rowid, {told}) VALUES ('delete', old.id, {old});"  # noqa: S608 - of our own
    come = f"INSERT INTO {name} (rowid, {told}) VALUES (new.id, {new});"  # noqa: S608 - the same
    cursor.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} "
        f"USING fts5({told}, content='{table}', content_rowid='id', tokenize='trigram')"
    )
    for event, on, statements in (
        ("insert", "INSERT", come),
        ("update", f"UPDATE OF {told}", gone + come),
        ("delete", "DELETE", gone),
    ):
        cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name}_{event} AFTER {on} ON {table} BEGIN {statements} END")
    cursor.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")  # noqa: S608 - the same
