"""Rows by keys, of a statement that is written once."""

from unittest.mock import ANY

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from stacks.among import Keyed, KeyedRows, among
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


def test_texts_are_found_whatever_stands_in_them():
    names = ['a "quoted" one', "a back\\slash", "it's {braced}, with a comma", "NULL", "", "Ünïcode ☃"]
    made = [make_source(title=name) for name in names]
    asked = Keyed(lambda told: Source.objects.filter(title__in=told).order_by("pk").values_list("pk"), "text")

    assert asked(names) == [[each.pk] for each in made]
    assert [asked([name]) for name in names] == [[[each.pk]] for each in made]


def test_whole_rows_are_what_django_would_make_of_them():
    made = [make_technology(name) for name in ("Redis", "Kafka")]
    asked = KeyedRows(
        lambda pks: Technology.objects.filter(pk__in=pks).order_by("name").annotate(area=F("category__parent__name")),
        ["area"],
    )

    for pks in ([each.pk for each in made], [made[0].pk], [-1]):
        right = list(Technology.objects.filter(pk__in=pks).order_by("name"))
        found = asked(pks)
        assert found == right
        assert [vars(one) for one in found] == [
            vars(one) | {"area": one.category.parent.name, "_state": ANY} for one in right
        ]
        assert all(not one._state.adding and one._state.db == "default" for one in found)
