"""The rows of a comparison, put together as text from what is kept of each company's cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from stacks.comparison.matrix import Agreement, Blank, Cell, Looked, Matrix, Ref, Row
from stacks.pages.compare.cells import Pieces, blank_html, fill_in
from stacks.pages.parts import Link, category_link, show_blank
from stacks.pages.skeletons import joined, mark, skeleton
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
class RowView:
    category: Link
    verdict: str  # "Same: Go, Python"
    html: SafeString


@dataclass(frozen=True, slots=True)
class AreaView:
    """`rows` compare something; `single` are documented by one company only and stand folded below them."""

    name: str
    anchor: str
    rows: list[RowView]
    single: list[RowView]
    html: SafeString


def show_areas(matrix: Matrix, detail: str, html: Mapping[str, Pieces]) -> list[AreaView]:
    """`html` has each usage of the matrix by uid, see `stacks.pages.compare.cells`."""
    grouped: dict[Ref, list[Row]] = {}
    for row in matrix.rows:
        grouped.setdefault(row.place.area, []).append(row)
    made = _Rows(matrix.companies, detail, html)
    return [_area(area, rows, matrix.companies, made) for area, rows in grouped.items()]


def _area(area: Ref, rows: list[Row], companies: Sequence[Ref], made: "_Rows") -> AreaView:
    compared = [made.row(row) for row in rows if row.agreement is not Agreement.SINGLE]
    alone = [row for row in rows if row.agreement is Agreement.SINGLE]
    single = [made.row(row) for row in alone]
    anchor = f"area-{area.slug}"
    values = {
        "name": area.name,
        "anchor": anchor,
        "span": str(len(companies) + 1),
        "tally": _tally(rows),
        "rows": joined(row.html for row in compared),
    }
    if not alone:
        filled = skeleton("stacks/compare/_area.html", *_OF_AREA, single=False).fill(**values)
    else:
        names = {f"company_{n}": company.name for n, company in enumerate(companies)}
        heads = tuple(mark(name) for name in names)
        filled = skeleton("stacks/compare/_area.html", *_OF_AREA, *_OF_SINGLES, single=True, companies=heads).fill(
            counted=f"{len(alone)} {'category' if len(alone) == 1 else 'categories'}",
            words=_single_words(alone),
            singles=joined(row.html for row in single),
            **values,
            **names,
        )
    return AreaView(area.name, anchor, compared, single, filled)


def _tally(rows: list[Row]) -> str:
    counts = {a: sum(1 for row in rows if row.agreement is a) for a in Agreement}
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

    def __init__(self, companies: Sequence[Ref], detail: str, html: Mapping[str, Pieces]):
        self.detail = detail
        self.html = html
        self.brief = len(companies) > NAMED_GROUPS
        self.columns = [(str(n), as_html(escaped(company.name))) for n, company in enumerate(companies, 1)]
        self.of_row = skeleton("stacks/compare/_row.html", *_OF_ROW)
        self.of_cell = skeleton("stacks/compare/_cell.html", *_OF_CELL, void=False)
        self.of_blank = skeleton("stacks/compare/_cell.html", *_OF_CELL, void=True)
        self.blanks: dict[tuple[int, Blank, Looked | None], SafeString] = {}

    def row(self, row: Row) -> RowView:
        category, verdict = category_link(row.place.category), _verdict(row)
        made = self.of_row.fill(
            url=category.url,
            name=category.name,
            anchor=row.place.category.slug,
            agreement=_AGREEMENTS[row.agreement],
            sign=_SIGNS[row.agreement],
            verdict=verdict,
            cells=joined(self.cell(cell, n) for n, cell in enumerate(row.cells)),
        )
        return RowView(category, verdict, made)

    def cell(self, cell: Cell, number: int) -> SafeString:
        column, company = self.columns[number]
        if cell.blank:
            known = (number, cell.blank, cell.looked)
            if known not in self.blanks:
                content = blank_html(show_blank(cell.blank, cell.looked))
                self.blanks[known] = self.of_blank.fill(number=column, company=company, content=content)
            return self.blanks[known]
        content = joined(fill_in(self.html, entry, brief=self.brief, detail=self.detail) for entry in cell.entries)
        return self.of_cell.fill(number=column, company=company, content=content)


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
