"""Templates that are rendered once in the life of a process, and filled in without: for what stands a hundred times on
a page. A template of Django costs as much for each of a hundred rows as the page around them.
"""

import re
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_MARK = re.compile("\x02([a-z_]+)\x03")
_INDENTS = re.compile(r"\s*\n\s*")


def mark(name: str) -> str:
    """What stands for a value until it is filled in: unlike anything a catalogue holds, and left alone by escaping."""
    return f"\x02{name}\x03"


def without_indents(html: str) -> str:
    """A sixth of a comparison was white space; it means something in code alone."""
    return html if "<pre" in html else _INDENTS.sub("\n", html)


class Skeleton:
    """A template cut at the places of its variables, of which it may only print the values."""

    def __init__(self, template: str, names: tuple[str, ...], fixed: dict[str, object]):
        html = render_to_string(template, {name: mark(name) for name in names} | fixed)
        pieces = _MARK.split(without_indents(html))
        self.texts, self.names = pieces[::2], pieces[1::2]

    def fill(self, **values: str) -> SafeString:
        """What is no HTML yet is escaped, as the template would."""
        filled = [self.texts[0]]
        for name, text in zip(self.names, self.texts[1:], strict=True):
            filled += (conditional_escape(values[name]), text)
        return mark_safe("".join(filled))  # noqa: S308  (each part is escaped, or was before)


def skeleton(template: str, *names: str, **fixed: object) -> Skeleton:
    """`names` are filled in each time, `fixed` decides the template's conditions; made anew each time under DEBUG."""
    make = _kept.__wrapped__ if settings.DEBUG else _kept
    return make(template, names, tuple(fixed.items()))


@lru_cache(maxsize=64)
def _kept(template: str, names: tuple[str, ...], fixed: tuple[tuple[str, object], ...]) -> Skeleton:
    return Skeleton(template, names, dict(fixed))
