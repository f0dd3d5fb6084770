"""Templates that are rendered once in the life of a process, and filled in without: for what stands a hundred times on
a page. A template of Django costs as much for each of a hundred rows as the page around them.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

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


class InBytes(NamedTuple):
    """What stands before the first place, then of each place its name and what stands behind it."""

    first: bytes
    pairs: Sequence[tuple[str, bytes]]

    def fill(self, values: Mapping[str, str | Sequence[bytes]]) -> bytes:
        """What is no HTML yet is escaped, as the template would; bytes are HTML, in pieces already."""
        filled, missing = self.begin(values)
        if missing:
            raise KeyError(missing[0][0])
        return filled

    def begin(self, values: Mapping[str, str | Sequence[bytes]]) -> "InBytes":
        """With these values filled in, and the others yet to come."""
        first = filled = [self.first]
        pairs = []
        for name, text in self.pairs:
            if name in values:
                value = values[name]
                if isinstance(value, str):
                    filled.append(escaped(value).encode())
                else:
                    filled += value
                filled.append(text)
            else:
                filled = [text]
                pairs.append((name, filled))
        return InBytes(b"".join(first), [(name, b"".join(pieces)) for name, pieces in pairs])

    @property
    def size(self) -> int:
        return len(self.first) + sum(len(text) for _, text in self.pairs)


class Skeleton:
    """A template cut at the places of its variables, of which it may only print the values."""

    def __init__(self, first: str, pairs: Sequence[tuple[str, str]]):
        """The text before the first place, then of each place its name and the text behind it."""
        self.first, self.pairs = first, pairs
        self.in_bytes = InBytes(first.encode(), [(name, text.encode()) for name, text in pairs])

    def fill(self, **values: str) -> SafeString:
        """What is no HTML yet is escaped, as the template would."""
        filled = [self.first]
        for name, text in self.pairs:
            filled += (escaped(values[name]), text)
        return as_html("".join(filled))


def skeleton(template: str, *names: str, **fixed: object) -> Skeleton:
    """`names` are filled in each time, `fixed` decides the template's conditions; made anew each time under DEBUG."""
    return _made(template, names, tuple(fixed.items()))


def kept(make: Callable[..., Skeleton]) -> Callable[..., Skeleton]:
    """Of a function each of whose answers is one skeleton, whatever it has to look up for it."""
    return make if settings.DEBUG else lru_cache(maxsize=256)(make)


@kept
def _made(template: str, names: tuple[str, ...], fixed: tuple[tuple[str, object], ...]) -> Skeleton:
    made = render_to_string(template, {name: mark(name) for name in names} | dict(fixed))
    first, *rest = _MARK.split(without_indents(made))
    return Skeleton(first, list(zip(rest[::2], rest[1::2], strict=True)))
