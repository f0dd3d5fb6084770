"""Rows of text as CSV or as a Markdown table. Pure."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~])")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Table:
    """`notes` follow the table in Markdown; CSV has nothing but columns and rows."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: tuple[str, ...] = ()


def to_csv(table: Table) -> str:
    """RFC 4180 with a header line. A cell that a spreadsheet would run as a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.columns)
    writer.writerows([neutralise(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def neutralise(cell: str) -> str:
    return (
        f"'{cell}" if cell.lstrip().startswith(_RUN_BY_SPREADSHEETS) or cell.startswith(_RUN_BY_SPREADSHEETS) else cell
    )


def to_markdown(table: Table) -> str:
    """A table as GitHub renders it, under its title; cells are plain text, whatever signs they hold."""
    lines = [f"# {escape(table.title)}", "", _line(table.columns), _line(["---"] * len(table.columns))]
    lines += [_line([escape(cell) for cell in row]) for row in table.rows]
    lines += [part for note in table.notes for part in ("", note)]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """One line of plain text that Markdown leaves as it is."""
    return _MARKDOWN.sub(r"\\\1", _SPACES.sub(" ", text).strip())


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
