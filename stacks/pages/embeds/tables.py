"""What an embedded table shows: a column for each company, a line for each category, names and no reasons."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from stacks.comparison.matrix import Blank, Cell, Fact, Matrix, Ref, Row
from stacks.comparison.stack import Shelf, Stack
from stacks.models import Company
from stacks.pages.parts import Link, category_link, company_link, in_words, show_told, show_use

_BLANKS = {Blank.NOT_USED: "not used", Blank.NOTHING_FOUND: "nothing found", Blank.NOBODY_LOOKED: "–"}


@dataclass(frozen=True, slots=True)
class NameView:
    """A technology; `url` is where its use is stated with its sources. `told` is empty for what is plainly in use."""

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


@dataclass(frozen=True, slots=True)
class LineView:
    category: Link
    cells: tuple[CellView, ...]

    @property
    def html(self) -> SafeString:
        """Its cells, without a line and an indent for each: those would be a third of a table of three companies."""
        return format_html_join("", "{}", ((cell.html,) for cell in self.cells))


@dataclass(frozen=True, slots=True)
class AreaView:
    name: str
    lines: tuple[LineView, ...]


@dataclass(frozen=True, slots=True)
class EmbedView:
    title: str
    companies: tuple[Link, ...]
    areas: tuple[AreaView, ...]

    @property
    def span(self) -> int:
        return len(self.companies) + 1


def show_stack(company: Company, stack: Stack) -> EmbedView:
    areas = tuple(AreaView(area.area.name, tuple(_shelf(shelf) for shelf in area.shelves)) for area in stack.areas)
    return EmbedView(f"The stack of {company.name}", (company_link(Ref(company.slug, company.name)),), areas)


def show_matrix(matrix: Matrix) -> EmbedView:
    areas = tuple(
        AreaView(area.name, tuple(_row(row) for row in rows))
        for area, rows in groupby(matrix.rows, key=lambda row: row.place.area)
    )
    companies = tuple(company_link(ref) for ref in matrix.companies)
    return EmbedView(f"{in_words(ref.name for ref in matrix.companies)} compared", companies, areas)


def _shelf(shelf: Shelf) -> LineView:
    blank = _BLANKS[shelf.looked.outcome] if shelf.looked else ""
    return LineView(category_link(shelf.place.category), (CellView(_names(shelf.facts), blank),))


def _row(row: Row) -> LineView:
    return LineView(category_link(row.place.category), tuple(_cell(cell) for cell in row.cells))


def _cell(cell: Cell) -> CellView:
    blank = _BLANKS[cell.blank] if cell.blank else ""
    return CellView(_names(entry.fact for entry in cell.entries), blank)


def _names(facts: Iterable[Fact]) -> tuple[NameView, ...]:
    return tuple(
        NameView(fact.technology.name, show_use(fact).address, ", ".join(words.lower() for _, words in show_told(fact)))
        for fact in facts
    )
