"""Every admin page opened by every kind of staff; every list at the same cost for one row and for many."""

from functools import partial

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User

from stacks.merge import merge
from stacks.models import (
    ApiKey,
    Audit,
    Category,
    Change,
    Company,
    CompanyAlias,
    CompanyFact,
    CompanyIdentifier,
    Coverage,
    Delivery,
    Evidence,
    Homonym,
    ImportBatch,
    ImportDecision,
    ImportLine,
    Merge,
    Migration,
    Objection,
    Redirect,
    Source,
    State,
    Technology,
    TechnologyAlias,
    TechnologyIdentifier,
    TechnologyRelation,
    Usage,
    Watch,
    Webhook,
)
from tests.admin.doors import admin_url
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_coverage,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

CURATED = [
    Category,
    Company,
    CompanyAlias,
    CompanyFact,
    Coverage,
    Evidence,
    Homonym,
    Migration,
    Redirect,
    Source,
    Technology,
    TechnologyAlias,
    TechnologyRelation,
    Usage,
]


OF_ADMINISTRATORS = {ApiKey, Delivery, Webhook}
TO_READ = [Change, ImportBatch, ImportDecision, ImportLine, Merge]
# Of the work of curators, and of no catalogue: without versions.
WORK = [Audit, Objection, Watch]


def make_change():
    make_company()
    return Change.objects.first()


def make_sourced_blank():
    return make_coverage(source=make_source())


def make_draft_evidence():
    return make_usage(state=State.DRAFT).evidence.get()


def make_redirect():
    number = Redirect.objects.count()
    return Redirect.objects.create(kind="company", old_slug=f"old-{number}", new_slug=make_company().slug)


def make_import():
    return ImportBatch.objects.create(source=make_source(), company=make_company(), format="markdown", text="- Redis")


def make_import_line():
    usage = make_usage()
    return ImportLine.objects.create(
        batch=make_import(), number=1, name="Redis", company=usage.company, technology=usage.technology, usage=usage
    )


def make_decision():
    return ImportDecision.objects.create(
        company=make_company(),
        words="Redis",
        key="redis",
        verdict="is",
        technology=make_technology(),
        batch=make_import(),
    )


DRAFT = {"state": State.DRAFT}
MAKERS = {
    Audit: lambda: Audit.objects.create(release=f"r{Audit.objects.count()}", size=1, seed=1, revision=1, drawn_from=1),
    Category: make_category,
    Change: make_change,
    Company: partial(make_company, **DRAFT),
    CompanyAlias: lambda: CompanyAlias.objects.create(
        company=make_company(**DRAFT), name=f"Alias {CompanyAlias.objects.count()}"
    ),
    CompanyFact: lambda: CompanyFact.objects.create(
        company=make_company(**DRAFT), label="Requests", value="400", source=make_source()
    ),
    Coverage: make_sourced_blank,
    Evidence: make_draft_evidence,
    Homonym: lambda: Homonym.objects.create(
        technology=make_technology(**DRAFT), name=f"Short {Homonym.objects.count()}"
    ),
    ImportBatch: make_import,
    ImportDecision: make_decision,
    ImportLine: make_import_line,
    Merge: lambda: merge(make_company(), make_company(), user=None),
    Objection: lambda: Objection.objects.create(company=make_company(), asked="No", received_on="2026"),
    Migration: lambda: make_migration(from_technology=make_technology(), **DRAFT),
    Redirect: make_redirect,
    Source: make_source,
    Technology: partial(make_technology, **DRAFT),
    TechnologyAlias: lambda: TechnologyAlias.objects.create(
        technology=make_technology(**DRAFT), name=f"Alias {TechnologyAlias.objects.count()}"
    ),
    TechnologyRelation: lambda: make_relation(make_technology(**DRAFT), "fork_of", make_technology()),
    Usage: lambda: make_usage(via=make_technology(), **DRAFT),
    Watch: lambda: Watch.objects.create(source=make_source(), company=make_company()),
}


def make_row(model):
    """One row of any model, a draft where it has a state."""
    return MAKERS[model]()


def test_every_model_of_the_catalogue_is_registered():
    registered = {model for model in admin.site._registry if model._meta.app_label == "stacks"}

    assert registered == {*CURATED, *TO_READ, *OF_ADMINISTRATORS, *WORK}
    assert {User, Group} <= admin.site._registry.keys()


@pytest.mark.smoke
@pytest.mark.parametrize("model", [*CURATED, *WORK])
@pytest.mark.parametrize("role", ["curator", "reviewer", pytest.param("superuser", marks=pytest.mark.both_databases)])
def test_every_page_opens_for_those_who_work_there(log_in, role, model):
    client, row = log_in(role), make_row(model)

    for url in (
        admin_url(model, "changelist"),
        admin_url(model, "add"),
        admin_url(row, "change"),
        admin_url(row, "history"),
    ):
        assert client.get(url).status_code == 200, url
    may_delete = role != "curator" or model.__name__.lower() not in {
        "audit",
        "category",
        "company",
        "migration",
        "objection",
        "source",
        "technology",
        "usage",
    }
    assert client.get(admin_url(row, "delete")).status_code == (200 if may_delete else 403)


@pytest.mark.parametrize("model", [*CURATED, *TO_READ, *WORK])
def test_no_page_opens_for_staff_without_rights(log_in, model):
    client, row = log_in("nobody"), make_row(model)

    for url in (
        admin_url(model, "changelist"),
        admin_url(model, "add"),
        admin_url(row, "change"),
        admin_url(row, "history"),
        admin_url(row, "delete"),
    ):
        assert client.get(url).status_code == 403, url


@pytest.mark.parametrize("model", [*CURATED, *WORK])
def test_an_onlooker_sees_everything_and_changes_nothing(log_in, model):
    client, row = log_in("onlooker"), make_row(model)

    for url in (admin_url(model, "changelist"), admin_url(row, "change"), admin_url(row, "history")):
        assert client.get(url).status_code == 200, url
    assert client.get(admin_url(model, "add")).status_code == 403
    assert client.post(admin_url(row, "change"), {"name": "Mine"}).status_code == 403
    assert client.post(admin_url(row, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", TO_READ)
@pytest.mark.parametrize("role", ["onlooker", "curator", "reviewer", "superuser"])
def test_the_feed_and_imports_are_read_and_never_written(log_in, role, model):
    client, row = log_in(role), make_row(model)

    assert client.get(admin_url(model, "changelist")).status_code == 200
    assert client.get(admin_url(row, "change")).status_code == 200
    is_added = model is ImportBatch and role != "onlooker"  # by the text that is given
    for url in (*([] if is_added else [admin_url(model, "add")]), admin_url(row, "delete"), admin_url(row, "change")):
        assert client.post(url, {"post": "yes"}).status_code == 403


@pytest.mark.both_databases
def test_the_newest_change_comes_first(log_in):
    make_company("First")
    make_company("Second")

    page = log_in("curator").get(admin_url(Change, "changelist"))

    assert [change.object for change in page.context["cl"].result_list][:2] == ["second", "first"]


# session, user, permissions; the count and the rows; what filters list; where rows are
# published from the list, what is part of them: of a company names, identifiers, figures, evidence and blanks,
# of a technology names, homonyms, relations and identifiers
COSTS = {
    Audit: 5,
    Category: 6,
    Change: 6,
    Company: 10,
    CompanyAlias: 5,
    CompanyFact: 5,
    Coverage: 6,
    Evidence: 5,
    Homonym: 5,
    ImportBatch: 6,
    ImportDecision: 5,
    ImportLine: 6,
    Merge: 6,
    Migration: 7,
    Objection: 5,
    Redirect: 5,
    Source: 5,
    Technology: 10,
    TechnologyAlias: 5,
    TechnologyRelation: 5,
    Usage: 7,
    Watch: 5,
}


@pytest.mark.parametrize("rows", [1, 5])
@pytest.mark.parametrize("model", COSTS)
def test_a_list_costs_the_same_however_long_it_is(log_in, model, rows, django_assert_num_queries):
    for _ in range(rows):
        make_row(model)
    client = log_in("reviewer")

    with django_assert_num_queries(COSTS[model]):
        page = client.get(admin_url(model, "changelist"))

    assert page.context["cl"].result_count >= rows


@pytest.mark.parametrize("rows", [1, 5])
def test_a_company_page_costs_the_same_however_much_hangs_on_it(log_in, rows, django_assert_num_queries):
    company = make_company()
    for number in range(rows):
        CompanyAlias.objects.create(company=company, name=f"Alias {number}")
        CompanyIdentifier.objects.create(company=company, scheme="domain", value=f"company{number}.example")
        CompanyFact.objects.create(company=company, label=f"Fact {number}", value="1", source=make_source())
        Evidence.objects.create(company=company, source=make_source())
        make_coverage(company=company, source=make_source())
    client = log_in("reviewer")

    # one of them asks what waits for it, two whether it objects
    with django_assert_num_queries(21):
        client.get(admin_url(company, "change"))


@pytest.mark.parametrize("rows", [1, 5])
def test_a_technology_page_costs_the_same_however_much_hangs_on_it(log_in, rows, django_assert_num_queries):
    technology = make_technology()
    for number in range(rows):
        TechnologyAlias.objects.create(technology=technology, name=f"Alias {number}")
        TechnologyIdentifier.objects.create(technology=technology, scheme="wikidata", value=f"Q{number + 1}")
        Homonym.objects.create(technology=technology, name=f"Short {number}")
        make_relation(technology, "built_on", make_technology())
    client = log_in("reviewer")

    client.get(admin_url(technology, "change"))  # content types are read once for all

    # one of them asks what waits for it
    with django_assert_num_queries(16):
        client.get(admin_url(technology, "change"))


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("model", "query"),
    [
        (Usage, "q=kafka+fam"),
        (Usage, "evidence=none"),
        (Usage, "evidence=contradicted"),
        (Usage, "evidence=unverified"),
        (Usage, "shown=yes"),
        (Usage, "shown=no"),
        (Migration, "shown=yes"),
        (Migration, "shown=no"),
        (Usage, "state__exact=proposed&stage__exact=in_use&hosting__exact=managed"),
        (Technology, "q=kafka&kind__exact=tool"),
        (Company, "q=fam&story__isempty=1"),
        (Evidence, "q=fam&verified_on__isempty=1&stance__exact=supports"),
        (Source, "q=https://source.example/?utm_source=x&checked_at__isempty=1"),
        (Source, "check_result__in=gone,unreachable"),
        (Source, "q=https://[broken"),
        (Migration, "q=kafka&state__exact=draft"),
        (Coverage, "q=fam&outcome__exact=not_used"),
        (Category, "q=data"),
        (Change, "q=fam"),
        (Change, "verb__exact=added"),
        (CompanyFact, "q=requests"),
        (CompanyAlias, "q=fam"),
        (TechnologyAlias, "q=kafka"),
        (TechnologyRelation, "q=kafka&kind__exact=fork_of"),
        (Redirect, "q=fam"),
        (Watch, "q=fam&errors=yes&result__exact=failed"),
    ],
)
def test_every_search_and_filter_answers(log_in, model, query):
    make_row(model)

    page = log_in("curator").get(f"{admin_url(model, 'changelist')}?{query}")

    assert page.status_code == 200


@pytest.mark.smoke
def test_a_technology_is_found_by_any_of_its_names(log_in):
    kafka = make_technology("Apache Kafka")
    TechnologyAlias.objects.create(technology=kafka, name="Kafka Événements")
    make_usage(technology=kafka)
    client = log_in("curator")

    for model in (Technology, Usage, TechnologyAlias):
        page = client.get(f"{admin_url(model, 'changelist')}?q=evenements")
        assert page.context["cl"].result_count, model


@pytest.mark.both_databases
def test_the_nearest_name_comes_first_in_an_autocomplete(log_in):
    for name in ("Django", "MongoDB", "Go", "Gorilla"):
        make_technology(name)

    answer = log_in("curator").get(
        "/admin/autocomplete/", {"term": "go", "app_label": "stacks", "model_name": "usage", "field_name": "technology"}
    )

    assert [row["text"] for row in answer.json()["results"]] == ["Go", "Gorilla"]


@pytest.mark.parametrize("typed", ["NewRelic", "New-Relic", "new relic", "newrel", "NEWRELIC", "Relic"])
def test_a_box_finds_a_name_however_it_is_joined(log_in, typed):
    make_technology("New Relic")
    make_technology("Relay")

    answer = log_in("curator").get(
        "/admin/autocomplete/",
        {"term": typed, "app_label": "stacks", "model_name": "usage", "field_name": "technology"},
    )

    assert [row["text"] for row in answer.json()["results"]] == ["New Relic"]


@pytest.mark.parametrize(
    ("model", "field", "found"), [("usage", "category", "Brokers"), ("category", "parent", "Data")]
)
def test_an_autocomplete_offers_categories_or_areas_as_the_field_needs(log_in, model, field, found):
    make_category("Brokers", parent=make_area("Data"))

    answer = log_in("curator").get(
        "/admin/autocomplete/", {"term": "", "app_label": "stacks", "model_name": model, "field_name": field}
    )

    assert [row["text"] for row in answer.json()["results"]] == [found]


@pytest.mark.both_databases
def test_the_index_tells_what_is_waiting(log_in, django_assert_num_queries):
    make_usage(state=State.PROPOSED)
    make_usage(state=State.DRAFT, source=False)
    make_migration(state=State.DRAFT)
    make_usage(make_company(state=State.DRAFT))
    draft = make_technology(state=State.DRAFT)
    make_usage(technology=draft)
    make_migration(from_technology=draft)
    make_migration()
    client = log_in("reviewer")

    # session, user, permissions, seven of what waits for others, nine of kinds of rows of which there are few,
    # nine of usages and evidence, two each of doubles and of where nobody has looked, the recent actions
    with django_assert_num_queries(30):
        page = client.get("/admin/")

    counts = {work.label: work.count for work in page.context["worklists"]}
    assert counts["usages to review"] == 1
    assert counts["usages published, but out of sight"] == 2
    assert counts["migrations published, but out of sight"] == 1
    assert counts["draft technologies"] == counts["draft companies"] == counts["draft migrations"] == 1
    assert counts["usages without evidence"] == 1
    for work in page.context["worklists"]:
        listed = client.get(work.url)
        assert listed.status_code == 200
        if "cl" in listed.context:
            assert listed.context["cl"].result_count == work.count, work.label


def test_what_waits_is_told_by_urgency_and_what_is_empty_apart(log_in):
    usage = make_usage(technology=make_technology(lifecycle="ended", lifecycle_source="https://a.example/"))
    Evidence.objects.filter(usage=usage).update(edition_on="2003", quote_found=False)

    page = log_in("reviewer").get("/admin/")

    told = [(group.name, {each.label for each in group.lists}) for group in page.context["groups"]]
    assert [name for name, _ in told] == ["Wrong in public", "Getting old", "Incomplete"]
    assert told[0][1] == {"quotes that are not on their page"}
    assert "technologies that have ended, and are in use somewhere" in told[1][1]
    assert any(label.startswith("usages that nobody has said since") for label in told[1][1])
    assert "Looked for, and nothing there" in page.content.decode()


def test_worklists_are_told_only_to_those_who_may_open_them(log_in):
    assert log_in("nobody").get("/admin/").context["worklists"] == []


def test_a_published_row_links_to_its_page_and_a_draft_does_not(log_in):
    client = log_in("reviewer")

    shown = client.get(admin_url(make_company("Fam"), "change"))
    hidden = client.get(admin_url(make_company("Later", state=State.DRAFT), "change"))

    assert "/companies/fam/" in shown.content.decode()
    assert "/companies/later/" not in hidden.content.decode()


def test_each_cell_of_a_list_knows_its_column_for_windows_in_which_rows_are_folded(log_in):
    make_usage(make_company("Acme"), make_technology("Kafka"), purpose="Events <b>")

    page = log_in("curator").get(admin_url(Usage, "changelist")).content.decode()

    assert '<td data-l="Purpose" class="field-purpose">Events &lt;b&gt;</td>' in page
    assert '<td data-l="Company" class="field-company nowrap">' in page
