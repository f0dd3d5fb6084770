"""The small real comparison of the front page: three companies, seven rows, in which every sign occurs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from django.conf import settings
from django.db.models import Sum
from django.urls import reverse

from stacks.comparison.aligning import Standing, align, stand_alone
from stacks.comparison.load import load_columns
from stacks.comparison.matrix import Agreement, Bases, Blank, Cell, Cited, Column, Fact, Matrix, Ref, Row
from stacks.comparison.period import find_used
from stacks.models import Company, TechnologyCount
from stacks.pages.compare.companies_view import LABELS, SIGNS
from stacks.pages.parts import BlankView, Link, category_link, show_blank, technology_link, tile

COMPANIES, CANDIDATES = 3, 5
ROWS, NAMED = 7, 2
_WANTED = {
    Agreement.SAME: 2,
    Agreement.OVERLAP: 2,
    Agreement.FAMILY: 1,
    Agreement.DIFFERENT: 1,
    Agreement.SINGLE: 1,
}
_WORDS = {Agreement.SINGLE: "in one company only"}
_IN_FULL = (Agreement.FAMILY, Agreement.OVERLAP, Agreement.DIFFERENT, Agreement.SAME, Agreement.SINGLE)


@dataclass(frozen=True, slots=True)
class SampleUse:
    """`purpose` and `source` are empty but in the row that is shown in full."""

    technology: Link
    tile: str
    icon: str
    css: str
    purpose: str
    source: Cited | None


@dataclass(frozen=True, slots=True)
class SampleCell:
    company: str
    uses: list[SampleUse]
    more: int
    blank: BlankView | None


@dataclass(frozen=True, slots=True)
class SampleRow:
    category: Link
    agreement: str
    sign: str
    label: str
    cells: list[SampleCell]


@dataclass(frozen=True, slots=True)
class SampleColumn:
    company: Link
    words: str  # "payments, 136 usages, last said 2025-11"


@dataclass(frozen=True, slots=True)
class Sample:
    columns: list[SampleColumn]
    rows: list[SampleRow]
    total: int
    counts: list[tuple[str, str, int, str]]  # agreement, sign, how many rows of the whole, in words
    url: str


def read_sample(bases: Bases, newest: str) -> Sample | None:
    """Of the best documented companies those three that show most; None where there are not three. Five queries."""
    best = Company.objects.published().filter(usages_count__gt=0).order_by("-usages_count", "sort_key", "slug")
    companies = list(best[:CANDIDATES])
    if len(companies) < COMPANIES:
        return None
    columns = zip(companies, load_columns(companies), strict=True)
    candidates = [(_stand_alone(company, column, newest), column) for company, column in columns]
    documented = dict(TechnologyCount.objects.order_by().values_list("category__slug").annotate(n=Sum("companies")))
    matrix = max([_build(trio, bases) for trio in combinations(candidates, COMPANIES)], key=_shows)
    shown = {company.slug: company for company in companies}
    rows = choose_rows(matrix.rows, documented)
    full = _in_full(rows)
    return Sample(
        columns=[_column(shown[ref.slug], matrix) for ref in matrix.companies],
        rows=[_row(row, row is full) for row in rows],
        total=matrix.total,
        counts=[(a.value, SIGNS[a], matrix.counts[a], _WORDS.get(a, LABELS[a])) for a in Agreement],
        url=reverse("compare_companies", args=["/".join(ref.slug for ref in matrix.companies)]),
    )


def _stand_alone(company: Company, column: Column, newest: str) -> Standing:
    return stand_alone(Ref(company.slug, company.name), find_used(column.facts, "", newest, settings.STALE_YEARS))


def _build(trio: Sequence[tuple[Standing, Column]], bases: Bases) -> Matrix:
    return align(
        [standing for standing, _ in trio],
        [place for _, column in trio for place in column.places],
        [look for _, column in trio for look in column.looks],
        bases,
    )


def _shows(matrix: Matrix) -> tuple[int, int]:
    """How much there is to see: kinds of agreement, then rows that compare something."""
    return sum(1 for n in matrix.counts.values() if n), matrix.total - matrix.counts[Agreement.SINGLE]


def choose_rows(rows: Iterable[Row], documented: Mapping[str, int]) -> list[Row]:
    """Of each agreement the categories that most companies document; what one lacks the others make up for."""
    ranked = sorted(rows, key=lambda row: (-documented.get(row.place.category.slug, 0), row.place.order))
    chosen = [
        row for agreement, n in _WANTED.items() for row in [row for row in ranked if row.agreement is agreement][:n]
    ]
    rest = sorted((row for row in ranked if row not in chosen), key=lambda row: row.agreement is Agreement.SINGLE)
    chosen += rest[: ROWS - len(chosen)]
    if all(cell.entries for row in chosen for cell in row.cells):
        blank = next((row for row in rest if row not in chosen and len(row.filled) < len(row.cells)), None)
        chosen = [*chosen[:-1], blank] if blank else chosen
    order = list(Agreement)
    return sorted(chosen, key=lambda row: order.index(row.agreement))


def _in_full(rows: Sequence[Row]) -> Row | None:
    """The row that is shown with purposes and sources: one that needs them to be understood, told in every cell."""
    told = [row for row in rows if all(e.fact.purpose and e.fact.sources for c in row.filled for e in c.entries[:1])]
    return min(told or rows, key=lambda row: (_IN_FULL.index(row.agreement), -len(row.filled)), default=None)


def _column(company: Company, matrix: Matrix) -> SampleColumn:
    facts = [
        entry.fact
        for row in matrix.rows
        for cell in row.cells
        for entry in cell.entries
        if cell.company.slug == company.slug
    ]
    said = max((fact.last_said for fact in facts), default="")
    usages = f"{len(facts)} {'usage' if len(facts) == 1 else 'usages'}"
    words = [company.industry, usages, f"last said {said}" if said else "date not stated"]
    return SampleColumn(Link(company.name, company.get_absolute_url()), ", ".join(word for word in words if word))


def _row(row: Row, full: bool) -> SampleRow:
    return SampleRow(
        category_link(row.place.category),
        row.agreement.value,
        SIGNS[row.agreement],
        LABELS[row.agreement],
        [_cell(cell, full) for cell in row.cells],
    )


def _cell(cell: Cell, full: bool) -> SampleCell:
    entries = list({entry.fact.technology: entry for entry in reversed(cell.entries)}.values())[::-1]
    named = entries[: 1 if full else NAMED]
    uses = [_use(entry.fact, "same" if entry.same else "family" if entry.relatives else "", full) for entry in named]
    blank = show_blank(cell.blank or Blank.NOBODY_LOOKED, cell.looked) if not entries else None
    return SampleCell(cell.company.name, uses, len(entries) - len(named), blank)


def _use(fact: Fact, css: str, full: bool) -> SampleUse:
    return SampleUse(
        technology_link(fact.technology),
        tile(fact.technology.name),
        fact.icon,
        css,
        fact.purpose if full else "",
        next(iter(fact.sources), None) if full else None,
    )
