"""A company that objects: each door through which something of it could be written or published; what stays open."""

import io
import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from stacks.exporting import export
from stacks.fetching import Fetcher
from stacks.history import returning
from stacks.history.restoring import NotRestoredError
from stacks.importers import opened
from stacks.importers.decisions import settle
from stacks.importers.lines import Line, Reading
from stacks.importers.plan import make_plan
from stacks.loading import load
from stacks.merge import merge
from stacks.models import (
    Company,
    CompanyFact,
    Coverage,
    Evidence,
    ImportLine,
    Migration,
    Objection,
    State,
    Usage,
    Watch,
)
from stacks.proposals.deciding import accept
from stacks.proposals.proposing import open_batch, propose_changes, propose_row
from stacks.review import PUBLISH, RETRACT, Refused, move
from stacks.together import Cited
from stacks.together import Refused as TogetherRefused
from stacks.together import write as write_together
from stacks.updating import update
from stacks.watching.asking import ask, followed
from tests.factories import (
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)
from tests.test_exporting import empty_the_database

pytestmark = pytest.mark.django_db
SAYS = "Acme objects, since 2026-01-01 and for good: “Leave us out”"


def object_to(company, **fields):
    return Objection.objects.create(
        **{"company": company, "asked": "Leave us out", "received_on": "2026-01-01"} | fields
    )


@pytest.fixture
def acme():
    return make_company("Acme")


def written_of(company):
    kinds = (Usage, Migration, Evidence, CompanyFact, Coverage)
    told = Company.objects.filter(pk=company.pk).values_list("name", "summary", "story", "lessons")
    usages = company.usages.values_list("purpose", "state")
    return [kind._base_manager.count() for kind in kinds], list(usages), list(told)


@pytest.mark.parametrize(
    ("fields", "stands"),
    [
        (lambda today: {}, True),
        (lambda today: {"until": f"{today}"}, True),
        (lambda today: {"until": f"{today:%Y}"}, True),
        (lambda today: {"until": f"{today - timedelta(days=1)}"}, False),
        (lambda today: {"received_on": f"{today + timedelta(days=1)}"}, False),
    ],
)
def test_it_holds_from_the_day_it_came_until_its_last_day(acme, fields, stands):
    objection = object_to(acme, **fields(timezone.localdate()))

    assert objection.stands is stands
    if stands:
        with pytest.raises(ValidationError, match="Nothing new is written"):
            make_usage(acme)
    else:
        make_usage(acme)


@pytest.mark.parametrize(
    "write",
    [
        make_usage,
        make_migration,
        make_coverage,
        lambda company: make_evidence(company=company),
        lambda company: make_evidence(usage=company.usages.get()),
        lambda company: CompanyFact.objects.create(company=company, label="Requests", value="400"),
        lambda company: change(company.usages.get(), purpose="Another"),
        lambda company: change(company.usages.get(), stage="retired", purpose="Another"),
        lambda company: change(company.usages.get(), stage="trial"),
        lambda company: change(company, summary="Another"),
        lambda company: change(company, name="Acme Ltd", story="Another"),
        lambda company: propose_changes(open_batch(None), company, {"lessons": "Another"}),
        lambda company: propose_changes(open_batch(None), company.usages.get(), {"purpose": "Another"}),
        lambda company: propose_row(open_batch(None), Evidence(usage=company.usages.get(), source=make_source())),
    ],
)
def test_nothing_new_is_written_about_it(acme, write):
    usage = make_usage(acme)
    usage.refresh_from_db()
    object_to(acme)
    before = written_of(acme)
    acme.refresh_from_db()

    with pytest.raises(ValidationError) as refused:
        write(acme)

    assert SAYS in " ".join(refused.value.messages)
    assert written_of(acme) == before
    make_usage()  # of somebody else


def change(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def test_what_stands_may_be_ended_contradicted_retracted_and_deleted(acme):
    ended, withdrawn, gone = make_usage(acme), make_usage(acme), make_usage(acme)
    object_to(acme)

    change(ended, ended="2026-01", stage="retired")
    make_evidence(usage=ended, source=make_source(company=acme), stance="contradicts")
    ended.save()
    move([withdrawn], RETRACT, User.objects.create_superuser("boss"))
    gone.delete()

    assert sorted(acme.usages.values_list("state", flat=True)) == ["published", "retracted"]


def test_what_is_told_of_the_company_itself_may_be_taken_away_and_its_name_corrected(acme):
    change(acme, summary="What it does", story="How it began")
    object_to(acme)

    change(acme, name="Acme Ltd", summary="", story="", life="ended")

    assert Company.objects.filter(name="Acme Ltd", summary="", story="", life="ended").exists()


@pytest.mark.parametrize("make", [make_usage, make_migration, lambda company, **fields: company])
def test_nothing_of_it_is_published(make):
    company = make_company("Acme", state=State.PROPOSED)
    row = make(company, state=State.PROPOSED)
    object_to(company)

    with pytest.raises(Refused, match="Acme objects"):
        move([row], PUBLISH, User.objects.create_superuser("boss"))

    row.refresh_from_db()
    assert row.state == State.PROPOSED


def test_what_was_proposed_before_is_not_accepted(acme):
    usage = make_usage(acme)
    lines = propose_changes(open_batch(None), usage, {"purpose": "Another"})
    object_to(acme)

    with pytest.raises(Exception, match="Acme objects"):
        accept(lines, User.objects.create_superuser("boss"))

    usage.refresh_from_db()
    assert (usage.purpose, ImportLine.objects.get().state) == ("Some purpose", "waiting")


def test_an_end_that_an_import_proposed_is_accepted(acme):
    usage = make_usage(acme)
    batch = open_batch(None, source=make_source())
    lines = propose_changes(batch, usage, {"stage": "retired"}, action="end", edition_on="2026", stage="retired")
    object_to(acme)

    accept(lines, User.objects.create_superuser("boss"))

    usage.refresh_from_db()
    assert (usage.stage, usage.evidence.count()) == ("retired", 2)


def test_what_was_deleted_is_not_brought_back(acme):
    usage = make_usage(acme)
    pk = usage.pk
    usage.delete()
    object_to(acme)

    found = returning.look(Usage, returning.find_record(Usage, pk))

    assert SAYS in str(found.errors)
    with pytest.raises(NotRestoredError):
        returning.bring_back(found, values={}, user=User.objects.create_superuser("boss"), writes=lambda row: True)
    assert not acme.usages.exists()


def plan_for(**given):
    reading = Reading([Line(1, "- NATS", name="NATS", technology="nats", category="queues", ticked=True, sure=1.0)])
    return make_plan("x", reading, deciding=settle(reading), **given)


@pytest.mark.parametrize("state", [State.PUBLISHED, State.DRAFT, State.RETRACTED])
def test_an_import_says_so_and_writes_nothing(tmp_path, state):
    make_technology("NATS", make_category("Queues"))
    acme = make_company("Acme", state=state)
    object_to(acme)
    file = tmp_path / "stack.md"
    file.write_text("# Our stack\n\n- NATS: news\n")

    plan = plan_for(company_name="ACME", source="https://a.example/")
    assert SAYS in plan.reading.lines[0].problem
    assert opened.obstacles(plan) == [plan.reading.lines[0].problem]  # what the page of the plan says, and confirming
    out = io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            "import_stack", str(file), company="Acme", source="https://a.example/", apply=True, json=True, stdout=out
        )

    told = json.loads(out.getvalue())
    assert ended.value.code == 1
    assert SAYS in told["lines"][0]["problem"]
    assert told["written"]["usages"] == []
    assert (Usage.objects.count(), Company.objects.count()) == (0, 1)


def test_what_is_followed_of_it_is_left_alone(acme):
    watch = Watch.objects.create(source=make_source(url="http://127.0.0.1:9/"), company=acme)
    object_to(acme)

    (seen,) = ask(list(followed()), Fetcher())

    watch.refresh_from_db()
    assert (seen.result, watch.result) == ("objected", "objected")
    assert watch.told.startswith(SAYS)
    assert watch.next_at > timezone.now()


def test_an_update_of_the_catalogue_says_so_and_proposes_nothing(acme, tmp_path):
    usage = make_usage(acme)
    make_usage(acme, make_technology("NATS"))
    export(tmp_path / "out")
    Usage.objects.exclude(pk=usage.pk).delete()
    Usage.history.filter(history_type="-").delete()
    object_to(acme)
    before = written_of(acme)

    outcome = update(tmp_path / "out")

    assert [SAYS in problem for problem in outcome.problems] == [True]
    assert written_of(acme) == before
    assert not ImportLine.objects.filter(state="waiting").exists()


@pytest.mark.parametrize(("what", "value"), [("category", None), ("stage", "trial"), ("source", None)])
def test_ticked_usages_of_it_are_not_changed_together(acme, what, value):
    usage = make_usage(acme)
    values = {"category": make_category(), "source": Cited(make_source())}
    object_to(acme)
    before = written_of(acme)

    with pytest.raises(TogetherRefused, match="Acme objects"):
        write_together([usage], what, values.get(what, value), User.objects.create_superuser("boss"))

    assert written_of(acme) == before
    write_together([usage], "end", "2026-01", User.objects.get())


def test_a_merge_takes_the_objection_along(acme):
    other = make_company("Acme Inc")
    make_usage(other)
    object_to(other)

    merge(other, acme, user=None)

    with pytest.raises(ValidationError, match="Acme objects"):
        make_usage(acme)


def test_a_technology_of_it_may_be_merged(acme):
    old, new = make_technology("Old"), make_technology("New")
    make_usage(acme, old, via=new)
    object_to(acme)

    merge(old, new, user=None)

    assert acme.usages.get().technology == new


def test_it_stands_in_the_whole_export_and_in_no_public_one(acme, tmp_path):
    object_to(acme)
    export(tmp_path / "all")
    export(tmp_path / "public", public=True)
    assert "Leave us out" in (tmp_path / "all/companies/acme.json").read_text()
    assert "Leave us out" not in (tmp_path / "public/companies/acme.json").read_text()

    empty_the_database()
    load(tmp_path / "all")

    assert (Objection.objects.get().company.slug, Objection.objects.get().stands) == ("acme", True)


@pytest.mark.parametrize(
    "path", ["/companies/acme/", "/api/v1/companies/acme/", "/about/", "/companies/acme/?format=md"]
)
def test_what_it_asked_is_told_to_no_visitor(acme, client, path):
    make_usage(acme)
    object_to(acme)
    assert b"Leave us out" not in client.get(path).content
