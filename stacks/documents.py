"""What the public can see of an object, as one flat document; the change feed is the difference of two.

Documents refer to other objects by slug or uid. They are compared and thrown away, never stored.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from stacks.among import among
from stacks.models import (
    Category,
    Company,
    CompanyAlias,
    CompanyFact,
    CompanyIdentifier,
    Coverage,
    Evidence,
    Homonym,
    Migration,
    Source,
    Technology,
    TechnologyAlias,
    TechnologyIdentifier,
    TechnologyRelation,
    Usage,
)
from stacks.querysets import EVIDENCE_ORDER, FACT_ORDER

_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Document:
    """`object` is the slug or uid, `places` the slugs that say where it hangs, `company` the key of its company."""

    object: str
    fields: dict[str, Any]
    places: dict[str, str]
    company: int | None = None


def documents(model: type, pks: Collection[int], *, whole: bool = True) -> dict[int, Document]:
    """The documents of those of the given rows that are public. One to five queries per twenty thousand rows.

    One where they need not be `whole`: their fields then lack what stands in other tables, and are not to be compared.
    """
    ordered = list(pks)
    found: dict[int, Document] = {}
    for start in range(0, len(ordered), _CHUNK):
        found |= _BUILDERS[model](among(ordered[start : start + _CHUNK]), whole)
    return found


KINDS: dict[type, str] = {
    Category: "category",
    Technology: "technology",
    Company: "company",
    Usage: "usage",
    Migration: "migration",
    Source: "source",
    Coverage: "coverage",
}


def _categories(pks, _whole):
    return {
        c.pk: Document(
            c.slug,
            {
                "name": c.name,
                "slug": c.slug,
                "parent": c.parent and c.parent.slug,
                "position": c.position,
                "description": c.description,
            },
            {},
        )
        for c in Category.objects.published().filter(pk__in=pks).select_related("parent")
    }


def _technologies(pks, whole):
    aliases = _grouped(
        TechnologyAlias.objects.filter(technology__in=pks).order_by("key").values_list("technology", "name"), whole
    )
    relations = _grouped(
        TechnologyRelation.objects.filter(subject__in=pks, object__state="published")
        .order_by("kind", "object__slug")
        .values_list("subject", "kind", "object__slug"),
        whole,
    )
    homonyms = _grouped(
        Homonym.objects.filter(technology__in=pks).order_by("key").values_list("technology", "name"), whole
    )
    identifiers = _identifiers(TechnologyIdentifier, "technology", pks, whole)
    shown = (
        "name",
        "slug",
        "kind",
        "summary",
        "website",
        "repository",
        "licence",
        "open_source",
        "icon",
        "lifecycle",
        "lifecycle_on",
        "lifecycle_source",
    )
    return {
        t.pk: Document(
            t.slug,
            {name: getattr(t, name) for name in shown}
            | {
                "category": t.category.slug,
                "aliases": aliases[t.pk],
                "homonyms": homonyms[t.pk],
                "relations": relations[t.pk],
                "identifiers": identifiers[t.pk],
            },
            {"category": t.category.slug},
        )
        for t in Technology.objects.published().filter(pk__in=pks).select_related("category")
    }


def _companies(pks, whole):
    aliases = _grouped(
        CompanyAlias.objects.filter(company__in=pks).order_by("key").values_list("company", "name"), whole
    )
    facts = _grouped(
        CompanyFact.objects.filter(company__in=pks)
        .order_by(*FACT_ORDER)
        .values_list("company", "label", "value", "observed_on", "source__uid"),
        whole,
    )
    identifiers = _identifiers(CompanyIdentifier, "company", pks, whole)
    evidence = _evidence("company", pks, whole)
    shown = (
        "name",
        "slug",
        "summary",
        "website",
        "engineering_blog",
        "industry",
        "country",
        "founded",
        "story",
        "lessons",
        "life",
        "life_on",
        "life_source",
    )
    return {
        c.pk: Document(
            c.slug,
            {name: getattr(c, name) for name in shown}
            | {
                "parent": _slug_if_public(c.parent),
                "aliases": aliases[c.pk],
                "identifiers": identifiers[c.pk],
                "facts": facts[c.pk],
                "evidence": evidence[c.pk],
            },
            {},
            c.pk,
        )
        for c in Company.objects.published().filter(pk__in=pks).select_related("parent")
    }


def _slug_if_public(company: Company | None) -> str | None:
    return company.slug if company and company.state == "published" else None


_OF_USAGES = (
    "scope",
    "purpose",
    "remarks",
    "stage",
    "hosting",
    "started",
    "ended",
    "position",
    "known_since",
    "known_until",
    "last_said",
)


def _usages(pks, whole):
    """From columns: a technology that many use goes and comes with all its usages."""
    published = Usage.objects.published().filter(pk__in=pks).order_by()
    columns = (
        "pk", "uid", "company_id", "company__slug", "technology__slug", "category__slug", "via__slug", "via__state",
        *_OF_USAGES,
    )  # fmt: skip
    rows = list(published.values_list(*columns))
    evidence = _evidence("usage", among(row[0] for row in rows), whole and bool(rows))
    return {
        pk: Document(
            uid,
            dict(zip(_OF_USAGES, shown, strict=True))
            | {
                "company": company,
                "technology": technology,
                "category": category,
                "via": via if via_state == "published" else None,
                "evidence": evidence[pk],
            },
            {"company": company, "technology": technology, "category": category},
            company_pk,
        )
        for pk, uid, company_pk, company, technology, category, via, via_state, *shown in rows
    }


def _migrations(pks, whole):
    evidence = _evidence("migration", pks, whole)
    shown = ("stage", "started", "ended", "reason")
    return {
        m.pk: Document(
            m.uid,
            {name: getattr(m, name) for name in shown}
            | {
                "company": m.company.slug,
                "from_technology": m.from_technology and m.from_technology.slug,
                "to_technology": m.to_technology.slug,
                "category": m.category.slug,
                "evidence": evidence[m.pk],
            },
            {"company": m.company.slug, "category": m.category.slug},
            m.company_id,
        )
        for m in Migration.objects.published().filter(pk__in=pks).for_display()
    }


def _coverage(pks, _whole):
    return {
        c.pk: Document(
            c.uid,
            {
                "company": c.company.slug,
                "category": c.category.slug,
                "looked_on": c.looked_on,
                "outcome": c.outcome,
                "source": c.source and c.source.uid,
            },
            {"company": c.company.slug, "category": c.category.slug},
            c.company_id,
        )
        for c in Coverage.objects.published().filter(pk__in=pks).for_display()
    }


_OF_SOURCES = (
    "url",
    "title",
    "publisher",
    "kind",
    "published_on",
    "updated_on",
    "archive_url",
    "checked_at",
    "check_result",
)


def _sources(pks, _whole):
    rows = Source.objects.published().filter(pk__in=pks).order_by()
    return {
        pk: Document(
            uid,
            dict(zip(_OF_SOURCES, shown, strict=True)) | {"company": company if state == "published" else None},
            {},
        )
        for pk, uid, company, state, *shown in rows.values_list(
            "pk", "uid", "company__slug", "company__state", *_OF_SOURCES
        )
    }


def _evidence(owner: str, pks, whole: bool):
    rows = Evidence.objects.filter(**{f"{owner}__in": pks}).order_by(*EVIDENCE_ORDER)
    return _grouped(
        rows.values_list(
            owner,
            "source__uid",
            "edition_on",
            "quote",
            "locator",
            "stance",
            "stage",
            "technology_version",
            "accessed_on",
            "verified_on",
        ),
        whole,
    )


def _identifiers(model: type[TechnologyIdentifier] | type[CompanyIdentifier], owner: str, pks, whole: bool):
    rows = model.objects.filter(**{f"{owner}__in": pks}).order_by("scheme", "value")
    return _grouped(rows.values_list(owner, "scheme", "value"), whole)


def _grouped(rows, whole: bool) -> defaultdict[int, list[tuple]]:
    """By their owner; none is read where documents need not be whole."""
    groups: defaultdict[int, list[tuple]] = defaultdict(list)
    for owner, *values in rows if whole else ():
        groups[owner].append(tuple(values))
    return groups


_BUILDERS: dict[type, Callable[[Any, bool], dict[int, Document]]] = {
    Category: _categories,
    Technology: _technologies,
    Company: _companies,
    Usage: _usages,
    Migration: _migrations,
    Source: _sources,
    Coverage: _coverage,
}
