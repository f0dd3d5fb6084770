"""Pages by keyset: a page starts after the values of the row before it, so a deep page costs what the first costs."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet


class InvalidCursor(ValueError):
    """The cursor was not made by this list in this order."""


@dataclass(frozen=True, slots=True)
class Page:
    """`next` and `previous` are cursors, None at the ends."""

    rows: list[Any]
    next: str | None
    previous: str | None


def page(queryset: QuerySet, order: Sequence[str], size: int, cursor: str | None = None) -> Page:
    """`size` rows in `order`: fields without nulls, the last one unique, `-` for descending. One query.

    Raises InvalidCursor.
    """
    backwards, values = _decode(cursor, order) if cursor else (False, None)
    steps = [_flip(field) for field in order] if backwards else list(order)
    if values is not None:
        try:
            queryset = queryset.filter(_beyond(steps, values))
        except (ValueError, TypeError, ValidationError) as error:
            raise InvalidCursor("This page marker does not fit this list: start again from the first page.") from error
    rows = list(queryset.order_by(*steps)[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_next = bool(rows) and (more or backwards)
    has_previous = bool(rows) and (more if backwards else values is not None)
    return Page(
        rows,
        _encode(False, rows[-1], order) if has_next else None,
        _encode(True, rows[0], order) if has_previous else None,
    )


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    beyond, equal = Q(), Q()
    for field, value in zip(order, values, strict=True):
        name, operator = (field[1:], "lt") if field.startswith("-") else (field, "gt")
        beyond |= equal & Q(**{f"{name}__{operator}": value})
        equal &= Q(**{name: value})
    # the plain bound on the first field is implied; it is what lets an index start in the right place
    first, value = order[0], values[0]
    name, operator = (first[1:], "lte") if first.startswith("-") else (first, "gte")
    return Q(**{f"{name}__{operator}": value}) & beyond


def _flip(field: str) -> str:
    return field[1:] if field.startswith("-") else f"-{field}"


def _encode(backwards: bool, row: Any, order: Sequence[str]) -> str:
    values = [_plain(_value(row, field.lstrip("-"))) for field in order]
    text = json.dumps([int(backwards), *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _value(row: Any, field: str) -> Any:
    if isinstance(row, dict):
        return row[field]
    for part in field.split("__"):
        row = getattr(row, part)
    return row


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) else value.isoformat()


def _decode(cursor: str, order: Sequence[str]) -> tuple[bool, list[Any]]:
    try:
        decoded = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise InvalidCursor("This page marker cannot be read: start again from the first page.") from error
    fits = isinstance(decoded, list) and len(decoded) == len(order) + 1 and all(type(v) in (int, str) for v in decoded)
    if not fits or decoded[0] not in (0, 1):
        raise InvalidCursor("This page marker does not fit this list: start again from the first page.")
    if any(isinstance(value, str) and not _can_be_stored(value) for value in decoded[1:]):
        raise InvalidCursor("This page marker does not fit this list: start again from the first page.")
    return bool(decoded[0]), decoded[1:]


def _can_be_stored(text: str) -> bool:
    """No database takes half a surrogate pair, PostgreSQL no NUL either."""
    return "\x00" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
