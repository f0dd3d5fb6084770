"""Review on one page: what it shows, who may do what, what a ✓ stands for, and what publishing does."""

import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from stacks.derived import check
from stacks.models import CompanyFact, Evidence, ImportLine, Mark, Migration, Review, State, Technology, Usage
from stacks.proposals.deciding import refuse
from stacks.proposals.proposing import open_batch, propose_changes, propose_row
from stacks.review import note_proposed
from tests.admin.doors import admin_url, form_data
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_evidence,
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


@pytest.fixture
def company(users):
    """Published, with a proposed usage and migration, both by the curator."""
    company = make_company("Acme")
    data = make_area("Data")
    usage = make_usage(
        company, make_technology("Kafka", make_category("Brokers", data)), state=P, purpose="Events", started="2019",
        source=False,
    )  # fmt: skip
    make_evidence(
        make_source(title="How we queue", publisher="Acme", published_on="2024-05"),
        usage=usage, quote="We use Kafka for events.", locator="Queues",
    )  # fmt: skip
    migration = make_migration(company, make_technology("RabbitMQ"), usage.technology, state=P, reason="It was slow.")
    note_proposed([usage, migration], users["curator"])
    return company


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
@pytest.mark.parametrize("rows", ["", "x", "usage", "usage.1", "usage.99999999999999999999.x", "importline.-1.x", "\0"])
def test_junk_does_nothing(log_in, company, do, rows):
    answer = log_in("reviewer").post(review_url(company), {"do": do, "rows": rows, "reason": "x", "with": rows})

    assert answer.status_code == 302
    assert not Mark.objects.exists()
    assert {row.state for row in (Usage.objects.get(), Migration.objects.get())} == {P}


def test_looking_changes_nothing(log_in, company):
    assert log_in("reviewer").get(review_url(company), {"do": "publish", "rows": "x"}).status_code == 200
    assert log_in("reviewer").put(review_url(company)).status_code == 405
    assert Usage.objects.get().state == P


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

    text = text_of(client, company)
    assert "curator proposes “Sessions” for the same field" in text
    assert "reviewer proposes “Queues” for the same field" in text
    page = page_of(client, company)
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


def test_what_was_published_before_is_compared_with_it(log_in, users):
    usage = make_usage(purpose="Cache")
    usage.state, usage.purpose = P, "Sessions"
    usage.save()

    assert "Purpose, as published before Cache Sessions" in text_of(log_in("reviewer"), usage.company)


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
    assert text_of(client).count("Nothing waits for The vocabulary") == 1


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


def test_the_page_costs_the_same_however_much_waits(log_in, users):
    few, many = make_company(), make_company()
    crowd(few, users, 1)
    crowd(many, users, 6)
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


def test_of_many_proposals_one_area_is_shown(log_in, users):
    company = make_company()
    areas = [make_area(f"Area of {letter}") for letter in "ab"]
    for area in areas:
        category = make_category(parent=area)
        for _ in range(31):
            make_usage(company, make_technology(category=category), state=P, source=False)
    client = log_in("reviewer")

    first, second = page_of(client, company), page_of(client, company, area="area-of-b")

    assert [area.is_open for area in first.areas] == [True, False]
    assert [area.is_open for area in second.areas] == [False, True]
    assert [area.is_open for area in page_of(client, company, area="x").areas] == [True, False]
    assert len(client.get(review_url(company)).content) < 200_000


@pytest.mark.parametrize("number", [2, 20])
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


@pytest.mark.parametrize("number", [1, 8])
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

    client.post(address, form_data(page) | {"purpose": "Sessions of the shop"})

    assert list(ImportLine.objects.order_by("pk").values_list("new", "state")) == [
        ("Sessions", "refused"), ("Sessions of the shop", "waiting"),
    ]  # fmt: skip
    assert not ImportLine.objects.returned_to(users["curator"]).exists()


@pytest.mark.parametrize("take", ["", "x", "99", "1" * 30])
def test_junk_to_take_fills_in_nothing(log_in, take):
    usage = make_usage(purpose="Cache")

    assert form_data(log_in("reviewer").get(f"{admin_url(usage, 'change')}?take={take}"))["purpose"] == "Cache"


def test_of_a_large_area_a_part_is_shown_and_accepted(log_in):
    company, category = make_company(), make_category(parent=make_area("Data"))
    usages = [make_usage(company, make_technology(category=category), state=P, source=False) for _ in range(70)]
    client = log_in("reviewer")

    first, rest = page_of(client, company), page_of(client, company, area="data", **{"from": "60"})
    assert [len(page.areas[0].versions.split()) for page in (first, rest)] == [60, 10]
    assert [(page.areas[0].previous, page.areas[0].following) for page in (first, rest)] == [(None, 60), (0, None)]
    answer = press(client, company, "accept", *first.areas[0].versions.split(), area="data")

    assert answer.url == f"{review_url(company)}?area=data&from=60#usage-{usages[60].pk}"
    assert Mark.objects.count() == 60
    assert page_of(client, company).areas[0].start == 60
    for junk in ("x", "-1", "999", "9" * 40):
        assert page_of(client, company, area="data", **{"from": junk}).areas[0].start == 0


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


@pytest.mark.parametrize("number", [1, 6])
def test_the_queue_costs_the_same_however_much_waits(log_in, users, number):
    for _ in range(number):
        crowd(make_company(), users, 1)
        propose_changes(open_batch(users["curator"]), make_technology(), {"summary": "New"})
    client, url = log_in("reviewer"), reverse("admin:stacks_review_queue")

    with CaptureQueriesContext(connection) as queries:
        page = client.get(url)

    assert len(queries) == 12  # session, user, two of permissions, and eight of what waits
    assert len(page.context["queue"]) == number * 2
