"""How the use of a category's technologies changed: how many of the companies documented by then, year by year."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from stacks.comparison.matrix import Ref
from stacks.exporters.comparison import ref_document
from stacks.links import Links
from stacks.models import Stage, Technology
from stacks.pages.kept import Counts, by_kind, part_of
from stacks.pages.parts import Link, technology_link

YEARS, ROWS = 5, 10
SQUARES = 20  # companies drawn one by one; from here on a bar
_SIDE = 14  # pixels of a square with its gap


@dataclass(frozen=True, slots=True)
class Share:
    """How many companies used a technology at the end of a year, of all that are documented in the category by then."""

    year: int
    companies: int
    of: int

    @property
    def squares(self) -> list[int]:
        """Where each square begins; none where a bar is drawn instead."""
        return [n * _SIDE for n in range(self.companies)] if self.of < SQUARES else []

    @property
    def width(self) -> int:
        return self.companies * _SIDE

    @property
    def percent(self) -> int:
        """For the bar; 0 where squares are drawn."""
        return max(1, round(100 * self.companies / self.of)) if self.of >= SQUARES and self.companies else 0


@dataclass(frozen=True, slots=True)
class ShareRow:
    """`undated` companies use it at present, and no source says since when; `left` have used it and do not any more."""

    technology: Ref
    shares: list[Share]
    undated: int
    left: int

    @property
    def link(self) -> Link:
        return technology_link(self.technology)


@dataclass(frozen=True, slots=True)
class Shares:
    """`years` are at most five, the last that of the newest edition; each with how many companies are documented."""

    years: list[tuple[int, int]]
    rows: list[ShareRow]
    more: int  # rows that are not shown

    @property
    def undated(self) -> bool:
        return any(row.undated for row in self.rows)

    @property
    def left(self) -> list[ShareRow]:
        return [row for row in self.rows if row.left]


# years since when and until when something was in use, the latter empty while it is
Times = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """Companies by year: in all, and by the key of each technology, with those undated and those that left last."""

    years: list[int]
    totals: list[int]
    of: dict[int, list[int]]


def count_usages(usages: Any) -> dict[int, Counts]:
    """By part of the companies; what different companies tell may be added up. `usages` are those in a category. One
    query."""
    rows: defaultdict[int, list[tuple]] = defaultdict(list)
    for row in usages.order_by().values_list("company", "technology", "stage", "ended", "known_since", "known_until"):
        rows[part_of(row[0])].append(row)
    return {part: _count(own) for part, own in rows.items()}


def _count(rows: list[tuple]) -> Counts:
    times: defaultdict[tuple[int, int], set[tuple[str, str]]] = defaultdict(set)
    altogether: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    undated, left = set(), set()
    counts: Counts = Counter()
    for company, technology, stage, ended, since, until in rows:
        over = bool(ended) or stage == Stage.RETIRED
        if over:
            counts["gone", (technology, company)] += 1
        if stage == Stage.PLANNED:
            continue
        used = times[company, technology]
        if since and (until or stage != Stage.RETIRED):
            used.add((since[:4], until[:4]))
            altogether[company].add((since[:4], until[:4]))
        if since:
            counts["first", since[:4]] += 1
        if over:
            left.add((technology, company))
        elif not since:
            undated.add((technology, company))
    counts.update([("times", (technology, tuple(sorted(used)))) for (_, technology), used in times.items()])
    counts.update([("altogether", tuple(sorted(used))) for used in altogether.values()])
    counts.update([("undated", technology) for technology, _ in undated])
    counts.update([("left", technology) for technology, _ in left])
    return counts


def tell_shares(counts: Counts, newest: str) -> tuple[Counted | None, list[tuple[int, int]]]:
    """How the shares changed, None where no two years can be told apart; and what is not in use in this role any more,
    as keys of technology and company. `newest` is the newest edition of the catalogue."""
    of = by_kind(counts)
    gone = list(of["gone"])
    first = min(of["first"], default="")
    years = _choose(int(first), int(newest[:4])) if first and newest else []
    if len(years) < 2:
        return None, gone
    totals = [sum(n for times, n in of["altogether"].items() if _in_use(times, str(year))) for year in years]
    found: defaultdict[int, list[int]] = defaultdict(lambda: [0] * len(years))
    for (technology, times), n in of["times"].items():
        counted = found[technology]
        for place, year in enumerate(years):
            counted[place] += n if _in_use(times, str(year)) else 0
    told = {technology: [*own, of["undated"][technology], of["left"][technology]] for technology, own in found.items()}
    return Counted(years, totals, told), gone


def _in_use(times: Times, year: str) -> bool:
    """On the last day of the year."""
    return any(since <= year and not "" < until <= year for since, until in times)


def show_shares(counted: Counted | None) -> Shares | None:
    """One query for the names of the technologies, if there is anything to show."""
    if not counted:
        return None
    names = Technology.objects.published().filter(pk__in=counted.of).order_by().values_list("pk", "slug", "name")
    found = []
    for pk, slug, name in names:
        *by_year, undated, left = counted.of[pk]
        shares = [Share(*told) for told in zip(counted.years, by_year, counted.totals, strict=True)]
        found.append(ShareRow(Ref(slug, name), shares, undated, left))
    found.sort(
        key=lambda row: (
            *(-share.companies for share in reversed(row.shares)),
            -row.undated,
            row.technology.name.casefold(),
            row.technology.slug,
        )
    )
    drawn = [row for row in found if row.undated or any(share.companies for share in row.shares)]
    return Shares(list(zip(counted.years, counted.totals, strict=True)), drawn[:ROWS], len(drawn[ROWS:]))


def _choose(first: int, last: int) -> list[int]:
    """At most five years from the first to the last, both among them, about as far apart."""
    if last <= first:
        return []
    steps = min(YEARS - 1, last - first)
    return [first + round(n * (last - first) / steps) for n in range(steps + 1)]


def shares_document(shares: Shares | None, link: Links) -> list[dict[str, Any]]:
    """For the page's JSON: by year, with how many companies are documented by then."""
    if not shares:
        return []
    return [
        {
            "year": year,
            "companies": of,
            "technologies": [
                {
                    "technology": ref_document("technology", row.technology, link),
                    "companies": row.shares[place].companies,
                }
                for row in shares.rows
            ],
        }
        for place, (year, of) in enumerate(shares.years)
    ]
