"""The past of a row on one page: who changed what, when, from what to what, with all that hangs on it."""

import pytest

from stacks.curating import curating
from stacks.merge import merge
from stacks.models import CompanyAlias, Coverage, ImportBatch, ImportLine, State
from stacks.proposals.deciding import accept, refuse
from stacks.proposals.proposing import open_batch, propose_changes
from stacks.unmerge import undo
from tests.admin.doors import admin_url, form_data
from tests.factories import make_company, make_coverage, make_evidence, make_technology, make_usage


def past(client, row, **asked):
    return client.get(admin_url(row, "history"), asked)


def test_a_company_is_told_with_its_usages_evidence_figures_names_and_blanks(log_in):
    company = make_company("Fam")
    usage = make_usage(company, make_technology("Apache Kafka"), purpose="Events")
    make_evidence(usage=usage, quote="We use Kafka for everything")
    CompanyAlias.objects.create(company=company, name="Fam Properties")
    company.facts.create(label="Users", value="9 million")
    make_coverage(company)
    reviewer = log_in("reviewer")
    data = form_data(reviewer.get(admin_url(usage, "change")))
    reviewer.post(admin_url(usage, "change"), data | {"purpose": "Events between services", "stage": "retiring"})
    Coverage.objects.get().delete()

    page = past(reviewer, company)
    text = page.content.decode()

    for told in ("Fam Properties", "9 million", "We use Kafka for everything", "Apache Kafka"):
        assert told in text
    (changed,) = [entry for act in page.context["timeline"].acts for entry in act.entries if entry.did == "changed"]
    assert changed.who == "reviewer"
    assert [(each.label, each.old, each.new) for each in changed.differences] == [
        ("Purpose", "Events", "Events between services"), ("Stage", "In use", "Retiring"),
    ]  # fmt: skip
    assert "<del>Events</del> → <ins>Events between services</ins>" in text
    newest = page.context["timeline"].acts[0].entries[0]
    assert (newest.noun, newest.did) == ("coverage", "deleted")
    assert "nothing found" in newest.name


def test_values_are_whole_and_escaped(log_in):
    old = "One two three. " * 60 + "<script>alert(1)</script>"
    new = old.replace("alert(1)", "alert(2)")
    company = make_company("Fam", story=old, state=State.DRAFT)
    company.story = new
    company.save()

    text = past(log_in("curator"), company).content.decode()

    assert "<script>alert" not in text
    assert "<del>&lt;script&gt;alert(1)&lt;/script&gt;</del>" in text
    assert "<ins>&lt;script&gt;alert(2)&lt;/script&gt;</ins>" in text
    assert text.count("One two three.") >= 60


def test_what_was_done_in_one_go_is_told_together(log_in):
    company = make_company("Fam", state=State.DRAFT)
    curator = log_in("curator")
    data = form_data(curator.get(admin_url(company, "change")))
    curator.post(
        admin_url(company, "change"),
        data | {"summary": "New", "aliases-TOTAL_FORMS": "1", "aliases-0-name": "Other", "facts-TOTAL_FORMS": "1"}
        | {"facts-0-label": "Users", "facts-0-value": "9"},
    )  # fmt: skip

    act = past(curator, company).context["timeline"].acts[0]

    assert act.who == "curator"
    assert {entry.noun for entry in act.entries} == {"company", "company alias", "company fact"}


def test_proposals_imports_and_merges_are_in_it_with_their_links(log_in, users):
    kept, gone = make_company("Zerodha"), make_company("Zerodha Ltd")
    usage = make_usage(gone, make_technology("Redis"), purpose="Cache")
    first, second = (
        propose_changes(open_batch(users[who], about=usage), usage, {"purpose": purpose})
        for who, purpose in (("curator", "Queue"), ("superuser", "Sessions"))
    )
    accept(first, users["reviewer"])
    refuse(second, users["reviewer"], "Nobody says <so>")
    merged = merge(gone, kept, user=users["reviewer"])
    batch = ImportBatch.objects.create(
        company=kept, format="markdown", text="- Redis", made_by=users["curator"], path="stack.md"
    )
    client = log_in("reviewer")

    page = past(client, kept)
    text = page.content.decode()

    noted = [(entry.noun, entry.did) for act in page.context["timeline"].acts for entry in act.entries]
    did = [entry.did for act in page.context["timeline"].acts for entry in act.entries]
    assert did.count("change proposed") == 2
    assert "proposal of curator accepted" in did
    assert "proposal of superuser returned" in did
    assert "Nobody says &lt;so&gt;" in text
    assert ("merge", "made") in noted
    assert admin_url(merged, "change") in text
    assert admin_url(batch, "change") in text
    assert admin_url(ImportLine.objects.first(), "change") in text
    moved = past(client, usage)
    assert "Merged Zerodha Ltd into Zerodha" in moved.content.decode()
    assert admin_url(merged, "change") in moved.content.decode()
    assert "<del>Zerodha Ltd</del> → <ins>Zerodha</ins>" in moved.content.decode()
    undo(merged, user=users["reviewer"])
    assert "undone" in [entry.did for act in past(client, kept).context["timeline"].acts for entry in act.entries]
    assert "Undone: Zerodha Ltd → Zerodha" in past(client, usage).content.decode()


def test_it_is_asked_by_kind_and_person_and_stands_on_pages(log_in, users, monkeypatch):
    monkeypatch.setattr("stacks.history.timeline.ON_A_PAGE", 8)
    company = make_company("Fam", state=State.DRAFT)
    for number in range(10):
        company.summary = f"Summary {number}"
        company.save()
    company.history.filter(summary="Summary 7").update(history_user=users["curator"])
    client = log_in("curator")

    first = past(client, company)
    second = client.get(f"{admin_url(company, 'history')}?{first.context['older']}")
    by_me = past(client, company, who=users["curator"].pk)
    names = past(client, company, kind="companyalias")

    assert "Summary 9" in first.content.decode()
    assert "Summary 0" not in first.content.decode()
    assert "Summary 0" in second.content.decode()
    assert second.context["older"] == ""
    assert by_me.context["timeline"].count == 1
    assert names.context["timeline"].count == 1
    for junk in ({"start": "x"}, {"start": "9" * 12}, {"who": "x"}, {"kind": "<b>"}):
        assert past(client, company, **junk).status_code == 200


def test_a_page_ends_early_where_texts_are_long(log_in):
    company = make_company("Fam", state=State.DRAFT)
    for number in range(12):
        company.story = f"{number} " * 4000
        company.save()

    page = past(log_in("curator"), company)

    assert 0 < page.context["timeline"].shown < 12
    assert page.context["older"]
    assert len(page.content) < 200_000


@pytest.mark.parametrize("role", ["nobody", "onlooker"])
def test_who_may_not_look_at_a_kind_does_not_see_its_past(log_in, users, role):
    usage = make_usage(make_company("Fam"), purpose="Secret purpose")
    users["onlooker"].user_permissions.remove(
        *users["onlooker"].user_permissions.filter(codename__in=["view_usage", "view_evidence"])
    )
    client = log_in(role)

    page = past(client, usage.company)

    assert page.status_code == (403 if role == "nobody" else 200)
    assert "Secret purpose" not in page.content.decode()
    assert past(client, usage).status_code == 403


def test_its_cost_does_not_grow_with_what_is_on_it(log_in, django_assert_num_queries):
    client = log_in("reviewer")
    few, many = make_company("Few", usages=1), make_company("Many", usages=3)
    past(client, few)

    with django_assert_num_queries(18):
        past(client, few)
    with django_assert_num_queries(18):
        page = past(client, many)

    assert page.context["timeline"].count == 8


def test_what_an_import_wrote_leads_to_the_import(log_in, users):
    usage = make_usage(make_company("Fam"), purpose="Events")
    with curating():
        usage.purpose, usage._change_reason = "Events and mail", "imported"
        usage.save()
        batch = ImportBatch.objects.create(company=usage.company, format="markdown", text="- Kafka")

    assert admin_url(batch, "change") in past(log_in("reviewer"), usage).content.decode()
