"""Honest blanks beside usages: refused by the day, ended by what is published."""

from contextlib import nullcontext

import pytest
from django.core.exceptions import ValidationError

from stacks.models import Coverage, State, Usage
from tests.admin.doors import admin_url
from tests.admin.reviewing import steps
from tests.admin.test_roles import press, run_action, said
from tests.factories import make_category, make_company, make_coverage, make_technology, make_usage


@pytest.mark.parametrize(
    ("usage", "looked_on", "refused"),
    [
        ({"started": "2019"}, "2018-06", False), ({"started": "2019"}, "2019-06", True), ({}, "2019", False),
        ({}, "2026", True), ({"started": "2015", "ended": "2018"}, "2017", True),
        ({"started": "2015", "ended": "2018"}, "2019", False), ({"stage": "planned"}, "2026", False),
        ({"source": False}, "2010", True), ({"state": State.RETRACTED}, "2026", False),
    ],
)  # fmt: skip
def test_a_blank_is_refused_only_where_something_was_in_use_on_its_day(db, usage, looked_on, refused):
    """What no source tells of before 2020 was not in use in 2019, what bears no date at all was at any time."""
    used = make_usage(**usage)
    blank = Coverage(company=used.company, category=used.category, outcome="nothing_found", looked_on=looked_on)

    with pytest.raises(ValidationError, match="that is no blank") if refused else nullcontext():
        blank.full_clean()


@pytest.mark.parametrize("door", ["button", "list", "review"])
def test_publishing_a_usage_offers_to_end_the_blank_that_it_speaks_against(log_in, door):
    client, usage = log_in("reviewer"), make_usage(make_company("Fam"), make_technology("Kafka"), state=State.PROPOSED)
    blank = make_coverage(usage.company, usage.category)
    elsewhere = make_technology(category=make_category())
    past = make_usage(usage.company, elsewhere, started="2010", ended="2012", state=State.PROPOSED)
    make_coverage(usage.company, past.category)
    make_coverage(make_company(), usage.category)

    if door == "review":
        steps.press(client, usage.company, "accept", steps.version(steps.page_of(client, usage.company), usage))
        answer = steps.publish(client, usage.company)
    elif door == "button":
        answer = press(client, usage, "publish")
    else:
        answer = run_action(client, Usage, "publish_selected", [usage, past])

    [offer] = [each for each in said(answer) if "End the blank" in each]
    address = admin_url(blank, "delete")
    assert f'<a href="{address}">End the blank</a>' in offer
    assert client.post(address, {"post": "yes"}).status_code == 302
    assert not Coverage.objects.filter(pk=blank.pk).exists()
