"""CNCF reference architectures: prose with front matter, and a card for each project. Contacts are dropped."""

import re
from dataclasses import dataclass

from stacks.importers.blocks import outline
from stacks.importers.findings import Given
from stacks.importers.lines import Line, Reading
from stacks.importers.recognise import recognise
from stacks.importers.vocabulary import Vocabulary

_CARD = re.compile(
    r"^\s*\{\{[<%]\s*card\b[^\n]{0,200}?header\s*=\s*[\"']([^\"'\n]{1,100})[\"'][^\n]{0,200}$", re.MULTILINE
)
_CARD_END = re.compile(r"\{\{[<%]\s*/\s*card\s*[>%]\}\}")
_LOGO = re.compile(r"^\s*\[?!\[[^\n]{0,600}$", re.MULTILINE)
_FIELD = re.compile(
    r"^\s*+[-*]\s*+\*\*\s*+([A-Za-z ]{3,30}?)\s*+:?+\s*+\*\*\s*+:?+\s*+(\S[^\n]{0,120}?)\s*$", re.MULTILINE
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?(?!\d)")
_VERSION = re.compile(r"v?(\d+(?:\.\d+){0,3})")
_MOST_CARD = 5_000  # characters


@dataclass(frozen=True, slots=True)
class _Card:
    """What a card says of its project."""

    since: str = ""
    version: str = ""
    purpose: str = ""
    team: str = ""


def looks_like(text: str) -> bool:
    head = text[:6_000]
    return bool(
        re.search(r"^reference_architectures:", head, re.MULTILINE)
        or (re.search(r"^org_name:", head, re.MULTILINE) and "{{<" in text)
        or (_CARD.search(head) and "cncf.io" in head)
    )


def parse(text: str, vocabulary: Vocabulary, given: Given) -> Reading:
    """Each card becomes a heading of its own, so that what stands in it speaks of its project."""
    prepared = _LOGO.sub("", _CARD.sub(lambda match: f"#### {match[1]}", text))
    found = outline(prepared)
    meta = {key: value for key, value, _ in found.meta}
    company = given.company or meta.get("org_name", "")
    reading = recognise(found, vocabulary, Given(company, given.technology, given.path), text.split("\n"), told=True)
    reading.company = company
    cards = _cards(text, vocabulary)
    for line in reading.lines:
        if line.kind == "usage":
            line.scope = meta.get("org_team", "")[:100]
            _complete(line, cards.get(line.technology or ""))
    return reading


def _cards(text: str, vocabulary: Vocabulary) -> dict[str, _Card]:
    """By the technology that is the card's title."""
    cards = {}
    for match in _CARD.finditer(text):
        named = vocabulary.scanner.whole(match[1])
        if named is None or len(named.names) > 1 or named.names[0].slug in cards:
            continue
        end = _CARD_END.search(text, match.end(), match.end() + _MOST_CARD)
        body = text[match.end() : end.start() if end else match.end()]
        fields = {name.lower(): value for name, value in _FIELD.findall(body)}
        since = _YEAR.search(fields.get("using since", ""))
        version = _VERSION.search(fields.get("current version", ""))
        cards[named.names[0].slug] = _Card(
            since[0] if since else "",
            version[1] if version else "",
            fields.get("purpose", ""),
            fields.get("team", ""),
        )
    return cards


def _complete(line: Line, card: _Card | None) -> None:
    """What the card says beside the name: since when, which version, for what, by whom."""
    if card is None:
        return
    line.started = line.started or card.since or None
    line.technology_version = line.technology_version or card.version
    line.purpose = card.purpose[:200] or line.purpose
    line.scope = card.team[:100] or line.scope
