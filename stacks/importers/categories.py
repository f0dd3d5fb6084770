"""The category of a usage: the technology's home, unless the purpose names another that fits."""

from collections.abc import Iterable

from .mentions import Mention
from .places import cleaned
from .vocabulary import Vocabulary
from .words import CHOICES, PURPOSES

_LONGEST = 40


def apply(mentions: Iterable[Mention], vocabulary: Vocabulary) -> None:
    """Nothing to keep: the category is chosen when a line is told."""


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


def _named(purpose: str) -> list[str]:
    """The categories that a purpose names, in its order."""
    text = cleaned(purpose)
    if not text or len(text) > _LONGEST:
        return []
    return [category for category, pattern in PURPOSES if pattern.search(text)]
