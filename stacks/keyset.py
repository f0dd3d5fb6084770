"""Pages by keyset: a page starts after the values of the row before it, so a deep page costs what the first costs."""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.crypto import constant_time_compare, salted_hmac

Reader = Callable[[list[str], list[Any] | None], list[Any]]
_SEAL = 11  # characters of base64: 64 bits


class InvalidCursor(ValueError):
    """The cursor was not made by this list, with these filters, in this order."""


@dataclass(frozen=True, slots=True)
class Page:
    """`next` and `previous` are cursors, None at the ends."""

    rows: list[Any]
    next: str | None
    previous: str | None


def page(queryset: QuerySet, order: Sequence[str], size: int, cursor: str | None = None, *, of: str) -> Page:
    """`size` rows in `order`: fields without nulls, the last one unique, `-` for descending. One query.

    `of` names the list and its filters (`list_of` writes it). A cursor is sealed with it and with the order, so that
    only what this list has given out is ever compared with its rows. Raises InvalidCursor.
    """
    return page_of(lambda steps, values: list(beyond(queryset, steps, values, size)), order, size, cursor, of=of)


def beyond(queryset: QuerySet, steps: Sequence[str], values: Sequence[Any] | None, size: int) -> QuerySet:
    """The rows of a page and one more: those after the values of the row before it, or the first."""
    if values is not None:
        queryset = queryset.filter(lies_beyond(steps, values))
    each_of: Any = getattr(queryset, "each_of", None)
    if each_of and len(steps) == 1:
        column, each = each_of
        queryset = _first_of_each(queryset, column, each, steps[0], size + 1)
    return queryset.order_by(*steps)[: size + 1]


def page_of(read: Reader, order: Sequence[str], size: int, cursor: str | None = None, *, of: str) -> Page:
    """As `page`, of rows that `read` gives for an order and for the values that they come after, if there are any."""
    seal_of = json.dumps([of, *order])
    backwards, values = _decode(cursor, seal_of) if cursor else (False, None)
    steps = [_flip(field) for field in order] if backwards else list(order)
    rows = read(steps, values)
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_next = bool(rows) and (more or backwards)
    has_previous = bool(rows) and (more if backwards else values is not None)
    return Page(
        rows,
        _encode(False, rows[-1], order, seal_of) if has_next else None,
        _encode(True, rows[0], order, seal_of) if has_previous else None,
    )


def _first_of_each(queryset: Any, column: str, values: Sequence[Any], step: str, most: int) -> Any:
    """The rows of a page, found among the first of each value of the column: an index has these in order."""
    field = step.lstrip("-")
    parts, told = [], []
    for number, value in enumerate(values):
        of_one = queryset.filter(**{column: value}).values("id", field).order_by(step)[:most]
        sql, params = of_one.query.sql_with_params()
        parts.append(f"SELECT * FROM ({sql}) AS of_{number}")  # noqa: S608 - what Django writes, its values apart
        told += params
    direction = "DESC" if step.startswith("-") else "ASC"
    first = f"SELECT id FROM ({' UNION ALL '.join(parts)}) AS of_all ORDER BY {field} {direction} LIMIT {most}"  # noqa: S608
    found = queryset.all()
    found.query.clear_where()  # it has been asked of each: once more, and it would be asked of all
    return found.filter(pk__in=RawSQL(first, told))  # noqa: S611 - what Django wrote, its values apart


def list_of(name: str, filters: Iterable[tuple[str, Sequence[str]]] = ()) -> str:
    """A list and what narrows it, whatever the order in which the filters and their values were given."""
    narrowed = sorted((name, sorted(set(values))) for name, values in filters)
    return json.dumps([name, narrowed])


def lies_beyond(order: Sequence[str], values: Sequence[Any], *, or_there: bool = False) -> Q:
    """After the values in the order; `or_there`, or just there."""
    beyond, equal = Q(), Q()
    for field, value in zip(order, values, strict=True):
        name, operator = (field[1:], "lt") if field.startswith("-") else (field, "gt")
        beyond |= equal & Q(**{f"{name}__{operator}": value})
        equal &= Q(**{name: value})
    if or_there:
        beyond |= equal
    # the plain bound on the first field is implied; it is what lets an index start in the right place
    first, value = order[0], values[0]
    name, operator = (first[1:], "lte") if first.startswith("-") else (first, "gte")
    return Q(**{f"{name}__{operator}": value}) & beyond


def _flip(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"


def _encode(backwards: bool, row: Any, order: Sequence[str], seal_of: str) -> str:
    values = [_plain(_value(row, field.lstrip("-"))) for field in order]
    body = base64.urlsafe_b64encode(json.dumps([int(backwards), *values], separators=(",", ":")).encode()).decode()
    return _seal(body, seal_of) + body.rstrip("=")


def _value(row: Any, field: str) -> Any:
    if isinstance(row, dict):
        return row[field]
    for part in field.split("__"):
        row = getattr(row, part)
    return row


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) else value.isoformat()


def _decode(cursor: str, seal_of: str) -> tuple[bool, list[Any]]:
    body = cursor[_SEAL:] + "=" * (-len(cursor[_SEAL:]) % 4)
    if not (cursor.isascii() and constant_time_compare(cursor[:_SEAL], _seal(body, seal_of))):
        raise InvalidCursor("This page marker does not fit this list: start again from the first page.")
    backwards, *values = json.loads(base64.urlsafe_b64decode(body))
    return bool(backwards), values


def _seal(body: str, seal_of: str) -> str:
    digest = salted_hmac("stacks.keyset", f"{seal_of}\n{body}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:8]).decode()[:_SEAL]
