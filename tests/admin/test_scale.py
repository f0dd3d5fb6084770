"""What is done to many rows asks the database as often as what is done to one, or as little more as is said here."""

from functools import partial
from uuid import uuid4

import pytest
from django.contrib.admin.sites import site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stacks.bulk import add_all
from stacks.curating import curating
from stacks.derived import check
from stacks.merge import merge
from stacks.models import (
    Change,
    Company,
    CompanyAlias,
    CompanyFact,
    CompanyIdentifier,
    Evidence,
    ImportLine,
    Merge,
    Source,
    State,
    TechnologyRelation,
    Usage,
)
from stacks.review import PUBLISH, RETRACT, move
from tests.admin.doors import form_data
from tests.admin.test_roles import run_action
from tests.factories import (
    make_category,
    make_company,
    make_evidence,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

MANY = 4


def queries_of(ask, *said):
    with CaptureQueriesContext(connection) as asked:
        answer = ask(*said)
    return len(asked), answer


def make_wide(usages, state=State.DRAFT):
    """A company with so many usages, moves and sources."""
    category = make_category()
    with curating():
        company = make_company(state=state)
        own = [make_source(company=company) for _ in range(usages)]
        for source in own:
            used, left = make_technology(category=category), make_technology(category=category)
            make_usage(company, used, source=source, state=state)
            make_migration(company, left, used, source=source, state=state)
    return company


def test_a_deletion_costs_the_same_however_much_goes(log_in):
    superuser = log_in("superuser")
    costs = []
    for usages in (1, 1, MANY):  # the first finds out what stays the same
        company = make_wide(usages)
        address = reverse("admin:stacks_company_delete", args=[company.pk])
        asked, _ = queries_of(superuser.get, address)
        done, answer = queries_of(superuser.post, address, {"post": "yes"})
        costs.append((asked, done))
        assert answer.status_code == 302
        assert not Company.objects.filter(pk=company.pk).exists()
    assert costs[1] == costs[2]


def test_a_merge_and_its_undoing_cost_the_same_however_much_moves(log_in):
    superuser = log_in("superuser")
    costs = []
    for usages in (1, 1, MANY):
        gone, kept = make_wide(usages, State.PUBLISHED), make_company()
        address = f"{reverse('admin:stacks_company_merge', args=[gone.pk])}?into={kept.pk}"
        asked, page = queries_of(superuser.get, address)
        done, _ = queries_of(superuser.post, address, {"into": kept.pk, "seen": page.context["report"].fingerprint})
        undone, _ = queries_of(superuser.post, reverse("admin:stacks_merge_undo", args=[Merge.objects.first().pk]))
        costs.append((asked, done, undone))
        assert gone.usages.count() == usages
    assert costs[1] == costs[2]


def test_rows_that_meet_in_a_merge_cost_the_same_however_many(log_in):
    """Looked at, chosen between (every second one each way), and undone."""
    superuser = log_in("superuser")
    costs = []
    for pairs in (6, 6, 2 * MANY):
        kept, gone = make_company(), make_company()
        with curating():
            for _ in range(pairs):
                used = make_technology()
                for company in (kept, gone):
                    make_usage(company, used, category=used.category, purpose=company.name)
        address = f"{reverse('admin:stacks_company_merge', args=[gone.pk])}?into={kept.pk}"
        asked, page = queries_of(superuser.get, address)
        sides = {pair.conflict.key: ("kept", "moved")[n % 2] for n, pair in enumerate(page.context["pairs"])}
        told = {"into": kept.pk, "seen": page.context["report"].fingerprint, **sides}
        done, _ = queries_of(superuser.post, address, told)
        assert Evidence.objects.filter(usage__company=kept).count() == 2 * pairs
        undone, _ = queries_of(superuser.post, reverse("admin:stacks_merge_undo", args=[Merge.objects.first().pk]))
        costs.append((asked, done, undone))
        assert gone.usages.count() == kept.usages.count() == pairs
    assert costs[1] == costs[2]
    assert check() == []


def test_sources_merge_at_the_same_cost_however_often_they_are_cited(db):
    """Those of an edition and those of none move to what says which edition they were of."""
    costs = []
    for citations in (1, 1, MANY):
        gone, kept = make_source(updated_on="2025"), make_source()
        with curating():
            for _ in range(citations):
                make_evidence(gone, usage=make_usage())
                make_evidence(gone, usage=make_usage(), edition_on="2024")
        asked, _ = queries_of(partial(merge, gone, kept, user=None))
        costs.append(asked)
        assert set(kept.evidence.values_list("edition_on", flat=True)) == {"2024", "2025"}
    assert costs[1] == costs[2]


def test_a_form_shows_as_many_rows_as_a_page_can_hold_and_leaves_the_others_as_they_are(log_in):
    superuser, company = log_in("superuser"), make_company(state=State.DRAFT)
    with curating():
        add_all(
            [CompanyFact(company=company, label=f"Figure {n:03}", value="1") for n in range(90)], reason="", user=None
        )
    address = reverse("admin:stacks_company_change", args=[company.pk])

    first = superuser.get(address)
    assert len(first.content) < 200_000
    (part,) = [each.formset.part for each in first.context["inline_admin_formsets"] if each.formset.part]
    assert (part.first, part.count) == (1, 90)
    second = superuser.get(f"{address}?{part.following}")
    assert f"Rows {part.last + 1} to" in second.content.decode()
    data = form_data(second)
    label = next(name for name in data if name.startswith("facts-") and name.endswith("-label"))
    superuser.post(address, data | {label: "Renamed"})

    again = {
        "facts-TOTAL_FORMS": "100",
        "facts-99-label": "Figure 001",
        "facts-99-value": "2",
        "facts-99-observed_on": "",
    }
    told = superuser.post(address, data | again).content.decode()
    assert "Company fact that stands already: Figure 001: 1" in told
    assert "meanwhile: Figure" not in told

    assert company.facts.count() == 90
    assert company.facts.get(label="Renamed").pk == company.facts.order_by("pk")[part.last].pk


@pytest.mark.parametrize("role", ["superuser", "curator"])
def test_what_is_ticked_is_deleted_or_proposed_at_the_same_cost(log_in, role):
    client, draft = log_in(role), make_company(state=State.DRAFT)
    shared = make_source()

    def make_evidence_of_a_draft():
        return make_usage(draft, source=shared, state=State.DRAFT).evidence.get()

    makers = {
        Evidence: make_evidence_of_a_draft,
        Source: lambda: make_source(company=draft),
        TechnologyRelation: lambda: make_relation(make_technology(), "fork_of", make_technology()),
        CompanyFact: lambda: CompanyFact.objects.create(company=draft, label=f"Figure {uuid4()}", value="1"),
    }
    for model, make in makers.items():
        costs = []
        for many in (1, 1, MANY):
            rows = [make() for _ in range(many)]
            asked, _ = queries_of(partial(run_action, client, model, "delete_selected", rows))
            done, _ = queries_of(partial(run_action, client, model, "delete_selected", rows, post="yes"))
            costs.append((asked, done))
        assert costs[1] == costs[2], (model, costs)


HOWS = ("retired", "ended", "retiring", "contradicted")


@pytest.mark.parametrize("edition", ["2025", ""])
@pytest.mark.parametrize("role", ["reviewer", "curator"])
def test_a_source_is_checked_again_at_the_same_cost_however_many_cite_it(log_in, role, edition):
    """What is still true, not there and not any more, in each way, by who may write and by who may not."""
    client, costs = log_in(role), []
    hows = [how for how in HOWS if edition or how != "ended"]
    for citations in (1, 1, MANY):
        source = make_source(updated_on="2024")
        said = {"edition": edition}
        for choice, how in [("still", ""), ("missing", ""), *(("left", how) for how in hows)]:
            for _ in range(citations):
                row = make_usage(source=source).evidence.get()
                said |= {f"row-{row.pk}": choice, f"how-{row.pk}": how}
        client.post(reverse("admin:stacks_source_open", args=[source.pk]))
        asked, answer = queries_of(client.post, reverse("admin:stacks_source_check", args=[source.pk]), said)
        costs.append(asked)
        assert answer.status_code == 302
        lines = ImportLine.objects.filter(batch__source=source)
        assert set(lines.values_list("stage", flat=True)) >= {"retired", "retiring"}
        assert lines.exclude(action="remove").count() >= len(hows) * citations
    assert costs[1] == costs[2]


@pytest.mark.both_databases
@pytest.mark.parametrize("role", ["reviewer", "curator"])
def test_a_page_of_the_grid_is_saved_at_the_same_cost_however_much_is_typed(log_in, role):
    """Rows that are changed in every column, and rows that are added with what a source says of them."""
    client, source, costs = log_in(role), make_source(), []
    for rows in (1, 1, MANY):
        company, other = make_company(), make_technology()
        with curating():
            for n in range(rows):
                make_usage(company)
                make_technology(f"New to company {company.pk}, {rows}, {n}")
        address = reverse("admin:stacks_company_stack", args=[company.pk])
        posted = {"source": source.pk, "edition_on": "2024"}
        for n, usage in enumerate(company.usages.order_by("pk")):
            changed = {
                "id": usage.pk,
                "seen_version": usage.version,
                "technology": other.name,
                "category": usage.category.name,
                "scope": f"Team {n}",
                "purpose": "This",
                "stage": "retiring",
                "hosting": "saas",
                "started": f"201{n}",
                "ended": "2022",
                "via": usage.technology.name,
            }
            posted |= {f"row-{n}-{name}": value for name, value in changed.items()}
            added = {
                "technology": f"New to company {company.pk}, {rows}, {n}",
                "stage": "in_use",
                "hosting": "unknown",
                "quote": "So",
            }
            posted |= {f"row-{n + rows}-{name}": value for name, value in added.items()}
        asked, answer = queries_of(client.post, address, posted)
        costs.append(asked)
        assert answer.status_code == 302, [form.errors for form in answer.context["sheet"].forms]
        assert company.usages.filter(state="draft", evidence__source=source).count() == rows
        changed = company.usages.filter(scope__startswith="Team", technology=other).count()
        lines = ImportLine.objects.filter(company=company, state="waiting").count()
        assert (changed, lines) == ((rows, 0) if role == "reviewer" else (0, 8 * rows))
    assert costs[1] == costs[2]
    assert check() == []


@pytest.mark.both_databases
@pytest.mark.parametrize("role", ["reviewer", "curator"])
def test_a_form_is_saved_at_the_same_cost_however_much_hangs_on_the_row(log_in, role):
    """Left alone, changed, and added to: names, identifiers, figures and evidence of a company."""
    client, source, costs = log_in(role), make_source(), []
    for rows in (1, 1, MANY):
        company, of = make_company(), {}
        with curating():
            for n in range(rows):
                CompanyAlias.objects.create(company=company, name=f"Known {n} to {company.pk}")
                CompanyIdentifier.objects.create(company=company, scheme="domain", value=f"{company.slug}-{n}.example")
                CompanyFact.objects.create(company=company, label=f"Figure {n}", value="1", source=source)
                make_evidence(company=company)
        address = reverse("admin:stacks_company_change", args=[company.pk])
        shown = form_data(client.get(address))
        asked, answer = queries_of(client.post, address, shown | {"summary": "Other"})
        told = [asked, answer.status_code]
        for place, name in (("aliases", "name"), ("identifiers", "value"), ("facts", "value"), ("evidence", "locator")):
            of[place] = {f"{place}-{n}-{name}": f"{name}-{company.pk}-{n}.example" for n in range(rows)}
            of[place] |= {f"{place}-TOTAL_FORMS": 2 * rows}
        for n in range(rows, 2 * rows):
            of["aliases"] |= {f"aliases-{n}-name": f"New {n} of {company.pk}", f"aliases-{n}-caution": "free"}
            of["facts"] |= {f"facts-{n}-label": f"New {n}", f"facts-{n}-value": "2"}
            of["evidence"] |= {f"evidence-{n}-source": source.pk, f"evidence-{n}-quote": f"Quote {n}"}
            of["evidence"] |= {f"evidence-{n}-stance": "supports"}
        shown = form_data(client.get(address)) | {name: value for part in of.values() for name, value in part.items()}
        asked, answer = queries_of(client.post, address, shown)
        costs.append([*told, asked, answer.status_code])
        lines = ImportLine.objects.filter(company=company, state="waiting")
        if role == "reviewer":
            assert company.facts.filter(value__startswith="value-").count() == rows
            assert company.evidence.filter(source=source).count() == rows
            assert not lines.exists()
        else:
            assert lines.count() == 1 + 7 * rows
    assert costs[1] == costs[2]
    assert costs[2][1] == costs[2][3] == 302
    assert check() == []


def test_what_went_is_brought_back_at_the_same_cost_however_much_it_was(log_in):
    superuser = log_in("superuser")
    costs = []
    for usages in (1, 1, MANY):
        company = make_wide(usages, State.PROPOSED)
        shown = sorted(company.usages.values_list("uid", "state", "technology"))
        key = company.pk
        company.delete()
        done, _ = queries_of(superuser.post, reverse("admin:stacks_bring_back", args=["company", key]))
        costs.append(done)
        assert sorted(Company.objects.get(pk=key).usages.values_list("uid", "state", "technology")) == shown
    assert costs[1] == costs[2]


def test_no_column_is_named_like_what_refers_to_the_rows_of_its_list():
    """Ordered by it, the list would have a row for each of those."""
    for model, own in site._registry.items():
        referring = {relation.name for relation in model._meta.related_objects}
        assert referring.isdisjoint(own.list_display), model


@pytest.mark.parametrize("make", [make_company, make_technology])
def test_companies_and_technologies_are_published_and_retracted_at_the_same_cost(users, make):
    costs = []
    for many in (1, 1, MANY):
        with curating():
            rows = [make(state=State.DRAFT) for _ in range(many)]
            for row in rows:
                make_usage(**{row._meta.model_name: row})
        published, _ = queries_of(partial(move, rows, PUBLISH, users["reviewer"]))
        assert Usage.objects.published().filter(**{f"{rows[0]._meta.model_name}__in": rows}).count() == many
        assert set(Change.objects.order_by("-seq").values_list("object", flat=True)) >= {row.slug for row in rows}
        retracted, _ = queries_of(partial(move, rows, RETRACT, users["reviewer"]))
        assert not Usage.objects.published().filter(**{f"{rows[0]._meta.model_name}__in": rows}).exists()
        costs.append((published, retracted))
    assert costs[1] == costs[2]
    assert not list(check())
