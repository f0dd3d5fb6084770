"""Text in pictures: a long form for wide pages and a short one for phones. Pure."""

from __future__ import annotations

from dataclasses import dataclass

LONG, SHORT = 70, 28


@dataclass(frozen=True, slots=True)
class Label:
    """`short` is empty where the text is short enough for both."""

    text: str
    x: float = 0
    anchor: str = "start"
    short: str = ""
    dx: int = 0  # pixels from `x`


EMPTY = Label("")


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def make_label(text: str, start: float, end: float, short: str = "", gap: int = 0) -> Label:
    """A label that begins `gap` after `start` or, in the right half, ends before `end`, where it has more room."""
    short = cut(short or text, SHORT)
    short = "" if short == text else short
    if start <= 50:
        return Label(text, round(start, 2), "start", short, gap)
    return Label(text, round(end, 2), "end", short, -gap)
