"""The vocabulary of an import, read from the database: the only queries of recognising. Seven queries."""

from collections import defaultdict

from stacks.folding import alias_key
from stacks.matching.vocabulary import load_names
from stacks.models import (
    Category,
    Company,
    CompanyAlias,
    State,
    Technology,
    TechnologyRelation,
    Usage,
)

from .vocabulary import Known, Place, Vocabulary, build


def load_vocabulary() -> Vocabulary:
    """What curators see: technologies of every state but retracted."""
    technologies = [
        Known(*row)
        for row in Technology.objects.exclude(state=State.RETRACTED)
        .order_by("pk")
        .values_list("slug", "name", "kind", "category__slug", "website", "repository", "companies_count")
    ]
    places = [
        Place(*row)
        for row in Category.objects.second_level()
        .order_by("pk")
        .values_list("slug", "name", "parent__slug", "parent__name")
    ]
    relations = TechnologyRelation.objects.values_list("subject__slug", "kind", "object__slug").order_by("pk")
    seen: dict[str, set[str]] = defaultdict(set)
    used = Usage.objects.exclude(state=State.RETRACTED).values_list("technology__slug", "category__slug")
    for technology, category in used.order_by().distinct():
        seen[technology].add(category)
    return build(
        technologies,
        places,
        load_names(public=False),
        relations,
        {technology: frozenset(categories) for technology, categories in seen.items()},
        CompanyAlias.objects.order_by().values_list("name", flat=True),
    )


def find_company(name: str) -> Company | None:
    """By slug, then by any of its names; None where nobody is called so."""
    rows = Company.objects.exclude(state=State.RETRACTED)
    return rows.filter(slug=name).first() or rows.filter(aliases__key=alias_key(name)).first()


def find_technology(name: str) -> Technology | None:
    rows = Technology.objects.exclude(state=State.RETRACTED)
    return rows.filter(slug=name).first() or rows.filter(aliases__key=alias_key(name)).first()
