"""Names in scripts that run from right to left, in the middle of other text."""

import unicodedata

_OPENS, _CLOSES = "\u2068", "\u2069"  # FIRST STRONG ISOLATE, POP DIRECTIONAL ISOLATE
_RIGHT_TO_LEFT = frozenset({"R", "AL", "RLE", "RLO", "RLI"})


def isolated(text: str) -> str:
    """The text so marked that it cannot change places with its neighbours; as it is where all runs one way."""
    if text.isascii() or not any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text):
        return text
    return f"{_OPENS}{text}{_CLOSES}"
