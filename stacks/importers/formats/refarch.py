"""CNCF reference architectures: prose with front matter, and a card for each project. Contacts are dropped."""

import re

from stacks.importers.blocks import outline
from stacks.importers.findings import Given
from stacks.importers.lines import Reading
from stacks.importers.recognise import recognise
from stacks.importers.vocabulary import Vocabulary

_CARD = re.compile(
    r"^\s*\{\{[<%]\s*card\b[^\n]{0,200}?header\s*=\s*[\"']([^\"'\n]{1,100})[\"'][^\n]{0,200}$", re.MULTILINE
)
_LOGO = re.compile(r"^\s*\[?!\[[^\n]{0,600}$", re.MULTILINE)
_FIELDS = {"project": "Project", "purpose": "Purpose"}


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
    return reading
