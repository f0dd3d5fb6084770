"""A curator edits what is published as usual: nothing of it is written, and all of it waits for a reviewer."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stacks.derived import check
from stacks.models import (
    Category,
    Change,
    Company,
    CompanyAlias,
    CompanyFact,
    Coverage,
    Evidence,
    Homonym,
    ImportBatch,
    ImportLine,
    Migration,
    Redirect,
    Source,
    State,
    Technology,
    TechnologyAlias,
    TechnologyRelation,
    Usage,
)
from stacks.proposals.deciding import accept
from stacks.proposals.proposing import open_batch, propose_changes
from stacks.review import Refused
from tests.admin.doors import admin_url, form_data
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


def opened(client, row):
    url = admin_url(row, "change")
    return url, form_data(client.get(url))


def lines():
    return list(ImportLine.objects.order_by("pk").values_list("action", "kind", "field", "old", "new"))


def said(answer):
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def with_row(data, prefix, **values):
    """The same form with one row more in an inline."""
    total = int(data[f"{prefix}-TOTAL_FORMS"])
    row = {f"{prefix}-{total}-{name}": value for name, value in values.items()}
    return data | {f"{prefix}-TOTAL_FORMS": str(total + 1)} | row


def make_cited():
    usage = make_usage()
    return usage.evidence.get()


def make_alias():
    return TechnologyAlias.objects.create(technology=make_technology(), name="Tee")


def make_redirect():
    return Redirect.objects.create(kind="company", old_slug="formerly", new_slug=make_company().slug)


CHANGES = {
    Usage: (make_usage, {"purpose": "New"}),
    Migration: (make_migration, {"reason": "New"}),
    Company: (make_company, {"summary": "New"}),
    Technology: (make_technology, {"summary": "New"}),
    Category: (make_category, {"description": "New"}),
    Source: (lambda: make_usage().evidence.get().source, {"title": "New"}),
    Evidence: (make_cited, {"quote": "New"}),
    Coverage: (make_coverage, {"looked_on": "2026-12"}),
    CompanyFact: (
        lambda: CompanyFact.objects.create(company=make_company(), label="Requests", value="4"),
        {"value": "5"},
    ),
    CompanyAlias: (lambda: CompanyAlias.objects.create(company=make_company(), name="Acme Inc"), {"name": "Acme Ltd"}),
    TechnologyAlias: (make_alias, {"name": "Tea"}),
    Homonym: (lambda: Homonym.objects.create(technology=make_technology(), name="Tt"), {"near": "Tea"}),
    TechnologyRelation: (lambda: make_relation(make_technology(), "fork_of", make_technology()), {"kind": "part_of"}),
    Redirect: (make_redirect, {}),
}


@pytest.mark.parametrize("model", CHANGES)
def test_a_change_of_anything_public_waits(log_in, users, model):
    make, values = CHANGES[model]
    row = make()
    values = values or {"new_slug": make_company().slug}
    client, feed = log_in("curator"), Change.objects.count()
    url, data = opened(client, row)
    saves = row.history.count()

    answer = client.post(url, data | values)

    assert answer.status_code == 302
    assert "1 change is proposed" in said(answer)
    assert (row.history.count(), Change.objects.count(), fresh(row).version) == (saves, feed, row.version)
    ((_, kind, field, _, new),) = lines()
    assert (kind, {field: new}) == (row._meta.model_name, values)
    assert "Proposed already" in client.get(url).content.decode()
    accept(ImportLine.objects.all(), users["reviewer"])
    assert {name: getattr(fresh(row), name) for name in values} == values
    assert check() == []


@pytest.mark.parametrize("model", CHANGES)
def test_a_reviewer_writes_it_at_once(log_in, model):
    make, values = CHANGES[model]
    row = make()
    values = values or {"new_slug": make_company().slug}
    client = log_in("reviewer")
    url, data = opened(client, row)

    assert client.post(url, data | values).status_code == 302

    assert {name: getattr(fresh(row), name) for name in values} == values
    assert not ImportLine.objects.exists()


@pytest.mark.parametrize("role", ["nobody", "onlooker"])
@pytest.mark.parametrize("model", CHANGES)
def test_staff_without_the_right_propose_nothing(log_in, model, role):
    row = CHANGES[model][0]()
    client = log_in(role)

    assert client.post(admin_url(row, "change"), CHANGES[model][1] | {"seen_version": row.version}).status_code == 403
    assert client.post(admin_url(row, "delete"), {"post": "yes"}).status_code == 403
    assert not ImportLine.objects.exists()


def test_all_of_a_form_waits_with_what_hangs_on_it(log_in, users):
    usage, source = make_usage(purpose="Queue"), make_source()
    evidence, other = usage.evidence.get(), make_evidence(usage=usage)
    client = log_in("curator")
    url, data = opened(client, usage)
    data = with_row(data, "evidence", source=source.pk, quote="We left it in 2024.", stance="supports")
    data |= {"ended": "2024", "evidence-0-quote": "Typed", "evidence-1-DELETE": "on"}

    answer = client.post(url, data)

    assert "4 changes are proposed" in said(answer)
    assert answer.url == url
    assert [(action, kind, field) for action, kind, field, *_ in lines()] == [
        ("end", "usage", "ended"), ("remove", "evidence", ""), ("change", "evidence", "quote"), ("add", "evidence", ""),
    ]  # fmt: skip
    assert ImportBatch.objects.count() == 1
    assert (fresh(usage).ended, fresh(evidence).quote, usage.evidence.count()) == ("", "", 2)
    accept(ImportLine.objects.all(), users["reviewer"])
    assert (fresh(usage).ended, fresh(evidence).quote) == ("2024", "Typed")
    assert [row.quote for row in usage.evidence.order_by("pk")] == ["Typed", "We left it in 2024."]
    assert not Evidence.objects.filter(pk=other.pk).exists()
    assert check() == []


def test_names_figures_identifiers_and_blanks_of_a_company_wait(log_in, users):
    company, category = make_company("Acme"), make_category()
    client = log_in("curator")
    url, data = opened(client, company)
    data = with_row(data, "aliases", name="Acme Inc", caution="free")
    data = with_row(data, "identifiers", scheme="domain", value="acme.example")
    data = with_row(data, "facts", label="Requests", value="400")
    data = with_row(data, "coverage", category=category.pk, outcome="nothing_found", looked_on="2026-11")
    data |= {"life": "acquired", "life_on": "2024", "life_source": "https://news.example/"}

    client.post(url, data)

    assert len(lines()) == 7
    kept = (company.aliases.count(), company.identifiers.count(), company.facts.count(), company.coverage.count())
    assert (kept, fresh(company).life) == ((1, 0, 0, 0), "active")
    accept(ImportLine.objects.all(), users["reviewer"])
    kept = (company.aliases.count(), company.identifiers.count(), company.facts.count(), company.coverage.count())
    assert (kept, fresh(company).life) == ((2, 1, 1, 1), "acquired")


def test_relations_homonyms_identifiers_and_lifecycle_of_a_technology_wait(log_in, users):
    technology, other = make_technology("Kafka"), make_technology()
    client = log_in("curator")
    url, data = opened(client, technology)
    data = with_row(data, "relations", kind="successor_of", object=other.pk)
    data = with_row(data, "homonyms", name="KFK", near="queue", position="0")
    data = with_row(data, "identifiers", scheme="cncf", value="kafka")
    data |= {"lifecycle": "ended", "lifecycle_on": "2024", "lifecycle_source": "https://eol.example/"}

    client.post(url, data)

    assert (technology.relations.count(), technology.homonyms.count(), technology.identifiers.count()) == (0, 0, 0)
    accept(ImportLine.objects.all(), users["reviewer"])
    assert (technology.relations.count(), technology.homonyms.count(), technology.identifiers.count()) == (1, 1, 1)
    assert fresh(technology).lifecycle == "ended"
    assert check() == []


def test_a_new_row_on_something_public_waits(log_in, users):
    usage, other, source, area = make_usage(), make_technology(), make_source(), make_area()
    company, technology = usage.company, usage.technology
    client = log_in("curator")
    new = {
        Evidence: {"usage": usage.pk, "source": source.pk, "stance": "supports", "quote": "We use it."},
        Coverage: {
            "company": company.pk,
            "category": make_category().pk,
            "outcome": "nothing_found",
            "looked_on": "2026",
        },
        CompanyFact: {"company": company.pk, "label": "Requests", "value": "400"},
        CompanyAlias: {"company": company.pk, "name": "Acme Inc", "caution": "free"},
        TechnologyAlias: {"technology": technology.pk, "name": "Tee", "caution": "free"},
        TechnologyRelation: {"subject": technology.pk, "kind": "fork_of", "object": other.pk},
        Homonym: {"technology": technology.pk, "name": "Tt", "position": "0"},
        Category: {"name": "New", "slug": "new", "parent": area.pk, "position": "3"},
        Redirect: {"kind": "company", "old_slug": "formerly", "new_slug": company.slug},
    }  # fmt: skip
    before = {model: model.objects.count() for model in new}

    for model, data in new.items():
        answer = client.post(admin_url(model, "add"), data)
        assert answer.status_code == 302, model
        assert "1 change is proposed" in said(answer)

    assert {model: model.objects.count() for model in new} == before
    assert {kind for _, kind, *_ in lines()} == {model._meta.model_name for model in new}
    accept(ImportLine.objects.all(), users["reviewer"])
    assert {model: model.objects.count() for model in new} == {model: n + 1 for model, n in before.items()}
    assert check() == []


@pytest.mark.parametrize("door", ["page", "list"])
def test_a_deletion_of_something_public_waits(log_in, users, door):
    blank, free = make_coverage(), make_coverage(make_company(state=State.DRAFT))
    client = log_in("curator")

    for row in (blank, free):
        if door == "page":
            client.post(admin_url(row, "delete"), {"post": "yes"})
    if door == "list":
        ticked = {"action": "delete_selected", "_selected_action": [blank.pk, free.pk], "post": "yes"}
        client.post(admin_url(Coverage, "changelist"), ticked)

    assert list(Coverage.objects.all()) == [blank]
    assert [(action, kind) for action, kind, *_ in lines()] == [("remove", "coverage")]
    accept(ImportLine.objects.all(), users["reviewer"])
    assert not Coverage.objects.exists()


def test_what_is_not_public_is_written_at_once(log_in):
    usage = make_usage(make_company(state=State.DRAFT), make_technology(state=State.DRAFT), state=State.DRAFT)
    client = log_in("curator")

    for row, values in ((usage, {"purpose": "New"}), (usage.evidence.get().source, {"title": "New"})):
        url, data = opened(client, row)
        assert "becomes a proposal" not in client.get(url).content.decode()
        client.post(url, data | values)
        assert {name: getattr(fresh(row), name) for name in values} == values

    assert not ImportLine.objects.exists()


def test_what_is_proposed_twice_waits_once_and_another_value_takes_its_place(log_in, users):
    usage = make_usage(purpose="Queue")
    client = log_in("curator")
    url, data = opened(client, usage)

    client.post(url, data | {"purpose": "Events"})
    answer = client.post(url, data | {"purpose": "Events"})
    assert "Nothing is proposed" in said(answer)
    client.post(url, data | {"purpose": "Jobs"})
    propose_changes(open_batch(users["reviewer"]), usage, {"purpose": "Logs"})

    assert list(ImportLine.objects.order_by("pk").values_list("new", "state")) == [
        ("Events", "taken_back"), ("Jobs", "waiting"), ("Logs", "waiting"),
    ]  # fmt: skip
    page = client.get(url).content.decode()
    assert "Jobs" in page
    assert "Logs" in page


def test_a_form_in_which_nothing_was_typed_proposes_nothing(log_in):
    usage = make_usage()
    client = log_in("curator")
    url, data = opened(client, usage)

    answer = client.post(url, data)

    assert "Nothing is proposed" in said(answer)
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("stored", ["\n", "\r\n"])
def test_a_browser_breaks_lines_in_its_own_way_and_says_nothing_by_it(log_in, stored):
    story = f"It began small.{stored}{stored}It grew."
    company = make_company("Zerodha", story=story)
    usage = make_usage(company, remarks=story)
    curator, reviewer = log_in("curator"), log_in("reviewer")
    for row, name in ((company, "story"), (usage, "remarks")):
        url, data = opened(curator, row)
        sent = data | {name: story.replace("\r\n", "\n").replace("\n", "\r\n")}
        said(curator.post(url, sent))
        assert lines() == []
        field = "summary" if name == "story" else "purpose"
        assert reviewer.post(url, sent | {field: "Another"}).status_code == 302
        assert getattr(fresh(row), name) == "It began small.\n\nIt grew."


def test_what_cannot_be_is_refused_in_the_form_with_all_that_was_typed(log_in):
    usage = make_usage(started="2020")
    client = log_in("curator")
    url, data = opened(client, usage)

    page = client.post(url, data | {"ended": "2019"})
    assert (page.status_code, form_data(page)["ended"]) == (200, "2019")
    twin = usage.evidence.get()
    data = with_row(data, "evidence", source=twin.source_id, stance="supports") | {"evidence-0-DELETE": "on"}
    page = client.post(url, data | {"purpose": "Typed"})

    assert page.status_code == 200
    assert "cannot be proposed" in page.content.decode()
    assert form_data(page)["purpose"] == "Typed"
    assert usage.evidence.count() == 1
    assert not ImportLine.objects.exists()


def test_somebody_else_saved_meanwhile(log_in):
    usage = make_usage(purpose="Queue")
    client = log_in("curator")
    url, data = opened(client, usage)
    usage.purpose = "Jobs"
    usage.save()

    page = client.post(url, data | {"purpose": "Events"})

    assert page.status_code == 200
    assert "Nothing you typed is lost" in page.content.decode()
    assert not ImportLine.objects.exists()
    client.post(url, form_data(page))
    assert [line[2:] for line in lines()] == [("purpose", "Jobs", "Events")]


def test_a_copy_of_something_public_is_a_draft_of_ones_own(log_in):
    usage = make_usage(purpose="Queue")
    client = log_in("curator")
    url, data = opened(client, usage)

    client.post(url, data | {"_saveasnew": "1", "technology": make_technology().pk, "category": make_category().pk})

    assert sorted(Usage.objects.values_list("state", flat=True)) == ["draft", "published"]
    assert not ImportLine.objects.exists()


def test_the_public_sees_nothing_of_what_waits(log_in, client):
    usage = make_usage(purpose="Queue")
    curator = log_in("curator")
    url, data = opened(curator, usage)
    curator.post(url, data | {"purpose": "Secret events"})
    company = usage.company

    for address in (company.get_absolute_url(), f"/api/v1/usages/{usage.uid}/", "/api/v1/export/?format=ndjson"):
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"Secret" not in body


@pytest.mark.parametrize("number", [1, 10])
def test_the_form_costs_the_same_however_much_waits(log_in, users, number):
    usage = make_usage()
    for place in range(number):
        batch = open_batch(users["reviewer"], form="markdown")
        propose_changes(batch, usage, {"purpose": f"Purpose {place}", "via": make_technology()})
    client = log_in("curator")
    client.get(admin_url(usage, "change"))

    with CaptureQueriesContext(connection) as queries:
        client.get(admin_url(usage, "change"))

    assert len(queries) <= 34


def test_a_curator_who_writes_a_draft_with_a_proposal_before_her_decides_nothing(log_in, users):
    usage = make_usage(make_company(state=State.DRAFT), state=State.DRAFT, purpose="Queue")
    (line,) = propose_changes(open_batch(None, form="markdown"), usage, {"purpose": "Events"})
    client = log_in("curator")
    url = f"{admin_url(usage, 'change')}?take={line.pk}"
    data = form_data(client.get(url))

    assert client.post(url, data).status_code == 302

    assert (fresh(usage).purpose, fresh(line).state) == ("Events", "waiting")


@pytest.mark.parametrize("door", ["inline", "form"])
def test_a_draft_takes_no_name_from_what_is_public(log_in, users, door):
    known, draft = make_technology("Sentinel"), make_technology("Sentinel Two", state=State.DRAFT)
    client = log_in("curator")
    url, data = opened(client, draft)

    if door == "inline":
        data = with_row(data, "homonyms", name="Sentinel", position="0")
        data = with_row(data, "homonyms", name="S2", position="0")
        client.post(url, data)
        assert [row.name for row in draft.homonyms.all()] == ["S2"]
    else:
        client.post(admin_url(Homonym, "add"), {"technology": draft.pk, "name": "Sentinel", "position": "0"})

    assert known.aliases.filter(key="sentinel").exists()
    assert [line[:2] for line in lines()] == [("add", "homonym")]
    accept(ImportLine.objects.all(), users["reviewer"])
    assert not known.aliases.filter(key="sentinel").exists()
    assert check() == []


def test_where_two_are_asked_for_a_reviewer_proposes_too(log_in, users, settings):
    settings.REVIEW_BY_ANOTHER = True
    usage, draft = make_usage(purpose="Cache"), make_usage(state=State.DRAFT)
    client = log_in("reviewer")

    for row in (usage, draft):
        url, data = opened(client, row)
        client.post(url, data | {"purpose": "Sessions"})

    assert (fresh(usage).purpose, fresh(draft).purpose) == ("Cache", "Sessions")
    with pytest.raises(Refused, match="somebody else"):
        accept(ImportLine.objects.all(), users["reviewer"])
    accept(ImportLine.objects.all(), users["superuser"])
    assert fresh(usage).purpose == "Sessions"
