"""The picture of the house, drawn from the import rules that hold it: a row for each floor, a box for each room."""

import html
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from development.environment import ROOT

FLOORS, PURE = "The floors of the house", "What is computed from facts alone knows no Django"
# What a floor is called, by a room that stands on it.
NAMES = {
    "apps": "start",
    "pages": "doors",
    "signals": "hooks of Django",
    "review": "rooms that act",
    "changes": "the one mechanism",
    "documents": "rooms that read",
    "models": "the nouns",
    "querysets": "what is public",
    "industries": "tables",
    "fetching": "the ground",
    "statements": "written once",
}
THEMES = {
    "light": {"ground": "#ffffff", "floor": "#f1f4f3", "box": "#ffffff", "line": "#8a938f", "text": "#16201d"}
    | {"quiet": "#55605c", "pure": "#05685c", "door": "#dcefeb"},
    "dark": {"ground": "#101614", "floor": "#1a2220", "box": "#101614", "line": "#6f7a76", "text": "#e8eeec"}
    | {"quiet": "#a4b0ac", "pure": "#5cc8b6", "door": "#17443d"},
}
WIDTH, LABEL, PAD, BOX, GAP = 960, 160, 12, 30, 8
LOOK = 'role="img" aria-labelledby="title told" font-family="system-ui, sans-serif"'
TWICE = "Outlined twice: its neighbours on the floor do not import it either."
GREEN = "Green: knows no Django, whole or in part."
_LETTER = 7.8  # of a sans serif of 13 pixels, on the wide side


@dataclass(frozen=True, slots=True)
class Floor:
    """`apart`: nobody on it imports a neighbour."""

    rooms: tuple[str, ...]
    apart: bool

    @property
    def name(self) -> str:
        return next((NAMES[room] for room in self.rooms if room in NAMES), "")


def read_house() -> tuple[list[Floor], frozenset[str]]:
    """The floors from the top, and the rooms that know no Django, whole or in part."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    by_name = {rule["name"]: rule for rule in rules}
    floors = [_read_floor(layer) for layer in by_name[FLOORS]["layers"]]
    return floors, frozenset(module.split(".")[1] for module in by_name[PURE]["source_modules"])


def _read_floor(layer: str) -> Floor:
    return Floor(tuple(re.findall(r"\w+", layer)), ":" not in layer)


def draw(floors: Sequence[Floor], pure: frozenset[str], theme: str) -> str:
    colours = THEMES[theme]
    top, parts = 76, []
    for floor in floors:
        rows = list(_rows(floor.rooms))
        height = 2 * PAD + len(rows) * BOX + (len(rows) - 1) * GAP
        parts.append(_rectangle(20, top, WIDTH - 40, height, colours["floor"]))
        parts.append(_text(34, top + height / 2 + 5, floor.name, colours["quiet"], 13))
        for number, row in enumerate(rows):
            y = top + PAD + number * (BOX + GAP)
            parts += _boxes(row, y, floor, pure, colours)
        top += height + GAP
    height = top + 60
    words = [
        _text(20, 34, "The house of Stacks", colours["text"], 20, "600"),
        _text(
            20, 58, "config/ stands above and is imported by nobody below; stacks/, floor by floor:", colours["quiet"]
        ),
        _text(20, top + 20, "Each floor imports from those below it only.", colours["quiet"]),
        _text(20, top + 42, f"{TWICE} {GREEN}", colours["quiet"]),
    ]
    told = "; ".join(f"{floor.name}: {', '.join(floor.rooms)}" for floor in floors)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" {LOOK}>',
            '<title id="title">The house of Stacks, from the doors down to the ground</title>',
            f'<desc id="told">{html.escape(told)}</desc>',
            _rectangle(0, 0, WIDTH, height, colours["ground"]),
            *words,
            *parts,
            "</svg>\n",
        ]
    )


def _width(room: str) -> float:
    return round(len(room) * _LETTER + 22)


def _rows(rooms: Sequence[str]) -> Iterator[list[str]]:
    """As many rooms side by side as fit."""
    row: list[str] = []
    for room in rooms:
        if row and sum(map(_width, [*row, room])) + GAP * len(row) > WIDTH - LABEL - 60:
            yield row
            row = []
        row.append(room)
    yield row


def _boxes(row: Sequence[str], y: float, floor: Floor, pure: frozenset[str], colours: dict[str, str]) -> Iterator[str]:
    x = float(20 + LABEL)
    for room in row:
        line = colours["pure"] if room in pure else colours["line"]
        fill = colours["door"] if floor.name == "doors" else colours["box"]
        yield _rectangle(x, y, _width(room), BOX, fill, line)
        if floor.apart and len(floor.rooms) > 1:
            yield _rectangle(x + 3, y + 3, _width(room) - 6, BOX - 6, "none", line)
        colour = colours["pure"] if room in pure else colours["text"]
        yield _text(x + _width(room) / 2, y + 20, room, colour, 13, anchor="middle")
        x += _width(room) + GAP


def _rectangle(x: float, y: float, width: float, height: float, fill: str, line: str = "none") -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4" fill="{fill}" stroke="{line}"/>'


def _text(
    x: float, y: float, words: str, colour: str, size: int = 14, weight: str = "400", anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" fill="{colour}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{anchor}">{html.escape(words)}</text>'
    )
