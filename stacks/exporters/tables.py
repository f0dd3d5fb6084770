"""What each page tells, as tables; the rows are the page's, in its order. Pure."""

from collections.abc import Sequence

from stacks.comparison.matrix import Blank, Cell, Cited, Fact, Matrix, Move, Place, Ref
from stacks.comparison.stack import Stack
from stacks.comparison.technologies import TechnologyMatrix, Use
from stacks.exporters.table import Table

USAGE_COLUMNS = ("purpose", "stage", "hosting", "via", "started", "ended", "remarks", "sources")
_BLANKS = {
    Blank.NOT_USED: "(stated as not used)",
    Blank.NOTHING_FOUND: "(looked, nothing found)",
    Blank.NOBODY_LOOKED: "",
}


def comparison_usages(matrix: Matrix, title: str) -> Table:
    """One line per usage."""
    rows = [
        (
            row.place.area.name,
            row.place.category.name,
            row.agreement.value,
            cell.company.name,
            entry.fact.technology.name,
            *usage_cells(entry.fact),
        )
        for row in matrix.rows
        for cell in row.cells
        for entry in cell.entries
    ]
    return Table(title, ("area", "category", "agreement", "company", "technology", *USAGE_COLUMNS), rows)


def comparison_grid(matrix: Matrix, title: str, notes: tuple[str, ...]) -> Table:
    """One line per category, one column per company."""
    rows = [
        (row.place.area.name, row.place.category.name, row.agreement.value, *(_cell(cell) for cell in row.cells))
        for row in matrix.rows
    ]
    return Table(title, ("Area", "Category", "Agreement", *(ref.name for ref in matrix.companies)), rows, notes)


def technologies_usages(matrix: TechnologyMatrix, title: str) -> Table:
    rows = [
        (
            row.company.name,
            use.fact.technology.name,
            use.place.area.name,
            use.place.category.name,
            *usage_cells(use.fact),
        )
        for row in matrix.rows
        for cell in row.cells
        for use in cell
    ]
    return Table(title, ("company", "technology", "area", "category", *USAGE_COLUMNS), rows)


def technologies_grid(matrix: TechnologyMatrix, title: str, notes: tuple[str, ...]) -> Table:
    rows = [(row.company.name, *(_uses(cell) for cell in row.cells)) for row in matrix.rows]
    return Table(title, ("Company", *(ref.name for ref in matrix.technologies)), rows, notes)


def stack_usages(stack: Stack, title: str, notes: tuple[str, ...] = ()) -> Table:
    """What is in use, then what is planned, then what is past, as on the page."""
    placed = [(fact, shelf.place) for area in stack.areas for shelf in area.shelves for fact in shelf.facts]
    return usages(title, [*placed, *stack.planned, *stack.past], notes)


def usages(title: str, placed: Sequence[tuple[Fact, Place]], notes: tuple[str, ...] = ()) -> Table:
    rows = [(place.area.name, place.category.name, fact.technology.name, *usage_cells(fact)) for fact, place in placed]
    return Table(title, ("area", "category", "technology", *USAGE_COLUMNS), rows, notes)


def users_table(title: str, users: Sequence[tuple[Ref, Fact, Place]], notes: tuple[str, ...] = ()) -> Table:
    """Who uses one technology."""
    rows = [
        (company.name, fact.technology.name, place.area.name, place.category.name, *usage_cells(fact))
        for company, fact, place in users
    ]
    return Table(title, ("company", "technology", "area", "category", *USAGE_COLUMNS), rows, notes)


def area_table(title: str, rows: Sequence[tuple[Ref, str, int, int]], notes: tuple[str, ...] = ()) -> Table:
    cells = [(category.name, description, str(used), str(homes)) for category, description, used, homes in rows]
    return Table(title, ("category", "description", "technologies used", "technologies"), cells, notes)


def category_table(
    title: str, rows: Sequence[tuple[Ref, str, int, Sequence[Ref]]], notes: tuple[str, ...] = ()
) -> Table:
    cells = [
        (technology.name, summary, str(companies), ", ".join(company.name for company in named))
        for technology, summary, companies, named in rows
    ]
    return Table(title, ("technology", "what it is", "companies", "named"), cells, notes)


def migrations_table(title: str, rows: Sequence[Move], notes: tuple[str, ...] = ()) -> Table:
    cells = [
        (
            move.company.name,
            move.before.name if move.before else "",
            move.after.name,
            move.category.name,
            move.stage,
            move.started,
            move.ended,
            move.reason,
            sources(move.sources),
        )
        for move in rows
    ]
    return Table(
        title, ("company", "from", "to", "category", "stage", "started", "ended", "reason", "sources"), cells, notes
    )


def usage_cells(fact: Fact) -> tuple[str, ...]:
    """Of `USAGE_COLUMNS`; empty where unknown."""
    return (
        fact.purpose,
        fact.stage,
        fact.hosting,
        fact.via.name if fact.via else "",
        fact.started,
        fact.ended,
        fact.remarks,
        sources(fact.sources),
    )


def sources(cited: Sequence[Cited]) -> str:
    return " ".join(dict.fromkeys(c.url for c in cited))


def _cell(cell: Cell) -> str:
    if cell.blank:
        return _BLANKS[cell.blank]
    return ", ".join(_named(entry.fact) for entry in cell.entries)


def _uses(cell: Sequence[Use]) -> str:
    return "; ".join(f"{use.place.category.name}: {use.fact.purpose or use.fact.stage}" for use in cell)


def _named(fact: Fact) -> str:
    return fact.technology.name if fact.stage == "in_use" else f"{fact.technology.name} ({fact.stage})"
