"""What the text says of a name in its own words: the sentence to quote, and who runs it."""

import re

from .findings import Findings
from .mentions import Mention
from .persons import is_of_persons, spoken
from .segments import OBJECT, Kind, Segment
from .words import Column

LONGEST_QUOTE = 25  # words
_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.!?](?!\s|$)[^.!?;\n]*)*[.!?]?")
_HOSTING = (
    (
        "self_hosted",
        re.compile(r"\b(?:self|our own|in)[- ]?(?:managed|hosted|operated|house|clusters?|servers?)\b", re.IGNORECASE),
    ),
    ("managed", re.compile(r"\b(?:fully[- ]managed|managed (?:service|by|version|offering|cluster))\b", re.IGNORECASE)),
    ("saas", re.compile(r"\b(?:saas|hosted (?:service|version|plan))\b", re.IGNORECASE)),
)


def quote_of(mention: Mention, said: str, found: Findings) -> str:
    """At most 25 words, as they stand there: the sentence of a paragraph, or what its row says of the name."""
    if mention.segment.kind is Kind.PARAGRAPH:
        return shortened(said)
    sentence = _in_row(mention, found)
    words = sentence.split()
    return sentence if 2 < len(words) <= LONGEST_QUOTE else ""


def shortened(sentence: str) -> str:
    """A sentence to its twenty-fifth word, without who says it; empty where that says nothing."""
    words = spoken(sentence).split()
    return " ".join(words[:LONGEST_QUOTE]) if len(words) > 2 else ""


def hosting_of(mention: Mention, said: str, found: Findings) -> str | None:
    sentence = _in_row(mention, found) or said
    told = [kind for kind, cue in _HOSTING if cue.search(sentence)]
    return told[0] if len(told) == 1 and mention.name in sentence else None


def _in_row(mention: Mention, found: Findings) -> str:
    """The only sentence of the remarks of its row that has the name; empty where there is none, or several."""
    row = mention.segment.row
    if row is None:
        return ""
    told = []
    for number, cell in enumerate(row.cells):
        if (
            cell is mention.segment
            or found.role(cell) not in (Column.REMARKS, Column.WHY)
            or is_of_persons(row, number)
        ):
            continue
        told += [sentence for sentence in _sentences(cell) if _names(sentence, mention)]
    return told[0] if len(told) == 1 else ""


def _sentences(cell: Segment) -> list[str]:
    found = (" ".join(sentence.split()).lstrip("-*• ") for sentence in _SENTENCE.findall(cell.text))
    return [sentence for sentence in found if sentence and OBJECT not in sentence and spoken(sentence) == sentence]


def _names(sentence: str, mention: Mention) -> bool:
    return re.search(rf"(?<!\w){re.escape(mention.name)}(?!\w)", sentence, re.IGNORECASE) is not None
