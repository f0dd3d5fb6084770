"""A company's column as it is at present, finished: each process has it at hand under all that it was made from."""

import sys
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix

from stacks.comparison.aligning import Standing, stand_alone
from stacks.comparison.matrix import Ref, Slug
from stacks.comparison.period import count_undated, find_used
from stacks.finished import Finished
from stacks.models import Company
from stacks.pages.compare.cells import Cells, load_cells, stamp_of
from stacks.pages.compare.rows import CellAlone, cell_alone
from stacks.pages.kept import load_kept_newest_edition

_BESIDE_HTML = 1_000  # bytes that a usage takes besides its HTML


@dataclass(frozen=True, slots=True)
class Standings:
    """A company's cells, and how they stand where nothing in their row meets them; `undated` as `count_undated` has it.

    `alone` has the finished ones by category: none as of a date.
    """

    cells: Cells
    standing: Standing
    undated: int
    alone: Mapping[Slug, CellAlone]


_AT_HAND: Finished[Standings] = Finished(32 * 2**20)


def load_standings(request: HttpRequest, companies: Sequence[Company], as_of: str, detail: str) -> list[Standings]:
    """Of each company. As of a date they are made for this request only, from the cells that are kept."""
    newest = load_kept_newest_edition(request)
    if as_of:
        return [
            _make(company, cells, as_of, newest)
            for company, cells in zip(companies, load_cells(request, companies), strict=True)
        ]
    beside = (newest, settings.STALE_YEARS, get_script_prefix())
    stamps: dict[Hashable, Hashable] = {(c.pk, detail): (stamp_of(request, c), *beside) for c in companies}
    found = _AT_HAND.get(stamps.items())
    missing = [company for company in companies if (company.pk, detail) not in found]
    if missing:
        made = {}
        for company, cells in zip(missing, load_cells(request, missing), strict=True):
            standings = _make(company, cells, "", newest, detail)
            made[company.pk, detail] = (standings, _size(standings))
        _AT_HAND.put(stamps, made)
        found |= {name: standings for name, (standings, _) in made.items()}
    return [found[name] for name in stamps]


def _make(company: Company, cells: Cells, as_of: str, newest: str, detail: str | None = None) -> Standings:
    facts = cells.column.facts
    used = find_used(facts, as_of, newest, settings.STALE_YEARS)
    standing = stand_alone(Ref(company.slug, company.name), used)
    alone: dict[Slug, CellAlone] = {}
    if detail is not None:
        alone = {slug: cell_alone(cell, detail, cells.html) for slug, cell in standing.cells.items()}
    return Standings(cells, standing, count_undated(facts, as_of), alone)


def _size(standings: Standings) -> int:
    html: list[str | bytes] = [piece for pieces in standings.cells.html.values() for piece in pieces]
    html += [text for each in standings.alone.values() for text in each.html]
    return sum(map(sys.getsizeof, html)) + _BESIDE_HTML * len(standings.cells.html)
