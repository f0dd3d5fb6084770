"""Proposed changes: validated twice, told when what stands moved, decided once, kept for ever."""

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError

from stacks.derived import check
from stacks.models import (
    Category,
    Change,
    Company,
    CompanyFact,
    Coverage,
    Evidence,
    ImportBatch,
    ImportLine,
    Redirect,
    Source,
    State,
    Technology,
    TechnologyAlias,
    TechnologyRelation,
    Usage,
)
from stacks.proposals.deciding import Conflict, accept, lead_on, refuse, take_back
from stacks.proposals.proposing import open_batch, propose_changes, propose_removal, propose_row
from stacks.proposals.rights import may_write, permission_for
from stacks.proposals.values import KINDS, read, value_of
from stacks.proposals.waiting import look
from stacks.review import CURATOR, REVIEWER, Refused
from tests.factories import (
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    user = User.objects.create_user("anna", is_staff=True)
    user.groups.add(Group.objects.get(name=CURATOR))
    return user


@pytest.fixture
def rita():
    user = User.objects.create_user("rita", is_staff=True)
    user.groups.add(Group.objects.get(name=REVIEWER))
    return user


def fresh(row):
    return type(row)._base_manager.get(pk=row.pk)


def test_a_change_waits_and_is_written_when_it_is_accepted(anna, rita):
    usage = make_usage(purpose="Queue")
    revision = Change.objects.count()

    (line,) = propose_changes(open_batch(anna, about=usage), usage, {"purpose": "Events", "stage": "in_use"})

    assert (fresh(usage).purpose, Change.objects.count()) == ("Queue", revision)
    assert (line.kind, line.row, line.field, line.old, line.new) == ("usage", usage.pk, "purpose", "Queue", "Events")
    assert (line.author, line.company, line.technology, line.batch.format) == (
        anna, usage.company, usage.technology, "suggestion",
    )  # fmt: skip
    assert accept([line], rita) == [usage]
    assert (fresh(usage).purpose, Change.objects.latest("seq").payload["fields"]) == ("Events", ["purpose"])
    line.refresh_from_db()
    assert (line.state, line.decided_by) == ("applied", rita)
    assert usage.history.first().history_user == rita
    assert check() == []


def test_values_of_any_length_and_other_rows_are_kept(anna, rita):
    rds = make_technology("Amazon RDS")
    usage = make_usage()
    story = "Long. " * 5000

    lines = propose_changes(open_batch(anna), usage, {"remarks": story, "via": rds, "position": 7})
    accept(lines, rita)

    usage = fresh(usage)
    assert (usage.remarks, usage.via, usage.position) == (story, rds, 7)
    assert {line.field: line.new for line in ImportLine.objects.all()} == {
        "remarks": story, "via": "amazon-rds", "position": 7,
    }  # fmt: skip


def test_changes_of_one_row_are_held_against_the_rules_together(anna, rita):
    technology = make_technology()
    ended = {"lifecycle": "ended", "lifecycle_source": "https://eol.example/"}

    with pytest.raises(ValidationError):
        propose_changes(open_batch(anna), technology, {"lifecycle": "ended"})
    lines = propose_changes(open_batch(anna), technology, ended)
    with pytest.raises(Refused, match="lifecycle"):
        accept([line for line in lines if line.field == "lifecycle"], rita)
    accept(lines, rita)

    assert {name: getattr(fresh(technology), name) for name in ended} == ended


def test_what_moved_meanwhile_is_told_with_all_three_values(anna, rita):
    usage = make_usage(purpose="Queue")
    lines = propose_changes(open_batch(anna), usage, {"purpose": "Events"})
    usage.purpose = "Jobs"
    usage.save()

    with pytest.raises(Conflict, match="was “Queue”, is “Jobs” by now, and would become “Events”"):
        accept(lines, rita)
    (seen,) = look(lines)
    assert (seen.status, seen.differences[0].moved) == ("moved", True)
    assert (fresh(usage).purpose, ImportLine.objects.get().state) == ("Jobs", "waiting")
    accept(lines, rita, seen={lines[0].pk: seen.read})

    assert fresh(usage).purpose == "Events"


def test_what_moves_after_it_was_shown_is_shown_again(anna, rita):
    usage = make_usage(purpose="Queue")
    lines = propose_changes(open_batch(anna), usage, {"purpose": "Events"})
    (seen,) = look(lines)
    usage.purpose = "Jobs"
    usage.save()

    with pytest.raises(Conflict):
        accept(lines, rita, seen={lines[0].pk: seen.read})


def test_what_was_deleted_meanwhile_is_a_conflict_and_can_be_refused(anna, rita):
    fact = CompanyFact.objects.create(company=make_company(), label="Requests", value="400")
    lines = propose_changes(open_batch(anna), fact, {"value": "500"})
    fact.delete()

    assert look(lines)[0].status == "gone"
    with pytest.raises(Conflict, match="deleted meanwhile"):
        accept(lines, rita)
    refuse(lines, rita, "It is gone.")

    assert ImportLine.objects.get().state == "refused"


def test_what_a_value_names_may_be_gone_or_renamed(anna, rita):
    gone, renamed = make_technology("Gone"), make_technology("Renamed")
    lost, kept = make_usage(), make_usage()
    lines = propose_changes(open_batch(anna), lost, {"via": gone})
    others = propose_changes(open_batch(anna), kept, {"via": renamed})
    gone.delete()
    renamed.slug = "another"
    renamed.save()

    assert [each.status for each in look(lines + others)] == ["gone", "open"]
    with pytest.raises(Conflict):
        accept(lines, rita)
    accept(others, rita)

    assert fresh(kept).via == renamed


def test_a_proposal_is_validated_again_when_it_is_accepted(anna, rita):
    usage = make_usage(started="2019")
    lines = propose_changes(open_batch(anna), usage, {"ended": "2021"})
    usage.started = "2023"
    usage.save()

    with pytest.raises(Refused, match="precedes"):
        accept(lines, rita)

    assert (fresh(usage).ended, ImportLine.objects.get().state) == ("", "waiting")


def test_all_or_nothing(anna, rita):
    first, second = make_usage(purpose="Queue"), make_usage(purpose="Queue")
    lines = [propose_changes(open_batch(anna), row, {"purpose": "Events"})[0] for row in (first, second)]
    second.purpose = "Jobs"
    second.save()

    with pytest.raises(Conflict):
        accept(lines, rita)

    assert fresh(first).purpose == "Queue"


def test_two_values_for_one_field_stand_side_by_side(anna, rita):
    usage = make_usage(purpose="Queue")
    (one,) = propose_changes(open_batch(anna), usage, {"purpose": "Events"})
    (other,) = propose_changes(open_batch(rita), usage, {"purpose": "Jobs"})
    assert propose_changes(open_batch(anna), usage, {"purpose": "Events"}) == []

    first, second = look([one, other])
    assert (first.rivals, second.rivals) == ([second], [first])
    with pytest.raises(Refused, match="one field"):
        accept([one, other], rita)
    accept([one], rita)

    assert look([other])[0].status == "moved"


def make_rows():
    """One of each kind, each hanging on something public, with a field to change."""
    technology, company, source = make_technology(), make_company(), make_source()
    usage = make_usage(company, technology, source=source)
    Redirect.objects.create(kind="company", old_slug="formerly", new_slug=company.slug)
    return {
        "company": (company, {"summary": "New"}),
        "companyalias": (company.aliases.create(name="Acme Inc"), {"name": "Acme Ltd"}),
        "companyidentifier": (company.identifiers.create(scheme="domain", value="a.example"), {"value": "b.example"}),
        "companyfact": (CompanyFact.objects.create(company=company, label="Requests", value="4"), {"value": "5"}),
        "coverage": (make_coverage(company), {"looked_on": "2026-12"}),
        "usage": (usage, {"purpose": "New"}),
        "migration": (make_migration(company, to_technology=technology), {"reason": "New"}),
        "evidence": (usage.evidence.get(), {"quote": "New"}),
        "source": (source, {"title": "New"}),
        "category": (technology.category, {"description": "New"}),
        "technology": (technology, {"summary": "New"}),
        "technologyalias": (technology.aliases.create(name="Tee"), {"name": "Tea"}),
        "technologyidentifier": (technology.identifiers.create(scheme="cncf", value="a"), {"value": "b"}),
        "technologyrelation": (make_relation(technology, "fork_of", make_technology()), {"kind": "part_of"}),
        "homonym": (technology.homonyms.create(name="Tt"), {"near": "Tea"}),
        "redirect": (Redirect.objects.get(), {"new_slug": make_company().slug}),
    }


def test_every_kind_of_row_can_be_proposed_for_and_curators_write_none_of_them(anna, rita):
    rows = make_rows()
    assert rows.keys() == KINDS.keys()
    for row, values in rows.values():
        assert not may_write(anna, row)
        assert may_write(rita, row), permission_for(row)
        lines = propose_changes(open_batch(anna), row, values)
        assert len(lines) == 1
        with pytest.raises(PermissionDenied):
            accept(lines, anna)
        with pytest.raises(PermissionDenied):
            refuse(lines, anna, "No.")
        accept(lines, rita)
        assert {name: value_of(fresh(row), name) for name in values} == values
    assert check() == []


def test_a_further_row_and_a_removal_wait(anna, rita):
    usage = make_usage()
    further = Evidence(usage=usage, source=make_source(), quote="We use it.", edition_on="2024")
    (adding,) = propose_row(open_batch(anna, about=usage), further)
    (removing,) = propose_removal(open_batch(anna, about=usage), usage.evidence.get())
    assert propose_row(open_batch(anna), further) == []
    assert propose_removal(open_batch(anna), usage.evidence.get()) == []
    assert usage.evidence.count() == 1

    accept([removing, adding], rita)

    assert (usage.evidence.get().quote, fresh(adding).row) == ("We use it.", usage.evidence.get().pk)
    assert fresh(removing).old["source"]
    assert check() == []


def test_what_a_further_row_hangs_on_may_be_gone(anna, rita):
    company = make_company()
    lines = propose_row(open_batch(anna), CompanyFact(company=company, label="Requests", value="400"))
    company.delete()

    assert look(lines)[0].status == "gone"
    with pytest.raises(Conflict):
        accept([fresh(lines[0])], rita)


def test_a_further_row_that_cannot_be_is_refused_at_once(anna):
    usage = make_usage()

    with pytest.raises(ValidationError):
        propose_row(open_batch(anna), Evidence(usage=usage, source=make_source(), quote="word " * 26))
    with pytest.raises(ValidationError, match="already leads"):
        propose_row(open_batch(anna), TechnologyAlias(technology=usage.technology, name=make_technology("Taken").name))
    with pytest.raises(ValidationError, match="no field"):
        propose_changes(open_batch(anna), usage, {"state": State.RETRACTED})

    assert not ImportLine.objects.exists()


def test_an_end_and_what_an_edition_says_once_more_become_evidence(anna, rita):
    source = make_source()
    usage, other = make_usage(), make_usage()
    batch = open_batch(anna, form="markdown", source=source)
    lines = propose_changes(
        batch, usage, {"ended": "2024"}, action="end", edition_on="2025", quote="We left it.", stage="in_use"
    )
    again = ImportLine.objects.create(
        batch=batch, author=anna, action="said_again", kind="usage", row=other.pk, usage=other, company=other.company,
        new="2025", edition_on="2025", quote="We use it.",
    )  # fmt: skip

    accept([*lines, again], rita)

    assert [(e.source, e.edition_on, e.quote, e.stage) for e in (usage.evidence.last(), other.evidence.last())] == [
        (source, "2025", "We left it.", "retired"), (source, "2025", "We use it.", ""),
    ]  # fmt: skip
    assert fresh(usage).ended == "2024"
    assert check() == []


def test_a_refusal_has_a_reason_and_reaches_the_author_until_it_is_proposed_again(anna, rita):
    usage = make_usage(purpose="Queue")
    lines = propose_changes(open_batch(anna), usage, {"purpose": "Events"})

    with pytest.raises(ValidationError):
        refuse(lines, rita, " ")
    refuse(lines, rita, "Who says so?")
    assert [line.reason for line in ImportLine.objects.returned_to(anna)] == ["Who says so?"]
    with pytest.raises(Refused, match="refused by now"):
        accept(lines, rita)
    propose_changes(open_batch(anna), usage, {"purpose": "Events"})

    assert not ImportLine.objects.returned_to(anna).exists()
    assert sorted(ImportLine.objects.values_list("state", flat=True)) == ["refused", "waiting"]


def test_only_the_author_takes_back(anna, rita):
    lines = propose_changes(open_batch(anna), make_usage(), {"purpose": "Events"})

    with pytest.raises(PermissionDenied):
        take_back(lines, rita)
    take_back(lines, anna)

    assert ImportLine.objects.get().state == "taken_back"


def test_who_proposed_a_change_may_be_kept_from_accepting_it(rita, settings):
    lines = propose_changes(open_batch(rita), make_usage(), {"purpose": "Events"})
    settings.REVIEW_BY_ANOTHER = True

    with pytest.raises(Refused, match="somebody else"):
        accept(lines, rita)
    settings.REVIEW_BY_ANOTHER = False
    accept(lines, rita)


def test_drafts_and_what_only_drafts_lean_on_are_written_by_curators(anna):
    usage = make_usage(make_company(state=State.DRAFT), make_technology(state=State.DRAFT), state=State.DRAFT)

    assert may_write(anna, usage)
    assert may_write(anna, usage.evidence.get())
    assert may_write(anna, usage.evidence.get().source)
    assert may_write(anna, Source(url="https://new.example/", title="New"))
    assert not may_write(anna, Category(name="New", slug="new"))
    assert not may_write(anna, Coverage(company=make_company(), category=make_category()))
    assert not may_write(anna, TechnologyRelation(subject=make_technology(), kind="fork_of", object=usage.technology))


def test_what_waits_is_found_by_company_technology_and_row(anna):
    usage = make_usage()
    alias = usage.technology.aliases.create(name="Tee")
    (of_usage,) = propose_changes(open_batch(anna), usage, {"purpose": "Events"})
    (of_alias,) = propose_changes(open_batch(anna), alias, {"caution": "entry_only"})
    (of_source,) = propose_changes(open_batch(anna), make_source(), {"title": "New"})
    waiting = ImportLine.objects.waiting()

    assert list(waiting.in_review_of(usage.company)) == [of_usage]
    assert list(waiting.in_review_of(usage.technology)) == [of_alias]
    assert list(waiting.in_review_of(Source.objects.get(pk=of_source.row))) == [of_source]
    assert set(waiting.of_vocabulary()) == {of_alias, of_source}


def test_what_waits_for_a_row_follows_it_into_another(anna, rita):
    gone, kept = make_usage(purpose="Queue"), make_usage(purpose="Queue")
    lines = propose_changes(open_batch(anna), gone, {"purpose": "Events"})

    lead_on([(gone, kept)])
    accept([fresh(lines[0])], rita)

    assert fresh(kept).purpose == "Events"


@pytest.mark.parametrize("number", [1, 12])
def test_looking_costs_the_same_however_much_waits(anna, number, django_assert_num_queries):
    company = make_company()
    for place in range(number):
        usage = make_usage(company)
        batch = open_batch(anna)
        propose_changes(batch, usage, {"via": make_technology(f"Via {place}"), "purpose": "Events"})
        propose_row(batch, CompanyFact(company=company, label=f"Fact {place}", value="4"))

    # the lines; the usages they speak of; technologies and companies that their values name
    with django_assert_num_queries(4):
        seen = look(ImportLine.objects.waiting().select_related("batch__source", "author"))

    assert len(seen) == number * 3
    assert {each.status for each in seen} == {"open"}


def test_a_line_outlives_its_row_its_author_and_its_company(anna, rita):
    usage = make_usage()
    lines = propose_changes(open_batch(anna), usage, {"purpose": "Events"})
    accept(lines, rita)
    usage.company.delete()
    anna.delete()

    line = ImportLine.objects.get()
    assert (line.kind, line.old, line.new, line.state) == ("usage", "Some purpose", "Events", "applied")
    assert ImportBatch.objects.count() == 1


def test_an_empty_value_and_a_value_of_nothing_are_two(anna, rita):
    usage = make_usage(via=make_technology())

    accept(propose_changes(open_batch(anna), usage, {"via": None, "purpose": ""}), rita)

    usage = fresh(usage)
    assert (usage.via, usage.purpose) == (None, "")
    assert read(Usage, "via", None) is None
    with pytest.raises(ValidationError, match="not there any more"):
        read(Usage, "via", "nothing")


def test_who_may_accept_a_removal_of_what_others_lean_on(anna, rita):
    technology = make_technology()
    lines = propose_removal(open_batch(anna), technology)
    make_usage(technology=technology)

    with pytest.raises(Refused, match="leans on it"):
        accept(lines, rita)

    assert Technology.objects.filter(pk=technology.pk).exists()


def test_the_evidence_of_what_is_accepted_is_cited_once(anna, rita):
    usage, source = make_usage(), make_source()
    make_evidence(source, usage=usage, edition_on="2025")
    batch = open_batch(anna, form="markdown", source=source)

    accept(propose_changes(batch, usage, {"stage": "retiring"}, edition_on="2025", stage="retiring"), rita)

    assert usage.evidence.filter(source=source).count() == 1


def test_the_last_source_of_what_is_published_stays(anna, rita):
    usage = make_usage()
    removing = propose_removal(open_batch(anna), usage.evidence.get())
    contradicting = propose_changes(open_batch(anna), usage.evidence.get(), {"stance": "contradicts"})

    for lines in (removing, contradicting):
        with pytest.raises(Refused, match="the last source that supports it"):
            accept(lines, rita)
    adding = propose_row(open_batch(anna), Evidence(usage=usage, source=make_source()))
    accept([*removing, *adding], rita)

    assert usage.evidence.count() == 1
    assert check() == []


def test_an_alias_that_became_the_name_meanwhile_stays(anna, rita):
    technology = make_technology("Kafka")
    alias = technology.aliases.create(name="Apache Kafka")
    lines = propose_removal(open_batch(anna), alias)
    technology.name = "Apache Kafka"
    technology.save()

    with pytest.raises(Refused, match="is the name now"):
        accept(lines, rita)

    assert check() == []


def test_rules_of_blanks_and_redirects_hold_when_they_are_accepted_too(anna, rita):
    company, category = make_company(), make_category()
    blank = propose_row(
        open_batch(anna), Coverage(company=company, category=category, outcome="nothing_found", looked_on="2026")
    )
    redirect = propose_row(
        open_batch(anna), Redirect(kind="company", old_slug="formerly", new_slug=make_company("Later").slug)
    )
    make_usage(company, make_technology(category=category))
    later = Company.objects.get(name="Later")
    later.state = State.RETRACTED
    later.save()

    with pytest.raises(Refused, match="that is no blank"):
        accept(blank, rita)
    with pytest.raises(Refused, match="is not published"):
        accept(redirect, rita)
    with pytest.raises(ValidationError, match="that is no blank"):
        propose_row(
            open_batch(anna), Coverage(company=company, category=category, outcome="nothing_found", looked_on="2027")
        )


def test_a_row_that_was_renamed_since_is_the_same_row(anna, rita):
    rds, category = make_technology("Amazon RDS"), make_category()
    usage = make_usage(via=rds)
    evidence = make_evidence(usage=usage, source=make_source())
    changing = propose_changes(open_batch(anna), usage, {"via": None})
    removing = propose_removal(open_batch(anna), evidence)
    adding = propose_row(
        open_batch(anna), Coverage(company=usage.company, category=category, outcome="nothing_found", looked_on="2026")
    )
    for row, slug in ((rds, "rds"), (usage.company, "renamed"), (category, "another")):
        row.slug = slug
        row.save()

    assert [each.status for each in look([*changing, *removing, *adding])] == ["open"] * 3
    accept([*changing, *removing, *adding], rita)

    assert fresh(usage).via is None
