"""The rows of a comparison, put together as text from what is kept of each company's cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.urls import get_script_prefix

from stacks.comparison.matrix import Agreement, Blank, Cell, Looked, Matrix, Ref, Row, Slug
from stacks.pages.compare.cells import Pieces, blank_html, fill_in
from stacks.pages.parts import category_link, show_blank
from stacks.pages.skeletons import Skeleton, joined, mark, skeleton
from stacks.templatetags.stacks_text import as_html, escaped

SIGNS = {
    Agreement.SAME: "=",
    Agreement.OVERLAP: "∩",
    Agreement.FAMILY: "≈",
    Agreement.DIFFERENT: "≠",
    Agreement.SINGLE: "1",
}
_SIGNS = {agreement: as_html(sign) for agreement, sign in SIGNS.items()}
_AGREEMENTS = {agreement: as_html(agreement.value) for agreement in Agreement}
NAMED_GROUPS = 3  # companies that are named where more are counted
_OF_AREA = ("name", "anchor", "span", "tally", "rows")
_OF_SINGLES = ("counted", "words", "singles")
_OF_ROW = ("url", "name", "anchor", "agreement", "sign", "verdict", "cells")
_OF_CELL = ("number", "company", "content")


@dataclass(frozen=True, slots=True)
class CellAlone:
    """A cell as it is where nothing in its row meets it, and its HTML."""

    cell: Cell
    html: tuple[bytes, bytes]  # before and after the number of its column


Alone = Sequence[Mapping[Slug, CellAlone]]  # by category, of each column


@dataclass(frozen=True, slots=True)
class AreaView:
    """Rows that compare something, and folded below them those that one company alone documents."""

    name: str
    anchor: str
    html: list[bytes]


def show_areas(matrix: Matrix, detail: str, html: Mapping[str, Pieces], alone: Alone = ()) -> list[AreaView]:
    """`html` has each usage of the matrix by uid, see `stacks.pages.compare.cells`; `alone` the cells of each column
    that are finished.
    """
    grouped: dict[Ref, list[Row]] = {}
    for row in matrix.rows:
        grouped.setdefault(row.place.area, []).append(row)
    made = _Rows(matrix.companies, detail, html, alone)
    return [_area(area, rows, matrix.companies, made) for area, rows in grouped.items()]


def _area(area: Ref, rows: list[Row], companies: Sequence[Ref], made: "_Rows") -> AreaView:
    compared = [row for row in rows if row.agreement is not Agreement.SINGLE]
    alone = [row for row in rows if row.agreement is Agreement.SINGLE]
    anchor = f"area-{area.slug}"
    values: dict[str, str | list[bytes]] = {
        "name": area.name,
        "anchor": anchor,
        "span": str(len(companies) + 1),
        "tally": _tally(rows),
        "rows": made.html_of(compared),
    }
    if not alone:
        filled = skeleton("stacks/compare/_area.html", *_OF_AREA, single=False).pieces(values)
    else:
        names = {f"company_{n}": name for n, (_, name) in enumerate(made.columns)}
        heads = tuple([mark(name) for name in names])
        values |= names | {
            "counted": f"{len(alone)} {'category' if len(alone) == 1 else 'categories'}",
            "words": _single_words(alone),
            "singles": made.html_of(alone),
        }
        of_area = skeleton("stacks/compare/_area.html", *_OF_AREA, *_OF_SINGLES, single=True, companies=heads)
        filled = of_area.pieces(values)
    return AreaView(area.name, anchor, filled)


def _tally(rows: list[Row]) -> str:
    counts = dict.fromkeys(Agreement, 0)
    for row in rows:
        counts[row.agreement] += 1
    shared = counts[Agreement.SAME] + counts[Agreement.OVERLAP] + counts[Agreement.FAMILY]
    parts = [
        (shared, "shared"),
        (counts[Agreement.DIFFERENT], "different"),
        (counts[Agreement.SINGLE], "in one company only"),
    ]
    return " · ".join(f"{n} {words}" for n, words in parts if n)


def _single_words(rows: list[Row]) -> str:
    by_company: dict[str, list[str]] = {}
    for row in rows:
        by_company.setdefault(row.filled[0].company.name, []).append(row.place.category.name)
    return "; ".join(f"only {company}: {', '.join(names)}" for company, names in by_company.items())


class _Rows:
    """What the rows of one page have in common, and its blank cells, most of which are alike."""

    def __init__(self, companies: Sequence[Ref], detail: str, html: Mapping[str, Pieces], alone: Alone):
        self.prefix = get_script_prefix()
        self.detail = detail
        self.html = html
        self.alone = alone
        self.brief = len(companies) > NAMED_GROUPS
        self.columns = [(str(n), as_html(escaped(company.name))) for n, company in enumerate(companies, 1)]
        self.numbers = [number.encode() for number, _ in self.columns]
        self.of_row = skeleton("stacks/compare/_row.html", *_OF_ROW)
        self.of_cell = skeleton("stacks/compare/_cell.html", *_OF_CELL, void=False)
        self.of_blank = skeleton("stacks/compare/_cell.html", *_OF_CELL, void=True)
        self.nobody_looked = [self.blank(n, Blank.NOBODY_LOOKED, None) for n in range(len(companies))]

    def html_of(self, rows: Sequence[Row]) -> list[bytes]:
        pieces: list[bytes] = []
        for row in rows:
            before, after = _around_cells(self.of_row, row.place.category, row.agreement, _verdict(row), self.prefix)
            pieces.append(before)
            for number, cell in enumerate(row.cells):
                if not cell.blank:
                    self.add_filled(pieces, row.place.category.slug, cell, number)
                elif cell.looked:
                    pieces.append(self.blank(number, cell.blank, cell.looked))
                else:
                    pieces.append(self.nobody_looked[number])
            pieces.append(after)
        return pieces

    def add_filled(self, pieces: list[bytes], category: Slug, cell: Cell, number: int) -> None:
        if self.alone and (finished := self.alone[number].get(category)) and finished.cell is cell:
            before, after = finished.html
            pieces += (before, self.numbers[number], after)
            return
        column, company = self.columns[number]
        content = joined(fill_in(self.html, entry, brief=self.brief, detail=self.detail) for entry in cell.entries)
        pieces.append(self.of_cell.fill(number=column, company=company, content=content).encode())

    def blank(self, number: int, blank: Blank, looked: Looked | None) -> bytes:
        column, company = self.columns[number]
        content = blank_html(show_blank(blank, looked))
        return self.of_blank.fill(number=column, company=company, content=content).encode()


def cell_alone(cell: Cell, detail: str, html: Mapping[str, Pieces]) -> CellAlone:
    """Of a cell that meets nothing in its row; only the number of its column is yet to come."""
    content = joined(fill_in(html, entry, brief=False, detail=detail) for entry in cell.entries)
    of_cell = skeleton("stacks/compare/_cell.html", *_OF_CELL, void=False)
    begun = of_cell.begin(company=cell.company.name, content=content)
    ((_, after),) = begun.pairs_of_bytes
    return CellAlone(cell, (begun.first_bytes, after))


@lru_cache(maxsize=4096)
def _around_cells(
    of_row: Skeleton, category: Ref, agreement: Agreement, verdict: str, _prefix: str
) -> tuple[bytes, bytes]:
    """What stands before and after the cells of a row: most rows say the same in many comparisons."""
    link = category_link(category)
    begun = of_row.begin(
        url=link.url,
        name=link.name,
        anchor=category.slug,
        agreement=_AGREEMENTS[agreement],
        sign=_SIGNS[agreement],
        verdict=verdict,
    )
    ((_, after),) = begun.pairs_of_bytes
    return begun.first_bytes, after


def _verdict(row: Row) -> str:
    match row.agreement:
        case Agreement.SAME:
            return f"Same: {', '.join(ref.name for ref in row.shared)}"
        case Agreement.OVERLAP:
            return f"In common: {', '.join(ref.name for ref in row.shared)}"
        case Agreement.FAMILY:
            return f"Same family: {', '.join(f'{a.name} ≈ {b.name}' for a, b in row.families)}"
        case Agreement.DIFFERENT:
            return "Different"
        case _:
            return f"Only {row.filled[0].company.name}"
