"""Known names in a text, found in one pass and judged by what touches them.

The text is folded as keys are, with the place of each letter kept. Every key that stands in it is looked at, not only
the longest: a good short name may hide behind a long one that ends in the middle of a word. What a name means where
it stands (caution, letter case, what is near) is for the reader of the text to decide.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import compress

from ahocorasick_rs import AhoCorasick

from stacks.folding import alias_key, fold_letters

MOST_TOUCHING = 300  # characters of one word that are looked at around a name
_DROPPED = frozenset(" \t\n\r\f\v._-")
_GAP = re.compile(r"[ \t\xa0]{1,3}|[._\-\u2010\u2011]")
_MAY_STAND_APART = re.compile(r"js|sql|db|[0-9]")
_VERSION = re.compile(
    r"(?:@[~^]?|[ \xa0]?[=~^<>]{1,2}[ \xa0]?|(?P<opened>[ \xa0]?\()|[ \xa0])?(?:[vV]\.?[ \xa0]?|[vV]ersion[ \xa0])?"
    r"(?P<number>\d{1,4}(?:\.(?:\d{1,5}|[xX*])){0,3}(?:\.?[xX])?\+?)(?(opened)\))(?![\w%]|[.,]\d|[+#])"
)
_IN_A_FILE = re.compile(
    r"[-_.](?:[\w-]{1,30}\.){0,3}(?:ya?ml|json|toml|txt|md|lock|sh|conf|cfg|ini|xml|env|properties)(?![\w-])"
)
_IN_MID_SENTENCE = re.compile(r"[ \xa0][a-z%]")
_AROUND = "\"'`*()[]{}<>“”„«»\u2018\u2019\u2039\u203a™®©℠ \t\r\n\xa0"
_AFTER = ".,;:!?"
_OPENED_BY = {")": "(", "]": "[", "}": "{", ">": "<"}
_LONG_WORD = 4  # letters
_FILE_GOES_ON = ("-", "_", ".")
_EAST = "\u2e80"  # from here on scripts that put no space between words


@dataclass(frozen=True, slots=True)
class Name:
    """One written form of the vocabulary and what it leads to; a homonym leads to none by itself.

    `beside` are the folded names of technologies, makers and categories of which one must stand near; `position` ranks
    those that share a homonym, `used` tells how many companies use it.
    """

    slug: str
    written: str
    key: str
    caution: str = "free"
    beside: tuple[str, ...] = ()
    homonym: bool = False
    position: int = 0
    used: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at `text[start:end]`: a name, or all that share a homonym; plural s and version go up to `reach`."""

    start: int
    end: int
    text: str
    names: tuple[Name, ...]
    version: str = ""
    reach: int = 0

    @property
    def exact_case(self) -> bool:
        return any(self.text == name.written for name in self.names)


@dataclass(frozen=True, slots=True)
class _Key:
    """`gaps` are the places in the key at which a space, dot or hyphen may stand; `dotted`: it is written `.so`."""

    names: tuple[Name, ...]
    gaps: frozenset[int]
    dotted: bool


class _Letters(dict[str, str]):
    """What each character is in a key; filled as characters are met."""

    def __missing__(self, c: str) -> str:
        kept = (letter for letter in fold_letters(c) if letter not in _DROPPED and not letter.isspace())
        self[c] = folded = "".join(kept)
        return folded


_FOLDED = _Letters()


class Scanner:
    """Finds the names it was made of. Made once for a vocabulary; it knows nothing of one text from another.

    With `typed`, the text is what somebody typed to search: letter case and slashes say nothing there.
    """

    def __init__(self, names: Iterable[Name]):
        by_key: defaultdict[str, list[Name]] = defaultdict(list)
        for name in names:
            if name.key:
                by_key[name.key].append(name)
        self._keys = {key: _describe(key, found) for key, found in by_key.items()}
        self._in_order = list(self._keys)
        self._automaton = AhoCorasick(self._in_order) if self._in_order else None

    def names_of(self, key: str) -> tuple[Name, ...]:
        known = self._keys.get(key)
        return known.names if known else ()

    def find(self, text: str, *, typed: bool = False) -> list[Found]:
        """The names in the order of the text; of two that overlap the longer, of two of one length the first."""
        taken: list[Found] = []
        covered = bytearray(len(text))
        for found in sorted(self._stand_in(text, typed), key=lambda f: (f.start - f.end, f.start)):
            if not any(covered[found.start : found.end]):
                covered[found.start : found.end] = b"\1" * (found.end - found.start)
                taken.append(found)
        return sorted(taken, key=lambda f: f.start)

    def find_all(self, text: str, *, typed: bool = False) -> list[Found]:
        """Also those that a longer name covers; by where they start, the longest first."""
        return sorted(self._stand_in(text, typed), key=lambda f: (f.start, f.start - f.end))

    def whole(self, text: str) -> Found | None:
        """The name that the whole text is: quotation marks, signs of trade, a version and a plural s aside."""
        start, end = bare_span(text)
        if start >= end:
            return None
        if names := self.names_of(alias_key(text[start:end])):
            return Found(start, end, text[start:end], names, reach=end)
        bare = text[start:end]
        for match in _versions(bare):
            if names := self.names_of(alias_key(bare[: match.start()])):
                stop = start + len(bare[: match.start()].rstrip())
                return Found(start, stop, text[start:stop], names, match["number"], end)
        key = alias_key(bare)
        if key.endswith("s") and len(key) > 3 and (names := self.names_of(key[:-1])):
            return Found(start, end - 1, text[start : end - 1], names, reach=end)
        return None

    def _stand_in(self, text: str, typed: bool) -> Iterator[Found]:
        if self._automaton is None:
            return
        letters, places = _fold(text)
        for index, first, last in self._automaton.find_matches_as_indexes(letters, overlapping=True):
            start, end = places[first], places[last - 1] + 1
            if (
                start
                and text[start - 1] < _EAST
                and text[start - 1].isalnum()
                and text[start].isalnum()
                and text[start] < _EAST
            ):
                continue  # most end here, inside a word
            if (first and places[first - 1] == start) or (last < len(places) and places[last] == end - 1):
                continue  # a part of one letter, such as the a of æ
            if not _begins(text, start, typed):
                continue
            known = self._keys[self._in_order[index]]
            if end - start > last - first and not _holds_together(text, places, first, last, known.gaps):
                continue
            while end < len(text) and _is_unseen(text[end]):
                end += 1
            ending = _ends(text, start, end, typed)
            if ending is None:
                continue
            if known.dotted and start and text[start - 1] == ".":
                start -= 1
                if start and _joins(text[start - 1], "."):
                    continue  # no ".NET Core" in "ASP.NET Core"
            elif not typed and _is_part_of_file(text, start):
                continue
            yield Found(start, end, text[start:end], known.names, *ending)


def _fold(text: str) -> tuple[str, list[int]]:
    """The text as a key without bound, and the place in the text that each letter of it came from."""
    folded = [_FOLDED[c] for c in text]
    letters = "".join(folded)
    places = list(compress(range(len(text)), folded))
    if len(places) < len(letters):  # some are several letters in a key
        places = [place for place, of_one in enumerate(folded) for _ in of_one]
    return letters, places


def _describe(key: str, names: list[Name]) -> _Key:
    gaps = {match.start() for match in _MAY_STAND_APART.finditer(key) if match.start() > 1}
    for name in names:
        gaps |= _gaps_of(name.written)
    ranked = sorted(names, key=lambda name: (name.position, -name.used, name.slug))
    return _Key(tuple(ranked), frozenset(gaps), any(name.written.startswith(".") for name in names))


def _gaps_of(written: str) -> set[int]:
    """Places of the key before which the written form has a separator, or changes to a capital letter."""
    gaps, place, before = set(), 0, ""
    for c in written:
        folded = _FOLDED[c]
        if folded and before and (_is_separator(before) or (place > 1 and c.isupper() and before.islower())):
            gaps.add(place)
        place += len(folded)
        before = c
    return gaps


def _is_separator(c: str) -> bool:
    return not _FOLDED[c] and not _is_unseen(c)


def _is_unseen(c: str) -> bool:
    """An accent that stands by itself, a mark of direction, a sign of trade: part of the letter before it."""
    return not _FOLDED[c] and not fold_letters(c)  # a dash is dropped from keys, but is seen


def _holds_together(text: str, places: list[int], first: int, last: int, gaps: frozenset[int]) -> bool:
    """Whether what stands between the letters of a name may stand there."""
    for place in range(first + 1, last):
        between = text[places[place - 1] + 1 : places[place]]
        if not between or all(map(_is_unseen, between)):
            continue
        if place - first in gaps and _GAP.fullmatch(between):
            continue
        if not (between == " " and _is_taken_apart(text, places, first, place, last)):
            return False
    return True


def _is_taken_apart(text: str, places: list[int], first: int, place: int, last: int) -> bool:
    """ "Elastic Search": two words with capitals, of which each is long enough to be none by chance."""
    return (
        min(place - first, last - place) >= _LONG_WORD
        and text[places[first]].isupper()
        and text[places[place]].isupper()
        and text[places[place] + 1].islower()
    )


def _joins(c: str, edge: str) -> bool:
    """Whether `c` makes one word with the letter at the edge of a name; Latin names need no space in Chinese."""
    return c.isalnum() and (c >= _EAST) == (edge >= _EAST)


def _begins(text: str, start: int, typed: bool) -> bool:
    """Whether a word begins here."""
    if start == 0:
        return True
    before = text[start - 1]
    if _joins(before, text[start]):
        return not text[start].isalnum()
    if before == "_":
        return start < 2 or not text[start - 2].isalnum()
    if before == "@":
        return False
    return typed or before not in "/\\" or _is_list(text, start)


def _ends(text: str, start: int, end: int, typed: bool) -> tuple[str, int] | None:
    """The version after the name, and where name and version end; None where the word goes on."""
    if not typed and text[end : end + 1] in _FILE_GOES_ON and _IN_A_FILE.match(text, end):
        return None  # "docker-compose.yml"
    capital = typed or any(c.isupper() for c in text[start:end])
    following = text[end : end + 1]
    if capital and following == "s" and text[end - 1].isalpha() and not _goes_on(text, end + 1):
        return "", end + 1
    version, reach = _version_after(text, end, typed) if capital else ("", end)
    if not (version and not text[end - 1].isdigit()) and _goes_on(text, end):
        return None
    if not typed and following in ("/", "\\") and not _is_list(text, start):
        return None
    return version, reach


def _goes_on(text: str, end: int) -> bool:
    """Whether what follows belongs to the same word, file or host."""
    if end >= len(text):
        return False
    c, following = text[end], text[end + 1 : end + 2]
    if c == "_":
        return following.isalnum()
    if c == ".":
        return following.islower() or (following.isdigit() and text[end - 1].isdigit())
    if c == "+":
        return not following.isalnum()
    return c == "#" or _joins(c, text[end - 1])


def _version_after(text: str, end: int, typed: bool) -> tuple[str, int]:
    match = _VERSION.match(text, end)
    if not match:
        return "", end
    counts = text[end : match.start("number")] in (" ", "\xa0") and match["number"].isdigit()
    if counts and not typed and _IN_MID_SENTENCE.match(text, match.end()):
        return "", end  # "Redis 5 nodes"
    return match["number"], match.end()


def _versions(text: str) -> Iterator[re.Match[str]]:
    """Each way to read the end of the text as a version, the longest first."""
    for place in range(1, len(text)):
        match = _VERSION.match(text, place) if not text[place - 1].isdigit() else None
        if match and match.end() == len(text):
            yield match


def bare_span(text: str) -> tuple[int, int]:
    """Where the text begins and ends without what people put around a name; brackets that belong to it stay."""
    start, end = 0, len(text)
    while start < end and text[start] in _AROUND:
        start += 1
    while end > start and (text[end - 1] in _AROUND or text[end - 1] in _AFTER):
        closing = text[end - 1]
        opening = _OPENED_BY.get(closing, "")
        if opening and text.count(closing, start, end) <= text.count(opening, start, end - 2):
            break
        end -= 1
    return start, end


def _is_list(text: str, start: int) -> bool:
    """Whether slashes join names here ("React/Redux"), not the parts of a path, address or package ("src/react")."""
    nearest = max(0, start - MOST_TOUCHING)
    left = max(nearest - 1, *(text.rfind(c, nearest, start) for c in " \t\n("))
    ends = [place for c in " \t\n)," if (place := text.find(c, start, start + MOST_TOUCHING)) != -1]
    word = text[left + 1 : min(ends, default=start + MOST_TOUCHING)]
    parts = re.split(r"[/\\]", word)
    if len(parts) > 5 or "://" in word or "@" in word:
        return False
    large = sum(any(c.isupper() for c in part) for part in parts)
    return large == len(parts) or (len(parts) > 2 and large == len(parts) - 1 and parts[0][:1].isupper())


def _is_part_of_file(text: str, start: int) -> bool:
    """Whether the name is the ending of a file or a part of a host."""
    if start == 0 or text[start - 1] != ".":
        return False
    if start == 1 or text[start - 2].isspace():
        return True
    return text[start - 2].isalnum() and not text[start].isupper()
