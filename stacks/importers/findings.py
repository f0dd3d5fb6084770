"""What is known while a text is recognised: what was given, what was found, where it stands."""

from dataclasses import dataclass, field

from .mentions import Mention
from .places import Place, place_of
from .segments import Segment
from .sentences import Move, Said
from .vocabulary import Vocabulary
from .words import Column

TICKED_FROM = 0.6


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a text before it is read."""

    company: str = ""
    technology: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A name that means no technology here, and why."""

    segment: Segment
    start: int
    name: str
    slug: str
    why: str


@dataclass(slots=True)
class Findings:
    """All that was found in a text, before it is told line by line. `told`: the text is prose, not tables and lists."""

    vocabulary: Vocabulary
    given: Given
    told: bool = False
    taught: bool = False  # it shows others how to do a thing
    mentions: list[Mention] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    by_segment: dict[int, list[Mention]] = field(default_factory=dict)
    said: dict[int, Said] = field(default_factory=dict)
    roles: dict[int, list[Column]] = field(default_factory=dict)
    places: dict[tuple[str, ...], Place] = field(default_factory=dict)
    purposes: dict[int, str] = field(default_factory=dict)  # of each row
    listed: set[int] = field(default_factory=set)  # headings that are a list of names, written large

    def of(self, segment: Segment) -> list[Mention]:
        return self.by_segment.get(id(segment), [])

    def role(self, segment: Segment) -> Column:
        if segment.row is None or segment.row.table is None:
            return Column.UNKNOWN
        roles = self.roles.get(id(segment.row.table), [])
        return roles[segment.column] if 0 <= segment.column < len(roles) else Column.UNKNOWN

    def place(self, segment: Segment) -> Place:
        return place_of(segment.path, self.places)
