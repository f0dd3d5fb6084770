"""How a technology spread among the documented companies, year by year: facts in, the columns of a picture out. Pure.

What bears no date stands beside the axis, never on it. Nothing depends on today's date: the last year is that of the
newest edition in the catalogue.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from stacks.comparison.period import NOT_CURRENT

MOST_YEARS = 40
HIGHEST = 120  # pixels of the tallest column
_STEP = 24  # pixels of a company, where there are few
_LEFT_HIGHEST = 40
_AXIS, _BESIDE = 84.0, 89.0  # percent: where the years end, and where the undated begin


class Span(NamedTuple):
    """One usage by one company, with the dates that `derived.find_times` finds; each empty where nobody says it."""

    company: int
    stage: str
    ended: str
    since: str
    until: str
    last_said: str

    @property
    def current(self) -> bool:
        return not self.ended and self.stage not in NOT_CURRENT


@dataclass(frozen=True, slots=True)
class Year:
    """Companies at the end of a year: `said` of those `in_use` were said to be in that year or later."""

    year: int
    in_use: int
    said: int
    left: int
    planned: int


@dataclass(frozen=True, slots=True)
class Adoption:
    """`users` are the companies that use it at present, `undated` those of them for which nobody says when."""

    years: tuple[Year, ...]
    users: int
    undated: int
    left: int  # companies that have used it and do not any more
    left_undated: int
    planned: int

    @property
    def dated(self) -> bool:
        return any(year.in_use or year.left or year.planned for year in self.years)


def build_adoption(spans: Iterable[Span], newest: str) -> Adoption:
    """`newest` is the newest edition of the catalogue: its year is the last that is drawn."""
    by_company: defaultdict[int, tuple[tuple[str, ...], ...]] = defaultdict(tuple)
    for span in spans:
        by_company[span.company] += (span[1:],)
    alike = [([Span(0, *told) for told in own], n) for own, n in Counter(by_company.values()).items()]
    users = [(own, n) for own, n in alike if any(span.current for span in own)]
    gone = [(own, n) for own, n in alike if not any(span.current for span in own) and _was_used(own)]
    return Adoption(
        years=tuple(_years(alike, newest)),
        users=_companies(users),
        undated=sum(n for own, n in users if not any(span.current and _is_dated(span) for span in own)),
        left=_companies(gone),
        left_undated=sum(n for own, n in gone if not any(span.until for span in own)),
        planned=sum(n for own, n in alike if all(span.stage == "planned" for span in own)),
    )


_Alike = list[tuple[list[Span], int]]  # what is told of a company, without its key, and of how many that is told


def _companies(alike: _Alike) -> int:
    return sum(n for _, n in alike)


def _was_used(own: Sequence[Span]) -> bool:
    return any(span.stage != "planned" for span in own)


def _is_dated(span: Span) -> bool:
    """Whether some day is known on which it was in use."""
    if not span.since or span.stage == "planned":
        return False
    return span.since < span.until if span.until else span.stage != "retired"


def _years(companies: _Alike, newest: str) -> list[Year]:
    dates = {date for own, _ in companies for span in own for date in _drawn(span)}
    if not dates:
        return []
    last = int(max(newest, *dates)[:4])
    first = max(int(min(dates)[:4]), last - MOST_YEARS + 1)
    alike: Counter[tuple[_Outline, ...]] = Counter()
    for own, n in companies:
        alike[tuple({_outline(span) for span in own})] += n
    return [_year(str(year), alike) for year in range(first, last + 1)]


def _drawn(span: Span) -> list[str]:
    if span.stage == "planned" and not span.ended:
        return [span.last_said] if span.last_said else []
    return [span.since, *([span.until] if span.until else [])] if _is_dated(span) else []


class _Outline(NamedTuple):
    """What is drawn of a usage: years, each empty where there is none. Many companies share theirs."""

    since: str
    until: str
    said: str
    planned: str

    def is_in_use(self, year: str) -> bool:
        """On the last day of the year."""
        return "" < self.since <= year and not "" < self.until <= year


def _outline(span: Span) -> _Outline:
    if _is_dated(span):
        return _Outline(span.since[:4], span.until[:4], max(span.last_said, span.since)[:4], "")
    return _Outline("", "", "", span.last_said[:4] if span.stage == "planned" else "")


def _year(year: str, alike: Counter[tuple[_Outline, ...]]) -> Year:
    in_use = said = left = planned = 0
    for own, companies in alike.items():
        using = [outline for outline in own if outline.is_in_use(year)]
        if using:
            in_use += companies
            said += companies if any(outline.said >= year for outline in using) else 0
        elif any(outline.until == year for outline in own):
            left += companies
        elif any("" < outline.planned <= year for outline in own):
            planned += companies
    return Year(int(year), in_use, said, left, planned)


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a column: `kind` is said, earlier, left, planned or undated; x and width in percent, y in pixels."""

    kind: str
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Text:
    """`wide`: not on a phone, where there is no room for each."""

    text: str
    x: float
    y: float
    kind: str = ""
    wide: bool = False

    @property
    def css(self) -> str:
        return f"{self.kind} long" if self.wide else self.kind


@dataclass(frozen=True, slots=True)
class Picture:
    height: float
    base: float  # where the columns stand
    axis: float  # percent: where the line of the years ends
    boxes: tuple[Box, ...]
    texts: tuple[Text, ...]


def draw(adoption: Adoption) -> Picture | None:
    """None where nobody says when."""
    if not adoption.dated:
        return None
    years = adoption.years
    tallest = max(*(year.in_use + year.planned for year in years), adoption.undated, 1)
    deepest = max(year.left for year in years)
    step = min(_STEP, HIGHEST / tallest)
    base = 20 + tallest * step
    under = min(step, _LEFT_HIGHEST / deepest) if deepest else 0
    foot = base + deepest * under
    axis = _AXIS if adoption.undated else 100.0
    each = axis / len(years)
    boxes: list[Box] = []
    texts: list[Text] = []
    for n, year in enumerate(years):
        x, width = round(n * each + each * 0.04, 3), round(each * 0.92, 3)
        centre = round((n + 0.5) * each, 3)
        y = base
        for kind, companies in (("said", year.said), ("earlier", year.in_use - year.said), ("planned", year.planned)):
            if companies:
                y -= companies * step
                boxes.append(Box(kind, x, width, round(y, 2), round(companies * step, 2)))
        if year.left:
            boxes.append(Box("left", x, width, base, round(year.left * under, 2)))
        if year.in_use:
            texts.append(Text(str(year.in_use), centre, round(y - 5, 2), "count", _is_wide(n, len(years))))
        if _is_labelled(n, len(years)):
            texts.append(Text(str(year.year), centre, round(foot + 16, 2), "t", _is_wide(n, len(years))))
    if adoption.undated:
        y = base - adoption.undated * step
        width = 100 - _BESIDE
        boxes.append(Box("undated", _BESIDE, width, round(y, 2), round(adoption.undated * step, 2)))
        texts.append(Text(str(adoption.undated), _BESIDE + width / 2, round(y - 5, 2), "count"))
        texts.append(Text("not stated", _BESIDE + width / 2, round(foot + 16, 2), "t"))
    return Picture(round(foot + 22, 2), round(base, 2), axis, tuple(boxes), tuple(texts))


def _is_labelled(n: int, years: int) -> bool:
    """Each year where there is room, always the last."""
    return (years - 1 - n) % -(-years // 15) == 0


def _is_wide(n: int, years: int) -> bool:
    return (years - 1 - n) % (-(-years // 15) * -(-min(years, 15) // 6)) != 0
