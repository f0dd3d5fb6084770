"""The state machine: which step starts where, who may take it, and what the public is told."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from stacks.models import Change, Company, Migration, Source, Stance, State, Technology, Usage
from stacks.review import (
    CURATOR,
    PROPOSE,
    PUBLISH,
    RETRACT,
    RETURN,
    REVIEWED,
    REVIEWER,
    TRANSITIONS,
    Refused,
    make_groups,
    may,
    move,
    open_transitions,
)
from tests.factories import make_company, make_evidence, make_migration, make_technology, make_usage

pytestmark = pytest.mark.django_db

D, P, PUB, R = State.DRAFT, State.PROPOSED, State.PUBLISHED, State.RETRACTED
MAKERS = {Technology: make_technology, Company: make_company, Usage: make_usage, Migration: make_migration}


def make_user(group, name="somebody"):
    user = User.objects.create_user(name)
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def curator():
    return make_user(CURATOR, "curator")


@pytest.fixture
def reviewer():
    return make_user(REVIEWER, "reviewer")


def feed():
    return list(Change.objects.values_list("verb", "kind", "object"))


# The end of each step from each start; None where the step is refused.
TABLE = [
    (PROPOSE, {D: P, P: P, PUB: None, R: None}),
    (PUBLISH, {D: PUB, P: PUB, PUB: PUB, R: PUB}),
    (RETURN, {D: D, P: D, PUB: None, R: D}),
    (RETRACT, {D: None, P: None, PUB: R, R: R}),
]


@pytest.mark.parametrize("model", REVIEWED)
@pytest.mark.parametrize(
    ("step", "start", "end"), [(step, start, end) for step, ends in TABLE for start, end in ends.items()]
)
def test_each_step_leads_where_the_table_says_or_is_refused(reviewer, model, step, start, end):
    row = MAKERS[model](state=start)

    if end is None:
        with pytest.raises(Refused, match=r"cannot be"):
            move([row], step, reviewer)
    else:
        assert move([row], step, reviewer) == (start != end)

    row.refresh_from_db()
    assert row.state == (end or start)


def test_the_table_above_knows_every_step():
    assert {step for step, _ in TABLE} == set(TRANSITIONS.values())


@pytest.mark.parametrize("model", REVIEWED)
@pytest.mark.parametrize("step", TRANSITIONS.values(), ids=lambda step: step.name)
def test_curators_propose_and_reviewers_do_the_rest(curator, reviewer, model, step):
    nobody = User.objects.create_user("nobody")
    row = MAKERS[model](state=step.sources[0])

    assert [may(user, step, model) for user in (nobody, curator, reviewer)] == [False, step is PROPOSE, True]
    with pytest.raises(PermissionDenied):
        move([row], step, nobody if step is PROPOSE else curator)

    row.refresh_from_db()
    assert row.state == step.sources[0]


@pytest.mark.parametrize(
    ("state", "curators", "reviewers"),
    [
        (D, [PROPOSE], [PROPOSE, PUBLISH]),
        (P, [], [PUBLISH, RETURN]),
        (PUB, [], [RETRACT]),
        (R, [], [PUBLISH, RETURN]),
    ],
)
def test_the_offered_steps_are_those_that_can_be_taken(curator, reviewer, state, curators, reviewers):
    usage = make_usage(state=state)

    assert open_transitions(usage, curator) == curators
    assert open_transitions(usage, reviewer) == reviewers


@pytest.mark.parametrize("make", [make_usage, make_migration])
def test_nothing_is_published_without_a_source_that_supports_it(reviewer, make):
    row = make(state=P)
    row.evidence.get().delete()

    with pytest.raises(Refused, match="has no source yet"):
        move([row], PUBLISH, reviewer)
    make_evidence(**{row._meta.model_name: row}, stance=Stance.CONTRADICTS)
    with pytest.raises(Refused, match="has no source yet"):
        move([row], PUBLISH, reviewer)
    make_evidence(**{row._meta.model_name: row})

    assert move([row], PUBLISH, reviewer) == 1


def test_all_rows_move_or_none_and_each_obstacle_is_named(reviewer):
    good, bare, gone = make_usage(state=P), make_usage(state=P, source=False), make_usage(state=R)

    with pytest.raises(Refused) as refused:
        move([good, bare, gone], RETRACT, reviewer)
    assert refused.value.reasons == [
        f"{good} is proposed and cannot be retracted.",
        f"{bare} is proposed and cannot be retracted.",
    ]
    with pytest.raises(Refused) as refused:
        move([good, bare], PUBLISH, reviewer)
    assert refused.value.reasons == [f"{bare} has no source yet: add the evidence first."]

    assert [Usage.objects.get(pk=row.pk).state for row in (good, bare, gone)] == [P, P, R]


def test_a_retracted_usage_with_an_open_twin_stays_retracted(reviewer):
    old = make_usage(state=R)
    make_usage(old.company, old.technology, old.category)

    for step in (PUBLISH, RETURN):
        with pytest.raises(Refused, match="open twin"):
            move([old], step, reviewer)
    old.ended = "2020"
    old.save()

    assert move([old], PUBLISH, reviewer) == 1


@pytest.mark.parametrize("make", [make_company, make_technology, make_usage, make_migration])
def test_a_draft_and_a_proposal_leave_no_trace_in_the_feed(curator, reviewer, make):
    row = make(state=D)
    before = [line for line in feed() if line[1] == row._meta.model_name]

    move([row], PROPOSE, curator)
    move([row], RETURN, reviewer)
    row.refresh_from_db()
    row.delete()

    assert [line for line in feed() if line[1] == row._meta.model_name] == before


def test_a_retraction_leaves_a_tombstone_for_the_row_and_its_source(reviewer):
    usage = make_usage()
    source = usage.evidence.get().source
    before = Change.objects.count()

    move([usage], RETRACT, reviewer)

    assert feed()[before:] == [("removed", "usage", usage.uid), ("removed", "source", source.uid)]
    assert [change.payload for change in Change.objects.all()[before:]] == [{}, {}]
    assert not Usage.objects.published().exists()
    assert not Source.objects.published().exists()


def test_a_retracted_company_takes_its_usages_out_of_sight_and_publishing_brings_them_back(reviewer):
    usage = make_usage()
    before = Change.objects.count()

    move([usage.company], RETRACT, reviewer)
    hidden = {line[:2] for line in feed()[before:]}
    before = Change.objects.count()
    move([usage.company], PUBLISH, reviewer)

    assert hidden == {("removed", "company"), ("removed", "usage"), ("removed", "source")}
    assert {line[:2] for line in feed()[before:]} == {("added", "company"), ("added", "usage"), ("added", "source")}


def test_a_step_is_told_in_the_history(reviewer):
    usage = make_usage(state=P)

    move([usage], PUBLISH, reviewer)

    newest, older = usage.history.all()[:2]
    assert (older.state, newest.state, newest.history_change_reason) == (P, PUB, "published")


def test_the_groups_can_be_made_again_and_keep_what_was_added(curator):
    group = Group.objects.get(name=CURATOR)
    before = set(group.permissions.values_list("codename", flat=True))

    make_groups()
    call_command("migrate", verbosity=0)

    assert set(group.permissions.values_list("codename", flat=True)) == before
    assert "publish_usage" not in before
    assert {"add_usage", "change_usage", "delete_evidence"} <= before
    assert "delete_usage" not in before


def test_of_two_retracted_twins_moved_together_the_second_is_refused_and_nothing_is_kept():
    first = make_usage(state=State.RETRACTED)
    second = make_usage(first.company, first.technology, first.category, state=State.RETRACTED)
    reviewer = User.objects.create_superuser("twin")

    with pytest.raises(Refused, match="open twin"):
        move([first, second], PUBLISH, reviewer)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.RETRACTED, State.RETRACTED)
