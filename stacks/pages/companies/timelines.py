"""A company's timeline as the page shows it: the picture, a sentence about it, and the same as a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stacks.comparison.matrix import Cited, Fact, Move, Place
from stacks.comparison.timeline import Timeline, build_timeline
from stacks.pages.migrations.moves import show_move
from stacks.pages.parts import STAGES, period


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One usage or migration with a documented date; `url` leads to it, with its evidence."""

    names: list[str]
    url: str
    where: str
    stage: str
    when: str


@dataclass(frozen=True, slots=True)
class TimelineView:
    picture: Timeline
    sentence: str
    rows: list[TimelineRow]
    tellings: list[str]
    legend: str  # explains the signs that the picture has


def show_timeline(
    page: str, placed: Sequence[tuple[Fact, Place]], moves: Sequence[Move], own: Iterable[Cited], as_of: str = ""
) -> TimelineView | None:
    """`page` is the address of the company, where the anchors of its usages and migrations are."""
    picture = build_timeline(placed, moves, [cited.edition for cited in own if cited.stance == "supports"], as_of)
    if not picture:
        return None
    return TimelineView(
        picture=picture,
        sentence=_sentence(picture, len(placed), len(moves)),
        rows=_rows(page, placed, moves),
        tellings=[telling.label.text for telling in picture.tellings] + _undated(picture),
        legend=_legend(picture),
    )


def _sentence(picture: Timeline, usages: int, moves: int) -> str:
    dated_moves = len(picture.marks) + picture.moves_left_out
    parts = [f"{picture.dated} of {_number(usages, 'usage')}"] if usages else []
    parts += [f"{dated_moves} of {_number(moves, 'migration')}"] if moves else []
    told = f"{picture.first} to {picture.last}, the newest date known. A start or an end is stated for "
    told += f"{' and '.join(parts)}."
    if left := picture.left_out + picture.moves_left_out:
        told += f" The picture has no room for {left} of them; the table has all."
    return told


def _legend(picture: Timeline) -> str:
    bars = [bar for area in picture.areas for bar in area.bars]
    retiring = ", hatched: retiring" if any(bar.kind == "retiring" for bar in bars) else ""
    sentences = [
        (True, f"A bar: in use{retiring}; an end has a bar across."),
        (any(bar.dotted for bar in bars), "Dotted: the start or the end is not stated."),
        (bool(picture.marks), "Diamonds: migrations, hollow while they go on."),
        (True, "Dashed lines: editions of the sources."),
        (bool(picture.tellings), "A ring counts what is known only since that edition."),
    ]
    return " ".join(sentence for shown, sentence in sentences if shown)


def _undated(picture: Timeline) -> list[str]:
    parts = [_number(n, noun) for n, noun in ((picture.undated, "usage"), (picture.undated_moves, "migration")) if n]
    return [f"{' and '.join(parts)} whose date is not stated"] if parts else []


def _number(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _rows(page: str, placed: Iterable[tuple[Fact, Place]], moves: Iterable[Move]) -> list[TimelineRow]:
    dated = [
        (
            fact.started or fact.until,
            TimelineRow(
                [fact.technology.name],
                f"{page}#usage-{fact.uid}",
                place.category.name,
                STAGES[fact.stage],
                period(fact),
            ),
        )
        for fact, place in placed
        if fact.started or fact.until
    ]
    dated += [
        (
            move.started or move.ended,
            TimelineRow(
                [move.before.name, move.after.name] if move.before else ["not stated", move.after.name],
                f"{page}#migration-{move.uid}",
                f"Migration, {move.category.name}",
                show_move(move).stage,
                show_move(move).period,
            ),
        )
        for move in moves
        if move.started or move.ended
    ]
    return [row for _, row in sorted(dated, key=lambda pair: (pair[0], pair[1].names, pair[1].url))]
