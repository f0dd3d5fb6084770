"""Templates that are rendered once in the life of a process, and filled in without: for what stands a hundred times on
a page. A template of Django costs as much for each of a hundred rows as the page around them.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from stacks.templatetags.stacks_text import as_html, escaped

_MARK = re.compile("\x02([a-z_0-9]+)\x03")
_INDENTS = re.compile(r"\s*\n\s*")


def mark(name: str) -> str:
    """What stands for a value until it is filled in: unlike anything a catalogue holds, and left alone by escaping."""
    return f"\x02{name}\x03"


def without_indents(text: str) -> str:
    """A sixth of a comparison was white space; it means something in code alone."""
    return text if "<pre" in text else _INDENTS.sub("\n", text)


def joined(parts: Iterable[SafeString]) -> SafeString:
    """One part a line."""
    return as_html("\n".join(parts))


class Skeleton:
    """A template cut at the places of its variables, of which it may only print the values."""

    def __init__(self, template: str, names: tuple[str, ...], fixed: dict[str, object]):
        made = render_to_string(template, {name: mark(name) for name in names} | fixed)
        pieces = _MARK.split(without_indents(made))
        self.first, self.pairs = pieces[0], list(zip(pieces[1::2], pieces[2::2], strict=True))

    def fill(self, **values: str) -> SafeString:
        """What is no HTML yet is escaped, as the template would."""
        filled = [self.first]
        for name, text in self.pairs:
            filled += (escaped(values[name]), text)
        return as_html("".join(filled))


def skeleton(template: str, *names: str, **fixed: object) -> Skeleton:
    """`names` are filled in each time, `fixed` decides the template's conditions; made anew each time under DEBUG."""
    make = _kept.__wrapped__ if settings.DEBUG else _kept
    return make(template, names, tuple(fixed.items()))


@lru_cache(maxsize=256)
def _kept(template: str, names: tuple[str, ...], fixed: tuple[tuple[str, object], ...]) -> Skeleton:
    return Skeleton(template, names, dict(fixed))
