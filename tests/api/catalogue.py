"""A small catalogue in which everything is filled in, or everything that may be empty is."""

from stacks.curating import curating
from stacks.models import CompanyAlias, CompanyFact, CompanyIdentifier, Redirect, TechnologyAlias, TechnologyIdentifier
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)
from tests.remembered import remembered

RESOURCES = ["companies", "technologies", "categories", "usages", "migrations", "sources", "coverage"]


@remembered
@curating()
def make_full(number=1):
    """One of everything, with all that can be said of it."""
    area = make_area(f"Area {number}a", slug=f"area-{number}a", description="What belongs here")
    category = make_category(f"Category {number}a", area, slug=f"category-{number}a", description="What belongs here")
    base = make_technology(f"Base {number}", category)
    technology = make_technology(
        f"Managed {number}",
        category,
        kind="service",
        summary="A service",
        website="https://example.com/",
        repository="https://example.com/git",
        licence="Apache-2.0",
        open_source="yes",
        lifecycle="ended",
        lifecycle_on="2022-03",
        lifecycle_source="https://example.com/end",
    )
    TechnologyIdentifier.objects.create(technology=technology, scheme="wikidata", value=f"Q{number + 1}")
    make_relation(technology, "managed_form_of", base)
    TechnologyAlias.objects.create(technology=technology, name=f"Mgd {number}")
    company = make_company(
        f"Company {number}a",
        slug=f"full-{number}",
        summary="Pays",
        website="https://example.com/",
        engineering_blog="https://example.com/blog",
        industry="Payments",
        country="India",
        founded="2010-06",
        story="It began",
        lessons="Keep it simple",
    )
    CompanyAlias.objects.create(company=company, name=f"Other name {number}")
    CompanyIdentifier.objects.create(company=company, scheme="domain", value=f"company{number}.example")
    source = make_source(
        kind="talk",
        publisher="Conference",
        updated_on="2021-06",
        archive_url="https://archive.example/1",
    )
    CompanyFact.objects.create(company=company, label="Requests", value="400k", observed_on="2020", source=source)
    make_evidence(company=company, source=source)
    usage = make_usage(
        company,
        technology,
        source=False,
        remarks="Because",
        stage="retired",
        hosting="managed",
        via=base,
        started="2018",
        ended="2020-05",
    )
    make_evidence(
        usage=usage, source=source, edition_on="2019", quote="we moved", locator="Minute 3", stance="contradicts"
    )
    make_evidence(usage=usage)
    make_usage(company, base)
    migration = make_migration(company, base, technology, stage="done", started="2018", ended="2019", reason="Too slow")
    coverage = make_coverage(company, category, outcome="not_used", source=source)
    Redirect.objects.create(kind="company", old_slug=f"former-{number}", new_slug=company.slug)
    Redirect.objects.create(kind="technology", old_slug=f"former-{number}", new_slug=technology.slug)
    Redirect.objects.create(kind="category", old_slug=f"former-{number}", new_slug=category.slug)
    return {
        "companies": company,
        "technologies": technology,
        "categories": category,
        "usages": usage,
        "migrations": migration,
        "sources": source,
        "coverage": coverage,
    }


@remembered
@curating()
def make_bare(number=1):
    """One of everything, with nothing said that need not be."""
    technology = make_technology(f"Bare {number}")
    company = make_company(f"Bare company {number}")
    usage = make_usage(company, technology, purpose="", source=make_source(publisher="", published_on=""))
    make_migration(company, None, technology)
    make_coverage(company)
    return usage


def key_of(row):
    return getattr(row, "uid", None) or row.slug
