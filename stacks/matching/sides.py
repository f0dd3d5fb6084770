"""Whether a text asks to compare, and what: "kafka vs rabbitmq", "difference between Go and Rust". Pure."""

import re

_AGAINST = r"v\.?s?\.?|versus|or|against|(?:in )?compar(?:ed|ison) (?:to|with)|over"
_SPLIT = re.compile(rf"\s+(?:{_AGAINST})\s+", re.IGNORECASE)
_ASKS = re.compile(
    r"(?:(?:what is|what's|what are|tell me) )?(?:the )?"
    r"(?:compare|comparing|comparisons? (?:of|between)|differences? between|choose between|choosing between)\s+",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\s*[,;&+]\s+(?:and\s+)?|\s+(?:and|with|to)\s+", re.IGNORECASE)
_ENUMERATED = re.compile(r"\s*[,;]\s+")


def sides_of(text: str) -> list[str]:
    """What is set against each other, two or more in their order; empty where nothing is."""
    asks = _ASKS.match(text)
    sides = _SPLIT.split(text[asks.end() :] if asks else text)
    if asks:
        sides = [part for side in sides for part in _LISTED.split(side)]
    elif len(sides) > 1:
        sides = [part for side in sides for part in _ENUMERATED.split(side)]
    found = [side.strip(" \t?!.,;:") for side in sides]
    return [side for side in found if side] if len(found) > 1 else []
