"""Publishing from a review: what goes along, and all or nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stacks.models import Evidence, Migration, State, Technology, Usage
from tests.admin.reviewing.steps import P, fresh, page_of, press, publish, said, text_of, version
from tests.factories import (
    make_company,
    make_technology,
    make_usage,
)

pytestmark = pytest.mark.both_databases


def test_what_would_stay_out_of_sight_is_said_before_and_goes_along(log_in, users):
    company = make_company("Acme", state=State.DRAFT, summary="Makes things.")
    technology = make_technology("Factlib", state=State.DRAFT, summary="A library.")
    bare = make_technology("WAL queue", state=State.DRAFT)
    seen, unseen = make_usage(company, technology, state=P), make_usage(company, bare, state=P)
    client = log_in("reviewer")
    page = page_of(client, company)
    press(client, company, "accept", version(page, seen), version(page, unseen))

    page = page_of(client, company)
    assert [(str(each.row), each.is_chosen) for each in page.companions] == [
        ("Acme", True), ("Factlib", True), ("WAL queue", False),
    ]  # fmt: skip
    assert page.hidden == 1
    text = text_of(client, company)
    assert "1 of them stays out of sight" in text
    assert "It has no summary yet." in text
    answer = publish(client, company)

    assert [fresh(row).state for row in (company, technology, bare, seen, unseen)] == [
        State.PUBLISHED, State.PUBLISHED, State.DRAFT, State.PUBLISHED, State.PUBLISHED,
    ]  # fmt: skip
    assert (fresh(seen).visible, fresh(unseen).visible) == (True, False)
    assert "WAL queue" in said(answer)


def test_what_keeps_many_out_of_sight_is_told_once(log_in):
    company = make_company("Acme", state=State.DRAFT)
    usages = [make_usage(company, state=P) for _ in range(3)]
    client = log_in("reviewer")
    page = page_of(client, company)
    press(client, company, "accept", *(version(page, usage) for usage in usages))

    told = said(publish(client, company))

    assert "3 of them are published, and not wholly in sight" in told
    assert told.count("Acme") == 1


def test_what_goes_along_is_what_was_shown_and_nothing_else(log_in):
    company = make_company("Acme", state=State.DRAFT, summary="Makes things.")
    usage, stranger = make_usage(company, state=P), make_technology(state=State.DRAFT)
    client = log_in("reviewer")
    press(client, company, "accept", version(page_of(client, company), usage))
    page = page_of(client, company)
    company.summary = "Makes other things."
    company.save()

    for along in (page.companions[0].version, f"technology.{stranger.pk}.x"):
        answer = press(client, company, "publish", seen=page.seen, **{"with": along})
        assert "says something else by now" in said(answer)
    assert [fresh(row).state for row in (company, usage, stranger)] == [State.DRAFT, P, State.DRAFT]


def test_all_or_nothing_is_published(log_in, company):
    client, usage = log_in("reviewer"), company.usages.get()
    page = page_of(client, company)
    press(client, company, "accept", version(page, usage), version(page, Migration.objects.get()))
    Evidence.objects.filter(migration__isnull=False).delete()
    page = page_of(client, company)
    press(client, company, "accept", version(page, Migration.objects.get()))

    answer = publish(client, company)

    assert "has no source yet" in said(answer)
    assert fresh(usage).state == P


def test_what_was_published_before_is_compared_with_it(log_in, users):
    usage = make_usage(purpose="Cache")
    usage.state, usage.purpose = P, "Sessions"
    usage.save()

    assert "Purpose, as published before Cache Sessions" in text_of(log_in("reviewer"), usage.company)


@pytest.mark.parametrize("number", [1, 3])
def test_publishing_many_costs_at_most_two_queries_a_row(log_in, users, number):
    company = make_company()
    for _ in range(number):
        make_usage(company, state=P)
    client = log_in("reviewer")
    page = page_of(client, company)
    press(client, company, "accept", *(item.version for item in page.items))
    page = page_of(client, company)

    with CaptureQueriesContext(connection) as queries:
        press(client, company, "publish", seen=page.seen)

    assert len(queries) <= 110 + 2 * number
    assert Usage.objects.published().filter(company=company).count() == number
    assert not Technology.objects.filter(companies_count=0).exists()
