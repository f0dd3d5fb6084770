"""What the names service can tell of technologies and companies, property by property, many rows at a time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from stacks.folding import alias_key
from stacks.models import (
    Company,
    CompanyAlias,
    CompanyIdentifier,
    CompanyScheme,
    IdentifierScheme,
    Technology,
    TechnologyAlias,
    TechnologyIdentifier,
    Usage,
)

MODELS: dict[str, Any] = {"technology": Technology, "company": Company}
NAMES = {"technology": "Technology", "company": "Company"}
MOST_LISTED = 100  # of the entities that one has, unless a limit is given
_IDENTIFIERS: dict[str, Any] = {"technology": TechnologyIdentifier, "company": CompanyIdentifier}
_SCHEMES: dict[str, Any] = {"technology": IdentifierScheme, "company": CompanyScheme}

Value = dict[str, Any]
Values = dict[int, list[Value]]


class Unanswerable(Exception):
    """A question that cannot be answered; the message says what is wrong with it."""


def entity_id(kind: str, slug: str) -> str:
    return f"{kind}:{slug}"


def split_id(entity: str) -> tuple[str, str] | None:
    """The kind and the slug; None for what is no identifier of ours."""
    kind, colon, slug = entity.partition(":")
    return (kind, slug) if colon and kind in MODELS and slug else None


@dataclass(frozen=True, slots=True)
class Property:
    """`read` gives the values of rows by their keys, at most `limit` each where there may be many. One query.

    `type` is the kind of the entities that its values are, if they are any.
    """

    id: str
    name: str
    read: Callable[[list[int], int], Values]
    type: str = ""


def _column(model: Any, path: str, told: str = "str") -> Callable[[list[int], int], Values]:
    def read(pks: list[int], limit: int) -> Values:
        rows = model.objects.filter(pk__in=pks).order_by("pk").values_list("pk", path)
        return {pk: [{told: value}] for pk, value in rows if value not in ("", None)}

    return read


def _names(model: Any, owner: str) -> Callable[[list[int], int], Values]:
    def read(pks: list[int], limit: int) -> Values:
        rows = model.objects.filter(**{f"{owner}__in": pks}).exclude(name=F(f"{owner}__name")).order_by("name", "pk")
        return _grouped((pk, {"str": name}) for pk, name in rows.values_list(owner, "name"))

    return read


def _identifiers(kind: str, scheme: str) -> Callable[[list[int], int], Values]:
    def read(pks: list[int], limit: int) -> Values:
        rows = _IDENTIFIERS[kind].objects.filter(**{f"{kind}__in": pks}, scheme=scheme).order_by("value")
        return _grouped((pk, {"str": value}) for pk, value in rows.values_list(kind, "value"))

    return read


def _used(kind: str, other: str) -> Callable[[list[int], int], Values]:
    """The other ends of usages that are current."""

    def read(pks: list[int], limit: int) -> Values:
        rows = Usage.objects.published().current().filter(**{f"{kind}__in": pks})
        order = ("-technology__companies_count", "technology__sort_key") if other == "technology" else ()
        ends = rows.order_by(kind, *order, f"{other}__sort_key", f"{other}__pk")
        found: defaultdict[int, dict[str, Value]] = defaultdict(dict)
        for pk, slug, name in ends.values_list(kind, f"{other}__slug", f"{other}__name"):
            if len(found[pk]) < (limit or MOST_LISTED):
                found[pk].setdefault(slug, {"id": entity_id(other, slug), "name": name})
        return {pk: list(values.values()) for pk, values in found.items()}

    return read


def _grouped(pairs: Iterable[tuple[int, Value]]) -> Values:
    found: defaultdict[int, list[Value]] = defaultdict(list)
    for pk, value in pairs:
        found[pk].append(value)
    return dict(found)


def _properties(
    kind: str, columns: Sequence[tuple[str, str, str, str]], rest: Sequence[Property]
) -> dict[str, Property]:
    model = MODELS[kind]
    own = [Property(name, label, _column(model, path, told)) for name, label, path, told in columns]
    known = [Property(scheme.value, scheme.label, _identifiers(kind, scheme.value)) for scheme in _SCHEMES[kind]]
    return {each.id: each for each in (*own, *rest, *known)}


PROPERTIES: dict[str, dict[str, Property]] = {
    "technology": _properties(
        "technology",
        [
            ("name", "Name", "name", "str"),
            ("slug", "Slug", "slug", "str"),
            ("kind", "Kind", "kind", "str"),
            ("category", "Category", "category__name", "str"),
            ("summary", "Summary", "summary", "str"),
            ("website", "Website", "website", "str"),
            ("repository", "Repository", "repository", "str"),
            ("licence", "Licence (SPDX)", "licence", "str"),
            ("open_source", "Open source", "open_source", "str"),
            ("lifecycle", "Lifecycle", "lifecycle", "str"),
            ("lifecycle_on", "Lifecycle since", "lifecycle_on", "str"),
            ("companies_count", "Companies that use it", "companies_count", "int"),
        ],
        [
            Property("aliases", "Other names", _names(TechnologyAlias, "technology")),
            Property("companies", "Used by", _used("technology", "company"), "company"),
        ],
    ),
    "company": _properties(
        "company",
        [
            ("name", "Name", "name", "str"),
            ("slug", "Slug", "slug", "str"),
            ("industry", "Industry", "industry", "str"),
            ("country", "Country", "country", "str"),
            ("founded", "Founded", "founded", "str"),
            ("summary", "Summary", "summary", "str"),
            ("website", "Website", "website", "str"),
            ("engineering_blog", "Engineering blog", "engineering_blog", "str"),
            ("life", "Active, acquired or ended", "life", "str"),
            ("usages_count", "Usages documented", "usages_count", "int"),
        ],
        [
            Property("aliases", "Other names", _names(CompanyAlias, "company")),
            Property("technologies", "Uses", _used("company", "technology"), "technology"),
        ],
    ),
}


def by_identifier(kind: str, scheme: str, values: Iterable[str]) -> set[int]:
    """Keys of the public rows that others call so."""
    if scheme not in _SCHEMES[kind].values:
        return set()
    written = {form for value in values for form in (value, _bare(value).casefold())}  # a domain may come as an address
    rows = _IDENTIFIERS[kind].objects.filter(scheme=scheme, value__in=written)
    return set(MODELS[kind].objects.published().filter(pk__in=rows.values(kind)).values_list("pk", flat=True))


def is_identifier(kind: str, pid: str) -> bool:
    return pid in _SCHEMES[kind].values


def agrees(asked: str, values: Iterable[Value]) -> bool:
    """Whether one of the values says what was asked, however it is written."""
    key = alias_key(_bare(asked))
    said = (str(part) for value in values for part in value.values())
    return any(alias_key(_bare(text)) == key for text in said)


def _bare(text: str) -> str:
    """An address without what people leave out of it."""
    return text.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
