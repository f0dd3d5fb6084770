"""What becomes of usages is told alike, whether it was worked out before the lock or under it."""

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from stacks import derived, feed
from stacks.curating import curating
from stacks.models import Change, Company, State, Technology
from stacks.review import PUBLISH, RETRACT, move
from stacks.turns import foresee
from tests.factories import make_company, make_evidence, make_source, make_technology, make_usage

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def lines_of(row, step, user, *, foreseen):
    """What the feed tells of the step, which is taken back."""
    before = Change.objects.count()
    row.refresh_from_db()
    with transaction.atomic():
        if foreseen:
            move([row], step, user, reason="x")
        else:
            with curating():
                move([row], step, user, reason="x")
        told = list(Change.objects.filter(seq__gt=before).values_list("verb", "kind", "object", "payload"))
        numbers = derived.check(), feed.find_untold()
        transaction.set_rollback(True)
    return told, numbers


@pytest.mark.parametrize("step", [RETRACT, PUBLISH])
@pytest.mark.parametrize("model", [Technology, Company])
def test_it_is_told_alike_before_the_lock_and_under_it(model, step):
    state = State.PUBLISHED if step is RETRACT else State.RETRACTED
    technology = make_technology(state=state if model is Technology else State.PUBLISHED)
    company = make_company(state=state if model is Company else State.PUBLISHED)
    shared, lone = make_source(), make_source()
    make_evidence(lone, usage=make_usage(company, technology))
    make_evidence(shared, usage=make_usage(company, technology, ended="2020"))
    make_evidence(shared, usage=make_usage())
    make_usage(company, technology, scope="hidden", state=State.PROPOSED)
    make_usage(company, via=technology)
    row = company if model is Company else technology

    user = User.objects.create_superuser("admin")

    beforehand = lines_of(row, step, user, foreseen=True)
    under_it = lines_of(row, step, user, foreseen=False)

    assert beforehand == under_it
    assert beforehand[1] == ([], [])
    assert ("source", lone.uid) in {(kind, name) for _, kind, name, _ in beforehand[0]}
    assert ("source", shared.uid) not in {(kind, name) for _, kind, name, _ in beforehand[0]}


def test_what_else_the_same_transaction_writes_is_told_as_well():
    technology = make_technology()
    usage, other = make_usage(technology=technology), make_usage()
    user = User.objects.create_superuser("admin")
    before = Change.objects.count()

    with curating() as ledger:
        ledger.expect(foresee(Technology, [technology.pk], State.RETRACTED))
        move([technology], RETRACT, user)
        other.purpose = "Something else"
        other.save()

    told = Change.objects.filter(seq__gt=before, kind="usage").values_list("verb", "object")
    assert set(told) == {("removed", usage.uid), ("changed", other.uid)}
    assert derived.check() == []
