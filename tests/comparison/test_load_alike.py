import pytest

from stacks import revisions
from stacks.comparison.load import load_alike, load_bases, load_matrix
from stacks.curating import curating
from stacks.held import load_sets
from stacks.models import State
from tests.factories import make_category, make_company, make_relation, make_technology, make_usage

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelves():
    """Four categories with two technologies each."""
    with curating():
        categories = [make_category() for _ in range(4)]
        return [(category, [make_technology(category=category) for _ in range(2)]) for category in categories]


def fill(company, shelves, first=4, **fields):
    """The company uses the first technology of the first categories and the second of the others."""
    for n, (category, technologies) in enumerate(shelves):
        make_usage(company, technologies[0 if n < first else 1], category, **fields)
    return company


def alike(company):
    technologies = company.usages.published().current().values_list("technology__slug", flat=True)
    return load_alike(company, list(technologies), load_bases(), load_sets(revisions.revision()))


def test_it_says_what_the_comparison_of_the_two_says(shelves):
    with curating():
        one, other = fill(make_company("One"), shelves), fill(make_company("Other"), shelves, first=3)
        make_relation(shelves[3][1][1], "fork_of", shelves[3][1][0])
        make_usage(other, category=make_category())

    (pair,) = alike(one)

    assert pair == load_matrix([one, other]).alikeness[0]
    assert (pair.met, pair.of) == (7, 8)


def test_only_what_the_public_sees_as_current_counts(shelves):
    with curating():
        one = fill(make_company("One"), shelves)
        fill(make_company("Draft", state=State.DRAFT), shelves)
        fill(make_company("Proposed"), shelves, state=State.PROPOSED)
        fill(make_company("Past"), shelves, ended="2020")
        fill(make_company("Plan"), shelves, stage="planned")
        fill(make_company("Two"), shelves, first=2)
        fill(make_company("Three"), shelves, first=3)

    assert [pair.companies[1].name for pair in alike(one)] == ["Three", "Two"]


def test_who_uses_only_relatives_is_looked_at_too(shelves):
    with curating():
        one, other = make_company("One"), make_company("Other")
        for category, (base, fork) in shelves:
            make_relation(fork, "fork_of", base)
            make_usage(one, fork, category)
            make_usage(other, base, category)

    for company in (one, other):
        assert [(pair.met, pair.of) for pair in alike(company)] == [(4, 8)]


def test_who_uses_nothing_is_like_nobody(shelves, django_assert_num_queries):
    bare = make_company()
    fill(make_company(), shelves)
    sets = load_sets(revisions.revision())

    with django_assert_num_queries(0):
        assert load_alike(bare, [], {}, sets) == []


@pytest.mark.parametrize("companies", [1, 60])
def test_it_costs_the_same_however_many_there_are(shelves, companies, django_assert_num_queries):
    with curating():
        one = fill(make_company("One"), shelves)
        for _ in range(companies):
            fill(make_company(), shelves, first=3)

    sets = load_sets(revisions.revision())

    # the keys of the technologies, what those who share most with it use
    with django_assert_num_queries(2):
        found = load_alike(one, [technologies[0].slug for _, technologies in shelves], {}, sets)

    assert len(found) == min(companies, 5)
