"""What the parsers hand to `recognise`: pieces of text that belong together, each character with its line."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

OBJECT = "\ufffc"  # stands in a segment's text for an address, a picture, a formula: no letter, no name


class Kind(StrEnum):
    HEADING = "heading"
    ITEM = "item"
    CELL = "cell"
    PARAGRAPH = "paragraph"
    TAG = "tag"  # of the front matter
    BADGE = "badge"
    CODE = "code"
    ENTRY = "entry"  # a name on its own: a tool of techstack.yml, a blip of a radar


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


def within(spans: Iterable[Span], start: int, end: int) -> bool:
    """Whether one of the spans holds all of it."""
    return any(span.start <= start and end <= span.end for span in spans)


@dataclass(frozen=True, slots=True)
class Link:
    """Where the characters from `start` to `end` lead."""

    start: int
    end: int
    url: str


@dataclass(slots=True)
class Row:
    """One row of a table: its cells from the left."""

    cells: list["Segment"] = field(default_factory=list)
    table: "Table | None" = None


@dataclass(slots=True)
class Table:
    """`head` are the words above the columns (empty where there are none), `top` the row that they stand in.

    `across` is the last line across the whole table.
    """

    head: tuple[str, ...] = ()
    top: Row | None = None
    rows: list[Row] = field(default_factory=list)
    across: str = ""


@dataclass(slots=True)
class Segment:
    """Text without its markup. `path` are the headings above it, the outermost first; `lead` introduces its list."""

    text: str
    line: int
    kind: Kind
    path: tuple[str, ...] = ()
    lead: str = ""
    depth: int = 0
    column: int = -1
    row: Row | None = None
    links: list[Link] = field(default_factory=list)
    bold: list[Span] = field(default_factory=list)
    struck: list[Span] = field(default_factory=list)
    code: list[Span] = field(default_factory=list)
    breaks: list[tuple[int, int]] = field(default_factory=list)  # offset and the line that begins there
    unticked: bool = False  # the box of a task list, empty
    ticked: bool = False  # the same, crossed
    drawn: bool = False  # a box of a drawing

    def line_at(self, offset: int) -> int:
        """The line on which the character at `offset` stands."""
        at = bisect_right(self.breaks, (offset, 1 << 60)) - 1
        return self.breaks[at][1] if at >= 0 else self.line


@dataclass(slots=True)
class Outline:
    """A whole text taken apart: `meta` is the front matter (key, value, line), `title` the first heading."""

    segments: list[Segment] = field(default_factory=list)
    meta: list[tuple[str, str, int]] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)

    @property
    def title(self) -> str:
        for key, value, _ in self.meta:
            if key == "title":
                return value
        return next((s.text for s in self.segments if s.kind is Kind.HEADING), "")
