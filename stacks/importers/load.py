"""The vocabulary of an import, read from the database: the only queries of recognising. Seven queries."""

from collections import defaultdict

from stacks.folding import alias_key
from stacks.matching.vocabulary import load_names
from stacks.models import (
    Category,
    Company,
    CompanyAlias,
    IdentifierScheme,
    State,
    Technology,
    TechnologyIdentifier,
    TechnologyRelation,
    Usage,
)

from .packages import split_purl
from .vocabulary import Known, Place, Vocabulary, build


def load_vocabulary(*, public: bool = False) -> Vocabulary:
    """What curators see: technologies of every state but retracted; with `public` what visitors see alone."""
    known = Technology.objects.published() if public else Technology.objects.exclude(state=State.RETRACTED)
    technologies = [
        Known(*row)
        for row in known.order_by("pk").values_list(
            "slug", "name", "kind", "category__slug", "website", "repository", "companies_count"
        )
    ]
    places = [
        Place(*row)
        for row in Category.objects.second_level()
        .order_by("pk")
        .values_list("slug", "name", "parent__slug", "parent__name")
    ]
    ends = TechnologyRelation.objects.all()
    if public:
        ends = ends.filter(subject__state=State.PUBLISHED, object__state=State.PUBLISHED)
    relations = ends.values_list("subject__slug", "kind", "object__slug").order_by("pk")
    seen: dict[str, set[str]] = defaultdict(set)
    used = Usage.objects.published() if public else Usage.objects.exclude(state=State.RETRACTED)
    for technology, category in used.values_list("technology__slug", "category__slug").order_by().distinct():
        seen[technology].add(category)
    companies = CompanyAlias.objects.order_by()
    if public:
        companies = companies.filter(company__state=State.PUBLISHED)
    return build(
        technologies,
        places,
        load_names(public=public),
        relations,
        {technology: frozenset(categories) for technology, categories in seen.items()},
        companies.values_list("name", flat=True),
    )


def load_purls() -> dict[str, str]:
    """Which public technology each known package is, by the package's key. One query."""
    rows = TechnologyIdentifier.objects.filter(scheme=IdentifierScheme.PURL, technology__state=State.PUBLISHED)
    told = rows.order_by("pk").values_list("value", "technology__slug")
    return {package.key: slug for purl, slug in told if (package := split_purl(purl))}


def find_company(name: str) -> Company | None:
    """By slug, then by any of its names; None where nobody is called so."""
    rows = Company.objects.exclude(state=State.RETRACTED)
    return rows.filter(slug=name).first() or rows.filter(aliases__key=alias_key(name)).first()


def find_technology(name: str) -> Technology | None:
    rows = Technology.objects.exclude(state=State.RETRACTED)
    return rows.filter(slug=name).first() or rows.filter(aliases__key=alias_key(name)).first()
