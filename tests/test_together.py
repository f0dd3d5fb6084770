import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stacks import derived
from stacks.models import Change, Evidence, ImportLine, Stage, State, Usage
from stacks.together import CATEGORY, END, SOURCE, STAGE, VERIFIED, Cited, Refused, look, write
from tests.factories import make_category, make_company, make_source, make_technology, make_usage

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer(django_user_model):
    return django_user_model.objects.create_superuser("rita")


@pytest.fixture
def curator(django_user_model):
    return django_user_model.objects.create_user("anna")


def ticked(*usages):
    rows = Usage.objects.select_related("company", "technology", "category").in_bulk([usage.pk for usage in usages])
    return [rows[usage.pk] for usage in usages]


def values():
    """What each kind of change is given."""
    return {
        STAGE: Stage.RETIRED,
        END: "2024",
        CATEGORY: make_category("Caches"),
        SOURCE: Cited(make_source(), "2024-05"),
        VERIFIED: "2026-11-27",
    }


@pytest.mark.parametrize("what", [STAGE, END, CATEGORY, SOURCE, VERIFIED])
def test_all_are_changed_with_history_feed_and_derived_values(what, reviewer):
    usages = [make_usage(), make_usage()]
    value, newest = values()[what], Change.objects.count()

    assert write(ticked(*usages), what, value, reviewer) == (2, 0)

    for usage in Usage.objects.all():
        match what:
            case "stage":
                assert usage.stage == Stage.RETIRED
            case "end":
                assert usage.ended == "2024"
            case "category":
                assert usage.category == value
            case "source":
                assert usage.evidence.get(source=value.source).edition_on == "2024-05"
            case "verified":
                assert {(row.verified_on, row.verified_by) for row in usage.evidence.all()} == {(value, reviewer)}
        row = usage if what in (STAGE, END, CATEGORY) else usage.evidence.last()
        assert row.history.first().history_user == reviewer
        assert row.history.first().version == row.version
    told = Change.objects.filter(seq__gt=newest, kind="usage", verb="changed")
    assert set(told.values_list("object", flat=True)) == {usage.uid for usage in usages}
    assert derived.check() == []
    assert write(ticked(*usages), what, value, reviewer) == (0, 0)


@pytest.mark.parametrize("what", [STAGE, END, CATEGORY, SOURCE, VERIFIED])
def test_who_may_not_publish_proposes_and_writes_drafts(what, curator):
    public, draft = make_usage(), make_usage(state=State.DRAFT)
    value = values()[what]

    assert [one.proposed for one in look(ticked(public, draft), what, value, curator)] == [True, False]
    assert write(ticked(public, draft), what, value, curator) == (1, 1)

    line = ImportLine.objects.waiting().get()
    assert (line.author, line.company) == (curator, public.company)
    assert line.kind == ("evidence" if what in (SOURCE, VERIFIED) else "usage")
    assert Usage.objects.get(pk=public.pk).version == public.version
    assert Evidence.objects.filter(usage=public).count() == 1
    write(ticked(public), what, value, curator)
    assert ImportLine.objects.waiting().count() == 1


def test_another_value_takes_the_place_of_the_first(curator):
    usage = make_usage()

    for ended in ("2023", "2024"):
        write(ticked(usage), END, ended, curator)

    assert ImportLine.objects.waiting().get().new == "2024"


def in_the_way():
    """Usages that cannot be changed so, with how."""
    company, redis, caches = make_company(), make_technology("Redis"), make_category()
    here = make_usage(company, redis, category=caches)
    there = make_usage(company, redis)
    retired = make_usage(company, redis, category=caches, stage=Stage.RETIRED)
    practice = make_usage(company, make_technology("Trunk-based", kind="practice"))
    make_technology("Memcached", category=caches)
    return [
        (STAGE, Stage.IN_USE, retired),
        (CATEGORY, caches, there),
        (CATEGORY, caches, practice),
        (END, "2010", make_usage(started="2015")),
        (VERIFIED, "2026-11-27", make_usage(state=State.DRAFT, source=False)),
        (STAGE, Stage.TRIAL, here),
    ]


def test_each_row_is_held_against_the_rules_and_one_stops_all(reviewer):
    *wrong, (what, value, fine) = in_the_way()
    assert not look(ticked(fine), what, value, reviewer)[0].problem

    for what, value, usage in wrong:
        other = make_usage()
        with pytest.raises(Refused) as refused:
            write(ticked(usage, other), what, value, reviewer)
        assert str(usage.company) in refused.value.reasons[0]
        assert Usage.objects.get(pk=other.pk).version == other.version
        assert Usage.objects.get(pk=usage.pk).version == usage.version


def test_two_that_would_meet_each_other_stop_each_other(reviewer):
    company, redis = make_company(), make_technology("Redis")
    usages = [make_usage(company, redis, category=make_category()) for _ in range(2)]

    outcomes = look(ticked(*usages), CATEGORY, make_category(), reviewer)

    assert [bool(one.problem) for one in outcomes] == [False, True]


@pytest.mark.parametrize("what", [STAGE, END, CATEGORY, SOURCE, VERIFIED])
@pytest.mark.parametrize("role", ["curator", "reviewer"])
def test_it_costs_few_queries_however_many(what, role, request):
    """At most one a row: nothing is asked for each."""
    user = request.getfixturevalue(role)
    company = make_company()
    few, many = ([make_usage(company, source=make_source()) for _ in range(count)] for count in (1, 8))
    value = values()[what]
    rows = ticked(*few), ticked(*many)
    user.get_all_permissions()

    costs = []
    for some in rows:
        with CaptureQueriesContext(connection) as asked:
            write(some, what, value, user)
        costs.append(len(asked))
    assert costs[1] <= costs[0] + 7
