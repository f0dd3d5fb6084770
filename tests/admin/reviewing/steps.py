"""Review on one page, step by step, as a reviewer does it."""

import re

from django.contrib.messages import get_messages
from django.urls import reverse

from stacks.models import CompanyFact, Evidence, State
from stacks.proposals.proposing import open_batch, propose_changes, propose_row
from stacks.review import note_proposed
from tests.factories import (
    make_area,
    make_category,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)

P = State.PROPOSED


def review_url(row=None):
    if row is None:
        return reverse("admin:stacks_vocabulary_review")
    return reverse(f"admin:stacks_{row._meta.model_name}_review", args=[row.pk])


def page_of(client, row=None, **query):
    answer = client.get(review_url(row), query)
    assert answer.status_code == 200
    return answer.context["page"]


def version(page, row):
    """What the page showed of the row: what its buttons post."""
    key = f"{row._meta.model_name}-{row.pk}"
    return page.item(key).version


def press(client, row, do, *versions, **data):
    return client.post(review_url(row), {"do": do, "rows": " ".join(versions)} | data)


def publish(client, row, **data):
    page = page_of(client, row)
    chosen = [companion.version for companion in page.companions if companion.is_chosen]
    return press(client, row, "publish", seen=page.seen, **{"with": chosen} | data)


def said(answer):
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


def text_of(client, row=None, **query):
    html = client.get(review_url(row), query).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def crowd(company, users, number):
    area = make_area()
    rows = []
    for _ in range(number):
        technology = make_technology(category=make_category(parent=area), state=State.DRAFT)
        rows.append(make_usage(company, technology, state=P))
        rows.append(make_migration(company, technology, make_technology(), state=P))
        batch = open_batch(users["curator"])
        published = make_usage(company)
        propose_changes(batch, published, {"via": make_technology(), "purpose": "X"})
        propose_row(batch, Evidence(usage=published, source=make_source(), quote="We use it."))
        propose_row(batch, CompanyFact(company=company, label=f"Fact {published.pk}", value="4"))
    note_proposed(rows, users["curator"])
