"""Names folded so that both databases match, sort and search alike."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

LONGEST_KEY = 200
DIGITS, OTHER = "0-9", "other"  # what is no letter of the alphabet, in an index
_DROPPED_IN_KEYS = re.compile(r"[\s._-]+")
_SPACES = re.compile(r"\s+")
# What NFKD would write out, or leave as it is, though no name is told apart by it.
_SIGNS = {
    **dict.fromkeys(map(ord, "™℠®©"), ""),
    **dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bc\u2032"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e\u201f\u2033"), '"'),
}
_LIGATURES = {
    "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Þ": "TH", "þ": "th", "Ð": "D", "ð": "d", "ẞ": "SS", "ß": "ss",
    "\u0131": "i", "ȷ": "j", "ĸ": "k", "Ŋ": "N", "ŋ": "n", "Ə": "A", "ə": "a", "\u01b7": "Z", "ʒ": "z", "Ɛ": "E",
    "ɛ": "e", "Ɔ": "O", "ɔ": "o", "\u021c": "Y", "ȝ": "y",
}  # fmt: skip
# The letters that German, Danish, Norwegian and Swedish write out where a keyboard lacks them.
_WRITTEN_OUT = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe",
})  # fmt: skip
_ONE_LETTER = re.compile(r"LATIN (CAPITAL|SMALL) LETTER ([A-Z]) WITH ")
_LATIN = (range(0x80, 0x250), range(0x250, 0x2B0), range(0x1D00, 0x1F00), range(0x2C60, 0x2C80), range(0xA720, 0xA800))


def _plain_letters() -> Iterator[tuple[int, str]]:
    """Latin letters with a stroke, hook or tail, which NFKD does not take apart (ł, ø, đ, ħ, ŧ, ...), as plain ones."""
    for code in (code for letters in _LATIN for code in letters if not unicodedata.decomposition(chr(code))):
        if match := _ONE_LETTER.match(unicodedata.name(chr(code), "")):
            yield code, match[2] if match[1] == "CAPITAL" else match[2].lower()


_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D], "-")
_PLAIN = dict(_plain_letters()) | {ord(letter): plain for letter, plain in _LIGATURES.items()} | _DASHES | _SIGNS


def fold(text: str) -> str:
    """Text for searching: NFKD, casefold, no accents, plain letters, single spaces ("Łódź  SA" -> "lodz sa").

    What nobody sees (marks of direction, soft hyphens, joiners) and signs of trade go; dashes and quotation marks of
    every kind are those of the keyboard.
    """
    return _SPACES.sub(" ", fold_letters(text)).strip()


def fold_letters(text: str) -> str:
    """`fold` without touching white space, so that a text folded piece by piece is the text folded at once."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN)).translate(_PLAIN)
    return "".join(c for c in plain if c.isascii() or not _is_dropped(c)).casefold().translate(_PLAIN)


def _is_dropped(c: str) -> bool:
    return unicodedata.combining(c) != 0 or unicodedata.category(c) == "Cf" or "\ufe00" <= c <= "\ufe0f"


def alias_key(name: str) -> str:
    """What two spellings of one name share: folded, without spaces, `.`, `-` and `_`; `+` and `#` stay (C, C++, C#)."""
    return _DROPPED_IN_KEYS.sub("", fold(name))[:LONGEST_KEY]


def written_out(name: str) -> str:
    """The name as a keyboard without umlauts writes it: Müller is Mueller. Only searches take both for one."""
    return unicodedata.normalize("NFC", name).translate(_WRITTEN_OUT)


def second_key(name: str) -> str:
    """The key of the name written out, where that is another key; else empty."""
    key = alias_key(written_out(name))
    return "" if key == alias_key(name) else key


# What a name may end in without naming something else: the forms of companies, and words that say what a thing is.
_ENDINGS = frozenset({
    "ab", "ag", "aps", "as", "asa", "bv", "co", "company", "corp", "corporation", "gmbh", "group", "holding",
    "holdings", "inc", "incorporated", "kg", "limited", "llc", "llp", "ltd", "nv", "oy", "oyj", "plc", "private", "pty",
    "pvt", "sa", "sarl", "sas", "se", "spa", "srl",
    "database", "framework", "lang", "language", "library", "programming", "project", "software",
})  # fmt: skip
_PARTS = re.compile(r"[\s,()/&]+")


def near_key(name: str) -> str:
    """What names share that look like one: the key without a leading “the”, a form of company or a kind at the end,
    “.com” and the plural (Zerodha, Zerodha Ltd., Zerodha Private Limited, The Zerodha Group)."""
    parts = [part for part in _PARTS.split(fold(name)) if part]
    while len(parts) > 1 and (alias_key(parts[-1]) in _ENDINGS or not alias_key(parts[-1])):
        parts.pop()
    if len(parts) > 1 and parts[0] == "the":
        parts.pop(0)
    key = alias_key("".join(parts).removesuffix(".com")) or alias_key(name)
    return key[:-1] if len(key) > 4 and key.endswith("s") and not key.endswith("ss") else key


def search_text(names: Iterable[str]) -> str:
    """Folded names, one a line, with a line break before each: `"\\nkaf"` finds those that begin so.

    Those with umlauts stand there written out, too.
    """
    folded = {fold(form) for name in names for form in (name, written_out(name))}
    return "".join(f"\n{name}" for name in sorted(folded)) + "\n"


def sort_key(name: str) -> str:
    """Only a-z and 0-9, which every collation of either database sorts alike; other letters follow as code points."""
    return "".join(_sortable(c) for c in fold(name))[:LONGEST_KEY]


def _sortable(c: str) -> str:
    if c.isascii():
        return c if c.isalnum() else ""
    return f"zz{ord(c):06x}" if c.isalnum() else ""


def initial(sort_key: str) -> str:
    """The letter under which a name stands: `DIGITS` for any digit, `OTHER` for the letters of other scripts.

    Sort keys hold a-z and 0-9 alone; those letters stand as "zz" and six hexadecimal digits.
    """
    if not sort_key or "zz0" <= sort_key < "zza":
        return OTHER
    return DIGITS if sort_key < "a" else sort_key[0]
