"""How many companies use a technology is moved, not counted again, and is what counting would say."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stacks import derived
from stacks.models import State, Technology, TechnologyCount
from tests.factories import make_category, make_company, make_technology, make_usage

pytestmark = pytest.mark.django_db


def numbers(technology):
    told = TechnologyCount.objects.filter(technology=technology).order_by("category")
    return [Technology.objects.get(pk=technology.pk).companies_count, *told.values_list("companies", flat=True)]


def test_a_company_counts_once_however_often_it_uses_a_technology():
    technology, company = make_technology(), make_company()
    one, other = make_category(), make_category()

    usages = [make_usage(company, technology, category=one, scope=scope) for scope in ("web", "data")]
    assert numbers(technology) == [1, 1]
    usages.append(make_usage(company, technology, category=other))
    assert numbers(technology) == [1, 1, 1]
    make_usage(make_company(), technology, category=other)
    assert numbers(technology) == [2, 1, 2]
    usages[0].ended = "2020"
    usages[0].save()
    assert numbers(technology) == [2, 1, 2]
    usages[1].delete()
    assert numbers(technology) == [2, 2]
    usages[2].category = one
    usages[2].save()
    assert numbers(technology) == [2, 1, 1]
    company.delete()
    assert numbers(technology) == [1, 1]
    make_usage(technology=technology, category=one, state=State.PROPOSED)
    assert numbers(technology) == [1, 1]
    assert derived.check() == []


def test_who_adds_a_usage_has_those_of_its_company_counted_only():
    technology = make_technology()
    make_usage(technology=technology)

    with CaptureQueriesContext(connection) as queries:
        make_usage(technology=technology)

    counting = [query["sql"] for query in queries if "COUNT(" in query["sql"] and "stacks_usage" in query["sql"]]
    assert counting
    assert all('"technology_id" IN' not in sql for sql in counting)
    assert numbers(technology) == [2, 2]
