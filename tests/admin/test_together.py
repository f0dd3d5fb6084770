import re

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from stacks.models import Evidence, ImportLine, State, Usage
from tests.admin.doors import admin_url
from tests.factories import make_category, make_company, make_source, make_technology, make_usage

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

ACTIONS = {
    "stage_selected": {"stage": "retired"},
    "end_selected": {"ended": "2024"},
    "file_selected": lambda: {"category": make_category().pk},
    "cite_selected": lambda: {"source": make_source().pk, "edition_on": ""},
    "verify_selected": {},
}


def begin(client, action, *usages, **more):
    ticked = {"action": action, ACTION_CHECKBOX_NAME: [usage.pk for usage in usages]} | more
    return client.post(admin_url(Usage, "changelist"), ticked)


def post(client, page, **typed):
    text = page.content.decode()
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', text)[1] for name in ("rows", "told")}
    address = re.search(r'<form method="post" action="([^"]*together[^"]*)"', text)[1]
    return client.post(address, hidden | typed)


@pytest.mark.parametrize("action", ACTIONS)
def test_ticked_shown_and_then_changed(log_in, action):
    usages = [make_usage(), make_usage()]
    reviewer = log_in("reviewer")
    typed = ACTIONS[action]() if callable(ACTIONS[action]) else ACTIONS[action]

    page = begin(reviewer, action, *usages)
    assert {usage.version for usage in Usage.objects.all()} == {usages[0].version}
    if typed:
        assert "nothing is changed yet" in page.content.decode()
        page = post(reviewer, page, **typed)
    assert "Changed at once" in page.content.decode()
    answer = post(reviewer, page, **typed, _write="1")

    assert answer["Location"] == admin_url(Usage, "changelist")
    assert "2 changed" in reviewer.get(answer["Location"]).content.decode()
    changed = Evidence if action in ("cite_selected", "verify_selected") else Usage
    assert changed.history.filter(history_user__username="reviewer").count() == 2


def test_a_curator_proposes_what_visitors_see(log_in):
    public, draft = make_usage(), make_usage(state=State.DRAFT)
    curator = log_in("curator")

    page = post(curator, begin(curator, "stage_selected", public, draft), stage="retired")
    assert "Proposed: a reviewer accepts it." in page.content.decode()
    post(curator, page, stage="retired", _write="1")

    assert ImportLine.objects.waiting().get().row == public.pk
    assert Usage.objects.get(pk=draft.pk).stage == "retired"


def test_what_stands_in_the_way_is_told_at_its_row_and_can_be_left_out(log_in):
    company, redis = make_company(), make_technology("Redis")
    make_usage(company, redis)
    again, fine = make_usage(company, redis, stage="retired"), make_usage(stage="retired")
    reviewer = log_in("reviewer")

    page = post(reviewer, begin(reviewer, "stage_selected", again, fine), stage="in_use")
    text = page.content.decode()
    assert "has an open usage of this technology there already" in text
    assert 'name="_write"' not in text
    rest = re.search(r'name="rows" value="([^"]*)" class="button"', text)[1]
    page = post(reviewer, page, stage="in_use", rows=rest)
    post(reviewer, page, stage="in_use", _write="1")

    assert Usage.objects.get(pk=fine.pk).stage == "in_use"
    assert Usage.objects.get(pk=again.pk).stage == "retired"


@pytest.mark.parametrize("meanwhile", ["changed", "gone", "another value"])
def test_nothing_is_written_that_was_not_read(log_in, meanwhile):
    usage, other = make_usage(), make_usage()
    reviewer = log_in("reviewer")
    page = post(reviewer, begin(reviewer, "end_selected", usage, other), ended="2024")
    if meanwhile == "changed":
        usage.purpose = "Something else"
        usage.save()
    if meanwhile == "gone":
        usage.delete()

    answer = post(reviewer, page, ended="2023" if meanwhile == "another value" else "2024", _write="1")

    assert answer.status_code == (200 if meanwhile == "another value" else 409)
    assert Usage.objects.get(pk=other.pk).ended == ""


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        ("stage_selected", {"stage": "gone"}),
        ("end_selected", {"ended": "soon"}),
        ("end_selected", {"ended": "2999"}),
        ("file_selected", {"category": "x"}),
        ("cite_selected", {"source": "", "edition_on": "2024-13"}),
    ],
)
def test_junk_is_told_at_its_field(log_in, action, typed):
    usage = make_usage()
    reviewer = log_in("reviewer")

    page = post(reviewer, begin(reviewer, action, usage), **typed, _write="1")

    assert "errorlist" in page.content.decode()
    assert Usage.objects.get().version == usage.version


def test_only_who_may_change_usages(log_in):
    usage = make_usage()
    address = reverse("admin:stacks_usage_together", args=["stage"])

    for role, answers in (("nobody", 302), ("onlooker", 302), ("curator", 200), ("reviewer", 200)):
        client = log_in(role)
        assert client.post(address, {"rows": f"{usage.pk}.x", "stage": "retired"}).status_code == answers
        assert client.get(address).status_code == 302
    for rows in ("", "x", f"{'9' * 30}.x"):
        assert client.post(address, {"rows": rows}).status_code == 302
    assert client.post(reverse("admin:stacks_usage_together", args=["junk"])).status_code == 404
    assert Usage.objects.get().stage == "in_use"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many(log_in, count, django_assert_num_queries):
    usages = [make_usage() for _ in range(count)]
    reviewer = log_in("reviewer")
    page = begin(reviewer, "stage_selected", *usages)

    # session, user, permissions, the rows, their evidence
    with django_assert_num_queries(5):
        assert post(reviewer, page, stage="retired").status_code == 200
