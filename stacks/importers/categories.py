"""The category of a usage: the technology's home, unless the purpose names another that fits."""

from functools import lru_cache

from .mentions import Mention
from .places import cleaned
from .vocabulary import Vocabulary
from .words import CHOICES, KINDRED, PURPOSES

_LONGEST = 40
_REMEMBERED = 1_000  # purposes: the rows of a table share a few


def chosen(mention: Mention, vocabulary: Vocabulary) -> str:
    home = vocabulary.category(mention.slug)
    named = _named(mention.purpose)
    if not named or home in named:
        return home
    seen = vocabulary.seen.get(mention.slug, frozenset())
    for category in named:
        if category in vocabulary.places and (
            category in seen or any(home in group and category in group for group in CHOICES)
        ):
            return category
    return home


def is_kin(one: str, other: str) -> bool:
    """Whether what is at home in the one category may stand in for what is in the other."""
    return one == other or any(one in group and other in group for group in KINDRED)


@lru_cache(_REMEMBERED)
def _named(purpose: str) -> tuple[str, ...]:
    """The categories that a purpose names, in its order."""
    text = cleaned(purpose)
    if not text or len(text) > _LONGEST:
        return ()
    return tuple(category for category, pattern in PURPOSES if pattern.search(text))
