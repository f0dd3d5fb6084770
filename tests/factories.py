"""Rows for tests: each function saves one thing with plain defaults, published unless told otherwise."""

from itertools import count

from stacks.curating import curating
from stacks.folding import fold
from stacks.models import (
    Category,
    Company,
    Coverage,
    Evidence,
    Migration,
    Source,
    State,
    Technology,
    TechnologyRelation,
    Usage,
)
from tests.remembered import remembered

_numbers = count(100_000)  # of one length, so that names sort as they were made


def slug_of(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in fold(name)).split())


def some_category() -> Category:
    """The category of what does not say which: one for all of a test, as each costs a dozen questions."""
    return Category.objects.filter(slug="some-category").first() or make_category("Some category")


def make_area(name: str | None = None, **fields) -> Category:
    n = next(_numbers)
    name = name or f"Area {n}"
    return Category.objects.create(**{"name": name, "slug": slug_of(name), "position": n * 10} | fields)


@remembered
@curating()
def make_category(name: str | None = None, parent: Category | None = None, **fields) -> Category:
    n = next(_numbers)
    name = name or f"Category {n}"
    return Category.objects.create(
        **{"name": name, "slug": slug_of(name), "parent": parent or make_area(), "position": n * 10} | fields
    )


@remembered
@curating()
def make_technology(name: str | None = None, category: Category | None = None, **fields) -> Technology:
    name = name or f"Technology {next(_numbers)}"
    return Technology.objects.create(
        **{
            "name": name,
            "slug": slug_of(name),
            "kind": "tool",
            "category": category or some_category(),
            "state": State.PUBLISHED,
        }
        | fields
    )


def make_relation(subject: Technology, kind: str, obj: Technology) -> TechnologyRelation:
    return TechnologyRelation.objects.create(subject=subject, kind=kind, object=obj)


def make_source(**fields) -> Source:
    n = next(_numbers)
    return Source.objects.create(
        **{
            "url": f"https://source.example/{n}",
            "title": f"Source {n}",
            "publisher": "Example",
            "kind": "engineering_blog",
            "published_on": "2020-05-01",
        }
        | fields
    )


@remembered
@curating()
def make_company(name: str | None = None, usages: int = 0, **fields) -> Company:
    name = name or f"Company {next(_numbers)}"
    company = Company.objects.create(**{"name": name, "slug": slug_of(name), "state": State.PUBLISHED} | fields)
    for _ in range(usages):
        make_usage(company)
    return company


@remembered
@curating()
def make_usage(
    company: Company | None = None,
    technology: Technology | None = None,
    category: Category | None = None,
    source: Source | None = None,
    **fields,
) -> Usage:
    """A usage with one source behind it; `source=False` leaves it without."""
    technology = technology or make_technology()
    usage = Usage.objects.create(
        **{
            "company": company or make_company(),
            "technology": technology,
            "category": category or technology.category,
            "purpose": "Some purpose",
            "state": State.PUBLISHED,
        }
        | fields
    )
    if source is not False:
        make_evidence(usage=usage, source=source)
    return usage


@curating()
def make_evidence(source: Source | None = None, **fields) -> Evidence:
    """Without a source it is the company's own word."""
    owner = fields.get("usage") or fields.get("migration")
    company = owner.company if owner else fields.get("company")
    return Evidence.objects.create(source=source or make_source(company=company), **fields)


@remembered
@curating()
def make_migration(
    company: Company | None = None,
    from_technology: Technology | None = None,
    to_technology: Technology | None = None,
    source: Source | None = None,
    **fields,
) -> Migration:
    to_technology = to_technology or make_technology()
    migration = Migration.objects.create(
        **{
            "company": company or make_company(),
            "from_technology": from_technology,
            "to_technology": to_technology,
            "category": to_technology.category,
            "state": State.PUBLISHED,
        }
        | fields
    )
    make_evidence(migration=migration, source=source)
    return migration


@curating()
def make_coverage(company: Company | None = None, category: Category | None = None, **fields) -> Coverage:
    return Coverage.objects.create(
        **{
            "company": company or make_company(),
            "category": category or make_category(),
            "looked_on": "2026-11",
            "outcome": "nothing_found",
        }
        | fields
    )
