"""Markdown, HTML and prose: one scanner; they differ in whether each line or each technology is one entry."""

import re

from stacks.importers.blocks import outline
from stacks.importers.findings import Given
from stacks.importers.lines import Reading
from stacks.importers.places import Place, place_of
from stacks.importers.recognise import recognise
from stacks.importers.segments import Kind
from stacks.importers.vocabulary import Vocabulary
from stacks.importers.words import Section

_LONG = 12  # words: what is longer is a sentence
_EACH = 3  # words between commas: what has no more, and is long, is a list of names
_WITHOUT_TABLES = 0.7
_UNPARTED = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


def parse_lines(text: str, vocabulary: Vocabulary, given: Given) -> Reading:
    return recognise(outline(text), vocabulary, given, text.split("\n"), told=False)


def parse_prose(text: str, vocabulary: Vocabulary, given: Given) -> Reading:
    return recognise(outline(text), vocabulary, given, text.split("\n"), told=True)


def kind_of(text: str, suffix: str = "") -> str:
    """Prose where most words stand in sentences, Markdown where they stand in tables and lists.

    A wrong guess costs little: the two differ in whether a technology named on three lines is told once or three times.
    """
    listed = told = cells = 0
    places: dict[tuple[str, ...], Place] = {}
    for segment in outline(text[:200_000]).segments:
        words = _words(segment.text)
        cells += segment.kind is Kind.CELL
        lists = segment.kind is Kind.ITEM and (words <= _LONG or words <= _EACH * (segment.text.count(",") + 1))
        if segment.kind in (Kind.CELL, Kind.BADGE, Kind.TAG) or lists:
            listed += words + 2
        elif segment.kind in (Kind.PARAGRAPH, Kind.ITEM) and words > _LONG:
            told += words if place_of(segment.path, places).section is not Section.SKIP else 0
    share = 1.0 if cells else _WITHOUT_TABLES
    if suffix in (".txt", ".html", ".htm"):
        share /= 2
    return "prose" if told > listed * share else "markdown"


def _words(text: str) -> int:
    """Words; of scripts that do not part them, two letters count as one."""
    return len(text.split()) + len(_UNPARTED.findall(text)) // 2
