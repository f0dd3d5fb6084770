"""How sure it is that a hit is what a text means, and the one that it means, where that can be told."""

import re
from collections.abc import Sequence

from stacks.folding import alias_key
from stacks.matching.ranking import How
from stacks.search import Hit

SURE_FROM = 0.8
_CLEARLY = 0.1  # by so much the one has to be surer than any other
_PLAIN = {How.EXACT: 1.0, How.ALIAS: 0.98, How.HOMONYM: 0.5, How.INSIDE: 0.3, How.ABOUT: 0.2, How.NEAR: 0.6}
# How companies are written in registers, which says nothing about which one it is.
_FORMS = re.compile(
    r"(?i)\b(?:ag|bv|co|company|corp|corporation|gmbh|group|holdings?|inc|incorporated|limited|llc|ltd|nv|plc|"
    r"private|pvt|sa|se|technologies)\b"
)


def sureness(text: str, hit: Hit) -> float:
    """From 0 to 1. Digits count for nothing, as they tell a version: “React 18” is React, nearly for sure."""
    if hit.how in _PLAIN:
        return _PLAIN[hit.how]
    if hit.kind == "company":
        text = _FORMS.sub(" ", text)
    asked, name = _letters(text), _letters(hit.matched)
    common = min(asked, name) / max(asked, name, 1)
    return round(0.5 + 0.45 * common if hit.how == How.WITHIN else 0.3 + 0.45 * common, 2)


def the_one(text: str, hits: Sequence[Hit]) -> Hit | None:
    """The hit that is meant; None where none is sure, or where another is about as sure."""
    ranked = sorted(((sureness(text, hit), hit) for hit in hits), key=lambda pair: -pair[0])
    if not ranked or ranked[0][0] < SURE_FROM or ranked[0][1].kind == "comparison":
        return None
    if len(ranked) > 1 and ranked[1][0] > ranked[0][0] - _CLEARLY:
        return None
    return ranked[0][1]


def _letters(text: str) -> int:
    return sum(not character.isdigit() for character in alias_key(text))
