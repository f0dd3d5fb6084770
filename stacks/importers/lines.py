"""What an import tells, line by line: the contract of `import_stack --json`."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

MOST_BYTES = 5_000_000
MOST_LINES = 10_000
LONGEST_TEXT = 200
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\ufe0e\ufe0f]")
_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


class Unreadable(Exception):
    """The text cannot be read as what it should be; `line` says where (0: as a whole)."""

    def __init__(self, message: str, line: int = 0):
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Problem:
    line: int
    message: str


@dataclass(slots=True)
class Line:
    """One thing that a text says. `technology` is a slug, None when new or outside the vocabulary; `sure` is 0 to 1."""

    line: int
    text: str
    kind: str = "usage"  # usage, migration, fact, mentioned, skip
    name: str = ""
    value: str = ""  # of a fact: the figure with its unit; its name says what is counted
    technology: str | None = None
    new: bool = False
    origin: str | None = None  # `from` of a migration: a slug
    company: str | None = None
    category: str | None = None
    scope: str = ""
    purpose: str = ""
    remarks: str = ""
    reason: str = ""  # of a migration: why they moved
    stage: str | None = "in_use"
    hosting: str | None = None
    via: str | None = None
    started: str | None = None
    ended: str | None = None
    technology_version: str = ""
    edition_on: str | None = None
    quote: str = ""
    locator: str = ""
    how: str = "exact"  # exact, alias, near, decided, new
    sure: float = 0.0
    ticked: bool = False
    why: str = ""
    via_name: str = ""
    from_name: str = ""
    address: str = ""  # of a new technology
    uid: str = ""  # of the usage or migration, where a text is an export of ours
    source: str = ""  # the address of who says it, where a text names one for each line
    source_title: str = ""
    links: tuple[str, ...] = ()  # further pages that the text cites for it
    further: bool = False  # one more that says what a line before says
    action: str = "none"
    usage: str | None = None
    problem: str = ""

    def told(self) -> dict[str, Any]:
        """The line as the JSON tells it: every key always there."""
        fields = asdict(self)
        fields["from"] = fields.pop("origin")
        return fields


_TEXTS = tuple(one.name for one in fields(Line))


@dataclass(frozen=True, slots=True)
class Reference:
    """A page that the text cites as a whole, or a relative link; `technologies` are those that it names there."""

    line: int
    title: str
    url: str
    technologies: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """What a parser makes of a text. `company`, `source`, `edition` and `title` where the text itself names them.

    `references` are pages that the text as a whole refers to; `relative` its links that lead to no page to be cited.
    """

    lines: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    relative: list[Reference] = field(default_factory=list)
    company: str = ""
    technology: str | None = None
    source: str = ""
    edition: str = ""
    title: str = ""
    form: str = ""

    def ordered(self) -> "Reading":
        self.lines.sort(key=lambda line: (line.line, not line.ticked, line.kind))
        return self


def check_size(text: str) -> None:
    """Raises Unreadable for what is larger than an import takes."""
    if len(text) > MOST_BYTES or len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise Unreadable(f"The text is larger than {MOST_BYTES // 1_000_000} MB.")


def check_lines(text: str) -> None:
    """Raises Unreadable for a text of more lines than an import takes."""
    lines = text.count("\n") + 1
    if lines > MOST_LINES:
        raise Unreadable(f"The text has {lines:,} lines; {MOST_LINES:,} is the most.", MOST_LINES + 1)


def excerpt(raw: str) -> str:
    """As it is written, without what cannot be seen and would turn about or hide what stands beside it."""
    return " ".join(INVISIBLE.sub("", raw).split())[:LONGEST_TEXT]


_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]+")
_NAMES = ("name", "technology", "company", "category", "scope", "via", "origin", "via_name", "from_name")


def make_visible(line: Line) -> None:
    """Take out what no text holds and a terminal or a page would obey, and of names what cannot be seen: an escape of
    JSON or YAML brings it in as well."""
    for name in _TEXTS:
        told = getattr(line, name)
        if isinstance(told, str) and not told.isprintable():
            seen = _UNPRINTED.sub(" ", told)
            setattr(line, name, excerpt(seen) if name in _NAMES else seen)


def plain_cell(cell: str) -> str:
    """A cell of CSV without the mark that exports put before what a spreadsheet would take for a formula."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA else text


def problems_of(pairs: Iterable[tuple[int, str]]) -> list[Problem]:
    return [Problem(line, message) for line, message in pairs]
