"""Rows of text as CSV or as a Markdown table. Pure."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from stacks.exporters.isolation import isolated

# the last four are what a Japanese keyboard types for the first four
_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BYTE_ORDER_MARK = "\ufeff"
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~&$])")
_ADDRESS = re.compile(r"https?://[^\s<>|\\]+")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Table:
    """`notes` follow the table in Markdown; CSV has nothing but columns and rows.

    For machines, CSV has what Markdown has not: the last `keys` columns (slugs, uids) and, with `of_kind`, a first one
    that says what each row is where the title tells readers.
    """

    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    notes: tuple[str, ...] = ()
    keys: int = 0
    of_kind: bool = False


def to_csv(table: Table, licence: str = "") -> str:
    """RFC 4180 with a header line, and with the licence of the data in a column of its own, so that a copy keeps it.

    A cell that a spreadsheet would run as a formula begins with an apostrophe; the file begins with a byte order mark,
    without which a spreadsheet takes é for two letters.
    """
    last = (("licence",), (licence,)) if licence else ((), ())
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow(table.columns + last[0])
    writer.writerows([neutralise(cell) for cell in row + last[1]] for row in table.rows)
    return out.getvalue()


def stream_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], licence: str = "") -> Iterator[str]:
    """As `to_csv`, some hundred rows at a time, for lists of any length; what is unknown is an empty cell."""
    last = (("licence",), (licence,)) if licence else ((), ())
    out = io.StringIO()
    writer = csv.writer(out)
    out.write(BYTE_ORDER_MARK)
    writer.writerow((*columns, *last[0]))
    for number, row in enumerate(rows, 1):
        writer.writerow([neutralise("" if cell is None else str(cell)) for cell in (*row, *last[1])])
        if number % 500 == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def neutralise(cell: str) -> str:
    runs = cell.startswith(_RUN_BY_SPREADSHEETS) or cell.lstrip().startswith(_RUN_BY_SPREADSHEETS)
    return f"'{cell}" if runs else cell


def to_markdown(table: Table) -> str:
    """A table as GitHub renders it, under its title; cells are plain text, whatever signs they hold."""
    shown = slice(int(table.of_kind), len(table.columns) - table.keys)
    lines = [
        f"# {escape(table.title)}",
        "",
        _line([isolated(escape(name)) for name in table.columns[shown]]),
        _line(["---"] * len(table.columns[shown])),
    ]
    lines += [_line([isolated(escape(cell)) for cell in row[shown]]) for row in table.rows]
    lines += [part for note in table.notes for part in ("", note)]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """One line of plain text that Markdown leaves as it is; web addresses become links."""
    return " ".join(_escape_word(word) for word in _SPACES.sub(" ", text).strip().split(" "))


def _escape_word(word: str) -> str:
    # GitHub links a bare address too, but would take the escapes of its signs for a part of it
    return f"<{word}>" if _ADDRESS.fullmatch(word) else _MARKDOWN.sub(r"\\\1", word)


def _line(cells: Sequence[str]) -> str:
    """An empty cell is one space: a wide table has hundreds of them, and who reads it by the token pays for each."""
    return f"|{''.join(f' {cell} |' if cell else ' |' for cell in cells)}"
