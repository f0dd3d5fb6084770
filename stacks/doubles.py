"""Rows that look like one thing said twice: by their names, or by where they are at home on the web.

A double is hinted while somebody adds a row, and names that look like doubles are a list to work off. What somebody has
said to be two is never asked about again.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Q

from stacks.folding import alias_key, near_key
from stacks.models import (
    Category,
    Company,
    CompanyIdentifier,
    KeptApart,
    Kind,
    OpenSource,
    Source,
    State,
    Technology,
    TechnologyRelation,
    Usage,
    url_key,
)
from stacks.models.names import aliases_of
from stacks.search import search

# By which of its fields a row of each kind is known, as a form has them.
FIELDS: dict[Any, tuple[str, ...]] = {
    Company: ("name", "website", "engineering_blog"),
    Technology: ("name", "website", "repository"),
    Category: ("name",),
    Source: ("url",),
}
_MOST = 5  # of the doubles that are told at once
# Of these hosts, a page belongs to whoever made it: two that share the host share nothing.
_OF_MANY = frozenset({
    "apps.apple.com", "bitbucket.org", "crates.io", "codeberg.org", "facebook.com", "github.com", "gitlab.com",
    "hub.docker.com", "linkedin.com", "medium.com", "play.google.com", "sites.google.com", "sourceforge.net",
    "twitter.com", "x.com", "youtube.com",
    *(".".join(parts) for parts in (("npmjs", "com"), ("pypi", "org"))),  # in parts: no file names a registry
})  # fmt: skip
# What is no product is never the same thing as one: a language and the platform named after it are two.
_SORTS: dict[str, str] = {Kind.LANGUAGE: "language", Kind.PRACTICE: "practice", Kind.PROTOCOL: "protocol"}
_HOST = re.compile(r"^(?:www|m|amp)\.")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$")


@dataclass(frozen=True, slots=True)
class Double:
    """A row that stands already, and why it looks like the one that is added; `same`: there cannot be another such."""

    row: Any
    why: str
    same: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows with names that look like one; `first` is the likelier to stay: public, more used, older.

    `apart` says what cannot be true of one thing; empty for those that somebody should look at.
    """

    first: Any
    second: Any
    names: tuple[str, ...]
    uses: tuple[int, int]
    apart: str


def doubles_of(model: Any, values: Mapping[str, Any]) -> list[Double]:
    """What stands already and looks like a new row with these values, the likeliest first; up to six queries.

    `values` are those of `FIELDS`, as they are typed: what is no address is left out.
    """
    found: dict[int, Double] = {}
    typed = {name: str(values.get(name) or "").replace("\x00", "").strip() for name in FIELDS[model]}
    for double in _LOOK[model](typed):
        found.setdefault(double.row.pk, double)
    return list(found.values())[:_MOST]


def _of_company(values: Mapping[str, str]) -> Iterator[Double]:
    yield from _named_like(Company, values["name"])
    if host := _host(values["website"]):
        known = CompanyIdentifier.objects.filter(scheme="domain", value=host).select_related("company")
        for identifier in known:
            yield Double(identifier.company, f"{host} is its domain")
    yield from _at_home_there(Company, values, ("website", "engineering_blog"))


def _of_technology(values: Mapping[str, str]) -> Iterator[Double]:
    yield from _named_like(Technology, values["name"])
    yield from _at_home_there(Technology, values, ("website", "repository"))


def _of_category(values: Mapping[str, str]) -> Iterator[Double]:
    key = near_key(values["name"])
    for category in Category.objects.order_by("pk") if key else ():
        if near_key(category.name) == key:
            yield Double(category, "it has the same name")


def _of_source(values: Mapping[str, str]) -> Iterator[Double]:
    for source in same_page(values["url"]):
        yield Double(source, "it is the same page", same=source.url_key == _key(values["url"]))


def same_page(url: str) -> Any:
    """The sources of this page, whatever the spelling of its address: from the index of the keys."""
    page = canonical(url)
    if not page:
        return Source.objects.none()
    spelt = [f"{host}{page}{end}" for host in ("", "www.", "m.", "amp.") for end in ("", "/index.html", "/index.htm")]
    return Source.objects.filter(Q(url_key__in=spelt) | Q(url_key=_key(url))).order_by("pk")


_LOOK: dict[Any, Any] = {
    Company: _of_company,
    Technology: _of_technology,
    Category: _of_category,
    Source: _of_source,
}


def _named_like(model: Any, name: str) -> Iterator[Double]:
    """Those that bear the name, one that looks like it, or one that is nearly spelt so."""
    key, near = alias_key(name), near_key(name)
    if not key:
        return
    alias = aliases_of(model)
    which = Q(key=key) | Q(near_key=near)
    for known in alias.objects.filter(which).select_related(alias.owner_field).order_by("pk")[: _MOST * 4]:
        owner = getattr(known, alias.owner_field)
        says = "is its name" if known.name == owner.name else "is one of its names"
        yield Double(owner, f"“{known.name}” {says}", same=known.key == key)
    slips = [hit.pk for hit in search(name, limit=_MOST, kind=model._meta.model_name, public=False).suggestions]
    rows = model._base_manager.in_bulk(slips)
    for pk in slips:
        if pk in rows:
            yield Double(rows[pk], "it is nearly spelt so")


def _at_home_there(model: Any, values: Mapping[str, str], fields: tuple[str, ...]) -> Iterator[Double]:
    pages = {page: values[name] for name in fields if (page := _home(values[name]))}
    if not pages:
        return
    where = Q()
    for page in pages:
        for name in fields:
            where |= Q(**{f"{name}__icontains": page})
    for row in model._base_manager.filter(where).order_by("pk")[: _MOST * 20]:
        for name in fields:
            if (page := _home(getattr(row, name))) in pages:
                yield Double(row, f"{pages[page]} is its {model._meta.get_field(name).verbose_name}")


def canonical(url: str) -> str:
    """An address without what no page is told apart by: the scheme, `www.`, a closing slash, `index.html`.

    Empty for what is no address.
    """
    return _INDEX.sub("", _HOST.sub("", _key(url)))


def _key(url: str) -> str:
    url = url.replace("\x00", "")  # no database looks for it
    with suppress(ValueError):
        if urlsplit(url.strip()).scheme in ("http", "https"):
            return url_key(url)
    return ""


def _home(url: str) -> str:
    """Where something is at home: a whole host, or a page of a host that many share."""
    page = canonical(url).partition("?")[0].removesuffix(".git").lower()
    host, _, path = page.partition("/")
    if host in _OF_MANY:
        return page if path else ""
    return page


def _host(url: str) -> str:
    host = canonical(url).partition("/")[0]
    return "" if host in _OF_MANY else host


def pairs(model: Any) -> list[Pair]:
    """Companies or technologies with names that look like one, but for those kept apart or told to be relatives.

    First those that nothing tells apart. Up to six queries, from the index of the keys; what comes of them grows with
    what is found, not with the catalogue.
    """
    alias = aliases_of(model)
    owner = alias.owner_field
    names = alias.objects.exclude(near_key="").exclude(**{f"{owner}__state": State.RETRACTED}).order_by()
    shared = names.values("near_key").annotate(owners=Count(owner, distinct=True)).filter(owners__gt=1)
    bearers: dict[str, dict[int, str]] = defaultdict(dict)
    keys = list(shared.values_list("near_key", flat=True))
    if not keys:
        return []
    for key, pk, name in names.filter(near_key__in=keys).order_by("pk").values_list("near_key", owner, "name"):
        bearers[key].setdefault(pk, name)
    found: dict[tuple[int, int], tuple[str, str]] = {}
    for owners in bearers.values():
        for one, other in _each_two(owners):
            found.setdefault((one, other), (owners[one], owners[other]))
    told = _kept_apart(model) | _related(model, {pk for two in found for pk in two})
    left = {two: names for two, names in found.items() if two not in told}
    rows = model._base_manager.in_bulk({pk for two in left for pk in two})
    uses = _uses(model, rows)
    listed = [
        _pair(rows[one], rows[other], dict(zip((one, other), names, strict=True)), uses)
        for (one, other), names in left.items()
    ]
    return sorted(listed, key=lambda pair: (bool(pair.apart), pair.first.sort_key, pair.second.sort_key))


def _pair(one: Any, other: Any, names: Mapping[int, str], uses: Mapping[int, int]) -> Pair:
    def worth(row: Any) -> tuple:
        return row.state == State.PUBLISHED, uses.get(row.pk, 0), -row.pk

    first, second = sorted((one, other), key=worth, reverse=True)
    return Pair(
        first,
        second,
        (names[first.pk], names[second.pk]),
        (uses.get(first.pk, 0), uses.get(second.pk, 0)),
        _told_apart(one, other) if isinstance(one, Technology) else "",
    )


def _uses(model: Any, pks: Collection[int]) -> dict[int, int]:
    """How many usages each of the rows has."""
    owner = model._meta.model_name
    counted = Usage.objects.filter(**{f"{owner}__in": pks}).order_by().values_list(owner).annotate(Count("pk"))
    return dict(counted)


def _told_apart(one: Technology, other: Technology) -> str:
    """What two technologies say of themselves that cannot both be true of one thing; empty for nothing.

    A company has many addresses, so none tells it apart; a technology is at home in one place, and what is at home
    elsewhere under nearly the same name is another.
    """
    sorts = {_SORTS.get(row.kind, "product") for row in (one, other)}
    if len(sorts) > 1:
        return f"{one.get_kind_display().lower()} and {other.get_kind_display().lower()}"
    if {one.open_source, other.open_source} == {OpenSource.YES, OpenSource.NO}:
        return "one is open source, the other is not"
    homes = [(_home(one.website), _home(other.website)), (_home(one.repository), _home(other.repository))]
    if any(_same_home(mine, its) for mine, its in homes):
        return ""
    return next((f"at home at {mine} and at {its}" for mine, its in homes if mine and its), "")


def _same_home(one: str, other: str) -> bool:
    """One page, one host, or a host below the other."""
    if not (one and other):
        return False
    mine, its = (page if page.partition("/")[0] in _OF_MANY else page.partition("/")[0] for page in (one, other))
    return mine == its or mine.endswith(f".{its}") or its.endswith(f".{mine}")


def _each_two(keys: Iterable[int]) -> Iterator[tuple[int, int]]:
    ordered = sorted(keys)
    return ((one, other) for at, one in enumerate(ordered) for other in ordered[at + 1 :])


def _kept_apart(model: Any) -> set[tuple[int, int]]:
    return set(KeptApart.objects.filter(kind=model._meta.model_name).values_list("first", "second"))


def _related(model: Any, pks: Collection[int]) -> set[tuple[int, int]]:
    """Technologies of which a relation says what the one is to the other are two."""
    if model is not Technology:
        return set()
    told = TechnologyRelation.objects.filter(subject__in=pks, object__in=pks).values_list("subject", "object")
    return {(min(two), max(two)) for two in told}


def keep_apart(row: Any, others: Iterable[int], user: Any) -> None:
    """Remember, for good, that the row is none of the others of its kind."""
    kind = row._meta.model_name
    KeptApart.objects.bulk_create(
        [
            KeptApart(kind=kind, first=min(row.pk, other), second=max(row.pk, other), said_by=user)
            for other in others
            if other != row.pk
        ],
        ignore_conflicts=True,
    )


def lead_on_apart(gone: Any, kept: Any) -> list[int]:
    """What was kept apart from a row that becomes another is kept apart from that; the keys of those others."""
    added = sorted(_others(gone) - _others(kept) - {kept.pk})
    keep_apart(kept, added, None)
    return added


def ask_again(row: Any, others: Collection[int]) -> None:
    """Forget that the row was kept apart from these."""
    KeptApart.objects.filter(_with(row), Q(first__in=others) | Q(second__in=others)).delete()


def _others(row: Any) -> set[int]:
    sides = KeptApart.objects.filter(_with(row)).values_list("first", "second")
    return {second if first == row.pk else first for first, second in sides}


def _with(row: Any) -> Q:
    return Q(Q(first=row.pk) | Q(second=row.pk), kind=row._meta.model_name)
