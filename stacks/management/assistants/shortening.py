"""An answer within so many tokens: whole rows of a table, and the address of the rest. Pure."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stacks.folding import fold

TOKENS = 4000
MOST_TOKENS = 50_000
# Of what models count as one: 2.8 in JSON, 3.6 to 4 in Markdown, less where the script is not Latin.
BYTES_A_TOKEN = 2.6
_NOTE_BYTES = 700
_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"\|( --- \|)+")
# What a reader misses least goes first.
_LEFT_OUT_FIRST = ("remarks", "hosting", "area", "sources", "purpose", "reason")


@dataclass(frozen=True, slots=True)
class Page:
    """Markdown with at most one table; `rows` and `columns` are cells as they are written."""

    head: str
    columns: list[str]
    rows: list[list[str]]
    tail: str

    def text(self) -> str:
        lines = [self.columns, ["---"] * len(self.columns), *self.rows] if self.columns else []
        return "\n".join([self.head, *map(_line, lines), self.tail])

    def without(self, column: str) -> "Page":
        at = self.columns.index(column)
        left = [[cell for n, cell in enumerate(cells) if n != at] for cells in (self.columns, *self.rows)]
        return Page(self.head, left[0], left[1:], self.tail)


def shorten_page(markdown: str, about: str, tokens: int) -> str:
    """The rows that hold `about`; where they are too much, first without the widest columns, then the first of them."""
    if not about and _size(markdown) <= _bytes(tokens):
        return markdown
    page = _read(markdown)
    whole, notes = len(page.rows), []
    if about:
        wanted = fold(about)
        rows = [cells for cells in page.rows if wanted in fold(" | ".join(cells))]
        page = Page(page.head, page.columns, rows, page.tail)
        notes.append(f"{len(rows)} of {whole} rows hold “{about}”; leave `about` out for the others.")
    found, needed, dropped = len(page.rows), _needed(page.text()), []
    most = _bytes(tokens)
    for column in _LEFT_OUT_FIRST:
        if _size(page.text()) <= most:
            break
        if column in page.columns:
            page = page.without(column)
            dropped.append(column)
    kept = list(page.rows)
    if over := _size(page.text()) - most:
        while kept and over > 0:
            over -= _size(_line(kept.pop())) + 1
    page = Page(page.head, page.columns, kept, page.tail)
    lost = [f"{found - len(kept)} of {found} rows"] if len(kept) < found else []
    if dropped:
        lost.append(f"the column{'s' if dropped[1:] else ''} {', '.join(dropped)}")
    if lost:
        more = f"ask with tokens={needed}" if needed <= MOST_TOKENS else "open the address above"
        notes.append(
            f"Left out to stay within {tokens} tokens: {' and '.join(lost)}. "
            f"For these {more}, or narrow it: `about` keeps the rows that hold a word, such as a category."
        )
    return "\n".join([page.text().rstrip("\n"), *(f"\n{note}" for note in notes)]) + "\n"


def shorten_document(document: Mapping[str, Any], rows: str, note: str, tokens: int) -> tuple[str, int]:
    """JSON with as many of its `rows` as fit, the first of them, and how many these are; `note` names the source."""
    kept, room = 0, _bytes(tokens) - _size(_json({**document, rows: []})) - _size(note)
    for row in document[rows]:
        room -= _size(_json(row)) + 1
        if room < 0:
            break
        kept += 1
    text = _json({**document, rows: document[rows][:kept]})
    left = ""
    if lost := len(document[rows]) - kept:
        left = (
            f"\n\nLeft out to stay within {tokens} tokens: {lost} more of `{rows}`; narrow it, or ask with more tokens."
        )
    return f"{text}\n\n{note}{left}\n", kept


def _read(markdown: str) -> Page:
    lines = markdown.split("\n")
    rule = next((n for n, line in enumerate(lines) if _RULE.fullmatch(line)), 0)
    if not rule:
        return Page(markdown, [], [], "")
    end = next((n for n in range(rule, len(lines)) if not lines[n].startswith("|")), len(lines))
    cells = [[cell.strip() for cell in _CELL.split(line)[1:-1]] for line in lines[rule - 1 : end]]
    return Page("\n".join(lines[: rule - 1]), cells[0], cells[2:], "\n".join(lines[end:]))


def _line(cells: Sequence[str]) -> str:
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in cells)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _size(text: str) -> int:
    return len(text.encode())


def _bytes(tokens: int) -> int:
    return int(tokens * BYTES_A_TOKEN) - _NOTE_BYTES


def _needed(text: str) -> int:
    """The tokens to ask for, in round thousands."""
    return math.ceil((_size(text) + _NOTE_BYTES) / BYTES_A_TOKEN / 1000) * 1000
