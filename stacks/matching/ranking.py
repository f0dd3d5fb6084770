"""How names meet what was asked; pure, so that both databases and every door rank alike."""

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from stacks.folding import alias_key, fold, written_out
from stacks.matching.scan import bare_span

PREFIX_ONLY_BELOW = 3
INSIDE_FROM = 5
NEAR_FROM = 4  # letters; a digit is no slip of the pen
_WORD = re.compile(r"[^\W_]+(?:[+#]+)?")
_WRITTEN_WORD = re.compile(r"[^\s,;:|/()\[\]{}<>\"“”„«»]+")
MOST_WORDS = 24  # of a text whose spans are looked at
_LONGEST_NAME = 7  # words
MOST_SLIPS = 3
_Of = TypeVar("_Of", bound=Hashable)


class How(IntEnum):
    """The smaller the better; `homonym`: several technologies share the name, `within`: the name stands in the text,
    `about`: the words stand in what a category says of itself."""

    EXACT = 0
    ALIAS = 1
    HOMONYM = 2
    PREFIX = 3
    WORDS = 4
    WITHIN = 5
    INSIDE = 6
    ABOUT = 7
    NEAR = 8

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, without what people put around names: `folded` for words, `key` for whole names."""

    text: str
    folded: str
    key: str
    words: tuple[str, ...]


def ask(text: str) -> Asked:
    start, end = bare_span(text)
    text = text[start:end]
    folded = fold(text)
    return Asked(text, folded, alias_key(text), words_of(folded))


def words_of(folded: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_WORD.findall(folded)))


@lru_cache(maxsize=8192)
def words_in(name: str) -> tuple[str, ...]:
    """The words of a name, those with umlauts written out, too; the names of categories are met at each search."""
    return words_of(fold(f"{name} {written_out(name)}"))


@dataclass(frozen=True, slots=True)
class Written:
    """One name of an object as it is written; `own`: it is its name, else an alias or a homonym."""

    name: str
    key: str
    second_key: str = ""
    own: bool = False
    homonym: bool = False
    position: int = 0
    caution: str = "free"
    beside: tuple[str, ...] = ()


def meet(asked: Asked, names: Sequence[Written]) -> tuple[How, Written] | None:
    """How the names of one object meet what was asked, by the best of them; None where they don't."""
    whole = [(how, name) for name in names if (how := _meet_whole(asked, name)) is not None]
    if whole:
        return min(whole, key=lambda pair: (pair[0], not pair[1].own))
    if len(asked.key) < PREFIX_ONLY_BELOW:
        return None
    return _meet_words(asked, names) or _meet_inside(asked, names)


def _meet_whole(asked: Asked, name: Written) -> How | None:
    if name.key == asked.key:
        return How.HOMONYM if name.homonym else How.EXACT if name.own else How.ALIAS
    if name.second_key and name.second_key == asked.key:
        return How.ALIAS
    if name.key.startswith(asked.key) or (name.second_key and name.second_key.startswith(asked.key)):
        return How.PREFIX
    return None


def _meet_words(asked: Asked, names: Sequence[Written]) -> tuple[How, Written] | None:
    """Each word asked for stands in the names, whole or with its beginning; of one or two letters whole."""
    if not asked.words:
        return None
    standing = {name: words_in(name.name) for name in names}
    held = {name: sum(_stands(word, words) for word in asked.words) for name, words in standing.items()}
    if not all(any(_stands(word, words) for words in standing.values()) for word in asked.words):
        return None
    return How.WORDS, max(names, key=lambda name: (held[name], name.own))


def _stands(word: str, words: tuple[str, ...]) -> bool:
    if len(word) < PREFIX_ONLY_BELOW or word.isdigit():
        return word in words
    return any(other.startswith(word) for other in words)


def _meet_inside(asked: Asked, names: Sequence[Written]) -> tuple[How, Written] | None:
    if len(asked.key) < INSIDE_FROM:
        return None
    for name in names:
        if asked.folded in fold(name.name) or asked.key in name.key:
            return How.INSIDE, name
    return None


def meet_about(asked: Asked, names: Sequence[Written], about: str) -> tuple[How, Written] | None:
    """Whether each word asked for stands in the description, or else in the names; all are of three letters or more."""
    if not about or not asked.words or any(len(word) < PREFIX_ONLY_BELOW for word in asked.words):
        return None
    own = next(name for name in names if name.own)
    standing = [words_in(about), *(words_in(name.name) for name in names)]
    held = all(any(_stands(word, words) for words in standing) for word in asked.words)
    return (How.ABOUT, own) if held else None


def name_spans(text: str) -> Iterator[str]:
    """The keys of all that may be a name in the text: up to seven words in a row."""
    words = [match.span() for match in _WRITTEN_WORD.finditer(text)][:MOST_WORDS]
    for first, (start, _) in enumerate(words):
        for _, end in words[first : first + _LONGEST_NAME]:
            for written in (text[start:end], text[start:end].rstrip("0123456789.s")):
                if key := alias_key(written):
                    yield key


def nearness(asked: str, key: str) -> int | None:
    """Letters added, left out, changed or swapped, where few enough: one in four, at most three. Digits stay."""
    if sum(c.isalpha() for c in asked) < NEAR_FROM or _digits(asked) != _digits(key):
        return None
    forgiven = _forgiven(asked)
    distance = OSA.distance(asked, key, score_cutoff=forgiven)
    return distance if distance <= forgiven else None


def find_near(asked: str, keys: Mapping[_Of, str]) -> list[_Of]:
    """Whose keys are near what was asked, among thousands."""
    found = process.extract(asked, keys, scorer=OSA.distance, score_cutoff=_forgiven(asked), limit=None)
    return [of for key, _, of in found if nearness(asked, key) is not None]


def _forgiven(asked: str) -> int:
    return min(MOST_SLIPS, max(1, len(asked) // 4))


def _digits(key: str) -> str:
    return "".join(c for c in key if c.isdigit())
