"""Changes that wait: told beside what stands, accepted or refused in the review."""

import pytest

from stacks.derived import check
from stacks.models import CompanyFact, Evidence, ImportLine
from stacks.proposals.deciding import refuse
from stacks.proposals.proposing import open_batch, propose_changes, propose_row
from stacks.review import note_proposed
from tests.admin.doors import admin_url, form_data
from tests.admin.reviewing.steps import P, fresh, page_of, press, publish, review_url, said, text_of, version
from tests.factories import (
    make_company,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)


def test_changes_that_wait_stand_among_the_proposals_and_are_accepted_with_them(log_in, users, company):
    published = make_usage(company, make_technology("Redis", company.usages.get().category), purpose="Cache")
    batch = open_batch(users["curator"], about=published)
    lines = propose_changes(batch, published, {"purpose": "Sessions", "stage": "retiring"})
    lines += propose_row(batch, Evidence(usage=published, source=make_source(title="Anew"), quote="We leave it."))
    lines += propose_row(batch, CompanyFact(company=company, label="Requests", value="400"))
    client = log_in("reviewer")
    text = text_of(client, company)
    for told in ("usage, changed", "Cache Sessions", "In use Retiring", "We leave it.", "Requests", "company fact"):
        assert told in text
    assert "Accept all 3 suggested together" in text
    page = page_of(client, company)
    assert {area.name: area.count for area in page.areas} == {"The company": 1, "Data": 4, "Moves": 1}

    together = next(item.together for item in page.items if item.together)
    press(client, company, "accept", *together.split())
    press(client, company, "return", version(page_of(client, company), lines[3]), reason="Who counted?")
    publish(client, company)

    published = fresh(published)
    assert (published.purpose, published.stage, published.evidence.count()) == ("Sessions", "retiring", 2)
    assert [fresh(line).state for line in lines] == ["applied", "applied", "applied", "refused"]
    assert ImportLine.objects.returned_to(users["curator"]).get().reason == "Who counted?"
    assert check() == []


def test_two_proposals_for_one_field_stand_side_by_side_and_one_is_taken(log_in, users, company):
    published = make_usage(company, purpose="Cache")
    for who, purpose in (("curator", "Sessions"), ("reviewer", "Queues")):
        propose_changes(open_batch(users[who], about=published), published, {"purpose": purpose})
    client = log_in("superuser")

    assert "Accept one of them, and return the others" in text_of(client, company)
    page = page_of(client, company)
    lines = [item for item in page.items if item.is_line]
    for item in lines:
        assert {(side.who, side.new) for side in item.sides} == {("curator", "Sessions"), ("reviewer", "Queues")}
        assert {side.key for side in item.sides} == {line.key for line in lines}
        assert item.sides[0].key == item.key
    both = [item.version for item in page.items if item.is_line]
    press(client, company, "accept", *both)
    answer = publish(client, company)

    assert "two values for one field" in said(answer)
    assert fresh(published).purpose == "Cache"


def test_a_change_of_what_moved_or_went_meanwhile_says_so(log_in, users, company):
    moved, gone = make_usage(company, purpose="Cache"), make_usage(company)
    lines = propose_changes(open_batch(users["curator"]), moved, {"purpose": "Sessions"})
    lines += propose_changes(open_batch(users["curator"]), gone, {"purpose": "Sessions"})
    client = log_in("reviewer")
    press(client, company, "accept", version(page_of(client, company), lines[0]))
    moved.purpose = "Queues"
    moved.save()
    gone.delete()

    text = text_of(client, company)
    assert "Somebody changed this since it was proposed" in text
    assert "was deleted meanwhile. It can only be returned" in text
    page = page_of(client, company)
    assert page.item(f"importline-{lines[0].pk}").mark == "changed"
    assert press(client, company, "accept", version(page, lines[1])).status_code == 403
    press(client, company, "return", version(page, lines[1]), reason="It is gone.")
    press(client, company, "accept", version(page_of(client, company), lines[0]))
    publish(client, company)

    assert fresh(moved).purpose == "Sessions"


def test_who_proposed_it_may_be_kept_from_accepting_it(log_in, users, company, settings):
    settings.REVIEW_BY_ANOTHER = True
    usage = make_usage(company, state=P)
    note_proposed([usage], users["reviewer"])
    line = propose_changes(open_batch(users["reviewer"]), make_usage(company), {"purpose": "X"})[0]
    client = log_in("reviewer")
    page = page_of(client, company)

    for row in (usage, line):
        assert not page.item(f"{row._meta.model_name}-{row.pk}").may_accept
        assert press(client, company, "accept", version(page, row)).status_code == 403


def test_a_change_that_waits_is_edited_in_the_form_of_its_row(log_in, users, company):
    usage = make_usage(company, purpose="Cache")
    lines = propose_changes(
        open_batch(users["curator"], about=usage), usage, {"purpose": "Sesions", "stage": "retiring"}
    )
    client = log_in("reviewer")
    address = f"{admin_url(usage, 'change')}?review=importline-{lines[0].pk}&take={lines[0].pk}"
    page = client.get(address)
    assert (form_data(page)["purpose"], form_data(page)["stage"]) == ("Sesions", "retiring")
    assert fresh(usage).purpose == "Cache"

    answer = client.post(address, form_data(page) | {"purpose": "Sessions", "_save": "Save"})

    assert answer.url == f"{review_url(company)}#importline-{lines[0].pk}"
    assert (fresh(usage).purpose, fresh(usage).stage) == ("Sessions", "retiring")
    assert [(fresh(line).state, fresh(line).decided_by) for line in lines] == [("applied", users["reviewer"])] * 2


def test_what_was_refused_is_proposed_again_from_its_form(log_in, users):
    usage = make_usage(purpose="Cache")
    lines = propose_changes(open_batch(users["curator"], about=usage), usage, {"purpose": "Sessions"})
    refuse(lines, users["reviewer"], "Of what?")
    address = f"{admin_url(usage, 'change')}?take={lines[0].pk}"
    assert form_data(log_in("reviewer").get(address))["purpose"] == "Cache"
    client = log_in("curator")
    page = client.get(address)
    assert form_data(page)["purpose"] == "Sessions"
    assert "Returned by reviewer: Of what?" in page.content.decode()

    client.post(address, form_data(page) | {"purpose": "Sessions of the shop"})

    assert list(ImportLine.objects.order_by("pk").values_list("new", "state")) == [
        ("Sessions", "refused"), ("Sessions of the shop", "waiting"),
    ]  # fmt: skip
    assert not ImportLine.objects.returned_to(users["curator"]).exists()


@pytest.mark.parametrize("take", ["", "x", "99", "1" * 30])
def test_junk_to_take_fills_in_nothing(log_in, take):
    usage = make_usage(purpose="Cache")

    assert form_data(log_in("reviewer").get(f"{admin_url(usage, 'change')}?take={take}"))["purpose"] == "Cache"


def test_a_change_says_what_it_hangs_on(log_in, users):
    usage, migration = (
        make_usage(make_company("Acme"), make_technology("Redis")),
        make_migration(make_company("Acme 2")),
    )
    alias = make_technology("Kafka").aliases.create(name="Kay")
    for row, values in (
        (usage.evidence.get(), {"quote": "New"}),
        (migration.evidence.get(), {"quote": "New"}),
        (alias, {"caution": "entry_only"}),
    ):
        propose_changes(open_batch(users["curator"]), row, values)
    client = log_in("reviewer")

    text = text_of(client, usage.company)
    assert f"{usage} evidence, changed, from {usage.evidence.get().source}" in text
    assert str(migration) in text_of(client, migration.company)
    assert "Kay technology alias, changed, of Kafka" in text_of(client)
