"""Sets of companies as the bits of whole numbers, so that who uses what is counted without reading who uses what.

Bit n stands for the company whose key is n. A set of ten thousand companies takes 1.3 kB, and what two have in common
is counted in half a microsecond.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import itemgetter, or_
from typing import NamedTuple, TypeVar

_FEW = 500
_Of = TypeVar("_Of", bound=Hashable)


class Name(NamedTuple):
    sort_key: str
    slug: str
    name: str


@dataclass(frozen=True)
class Sets:
    """The public companies by what they have, and by what they use at present in which category."""

    names: Mapping[int, Name]  # in their order
    industries: Mapping[str, int]
    countries: Mapping[str, int]
    letters: Mapping[str, int]
    telling_team_size: int
    using: Mapping[tuple[int, int], int]  # by category and technology
    stamps: Mapping[int, str]  # move with whatever the public sees of each company

    @cached_property
    def public(self) -> int:
        return union(self.letters.values())  # each stands under one

    @cached_property
    def keys(self) -> Sequence[int]:
        return tuple(self.names)

    @cached_property
    def technologies(self) -> dict[int, int]:
        return together((technology, found) for (_, technology), found in self.using.items())

    @cached_property
    def categories(self) -> dict[int, int]:
        return together((category, found) for (category, _), found in self.using.items())

    def in_category(self, category: int) -> dict[int, int]:
        """By technology, those that use it in this role."""
        return {technology: found for (place, technology), found in self.using.items() if place == category}

    def by_name(self, companies: int, beside: str | None = None, *, backwards: bool = False) -> Iterator[int]:
        """These companies in the order of their names, from those of the name `beside` on. What has few is sorted, what
        has many is met soon on the way through all."""
        few = companies.bit_count() < _FEW
        keys = sorted(members(companies), key=self.names.__getitem__) if few else self.keys
        if beside is not None and backwards:
            keys = keys[: bisect_right(keys, beside, key=self._sort_key)]
        elif beside is not None:
            keys = keys[bisect_left(keys, beside, key=self._sort_key) :]
        held = companies.to_bytes(max(self.public, companies).bit_length() // 8 + 1, "little")
        return (key for key in (reversed(keys) if backwards else keys) if held[key >> 3] >> (key & 7) & 1)

    def _sort_key(self, key: int) -> str:
        return self.names[key].sort_key

    def replace(self, companies: Collection[int], now: "Sets") -> "Sets":
        """As they are once these companies are what `now` tells of them."""
        gone = bits(companies)
        names, anew = self.names, set(companies)
        stamps = {**self.stamps, **now.stamps}
        for key in anew - now.stamps.keys():
            stamps.pop(key, None)
        if any(names.get(key) != now.names.get(key) for key in anew):
            names = in_order({**{key: name for key, name in names.items() if key not in anew}, **now.names})
        return Sets(
            names,
            _replaced(self.industries, gone, now.industries),
            _replaced(self.countries, gone, now.countries),
            _replaced(self.letters, gone, now.letters),
            self.telling_team_size & ~gone | now.telling_team_size,
            _replaced(self.using, gone, now.using),
            stamps,
        )


def in_order(names: Mapping[int, Name]) -> dict[int, Name]:
    return dict(sorted(names.items(), key=itemgetter(1)))


def _replaced(sets: Mapping[_Of, int], gone: int, now: Mapping[_Of, int]) -> dict[_Of, int]:
    left = dict(sets)
    touched = [of for of, found in sets.items() if found & gone]
    for of in touched:
        left[of] &= ~gone
    for of, found in now.items():
        left[of] = left.get(of, 0) | found
    for of in touched:
        if not left[of]:
            del left[of]
    return left


def bits(companies: Iterable[int]) -> int:
    keys = list(companies)
    held = bytearray(max(keys, default=0) // 8 + 1)
    for key in keys:
        held[key >> 3] |= 1 << (key & 7)
    return int.from_bytes(held, "little")


def members(companies: int) -> list[int]:
    """Their keys, the smallest first."""
    digits = bin(companies)[:1:-1]
    found = []
    place = digits.find("1")
    while place >= 0:
        found.append(place)
        place = digits.find("1", place + 1)
    return found


def union(sets: Iterable[int]) -> int:
    return reduce(or_, sets, 0)


def together(sets: Iterable[tuple[_Of, int]]) -> dict[_Of, int]:
    """All companies of each."""
    found: defaultdict[_Of, int] = defaultdict(int)
    for of, companies in sets:
        found[of] |= companies
    return dict(found)


def by(pairs: Iterable[tuple[_Of, int]]) -> dict[_Of, int]:
    """What each has, from pairs of it and a company."""
    found: defaultdict[_Of, list[int]] = defaultdict(list)
    for of, company in pairs:
        found[of].append(company)
    return {of: bits(companies) for of, companies in found.items()}


def count(sets: Mapping[_Of, int], within: int) -> dict[_Of, int]:
    """How many of the companies each has, without those that have none."""
    return {of: n for of, companies in sets.items() if (n := (companies & within).bit_count())}


def by_how_many(sets: Iterable[int]) -> Iterator[tuple[int, int]]:
    """How many of the sets companies stand in, and which these are: those that stand in most first.

    Counted for all of them at once, digit by digit of the binary numbers.
    """
    digits: list[int] = []
    some = 0
    for companies in sets:
        some |= companies
        carried = companies
        for place, digit in enumerate(digits):
            digits[place], carried = digit ^ carried, digit & carried
        if carried:
            digits.append(carried)
    for number in range((1 << len(digits)) - 1, 0, -1):
        found = some
        for place, digit in enumerate(digits):
            found &= digit if number >> place & 1 else ~digit
        if found:
            yield number, found
