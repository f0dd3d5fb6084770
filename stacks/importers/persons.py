"""From no format is a person's name, handle or address kept: what is taken out of the words that are.

Handles, addresses and profiles are taken out wherever they stand; a name where the text says that somebody speaks, and
in columns of persons. A person whom a sentence merely mentions is not known for one.
"""

import re

from .lines import Line
from .segments import Row
from .words import words

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
_SPEAKER = re.compile(
    rf"[,;]?\s*+[\"“”']?+\s*+\b(?:{_SAYS}\s+{_NAME}|{_NAME},?\s+{_SAYS})\b[,:]?\s*"
    rf"|\s+[—–-]\s*{_NAME},\s+C[TEI]O\b.{{0,60}}"
)


_MAY_SPEAK = re.compile(rf"\b{_SAYS}\b|[—–-]\s*[A-Z]")
_GIVEN_AND_FAMILY = re.compile(r"[^\W\d_]+(?:[.’'-][^\W\d_]*)*(?: [^\W\d_]+(?:[.’'-][^\W\d_]*)*){1,2}")


def are_persons(names: list[tuple[str, str]]) -> bool:
    """Whether a list of names with their addresses is one of persons: two words each, that lead to profiles."""
    led = sum(bool(_PROFILE.fullmatch(url)) for _, url in names)
    called = sum(bool(_GIVEN_AND_FAMILY.fullmatch(name)) for name, _ in names)
    return len(names) > 1 and led * 5 > len(names) * 4 and called * 5 > len(names) * 4


def without_persons(text: str) -> str:
    """The text with what leads to a person taken out."""
    if "@" in text or "://" in text:
        for pattern in (_ADDRESS, _PROFILE, _AT):
            text = pattern.sub("…", text)
    return _SPEAKER.sub(" … ", text) if _may_speak(text) else text


def spoken(sentence: str) -> str:
    """The longest run of the sentence in which nobody is named as speaking: a quote is never put together."""
    return max(_SPEAKER.split(sentence), key=len).strip() if _may_speak(sentence) else sentence


def _may_speak(text: str) -> bool:
    return _MAY_SPEAK.search(text) is not None


def is_of_persons(row: Row, column: int) -> bool:
    head = row.table.head if row.table else ()
    return 0 <= column < len(head) and bool(PERSON_HEAD.fullmatch(head[column].strip(" *_`")))


def tidy(line: Line) -> None:
    """Take persons out of all that a line keeps in words of the text."""
    line.text, line.remarks, line.purpose, line.locator, line.reason = (
        without_persons(text) for text in (line.text, line.remarks, line.purpose, line.locator, line.reason)
    )
    line.links = tuple(url for url in line.links if not _PROFILE.fullmatch(url))
    line.quote = "" if _ADDRESS.search(line.quote) or _AT.search(line.quote) else line.quote
