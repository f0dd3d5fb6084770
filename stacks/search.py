"""Text in, ranked hits out: companies, technologies and categories by any name people write.

One query finds the candidates, the ranking is done here, so that both databases answer alike. A second query looks for
slips of the pen, and only when nothing was found.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.db.models import CharField, F, IntegerField, Q, Value
from django.db.models.functions import Length
from django.urls import reverse
from rapidfuzz.distance import OSA

from stacks.folding import alias_key, fold, sort_key
from stacks.models import Category, Company, CompanyAlias, Technology, TechnologyAlias

MOST_HITS = 50
_CANDIDATES = 100  # of each kind, by the beginning of a name and again by any part of it
_PREFIX_ONLY_BELOW = 3
_COLUMNS = ("of_kind", "found_slug", "found_name", "found_as", "companies")


class Rank(IntEnum):
    """How a name meets the text; the smaller the better."""

    EXACT = 0
    ALIAS = 1
    PREFIX = 2
    SUBSTRING = 3
    NEAR = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """`kind` is company, technology or category; `matched` the name or alias that met the text, as it is written."""

    kind: str
    slug: str
    name: str
    matched: str
    rank: Rank

    @property
    def url(self) -> str:
        return reverse(self.kind, args=[self.slug])

    @property
    def by_other_name(self) -> bool:
        return self.matched not in {"", self.name}


@dataclass(frozen=True, slots=True)
class _Named:
    """One name of a candidate; `companies` tells how many use it, 0 where that means nothing."""

    kind: str
    slug: str
    name: str
    alias: str
    companies: int


def search(text: str, limit: int = MOST_HITS, kind: str = "") -> list[Hit]:
    """The best hits first: exact name, alias, beginning, part; within each the more used first. May be empty.

    `kind` (company, technology, category) leaves out the others, so that they take no place among the best. Never
    raises for any text of at most a few hundred characters. One query, a second one when the first finds nothing.
    """
    folded, key = fold(text.replace("\x00", " ")), alias_key(text.replace("\x00", " "))
    if not key:
        return []
    ranked = [(_rank(named, folded, key), named) for named in _candidates(folded, key, kind)]
    hits = [(place, named) for place, named in ranked if place]
    if not hits and len(key) >= _PREFIX_ONLY_BELOW:
        hits = [(place, named) for named in _likely(key, kind) if (place := _nearness(named, key))]
    return _best(hits, limit)


def _best(hits: Iterable[tuple[Any, _Named]], limit: int) -> list[Hit]:
    """One hit for each object, by its best name."""

    def order(hit: tuple[Any, _Named]) -> tuple:
        place, named = hit
        is_alias = named.alias != named.name
        return (place, -named.companies, sort_key(named.name), named.kind, named.slug, is_alias, named.alias)

    ordered = sorted(hits, key=order)
    best: dict[tuple[str, str], Hit] = {}
    for (rank, *_), named in ordered:
        best.setdefault((named.kind, named.slug), Hit(named.kind, named.slug, named.name, named.alias, rank))
    return list(best.values())[:limit]


def _rank(named: _Named, folded: str, key: str) -> tuple[Rank, int] | None:
    """The second number orders within a rank: beginnings of words before the middle of one, scattered words last."""
    alias, alias_as_key = fold(named.alias), alias_key(named.alias)
    if alias_as_key == key:
        return (Rank.EXACT if named.alias == named.name else Rank.ALIAS, 0)
    if alias_as_key.startswith(key):
        return (Rank.PREFIX, 0)
    if len(key) < _PREFIX_ONLY_BELOW:
        return None
    if folded in alias:
        return (Rank.SUBSTRING, 0 if f" {folded}" in alias else 1)
    return (Rank.SUBSTRING, 2) if all(word in alias for word in folded.split()) else None


def _nearness(named: _Named, key: str) -> tuple[Rank, int] | None:
    """Letters added, left out, changed or swapped: one in five is forgiven, at most three."""
    forgiven = min(3, max(1, len(key) // 4))
    distance = OSA.distance(key, alias_key(named.alias), score_cutoff=forgiven)
    return (Rank.NEAR, distance) if distance <= forgiven else None


def _candidates(folded: str, key: str, kind: str) -> list[_Named]:
    """Names of what may be meant: of each kind at most 200 objects, exact names always among them."""
    return _read(kind, lambda model: _may_be_meant(model, folded, key))


def _may_be_meant(model: Any, folded: str, key: str) -> Q:
    alias, owner = _ALIASES[model]
    published = model.objects.published()
    # in the order of the keys the exact one comes first
    begins = alias.objects.filter(**{f"{owner}__state": "published"}, key__startswith=key).order_by("key")
    meant = Q(**{f"{owner}__in": begins.values(owner)[:_CANDIDATES]})
    if len(key) < _PREFIX_ONLY_BELOW:
        return meant
    holds = published.search(folded).order_by(*(("-companies_count",) if model is Technology else ()), "sort_key", "pk")
    return meant | Q(**{f"{owner}__in": holds.values("pk")[:_CANDIDATES]})


def _likely(key: str, kind: str) -> list[_Named]:
    """Names that a slip of the pen may have turned into `key`: of about its length, companies of its first letter."""
    of_its_length = Q(letters__gte=len(key) - 3, letters__lte=len(key) + 3)
    which = {Technology: of_its_length, Company: of_its_length & Q(key__startswith=key[0])}
    return _read(kind, which.__getitem__)


_ALIASES: dict[Any, tuple[Any, str]] = {Technology: (TechnologyAlias, "technology"), Company: (CompanyAlias, "company")}


def _names(model: Any, which: Q) -> Any:
    alias, owner = _ALIASES[model]
    used = F("technology__companies_count") if model is Technology else Value(0, IntegerField())
    return (
        alias.objects.alias(letters=Length("key"))
        .filter(which, **{f"{owner}__state": "published"})
        .order_by()
        .annotate(
            of_kind=Value(owner, CharField()),
            found_slug=F(f"{owner}__slug"),
            found_name=F(f"{owner}__name"),
            found_as=F("name"),
            companies=used,
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
            found_slug=F("slug"),
            found_name=F("name"),
            found_as=F("name"),
            companies=Value(0, IntegerField()),
        )
        .values_list(*_COLUMNS)
    )


def _read(kind: str, which: Callable[[Any], Q]) -> list[_Named]:
    """The names of all kinds, or of one. One query."""
    rows = [_names(model, which(model)) for model, (_, owner) in _ALIASES.items() if kind in ("", owner)]
    rows += [_category_names()] if kind in ("", "category") else []
    return [_Named(*row) for row in (rows[0].union(*rows[1:], all=True) if len(rows) > 1 else rows[0])]
