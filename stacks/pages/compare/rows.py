"""The rows of a comparison, put together as text from what is finished of each company's cells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.urls import get_script_prefix
from django.utils.safestring import SafeString

from stacks.comparison.aligning import Standing
from stacks.comparison.matrix import Agreement, Blank, Cell, Looked, Matrix, Ref, Row, Slug
from stacks.pages.compare.cells import Pieces, Use, blank_html, fill_in, finish
from stacks.pages.parts import category_link, show_blank
from stacks.pages.skeletons import mark, skeleton

SIGNS = {
    Agreement.SAME: "=",
    Agreement.OVERLAP: "∩",
    Agreement.FAMILY: "≈",
    Agreement.DIFFERENT: "≠",
    Agreement.SINGLE: "1",
}
_SAME, _OVERLAP, _FAMILY, _DIFFERENT, _SINGLE = Agreement  # looked up in its class, each costs a call
NAMED_GROUPS = 3  # companies that are named where more are counted
_OF_AREA = ("name", "anchor", "tally", "rows")
_OF_SINGLES = ("counted", "words", "singles")
_OF_ROW = ("url", "name", "anchor", "agreement", "sign", "verdict", "cells")
_OF_CELL = ("number", "company", "content")
Around = tuple[bytes, bytes]


class CellAlone(NamedTuple):
    """A cell as it is where nothing in its row meets it, and its HTML."""

    cell: Cell
    html: Around  # before and after the number of its column
    row: Around  # before and after the cells of its row, where nobody else has anything there


@dataclass(frozen=True, slots=True)
class FinishedColumn:
    """What a company's cells look like, by category where they stand alone; its usages by uid."""

    alone: Mapping[Slug, CellAlone]
    uses: Mapping[str, Use]


class AreaView(NamedTuple):
    """Rows that compare something, and folded below them those that one company alone documents."""

    name: str
    anchor: str
    html: bytes

    @property
    def link(self) -> SafeString:
        return _area_link(self.anchor, self.name)


@lru_cache(maxsize=512)
def _area_link(anchor: str, name: str) -> SafeString:
    return skeleton("stacks/compare/_area_link.html", "anchor", "name").fill(anchor=anchor, name=name)


def finish_column(
    standing: Standing, categories: Mapping[Slug, Ref], html: Mapping[str, Pieces], detail: str
) -> FinishedColumn:
    """`html` has each of its usages by uid, see `stacks.pages.compare.cells`."""
    uses = {
        entry.fact.uid: finish(html[entry.fact.uid], entry.fact, detail)
        for cell in standing.cells.values()
        for entry in cell.entries
    }
    of_cell = skeleton("stacks/compare/_cell.html", *_OF_CELL, void=False).in_bytes.begin(
        {"company": standing.company.name}
    )
    (_, between), (_, after) = of_cell.pairs
    verdict, prefix = f"Only {standing.company.name}", get_script_prefix()
    alone = {
        category: CellAlone(
            cell,
            (of_cell.first, between + _in_lines([b"".join(uses[e.fact.uid]) for e in cell.entries]) + after),
            _around_cells(categories[category], _SINGLE, verdict, prefix),
        )
        for category, cell in standing.cells.items()
    }
    return FinishedColumn(alone, uses)


def show_areas(matrix: Matrix, columns: Sequence[FinishedColumn]) -> list[AreaView]:
    """`columns` are those of the matrix."""
    grouped: dict[Slug, list[Row]] = {}
    for row in matrix.rows:
        area = row.place.area.slug
        if area in grouped:
            grouped[area].append(row)
        else:
            grouped[area] = [row]
    made = _Rows(matrix.companies, columns)
    return [_area(rows, made) for rows in grouped.values()]


def _area(rows: list[Row], made: "_Rows") -> AreaView:
    area = rows[0].place.area
    compared = [row for row in rows if row.agreement is not _SINGLE]
    anchor = f"area-{area.slug}"
    values: dict[str, str | list[bytes]] = {"name": area.name, "anchor": anchor, "tally": _tally(rows)}
    values["rows"] = made.html_of(compared)
    if len(compared) == len(rows):
        return AreaView(area.name, anchor, made.of_area.fill(values))
    alone = [row for row in rows if row.agreement is _SINGLE]
    values["counted"] = f"{len(alone)} {'category' if len(alone) == 1 else 'categories'}"
    values["words"] = _single_words(alone)
    values["singles"] = made.html_of(alone)
    return AreaView(area.name, anchor, made.of_area_with_singles.fill(values))


def _tally(rows: list[Row]) -> str:
    agreements = [row.agreement for row in rows]
    different, single = agreements.count(_DIFFERENT), agreements.count(_SINGLE)
    parts = [
        (len(rows) - different - single, "shared"),
        (different, "different"),
        (single, "in one company only"),
    ]
    return " · ".join([f"{n} {words}" for n, words in parts if n])


def _single_words(rows: list[Row]) -> str:
    by_company: dict[str, list[str]] = {}
    for row in rows:
        for cell in row.cells:
            if cell.entries:
                by_company.setdefault(cell.company.name, []).append(row.place.category.name)
    return "; ".join([f"only {company}: {', '.join(names)}" for company, names in by_company.items()])


class _Rows:
    """What the rows of one page have in common, and its blank cells, most of which are alike."""

    def __init__(self, companies: Sequence[Ref], columns: Sequence[FinishedColumn]):
        self.prefix = get_script_prefix()
        self.brief = len(companies) > NAMED_GROUPS
        self.columns = columns
        self.names = [company.name for company in companies]
        self.numbers = [str(n).encode() for n, _ in enumerate(companies, 1)]
        self.nobody_looked = [_blank_cell(n, name, Blank.NOBODY_LOOKED, None) for n, name in enumerate(self.names)]
        heads = {f"company_{n}": name for n, name in enumerate(self.names)}
        marks = tuple([mark(name) for name in heads])
        span = str(len(companies) + 1)
        self.of_area = skeleton("stacks/compare/_area.html", "span", *_OF_AREA, single=False).in_bytes.begin(
            {"span": span}
        )
        self.of_area_with_singles = skeleton(
            "stacks/compare/_area.html", "span", *_OF_AREA, *_OF_SINGLES, single=True, companies=marks
        ).in_bytes.begin({"span": span, **heads})

    def html_of(self, rows: Iterable[Row]) -> list[bytes]:
        pieces: list[bytes] = []
        numbers, nobody_looked = self.numbers, self.nobody_looked
        for row in rows:
            category = row.place.category
            around = self.around(row) if row.agreement is not _SINGLE else None
            at = len(pieces)
            for n, cell in enumerate(row.cells):
                if cell.entries:
                    own, (before, after), alone = self.columns[n].alone[category.slug]
                    around = around or alone
                    if own is cell:
                        pieces += (before, numbers[n], after)
                    else:
                        pieces += self.met(n, cell)
                elif cell.looked:
                    pieces.append(_blank_cell(n, self.names[n], cell.looked.outcome, cell.looked))
                else:
                    pieces.append(nobody_looked[n])
            opens, closes = around or self.around(row)
            pieces.insert(at, opens)
            pieces.append(closes)
        return pieces

    def around(self, row: Row) -> Around:
        return _around_cells(row.place.category, row.agreement, _verdict(row), self.prefix)

    def met(self, number: int, cell: Cell) -> tuple[bytes, bytes, bytes]:
        """A cell of which something stands in another."""
        before, after = _around_uses(number, cell.company.name)
        uses = self.columns[number].uses
        return before, _in_lines([fill_in(uses[e.fact.uid], e, brief=self.brief) for e in cell.entries]), after


_in_lines = b"\n".join


@lru_cache(maxsize=512)
def _around_uses(number: int, company: str) -> Around:
    of_cell = skeleton("stacks/compare/_cell.html", *_OF_CELL, void=False)
    before, ((_, after),) = of_cell.in_bytes.begin({"number": str(number + 1), "company": company})
    return before, after


@lru_cache(maxsize=512)
def _blank_cell(number: int, company: str, blank: Blank, looked: Looked | None) -> bytes:
    of_blank = skeleton("stacks/compare/_cell.html", *_OF_CELL, void=True)
    content = blank_html(show_blank(blank, looked))
    return of_blank.fill(number=str(number + 1), company=company, content=content).encode()


@lru_cache(maxsize=4096)
def _around_cells(category: Ref, agreement: Agreement, verdict: str, _prefix: str) -> Around:
    """What stands before and after the cells of a row: most rows say the same in many comparisons."""
    link = category_link(category)
    values = {
        "url": link.url,
        "name": link.name,
        "anchor": category.slug,
        "agreement": agreement.value,
        "sign": SIGNS[agreement],
        "verdict": verdict,
    }
    before, ((_, after),) = skeleton("stacks/compare/_row.html", *_OF_ROW).in_bytes.begin(values)
    return before, after


def _verdict(row: Row) -> str:
    agreement = row.agreement
    if agreement is _DIFFERENT:
        return "Different"
    if agreement is _SAME:
        return f"Same: {', '.join([ref.name for ref in row.shared])}"
    if agreement is _OVERLAP:
        return f"In common: {', '.join([ref.name for ref in row.shared])}"
    if agreement is _FAMILY:
        return f"Same family: {', '.join([f'{a.name} ≈ {b.name}' for a, b in row.families])}"
    return f"Only {row.filled[0].company.name}"
