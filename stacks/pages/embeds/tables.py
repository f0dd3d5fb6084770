"""What an embedded table shows: names and no reasons.

A column for each company and a line for each category, or a column for each technology and a line for each company.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from stacks.comparison.matrix import Agreement, Blank, Cell, Fact, Matrix, Ref, Row
from stacks.comparison.stack import Shelf, Stack
from stacks.comparison.technologies import CompanyRow, TechnologyMatrix
from stacks.models import Company
from stacks.pages.parts import Link, category_link, company_link, in_words, show_told, show_use, technology_link

MOST_BYTES = 24_000  # of lines: with the page around them a frame stays below 30 kB
_NOBODY = "A dash: nobody has looked"
_BLANKS = {Blank.NOT_USED: "not used", Blank.NOTHING_FOUND: "nothing found", Blank.NOBODY_LOOKED: "–"}


@dataclass(frozen=True, slots=True)
class NameView:
    """A technology, or a role; `url` is where its use is stated with its sources.

    `told` is empty for what is plainly in use.
    """

    name: str
    url: str
    told: str

    @property
    def html(self) -> SafeString:
        link = format_html('<a href="{}">{}</a>', self.url, self.name)
        return format_html("{} <small>({})</small>", link, self.told) if self.told else link


@dataclass(frozen=True, slots=True)
class CellView:
    """`blank` says why there are no names."""

    names: tuple[NameView, ...]
    blank: str

    @property
    def html(self) -> SafeString:
        if not self.names:
            return format_html("<td>{}</td>", self.blank)
        return format_html("<td>{}</td>", format_html_join(", ", "{}", ((name.html,) for name in self.names)))


@dataclass(frozen=True)
class LineView:
    head: Link
    cells: tuple[CellView, ...]

    @cached_property
    def html(self) -> SafeString:
        """Without a line and an indent for each cell: those would be a third of a table of three companies."""
        cells = format_html_join("", "{}", ((cell.html,) for cell in self.cells))
        head = format_html('<th scope="row"><a href="{}">{}</a></th>', self.head.url, self.head.name)
        return format_html("<tr>{}{}</tr>", head, cells)


@dataclass(frozen=True, slots=True)
class AreaView:
    """Lines under a name, where they have one."""

    name: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class EmbedView:
    """`lines` says what each line is about, `note` what a blank means and what is left out."""

    title: str
    lines: str
    columns: tuple[Link, ...]
    areas: tuple[AreaView, ...]
    note: str

    @property
    def span(self) -> int:
        return len(self.columns) + 1


def show_stack(company: Company, stack: Stack) -> EmbedView:
    areas = [AreaView(area.area.name, tuple(_shelf(shelf) for shelf in area.shelves)) for area in stack.areas]
    kept = _light(areas)
    columns = (company_link(Ref(company.slug, company.name)),)
    return EmbedView(f"The stack of {company.name}", "Category", columns, kept, _note(_count(areas) - _count(kept)))


def show_matrix(matrix: Matrix) -> EmbedView:
    """Where all would be too heavy, categories that one company alone documents are left out before others."""
    kept = areas = _areas(matrix.rows)
    if _light(areas) != areas:
        kept = _light(_areas([row for row in matrix.rows if row.agreement is not Agreement.SINGLE]))
    companies = tuple(company_link(ref) for ref in matrix.companies)
    note = _note(_count(areas) - _count(kept))
    return EmbedView(_compared(matrix.companies), "Category", companies, kept, note)


def _areas(rows: Iterable[Row]) -> tuple[AreaView, ...]:
    grouped = groupby(rows, key=lambda row: row.place.area)
    return tuple(AreaView(area.name, tuple(_row(row) for row in rows)) for area, rows in grouped)


def _light(areas: Iterable[AreaView]) -> tuple[AreaView, ...]:
    """The first lines, as many as a light page holds."""
    room, kept = MOST_BYTES, []
    for area in areas:
        lines = []
        for line in area.lines:
            room -= len(line.html.encode())
            if room >= 0:
                lines.append(line)
        if lines:
            kept.append(AreaView(area.name, tuple(lines)))
    return tuple(kept)


def _count(areas: Iterable[AreaView]) -> int:
    return sum(len(area.lines) for area in areas)


def _note(left_out: int) -> str:
    if not left_out:
        return _NOBODY
    return f"{_NOBODY}; {left_out:,} more {'category' if left_out == 1 else 'categories'} there"


def show_technologies(matrix: TechnologyMatrix) -> EmbedView:
    """Who uses which, in which role."""
    lines = tuple(_company(row) for row in matrix.rows)
    more = matrix.companies - len(lines)
    note = f"Those that use most of them; {more:,} more companies use one" if more else "A dash: no use is documented"
    areas = (AreaView("", lines),) if lines else ()
    return EmbedView(
        _compared(matrix.technologies), "Company", tuple(map(technology_link, matrix.technologies)), areas, note
    )


def _compared(refs: Iterable[Ref]) -> str:
    return f"{in_words(ref.name for ref in refs)} compared"


def _company(row: CompanyRow) -> LineView:
    cells = tuple(
        CellView(tuple(_name(use.fact, use.place.category.name) for use in cell), _BLANKS[Blank.NOBODY_LOOKED])
        for cell in row.cells
    )
    return LineView(company_link(row.company), cells)


def _shelf(shelf: Shelf) -> LineView:
    blank = _BLANKS[shelf.looked.outcome] if shelf.looked else ""
    return LineView(category_link(shelf.place.category), (CellView(_names(shelf.facts), blank),))


def _row(row: Row) -> LineView:
    return LineView(category_link(row.place.category), tuple(_cell(cell) for cell in row.cells))


def _cell(cell: Cell) -> CellView:
    blank = _BLANKS[cell.blank] if cell.blank else ""
    return CellView(_names(entry.fact for entry in cell.entries), blank)


def _names(facts: Iterable[Fact]) -> tuple[NameView, ...]:
    return tuple(_name(fact, fact.technology.name) for fact in facts)


def _name(fact: Fact, name: str) -> NameView:
    return NameView(name, show_use(fact).address, ", ".join(words.lower() for _, words in show_told(fact)))
