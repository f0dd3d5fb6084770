"""The state machine: which step starts where, who may take it, and what the public is told."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from stacks import derived
from stacks.curating import curating
from stacks.models import Change, Company, Migration, Review, Source, Stance, State, Technology, Usage
from stacks.review import (
    CURATOR,
    PROPOSE,
    PUBLISH,
    RETRACT,
    RETURN,
    REVIEWED,
    REVIEWER,
    TAKE_BACK,
    TRANSITIONS,
    Refused,
    make_groups,
    may,
    move,
    note_proposed,
    open_transitions,
)
from stacks.turns import foresee
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


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


def feed():
    return list(Change.objects.values_list("verb", "kind", "object"))


# The end of each step from each start; None where the step is refused.
TABLE = [
    (PROPOSE, {D: P, P: P, PUB: None, R: None}),
    (PUBLISH, {D: PUB, P: PUB, PUB: PUB, R: PUB}),
    (RETURN, {D: D, P: D, PUB: None, R: D}),
    (TAKE_BACK, {D: D, P: D, PUB: None, R: None}),
    (RETRACT, {D: None, P: None, PUB: R, R: R}),
]


@pytest.mark.parametrize("model", REVIEWED)
@pytest.mark.parametrize(
    ("step", "start", "end"), [(step, start, end) for step, ends in TABLE for start, end in ends.items()]
)
def test_each_step_leads_where_the_table_says_or_is_refused(reviewer, model, step, start, end):
    row = MAKERS[model](state=start)
    if start == P:
        note_proposed([row], reviewer)

    if end is None:
        with pytest.raises(Refused, match=r"cannot be"):
            move([row], step, reviewer, reason="No.")
    else:
        assert move([row], step, reviewer, reason="No.") == (start != end)

    row.refresh_from_db()
    assert row.state == (end or start)


def test_the_table_above_knows_every_step():
    assert {step for step, _ in TABLE} == set(TRANSITIONS.values())


@pytest.mark.parametrize("model", REVIEWED)
@pytest.mark.parametrize("step", TRANSITIONS.values(), ids=lambda step: step.name)
def test_curators_propose_and_reviewers_do_the_rest(curator, reviewer, model, step):
    nobody = User.objects.create_user("nobody")
    row = MAKERS[model](state=step.sources[0])
    by_all = (PROPOSE, TAKE_BACK)

    assert [may(user, step, model) for user in (nobody, curator, reviewer)] == [False, step in by_all, True]
    with pytest.raises(PermissionDenied):
        move([row], step, nobody if step in by_all else curator, reason="No.")

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
            move([old], step, reviewer, reason="No.")
    old.ended = "2020"
    old.save()

    assert move([old], PUBLISH, reviewer) == 1


@pytest.mark.parametrize("make", [make_company, make_technology, make_usage, make_migration])
def test_a_draft_and_a_proposal_leave_no_trace_in_the_feed(curator, reviewer, make):
    row = make(state=D)
    before = [line for line in feed() if line[1] == row._meta.model_name]

    move([row], PROPOSE, curator)
    move([row], RETURN, reviewer, reason="No.")
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


@pytest.mark.parametrize("model", REVIEWED)
def test_a_return_takes_a_reason_which_stays_until_the_row_is_proposed_again(curator, reviewer, model):
    row = MAKERS[model](state=D)
    move([row], PROPOSE, curator)
    assert Review.objects.get().author == curator

    with pytest.raises(Refused, match="Say why"):
        move([row], RETURN, reviewer, reason="  ")
    move([fresh(row)], RETURN, reviewer, reason="Who says so?")
    review = Review.objects.get()
    assert (review.author, review.returned_by, review.reason) == (curator, reviewer, "Who says so?")
    assert row.history.first().history_change_reason == "returned to draft: Who says so?"
    move([fresh(row)], PROPOSE, curator)
    assert Review.objects.get().reason == ""
    move([fresh(row)], PUBLISH, reviewer)

    assert not Review.objects.exists()


@pytest.mark.parametrize("model", REVIEWED)
def test_who_proposed_it_takes_it_back_and_nobody_else(curator, model):
    other = make_user(CURATOR, "other")
    row = MAKERS[model](state=D)
    move([row], PROPOSE, curator)

    assert (TAKE_BACK in open_transitions(fresh(row), curator), open_transitions(fresh(row), other)) == (True, [])
    with pytest.raises(Refused, match="somebody else"):
        move([fresh(row)], TAKE_BACK, other)
    move([fresh(row)], TAKE_BACK, curator)

    assert (fresh(row).state, Review.objects.count()) == (D, 0)


@pytest.mark.parametrize("model", REVIEWED)
def test_somebody_else_may_have_to_publish(reviewer, settings, model):
    other = make_user(REVIEWER, "other")
    settings.REVIEW_BY_ANOTHER = True
    proposed, draft = MAKERS[model](state=D), MAKERS[model](state=D)
    move([proposed], PROPOSE, reviewer)
    draft.history.update(history_user=reviewer)

    for row in (proposed, draft):
        assert PUBLISH not in open_transitions(fresh(row), reviewer)
        with pytest.raises(Refused, match="somebody else publishes it"):
            move([fresh(row)], PUBLISH, reviewer)
        assert PUBLISH in open_transitions(fresh(row), other)
        move([fresh(row)], PUBLISH, other)
        move([fresh(row)], RETRACT, reviewer)
        move([fresh(row)], PUBLISH, reviewer)


@pytest.mark.parametrize("number", [1, 30])
def test_a_return_costs_the_same_for_many(reviewer, curator, number, django_assert_max_num_queries):
    usages = [make_usage(state=D) for _ in range(number)]
    move(usages, PROPOSE, curator)

    with django_assert_max_num_queries(45):
        move([fresh(usage) for usage in usages[:1]] + usages[1:], RETURN, reviewer, reason="No.")

    assert Review.objects.exclude(reason="").count() == number


@pytest.mark.parametrize("users", [1, 30])
def test_what_many_use_is_retracted_in_as_many_queries_as_what_one_uses(reviewer, users, django_assert_num_queries):
    technology = make_technology()
    usages = [make_usage(technology=technology) for _ in range(users)]

    with django_assert_num_queries(41):
        move([technology], RETRACT, reviewer)

    assert not Usage.objects.published().exists()
    removed = Change.objects.filter(verb="removed").values_list("object", flat=True)
    assert {usage.uid for usage in usages} <= set(removed)
    assert derived.check() == []


def test_what_was_looked_at_before_the_lock_is_looked_at_again_where_somebody_has_written(reviewer):
    technology = make_technology()
    usage = make_usage(technology=technology)
    foreseen = foresee(Technology, [technology.pk], State.RETRACTED)
    later = make_usage(technology=technology)
    move([usage], RETRACT, reviewer)
    before = Change.objects.count()

    with curating() as ledger:
        ledger.expect(foreseen)
        move([technology], RETRACT, reviewer)

    removed = Change.objects.filter(seq__gt=before, kind="usage").values_list("verb", "object")
    assert list(removed) == [("removed", later.uid)]
    assert derived.check() == []
