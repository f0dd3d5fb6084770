"""How the use of a category's technologies changed: how many of the companies documented by then, year by year."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q

from stacks.comparison.matrix import Ref
from stacks.exporters.comparison import ref_document
from stacks.links import Links
from stacks.models import Category, Technology, Usage
from stacks.pages.parts import Link, technology_link
from stacks.querysets import in_use_on

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


@dataclass(frozen=True, slots=True)
class Counted:
    """Companies by year: in all, and by the key of each technology, with those undated and those that left last."""

    years: list[int]
    totals: list[int]
    of: dict[int, list[int]]


def count_shares(category: Category, newest: str) -> Counted | None:
    """None where no two years can be told apart. Three queries, whatever there is to count."""
    usages = Usage.objects.published().filter(category=category).exclude(stage="planned").order_by()
    first = usages.exclude(known_since="").aggregate(first=Min("known_since"))["first"]
    years = _choose(int(first[:4]), int(newest[:4])) if first and newest else []
    if len(years) < 2:
        return None
    counted: dict[str, Any] = {
        f"y{year}": Count("company", distinct=True, filter=in_use_on(str(year))) for year in years
    }
    totals = usages.aggregate(**counted)
    present = Q(ended="") & ~Q(stage="retired")
    counted["undated"] = Count("company", distinct=True, filter=present & Q(known_since=""))
    counted["left"] = Count("company", distinct=True, filter=~present)
    found = usages.values_list("technology").annotate(**counted)
    return Counted(years, [totals[f"y{year}"] for year in years], {pk: counts for pk, *counts in found})


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
