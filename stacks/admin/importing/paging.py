"""The lines of a plan in pages of a bounded size, whatever stands in them."""

from collections.abc import Iterable, Sequence

from django.utils.html import escape

from .rows import Row

_MOST_ROWS = 150
_MOST_BYTES = 140_000  # of rows: head, totals and bar come on top
_BARE, _ANSWER, _LINK = 800, 260, 400  # bytes of the markup of a row, of one of its answers and of a link


def cut(rows: Iterable[Row]) -> dict[str, int]:
    """The page of each row by its key, from 1 on."""
    pages: dict[str, int] = {}
    page, number, weight = 1, 0, 0
    for row in rows:
        own = _weight(row)
        if number == _MOST_ROWS or (number and weight + own > _MOST_BYTES):
            page, number, weight = page + 1, 0, 0
        pages[row.key] = page
        number += 1
        weight += own
    return pages


def matching(rows: Sequence[Row], words: str) -> list[Row]:
    """Those in which the words stand, in whatever case."""
    wanted = words.strip().casefold()
    return [row for row in rows if wanted in " ".join(_texts(row)).casefold()]


def _texts(row: Row) -> tuple[str, ...]:
    return (
        row.title, row.written, row.why, row.question, row.purpose, row.remarks, row.place, *row.said, row.heading,
        row.decided, row.problem, *(answer.label for answer in row.answers),
    )  # fmt: skip


def _weight(row: Row) -> int:
    texts = sum(len(escape(text).encode()) for text in _texts(row))
    links = sum(_LINK + len(escape(link).encode()) for link in row.links)
    return _BARE + _ANSWER * len(row.answers) + texts + links
