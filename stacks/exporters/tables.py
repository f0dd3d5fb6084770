"""What each page tells, as tables; the rows are the page's, in its order. Pure."""

from collections.abc import Sequence

from stacks.comparison.matrix import Blank, Cell, Cited, Fact, Looked, Matrix, Move, Place, Ref, Row
from stacks.comparison.stack import Stack
from stacks.comparison.technologies import TechnologyMatrix, Use
from stacks.exporters.documents import CategoryRow
from stacks.exporters.table import Table

USAGE_COLUMNS = ("purpose", "stage", "hosting", "via", "started", "ended", "remarks", "sources")
KEY_COLUMNS = (
    "area_slug", "category_slug", "company_slug", "technology_slug", "via_slug", "uid", "scope", "last_said",
)  # fmt: skip
AGE_COLUMNS = ("technology_ended", "old")
USAGE = "usage"
_BLANKS = {
    Blank.NOT_USED: "(stated as not used)",
    Blank.NOTHING_FOUND: "(looked, nothing found)",
    Blank.NOBODY_LOOKED: "",
}


_USERS_COLUMNS = ("kind", "company", "technology", "area", "category", *USAGE_COLUMNS, *KEY_COLUMNS)


def comparison_usages(matrix: Matrix, title: str) -> Table:
    """One line per usage, and one per blank that somebody can tell of."""
    rows = []
    for row in matrix.rows:
        area, category, agreement = row.place.area.name, row.place.category.name, row.agreement.value
        for cell in row.cells:
            told = (area, category, agreement, cell.company.name)
            rows += [
                (
                    USAGE,
                    *told,
                    entry.fact.technology.name,
                    *usage_cells(entry.fact),
                    *_keys(row.place, cell.company.slug, entry.fact),
                    _yes(entry.fact.discontinued),
                    _yes(entry.fact.old),
                )
                for entry in cell.entries
            ]
            if cell.looked:
                rows.append(
                    (
                        cell.looked.outcome.value,
                        *told,
                        "",
                        *_blank_cells(cell.looked),
                        *_keys(row.place, cell.company.slug),
                        *[""] * len(AGE_COLUMNS),
                    )
                )
    columns = ("kind", "area", "category", "agreement", "company", "technology", *USAGE_COLUMNS)
    return Table(title, (*columns, *KEY_COLUMNS, *AGE_COLUMNS), rows, keys=len(KEY_COLUMNS) + len(AGE_COLUMNS))


def comparison_grid(matrix: Matrix, title: str, notes: tuple[str, ...]) -> Table:
    """One line per category, one column per company, and what most of them use."""
    rows = [
        (
            row.place.area.name,
            row.place.category.name,
            row.agreement.value,
            *(_cell(cell) for cell in row.cells),
            _most_common(row),
        )
        for row in matrix.rows
    ]
    columns = ("Area", "Category", "Agreement", *(ref.name for ref in matrix.companies), "Most common")
    return Table(title, columns, rows, (_counted(matrix), *notes))


def _most_common(row: Row) -> str:
    technologies, companies = row.most_common
    names = ", ".join(ref.name for ref in technologies)
    return f"{names} ({companies} of {len(row.cells)})" if names else ""


def _counted(matrix: Matrix) -> str:
    """What the page's summary says of age: in a sentence, whatever `only` has left."""
    undated = "left out for want of a date" if matrix.as_of else "without a date"
    return (
        f"Usages of technologies that have ended: {matrix.ended}; "
        f"last said long ago: {matrix.old}; {undated}: {matrix.undated}."
    )


def technologies_usages(matrix: TechnologyMatrix, title: str) -> Table:
    rows = [
        (
            USAGE,
            row.company.name,
            use.fact.technology.name,
            use.place.area.name,
            use.place.category.name,
            *usage_cells(use.fact),
            *_keys(use.place, row.company.slug, use.fact),
        )
        for row in matrix.rows
        for cell in row.cells
        for use in cell
    ]
    return Table(title, _USERS_COLUMNS, rows, keys=len(KEY_COLUMNS), of_kind=True)


def technologies_grid(matrix: TechnologyMatrix, title: str, notes: tuple[str, ...]) -> Table:
    rows = [(row.company.name, *(_uses(cell) for cell in row.cells)) for row in matrix.rows]
    return Table(title, ("Company", *(ref.name for ref in matrix.technologies)), rows, notes)


def stack_usages(stack: Stack, title: str, notes: tuple[str, ...] = ()) -> Table:
    """What is in use and the blanks, then what is planned, then what is past, as on the page."""
    rows = []
    for area in stack.areas:
        for shelf in area.shelves:
            rows += [_placed(fact, shelf.place) for fact in shelf.facts]
            if shelf.looked:
                place, looked = shelf.place, shelf.looked
                told = (looked.outcome.value, place.area.name, place.category.name, "")
                rows.append((*told, *_blank_cells(looked), *_keys(place, looked.company)))
    rows += [_placed(fact, place) for fact, place in [*stack.planned, *stack.past]]
    columns = ("kind", "area", "category", "technology", *USAGE_COLUMNS, *KEY_COLUMNS)
    return Table(title, columns, rows, notes, keys=len(KEY_COLUMNS))


def _placed(fact: Fact, place: Place) -> tuple[str, ...]:
    told = (USAGE, place.area.name, place.category.name, fact.technology.name)
    return (*told, *usage_cells(fact), *_keys(place, fact.company, fact))


def users_table(title: str, users: Sequence[tuple[Ref, Fact, Place]], notes: tuple[str, ...] = ()) -> Table:
    """Who uses one technology."""
    rows = [
        (
            USAGE,
            company.name,
            fact.technology.name,
            place.area.name,
            place.category.name,
            *usage_cells(fact),
            *_keys(place, company.slug, fact),
        )
        for company, fact, place in users
    ]
    return Table(title, _USERS_COLUMNS, rows, notes, keys=len(KEY_COLUMNS), of_kind=True)


def area_table(title: str, rows: Sequence[tuple[Ref, str, int, int]], notes: tuple[str, ...] = ()) -> Table:
    cells = [
        ("category", category.name, description, str(used), str(homes), category.slug)
        for category, description, used, homes in rows
    ]
    columns = ("kind", "category", "description", "technologies used", "technologies", "category_slug")
    return Table(title, columns, cells, notes, keys=1, of_kind=True)


def category_table(title: str, rows: Sequence[CategoryRow], notes: tuple[str, ...] = ()) -> Table:
    cells = [
        (
            row.kind,
            row.technology.name,
            row.summary,
            "" if row.lifecycle == "unknown" else row.lifecycle,
            row.lifecycle_on,
            str(row.companies),
            ", ".join(company.name for company in row.named),
            row.technology.slug,
        )
        for row in rows
    ]
    columns = ("kind", "technology", "what it is", "lifecycle", "lifecycle_on", "companies", "named", "technology_slug")
    return Table(title, columns, cells, notes, keys=1, of_kind=True)


def migrations_table(title: str, rows: Sequence[Move], notes: tuple[str, ...] = ()) -> Table:
    cells = [
        (
            "migration",
            move.company.name,
            move.before.name if move.before else "",
            move.after.name,
            move.category.name,
            move.stage,
            move.started,
            move.ended,
            move.reason,
            sources(move.sources),
            move.company.slug,
            move.before.slug if move.before else "",
            move.after.slug,
            move.category.slug,
            move.uid,
        )
        for move in rows
    ]
    told = ("kind", "company", "from", "to", "category", "stage", "started", "ended", "reason", "sources")
    keys = ("company_slug", "from_slug", "to_slug", "category_slug", "uid")
    return Table(title, (*told, *keys), cells, notes, keys=len(keys), of_kind=True)


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


def _blank_cells(looked: Looked) -> tuple[str, ...]:
    """Of `USAGE_COLUMNS`: when somebody looked, and where."""
    return ("", "", "", "", "", "", f"Looked on {looked.looked_on}.", looked.source.url if looked.source else "")


def _keys(place: Place, company: str, fact: Fact | None = None) -> tuple[str, ...]:
    """Of `KEY_COLUMNS`."""
    return (
        place.area.slug,
        place.category.slug,
        company,
        *(
            (fact.technology.slug, fact.via.slug if fact.via else "", fact.uid, fact.scope, fact.last_said)
            if fact
            else ("", "", "", "", "")
        ),
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
    told = [
        fact.stage.replace("_", " ") if fact.stage != "in_use" else "",
        f"last said {fact.last_said[:4]}" if fact.old else "",
        f"discontinued {fact.lifecycle_on}".strip() if fact.discontinued else "",
    ]
    words = ", ".join(word for word in told if word)
    return f"{fact.technology.name} ({words})" if words else fact.technology.name


def _yes(told: bool) -> str:
    return "yes" if told else "no"
