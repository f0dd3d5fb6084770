"""A company's column as it is at present, finished: each process has it at hand under all that it was made from."""

import sys
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix

from stacks.comparison.aligning import Standing, stand_alone
from stacks.comparison.matrix import Column, Ref
from stacks.comparison.period import count_undated, find_used
from stacks.finished import Finished
from stacks.models import Company
from stacks.pages.compare.cells import Cells, load_cells, stamp_of
from stacks.pages.compare.rows import FinishedColumn, finish_column
from stacks.pages.kept import load_kept_newest_edition

_BESIDE_HTML = 1_000  # bytes that a usage takes besides its HTML


@dataclass(frozen=True, slots=True)
class Standings:
    """How a company's cells stand and look; `undated` as `count_undated` has it."""

    column: Column
    standing: Standing
    undated: int
    finished: FinishedColumn


_AT_HAND: Finished[Standings] = Finished(32 * 2**20)


def stamps_of(request: HttpRequest, companies: Sequence[Company]) -> tuple[str, ...]:
    """Of all that their columns are made from, but for settings and the path of the site."""
    return (*[stamp_of(request, company) for company in companies], load_kept_newest_edition(request))


def load_standings(request: HttpRequest, companies: Sequence[Company], as_of: str, detail: str) -> list[Standings]:
    """Of each company. As of a date they are made for this request only, from the cells that are kept."""
    newest = load_kept_newest_edition(request)
    if as_of:
        return [
            _make(company, cells, as_of, newest, detail)
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


def _make(company: Company, cells: Cells, as_of: str, newest: str, detail: str) -> Standings:
    column = cells.column
    used = find_used(column.facts, as_of, newest, settings.STALE_YEARS)
    standing = stand_alone(Ref(company.slug, company.name), used)
    categories = {place.category.slug: place.category for place in column.places}
    finished = finish_column(standing, categories, cells.html, detail)
    return Standings(column, standing, count_undated(column.facts, as_of), finished)


def _size(standings: Standings) -> int:
    html = [piece for pieces in standings.finished.uses.values() for piece in pieces]
    html += [text for each in standings.finished.alone.values() for text in (*each.html, *each.row)]
    return sum(map(sys.getsizeof, html)) + _BESIDE_HTML * len(standings.column.facts)
