"""The queue of what waits, and what came back to its author."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from stacks.models import Review, State
from stacks.proposals.deciding import refuse
from stacks.proposals.proposing import open_batch, propose_changes
from tests.admin.doors import admin_url
from tests.admin.reviewing.steps import P, crowd
from tests.factories import (
    make_company,
    make_technology,
    make_usage,
)


def test_the_queue_names_each_subject_with_its_counts(log_in, users, company):
    propose_changes(open_batch(users["curator"]), make_technology("Redis"), {"summary": "A cache."})
    make_technology("Factlib", state=P)

    text = text_of_queue(log_in("reviewer"))

    assert "Acme 2" in text
    assert "Factlib 1" in text
    assert log_in("nobody").get(reverse("admin:stacks_review_queue")).status_code == 403


def text_of_queue(client):
    html = client.get(reverse("admin:stacks_review_queue")).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.parametrize("number", [1, 3])
def test_what_came_back_is_listed_for_its_author_alone(log_in, users, number):
    rows = [make_usage(state=State.DRAFT) for _ in range(number)]
    Review.objects.bulk_create(
        [Review(usage=row, author=users["curator"], proposed_at=timezone.now(), reason="Who says so?") for row in rows]
    )
    for _ in range(number):
        refuse(
            propose_changes(open_batch(users["curator"]), make_usage(purpose="Cache"), {"purpose": "Sessions"}),
            users["reviewer"],
            "No more.",
        )
    client, url = log_in("curator"), reverse("admin:stacks_returned")

    with CaptureQueriesContext(connection) as queries:
        page = client.get(url)

    assert len(queries) <= 10
    listed = page.context["returned"]
    assert [(each.reason, each.line is None) for each in listed] == (
        [("Who says so?", True)] * number + [("No more.", False)] * number
    )
    assert (listed[-1].differences[0].then, listed[-1].differences[0].new) == ("Cache", "Sessions")
    assert log_in("reviewer").get(url).context["returned"] == []
    assert log_in("nobody").get(url).status_code == 403
    log_in("reviewer").post(url, {"line": listed[-1].line})
    assert len(client.get(url).context["returned"]) == number * 2
    client.post(url, {"line": listed[-1].line})
    assert len(client.get(url).context["returned"]) == number * 2 - 1
    assert client.post(url, {"line": "x"}).status_code == 302


def test_the_front_page_counts_what_waits(log_in, users, company):
    propose_changes(open_batch(users["curator"]), make_usage(), {"purpose": "X"})
    Review.objects.filter(usage__isnull=False).update(reason="Why?")

    counts = {work.label: (work.count, work.url) for work in log_in("curator").get("/admin/").context["worklists"]}

    queue = reverse("admin:stacks_review_queue")
    assert counts["proposed and waiting"] == (2, queue)
    assert counts["proposed changes"] == (1, queue)
    assert counts["returned to me"] == (1, reverse("admin:stacks_returned"))


@pytest.mark.parametrize("number", [1, 3])
def test_the_queue_costs_the_same_however_much_waits(log_in, users, number):
    for _ in range(number):
        crowd(make_company(), users, 1)
        propose_changes(open_batch(users["curator"]), make_technology(), {"summary": "New"})
    client, url = log_in("reviewer"), reverse("admin:stacks_review_queue")

    with CaptureQueriesContext(connection) as queries:
        page = client.get(url)

    assert len(queries) == 11  # session, user, permissions, and eight of what waits
    assert len(page.context["queue"]) == number * 2


def test_where_nothing_waits_it_says_what_would_and_leads_on(log_in):
    client = log_in("reviewer")
    for url in (reverse("admin:stacks_review_queue"), reverse("admin:stacks_returned")):
        page = client.get(url).content.decode()
        assert "stands here" in page
        assert 'href="/admin/">To what waits' in page


def test_keys_are_named_to_those_for_whom_they_do_something(log_in):
    url = admin_url(make_usage(state="proposed").company, "review")

    assert "accept the category" in log_in("reviewer").get(url).content.decode().partition("<dialog")[0]
    assert "accept the category" not in log_in("curator").get(url).content.decode().partition("<dialog")[0]
