"""Names folded so that both databases match, sort and search alike."""

import re
import unicodedata

_DROPPED_IN_KEYS = re.compile(r"[\s._-]+")
_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Text for searching: NFKD, casefold, no accents, single spaces ("Énergie  SA" -> "energie sa")."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _SPACES.sub(" ", bare.casefold()).strip()


def alias_key(name: str) -> str:
    """What two spellings of one name share: folded, without spaces, `.`, `-` and `_`; `+` and `#` stay (C, C++, C#)."""
    return _DROPPED_IN_KEYS.sub("", fold(name))


def sort_key(name: str) -> str:
    """Only a-z and 0-9, which every collation of either database sorts alike; other letters follow as code points."""
    return "".join(_sortable(c) for c in fold(name))[:200]


def _sortable(c: str) -> str:
    if c.isascii():
        return c if c.isalnum() else ""
    return f"zz{ord(c):06x}" if c.isalnum() else ""
