"""What a fingerprint is made of, found from the models; what is told of a row that says something else by now."""

import pytest
from django.utils import timezone

from stacks.fingerprint import fingerprints, parts_of, told_since
from stacks.models import Company, Evidence, Migration, State, Technology, Usage
from stacks.review import PROPOSE, REVIEWED, move
from tests.factories import (
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = pytest.mark.django_db

MAKERS = {Technology: make_technology, Company: make_company, Usage: make_usage, Migration: make_migration}


def read(row):
    return fingerprints([type(row).objects.get(pk=row.pk)])[row.pk]


def text_fields(model):
    fields = [field for field in model._meta.concrete_fields if field.editable and not field.primary_key]
    return [field.name for field in fields if field.get_internal_type() == "CharField"]


@pytest.mark.parametrize("model", REVIEWED)
def test_every_field_that_somebody_types_is_in_it(model):
    row = MAKERS[model]()
    before = fingerprints([row])[row.pk]

    for name in text_fields(model):
        setattr(row, name, "other")
        after = fingerprints([row])[row.pk]
        assert after != before, name
        before = after


def test_the_parts_of_each_kind_are_found_from_the_models():
    names = {model: {part.get_accessor_name() for part in parts_of(model)} for model in REVIEWED}

    assert names[Usage] == names[Migration] == {"evidence"}
    assert names[Company] >= {"aliases", "identifiers", "facts", "evidence", "coverage"}
    assert names[Technology] >= {"aliases", "identifiers", "relations"}
    assert "reverse_relations" not in names[Technology]


def company_with_all():
    company = make_company()
    company.aliases.create(name="Other")
    company.facts.create(label="Requests", value="4", source=make_source())
    company.identifiers.create(scheme="wikidata", value="Q1")
    make_evidence(company=company, quote="We do.")
    make_coverage(company=company)
    return company


def technology_with_all():
    technology = make_technology()
    technology.aliases.create(name="Other")
    technology.identifiers.create(scheme="wikidata", value="Q1")
    technology.homonyms.create(name="Short")
    make_relation(technology, "fork_of", make_technology())
    return technology


def draft_usage():
    """Of what is published the last source may not go."""
    return make_usage(state=State.DRAFT)


def draft_migration():
    return make_migration(state=State.DRAFT)


@pytest.mark.parametrize("make", [company_with_all, technology_with_all, draft_usage, draft_migration])
def test_a_part_that_is_changed_added_or_deleted_and_a_source_that_says_something_else_changes_it(make):
    row = make()
    before = read(row)
    assert read(row) == before

    for part in parts_of(type(row)):
        one = part.related_model.objects.filter(**{part.field.name: row}).last()
        name = text_fields(part.related_model)[0]
        part.related_model._base_manager.filter(pk=one.pk).update(**{name: "other"})
        changed = read(row)
        assert changed != before, part.name
        if getattr(one, "source_id", None):
            one.source.title = "Another title"
            one.source.save()
            assert read(row) != changed, part.name
        one.delete()
        assert read(row) != changed, part.name
        before = read(row)


def test_the_state_is_no_part_of_it(django_user_model):
    usage = make_usage(state=State.DRAFT)
    before = read(usage)

    move([usage], PROPOSE, django_user_model.objects.create_superuser("root"))

    assert read(usage) == before


@pytest.mark.parametrize("rows", [1, 7])
def test_it_costs_a_query_for_each_kind_of_part(rows, django_assert_num_queries):
    companies = [company_with_all() if n == 0 else make_company() for n in range(rows)]

    with django_assert_num_queries(len(parts_of(Company))):
        assert len(set(fingerprints(companies).values())) == rows


def test_what_changed_since_is_told_in_sentences():
    usage = make_usage(purpose="Old")
    evidence = usage.evidence.get()
    moment = timezone.now()
    evidence.quote = "Swapped"
    evidence.save()
    usage.purpose = "New"
    usage.save()
    added = make_evidence(usage=usage, source=make_source(title="Another"))
    added.delete()

    told = told_since(usage, moment)

    assert told == [
        "Somebody changed quote of evidence: “(empty)” became “Swapped”.",
        "Somebody changed purpose of usage: “Old” became “New”.",
        f"Somebody added evidence “{added}”.",
        f"Somebody deleted evidence “{added}”.",
    ]
    assert told_since(usage, None) == told[-1:]


def test_a_long_story_is_cut_and_what_is_gone_is_no_failure():
    usage = make_usage()
    moment = timezone.now()
    for n in range(15):
        usage.purpose = f"Purpose {n}"
        usage.save()
    source = make_source()
    Evidence.objects.create(usage=usage, source=source).delete()
    source.delete()

    told = told_since(usage, moment)

    assert len(told) == 11
    assert told[-1].startswith("… and ")
    assert told_since(usage, timezone.now()) == ["Somebody deleted evidence (what it names is gone)."]
