"""Text in, ranked hits out: companies, technologies and categories by any name people write.

One query finds the candidates, `stacks.matching` ranks them, so that both databases answer alike. A second query looks
for slips of the pen, and only when nothing was found: these are suggestions, never results.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, CharField, F, IntegerField, Q, Value
from django.db.models.functions import Length
from django.urls import reverse

from stacks.folding import alias_key, second_key, sort_key
from stacks.matching.ranking import NEAR_FROM, PREFIX_ONLY_BELOW, Asked, How, Written, ask, meet, nearness
from stacks.matching.scan import Found, Name, Scanner
from stacks.matching.vocabulary import split_beside
from stacks.models import Category, Company, CompanyAlias, Homonym, State, Technology, TechnologyAlias

MOST_HITS = 50
MOST_SUGGESTIONS = 8
MOST_WORDS = 24  # of a text that are looked at
_LONGEST_NAME = 7  # words
_CANDIDATES = 100  # of each kind, by the beginning of a name and again by words
_KINDS = ("technology", "category", "company")  # the first of equals
_COLUMNS = (
    *("of_kind", "owner", "found_slug", "found_name", "found_as", "found_key", "found_second"),
    *("homonym", "ranked", "careful", "near_what", "companies"),
)
_WORD = re.compile(r"[^\s,;:|/()\[\]{}<>\"“”„«»]+")
_BETWEEN = re.compile(r"[,;:|/()\[\]{}<>\"“”„«»&]+|\s(?:and|or|with|vs)\s|\s[-\u2013+]\s")


@dataclass(frozen=True, slots=True)
class Hit:
    """`kind` is company, technology or category; `matched` the name or alias that met the text, as it is written."""

    kind: str
    pk: int
    slug: str
    name: str
    matched: str
    how: How

    @property
    def url(self) -> str:
        return reverse(self.kind, args=[self.slug])

    @property
    def by_other_name(self) -> bool:
        return self.matched != self.name


@dataclass(frozen=True, slots=True)
class Answer:
    """Both best first; there are suggestions only where there are no results."""

    results: list[Hit]
    suggestions: list[Hit]

    @property
    def best(self) -> list[Hit]:
        return self.results or self.suggestions


@dataclass(slots=True)
class _Object:
    kind: str
    pk: int
    slug: str
    name: str
    companies: int
    names: list[Written]


def search(text: str, limit: int = MOST_HITS, kind: str = "", *, public: bool = True) -> Answer:
    """The best hits first: how a name meets the text, technologies before categories before companies, most used first.

    `kind` leaves out the others, so that they take no place among the best; `public` leaves out what is not. Never
    raises for any text of at most a few hundred characters. One query, a second one when the first finds nothing.
    """
    asked = ask(text.replace("\x00", " "))
    if not asked.key:
        return Answer([], [])
    found = _read(kind, lambda model: _may_be_meant(model, asked, public), _shared_names(asked, public))
    results = _in_order(_hits(asked, found))[:limit]
    if results or sum(c.isalpha() for c in asked.key) < NEAR_FROM:
        return Answer(results, [])
    near = _read(kind, lambda model: _likely(model, asked.key, public), _shared_names(None, public))
    return Answer([], _in_order(_near_hits(asked, near))[: min(limit, MOST_SUGGESTIONS)])


_Ranked = tuple[tuple[Any, ...], Hit]


def _in_order(ranked: Iterable[_Ranked]) -> list[Hit]:
    """One hit for each object, by its best name."""
    best: dict[tuple[str, int], Hit] = {}
    for _, hit in sorted(ranked, key=lambda pair: pair[0]):
        best.setdefault((hit.kind, hit.pk), hit)
    return list(best.values())


def _rank(how: How, row: _Object, matched: Written, first: int = 0) -> _Ranked:
    place = (how, first, _KINDS.index(row.kind), matched.position, -row.companies, sort_key(row.name), row.slug)
    return place, Hit(row.kind, row.pk, row.slug, row.name, matched.name, how)


def _hits(asked: Asked, found: list[_Object]) -> Iterator[_Ranked]:
    for row in found:
        if met := meet(asked, row.names):
            yield _rank(met[0], row, met[1])
    yield from _within(asked, found)


def _within(asked: Asked, found: list[_Object]) -> Iterator[_Ranked]:
    """Whole names inside the text, a version after them or not; ordinary words only where they stand as a part."""
    spans = set(_spans(asked.text))
    bearers: defaultdict[str, list[tuple[_Object, Written]]] = defaultdict(list)
    for row in found:
        for name in row.names:
            for key in {name.key, name.second_key} & spans:
                bearers[key].append((row, name))
    scanner = Scanner(Name(row.slug, n.name, key, n.caution, n.beside) for key, rs in bearers.items() for row, n in rs)
    parts = {alias_key(part) for part in _BETWEEN.split(asked.text)}
    parts |= {one.names[0].key for part in _BETWEEN.split(asked.text) if (one := scanner.whole(part))}
    for one in scanner.find(asked.text, typed=True):
        for row, name in bearers[one.names[0].key]:
            if _is_meant(one, name, parts, asked):
                yield _rank(How.WITHIN, row, name)


def _is_meant(one: Found, name: Written, parts: set[str], asked: Asked) -> bool:
    if name.caution in ("free", "as_written") or name.key in parts:
        return True
    if name.beside:
        return any(word in asked.folded for word in name.beside)
    return name.caution == "entry_only" and one.text == name.name


def _spans(text: str) -> Iterator[str]:
    """The keys of all that may be a name in the text: up to seven words in a row."""
    words = [match.span() for match in _WORD.finditer(text)][:MOST_WORDS]
    for first, (start, _) in enumerate(words):
        for _, end in words[first : first + _LONGEST_NAME]:
            for written in (text[start:end], text[start:end].rstrip("0123456789.s")):
                if key := alias_key(written):
                    yield key


def _near_hits(asked: Asked, found: list[_Object]) -> Iterator[_Ranked]:
    for row in found:
        for name in row.names:
            if (distance := nearness(asked.key, name.key)) is not None:
                yield _rank(How.NEAR, row, name, distance)


_ALIASES: dict[Any, tuple[Any, str]] = {Technology: (TechnologyAlias, "technology"), Company: (CompanyAlias, "company")}


def _states(owner: str, public: bool) -> Q:
    return Q(**{f"{owner}__state": State.PUBLISHED}) if public else ~Q(**{f"{owner}__state": State.RETRACTED})


def _may_be_meant(model: Any, asked: Asked, public: bool) -> Q:
    """Names of what may be meant: of each kind at most some 200 objects, whole names always among them."""
    alias, owner = _ALIASES[model]
    which = _states(owner, public)
    use = ("-technology__companies_count",) if model is Technology else ()
    begins = Q(key__startswith=asked.key) | Q(second_key__startswith=asked.key)
    beginning = alias.objects.filter(which, begins).order_by(*use, "key")
    wholes = {asked.key, *_spans(asked.text)}
    whole = alias.objects.filter(which, Q(key__in=wholes) | Q(second_key__in=wholes))
    meant = Q(**{f"{owner}__in": beginning.values(owner)[:_CANDIDATES]}) | Q(**{f"{owner}__in": whole.values(owner)})
    if len(asked.key) < PREFIX_ONLY_BELOW or not asked.words or len(asked.words) > MOST_WORDS:
        return meant
    rows = model.objects.published() if public else model.objects.exclude(state=State.RETRACTED)
    for word in asked.words:
        rows = rows.filter(_holds(word))
    order = ("-companies_count", "sort_key", "pk") if model is Technology else ("sort_key", "pk")
    return meant | Q(**{f"{owner}__in": rows.order_by(*order).values("pk")[:_CANDIDATES]})


def _holds(word: str) -> Q:
    """Long words may stand anywhere in a name; short ones where a word begins, or too many hold them."""
    if len(word) >= PREFIX_ONLY_BELOW:
        return Q(search_text__contains=word)
    return Q(search_text__contains=f"\n{word}") | Q(search_text__contains=f" {word}")


def _likely(model: Any, key: str, public: bool) -> Q:
    """Names that a slip of the pen may have turned into `key`: of about its length, companies of its first letter."""
    _, owner = _ALIASES[model]
    which = _states(owner, public) & Q(letters__gte=len(key) - 3, letters__lte=len(key) + 3)
    return which & Q(key__startswith=key[0]) if model is Company else which


def _names(model: Any, which: Q) -> Any:
    alias, owner = _ALIASES[model]
    used = F("technology__companies_count") if model is Technology else Value(0, IntegerField())
    return (
        alias.objects.alias(letters=Length("key"))
        .filter(which)
        .order_by()
        .annotate(
            of_kind=Value(owner, CharField()),
            owner=F(f"{owner}_id"),
            found_slug=F(f"{owner}__slug"),
            found_name=F(f"{owner}__name"),
            found_as=F("name"),
            found_key=F("key"),
            found_second=F("second_key"),
            homonym=Value(False, BooleanField()),
            ranked=Value(0, IntegerField()),
            careful=F("caution"),
            near_what=F("beside"),
            companies=used,
        )
        .values_list(*_COLUMNS)
    )


def _shared_names(asked: Asked | None, public: bool) -> Any:
    """Homonyms that are asked for, or that the text begins or holds; None for those that are near, which are few."""
    rows = Homonym.objects.filter(_states("technology", public))
    if asked is not None:
        rows = rows.filter(Q(key__startswith=asked.key) | Q(key__in={asked.key, *_spans(asked.text)}))
    return (
        rows.order_by()
        .annotate(
            of_kind=Value("technology", CharField()),
            owner=F("technology_id"),
            found_slug=F("technology__slug"),
            found_name=F("technology__name"),
            found_as=F("name"),
            found_key=F("key"),
            found_second=Value("", CharField()),
            homonym=Value(True, BooleanField()),
            ranked=F("position"),
            careful=Value("free", CharField()),
            near_what=F("near"),
            companies=F("technology__companies_count"),
        )
        .values_list(*_COLUMNS)
    )


def _category_names() -> Any:
    """All of them: they are few, and have no folded column."""
    return (
        Category.objects.published()
        .order_by()
        .annotate(
            of_kind=Value("category", CharField()),
            owner=F("pk"),
            found_slug=F("slug"),
            found_name=F("name"),
            found_as=F("name"),
            found_key=Value("", CharField()),
            found_second=Value("", CharField()),
            homonym=Value(False, BooleanField()),
            ranked=Value(0, IntegerField()),
            careful=Value("free", CharField()),
            near_what=Value("", CharField()),
            companies=Value(0, IntegerField()),
        )
        .values_list(*_COLUMNS)
    )


def _read(kind: str, which: Callable[[Any], Q], shared: Any) -> list[_Object]:
    """The objects of all kinds, or of one, with their names. One query."""
    rows = [_names(model, which(model)) for model, (_, owner) in _ALIASES.items() if kind in ("", owner)]
    rows += [shared] if kind in ("", "technology") else []
    rows += [_category_names()] if kind in ("", "category") else []
    found: dict[tuple[str, int], _Object] = {}
    for of_kind, pk, slug, name, written, key, second, homonym, ranked, careful, near, companies in (
        rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0]
    ):
        row = found.setdefault((of_kind, pk), _Object(of_kind, pk, slug, name, companies, []))
        own = not homonym and written == name
        row.names.append(
            Written(
                name=written,
                key=key or alias_key(written),
                second_key=second or (second_key(written) if of_kind == "category" else ""),
                own=own,
                homonym=bool(homonym),
                position=ranked,
                caution=careful,
                beside=split_beside(near),
            )
        )
    return list(found.values())
