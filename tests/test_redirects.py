import pytest

from stacks.models import Category, Company, State
from stacks.redirects import find
from tests.factories import make_category, make_company

pytestmark = pytest.mark.django_db


def rename(row, slug, *, slug_given=False):
    row.slug, row.slug_given = slug, slug_given
    row.save()
    return row


def test_slugs_are_found_in_the_order_asked_in_one_query(django_assert_num_queries):
    one, other = make_company("One"), make_company("Other")

    # the companies
    with django_assert_num_queries(1):
        found = find(Company, ["other", "one"])

    assert found.rows == [other, one]
    assert not found.moved
    assert found.unknown == []


def test_an_old_slug_leads_to_the_row_and_says_so(django_assert_num_queries):
    make_company("One")
    moved = rename(make_company("Other"), "new")

    # the companies, the redirects, the companies they lead to
    with django_assert_num_queries(3):
        found = find(Company, ["one", "other"])

    assert found.rows[1] == moved
    assert found.moved
    assert found.slugs == ["one", "new"]


def test_an_old_slug_of_what_is_no_longer_public_leads_nowhere():
    company = rename(make_company("One"), "new")
    company.state = State.RETRACTED
    company.save()

    found = find(Company, ["one", "new", "never"])

    assert found.rows == []
    assert found.unknown == ["one", "new", "never"]


def test_an_old_slug_that_is_given_to_another_leads_there():
    rename(make_company("One"), "new")
    second = rename(make_company("One more"), "one", slug_given=True)

    assert find(Company, ["one"]).rows == [second]


def test_categories_move_too():
    category = rename(make_category("Brokers"), "message-brokers")

    assert find(Category, ["brokers"]).rows == [category]
