"""Rows by keys, of a statement that is written once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stacks.among import Keyed, among
from stacks.models import Company, Source, Technology
from tests.factories import make_company, make_source, make_technology

pytestmark = pytest.mark.django_db


def test_each_time_it_answers_what_django_would():
    made = [make_company(name, life_on=date) for name, date in (("Fam", "2019"), ("Zerodha", ""), ("Netflix", ""))]
    columns = ("pk", "name", "founded", "life_on", "state", "parent__slug", "revised_at")
    asked = Keyed(lambda pks: Company.objects.filter(pk__in=pks).order_by("name").values_list(*columns))

    for keys in ([made[0].pk], [each.pk for each in made], [], [made[2].pk, -1]):
        right = Company.objects.filter(pk__in=among(keys)).order_by("name").values_list(*columns)
        assert list(map(tuple, asked(keys))) == list(right)


def test_it_is_one_query_however_many_keys():
    asked = Keyed(lambda pks: Technology.objects.filter(pk__in=pks).order_by("pk").values_list("slug"))
    make_technology("Redis")

    with CaptureQueriesContext(connection) as few:
        asked([1])
    with CaptureQueriesContext(connection) as many:
        asked(range(50_000))
    assert len(few) == len(many) == 1


def test_keys_may_be_texts_and_stand_twice():
    sources = [make_source() for number in range(3)]
    asked = Keyed(
        lambda uids: Source.objects.filter(uid__in=uids).exclude(title__in=uids).order_by("pk").values_list("url"),
        "text",
    )

    assert asked([each.uid for each in sources[1:]]) == [[each.url] for each in sources[1:]]
