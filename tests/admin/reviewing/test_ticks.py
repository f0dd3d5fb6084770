"""The page of a review: what it shows, who may do what, and what a ✓ stands for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stacks.admin.reviewing import page as review_page
from stacks.derived import check
from stacks.models import Mark, Migration, Review, State, Usage
from stacks.proposals.proposing import open_batch, propose_changes
from stacks.review import note_proposed
from tests.admin.doors import admin_url, form_data
from tests.admin.reviewing.steps import P, crowd, fresh, page_of, press, publish, review_url, said, text_of, version
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_technology,
    make_usage,
)


def test_a_proposal_is_shown_with_what_speaks_for_it(log_in, company):
    text = text_of(log_in("reviewer"), company)

    for told in (
        "Data", "Brokers", "Kafka", "Events", "in use · since 2019",
        "“We use Kafka for events.”", "How we queue (Acme)",
        "2024-05 · Queues", "Proposed by curator", "Moves", "RabbitMQ → Kafka", "It was slow.",
    ):  # fmt: skip
        assert told in text
    html = log_in("reviewer").get(review_url(company)).content.decode()
    assert "#:~:text=We%20use%20Kafka%20for%20events." in html


def test_a_tick_is_kept_at_each_press_and_publishing_takes_the_ticks(log_in, company):
    client, usage = log_in("reviewer"), company.usages.get()

    answer = press(client, company, "accept", version(page_of(client, company), usage))
    assert answer.url.endswith(f"#migration-{Migration.objects.get().pk}")
    assert page_of(log_in("reviewer"), company).item(f"usage-{usage.pk}").is_accepted
    answer = publish(client, company)

    assert "1 published" in said(answer)
    assert (fresh(usage).state, Migration.objects.get().state) == (State.PUBLISHED, P)
    assert not Mark.objects.exists()
    assert check() == []


def test_a_tick_is_for_the_version_that_was_read(log_in, company):
    client, usage = log_in("reviewer"), company.usages.get()
    press(client, company, "accept", version(page_of(client, company), usage))
    page = page_of(client, company)
    usage.purpose = "Jobs"
    usage.save()

    item = page_of(client, company).item(f"usage-{usage.pk}")
    assert (item.mark, item.is_accepted) == ("changed", False)
    assert "“Events” became “Jobs”" in text_of(client, company)
    answer = press(client, company, "publish", seen=page.seen)
    assert "Nothing is published yet" in said(answer)
    assert fresh(usage).state == P
    # and so is a press that names what is not there any more
    answer = press(client, company, "accept", page.item(f"usage-{usage.pk}").version)
    assert "not what you read any more" in said(answer)
    press(client, company, "accept", version(page_of(client, company), usage))
    publish(client, company)

    assert fresh(usage).state == State.PUBLISHED


@pytest.mark.parametrize("part", ["evidence", "source"])
def test_a_tick_goes_when_what_stands_behind_the_row_changes(log_in, company, part):
    client, usage = log_in("reviewer"), company.usages.get()
    press(client, company, "accept", version(page_of(client, company), usage))
    evidence = usage.evidence.get()
    row = evidence if part == "evidence" else evidence.source
    setattr(row, "quote" if part == "evidence" else "title", "Another")
    row.save()

    assert page_of(client, company).item(f"usage-{usage.pk}").mark == "changed"


def test_undo_takes_the_tick_away(log_in, company):
    client, usage = log_in("reviewer"), company.usages.get()
    press(client, company, "accept", version(page_of(client, company), usage))

    press(client, company, "undo", version(page_of(client, company), usage))

    assert not Mark.objects.exists()


def test_a_return_takes_a_reason_and_reaches_the_author(log_in, users, company):
    client, usage = log_in("reviewer"), company.usages.get()
    read = version(page_of(client, company), usage)

    answer = press(client, company, "return", read, reason=" ")
    assert ("Say why" in said(answer), fresh(usage).state) == (True, P)
    press(client, company, "return", read, reason="Who says so?")

    assert fresh(usage).state == State.DRAFT
    review = Review.objects.get(usage=usage)
    assert (review.author, review.reason) == (users["curator"], "Who says so?")
    assert f"usage-{usage.pk}" not in {item.key for item in page_of(client, company).items}


def test_a_curator_sees_the_page_and_takes_back_what_is_hers(log_in, users, company):
    client, usage, migration = log_in("curator"), company.usages.get(), Migration.objects.get()
    other = make_usage(company, state=P)
    note_proposed([other], users["reviewer"])
    page = page_of(client, company)
    assert not page.is_for_reviewers
    assert "A reviewer accepts and publishes" in text_of(client, company)

    for do, data in (("accept", {}), ("return", {"reason": "No."})):
        assert press(client, company, do, version(page, usage), **data).status_code == 403
    assert press(client, company, "take_back", version(page, other)).status_code == 403
    press(client, company, "publish", seen=page.seen)
    press(client, company, "take_back", version(page, usage), version(page, migration))

    assert [fresh(row).state for row in (usage, migration, other)] == [State.DRAFT, State.DRAFT, P]


@pytest.mark.parametrize("role", ["nobody", "onlooker"])
def test_staff_without_the_right_see_what_they_may_and_do_nothing(log_in, company, role):
    client, usage = log_in(role), company.usages.get()
    read = version(page_of(log_in("reviewer"), company), usage)

    assert client.get(review_url(company)).status_code == (200 if role == "onlooker" else 403)
    for do in ("accept", "return", "take_back"):
        assert press(client, company, do, read, reason="No.").status_code == 403
    assert not Mark.objects.exists()
    assert fresh(usage).state == P


@pytest.mark.parametrize("do", ["", "delete", "accept", "undo", "return", "take_back", "publish"])
def test_junk_does_nothing(log_in, company, do):
    client = log_in("reviewer")

    for rows in ("", "x", "usage", "usage.1", "usage.99999999999999999999.x", "importline.-1.x", "\0"):
        answer = client.post(review_url(company), {"do": do, "rows": rows, "reason": "x", "with": rows})
        assert answer.status_code == 302, rows
    assert not Mark.objects.exists()
    assert {row.state for row in (Usage.objects.get(), Migration.objects.get())} == {P}


def test_looking_changes_nothing(log_in, company):
    assert log_in("reviewer").get(review_url(company), {"do": "publish", "rows": "x"}).status_code == 200
    assert log_in("reviewer").put(review_url(company)).status_code == 405
    assert Usage.objects.get().state == P


def test_technologies_and_the_vocabulary_have_their_page(log_in, users):
    technology = make_technology("Factlib", state=P, summary="A library.")
    technology.aliases.create(name="FL")
    published = make_technology("Kafka")
    (line,) = propose_changes(open_batch(users["curator"]), published, {"summary": "A log."})
    (other,) = propose_changes(open_batch(users["curator"]), published.category, {"description": "New"})
    client = log_in("reviewer")

    assert "FL" in text_of(client, technology)
    assert {item.key for item in page_of(client, technology).items} == {f"technology-{technology.pk}"}
    assert {item.key for item in page_of(client, published).items} == {f"importline-{line.pk}"}
    page = page_of(client)
    assert {item.key for item in page.items} == {
        f"technology-{technology.pk}", f"importline-{line.pk}", f"importline-{other.pk}",
    }  # fmt: skip
    press(client, None, "accept", *(item.version for item in page.items))
    publish(client, None)

    assert (fresh(technology).state, fresh(published).summary, fresh(published.category).description) == (
        State.PUBLISHED, "A log.", "New",
    )  # fmt: skip
    assert text_of(client).count("Nothing waits for the vocabulary") == 1


def test_editing_from_the_review_leads_back_to_it(log_in, company):
    client, usage = log_in("reviewer"), company.usages.get()
    address = f"{admin_url(usage, 'change')}?review=usage-{usage.pk}"
    data = form_data(client.get(address)) | {"purpose": "Jobs", "_save": "Save"}

    answer = client.post(address, data)

    assert answer.url == f"{review_url(company)}#usage-{usage.pk}"
    assert fresh(usage).purpose == "Jobs"
    elsewhere = f"{admin_url(usage, 'change')}?review=//evil.example"
    data = form_data(client.get(elsewhere)) | {"_save": "Save"}
    assert client.post(elsewhere, data).url == admin_url(type(usage), "changelist")


def test_the_page_costs_the_same_however_much_waits(log_in, users):
    few, many = make_company(), make_company()
    crowd(few, users, 1)
    crowd(many, users, 3)
    client, costs = log_in("reviewer"), []
    for company in (few, many):
        press(client, company, "accept", *(item.version for item in page_of(client, company).items))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page_of(client, company)
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[1] <= 60


def test_of_many_proposals_one_area_is_shown(log_in, monkeypatch):
    monkeypatch.setattr(review_page, "_MOST_OPEN", 4)
    company = make_company()
    areas = [make_area(f"Area of {letter}") for letter in "ab"]
    for area in areas:
        category = make_category(parent=area)
        for _ in range(3):
            make_usage(company, make_technology(category=category), state=P, source=False)
    client = log_in("reviewer")

    first, second = page_of(client, company), page_of(client, company, area="area-of-b")

    assert [area.is_open for area in first.areas] == [True, False]
    assert [area.is_open for area in second.areas] == [False, True]
    assert [area.is_open for area in page_of(client, company, area="x").areas] == [True, False]
    assert len(client.get(review_url(company)).content) < 200_000


def test_of_a_large_area_a_part_is_shown_and_accepted(log_in, monkeypatch):
    monkeypatch.setattr(review_page, "_MOST_OPEN", 4)
    company, category = make_company(), make_category(parent=make_area("Data"))
    usages = [make_usage(company, make_technology(category=category), state=P, source=False) for _ in range(6)]
    client = log_in("reviewer")

    first, rest = page_of(client, company), page_of(client, company, area="data", **{"from": "4"})
    assert [len(part.areas[0].versions.split()) for part in (first, rest)] == [4, 2]
    assert [(part.areas[0].previous, part.areas[0].following) for part in (first, rest)] == [(None, 4), (0, None)]
    answer = press(client, company, "accept", *first.areas[0].versions.split(), area="data")

    assert answer.url == f"{review_url(company)}?area=data&from=4#usage-{usages[4].pk}"
    assert Mark.objects.count() == 4
    assert page_of(client, company).areas[0].start == 4
    for junk in ("x", "-1", "999", "9" * 40):
        assert page_of(client, company, area="data", **{"from": junk}).areas[0].start == 0
