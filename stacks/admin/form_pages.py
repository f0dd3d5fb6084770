"""Beside a form stand as many rows as a page can hold; the others stand on further pages of the same form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import Select
from django.http import QueryDict

from .forms import is_key

# Of all rows beside one form together, in bytes of HTML: with the form itself a page stays under 200 kB.
_ROOM = 140_000
# What a row takes, roughly: around its fields, for each of them, and what a choice or a search for another row adds.
_AROUND, _FIELD, _CHOICE, _SEARCH = 900, 450, 350, 850
_FROM = "from-{}"


@dataclass(frozen=True, slots=True)
class Part:
    """Which of the rows stand on this page, from 1; `previous` and `following` are query strings, empty at the ends."""

    first: int
    last: int
    count: int
    previous: str
    following: str


def share(formsets: Sequence[Any], asked: QueryDict) -> None:
    """Let each formset that is only shown have its part of the room; what one does not need is left to the others.

    One more query for each formset that has more rows than fit.
    """
    kinds = []
    for formset in formsets:
        start = asked.get(_FROM.format(formset.prefix), "")
        first = int(start) if is_key(start) else 0
        weight = _weight(formset)
        rows = list(formset.get_queryset()[first : first + _ROOM // weight + 1])
        kinds.append((formset, first, weight, rows))
    left = _ROOM
    for place, (formset, first, weight, rows) in enumerate(sorted(kinds, key=lambda kind: kind[2] * len(kind[3]))):
        fit = max(1, left // (len(kinds) - place) // weight)
        shown = rows[:fit]
        left -= weight * len(shown)
        formset.show_only(shown, _part(formset, asked, first, len(shown), fit, more=len(rows) > len(shown)))


def _weight(formset: Any) -> int:
    """What a row of this kind takes, in bytes."""
    weight = _AROUND
    for field in formset.form.base_fields.values():
        widget = getattr(field.widget, "widget", field.widget)
        if not widget.is_hidden:
            weight += _FIELD + (_SEARCH if isinstance(widget, AutocompleteSelect) else 0)
            weight += _CHOICE if isinstance(widget, Select) else 0
    return weight


def _part(formset: Any, asked: QueryDict, first: int, shown: int, fit: int, *, more: bool) -> Part | None:
    """None where all rows are shown."""
    if not first and not more:
        return None

    def at(place: int) -> str:
        address = asked.copy()
        address[_FROM.format(formset.prefix)] = str(place)
        return address.urlencode()

    count = formset.get_queryset().count()
    previous = at(max(0, first - fit)) if first else ""
    return Part(min(first + 1, count), first + shown, count, previous, at(first + shown) if more else "")
