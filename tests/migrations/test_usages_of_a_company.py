from importlib import import_module

import pytest
from django.apps import apps

from stacks import derived
from stacks.models import Company, State
from tests.factories import make_company, make_usage

pytestmark = pytest.mark.django_db
count = import_module("stacks.migrations.0015_usages_of_a_company").count


def test_what_was_there_is_counted():
    full, bare = make_company("Full", usages=3), make_company("Bare")
    for fields in ({"stage": "planned"}, {"stage": "retired"}, {"ended": "2020"}, {"state": State.DRAFT}):
        make_usage(full, **fields)
    Company._base_manager.update(usages_count=99)

    count(apps, None)

    assert [Company.objects.get(pk=row.pk).usages_count for row in (full, bare)] == [3, 0]
    assert derived.check() == []
