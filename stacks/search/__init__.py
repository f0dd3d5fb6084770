"""Text in, ranked hits out: whatever people write to name or to compare what the catalogue knows.

One query finds the candidates, `stacks.matching` ranks them, so that both databases answer alike. Slips of the pen are
looked for only when nothing was found: these are suggestions, never results.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from stacks.comparison.matrix import MOST
from stacks.folding import alias_key, sort_key
from stacks.links import PLURALS
from stacks.matching.ranking import NEAR_FROM, Asked, How, Written, ask, meet, meet_about, name_spans, nearness
from stacks.matching.scan import Found, Name, Scanner
from stacks.matching.sides import sides_of
from stacks.search.candidates import Candidate, read_named, read_near

MOST_HITS = 50
MOST_SUGGESTIONS = 8
# the first of equals
_KINDS = ("comparison", "technology", "category", "company", "industry", "country")
_COMPARABLE = {"Technologies side by side": "technology", "Companies side by side": "company"}
_COUNTED = {"company": "usages", "category": "technologies", "comparison": ""}
_COUNTS = {
    "companies": ("company", "companies"),
    "usages": ("usage", "usages"),
    "technologies": ("technology in use", "technologies in use"),
}
_BETWEEN = re.compile(r"[,;:|/()\[\]{}<>\"“”„«»&]+|\s(?:and|or|with|vs|in)\s|\s[-\u2013+]\s")


@dataclass(frozen=True, slots=True)
class Hit:
    """`matched` is the name or alias that met the text, as it is written; `what` says what the thing is.

    The slug of an industry or country is its name, that of a comparison all slugs. `number` counts the companies that
    use a technology or are of an industry or country, the usages of a company, the technologies in use in a category.
    """

    kind: str
    pk: int
    slug: str
    name: str
    matched: str
    how: How
    what: str
    number: int | None = None
    life: str = ""
    life_on: str = ""

    @property
    def url(self) -> str:
        if self.kind in ("industry", "country"):
            return f"{reverse('companies')}?{urlencode({self.kind: self.slug})}"
        if self.kind == "comparison":
            return reverse(f"compare_{PLURALS[self.compares]}", args=[self.slug])
        return reverse(self.kind, args=[self.slug])

    @property
    def compares(self) -> str:
        """Of a comparison what it compares: technology or company."""
        return _COMPARABLE[self.what]

    @property
    def by_other_name(self) -> bool:
        return self.matched != self.name

    @property
    def extent(self) -> str:
        """How many use it, or how much there is of it."""
        if self.number is None:
            return ""
        one, many = _COUNTS[self.counted]
        return f"{self.number:,} {one if self.number == 1 else many}"

    @property
    def counted(self) -> str:
        """What `number` counts: companies, usages or technologies; nothing for a comparison."""
        return _COUNTED.get(self.kind, "companies")


@dataclass(frozen=True, slots=True)
class Answer:
    """Both best first; there are suggestions only where there are no results.

    `sides` are what the text sets against each other, where not all of them are known.
    """

    results: list[Hit]
    suggestions: list[Hit]
    sides: list[str] = field(default_factory=list)

    @property
    def best(self) -> list[Hit]:
        return self.results or self.suggestions


def search(text: str, limit: int = MOST_HITS, kind: str = "", *, public: bool = True) -> Answer:
    """The best hits first: how a name meets the text, technologies before categories before companies, most used first.

    `kind` leaves out the others, so that they take no place among the best; `public` leaves out what is not. Never
    raises for any text of at most a few hundred characters. One query, two more when it finds nothing.
    """
    asked = ask(text.replace("\x00", " "))
    if not asked.key:
        return Answer([], [])
    compares = kind == "comparison"
    found = read_named("" if compares else kind, asked, public)
    sides = [] if kind and not compares else sides_of(asked.text)
    comparisons = list(_comparisons(asked, sides, found)) if sides else []
    if compares:
        return Answer([hit for _, hit in comparisons], [])
    results = _in_order([*_hits(asked, found), *comparisons])[:limit]
    if results or sum(c.isalpha() for c in asked.key) < NEAR_FROM:
        return Answer(results, [], [] if comparisons else sides)
    near = read_near(kind, asked.key, public)
    return Answer([], _in_order(_near_hits(asked, near))[: min(limit, MOST_SUGGESTIONS)])


_Ranked = tuple[tuple[Any, ...], Hit]


def _in_order(ranked: Iterable[_Ranked]) -> list[Hit]:
    """One hit for each object, by its best name."""
    best: dict[tuple[str, str], Hit] = {}
    for _, hit in sorted(ranked, key=lambda pair: pair[0]):
        best.setdefault((hit.kind, hit.slug), hit)
    return list(best.values())


def _rank(how: How, row: Candidate, matched: Written, first: int = 0) -> _Ranked:
    place = (how, first, _KINDS.index(row.kind), matched.position, -row.number, sort_key(row.name), row.slug)
    return place, Hit(
        row.kind, row.pk, row.slug, row.name, matched.name, how, row.what, row.number, row.life, row.life_on
    )


def _hits(asked: Asked, found: list[Candidate]) -> Iterator[_Ranked]:
    for row in found:
        if met := meet(asked, row.names) or meet_about(asked, row.names, row.about):
            yield _rank(met[0], row, met[1])
    yield from _within(asked, found)


def _within(asked: Asked, found: list[Candidate]) -> Iterator[_Ranked]:
    """Whole names inside the text, a version after them or not; ordinary words only where they stand as a part."""
    scanner, bearers = _scanner(asked, found)
    parts = {alias_key(part) for part in _BETWEEN.split(asked.text)}
    parts |= {one.names[0].key for part in _BETWEEN.split(asked.text) if (one := scanner.whole(part))}
    for one in scanner.find(asked.text, typed=True):
        for row, name in bearers[one.names[0].key]:
            if _is_meant(one, name, parts, asked):
                yield _rank(How.WITHIN, row, name)


_Bearers = defaultdict[str, list[tuple[Candidate, Written]]]


def _scanner(asked: Asked, found: list[Candidate]) -> tuple[Scanner, _Bearers]:
    """What finds whole names in the text, and who bears the name of each key."""
    spans = set(name_spans(asked.text))
    bearers: _Bearers = defaultdict(list)
    for row in found:
        for name in row.names:
            for key in {name.key, name.second_key} & spans:
                bearers[key].append((row, name))
    names = (Name(row.slug, n.name, key, n.caution, n.beside) for key, rs in bearers.items() for row, n in rs)
    return Scanner(names), bearers


def _is_meant(one: Found, name: Written, parts: set[str], asked: Asked) -> bool:
    if name.caution in ("free", "as_written") or name.key in parts:
        return True
    if name.beside:
        return any(word in asked.folded for word in name.beside)
    return name.caution == "entry_only" and one.text == name.name


def _comparisons(asked: Asked, sides: list[str], found: list[Candidate]) -> Iterator[_Ranked]:
    """The one comparison that the text asks for, where each of its sides names a technology, or each a company."""
    scanner, bearers = _scanner(asked, found)
    named = [_named_by(side, scanner, bearers) for side in sides]
    for what, kind in _COMPARABLE.items():
        rows = list({one[kind].slug: one[kind] for one in named if kind in one}.values())
        if 2 <= len(rows) <= MOST and all(kind in one for one in named):
            name = f"{', '.join(row.name for row in rows[:-1])} and {rows[-1].name}"
            slug = "/".join(row.slug for row in rows)
            hit = Hit("comparison", 0, slug, name, name, How.WITHIN, what)
            yield (-1, 0, 0, 0, 0, "", slug), hit
            return


def _named_by(side: str, scanner: Scanner, bearers: _Bearers) -> dict[str, Candidate]:
    """By kind the likeliest that one side names: as a whole, else as the first name in it."""
    one = scanner.whole(side) or next(iter(scanner.find(side, typed=True)), None)
    if not one:
        return {}
    likeliest = sorted(bearers[one.names[0].key], key=lambda pair: (pair[1].position, -pair[0].number, pair[0].slug))
    return {row.kind: row for row, _ in reversed(likeliest)}


def _near_hits(asked: Asked, found: list[Candidate]) -> Iterator[_Ranked]:
    for row in found:
        for name in row.names:
            if (distance := nearness(asked.key, name.key)) is not None:
                yield _rank(How.NEAR, row, name, distance)
