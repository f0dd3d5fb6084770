"""A company's time as a picture: facts in, coordinates out. Pure: no Django, no clock.

`x` is in percent of the width, so that the picture takes any width and its text keeps its size; `y` is in pixels.
The axis ends at the newest date that is known, whatever today is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from stacks import dates
from stacks.comparison.label import EMPTY, LONG, SHORT, Label, make_label
from stacks.comparison.matrix import Fact, Move, Place, Ref

BARS = 40
MARKS = 16
TELLINGS = 10
YEAR_LABELS = 7
_TOP, _HEADING, _ROW, _LINE, _GAP = 24, 24, 32, 20, 10
_LEAST_WIDTH = 0.8


@dataclass(frozen=True, slots=True)
class Tick:
    """A vertical line; `text` is empty where a label would run into its neighbour."""

    x: float
    text: str = ""
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Span:
    x: float
    end: float

    @property
    def width(self) -> float:
        return round(max(self.end - self.x, _LEAST_WIDTH), 2)


@dataclass(frozen=True, slots=True)
class Bar:
    """Usages of one area with the same documented period and stage: a wall of equal bars would tell no more.

    `solid` is what is documented as in use, `dotted` a time whose start or end nobody says; `dot` the first telling.
    """

    facts: tuple[Fact, ...]
    kind: str  # "on", "retiring", "planned" or "past"
    solid: Span | None
    dotted: Span | None
    dot: float | None
    cap: float | None  # a documented end
    y: int = 0
    label: Label = EMPTY

    @property
    def stage(self) -> str:
        return self.facts[0].stage

    @property
    def note(self) -> str:
        """The stage in a word where the bar alone does not show it."""
        return self.stage if self.stage in ("planned", "trial", "retiring") else ""

    @property
    def start(self) -> float:
        return min(span.x for span in (self.solid, self.dotted) if span)

    @property
    def end(self) -> float:
        return max(span.end for span in (self.solid, self.dotted) if span)


@dataclass(frozen=True, slots=True)
class AreaBars:
    area: Ref
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A migration with a documented date: a point, or a line where it took a known time."""

    move: Move
    x: float
    begun: float | None
    done: bool
    y: int
    label: Label


@dataclass(frozen=True, slots=True)
class Telling:
    """How many usages and migrations without start and end were first told of in an edition; an empty date: in none."""

    date: str
    usages: int
    moves: int
    x: float = 0
    y: int = 0
    label: Label = EMPTY


@dataclass(frozen=True, slots=True)
class Timeline:
    """`left_out` counts the usages and `moves_left_out` the migrations with dates for which the picture has no room."""

    first: str
    last: str
    height: int
    years: tuple[Tick, ...]
    editions: tuple[Tick, ...]
    as_of: Tick | None
    areas: tuple[AreaBars, ...]
    marks_y: int
    marks: tuple[Mark, ...]
    tellings_y: int
    tellings: tuple[Telling, ...]
    dated: int
    undated: int
    undated_moves: int
    left_out: int
    moves_left_out: int

    @property
    def as_of_y(self) -> int:
        """Below everything else."""
        return self.height - 4


def build_timeline(
    placed: Iterable[tuple[Fact, Place]], moves: Iterable[Move] = (), editions: Iterable[str] = (), as_of: str = ""
) -> Timeline | None:
    """None when there is nothing to draw: no documented period, and no two dates at which something was told.

    `editions` are those of what is cited about the company itself; those behind facts and moves are read from them.
    """
    placed, moves = list(placed), list(moves)
    dated = [(fact, place) for fact, place in placed if _has_period(fact)]
    told = _count_tellings((fact for fact, _ in placed if not _has_period(fact)), moves)
    dated_moves = sorted(
        (move for move in moves if move.started or move.ended), key=lambda m: (m.ended or m.started, m.uid)
    )
    known = {edition for edition in editions if edition}
    known.update(c.edition for fact, _ in placed for c in fact.sources if c.edition and c.stance == "supports")
    known.update(c.edition for move in moves for c in move.sources if c.edition and c.stance == "supports")
    every = known | {telling.date for telling in told if telling.date}
    every |= {text for fact, _ in dated for text in (fact.started, fact.until, fact.known_since) if text}
    every |= {text for move in dated_moves for text in (move.started, move.ended) if text}
    if not dated and not dated_moves and len({telling.date for telling in told if telling.date}) < 2:
        return None
    axis = _Axis(every)
    as_of_tick = _as_of_tick(as_of, axis)

    bars, left_out = _make_bars(dated, axis)
    areas, y = _place_bars(bars)
    marks_y = y
    marks, y = _place_marks(dated_moves[-MARKS:], axis, y)
    tellings_y = y
    tellings, y = _place_tellings([telling for telling in told if telling.date], axis, y)
    return Timeline(
        first=min(every),
        last=axis.last,
        height=y + 6 + (_LINE if as_of_tick else 0),
        years=axis.years(),
        editions=tuple(Tick(x) for x in sorted({axis.middle(edition) for edition in known})),
        as_of=as_of_tick,
        areas=areas,
        marks_y=marks_y,
        marks=marks,
        tellings_y=tellings_y,
        tellings=tellings,
        dated=len(dated),
        undated=sum(telling.usages for telling in told if not telling.date),
        undated_moves=sum(telling.moves for telling in told if not telling.date),
        left_out=left_out,
        moves_left_out=max(0, len(dated_moves) - MARKS),
    )


def _has_period(fact: Fact) -> bool:
    """Whether there is more to draw than the edition that first tells of it."""
    return bool(fact.started or fact.until)


class _Axis:
    """From the first of January of the earliest year to the last day of the newest date."""

    def __init__(self, known: Iterable[str]):
        known = list(known)
        self.last = max(known, key=lambda text: (dates.last_day(text), text))
        self.year = int(min(known)[:4])
        self.from_day = date(self.year, 1, 1).toordinal()
        self.days = max(1, _last(self.last) - self.from_day)

    def _at(self, ordinal: float) -> float:
        return round(min(100.0, max(0.0, (ordinal - self.from_day) / self.days * 100)), 2)

    def start(self, text: str) -> float:
        return self._at(_first(text))

    def end(self, text: str) -> float:
        return self._at(_last(text))

    def middle(self, text: str) -> float:
        return self._at((_first(text) + _last(text)) / 2)

    def years(self) -> tuple[Tick, ...]:
        """A line for each year, or for each second, fifth, tenth, ... where they are many; labels that keep apart."""
        newest = int(self.last[:4])
        step = next(
            n * 10**power
            for power in range(5)
            for n in (1, 2, 5)
            if (newest - self.year) / (n * 10**power) < YEAR_LABELS
        )
        first = self.year if step == 1 else -(-self.year // step) * step
        ticks = []
        for year in range(first, newest + 1, step):
            x = self.start(f"{year:04d}")
            ticks.append(Tick(x, f"{year:04d}", "start" if x < 5 else "end" if x > 95 else "middle"))
        for n in range(len(ticks) - 1, 0, -1):
            if ticks[n].x - ticks[n - 1].x < 12:
                ticks[n] = replace(ticks[n], text="")
        return tuple(ticks)


def _first(text: str) -> int:
    return date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text).toordinal()


def _last(text: str) -> int:
    return date.fromisoformat(dates.last_day(text)).toordinal()


def _make_bars(dated: Sequence[tuple[Fact, Place]], axis: _Axis) -> tuple[list[tuple[Place, Bar]], int]:
    """The bars by area, earliest first, and how many usages found no room."""
    bars = [(place, _make_bar(fact, axis)) for fact, place in dated]
    bars.sort(
        key=lambda pair: (
            pair[0].order[:1],
            pair[0].area.slug,
            pair[1].start,
            pair[1].end,
            pair[1].facts[0].technology.name.casefold(),
            pair[1].facts[0].uid,
        )
    )
    shared: dict[tuple, tuple[Place, Bar]] = {}
    for place, bar in bars:
        key = (place.area, bar.stage, bar.solid, bar.dotted, bar.dot, bar.cap)
        before = shared.get(key)
        shared[key] = (place, replace(bar, facts=(*before[1].facts, *bar.facts)) if before else bar)
    bars = list(shared.values())
    left_out = sum(len(bar.facts) for _, bar in bars[BARS:])
    return bars[:BARS], left_out


def _make_bar(fact: Fact, axis: _Axis) -> Bar:
    kind = {"retiring": "retiring", "planned": "planned"}.get(fact.stage, "past" if fact.until else "on")
    if fact.started and fact.ended:
        end = axis.end(fact.ended)
        return Bar((fact,), kind, Span(axis.start(fact.started), end), None, None, end)
    if fact.started and fact.stage == "retired":  # nobody says until when, perhaps by when
        start = axis.start(fact.started)
        end = axis.end(fact.until) if fact.until else 100.0
        return Bar((fact,), "past", None, Span(start, end), start, None)
    if fact.started:
        return Bar((fact,), kind, Span(axis.start(fact.started), 100.0), None, None, None)
    end = axis.end(fact.until)
    cap = end if fact.ended else None
    told = axis.start(fact.known_since) if fact.known_since else end
    if told < end:
        return Bar((fact,), kind, None, Span(told, end), told, cap)
    return Bar((fact,), kind, None, Span(0.0, end), None, cap)  # told of only when it had ended


def _place_bars(bars: Iterable[tuple[Place, Bar]]) -> tuple[tuple[AreaBars, ...], int]:
    by_area: defaultdict[Ref, list[Bar]] = defaultdict(list)
    for place, bar in bars:
        by_area[place.area].append(bar)
    areas, y = [], _TOP
    for area, found in by_area.items():
        heading = y + 16
        y += _HEADING
        placed = []
        for bar in found:
            placed.append(
                replace(
                    bar, y=y, label=make_label(_bar_name(bar, LONG), bar.start, bar.end, short=_bar_name(bar, SHORT))
                )
            )
            y += _ROW
        areas.append(AreaBars(area, heading, tuple(placed)))
    return tuple(areas), y


def _bar_name(bar: Bar, most: int) -> str:
    """All names where they fit, else the first of them and how many more."""
    names = [fact.technology.name for fact in bar.facts]
    for shown in range(len(names), 0, -1):
        rest = len(names) - shown
        text = f"{', '.join(names[:shown])} and {rest} more" if rest else ", ".join(names)
        if len(text) <= most or shown == 1:
            break
    return text


def _place_marks(moves: Sequence[Move], axis: _Axis, y: int) -> tuple[tuple[Mark, ...], int]:
    if not moves:
        return (), y
    marks = []
    y += _HEADING
    for move in moves:
        x = axis.middle(move.ended or move.started)
        begun = axis.middle(move.started) if move.started and move.ended else None
        begun = None if begun is None or x - begun < 2 else begun
        marks.append(
            Mark(
                move,
                x,
                begun,
                bool(move.ended),
                y + 10,
                make_label(move_name(move), x, x if begun is None else begun, gap=_GAP),
            )
        )
        y += _LINE
    return tuple(marks), y


def move_name(move: Move) -> str:
    return f"{move.before.name} → {move.after.name}" if move.before else f"→ {move.after.name}"


def _count_tellings(facts: Iterable[Fact], moves: Iterable[Move]) -> list[Telling]:
    """One for each date, the undated under an empty one; where dates are many, they are cut to months, then years."""
    usages: Counter[str] = Counter()
    migrations: Counter[str] = Counter()
    for fact in facts:
        usages[fact.known_since] += 1
    for move in moves:
        if not move.started and not move.ended:
            editions = [cited.edition for cited in move.sources if cited.stance == "supports" and cited.edition]
            migrations[min(editions, default="")] += 1
    shorten: Callable[[str], str] = str
    for length in (10, 7, 4):
        shorten = _cut(length)
        if len({shorten(day) for day in (*usages, *migrations)}) <= TELLINGS:
            break
    counts: dict[str, Telling] = {}
    for day in [*usages, *migrations]:
        key = shorten(day)
        before = counts.get(key, Telling(key, 0, 0))
        counts[key] = replace(
            before, usages=before.usages + usages.pop(day, 0), moves=before.moves + migrations.pop(day, 0)
        )
    return [counts[key] for key in sorted(counts)]


def _cut(length: int) -> Callable[[str], str]:
    return lambda text: text[:length]


def _place_tellings(told: Iterable[Telling], axis: _Axis, y: int) -> tuple[tuple[Telling, ...], int]:
    placed = []
    for n, telling in enumerate(told):
        y += _HEADING if n == 0 else 0
        x = axis.middle(telling.date)
        label = make_label(_telling_words(telling), x, x, short=_telling_words(telling, short=True), gap=_GAP)
        placed.append(replace(telling, x=x, y=y + 10, label=label))
        y += _LINE
    return tuple(placed), y


def _telling_words(telling: Telling, *, short: bool = False) -> str:
    parts = []
    if telling.usages:
        parts.append(f"{telling.usages} usage{'s' if telling.usages > 1 else ''}")
    if telling.moves:
        parts.append(f"{telling.moves} migration{'s' if telling.moves > 1 else ''}")
    if short:
        total = telling.usages + telling.moves
        return f"{total} mentioned in {telling.date}"
    return f"{' and '.join(parts)} first mentioned in {telling.date}"


def _as_of_tick(as_of: str, axis: _Axis) -> Tick | None:
    if not as_of or int(as_of[:4]) < axis.year or dates.last_day(as_of) > dates.last_day(axis.last):
        return None
    x = axis.end(as_of)
    return Tick(x, as_of, "start" if x < 10 else "end" if x > 90 else "middle")
