"""The comparison pages' contents, from the matrices of `stacks.comparison`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.utils.safestring import SafeString

from stacks.addresses import path_of
from stacks.comparison.matrix import KEPT, Agreement, Alikeness, Matrix, Only, Ref
from stacks.pages.compare.columns import column_line
from stacks.pages.compare.rows import NAMED_GROUPS, SIGNS, AreaView, FinishedColumn, show_areas
from stacks.pages.detail import AUTO, Detail, DetailView, show_details
from stacks.pages.parts import (
    Link,
    at_most,
    company_link,
    in_words,
    left_out,
    technology_link,
    technology_links,
)
from stacks.pages.skeletons import joined, mark, skeleton

MEANINGS = {
    Agreement.SAME: "All that document it use the same",
    Agreement.OVERLAP: "Some technologies in common",
    Agreement.FAMILY: "Related: a fork or a managed form",
    Agreement.DIFFERENT: "Nothing in common",
    Agreement.SINGLE: "Only one documents it",
}
_DIFFERENT, _SINGLE = Agreement.DIFFERENT, Agreement.SINGLE
LABELS = {
    Agreement.SAME: "same",
    Agreement.OVERLAP: "overlap",
    Agreement.FAMILY: "same family",
    Agreement.DIFFERENT: "different",
    Agreement.SINGLE: "only one company",
}
_FILTERS = [(only.value, label, KEPT[only]) for only, label in zip(Only, ("All", "Shared", "Differences"), strict=True)]
MEANT = tuple((a.value, SIGNS[a], LABELS[a].capitalize(), MEANINGS[a]) for a in Agreement)


class ColumnView(NamedTuple):
    company: Link
    letter: str
    number: int
    usages: int
    categories: int
    without: str  # address of the comparison without this company, empty when two are left
    earlier: str  # address with this company one place to the left, empty for the first

    @property
    def name(self) -> str:
        return self.company.name

    @property
    def line(self) -> SafeString:
        return column_line(self.name, earlier=self.earlier, without=self.without)

    @property
    def head(self) -> SafeString:
        usages = f"{self.usages} {'usage' if self.usages == 1 else 'usages'}"
        categories = f"{self.categories} {'category' if self.categories == 1 else 'categories'}"
        return skeleton("stacks/compare/_column_head.html", "letter", "name", "url", "counted").fill(
            letter=self.letter, name=self.name, url=self.company.url, counted=f"{usages} in {categories}"
        )


@dataclass(frozen=True, slots=True)
class CountView:
    agreement: str
    sign: str
    count: int
    label: str
    start: float  # of the bar, in percent
    width: float


@dataclass(frozen=True, slots=True)
class _Count:
    """The same as its template sees it, with marks in the places of the numbers; empty where none agrees so."""

    agreement: str
    sign: str
    label: str
    count: str = ""
    start: str = ""
    width: str = ""


class PairView(NamedTuple):
    names: str
    share: int | None  # percent
    words: str

    @property
    def html(self) -> SafeString:
        values = {"names": self.names, "words": self.words}
        values |= {} if self.share is None else {"share": str(self.share)}
        return skeleton("stacks/compare/_pair.html", *values).fill(**values)


class GroupView(NamedTuple):
    """Technologies that the same companies share."""

    names: str
    technologies: list[Link]
    more: int


class OwnView(NamedTuple):
    """What one of them alone has, in words."""

    names: str
    words: str


@dataclass(frozen=True, slots=True)
class FilterView:
    label: str
    count: int
    url: str
    current: bool


class CommonView(NamedTuple):
    """What the most of the companies use in a category; `words` counts them: "3 of 4"."""

    category: str
    technologies: list[Link]
    words: str


@dataclass(frozen=True, slots=True)
class MatrixView:
    title: str
    lede: str
    as_of: str
    only: str
    columns: list[ColumnView]
    counts: list[CountView]
    total: int
    groups: list[GroupView]
    families: list[tuple[Link, Link]]
    unique: list[OwnView]
    different: list[Link]
    common: list[CommonView]
    pairs: list[PairView]
    more_pairs: list[PairView]
    detail: str  # how much a cell says: names, purpose, reasons, or auto: purpose, but names on a phone
    details: list[DetailView]
    asked: list[tuple[str, str]]  # parameters of the address that forms hand on, besides the date
    here: str  # the address without the date
    all_rows: str  # the address with all rows
    more_families: int
    more_different: int
    filters: list[FilterView]
    areas: list[AreaView]
    path: str
    notes: list[str]  # what is old, and what bears no date

    @property
    def focuses(self) -> bool:
        """Whether a phone shows one company in full."""
        return self.detail in {Detail.PURPOSE, Detail.REASONS}

    @property
    def bar(self) -> SafeString:
        """How many categories agree, as a picture and in words."""
        values = {"words": self.counted}
        shown = []
        for n, view in enumerate(self.counts):
            told = {"count": str(view.count), "start": str(view.start), "width": str(view.width)} if view.count else {}
            values |= {f"{name}_{n}": value for name, value in told.items()}
            marks = {name: mark(f"{name}_{n}") for name in told}
            shown.append(_Count(view.agreement, view.sign, view.label, **marks))
        return skeleton("stacks/compare/_counts.html", "words", counts=tuple(shown)).fill(**values)

    @property
    def heads(self) -> SafeString:
        return joined(column.head for column in self.columns)

    @property
    def rows(self) -> list[bytes]:
        return [area.html for area in self.areas]

    @property
    def caption(self) -> str:
        return f"Technologies of {self.title} by category{f', as of {self.as_of}' if self.as_of else ''}"

    @property
    def counted(self) -> str:
        """What the bar of agreements shows."""
        return f"Of {self.total} categories: {', '.join(f'{c.count} {c.label}' for c in self.counts)}"


Holders = Mapping[Ref, Sequence[Ref]]  # who uses each technology
_MOST_NAMES = 12
_MOST_FAMILIES = 8
_MOST_PAIRS = 3


def says_of_each(detail: str, companies: Sequence[object]) -> str:
    """How much a cell says: what was asked for, else what there is room for."""
    return detail or (Detail.NAMES.value if len(companies) > NAMED_GROUPS else AUTO)


def show_matrix(matrix: Matrix, only: str, detail: str, columns: Sequence[FinishedColumn]) -> MatrixView:
    """`columns` are those of the matrix, with as much detail as `says_of_each` has it."""
    path = _path(matrix.companies)
    says = says_of_each(detail, matrix.companies)
    holders = _holders(matrix)
    families = _families(matrix, holders)
    places = [row.place.category for row in matrix.rows if row.agreement is _DIFFERENT]
    different = [Link(category.name, f"#{category.slug}") for category in places[:_MOST_NAMES]]
    alikeness = sorted(matrix.alikeness, key=lambda pair: -1 if pair.share is None else pair.share, reverse=True)
    pairs = [_pair(pair) for pair in alikeness]
    return MatrixView(
        title=in_words(ref.name for ref in matrix.companies),
        lede=_lede(matrix, holders),
        as_of=matrix.as_of,
        only=only,
        columns=_columns(matrix, detail, columns),
        counts=_counts(matrix),
        total=matrix.total,
        groups=_shared_groups(matrix, holders),
        families=families[:_MOST_FAMILIES],
        more_families=max(0, len(families) - _MOST_FAMILIES),
        unique=_unique_groups(matrix, holders),
        different=different,
        more_different=len(places[_MOST_NAMES:]),
        pairs=pairs[:_MOST_PAIRS],
        more_pairs=pairs[_MOST_PAIRS:],
        common=_common(matrix),
        detail=says,
        details=show_details(says, lambda level: f"{path}{_query(matrix.as_of, only, level)}#comparison"),
        asked=[(name, value) for name, value in (("only", only), ("detail", detail)) if value],
        here=path + _query("", only, detail),
        all_rows=path + _query(matrix.as_of, "", detail),
        filters=_filters(matrix, only, detail, path),
        areas=show_areas(matrix.only(only) if only else matrix, columns),
        path=path,
        notes=_notes(matrix),
    )


def _notes(matrix: Matrix) -> list[str]:
    notes = []
    if matrix.ended:
        usages = "usage is of a technology that is" if matrix.ended == 1 else "usages are of technologies that are"
        notes.append(f"{matrix.ended} {usages} discontinued: {in_words(_discontinued(matrix))}.")
    if matrix.old:
        were = "usage was last said" if matrix.old == 1 else "usages were last said"
        measure = "that date" if matrix.as_of else "the newest edition of the catalogue"
        notes.append(f"{matrix.old} {were} more than {settings.STALE_YEARS} years before {measure}.")
    if matrix.undated and matrix.as_of:
        notes.append(left_out(matrix.undated))
    return notes


def _discontinued(matrix: Matrix) -> list[str]:
    facts = [entry.fact for row in matrix.rows for cell in row.cells for entry in cell.entries]
    return list(dict.fromkeys(fact.technology.name for fact in facts if fact.discontinued))


def _path(refs: Iterable[Ref]) -> str:
    return path_of("compare_companies", *[ref.slug for ref in refs])


def _query(as_of: str, only: str, detail: str) -> str:
    asked = (("as_of", as_of), ("only", only), ("detail", detail))
    pairs = [f"{name}={value}" for name, value in asked if value]
    return f"?{'&'.join(pairs)}" if pairs else ""


def _lede(matrix: Matrix, known: Holders) -> str:
    compared = matrix.total - matrix.counts[_SINGLE]
    if not matrix.total:
        return (
            "Nothing is documented for any of them."
            if not matrix.as_of
            else f"Nothing is documented for any of them as of {matrix.as_of}."
        )
    common = [ref for ref, holders in known.items() if len(holders) == len(matrix.companies)]
    everyone = "Both" if len(matrix.companies) == 2 else f"All {_number(len(matrix.companies))}"
    if common:
        first = f"{everyone} use {in_words(at_most(common, 4))}."
    else:
        first = (
            f"{everyone} have no technology in common."
            if len(matrix.companies) > 2
            else "They have no technology in common."
        )
    if not compared:
        return f"{first} No category is documented by more than one of them."
    agreeing = compared - matrix.counts[_DIFFERENT]
    plural = "category" if compared == 1 else "categories"
    differing = matrix.counts[_DIFFERENT]
    return (
        f"{first} Of {compared} {plural} that more than one documents, "
        f"{agreeing} agree at least in part and {differing} differ."
    )


def _number(n: int) -> str:
    return {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}.get(n, str(n))


def _holders(matrix: Matrix) -> dict[Ref, list[Ref]]:
    """Who uses each technology, wherever: technologies in the order of the rows, companies in theirs."""
    found: dict[Ref, list[Ref]] = {}
    for row in matrix.rows:
        for company, entries, _, _ in row.cells:
            for fact, _, _ in entries:
                holders = found.setdefault(fact.technology, [])
                if company not in holders:
                    holders.append(company)
    for ref, holders in found.items():
        if len(holders) > 1:
            found[ref] = [company for company in matrix.companies if company in holders]
    return found


def _shared_groups(matrix: Matrix, known: Holders) -> list[GroupView]:
    """Who shares what: by name among three, by number among more, or there would be up to 57 groups."""
    groups: dict[tuple[Ref, ...], list[Ref]] = {}
    counted: dict[int, list[Ref]] = {}
    for ref, holders in known.items():
        if len(holders) > 1:
            groups.setdefault(tuple(holders), []).append(ref)
            counted.setdefault(len(holders), []).append(ref)
    total = len(matrix.companies)
    everyone = "Both" if total == 2 else f"All {_number(total)}"
    if total > NAMED_GROUPS:
        return [
            _group(everyone if n == total else f"{_number(n).capitalize()} of them", refs)
            for n, refs in sorted(counted.items(), reverse=True)
        ]
    return [
        _group(everyone if len(who) == total else in_words(ref.name for ref in who), refs)
        for who, refs in sorted(
            groups.items(), key=lambda pair: (-len(pair[0]), [matrix.companies.index(c) for c in pair[0]])
        )
    ]


def _unique_groups(matrix: Matrix, known: Holders) -> list[OwnView]:
    alone: dict[Ref, list[Ref]] = {company: [] for company in matrix.companies}
    for ref, holders in known.items():
        if len(holders) == 1:
            alone[holders[0]].append(ref)
    return [
        OwnView(f"Only {company.name}", in_words([*names, f"{more} more"]) if more else ", ".join(names))
        for company, refs in alone.items()
        if refs
        for names, more in [([ref.name for ref in refs[:_MOST_NAMES]], len(refs[_MOST_NAMES:]))]
    ]


def _group(names: str, refs: list[Ref]) -> GroupView:
    return GroupView(names, technology_links(refs[:_MOST_NAMES]), len(refs[_MOST_NAMES:]))


def _families(matrix: Matrix, known: Holders) -> list[tuple[Link, Link]]:
    pairs = dict.fromkeys([pair for row in matrix.rows for pair in row.families])
    return [(technology_link(a), technology_link(b)) for a, b in pairs if set(known[a]) != set(known[b])]


def _common(matrix: Matrix) -> list[CommonView]:
    """The most common choice of each category in which there is one."""
    return [
        CommonView(row.place.category.name, technology_links(refs), f"{n} of {len(row.cells)}")
        for row in matrix.rows
        if row.shared
        for refs, n in [row.most_common]
    ]


def _columns(matrix: Matrix, detail: str, finished: Sequence[FinishedColumn]) -> list[ColumnView]:
    rest = _query(matrix.as_of, "", detail)
    columns = []
    for n, (company, column) in enumerate(zip(matrix.companies, finished, strict=True)):
        others = [ref for ref in matrix.companies if ref != company]
        swapped = list(matrix.companies)
        if n:
            swapped[n - 1], swapped[n] = swapped[n], swapped[n - 1]
        columns.append(
            ColumnView(
                company=company_link(company),
                letter=company.name[:1].upper(),
                number=n + 1,
                usages=len(column.uses),
                categories=len(column.alone),
                without=_path(others) + rest if len(others) > 1 else "",
                earlier=_path(swapped) + rest if n else "",
            )
        )
    return columns


def _counts(matrix: Matrix) -> list[CountView]:
    views, start, total = [], 0.0, matrix.total
    for agreement, label in LABELS.items():
        count = matrix.counts[agreement]
        width = 100 * count / total if total else 0.0
        views.append(
            CountView(
                agreement.value,
                SIGNS[agreement],
                count,
                label,
                round(start, 2),
                round(max(0.0, width - 0.4), 2),
            )
        )
        start += width
    return views


def _pair(pair: Alikeness) -> PairView:
    names = in_words(ref.name for ref in pair.companies)
    if pair.share is None:
        return PairView(names, None, "no category is documented by both")
    met = f"{pair.met:g}"
    return PairView(
        names,
        round(100 * pair.share),
        f"{met} of {pair.of} in {pair.categories} {'category' if pair.categories == 1 else 'categories'}",
    )


def _filters(matrix: Matrix, only: str, detail: str, path: str) -> list[FilterView]:
    return [
        FilterView(
            label,
            sum([matrix.counts[agreement] for agreement in agreements]),
            path + _query(matrix.as_of, kept, detail),
            kept == only,
        )
        for kept, label, agreements in _FILTERS
    ]
