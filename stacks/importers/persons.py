"""From no format is a person's name, handle or address kept: what is taken out of the words that are.

Handles, addresses and profiles are taken out wherever they stand; a name where the text says that somebody speaks, is
thanked, has a job or did something ("Ada Example, who ..."), and in columns of persons. A person whom a sentence merely
mentions is not known for one.
"""

import re

from .lines import Line
from .places import cleaned, section_of
from .segments import Kind, Row, Segment
from .words import PEOPLE, Section, words

PERSON_HEAD = words(
    r"contacts?(?: .{0,20})?",
    r"persons?",
    r"people",
    r"maintainers?",
    r"owners?",
    r"leads?",
    r"responsible",
    r"github(?: .{0,20})?",
    r"e-?mails?",
    r"twitter",
    r"handles?",
    r"authors?",
    r"who to contact",
    r"points? of contact",
    r"operators?",
    r"representatives?",
    r"added by",
    r"ansprechpartner(?:in)?",
    r"verantwortlich(?:e|er)?",
    r"responsables?",
    r"担当者?",
    r"负责人",
)
HANDLE = re.compile(r"(?<![\w/])@[\w-]{1,40}(?:/[\w-]{1,40})?|[\w.+-]{1,60}@[\w-]{1,60}\.[\w.-]{1,60}")
_ADDRESS = re.compile(r"(?:mailto:)?[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,60}){0,3}\.[A-Za-z]{2,20}")
_AT = re.compile(r"(?<![\w/.@`])@[A-Za-z]\w{1,38}(?![\w/@-]|\.\w)")
_PROFILE = re.compile(
    r"https?://(?:www\.|[a-z]{2}\.)?(?:(?:github|gitlab|twitter|x|facebook|instagram|medium)\.com/@?[\w.-]{1,60}|"
    r"linkedin\.com/in/[\w%-]{1,80}|[\w.-]{1,60}/@[\w.-]{1,60})/?(?=[\s)\]>\"'|,;]|$)"
)
# two words at least: one may be a product
_NAME = (
    r"[A-ZÀ-Þ][\w.’'-]{0,30}"
    r"(?:[,\s]+(?:(?:of|de|van|von|der|la|da|at|and|the)\s+)*[A-ZÀ-Þ][\w./&’'-]{0,30}){1,8}"
)
_SAYS = (
    r"(?:says?|said|explains?|explained|adds?|added|recalls?|recalled|notes?|noted|remarks?|remarked|tells? us|told us|"
    r"according to|continues?|concludes?)"
)
_JOB = (
    r"(?i:engineer|developer|architect|(?:co-?)?founder|manager|director|scientist|c[teiop]o|vp of|head of|"
    r"(?:\w+ )?lead)\b(?![’'])"
)
_RANK = r"(?:an?|the|our|their|its|then|former|senior|staff|principal|chief|lead|[A-Z][\w-]{1,20})"
_THANKED = r"(?i:thanks|thank you|kudos|credits?)(?: (?:go|goes))? to"
_BYLINE = r"(?i:(?:contacts?|authors?|maintainers?)\s*:|(?:written|posted|submitted|maintained) by\b:?)"
_SPEAKER = re.compile(
    rf"[,;]?\s*+[\"“”']?+\s*+\b(?:{_SAYS}\s+{_NAME}|{_NAME},?\s+{_SAYS})\b[,:]?\s*"
    rf"|\s+[—–-]\s*{_NAME},\s+C[TEI]O\b.{{0,60}}"
    rf"|\b(?:{_THANKED}\s+{_NAME}|{_BYLINE}\s+{_NAME}|{_NAME},?\s+who\b|{_NAME}[’']s team\b|"
    rf"{_NAME},\s+(?:{_RANK}\s+(?:[\w-]{{1,20}}\s+){{0,2}}?)?{_JOB},?|"
    rf"(?:[Oo]ur|[Mm]y|[Tt]heir)\s+(?:[\w-]{{1,20}}\s+){{0,3}}?{_JOB},?\s+{_NAME},?)\s*"
)


_MAY_SPEAK = re.compile(rf"\b{_SAYS}\b|[—–-]\s*[A-Z]|\bwho\b|[’']s team\b|{_JOB}|{_THANKED}|{_BYLINE}")
_LINKED = re.compile(r"\[([^\W\d_][^\[\]\n]{0,60} [^\[\]\n]{1,60})\]\(…\)")
_AUTHOR = re.compile(r"<meta\b[^<>]{0,40}\b(?:author|creator)\b[^<>]{0,200}>", re.IGNORECASE)
_COUNTS = re.compile(r"\d")
_GIVEN_AND_FAMILY = re.compile(r"[^\W\d_]+(?:[.’'-][^\W\d_]*)*(?: [^\W\d_]+(?:[.’'-][^\W\d_]*)*){1,2}")


def are_persons(names: list[tuple[str, str]]) -> bool:
    """Whether a list of names with their addresses is one of persons: two words each, that lead to profiles."""
    led = sum(bool(_PROFILE.fullmatch(url)) for _, url in names)
    called = sum(bool(_GIVEN_AND_FAMILY.fullmatch(name)) for name, _ in names)
    return len(names) > 1 and led * 5 > len(names) * 4 and called * 5 > len(names) * 4


def is_profile(name: str, url: str) -> bool:
    """Whether a link leads to an account, and its words may be somebody's: two of them, or the site's own."""
    return bool(_PROFILE.fullmatch(url)) and (bool(_GIVEN_AND_FAMILY.fullmatch(name)) or name.casefold() in url)


def without_persons(text: str) -> str:
    """The text with what leads to a person taken out."""
    if "<meta" in text:
        text = _AUTHOR.sub("…", text)
    if "@" in text or "://" in text:
        for pattern in (_ADDRESS, _PROFILE, _AT):
            text = pattern.sub("…", text)
    return _SPEAKER.sub(" … ", text) if _may_speak(text) else text


def spoken(sentence: str) -> str:
    """The longest run of the sentence in which nobody is named as speaking: a quote is never put together."""
    return max(_SPEAKER.split(sentence), key=len).strip() if _may_speak(sentence) else sentence


def _may_speak(text: str) -> bool:
    return _MAY_SPEAK.search(text) is not None


def without_lists_of_persons(segments: list[Segment]) -> list[Segment]:
    """What is listed under "Our team" is somebody's, unless it counts them or a deeper heading is one of a stack."""
    under: dict[tuple[str, ...], bool] = {}
    for segment in segments:
        if segment.path not in under:
            people = [bool(PEOPLE.fullmatch(cleaned(title))) for title in segment.path]
            stack = [section_of(title) is Section.STACK for title in segment.path]
            under[segment.path] = any(people) and not any(stack[people.index(True) :])
    return [
        segment
        for segment in segments
        if not (under[segment.path] and segment.kind in (Kind.ITEM, Kind.CELL) and not _COUNTS.search(segment.text))
    ]


def is_of_persons(row: Row, column: int) -> bool:
    head = row.table.head if row.table else ()
    return 0 <= column < len(head) and bool(PERSON_HEAD.fullmatch(head[column].strip(" *_`")))


def _without_profiles(text: str, name: str) -> str:
    """ "thanks to [Ada Example](https://github.com/ada)": the words of the link as well, but those that were found."""
    return _LINKED.sub(lambda link: link[0] if name in link[1] else "…", text) if "](…)" in text else text


def tidy(line: Line) -> None:
    """Take persons out of all that a line keeps in words of the text."""
    line.text, line.remarks, line.purpose, line.locator, line.reason = (
        without_persons(text) for text in (line.text, line.remarks, line.purpose, line.locator, line.reason)
    )
    line.text, line.remarks = (_without_profiles(text, line.name) for text in (line.text, line.remarks))
    line.links = tuple(url for url in line.links if not _PROFILE.fullmatch(url))
    line.quote = "" if _ADDRESS.search(line.quote) or _AT.search(line.quote) else _left_of(line.quote)


def _left_of(quote: str) -> str:
    """A quote without who is named in it; nothing where too little of it is left."""
    said = spoken(quote)
    return said if said == quote or len(said.split()) > 2 else ""
