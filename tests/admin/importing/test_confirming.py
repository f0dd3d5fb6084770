"""Confirming an import: what is written, once and as a whole, and what can be taken back."""

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stacks.curating import curating
from stacks.derived import check
from stacks.importers.apply import apply
from stacks.importers.findings import Given
from stacks.importers.formats import parse
from stacks.importers.load import load_vocabulary
from stacks.models import (
    BatchState,
    Change,
    Company,
    Evidence,
    ImportBatch,
    ImportChoice,
    ImportDecision,
    Source,
    State,
    Technology,
    Usage,
)
from stacks.proposals.deciding import refuse
from stacks.proposals.proposing import open_batch, propose_changes, propose_row
from tests.admin.doors import admin_url
from tests.admin.importing.steps import TABLE, URL, confirm, correct, everything, opened, press, row_of, view_of
from tests.factories import (
    make_company,
    make_evidence,
    make_source,
    make_technology,
    make_usage,
)
from tests.pages.reading import text_of

pytestmark = pytest.mark.both_databases


def test_the_straight_path_from_a_table_to_proposals(log_in, kafka, users):
    client = log_in("curator")
    batch = opened(client)
    assert batch.state == BatchState.OPEN
    assert row_of(client, batch, "MySQL").is_undecided
    press(client, batch, f"take {row_of(client, batch, 'MySQL').key}")
    correct(client, batch, "Apache Kafka", stage="retiring", hosting="self_hosted")

    answer = confirm(client, batch)

    assert answer.url == admin_url(batch, "change")
    batch.refresh_from_db()
    company = Company.objects.get()
    assert (batch.state, batch.company, batch.made_by) == (BatchState.WRITTEN, company, users["curator"])
    assert (company.name, company.state) == ("Acme", State.DRAFT)
    told = Usage.objects.order_by("technology__slug").values_list("technology__slug", "stage", "hosting", "state")
    assert list(told) == [
        ("apache-kafka", "retiring", "self_hosted", "proposed"),
        ("mysql", "in_use", "unknown", "proposed"),
        ("postgresql", "in_use", "unknown", "proposed"),
    ]
    assert set(Evidence.objects.values_list("source__url", "edition_on")) == {(URL, "2024-05")}
    page = client.get(answer.url)
    assert page.context["view"].to_review == 3
    assert page.context["view"].review_url
    assert list(check()) == []


def test_a_batch_that_wrote_something_is_not_discarded(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    confirm(client, batch)

    client.post(admin_url(batch, "discard"))

    assert ImportBatch.objects.exists()


def test_a_new_technology_is_made_only_when_somebody_says_so_and_at_the_end(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    confirm(client, batch)
    assert not Technology.objects.filter(name="Frobnicator").exists()
    row = row_of(client, batch, "Frobnicator")

    answer = client.post(
        admin_url(batch, "line", row.key),
        {
            "new_name": "Frobnicator",
            "new_kind": "library",
            "new_website": "https://frob.example/",
            "category": kafka.category.slug,
            "stage": "in_use",
        },
    )
    assert answer.status_code == 302
    assert not Technology.objects.filter(name="Frobnicator").exists()
    confirm(client, batch)

    made = Technology.objects.get(name="Frobnicator")
    assert (made.state, made.kind, made.website) == (State.DRAFT, "library", "https://frob.example/")
    assert Usage.objects.get(technology=made).state == State.PROPOSED


def test_a_new_technology_takes_its_own_right(log_in, kafka, users):
    from django.contrib.auth.models import Group, Permission

    Group.objects.get(name="Curator").permissions.remove(Permission.objects.get(codename="add_technology"))
    client = log_in("curator")
    batch = opened(client)

    page = client.get(admin_url(batch, "line", row_of(client, batch, "Apache Kafka").key))

    assert "new_name" not in page.context["form"].fields


def test_a_new_company_takes_its_own_right(log_in, kafka):
    from django.contrib.auth.models import Group, Permission

    Group.objects.get(name="Curator").permissions.remove(Permission.objects.get(codename="add_company"))
    client = log_in("curator")
    batch = opened(client)

    assert confirm(client, batch).status_code == 403
    assert not Usage.objects.exists()


def test_what_is_only_proposed_leaves_no_public_trace(log_in, kafka, client):
    before = Change.objects.count()
    curator = log_in("curator")
    confirm(curator, opened(curator))

    assert Change.objects.count() == before
    assert client.get("/companies/acme/").status_code == 404
    assert client.get(f"/api/v1/sources/?q={URL}").json().get("results", []) == []


def test_confirming_a_plan_that_came_out_different_writes_nothing_and_shows_what_changed(log_in, kafka):
    client = log_in("curator")
    company = make_company("Acme")
    batch = opened(client)
    seen = view_of(client, batch).bar.fingerprint
    make_usage(company, kafka)
    before = everything()

    page = client.post(admin_url(batch, "confirm"), {"fingerprint": seen})

    assert page.status_code == 409
    assert everything() == before
    first = page.context["view"].sections[0].rows[0]
    assert (first.title, first.is_changed, first.sign) == ("Apache Kafka", True, "same")


def test_confirming_twice_writes_once(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    seen = view_of(client, batch).bar.fingerprint
    client.post(admin_url(batch, "confirm"), {"fingerprint": seen})
    before = everything()

    assert client.post(admin_url(batch, "confirm"), {"fingerprint": seen}).status_code == 409
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_the_same_text_make_no_doubles(log_in, kafka):
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory has one connection")
    client = log_in("curator")
    batches = [opened(client), opened(client)]
    seen = [view_of(client, batch).bar.fingerprint for batch in batches]
    answers = []

    def write(batch, fingerprint):
        try:
            answers.append(client.post(admin_url(batch, "confirm"), {"fingerprint": fingerprint}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=pair) for pair in zip(batches, seen, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(answers) == [302, 409]
    assert (Company.objects.count(), Usage.objects.count(), Source.objects.count()) == (1, 2, 1)


def test_a_crash_while_confirming_leaves_no_trace(log_in, kafka, monkeypatch):
    client = log_in("curator")
    batch = opened(client)
    press(client, batch, f"skip {row_of(client, batch, 'PostgreSQL').key}")
    before = everything()
    monkeypatch.setattr("stacks.importers.opened._keep_outcome", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        confirm(client, batch)

    batch.refresh_from_db()
    assert everything() == before
    assert (batch.state, ImportDecision.objects.count(), ImportChoice.objects.count()) == (BatchState.OPEN, 0, 1)


def test_taking_back_deletes_what_nobody_touched_and_keeps_text_and_choices(log_in, kafka):
    client = log_in("curator")
    batch = opened(client)
    press(client, batch, f"take {row_of(client, batch, 'MySQL').key}")
    confirm(client, batch)

    client.post(admin_url(batch, "take_back"))

    batch.refresh_from_db()
    assert (batch.state, batch.text) == (BatchState.OPEN, TABLE)
    assert [model.objects.count() for model in (Usage, Company, Source, Evidence)] == [0, 0, 0, 0]
    assert not ImportDecision.objects.filter(ended_at=None).exists()
    assert view_of(client, batch).bar.proposals == 3
    confirm(client, batch)
    assert Usage.objects.count() == 3
    assert list(check()) == []


def test_taking_back_costs_the_same_however_much_was_written(log_in):
    names = ["Redis", "MySQL", "Grafana", "Prometheus", "Ansible", "Kubernetes"]
    for name in names:
        make_technology(name)
    client, costs = log_in("curator"), []
    for number, lines in enumerate((2, 2, len(names))):
        rows = "".join(f"| What it is for | {name} |\n" for name in names[:lines])
        text = f"# The stack\n\n| Purpose | Service |\n|---|---|\n{rows}"
        batch = opened(client, text, company=f"Acme {number}", url=f"https://acme.example/{number}")
        confirm(client, batch)
        assert Usage.objects.count() == lines
        with CaptureQueriesContext(connection) as asked:
            client.post(admin_url(batch, "take_back"))
        costs.append(len(asked))
        assert not Usage.objects.exists()
    assert costs[1] == costs[2]


@pytest.mark.parametrize("left", [False, True])
def test_what_the_text_refers_to_is_shown_cited_and_taken_back_or_left(log_in, kafka, left):
    text = "- Kafka ([read more](https://acme.example/blog/k), [more](k.md))\n\n## References\n\n- https://acme.example/all\n"
    client = log_in("curator")
    batch = opened(client, text)
    page = client.get(admin_url(batch, "plan")).content.decode()
    assert "cites https://acme.example/blog/k" in page
    assert "kept apart from sources" in page
    press(client, batch, "pages pages out" if left else "pages pages all")

    confirm(client, batch)

    cited = set(Evidence.objects.values_list("source__url", flat=True)) - {URL}
    assert cited == (set() if left else {"https://acme.example/blog/k", "https://acme.example/all"})
    client.post(admin_url(batch, "take_back"))
    assert not any(model.objects.exists() for model in (Usage, Evidence, Source, Company))


def test_what_was_reviewed_changed_or_cited_since_is_not_taken_back(log_in, kafka):
    from stacks.models import State
    from stacks.review import PUBLISH, move

    client = log_in("curator")
    batch = opened(client)
    press(client, batch, f"take {row_of(client, batch, 'MySQL').key}")
    confirm(client, batch)
    published, changed, cited = Usage.objects.order_by("pk")
    move([published], PUBLISH, log_in("reviewer") and batch.made_by.__class__.objects.get(username="reviewer"))
    changed.purpose = "Something else"
    changed.save()
    make_evidence(usage=cited, source=make_source())

    client.post(admin_url(batch, "take_back"))

    batch.refresh_from_db()
    assert Usage.objects.count() == 3
    assert Usage.objects.filter(state=State.PUBLISHED).get() == published
    assert batch.state == BatchState.WRITTEN


def test_own_words_make_the_company_the_one_who_speaks(log_in, kafka):
    client = log_in("curator")
    batch = opened(client, own_words="on", title="How we run", url="https://elsewhere.example/x")

    confirm(client, batch)

    source = Source.objects.get()
    assert (source.company.name, source.title, source.publisher) == ("Acme", "How we run", "Acme")


def test_adopters_of_one_technology_are_imported_with_their_companies(log_in, kafka):
    client = log_in("curator")
    text = "# Kafka adopters\n- [Acme](https://a.example)\n- [Globex](https://g.example)\n"
    batch = opened(client, text, about="technology", technology="Kafka", company="")

    confirm(client, batch)

    batch.refresh_from_db()
    assert (batch.technology, batch.company) == (kafka, None)
    assert set(Usage.objects.values_list("company__name", flat=True)) == {"Acme", "Globex"}


def test_what_the_command_imported_has_a_plan_too_and_a_suggestion_has_none(log_in, kafka, users):
    reading = parse(TABLE, load_vocabulary(), Given("Acme", path="stack.md"))
    apply("stack.md", TABLE, reading, company="Acme", source=URL, edition="2024-05", user=users["curator"])
    batch = ImportBatch.objects.get()
    client = log_in("curator")

    bar = view_of(client, batch).bar
    assert (bar.proposals, bar.obstacles) == (0, [])
    suggestion = ImportBatch.objects.create(format="suggestion", text="", made_by=users["curator"])
    page = client.get(admin_url(suggestion, "change"))
    assert admin_url(suggestion, "plan") not in page.content.decode()
    client.post(admin_url(suggestion, "take_back"))
    suggestion.refresh_from_db()
    assert suggestion.state == BatchState.WRITTEN


def test_the_page_of_a_suggestion_tells_what_is_suggested_and_speaks_of_no_text(log_in, users):
    usage = make_usage(make_company("Acme"), make_technology("Kafka"), purpose="Logs")
    with curating():
        batch = open_batch(users["curator"], about=usage)
        lines = propose_changes(batch, usage, {"purpose": "Events", "started": "2019"})
        propose_row(batch, Evidence(usage=usage, source=make_source(title="A talk"), locator="Minute 3"))
    refuse(lines[1:], users["reviewer"], "The page says 2018.")
    client = log_in("curator")

    page = client.get(admin_url(batch, "change"))

    text = text_of(page, "content")
    assert "Suggestion: Acme" in text
    assert "3 proposals, 2 wait for a reviewer." in text
    assert "Change purpose Logs → Events Waiting" in text
    assert "Refused The page says 2018." in text
    assert "locator Minute 3" in text
    assert not {"Text", "Plan", "text", "plan", "undated", "Line"} & set(text.split())
    assert page.context["view"].review_url == reverse("admin:stacks_company_review", args=[usage.company_id])
    told = client.post(admin_url(batch, "take_back"), follow=True).content.decode()
    assert "2 proposals are taken back." in told
    assert "The text" not in told
    assert client.get(admin_url(batch, "change")).context["may_take_back"] is False
