import pytest

from stacks import revisions
from stacks.comparison.load import load_columns, load_matrix, load_stack, load_technology_matrix
from stacks.comparison.matrix import Agreement, Ref
from stacks.comparison.period import in_use
from stacks.held import load_sets
from stacks.models import Stage, State, Usage
from tests.factories import (
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = pytest.mark.django_db


def technologies_of(matrix):
    return sorted(entry.fact.technology.slug for row in matrix.rows for cell in row.cells for entry in cell.entries)


@pytest.mark.parametrize("usages_each", [1, 30])
def test_a_comparison_costs_the_same_however_much_it_shows(django_assert_num_queries, usages_each):
    companies = [make_company(usages=usages_each) for _ in range(3)]

    # usages, their evidence, blanks, relations
    with django_assert_num_queries(5):
        matrix = load_matrix(companies)

    assert matrix.usage_count == usages_each * 3


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_what_is_not_published_is_in_no_comparison(state):
    company, other = make_company(), make_company()
    make_usage(company, state=state)
    make_usage(company, make_technology(state=state))
    hidden_via = make_technology(state=state)
    seen = make_usage(company, via=hidden_via)
    make_usage(other, seen.technology)

    matrix = load_matrix([company, other])

    assert technologies_of(matrix) == [seen.technology.slug] * 2
    assert matrix.rows[0].cells[0].entries[0].fact.via is None


def test_planned_ended_and_retired_usages_are_not_compared():
    company = make_company()
    make_usage(company, stage="planned")
    make_usage(company, stage="retired")
    make_usage(company, ended="2019")
    trial = make_usage(company, stage="trial")

    assert technologies_of(load_matrix([company, make_company()])) == [trial.technology.slug]


def test_a_managed_form_meets_its_base_through_the_relations_that_are_public():
    category = make_category()
    kafka, msk = make_technology("Kafka", category), make_technology("MSK", category)
    one, other = make_company(), make_company()
    make_usage(one, kafka)
    make_usage(other, msk)

    before = load_matrix([one, other]).rows[0].agreement
    make_relation(msk, "managed_form_of", kafka)
    after = load_matrix([one, other]).rows[0].agreement

    assert (before, after) == (Agreement.DIFFERENT, Agreement.FAMILY)


@pytest.mark.parametrize(
    ("fields", "as_of", "present"),
    [
        ({"started": "2019-06"}, "2019", True),  # the last day of 2019
        ({"started": "2019-06"}, "2019-05", False),
        ({"started": "2019"}, "2019-03", True),  # no contradiction at the shorter precision
        ({"started": "2016", "ended": "2018-09"}, "2018-08-31", True),
        ({"started": "2016", "ended": "2018-09"}, "2018-09", False),
        ({"started": "2016", "ended": "2018", "stage": "retired"}, "2017", True),
        ({"started": "2016", "ended": "2018", "stage": "retired"}, "2018", False),
        ({"started": "2016", "stage": "retired"}, "2017", False),  # nobody says until when
        ({"started": "2016", "stage": "planned"}, "2017", False),
        ({}, "2020-05-01", True),  # the source is of that day
        ({}, "2020-04", False),
    ],
)
def test_as_of_shows_what_was_in_use_on_the_last_day_of_the_date(fields, as_of, present):
    company = make_company()
    make_usage(company, source=make_source(published_on="2020-05-01"), **fields)

    assert bool(load_stack(company, as_of).count) is present
    (column,) = load_columns([company])
    assert in_use(column.facts[0], as_of) is present


def test_in_use_today_means_the_same_in_the_database_and_in_the_facts():
    company = make_company()
    for stage in Stage:
        make_usage(company, stage=stage)
        make_usage(company, stage=stage, ended="2019")

    (column,) = load_columns([company])

    current = set(Usage.objects.current().values_list("uid", flat=True))
    assert {fact.uid for fact in column.facts if in_use(fact)} == current


def test_an_unknown_start_counts_from_the_earliest_edition_that_supports_it():
    company = make_company()
    usage = make_usage(company, source=make_source(published_on="2019", updated_on="2021-03"))
    make_evidence(make_source(published_on="2018"), usage=usage, stance="contradicts")
    make_evidence(make_source(published_on="2024"), usage=usage, edition_on="2020-02")

    usage.refresh_from_db()

    assert usage.known_since == "2020-02"


def test_where_no_source_is_dated_nothing_is_known_of_the_time():
    usage = make_usage(source=False)
    make_evidence(make_source(published_on=""), usage=usage, accessed_on="2026-11-21")

    usage.refresh_from_db()

    assert (usage.known_since, usage.known_until, usage.last_said) == ("", "", "")


def test_a_blank_of_a_company_comes_with_its_source():
    company, other = make_company(), make_company()
    usage = make_usage(other)
    make_coverage(company, usage.category, outcome="not_used", source=make_source(title="Says so"))

    cell = load_matrix([company, other]).rows[0].cells[0]

    assert (cell.blank, cell.looked.source.title) == ("not_used", "Says so")


@pytest.mark.parametrize("users", [1, 30])
def test_technologies_side_by_side_cost_the_same_however_many_use_them(django_assert_num_queries, users):
    one, other = make_technology(), make_technology()
    for n in range(users):
        company = make_company()
        make_usage(company, one)
        if n == 0:
            make_usage(company, other)

    one.refresh_from_db()
    other.refresh_from_db()

    sets = load_sets(revisions.revision())

    # the usages, their evidence, the newest edition
    with django_assert_num_queries(3):
        matrix = load_technology_matrix([one, other], 100, sets)

    assert matrix.users == (users, 1)
    assert matrix.companies == users
    assert len(matrix.rows) == users
    assert matrix.rows[0].used == 2


def test_where_too_many_companies_use_them_those_that_use_most_are_shown_and_all_are_counted():
    one, other = (make_technology(category=make_category()) for _ in range(2))
    for n in range(5):
        company = make_company(f"Company {n}")
        make_usage(company, one)
        if n == 4:
            make_usage(company, other)
    one.refresh_from_db()
    other.refresh_from_db()

    matrix = load_technology_matrix([one, other], 2, load_sets(revisions.revision()))

    assert [row.company.name for row in matrix.rows] == ["Company 4", "Company 0"]
    assert (matrix.companies, matrix.users) == (5, (5, 1))
    assert dict(matrix.categories)[Ref(one.category.slug, one.category.name)] == (5, 0)
