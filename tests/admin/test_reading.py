"""What a reviewer read is what is published, from the button and from the list; what stays out of sight is told."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stacks.admin import review as doors
from stacks.models import Company, Migration, State, Technology, Usage
from stacks.review import REVIEWED
from tests.admin.doors import admin_url, form_data
from tests.admin.test_roles import asked, is_asking, run_action, said
from tests.factories import (
    make_company,
    make_evidence,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

MAKERS = {Technology: make_technology, Company: make_company, Usage: make_usage, Migration: make_migration}


def swap_quote(row):
    evidence = row.evidence.get()
    evidence.quote = "Swapped"
    evidence.save()


def swap_figure(row):
    figure = row.facts.get()
    figure.value = "Swapped"
    figure.save()


def swap_source(row):
    source = row.evidence.get().source
    source.url = "https://swapped.example/"
    source.save()


def swap_own(row):
    row.purpose = "Swapped"
    row.save()


def usage():
    return make_usage(state=State.PROPOSED)


def company():
    row = make_company(state=State.PROPOSED)
    row.facts.create(label="Requests", value="4")
    make_evidence(company=row)
    return row


SWAPS = [(usage, swap_quote), (usage, swap_source), (usage, swap_own), (company, swap_quote), (company, swap_figure)]


@pytest.mark.django_db
@pytest.mark.parametrize(("make", "swap"), SWAPS)
def test_the_button_publishes_what_its_page_showed_or_tells_the_difference(log_in, make, swap):
    row, reviewer = make(), log_in("reviewer")
    shown = reviewer.get(admin_url(row, "change")).context["original"]
    pressed = {"seen": shown.read, "seen_at": shown.read_at.isoformat()}
    swap(row)

    answer = reviewer.post(admin_url(row, "move", "publish"), pressed, follow=True)

    row.refresh_from_db()
    assert row.state == State.PROPOSED
    text = answer.content.decode()
    assert "is not what you read any more" in text
    assert "wapped" in text
    again = answer.context["original"]
    reviewer.post(admin_url(row, "move", "publish"), {"seen": again.read})
    row.refresh_from_db()
    assert row.state == State.PUBLISHED


@pytest.mark.django_db
@pytest.mark.parametrize(("make", "swap"), SWAPS)
def test_the_list_publishes_what_it_showed_or_none_and_tells_the_difference(log_in, make, swap):
    row, other = make(), make()
    reviewer = log_in("reviewer")
    url = admin_url(type(row), "changelist")
    page = reviewer.get(url)
    text = page.content.decode()
    ticked = {
        "action": "publish_selected",
        "_selected_action": [row.pk, other.pk],
        "seen": [f"{each.pk}.{each.read}" for each in page.context["cl"].result_list],
        "seen_at": page.context["action_form"].initial["seen_at"],
    }
    assert all(f'name="seen" value="{seen}"' in text for seen in ticked["seen"])
    assert f'value="{ticked["seen_at"]}"' in text
    swap(row)

    answer = reviewer.post(url, ticked)

    assert {each.state for each in type(row).objects.all()} == {State.PROPOSED}
    told = said(answer)
    assert "is not what you read any more" in told[0]
    assert "wapped" in told[0]
    assert told[-1] == "None of the 2 was published."


@pytest.mark.parametrize("model", REVIEWED)
def test_what_nobody_has_read_is_shown_before_it_moves(log_in, model):
    rows = [MAKERS[model](state=State.PROPOSED) for _ in range(3)]
    reviewer = log_in("reviewer")
    ticked = {"action": "publish_selected", "_selected_action": [rows[0].pk], "select_across": "1"}

    answer = reviewer.post(admin_url(model, "changelist"), ticked)

    assert is_asking(answer)
    assert all(str(row) in answer.content.decode() for row in rows)
    assert not model.objects.filter(pk__in=[row.pk for row in rows], state=State.PUBLISHED).exists()
    reviewer.post(answer.context["address"], asked(answer))
    assert model.objects.filter(pk__in=[row.pk for row in rows], state=State.PUBLISHED).count() == 3


def test_what_changed_while_the_page_asked_does_not_move(log_in):
    row, other = usage(), usage()
    reviewer = log_in("reviewer")
    ticked = {"action": "publish_selected", "_selected_action": [row.pk, other.pk]}
    page = reviewer.post(admin_url(Usage, "changelist"), ticked)
    swap_quote(row)
    other.delete()

    answer = reviewer.post(page.context["address"], asked(page))

    assert Usage.objects.get().state == State.PROPOSED
    assert "1 row you ticked is not there any more." in said(answer)


def test_rows_with_one_that_is_gone_are_left_as_they_are(log_in):
    row, gone = usage(), usage()
    reviewer = log_in("reviewer")
    page = reviewer.get(admin_url(Usage, "changelist"))
    ticked = {
        "action": "publish_selected",
        "_selected_action": [row.pk, gone.pk],
        "seen": [f"{each.pk}.{each.read}" for each in page.context["cl"].result_list],
    }
    gone.delete()

    reviewer.post(admin_url(Usage, "changelist"), ticked)

    assert Usage.objects.get().state == State.PROPOSED


@pytest.mark.parametrize("seen", [None, "", "x"])
@pytest.mark.parametrize("seen_at", [None, "x", "2026-13-45", "2026-01-01T00:00", "2026-01-01T00:00Z"])
def test_a_button_without_what_was_read_moves_nothing(log_in, seen, seen_at):
    row = usage()
    posted = {name: value for name, value in {"seen": seen, "seen_at": seen_at}.items() if value is not None}

    log_in("reviewer").post(admin_url(row, "move", "publish"), posted)

    row.refresh_from_db()
    assert row.state == State.PROPOSED


def test_more_rows_than_one_action_moves_are_refused(log_in, monkeypatch):
    monkeypatch.setattr(doors, "MOST_ROWS", 2)
    rows = [usage() for _ in range(3)]
    reviewer = log_in("reviewer")

    answer = run_action(reviewer, Usage, "publish_selected", rows)
    reviewer.post(admin_url(Usage, "move_rows", "publish"), {"rows": " ".join(f"{row.pk}.x" for row in rows)})

    assert said(answer) == ["At most 2 rows are published at once: choose fewer, by a filter."]
    assert not Usage.objects.filter(state=State.PUBLISHED).exists()


def test_published_rows_that_stay_out_of_sight_are_told_with_the_way_out(log_in):
    draft = make_technology("Apache Kafka", state=State.DRAFT)
    via = make_technology("Amazon MSK", state=State.PROPOSED)
    hidden = [make_usage(technology=draft, state=State.PROPOSED) for _ in range(2)]
    seen = make_usage(via=via, state=State.PROPOSED)

    answer = run_action(log_in("reviewer"), Usage, "publish_selected", [*hidden, seen])

    published, *told = said(answer)
    kafka = f'<a href="{admin_url(draft, "change")}">Apache Kafka</a> is still a draft'
    msk = f'<a href="{admin_url(via, "change")}">Amazon MSK</a> is only proposed so far'
    assert published == "3 usages published."
    assert told == [
        f"2 usages are out of sight, because of their technology: {kafka}. Publish that too.",
        f"1 usage is shown without its via: {msk}. Publish that too.",
    ]


def test_the_lists_show_what_is_published_and_out_of_sight(log_in):
    draft = make_technology(state=State.DRAFT)
    hidden = [make_usage(technology=draft), make_usage(make_company(state=State.RETRACTED))]
    make_usage()
    migrations = [make_migration(from_technology=draft), make_migration(make_company(state=State.DRAFT))]
    make_migration()
    client = log_in("curator")

    for model, rows in ((Usage, hidden), (Migration, migrations)):
        page = client.get(f"{admin_url(model, 'changelist')}?shown=no")
        assert {row.pk for row in page.context["cl"].result_list} == {row.pk for row in rows}
        assert page.content.decode().count("out-of-sight") == 2
        page = client.get(f"{admin_url(model, 'changelist')}?shown=yes")
        assert page.context["cl"].result_count == 1
        assert "out-of-sight" not in page.content.decode()


def test_a_company_of_which_visitors_see_something_is_retracted_and_not_deleted(log_in):
    row = make_usage().company
    make_migration(row)
    reviewer = log_in("reviewer")
    doors = (
        (admin_url(row, "delete"), {"post": "yes"}),
        (admin_url(Company, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}),
    )

    for url, posted in doors:
        page = reviewer.post(url, posted)
        text = page.content.decode()
        assert "Visitors see 1 usage of it." in text
        assert "Visitors see 1 migration of it." in text
        assert "retracted, not deleted" in text

    assert Company.objects.filter(pk=row.pk).exists()
    run_action(reviewer, Company, "retract_selected", [row])
    told = reviewer.get(admin_url(row, "delete")).content.decode()
    assert "Usages: 1" in told
    reviewer.post(admin_url(row, "delete"), {"post": "yes"})
    assert not Company.objects.filter(pk=row.pk).exists()


def test_a_technology_that_others_are_said_to_come_from_is_retracted_and_not_deleted(log_in):
    row = make_technology()
    make_relation(make_technology(), "fork_of", row)
    bare = make_technology()
    reviewer = log_in("reviewer")

    page = reviewer.post(admin_url(row, "delete"), {"post": "yes"})
    reviewer.post(admin_url(bare, "delete"), {"post": "yes"})

    assert "Visitors see 1 technology relation of it." in page.content.decode()
    assert Technology.objects.filter(pk=row.pk).exists()
    assert not Technology.objects.filter(pk=bare.pk).exists()


def big_company(usages):
    row = make_company(state=State.DRAFT)
    for _ in range(usages):
        make_usage(row, state=State.DRAFT)
    return row


def big_source(usages):
    row = make_source()
    for _ in range(usages):
        make_usage(source=row)
    return row


@pytest.mark.django_db
@pytest.mark.parametrize("make", [big_company, big_source])
def test_a_page_that_asks_before_a_deletion_costs_the_same_however_much_goes(log_in, make, django_assert_num_queries):
    few, many = make(2), make(30)
    reviewer = log_in("reviewer")

    with CaptureQueriesContext(connection) as queries:
        reviewer.get(admin_url(few, "delete"))
    with django_assert_num_queries(len(queries)):
        page = reviewer.get(admin_url(many, "delete"))

    assert "10 more" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("step", ["propose", "publish", "retract"])
def test_moving_usages_costs_few_queries_however_many_they_are(log_in, step):
    start = {"propose": State.DRAFT, "publish": State.PROPOSED, "retract": State.PUBLISHED}[step]
    costs, reviewer = [], log_in("reviewer")
    for rows in (2, 30):
        source, technology = make_source(), make_technology()
        usages = [make_usage(technology=technology, source=source, state=start) for _ in range(rows)]
        reviewer = log_in("reviewer") if not costs else reviewer
        page = reviewer.post(
            admin_url(Usage, "changelist"),
            {"action": f"{step}_selected", "_selected_action": [row.pk for row in usages]},
        )
        with CaptureQueriesContext(connection) as queries:
            reviewer.post(page.context["address"], asked(page))
        costs.append(len(queries))
        assert {row.state for row in Usage.objects.filter(pk__in=[row.pk for row in usages])} != {start}

    assert costs[1] <= costs[0] + 5, costs


def test_eleven_hundred_rows_are_retracted_at_once(log_in):
    company, technology, source = make_company(), make_technology(), make_source()
    category = technology.category
    Usage.objects.bulk_create(
        Usage(company=company, technology=technology, category=category, ended=str(1000 + n), state=State.PUBLISHED)
        for n in range(1100)
    )
    make_evidence(usage=Usage.objects.last(), source=source)
    reviewer = log_in("reviewer")
    ticked = {"action": "retract_selected", "_selected_action": [Usage.objects.last().pk], "select_across": "1"}

    with CaptureQueriesContext(connection) as queries:
        page = reviewer.post(admin_url(Usage, "changelist"), ticked)
    assert len(queries) < 30
    answer = reviewer.post(page.context["address"], asked(page))

    assert [str(message) for message in get_messages(answer.wsgi_request)] == ["1100 usages retracted."]
    assert not Usage.objects.exclude(state=State.RETRACTED).exists()


def test_a_form_that_was_published_from_keeps_its_saved_words(log_in):
    row = usage()
    reviewer = log_in("reviewer")
    data = form_data(reviewer.get(admin_url(row, "change")))
    run_action(reviewer, Usage, "publish_selected", [row])

    page = reviewer.post(admin_url(row, "change"), data | {"purpose": "Typed before"})

    assert form_data(page)["purpose"] == "Typed before"
