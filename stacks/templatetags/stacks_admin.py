"""Presentation of the admin's lists."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.utils.html import escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

register = template.Library()


@register.filter
def under(cells: Iterable[SafeString], headers: Sequence[dict[str, Any]]) -> list[SafeString]:
    """The cells of a row, each with the name of its column as `data-l`."""
    return [_named(cell, str(header["text"])) for cell, header in zip(cells, headers, strict=True)]


def _named(cell: SafeString, text: str) -> SafeString:
    name = escape(capfirst(strip_tags(text).strip()))
    return mark_safe(cell.replace("<td", f'<td data-l="{name}"', 1) if name else cell)  # noqa: S308  (Django's own cell)
