"""Every constraint of every curated model, broken through the real forms: an error at a field, nothing lost, no 500.

The cases come from the models: a constraint without a case here fails the first test.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from stacks.models import Curated, State
from tests.admin.doors import admin_url, form_data
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

pytestmark = pytest.mark.both_databases

D = {"state": State.DRAFT}


@dataclass
class Case:
    """One door through which a constraint can be broken: what stands there, what is posted, where the error stands.

    `row` is what the form is opened for (a model: its add form); `at` is the name of the posted field with the error.
    """

    row: Any
    typed: dict[str, Any]
    at: str
    leave_out: tuple[str, ...] = field(default_factory=tuple)


def usage_twice():
    there = make_usage(technology=make_technology(category=make_category()), **D)
    other = make_usage(there.company, make_technology(category=make_category()), **D)
    ended = make_usage(there.company, there.technology, there.category, ended="2019", **D)
    retired = make_usage(there.company, there.technology, there.category, stage="retired", **D)
    elsewhere = make_usage(there.company, there.technology, make_category(), **D)
    scoped = make_usage(there.company, there.technology, there.category, scope="Search", **D)
    make_usage(there.company, there.technology, there.category, scope="Big Data", **D)
    same = {"company": there.company_id, "technology": there.technology_id}
    return [
        Case(type(there), same | {"stage": "in_use"}, "technology"),
        Case(type(there), same | {"category": there.category_id, "stage": "in_use"}, "category"),
        Case(there, {"_saveasnew": "1"}, "category"),
        Case(ended, {"ended": ""}, "ended"),
        Case(retired, {"stage": "trial"}, "stage"),
        Case(other, {"technology": there.technology_id, "category": ""}, "category"),
        Case(other, {"technology": there.technology_id, "category": there.category_id}, "category"),
        Case(elsewhere, {"category": there.category_id}, "category"),
        Case(scoped, {"scope": ""}, "scope"),
        Case(scoped, {"scope": "BIG  data"}, "scope"),
        Case(make_usage(technology=there.technology, **D), {"company": there.company_id}, "company"),
    ]


def ends_before_it_starts(make):
    return [Case(make(started="2019", **D), {"ended": "2018"}, "ended")]


def usage_via_itself():
    usage = make_usage(**D)
    return [Case(usage, {"via": usage.technology_id}, "via")]


def migration_to_itself():
    migration = make_migration(**D)
    return [Case(migration, {"from_technology": migration.to_technology_id}, "from_technology")]


def relation_twice():
    relation = make_relation(make_technology(**D), "fork_of", make_technology())
    typed = {"subject": relation.subject_id, "kind": "fork_of", "object": relation.object_id}
    other = make_relation(relation.subject, "part_of", relation.object)
    row = {"kind": "fork_of", "object": relation.object_id}
    third = make_technology()
    return [
        Case(type(relation), typed, "object"),
        Case(other, {"kind": "fork_of"}, "kind"),
        Case(relation.subject, new_rows("relations", 2, row), "relations-2-object"),
        Case(
            make_technology(**D),
            new_rows("relations", 0, {"kind": "fork_of", "object": third.pk}, {"kind": "fork_of", "object": third.pk}),
            "relations-1-object",
        ),
    ]


def relation_to_itself():
    technology = make_technology(**D)
    row = {"kind": "fork_of", "object": technology.pk}
    relation = make_relation(technology, "fork_of", make_technology())
    return [
        Case(relation, {"object": technology.pk}, "object"),
        Case(technology, new_rows("relations", 1, row), "relations-1-object"),
    ]


def fact_twice():
    company = make_company(**D)
    fact = apps.get_model("stacks", "CompanyFact").objects.create(company=company, label="Requests", value="4")
    other = type(fact).objects.create(company=company, label="Users", value="4")
    row = {"label": "Requests", "value": "5"}
    return [
        Case(type(fact), row | {"company": company.pk}, "label"),
        Case(other, {"label": "Requests"}, "label"),
        Case(company, {"facts-1-label": "Requests"}, "facts-1-label"),
        Case(company, new_rows("facts", 2, row), "facts-2-label"),
        Case(make_company(**D), new_rows("facts", 0, row, row), "facts-1-label"),
        Case(type(company), {"name": "New", "slug": "new"} | new_rows("facts", 0, row, row), "facts-1-label"),
    ]


def blank_twice():
    blank = make_coverage(company=make_company(**D))
    typed = {"category": blank.category_id, "outcome": "nothing_found", "looked_on": "2026-11"}
    return [
        Case(type(blank), typed | {"company": blank.company_id}, "category"),
        Case(make_coverage(company=blank.company), {"category": blank.category_id}, "category"),
        Case(blank.company, new_rows("coverage", 2, typed), "coverage-2-category"),
        Case(make_company(**D), new_rows("coverage", 0, typed, typed), "coverage-1-category"),
    ]


def non_use_without_source():
    blank = make_coverage(company=make_company(**D))
    return [
        Case(blank, {"outcome": "not_used"}, "outcome"),
        Case(blank.company, {"coverage-0-outcome": "not_used"}, "coverage-0-outcome"),
    ]


def look_without_date():
    blank = make_coverage(company=make_company(**D))
    return [
        Case(blank, {"looked_on": ""}, "looked_on"),
        Case(blank.company, {"coverage-0-looked_on": ""}, "coverage-0-looked_on"),
    ]


def evidence_of_two():
    usage = make_usage(**D)
    evidence = usage.evidence.get()
    return [
        Case(evidence, {"company": usage.company_id}, "company"),
        Case(evidence, {"usage": ""}, "usage"),
        Case(type(evidence), {"source": make_source().pk, "stance": "supports"}, "usage"),
    ]


def evidence_twice(make, owner):
    row = make(**D)
    there = row.evidence.get() if owner != "company" else make_evidence(company=row)
    again = {"source": there.source_id, "stance": "supports", "edition_on": "", "quote": "", "locator": ""}
    other = make_evidence(**{owner: row})
    return [
        Case(type(there), again | {owner: row.pk}, "quote"),
        Case(other, {"source": there.source_id}, "quote"),
        Case(row, new_rows("evidence", 2, again), "evidence-2-quote"),
        Case(row, {"evidence-1-source": there.source_id}, "evidence-1-quote"),
    ]


def stage_of_no_usage():
    return [
        Case(make_evidence(company=make_company(**D)), {"stage": "trial"}, "stage"),
        Case(make_migration(**D).evidence.get(), {"stage": "retired"}, "stage"),
    ]


def company_of_its_own():
    company = make_company(**D)
    return [Case(company, {"parent": company.pk}, "parent")]


def address_twice():
    there, other = make_source(url="https://source.example/story"), make_source()
    typed = {"title": "T", "kind": "docs"}
    return [
        Case(type(there), typed | {"url": "http://SOURCE.example/story/"}, "url"),
        Case(other, {"url": "https://source.example/story?utm_source=x#part"}, "url"),
    ]


def category_in_itself():
    area = make_area()
    return [Case(area, {"parent": area.pk}, "parent")]


def source_off_the_web():
    return [Case(make_source(), {"url": "ftp://source.example/"}, "url")]


def redirect_twice():
    model = apps.get_model("stacks", "Redirect")
    make_company(slug="there")
    first = model.objects.create(kind="company", old_slug="old", new_slug="there")
    second = model.objects.create(kind="company", old_slug="older", new_slug="there")
    return [
        Case(model, {"kind": "company", "old_slug": "old", "new_slug": "there"}, "old_slug"),
        Case(second, {"old_slug": first.old_slug}, "old_slug"),
    ]


def redirect_to_itself():
    model = apps.get_model("stacks", "Redirect")
    make_company(slug="there")
    redirect = model.objects.create(kind="company", old_slug="old", new_slug="there")
    return [Case(redirect, {"new_slug": "old"}, "new_slug")]


def near_nothing(make):
    owner = make(**D)
    alias = owner.aliases.create(name="Other")
    row = {"name": "Another", "caution": "only_near"}
    return [
        Case(alias, {"caution": "only_near"}, "caution"),
        Case(owner, {"aliases-0-caution": "only_near"}, "aliases-0-caution"),
        Case(owner, new_rows("aliases", 1, row), "aliases-1-caution"),
    ]


def homonym_twice():
    technology = make_technology(**D)
    homonym = technology.homonyms.create(name="Sentinel")
    other = technology.homonyms.create(name="Guard")

    def row(name):
        return {"name": name, "position": 0}

    return [
        Case(type(homonym), {"technology": technology.pk, "name": "sentinel"}, "name"),
        Case(other, {"name": "Sentinel"}, "name"),
        Case(technology, new_rows("homonyms", 2, row("SENTINEL")), "homonyms-2-name"),
        Case(make_technology(**D), new_rows("homonyms", 0, row("A b"), row("ab")), "homonyms-1-name"),
    ]


def identifier_twice(make):
    there, other = make(**D), make(**D)
    row = {"scheme": "wikidata", "value": "Q42"}
    there.identifiers.create(**row)
    there.identifiers.create(scheme="wikidata", value="Q43")
    return [
        Case(other, new_rows("identifiers", 0, row), "identifiers-0-value"),
        Case(there, new_rows("identifiers", 2, row), "identifiers-2-value"),
        Case(there, {"identifiers-1-value": "Q42"}, "identifiers-1-value"),
        Case(other, new_rows("identifiers", 0, *[row | {"value": "Q44"}] * 2), "identifiers-1-value"),
        Case(type(other), {"name": "New", "slug": "new"} | new_rows("identifiers", 0, row), "identifiers-0-value"),
    ]


def lifecycle_without_source():
    technology = make_technology(**D)
    return [
        Case(technology, {"lifecycle": "ended"}, "lifecycle_source"),
        Case(technology, {"lifecycle_on": "2020"}, "lifecycle_source"),
    ]


def new_rows(prefix, first, *rows):
    posted = {f"{prefix}-TOTAL_FORMS": str(first + len(rows))}
    return posted | {
        f"{prefix}-{index}-{name}": value for index, row in enumerate(rows, first) for name, value in row.items()
    }


CASES: dict[str, Callable[[], list[Case]]] = {
    "a_homonym_names_each_technology_once": homonym_twice,
    "a_lifecycle_has_its_source": lifecycle_without_source,
    "a_look_has_a_date": look_without_date,
    "a_redirect_leads_elsewhere": redirect_to_itself,
    "an_old_slug_leads_to_one_place": redirect_twice,
    "category_is_not_its_own_area": category_in_itself,
    "companyalias_tells_what_it_is_near": lambda: near_nothing(make_company),
    "company_identifier_leads_to_one": lambda: identifier_twice(make_company),
    "company_is_not_its_own_parent": company_of_its_own,
    "evidence_hangs_on_one_thing": evidence_of_two,
    "evidence_once_per_company": lambda: evidence_twice(make_company, "company"),
    "evidence_once_per_migration": lambda: evidence_twice(make_migration, "migration"),
    "evidence_once_per_usage": lambda: evidence_twice(make_usage, "usage"),
    "evidence_stage_is_of_a_usage": stage_of_no_usage,
    "fact_is_told_once_per_date": fact_twice,
    "migration_ends_after_start": lambda: ends_before_it_starts(make_migration),
    "migration_moves": migration_to_itself,
    "non_use_needs_a_source": non_use_without_source,
    "one_blank_per_company_and_category": blank_twice,
    "one_open_usage": usage_twice,
    "one_source_per_address": address_twice,
    "relation_is_told_once": relation_twice,
    "relation_joins_two": relation_to_itself,
    "source_is_on_the_web": source_off_the_web,
    "technology_identifier_leads_to_one": lambda: identifier_twice(make_technology),
    "technologyalias_tells_what_it_is_near": lambda: near_nothing(make_technology),
    "usage_ends_after_start": lambda: ends_before_it_starts(make_usage),
    "usage_not_via_itself": usage_via_itself,
}
CONSTRAINTS = {
    constraint.name: model
    for model in apps.get_app_config("stacks").get_models()
    if issubclass(model, Curated)
    for constraint in model._meta.constraints
}


def test_every_constraint_has_its_cases():
    assert CASES.keys() == CONSTRAINTS.keys()


def open_form(client, row, leave_out=()):
    url = admin_url(row, "add" if isinstance(row, type) else "change")
    data = form_data(client.get(url))
    return url, {name: value for name, value in data.items() if name not in leave_out}


def errors_of(page) -> dict[str, list[str]]:
    """The errors of the page by the name of the posted field; what stands above a form under its prefix."""
    forms = [page.context["adminform"].form]
    for inline in page.context["inline_admin_formsets"]:
        forms += inline.formset.forms
    return {form.add_prefix(name): list(errors) for form in forms for name, errors in form.errors.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
def test_a_broken_constraint_is_an_error_at_its_field_and_nothing_typed_is_lost(log_in, name):
    client = log_in("reviewer")
    for case in CASES[name]():
        url, data = open_form(client, case.row)
        typed = data | {name: str(value) for name, value in case.typed.items()}
        rows = {model: model._base_manager.count() for model in CONSTRAINTS.values()}

        page = client.post(url, typed)

        assert page.status_code == 200, case
        errors = errors_of(page)
        assert case.at in errors, (case, errors)
        assert {model: model._base_manager.count() for model in rows} == rows
        shown = form_data(page)
        for posted, value in case.typed.items():
            if not posted.startswith("_"):
                assert shown.get(posted, "") == str(value), (case, posted)


def test_every_unique_field_is_an_error_at_its_field(log_in):
    client = log_in("reviewer")
    company, technology, category, source = make_company(), make_technology(), make_category(), make_source()
    for there, other, name in (
        (company, make_company(), "slug"),
        (technology, make_technology(), "slug"),
        (category, make_category(), "slug"),
        (source, make_source(), "url"),
        (company, make_company(), "name"),
        (technology, make_technology(), "name"),
    ):
        url, data = open_form(client, other)
        page = client.post(url, data | {name: getattr(there, name)})
        assert page.status_code == 200
        assert name in errors_of(page)


def test_a_row_may_take_the_place_of_one_that_the_same_save_deletes_or_changes(log_in):
    company = make_company()
    for label in ("Requests", "Users"):
        company.facts.create(label=label, value="4")
    client = log_in("reviewer")
    url, data = open_form(client, company)

    answer = client.post(
        url,
        data
        | {"facts-0-DELETE": "on", "facts-1-label": "Shops"}
        | new_rows("facts", 2, {"label": "Requests", "value": "5"}, {"label": "Users", "value": "6"}),
    )

    assert answer.status_code == 302
    assert set(company.facts.values_list("label", "value")) == {("Requests", "5"), ("Shops", "4"), ("Users", "6")}


def test_two_rows_that_change_places_are_an_error_and_not_a_failure(log_in):
    company = make_company()
    for label in ("Requests", "Users"):
        company.facts.create(label=label, value="4")
    client = log_in("reviewer")
    url, data = open_form(client, company)

    page = client.post(url, data | {"facts-0-label": "Users", "facts-1-label": "Requests"})

    assert page.status_code == 200
    assert errors_of(page).keys() == {"facts-0-label", "facts-1-label"}


@pytest.mark.parametrize("left_out", ["technology", "category", "company"])
def test_a_usage_without_one_of_its_names_is_an_error_in_the_form(log_in, left_out):
    usage = make_usage()
    client = log_in("reviewer")
    url, data = open_form(client, usage)

    page = client.post(url, data | {left_out: "", "technology": "", "purpose": "Typed"})

    assert page.status_code == 200
    assert "technology" in errors_of(page)
    assert form_data(page)["purpose"] == "Typed"


def test_every_form_of_the_catalogue_holds_its_rows_against_all_constraints():
    from stacks.admin.forms import ConstrainedForm

    for model, model_admin in admin.site._registry.items():
        if issubclass(model, Curated):
            assert issubclass(model_admin.form, ConstrainedForm), reverse(f"admin:stacks_{model._meta.model_name}_add")
            assert all(issubclass(inline.form, ConstrainedForm) for inline in model_admin.inlines), model


def test_what_is_too_long_is_kept_whole_and_the_limit_is_told(log_in):
    source = make_source()
    evidence = make_evidence(usage=make_usage(), source=source)
    client = log_in("reviewer")
    for row, name, value in (
        (evidence, "quote", "w" * 599),
        (source, "url", f"https://source.example/{'x' * 600}"),
        (source, "title", "t" * 301),
    ):
        page = client.get(admin_url(row, "change"))
        assert "maxlength" not in page.content.decode().partition('<div id="content-main">')[2]

        page = client.post(admin_url(row, "change"), form_data(page) | {name: value})

        assert form_data(page)[name] == value
        assert f"(it has {len(value)})" in " ".join(errors_of(page)[name])


def test_no_blank_stands_where_something_is_in_use(log_in):
    usage = make_usage(make_company("Fam"), make_technology("Kafka", make_category("Brokers")), **D)
    typed = {"category": usage.category_id, "outcome": "nothing_found", "looked_on": "2026-11"}
    elsewhere = make_coverage(usage.company)
    other = make_coverage(category=usage.category)
    client = log_in("reviewer")

    for row, posted, at in (
        (type(elsewhere), typed | {"company": usage.company_id}, "category"),
        (elsewhere, {"category": usage.category_id}, "category"),
        (other, {"company": usage.company_id}, "category"),
        (usage.company, new_rows("coverage", 1, typed), "coverage-1-category"),
    ):
        url, data = open_form(client, row)
        page = client.post(url, data | posted)
        assert errors_of(page)[at] == ["Fam used Kafka in Brokers on 2026-11: that is no blank."]

    usage.ended = "2020"
    usage.save()
    url, data = open_form(client, elsewhere)
    assert client.post(url, data | {"category": usage.category_id}).status_code == 302
