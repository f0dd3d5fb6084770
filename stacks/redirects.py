"""From what an address names to the public rows: by slug, by an old slug, by another spelling, by a name."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import router
from django.db.models import F, Value
from django.db.models.functions import Lower, Replace

from stacks.among import KeyedRows
from stacks.folding import LONGEST_KEY, alias_key
from stacks.models import Category, Company, Redirect, Technology

_KINDS: dict[Any, str] = {Company: "company", Technology: "technology", Category: "category"}


@dataclass(frozen=True, slots=True)
class Found:
    """`slugs` are the present ones in the order asked for, None where unknown; `moved` when another was asked for."""

    rows: list[Any]
    slugs: list[str | None]
    unknown: list[str]
    moved: bool


def find(model: Any, asked: Sequence[str], queryset: Any = None, *, by_name: bool = False) -> Found:
    """Public rows by slug, else by old slug; with `by_name` then by another spelling of a slug, then by a name.

    One query where all are slugs in use; one or two more for old slugs, three more where others are left.
    """
    rows = {row.slug: row for row in (_present(model, asked) if queryset is None else queryset.filter(slug__in=asked))}
    queryset = model.objects.published() if queryset is None else queryset
    leads: dict[str, str] = {}
    for step in (_redirected, _spelt_otherwise, _named) if by_name else (_redirected,):
        missing = [text for text in asked if text not in rows and leads.get(text) not in rows]
        if not missing:
            break
        found = step(model, [text for text in missing if text and len(text) <= LONGEST_KEY])
        wanted = set(found.values()) - rows.keys()
        rows |= {row.slug: row for row in queryset.filter(slug__in=wanted)} if wanted else {}
        leads |= {text: slug for text, slug in found.items() if slug in rows}
    present = [text if text in rows else leads.get(text) for text in asked]
    return Found(
        rows=[rows[slug] for slug in present if slug],
        slugs=present,
        unknown=[text for text, slug in zip(asked, present, strict=True) if slug is None],
        moved=any(slug and slug != text for text, slug in zip(asked, present, strict=True)),
    )


def _present(model: Any, asked: Sequence[str]) -> Iterable[Any]:
    """The public rows of these slugs."""
    return _by_slug(model)(asked, router.db_for_read(model)) if asked else ()


@cache
def _by_slug(model: Any) -> KeyedRows:
    return KeyedRows(lambda slugs: model.objects.published().filter(slug__in=slugs), kind="text")


def _redirected(model: Any, asked: Iterable[str]) -> dict[str, str]:
    redirects = Redirect.objects.filter(kind=_KINDS[model], old_slug__in=asked)
    return dict(redirects.values_list("old_slug", "new_slug"))


def _spelt_otherwise(model: Any, asked: Iterable[str]) -> dict[str, str]:
    """Slugs in another case; else folded, present ones before old ones, where exactly one answers."""
    keys = {text: alias_key(text) for text in asked}
    old = Redirect.objects.filter(kind=_KINDS[model])
    slugs = [
        _by_key(model.objects.published().values_list("slug", "slug"), "slug", keys.values()),
        _by_key(old.values_list("old_slug", "new_slug"), "old_slug", keys.values()),
    ]
    found: dict[str, str] = {}
    for text, key in keys.items():
        for by_key in slugs:
            answers = by_key[key]
            exact = {slug for slug, _ in answers if slug.casefold() == text.casefold()}
            targets = {target for slug, target in answers if not exact or slug in exact}
            if len(targets) == 1:
                found.setdefault(text, targets.pop())
    return found


def _by_key(pairs: Any, column: str, keys: Iterable[str]) -> defaultdict[str, list[tuple[str, str]]]:
    """Slugs with where they lead, by their key; those alone whose key is asked for. One query."""
    bare = Lower(Replace(Replace(F(column), Value("-"), Value("")), Value("_"), Value("")))
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for slug, target in pairs.alias(bare=bare).filter(bare__in=[key for key in keys if key]):
        found[alias_key(slug)].append((slug, target))
    return found


def _named(model: Any, asked: Iterable[str]) -> dict[str, str]:
    return {text: slug for text, slug in model.objects.published().by_names(asked).items() if slug}
