"""Who may do what: curators write and propose, reviewers publish, and what the public sees is theirs alone."""

import pytest
from django.contrib.messages import get_messages

from stacks.models import (
    Company,
    CompanyAlias,
    Coverage,
    Evidence,
    ImportLine,
    Migration,
    Source,
    State,
    Technology,
    TechnologyAlias,
    Usage,
)
from stacks.review import REVIEWED
from tests.admin.doors import admin_url, form_data
from tests.factories import (
    make_category,
    make_company,
    make_evidence,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)

MAKERS = {Technology: make_technology, Company: make_company, Usage: make_usage, Migration: make_migration}


def run_action(client, model, action, rows, **data):
    """As somebody would who opens the list, ticks the rows and says yes where the next page asks."""
    url = admin_url(model, "changelist")
    page = client.get(f"{url}?all=")
    listed = page.context["cl"].result_list if page.status_code == 200 else []
    read = [f"{row.pk}.{row.read}" for row in listed if hasattr(row, "read")]
    ticked = {"action": action, "_selected_action": [row.pk for row in rows], "seen": read, **data}
    answer = client.post(url, ticked)
    return client.post(answer.context["address"], asked(answer)) if is_asking(answer) else answer


def is_asking(answer):
    return bool(answer.context and answer.context.get("transition"))


def asked(page):
    read = {"rows" if page.context["address"] else "seen": page.context["seen"], "seen_at": page.context["seen_at"]}
    return read | ({"reason": "Who says so?"} if page.context["transition"].reasoned else {})


def press(client, row, step):
    """As somebody would who opens the row and presses the button."""
    page = client.get(admin_url(row, "move", step))
    return client.post(admin_url(row, "move", step), asked(page) if page.context else {})


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.mark.parametrize("role", ["curator", "reviewer"])
@pytest.mark.parametrize("model", REVIEWED)
def test_curators_and_reviewers_propose_from_the_list(log_in, role, model):
    rows = [MAKERS[model](state=State.DRAFT) for _ in range(2)]

    answer = run_action(log_in(role), model, "propose_selected", rows)

    assert {row.state for row in model.objects.filter(pk__in=[row.pk for row in rows])} == {State.PROPOSED}
    assert said(answer) == [f"2 {model._meta.verbose_name_plural} proposed."]


@pytest.mark.parametrize("model", REVIEWED)
@pytest.mark.parametrize(
    ("action", "start", "end"),
    [
        ("publish_selected", State.PROPOSED, State.PUBLISHED),
        ("return_selected", State.PROPOSED, State.DRAFT),
        ("retract_selected", State.PUBLISHED, State.RETRACTED),
    ],
)
def test_only_reviewers_publish_return_and_retract_from_the_list(log_in, model, action, start, end):
    row = MAKERS[model](state=start)

    run_action(log_in("curator"), model, action, [row])
    row.refresh_from_db()
    assert row.state == start

    run_action(log_in("reviewer"), model, action, [row])
    row.refresh_from_db()
    assert row.state == end


@pytest.mark.parametrize("role", ["nobody", "onlooker"])
@pytest.mark.parametrize("model", REVIEWED)
def test_staff_without_the_right_move_nothing(log_in, role, model):
    row = MAKERS[model](state=State.DRAFT)
    client = log_in(role)

    for step in ("propose", "publish", "return", "retract"):
        run_action(client, model, f"{step}_selected", [row])
        assert client.post(admin_url(row, "move", step)).status_code == 403
        assert client.post(admin_url(type(row), "move_rows", step), {"rows": f"{row.pk}.x"}).status_code == 403
        assert client.get(admin_url(row, "move", step)).status_code == 403

    row.refresh_from_db()
    assert row.state == State.DRAFT


@pytest.mark.parametrize("model", REVIEWED)
@pytest.mark.parametrize("step", ["publish", "return", "retract"])
def test_a_curator_who_posts_to_a_button_she_is_not_shown_is_refused(log_in, model, step):
    row = MAKERS[model](state=State.PUBLISHED if step == "retract" else State.PROPOSED)

    answer = log_in("curator").post(admin_url(row, "move", step))

    assert answer.status_code == 403
    assert model.objects.get(pk=row.pk).state == row.state


@pytest.mark.parametrize("model", REVIEWED)
def test_a_row_goes_all_the_way_by_its_buttons(log_in, model):
    row = MAKERS[model](state=State.DRAFT)

    for role, step, state in (
        ("curator", "propose", State.PROPOSED),
        ("reviewer", "publish", State.PUBLISHED),
        ("reviewer", "retract", State.RETRACTED),
        ("reviewer", "return", State.DRAFT),
    ):
        answer = press(log_in(role), row, step)
        assert answer.status_code == 302
        row.refresh_from_db()
        assert row.state == state


@pytest.mark.parametrize("model", REVIEWED)
def test_looking_never_moves(log_in, model):
    row = MAKERS[model](state=State.PUBLISHED)
    client = log_in("reviewer")

    page = client.get(admin_url(row, "move", "retract"))
    listed = client.post(admin_url(model, "changelist"), {"action": "retract_selected", "_selected_action": [row.pk]})

    for answer in (page, listed):
        assert answer.status_code == 200
        assert "Visitors no longer see" in answer.content.decode()
    assert client.get(admin_url(model, "move_rows", "retract")).status_code == 302
    row.refresh_from_db()
    assert row.state == State.PUBLISHED


def test_an_unknown_step_is_not_found(log_in):
    assert log_in("reviewer").post(admin_url(make_usage(), "move", "explode")).status_code == 404


def test_only_the_open_steps_are_offered(log_in):
    usage = make_usage(state=State.PROPOSED)

    for role, offered in (("curator", []), ("reviewer", ["Publish", "Return to draft"])):
        page = log_in(role).get(admin_url(usage, "change"))
        assert [step["label"] for step in page.context["transitions"]] == offered


def test_one_row_without_evidence_stops_all(log_in):
    sourced, unsourced = make_usage(state=State.PROPOSED), make_usage(state=State.PROPOSED, source=False)

    answer = run_action(log_in("reviewer"), Usage, "publish_selected", [sourced, unsourced])

    assert set(Usage.objects.values_list("state", flat=True)) == {State.PROPOSED}
    assert said(answer) == [f"{unsourced} has no source yet: add the evidence first.", "None of the 2 was published."]


def test_of_two_retracted_twins_neither_is_published_when_both_are_asked_for(log_in):
    one = make_usage(state=State.RETRACTED)
    other = make_usage(one.company, one.technology, one.category, state=State.RETRACTED)

    answer = run_action(log_in("reviewer"), Usage, "publish_selected", [one, other])

    assert set(Usage.objects.values_list("state", flat=True)) == {State.RETRACTED}
    assert said(answer)[-1] == "None of the 2 was published."


@pytest.mark.parametrize("state", [State.PUBLISHED, State.RETRACTED])
@pytest.mark.parametrize("model", REVIEWED)
def test_what_was_published_is_written_by_no_curator(log_in, model, state):
    row = MAKERS[model](state=state)
    client = log_in("curator")

    page = client.get(admin_url(row, "change"))

    assert "What you save becomes a proposal" in page.content.decode()
    before = row.history.count()
    for data in ({"seen_version": row.version}, form_data(page)):
        client.post(admin_url(row, "change"), data)
        assert row.history.count() == before
    assert not ImportLine.objects.exists()


def test_what_belongs_to_a_published_row_is_written_by_no_curator_either(log_in):
    usage = make_usage()
    alias = CompanyAlias.objects.create(company=usage.company, name="Other")
    client = log_in("curator")

    for row in (usage.evidence.get(), alias):
        data = form_data(client.get(admin_url(row, "change")))
        client.post(admin_url(row, "change"), data | {"name": "Mine", "quote": "Mine"})
        client.post(admin_url(row, "delete"), {"post": "yes"})
        assert row.history.count() == 1
    run_action(client, Evidence, "delete_selected", [usage.evidence.get()], post="yes")

    assert usage.evidence.exists()
    assert sorted(ImportLine.objects.values_list("action", "kind")) == [
        ("change", "companyalias"), ("change", "evidence"), ("remove", "companyalias"), ("remove", "evidence"),
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["curator", "reviewer"])
def test_only_reviewers_hang_something_on_a_published_row(log_in, role):
    usage, technology, source = make_usage(), make_technology(), make_source()
    client = log_in(role)

    client.post(admin_url(Evidence, "add"), {"usage": usage.pk, "source": source.pk, "stance": "contradicts"})
    client.post(admin_url(TechnologyAlias, "add"), {"technology": technology.pk, "name": "Other"})

    assert usage.evidence.count() == (2 if role == "reviewer" else 1)
    assert technology.aliases.count() == (2 if role == "reviewer" else 1)


def test_a_curator_adds_drafts_to_a_published_company_and_proposes_blanks(log_in):
    company, source = make_company(), make_source()
    client = log_in("curator")
    data = form_data(client.get(f"{admin_url(Usage, 'add')}?company={company.pk}&source={source.pk}"))

    client.post(admin_url(Usage, "add"), data | {"technology": make_technology().pk})
    client.post(
        admin_url(Coverage, "add"),
        {"company": company.pk, "category": make_category().pk, "outcome": "nothing_found", "looked_on": "2026-11"},
    )

    assert Usage.objects.get().state == State.DRAFT
    assert not Coverage.objects.exists()
    assert ImportLine.objects.get().kind == "coverage"


@pytest.mark.parametrize("model", [Company, Source, Technology, Usage, Migration])
def test_main_nouns_are_deleted_by_reviewers_only(log_in, model):
    row = make_source() if model is Source else MAKERS[model](state=State.DRAFT)

    for role, left in (("curator", 1), ("reviewer", 0)):
        client = log_in(role)
        client.post(admin_url(row, "delete"), {"post": "yes"})
        assert model.objects.filter(pk=row.pk).count() == left


def test_the_state_is_no_field_that_a_form_could_set(log_in):
    usage = make_usage(state=State.DRAFT)
    client = log_in("curator")
    data = form_data(client.get(admin_url(usage, "change")))

    client.post(admin_url(usage, "change"), data | {"state": "published", "visible": "on", "purpose": "New"})

    usage.refresh_from_db()
    assert (usage.state, usage.visible, usage.purpose) == (State.DRAFT, False, "New")


def test_evidence_moves_from_a_draft_to_a_published_row_by_a_reviewer_only(log_in):
    public, draft = make_usage(), make_usage(state=State.DRAFT, source=False)
    evidence = make_evidence(usage=draft)

    for role in ("curator", "reviewer"):
        client = log_in(role)
        data = form_data(client.get(admin_url(evidence, "change")))
        client.post(admin_url(evidence, "change"), data | {"usage": public.pk})
        evidence.refresh_from_db()
        assert evidence.usage == (public if role == "reviewer" else draft)


@pytest.mark.parametrize("model", REVIEWED)
def test_a_return_without_a_reason_asks_again_and_moves_nothing(log_in, model):
    row = MAKERS[model](state=State.PROPOSED)
    client = log_in("reviewer")
    page = client.get(admin_url(row, "move", "return"))
    for address, read in (
        (admin_url(row, "move", "return"), asked(page)),
        (admin_url(model, "move_rows", "return"), {"rows": f"{row.pk}.{page.context['seen']}"}),
    ):
        answer = client.post(address, read | {"reason": " "})

        assert (answer.status_code, answer.context["unreasoned"]) == (200, True)
        row.refresh_from_db()
        assert row.state == State.PROPOSED


@pytest.mark.parametrize("model", REVIEWED)
def test_the_author_reads_the_reason_on_the_row_until_she_proposes_it_again(log_in, model):
    row = MAKERS[model](state=State.DRAFT)
    curator, reviewer = log_in("curator"), log_in("reviewer")
    run_action(curator, model, "propose_selected", [row])
    press(reviewer, row, "return")

    assert "Who says so?" in curator.get(admin_url(row, "change")).content.decode()
    run_action(curator, model, "propose_selected", [row])
    assert "Who says so?" not in curator.get(admin_url(row, "change")).content.decode()
    press(curator, row, "take_back")

    row.refresh_from_db()
    assert row.state == State.DRAFT


@pytest.mark.parametrize("model", REVIEWED)
def test_a_curator_deletes_an_own_draft_and_nothing_else(log_in, users, model):
    own, other, known = MAKERS[model](state=State.DRAFT), MAKERS[model](state=State.DRAFT), MAKERS[model]()
    for row in (own, known):
        row.history.update(history_user=users["curator"])
    type(known)._base_manager.filter(pk=known.pk).update(state=State.DRAFT)
    client = log_in("curator")

    for row, status in ((own, 302), (other, 403), (known, 403)):
        assert client.post(admin_url(row, "delete"), {"post": "yes"}).status_code == status
        assert model.objects.filter(pk=row.pk).exists() == (status == 403)


def test_an_own_draft_on_which_the_usages_of_others_hang_stays(log_in, users):
    company = make_company(state=State.DRAFT)
    company.history.update(history_user=users["curator"])
    usage = make_usage(company, state=State.DRAFT)

    assert log_in("curator").post(admin_url(company, "delete"), {"post": "yes"}).status_code == 403

    assert Usage.objects.filter(pk=usage.pk).exists()
