"""How a technology spread among the documented companies, year by year: facts in, the columns of a picture out. Pure.

What bears no date stands beside the axis, never on it. Nothing depends on today's date: the last year is that of the
newest edition in the catalogue.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
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


class _Outline(NamedTuple):
    """What is drawn of a usage: years, each empty where there is none."""

    since: str
    until: str
    said: str
    planned: str

    def is_in_use(self, year: str) -> bool:
        """On the last day of the year."""
        return "" < self.since <= year and not "" < self.until <= year


class Told(NamedTuple):
    """What is told of all usages by one company, in years: many companies share theirs."""

    outlines: tuple[_Outline, ...]
    first: str  # year that is drawn, empty where none is
    last: str
    uses: bool
    dated: bool  # of what it uses at present some day is known
    used: bool
    ended: bool  # of something it is known until when
    plans: bool  # and nothing else


def tell_companies(spans: Iterable[Span]) -> Counter[Told]:
    """Of how many companies each is told. What is told of different companies may be added up."""
    by_company: defaultdict[int, tuple[tuple[str, ...], ...]] = defaultdict(tuple)
    for span in spans:
        by_company[span.company] += (span[1:],)
    alike: Counter[Told] = Counter()
    for own, n in Counter(by_company.values()).items():
        alike[_tell([Span(0, *told) for told in own])] += n
    return alike


def _tell(own: Sequence[Span]) -> Told:
    drawn = [date[:4] for span in own for date in _drawn(span)]
    current = [span for span in own if span.current]
    return Told(
        outlines=tuple(sorted({_outline(span) for span in own})),
        first=min(drawn, default=""),
        last=max(drawn, default=""),
        uses=bool(current),
        dated=any(_is_dated(span) for span in current),
        used=any(span.stage != "planned" for span in own),
        ended=any(span.until for span in own),
        plans=all(span.stage == "planned" for span in own),
    )


def build_adoption(alike: Mapping[Told, int], newest: str) -> Adoption:
    """`newest` is the newest edition of the catalogue: its year is the last that is drawn."""
    return Adoption(
        years=tuple(_years(alike, newest)),
        users=sum(n for told, n in alike.items() if told.uses),
        undated=sum(n for told, n in alike.items() if told.uses and not told.dated),
        left=sum(n for told, n in alike.items() if told.used and not told.uses),
        left_undated=sum(n for told, n in alike.items() if told.used and not told.uses and not told.ended),
        planned=sum(n for told, n in alike.items() if told.plans),
    )


def _is_dated(span: Span) -> bool:
    """Whether some day is known on which it was in use."""
    if not span.since or span.stage == "planned":
        return False
    return span.since < span.until if span.until else span.stage != "retired"


def _years(alike: Mapping[Told, int], newest: str) -> list[Year]:
    drawn = [(told.first, told.last) for told in alike if told.first]
    if not drawn:
        return []
    last = int(max(newest[:4], *(last for _, last in drawn)))
    first = max(int(min(drawn)[0]), last - MOST_YEARS + 1)
    outlines: Counter[tuple[_Outline, ...]] = Counter()
    for told, n in alike.items():
        outlines[told.outlines] += n
    return [_year(str(year), outlines) for year in range(first, last + 1)]


def _drawn(span: Span) -> list[str]:
    if span.stage == "planned" and not span.ended:
        return [span.last_said] if span.last_said else []
    return [span.since, *([span.until] if span.until else [])] if _is_dated(span) else []


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
