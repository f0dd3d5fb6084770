"""What the public can see of an object, as one flat document; the change feed is the difference of two.

Of usages, `stacks.sights` makes them. Documents refer to other objects by slug or uid. They are compared and thrown
away, never stored.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from stacks.among import Keyed, many
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
    State,
    Technology,
    TechnologyAlias,
    TechnologyIdentifier,
    TechnologyRelation,
    Usage,
)
from stacks.querysets import EVIDENCE_ORDER, FACT_ORDER


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
    found: dict[int, Document] = {}
    for some in many(pks):
        found |= _BUILDERS[model](some, whole)
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


def _published(model: Any, *columns: str) -> Keyed:
    """The columns of the rows that are public, behind their keys."""
    return Keyed(lambda pks: model.objects.published().filter(pk__in=pks).order_by().values_list("pk", *columns))


class _Hanging:
    """What hangs on rows, grouped by them, in an order that no key of the database decides."""

    def __init__(self, model: Any, owner: str, order: Sequence[Any], *columns: str, **only: str):
        self.rows = Keyed(
            lambda pks: (
                model.objects.filter(**{f"{owner}__in": pks}, **only).order_by(*order).values_list(owner, *columns)
            )
        )

    def __call__(self, pks: Collection[int], whole: bool) -> defaultdict[int, list[tuple]]:
        """Nothing is read where documents need not be whole."""
        groups: defaultdict[int, list[tuple]] = defaultdict(list)
        for owner, *values in self.rows(pks) if whole and pks else ():
            groups[owner].append(tuple(values))
        return groups


# Of a piece of evidence, what the public sees.
SAID = (
    "source__uid",
    "edition_on",
    "quote",
    "locator",
    "stance",
    "stage",
    "technology_version",
    "accessed_on",
    "verified_on",
)


class _Evidence(_Hanging):
    def __init__(self, owner: str):
        super().__init__(Evidence, owner, EVIDENCE_ORDER, *SAID)


_OF_CATEGORIES = ("name", "slug", "position", "description")
_categories_found = _published(Category, "parent__slug", *_OF_CATEGORIES)


def _categories(pks: Sequence[int], _whole: bool) -> dict[int, Document]:
    found = {}
    for pk, parent, *shown in _categories_found(pks):
        fields = dict(zip(_OF_CATEGORIES, shown, strict=True)) | {"parent": parent}
        found[pk] = Document(fields["slug"], fields, {})
    return found


_OF_TECHNOLOGIES = (
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
_technologies_found = _published(Technology, "category__slug", *_OF_TECHNOLOGIES)
_hanging_on_technologies = {
    "aliases": _Hanging(TechnologyAlias, "technology", ["key"], "name"),
    "homonyms": _Hanging(Homonym, "technology", ["key"], "name"),
    "relations": _Hanging(
        TechnologyRelation, "subject", ["kind", "object__slug"], "kind", "object__slug", object__state="published"
    ),
    "identifiers": _Hanging(TechnologyIdentifier, "technology", ["scheme", "value"], "scheme", "value"),
}


def _technologies(pks: Sequence[int], whole: bool) -> dict[int, Document]:
    hanging = {name: read(pks, whole) for name, read in _hanging_on_technologies.items()}
    found = {}
    for pk, category, *shown in _technologies_found(pks):
        fields = dict(zip(_OF_TECHNOLOGIES, shown, strict=True)) | {"category": category}
        fields |= {name: grouped[pk] for name, grouped in hanging.items()}
        found[pk] = Document(fields["slug"], fields, {"category": category})
    return found


_OF_COMPANIES = (
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
_companies_found = _published(Company, "parent__slug", "parent__state", *_OF_COMPANIES)
_hanging_on_companies = {
    "aliases": _Hanging(CompanyAlias, "company", ["key"], "name"),
    "identifiers": _Hanging(CompanyIdentifier, "company", ["scheme", "value"], "scheme", "value"),
    "facts": _Hanging(CompanyFact, "company", FACT_ORDER, "label", "value", "observed_on", "source__uid"),
    "evidence": _Evidence("company"),
}


def _companies(pks: Sequence[int], whole: bool) -> dict[int, Document]:
    hanging = {name: read(pks, whole) for name, read in _hanging_on_companies.items()}
    found = {}
    for pk, parent, state, *shown in _companies_found(pks):
        fields = dict(zip(_OF_COMPANIES, shown, strict=True)) | {"parent": _if_public(parent, state)}
        fields |= {name: grouped[pk] for name, grouped in hanging.items()}
        found[pk] = Document(fields["slug"], fields, {}, pk)
    return found


def _if_public(slug: str | None, state: str | None) -> str | None:
    return slug if state == State.PUBLISHED else None


_OF_MIGRATIONS = ("stage", "started", "ended", "reason")
_migrations_found = _published(
    Migration, "uid", "company", "company__slug", "from_technology__slug", "to_technology__slug", "category__slug",
    *_OF_MIGRATIONS,
)  # fmt: skip
_evidence_of_migrations = _Evidence("migration")


def _migrations(pks: Sequence[int], whole: bool) -> dict[int, Document]:
    evidence = _evidence_of_migrations(pks, whole)
    return {
        pk: Document(
            uid,
            dict(zip(_OF_MIGRATIONS, shown, strict=True))
            | {
                "company": company,
                "from_technology": left,
                "to_technology": taken,
                "category": category,
                "evidence": evidence[pk],
            },
            {"company": company, "category": category},
            company_pk,
        )
        for pk, uid, company_pk, company, left, taken, category, *shown in _migrations_found(pks)
    }


_coverage_found = _published(
    Coverage, "uid", "company", "company__slug", "category__slug", "looked_on", "outcome", "source__uid"
)


def _coverage(pks: Sequence[int], _whole: bool) -> dict[int, Document]:
    return {
        pk: Document(
            uid,
            {"company": company, "category": category, "looked_on": looked, "outcome": outcome, "source": source},
            {"company": company, "category": category},
            company_pk,
        )
        for pk, uid, company_pk, company, category, looked, outcome, source in _coverage_found(pks)
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
_sources_found = _published(Source, "uid", "company__slug", "company__state", *_OF_SOURCES)


def _sources(pks: Sequence[int], _whole: bool) -> dict[int, Document]:
    return {
        pk: Document(uid, dict(zip(_OF_SOURCES, shown, strict=True)) | {"company": _if_public(company, state)}, {})
        for pk, uid, company, state, *shown in _sources_found(pks)
    }


_BUILDERS: dict[type, Callable[[Sequence[int], bool], dict[int, Document]]] = {
    Category: _categories,
    Technology: _technologies,
    Company: _companies,
    Migration: _migrations,
    Source: _sources,
    Coverage: _coverage,
}
