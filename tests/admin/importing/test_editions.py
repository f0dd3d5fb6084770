"""The same text again, and a newer edition of it."""

import pytest

from stacks.models import (
    ImportLine,
    Technology,
)
from tests.admin.doors import admin_url
from tests.admin.importing.steps import URL, confirm, everything, opened, press, row_of, view_of
from tests.factories import (
    make_company,
    make_source,
    make_usage,
)


def test_a_newer_edition_asks_about_what_it_does_not_say_and_keeps_it(log_in, kafka):
    client = log_in("curator")
    company = make_company("Acme")
    usage = make_usage(company, kafka, source=make_source(url=URL, company=company, published_on="2020-05"))
    batch = opened(client, "## Stack\n- MySQL\n- PostgreSQL\n")

    row = row_of(client, batch, "was in an older edition")
    assert [answer.chosen for answer in row.answers] == [True, False]
    confirm(client, batch)
    assert not ImportLine.objects.filter(usage=usage).exists()

    press(client, batch, f"end {row.key}")
    confirm(client, batch)

    line = ImportLine.objects.get(usage=usage)
    assert (line.action, line.field, line.new, line.edition_on) == ("end", "stage", "retired", "2024-05")
    usage.refresh_from_db()
    assert usage.stage == "in_use"


@pytest.mark.parametrize("values", [{"edition": ""}, {"edition": "2020-05"}, {"url": "https://other.example/"}])
def test_silence_of_the_same_edition_or_of_another_page_asks_nothing(log_in, kafka, values):
    client = log_in("curator")
    company = make_company("Acme")
    make_usage(company, kafka, source=make_source(url=URL, company=company, published_on="2020-05"))

    batch = opened(client, "## Stack\n- MySQL\n", **values)

    assert "older edition" not in client.get(admin_url(batch, "plan")).content.decode()


def test_what_is_still_true_is_cited_for_the_whole_page_with_one_press(log_in, kafka):
    client = log_in("curator")
    company = make_company("Acme")
    source = make_source(url=URL, company=company, published_on="2020-05")
    for technology in (kafka, Technology.objects.get(name="MySQL")):
        make_usage(company, technology, source=source)
    batch = opened(client, "## Stack\n- Kafka\n- MySQL\n")
    assert view_of(client, batch).bar.button == "Write 2 citations"

    press(client, batch, "again again out")
    assert not view_of(client, batch).bar.can_confirm
    press(client, batch, "again again all")
    confirm(client, batch)

    assert list(ImportLine.objects.values_list("action", "new")) == [("said_again", "2024-05")] * 2
    assert view_of(client, batch).bar.said_again == 0


def test_the_same_again_has_nothing_to_write(log_in, kafka):
    client = log_in("curator")
    confirm(client, opened(client))
    before = everything()
    again = opened(client)

    bar = view_of(client, again).bar
    assert (bar.proposals, bar.changes, bar.said_again, bar.can_confirm) == (0, 0, 0, False)
    confirm(client, again)

    assert everything() == before


def test_a_change_to_what_stands_waits_and_is_told_with_old_and_new(log_in, kafka):
    client = log_in("curator")
    usage = make_usage(make_company("Acme"), kafka)
    batch = opened(client, "## Legacy\n- Kafka\n")

    assert row_of(client, batch, "Apache Kafka").differences == (("stage", "in use", "retiring"),)
    confirm(client, batch)

    assert ImportLine.objects.get(usage=usage).state == "waiting"
    assert client.get(admin_url(batch, "change")).context["view"].changes.count == 1
