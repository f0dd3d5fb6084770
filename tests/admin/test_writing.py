"""Each door of the admin leaves its line in the history and, where the public sees it, in the feed; or nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stacks.fingerprint import fingerprints
from stacks.models import (
    Change,
    Company,
    CompanyAlias,
    Counter,
    Coverage,
    Evidence,
    Migration,
    Source,
    State,
    Technology,
    TechnologyAlias,
    Usage,
)
from tests.admin.doors import admin_url, form_data
from tests.admin.test_roles import press, run_action
from tests.factories import (
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = pytest.mark.both_databases


@pytest.fixture
def boom(monkeypatch):
    """A failure after everything was written, just before the transaction ends."""

    def explode(*args, **kwargs):
        raise RuntimeError("boom")

    return lambda: monkeypatch.setattr("stacks.changes.Ledger.settle", explode)


def feed():
    return list(Change.objects.values_list("verb", "kind", "object"))


def test_an_added_row_is_in_the_history_with_its_author_and_a_draft_is_not_in_the_feed(log_in, users):
    client = log_in("curator")
    page = client.get(admin_url(Company, "add"))

    answer = client.post(admin_url(Company, "add"), form_data(page) | {"name": "Fam", "slug": "fam"})

    assert answer.status_code == 302
    company = Company.objects.get(slug="fam")
    assert company.state == State.DRAFT
    assert company.history.get().history_user == users["curator"]
    assert CompanyAlias.objects.get(company=company).history.count() == 1
    assert feed() == []


def test_a_changed_row_is_in_history_and_feed(log_in, users):
    company = make_company("Fam")
    client = log_in("reviewer")
    before = Change.objects.count()
    page = client.get(admin_url(company, "change"))

    client.post(admin_url(company, "change"), form_data(page) | {"summary": "Shops for homes."})

    newest = company.history.first()
    assert (newest.summary, newest.history_user) == ("Shops for homes.", users["reviewer"])
    assert feed()[before:] == [("changed", "company", "fam")]
    assert Change.objects.last().payload["fields"] == ["summary"]


def test_an_inline_row_is_in_history_and_feed_and_leaves_its_company_alone(log_in):
    company = make_company("Fam")
    client = log_in("reviewer")
    before, saves = Change.objects.count(), company.history.count()
    data = form_data(client.get(admin_url(company, "change")))

    client.post(admin_url(company, "change"), data | {"aliases-TOTAL_FORMS": "1", "aliases-0-name": "Fam Properties"})

    alias = CompanyAlias.objects.get(name="Fam Properties")
    assert alias.history.count() == 1
    assert feed()[before:] == [("changed", "company", "fam")]
    assert company.history.count() == saves


def test_an_inline_row_that_is_deleted_is_in_history_and_feed(log_in):
    company = make_company("Fam")
    alias = CompanyAlias.objects.create(company=company, name="Fam Properties")
    client = log_in("reviewer")
    before = Change.objects.count()
    data = form_data(client.get(admin_url(company, "change")))

    client.post(admin_url(company, "change"), data | {"aliases-0-DELETE": "on"})

    assert not CompanyAlias.objects.filter(name="Fam Properties").exists()
    assert CompanyAlias.history.filter(id=alias.pk).first().history_type == "-"
    assert feed()[before:] == [("changed", "company", "fam")]


def test_a_deleted_row_is_in_history_and_leaves_a_tombstone(log_in, users):
    usage = make_usage()
    source = usage.evidence.get().source
    before = Change.objects.count()
    reviewer = log_in("reviewer")

    page = reviewer.post(admin_url(usage, "delete"), {"post": "yes"})
    assert admin_url(usage, "move", "retract") in page.content.decode()
    press(reviewer, usage, "retract")
    answer = reviewer.post(admin_url(usage, "delete"), {"post": "yes"})

    assert answer.status_code == 302
    assert not Usage.objects.exists()
    assert Usage.history.first().history_type == "-"
    assert Usage.history.first().history_user == users["reviewer"]
    assert Evidence.history.first().history_type == "-"
    assert feed()[before:] == [("removed", "usage", usage.uid), ("removed", "source", source.uid)]


def test_rows_deleted_by_the_list_action_are_in_history_and_feed(log_in):
    company = make_company()
    blanks = [make_coverage(company=company) for _ in range(2)]
    before = Change.objects.count()

    log_in("reviewer").post(
        admin_url(Coverage, "changelist"),
        {"action": "delete_selected", "_selected_action": [blank.pk for blank in blanks], "post": "yes"},
    )

    assert not Coverage.objects.exists()
    assert Coverage.history.filter(history_type="-").count() == 2
    assert {line[:2] for line in feed()[before:]} == {("removed", "coverage")}


def test_rows_published_by_the_list_action_are_in_history_and_feed(log_in, users):
    usages = [make_usage(state=State.PROPOSED) for _ in range(2)]
    before = Change.objects.count()

    run_action(log_in("reviewer"), Usage, "publish_selected", usages)

    assert {row.history.first().history_user for row in usages} == {users["reviewer"]}
    lines = {line for line in feed()[before:] if line[1] == "usage"}
    assert lines == {("added", "usage", row.uid) for row in usages}


@pytest.mark.parametrize("door", ["add", "change", "inline", "delete", "publish", "delete_selected"])
def test_a_failure_in_the_middle_leaves_nothing_behind(log_in, boom, door):
    company, draft = make_company("Fam"), make_usage(state=State.PROPOSED)
    blank = make_coverage()
    client = log_in("reviewer")
    data = form_data(client.get(admin_url(company, "change")))
    boom()

    posts = {
        "add": (admin_url(Source, "add"), {"url": "https://new.example/", "title": "New", "kind": "talk"}),
        "change": (admin_url(company, "change"), data | {"summary": "Other"}),
        "inline": (admin_url(company, "change"), data | {"aliases-TOTAL_FORMS": "1", "aliases-0-name": "Other"}),
        "delete": (admin_url(draft, "delete"), {"post": "yes"}),
        "publish": (admin_url(draft, "move", "publish"), {"seen": fingerprints([draft])[draft.pk]}),
        "delete_selected": (
            admin_url(Coverage, "changelist"),
            {"action": "delete_selected", "_selected_action": [blank.pk], "post": "yes"},
        ),
    }
    url, data = posts[door]
    histories = {model: model.history.count() for model in (Company, Usage, Coverage, Source, CompanyAlias)}
    lines, revision = feed(), Counter.objects.get().revision

    with pytest.raises(RuntimeError, match="boom"):
        client.post(url, data)

    assert {model: model.history.count() for model in histories} == histories
    assert feed() == lines
    assert Counter.objects.get().revision == revision
    assert Usage.objects.get(pk=draft.pk).state == State.PROPOSED


def statements_of(client, url, data):
    with CaptureQueriesContext(connection) as queries:
        client.post(url, data)
    return [query["sql"] for query in queries.captured_queries]


def test_under_the_lock_of_the_feed_the_row_is_read_once_more_before_it_is_written(log_in):
    company = make_company()
    client = log_in("reviewer")
    url = admin_url(company, "change")

    statements = statements_of(client, url, form_data(client.get(url)) | {"summary": "Other"})

    lock = next(n for n, sql in enumerate(statements) if '"stacks_counter"."identity"' in sql)
    written = next(n for n, sql in enumerate(statements) if sql.startswith('UPDATE "stacks_company"'))
    read = [n for n, sql in enumerate(statements) if sql.startswith("SELECT") and 'FROM "stacks_company"' in sql]
    assert any(lock < n < written for n in read)


def test_a_form_with_an_error_never_takes_the_lock(log_in):
    company = make_company()
    client = log_in("reviewer")
    url = admin_url(company, "change")

    statements = statements_of(client, url, form_data(client.get(url)) | {"name": ""})

    assert not [sql for sql in statements if '"stacks_counter"."identity"' in sql]


def test_a_usage_takes_the_home_of_its_technology_where_no_category_is_given(log_in):
    company, technology = make_company(), make_technology()
    client = log_in("curator")
    data = form_data(client.get(admin_url(Usage, "add")))

    client.post(admin_url(Usage, "add"), data | {"company": company.pk, "technology": technology.pk})

    assert Usage.objects.get().category == technology.category


def test_the_next_usage_of_a_write_up_starts_with_its_company_and_source(log_in):
    company, source = make_company(), make_source()
    client = log_in("curator")
    start = (
        f"{admin_url(Usage, 'add')}?company={company.pk}&source={source.pk}&edition_on=2025-11&accessed_on=2026-11-21"
    )
    data = form_data(client.get(start))
    assert data["company"] == str(company.pk)
    assert data["evidence-0-source"] == str(source.pk)

    answer = client.post(start, data | {"technology": make_technology().pk, "_addanother": "1"})

    usage = Usage.objects.get()
    assert usage.evidence.get().source == source
    following = form_data(client.get(answer.url))
    assert following["company"] == str(company.pk)
    assert following["evidence-0-source"] == str(source.pk)
    assert following["evidence-0-edition_on"] == "2025-11"
    assert following["evidence-0-accessed_on"] == "2026-11-21"


def test_the_next_blank_keeps_what_the_last_one_said(log_in):
    company, category = make_company(), make_category()
    client = log_in("curator")
    url = f"{admin_url(Coverage, 'add')}?company={company.pk}&looked_on=2026-11&outcome=nothing_found"

    answer = client.post(url, form_data(client.get(url)) | {"category": category.pk, "_addanother": "1"})

    following = form_data(client.get(answer.url))
    assert {following[name] for name in ("company", "looked_on", "outcome")} == {
        str(company.pk),
        "2026-11",
        "nothing_found",
    }


def test_saved_as_new_is_a_draft_with_its_own_uid_and_the_same_evidence(log_in):
    usage = make_usage()
    client = log_in("reviewer")
    data = form_data(client.get(admin_url(usage, "change")))

    client.post(admin_url(usage, "change"), data | {"technology": make_technology().pk, "_saveasnew": "1"})

    copy = Usage.objects.exclude(pk=usage.pk).get()
    assert copy.uid != usage.uid
    assert copy.state == State.DRAFT
    assert copy.evidence.get().source == usage.evidence.get().source


@pytest.mark.parametrize(("first", "second"), [("Kafka", ""), ("k8s", "K8S"), ("k-8-s", "k8s")])
def test_the_same_alias_twice_is_an_error_in_the_form(log_in, first, second):
    client = log_in("curator")
    data = form_data(client.get(admin_url(Technology, "add")))
    data |= {"name": "Kafka", "slug": "kafka", "kind": "tool", "category": make_category().pk}

    answer = client.post(
        admin_url(Technology, "add"),
        data | {"aliases-TOTAL_FORMS": "2", "aliases-0-name": first, "aliases-1-name": second},
    )

    assert answer.status_code == 200
    assert answer.context["errors"]
    assert not Technology.objects.filter(slug="kafka").exists()


def test_an_alias_that_leads_elsewhere_is_an_error_in_the_form(log_in):
    make_technology("Apache Kafka")
    other = make_technology("Valkey", state=State.DRAFT)
    client = log_in("curator")
    data = form_data(client.get(admin_url(other, "change")))

    answer = client.post(
        admin_url(other, "change"), data | {"aliases-TOTAL_FORMS": "1", "aliases-0-name": "apache-kafka"}
    )

    assert "already leads to Apache Kafka" in answer.content.decode()


def test_the_alias_of_the_name_itself_is_not_deleted(log_in):
    technology = make_technology("Kafka")
    own = technology.aliases.get()
    client = log_in("superuser")

    assert client.post(admin_url(own, "delete"), {"post": "yes"}).status_code == 403
    client.post(
        admin_url(TechnologyAlias, "changelist"),
        {"action": "delete_selected", "_selected_action": [own.pk], "post": "yes"},
    )

    assert technology.aliases.exists()


def test_a_quote_of_26_words_is_an_error_in_the_form(log_in):
    usage = make_usage(state=State.DRAFT)
    client = log_in("curator")
    data = form_data(client.get(admin_url(usage, "change")))

    answer = client.post(admin_url(usage, "change"), data | {"evidence-0-quote": "word " * 26})

    assert "at most 25 words" in answer.content.decode()


def test_a_row_that_others_refer_to_says_so_when_it_is_to_be_deleted(log_in):
    technology = make_usage().technology

    page = log_in("reviewer").get(admin_url(technology, "delete"))

    assert "cannot be deleted while visitors see it or something still refers to it" in page.content.decode()
    assert Technology.objects.filter(pk=technology.pk).exists()


def test_a_source_tells_what_cites_it(log_in):
    source = make_source()
    usage = make_usage(source=source)
    make_evidence(source=source, company=usage.company)

    page = log_in("curator").get(admin_url(source, "change")).content.decode()

    assert admin_url(usage, "change") in page
    assert admin_url(usage.company, "change") in page


def test_an_old_version_is_restored_through_the_form_and_keeps_the_state(log_in):
    company = make_company("Fam", summary="Right", state=State.DRAFT)
    right = company.history.first()
    company.summary, company.state = "Wrong", State.PROPOSED
    company.save()
    client = log_in("curator")

    url = f"{admin_url(company, 'change')}?restore={right.pk}"
    data = form_data(client.get(url))
    company.refresh_from_db()
    assert company.summary == "Wrong"
    client.post(admin_url(company, "change"), data)

    company.refresh_from_db()
    assert (company.summary, company.state) == ("Right", State.PROPOSED)


@pytest.mark.parametrize("version", ["0", "junk", "999999999999999999999999"])
def test_a_version_that_is_none_of_this_row_is_not_found(log_in, version):
    company = make_company(state=State.DRAFT)

    assert log_in("curator").get(f"{admin_url(company, 'change')}?restore={version}").status_code == 404


def test_the_history_tells_who_changed_what(log_in):
    company = make_company("Fam", summary="Old words", state=State.DRAFT)
    client = log_in("curator")
    data = form_data(client.get(admin_url(company, "change")))
    client.post(admin_url(company, "change"), data | {"summary": "New words"})

    page = client.get(admin_url(company, "history")).content.decode()

    assert "<del>Old words</del> → <ins>New words</ins>" in page
    assert "curator" in page
    assert "<b>Version:</b>" not in page


def test_the_history_of_a_deleted_row_can_still_be_read(log_in):
    usage = make_usage()
    url = admin_url(usage, "history")
    usage.delete()

    page = log_in("reviewer").get(url)

    assert page.status_code == 200
    assert "This was deleted" in page.content.decode()


def test_a_migration_is_entered_like_a_usage(log_in):
    company, source, technology = make_company(), make_source(), make_technology()
    client = log_in("curator")
    url = f"{admin_url(Migration, 'add')}?company={company.pk}&source={source.pk}"

    answer = client.post(url, form_data(client.get(url)) | {"to_technology": technology.pk, "_addanother": "1"})

    migration = Migration.objects.get()
    assert migration.category == technology.category
    assert migration.evidence.get().source == source
    assert f"company={company.pk}" in answer.url
