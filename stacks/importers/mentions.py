"""A name in a segment, and an entry taken apart."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from stacks.matching.scan import Found

from .segments import OBJECT, Link, Segment, within

_SEPARATORS = re.compile(
    r"\s*(?:[,;+&|·•/\n、，；＋]|\s[-–—]\s|\band\b|\bor\b|\bwith\b|\bund\b|\bet\b|\by\b|\be\b|\bou\b|と|和)\s*"
)


AROUND = re.compile(r"\([^()]{0,120}\)|（[^（）]{0,120}）|\[[^\[\]]{0,60}\]")


TRIM = " ✓✔✅☑\ufe0f\t\n\"'“”‘’`*™®.:;,!()[]" + OBJECT


_SIGNS = re.compile("[\u2190-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]")  # arrows, symbols, emoji


_GENERIC = re.compile(
    r"\b(?:the|a|our|via|using|v?\d[\w.+]*|latest|lts|stack|database|databases|db|cluster|clusters|server|"
    r"servers|cloud|instances?|framework|library|libraries|language|api|apis|sdk|service|services|managed|"
    r"self-hosted|app|apps|engine|pro|enterprise|premium|free|community|edition|version|ui|cli|client|etc|"
    r"platform|container|containers|pipeline|pipelines|jobs?|queue|storage|hosting|base|programming|plugin|"
    r"operator|charts?|functions?|streams?|mode|custom|native|js|web|fallback|primary|secondary|default|optional|main)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Mention:
    """A name in a segment. `whole`: the entry is this name; `part`: a part of it is; `linked`: to its own site."""

    segment: Segment
    start: int
    end: int
    name: str
    slug: str
    how: str = "exact"
    version: str = ""
    whole: bool = False
    part: bool = False
    linked: bool = False
    caution: str = "free"
    small: bool = False  # in small letters in a sentence: it may be a word
    unsure: bool = False  # an entry that may be another thing of that name
    reach: int = 0
    why: list[str] = field(default_factory=list)
    # what `recognise` decides
    verdict: str = ""  # used, offered, mentioned, skip
    stage: str = ""
    sure: float = 0.0
    via: str = ""
    via_name: str = ""
    purpose: str = ""
    remarks: str = ""
    listed: int = -1
    moved: bool = False  # an end of a migration

    @property
    def line(self) -> int:
        return self.segment.line_at(self.start)

    @property
    def in_code(self) -> bool:
        return within(self.segment.code, self.start, self.end)


@dataclass(slots=True)
class Doubtful:
    """A name that may be another thing: decided when the rest of the text is known."""

    segment: Segment
    found: Found


@dataclass(frozen=True, slots=True)
class Part:
    start: int
    end: int


def parts_of(text: str, begin: int = 0) -> list[Part]:
    """An entry taken apart at commas, slashes, "and"; what stands in brackets is part of what stands before it."""
    masked = AROUND.sub(lambda match: "\x01" * len(match[0]), text)
    found, at = [], begin
    for match in _SEPARATORS.finditer(masked, begin):
        if match.end() > match.start():
            found.append(Part(at, match.start()))
            at = match.end()
    found.append(Part(at, len(text)))
    return [part for part in found if text[part.start : part.end].strip(TRIM)]


def around(parts: list[Part], names: list[Mention]) -> list[Part]:
    """The parts, those joined that a name stands across ("shadcn/ui")."""
    starts = [name.start for name in names]  # in order
    joined: list[Part] = []
    for part in parts:
        at = bisect_left(starts, joined[-1].end) - 1 if joined else -1
        spans = at >= 0 and names[at].end > part.start
        joined.append(Part(joined.pop().start, part.end) if spans else part)
    return joined


def is_bare(text: str) -> bool:
    """Nothing stands beside the name but words that say nothing of their own."""
    rest = _GENERIC.sub(" ", _SIGNS.sub(" ", AROUND.sub(" ", text)))
    return not rest.strip(TRIM + "-–—/+&,")


def link_at(segment: Segment, start: int, end: int) -> Link | None:
    return next((link for link in segment.links if link.start < end and start < link.end), None)
