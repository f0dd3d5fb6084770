"""Many rows held against every constraint of their table in one statement, before any of them is written."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection, models
from django.db.models.sql import Query

_CHUNK = 500  # rows in one statement


def doubtful(told: Sequence[tuple[Any, Collection[str]]]) -> list[list[Any]]:
    """Of each row the constraints that it may break; those of no row here are kept by all of them.

    `told` are rows of one model, each with the names of its fields that are not known yet. What is in doubt is to be
    validated by itself: the constraint then says whether it is broken, and how. One query for some hundred rows.
    """
    found: list[list[Any]] = [[] for _ in told]
    if not told:
        return found
    model: Any = type(told[0][0])
    constraints, columns, statement = _statement(model)
    for start in range(0, len(told) if constraints else 0, _CHUNK):
        some = told[start : start + _CHUNK]
        values = [
            value
            for n, (row, unknown) in enumerate(some, start)
            for value in (n, *(_value(row, field, unknown) for field in columns))
        ]
        rows = ", ".join([_placeholders(columns)] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(statement.replace("/*rows*/", rows), values)
            for n, place in sorted(cursor.fetchall()):
                found[n].append(constraints[place])
    return found


def named(model: Any) -> set[str]:
    """The names of the fields that constraints are about, but for the key."""
    return {name for each in model._meta.constraints for name in _names(model, each)} - {"pk", model._meta.pk.name}


def _value(row: Any, field: Any, unknown: Collection[str]) -> Any:
    if field.name in unknown or (field.primary_key and row._state.adding):  # noqa: SLF001 - as Django validates
        return None
    return field.get_db_prep_value(getattr(row, field.attname), connection)


def _placeholders(columns: Iterable[Any]) -> str:
    casts = ", ".join(f"CAST(%s AS {field.cast_db_type(connection)})" for field in columns)
    return f"(CAST(%s AS integer), {casts})"


@cache
def _statement(model: Any) -> tuple[list[Any], list[Any], str]:
    """The constraints, the fields that they name and the key, and the statement, which lacks its rows."""
    constraints = [
        each for each in model._meta.constraints if not isinstance(each, models.UniqueConstraint) or each.fields
    ]
    names = {name for each in constraints for name in _names(model, each)}
    columns = [field for field in model._meta.concrete_fields if field.primary_key or field.name in names]
    quote = connection.ops.quote_name
    shown = ", ".join(quote(name) for name in ("n", *(field.column for field in columns)))
    asked = " UNION ALL ".join(_question(model, each, place) for place, each in enumerate(constraints))
    return constraints, columns, f"WITH told ({shown}) AS (VALUES /*rows*/) {asked}"


def _names(model: Any, constraint: Any) -> set[str]:
    condition = constraint.condition
    paths = model._get_expr_references(condition) if condition else ()  # noqa: SLF001 - as Django checks them
    named = {path[0] for path in paths}
    return {*named, *getattr(constraint, "fields", ())}


def _question(model: Any, constraint: Any, place: int) -> str:
    condition = _sql(model, constraint.condition)
    if isinstance(constraint, models.CheckConstraint):
        return f"SELECT n, {place} FROM told WHERE NOT COALESCE({condition}, TRUE)"  # noqa: S608
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    same = " AND ".join(
        f"stored.{column} = given.{column}"
        for column in (quote(model._meta.get_field(name).column) for name in constraint.fields)
    )
    return (
        f"SELECT n, {place} FROM (SELECT * FROM told WHERE {condition}) given WHERE EXISTS ("  # noqa: S608
        f"SELECT 1 FROM (SELECT * FROM {table} WHERE {condition}) stored "
        f"WHERE {same} AND (given.{key} IS NULL OR stored.{key} <> given.{key}))"
    )


def _sql(model: Any, condition: Any) -> str:
    """A condition as the database has it, its values written into it; percent signs stand for themselves."""
    if not condition:
        return "TRUE"
    query = Query(model=model, alias_cols=False)
    sql, values = query.build_where(condition).as_sql(query.get_compiler(connection=connection), connection)
    schema: Any = connection.schema_editor()
    return (sql % tuple(schema.quote_value(value) for value in values)).replace("%", "%%")
