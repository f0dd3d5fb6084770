import io

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from stacks import derived
from stacks.management import synthetic
from stacks.models import Change, Company, Counter, Evidence, Technology, Usage

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(synthetic, "BATCH", 20)


def make(**options):
    call_command("make_catalogue", stdout=io.StringIO(), **{"companies": 50, "usages": 10} | options)


def test_it_is_whole_and_leans_as_the_real_one_does(small):
    make()

    assert Company.objects.published().count() == 50
    assert derived.check() == []
    assert Counter.objects.get().revision == Change.objects.count()
    counts = list(Technology.objects.order_by("-companies_count").values_list("companies_count", flat=True)[:100])
    assert 5 <= counts[0] <= 40
    assert counts[0] > 3 * counts[60]
    assert 8 * 50 < Usage.objects.count() < 12 * 50
    assert set(Usage.objects.values_list("visible", flat=True)) == {True}
    assert not Usage.objects.filter(evidence=None).exists()
    assert Evidence.objects.filter(usage__stage="retired").exclude(stage="retired").count() == 0


def test_the_same_seed_makes_the_same_catalogue(small):
    def told():
        return list(
            Usage.objects.order_by("pk").values_list("company__name", "technology__slug", "stage", "started", "ended")
        )

    made = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            make(companies=5, seed=seed)
            made.append(told())
            transaction.set_rollback(True)

    first, again, other = made
    assert len(first) > 20
    assert first == again
    assert first != other


def test_nothing_is_mixed_with_a_catalogue_that_is_there(small):
    make(companies=2)

    with pytest.raises(CommandError, match="not empty"):
        make(companies=2)
    assert Company.objects.count() == 2


@pytest.mark.parametrize("options", [{"companies": 0}, {"usages": 0}, {"companies": -3}])
def test_a_number_that_makes_nothing_is_refused(options):
    with pytest.raises(CommandError, match="At least one"):
        make(**options)
