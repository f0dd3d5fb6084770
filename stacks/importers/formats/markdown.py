"""Markdown, HTML and prose: one scanner; they differ in whether each line or each technology is one entry."""

from stacks.importers.blocks import outline
from stacks.importers.findings import Given
from stacks.importers.lines import Reading
from stacks.importers.places import Place, place_of
from stacks.importers.recognise import recognise
from stacks.importers.segments import Kind
from stacks.importers.vocabulary import Vocabulary
from stacks.importers.words import Section

_LONG = 12  # words: what is longer is a sentence


def parse_lines(text: str, vocabulary: Vocabulary, given: Given) -> Reading:
    return recognise(outline(text), vocabulary, given, text.split("\n"), told=False)


def parse_prose(text: str, vocabulary: Vocabulary, given: Given) -> Reading:
    return recognise(outline(text), vocabulary, given, text.split("\n"), told=True)


def kind_of(text: str, suffix: str = "") -> str:
    """Prose where most words stand in sentences, Markdown where they stand in tables and lists."""
    listed = told = 0
    places: dict[tuple[str, ...], Place] = {}
    for segment in outline(text[:200_000]).segments:
        words = len(segment.text.split())
        if segment.kind in (Kind.CELL, Kind.BADGE, Kind.TAG) or (segment.kind is Kind.ITEM and words <= _LONG):
            listed += words + 2
        elif segment.kind in (Kind.PARAGRAPH, Kind.ITEM) and words > _LONG:
            told += words if place_of(segment.path, places).section is not Section.SKIP else 0
    return "prose" if told > listed or (suffix in (".txt", ".html", ".htm") and told * 2 > listed) else "markdown"
