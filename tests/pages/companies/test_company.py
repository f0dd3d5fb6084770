import pytest

from stacks.curating import curating
from stacks.models import Company, CompanyAlias, CompanyFact, State
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
from tests.pages.reading import links_of, text_of


@pytest.fixture
def acme():
    """A company with one usage in each state of time, all of one category."""
    with curating():
        return _acme()


def _acme():
    brokers = make_category("Brokers", parent=make_area("Data"))
    company = make_company("Acme", summary="Sells anvils.", industry="Retail", country="India", founded="2010")

    def use(name, published_on="2020-05-01", **fields):
        technology = make_technology(name, brokers)
        make_usage(
            company,
            technology,
            source=make_source(title=f"About {name}", published_on=published_on),
            purpose=f"{name} for it",
            **fields,
        )

    use("Begun", started="2019")
    use("Ended", started="2018-03", ended="2021-06")
    use("Told", published_on="2020-05-01")
    use("Undated", published_on="")
    use("Planned", stage="planned", started="2019")
    use("Retired", stage="retired", started="2018")
    return company


def names_in(stack):
    return {fact.technology.name for area in stack.areas for shelf in area.shelves for fact in shelf.facts}


def test_a_company_shows_its_stack_with_purpose_reason_and_sources(client):
    company = make_company("Acme", summary="Sells anvils.", story="It began **small**.", lessons="- Keep it simple")
    CompanyAlias.objects.create(company=company, name="Acme Corporation")
    rds = make_technology("Amazon RDS")
    postgresql = make_technology("PostgreSQL", make_category("Databases", parent=make_area("Data")))
    told = make_source(
        title="How we store",
        url="https://acme.example/store",
        publisher="Acme blog",
        updated_on="2023-04",
        company=company,
    )
    usage = make_usage(
        company,
        postgresql,
        source=told,
        purpose="Orders",
        remarks="Chosen for *transactions*.",
        hosting="managed",
        via=rds,
        started="2016",
    )
    make_evidence(
        usage=usage,
        source=make_source(title="They left it"),
        stance="contradicts",
        quote="no more rows",
    )
    CompanyFact.objects.create(company=company, label="Orders a day", value="9,000", observed_on="2022", source=told)

    page = client.get("/companies/acme/")

    assert page.status_code == 200
    assert "Acme Corporation" in text_of(page)
    stack = text_of(page, "stack")
    for told_there in (
        "Data",
        "Databases",
        "PostgreSQL",
        "Orders",
        "Managed, via Amazon RDS, since 2016",
        "Chosen for transactions",
    ):
        assert told_there in stack
    assert "Contradicts: no more rows They left it, Example (third party, 2020-05-01)" in stack
    assert "How we store, Acme blog (first party, 2023-04)" in stack
    assert "Orders a day 9,000 2022 How we store" in text_of(page, "scale")
    assert "It began small" in text_of(page, "story")
    assert "Keep it simple" in text_of(page, "lessons")
    assert {"https://acme.example/store", "/technologies/postgresql/", "/categories/databases/"} <= set(links_of(page))


def test_the_anchor_of_each_usage_is_where_its_address_leads(client):
    usage = make_usage(make_company("Acme"), make_technology("Kafka"))
    plan = make_usage(usage.company, make_technology("Flink"), stage="planned")
    past = make_usage(usage.company, make_technology("Storm"), ended="2020")

    page = client.get("/companies/acme/")

    for told in (usage, plan, past):
        address, _, anchor = told.get_absolute_url().partition("#")
        assert address == "/companies/acme/"
        assert told.technology.name in text_of(page, anchor)


def test_plans_and_past_stand_apart_from_the_stack(client, acme):
    page = client.get("/companies/acme/")

    assert names_in(page.context["stack"]) == {"Begun", "Told", "Undated"}
    assert "Documented 3 usages in 1 category" in text_of(page)
    assert "Planned for it" in text_of(page, "planned")
    assert "Ended for it" in text_of(page, "past")
    assert "2018-03 to 2021-06" in text_of(page, "past")
    assert "Retired for it" in text_of(page, "past")
    for elsewhere in ("Planned", "Ended", "Retired"):
        assert elsewhere not in text_of(page, "stack")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2017", set()),
        ("2018-02", set()),
        ("2018-03", {"Ended"}),  # the last day of the month
        ("2018", {"Ended"}),
        ("2019", {"Begun", "Ended"}),
        ("2020-04-30", {"Begun", "Ended"}),
        ("2020-05-01", {"Begun", "Ended", "Told"}),  # an unknown start counts from the earliest edition
        ("2021-05", {"Begun", "Ended", "Told"}),
        ("2021-06", {"Begun", "Told"}),  # ended by the last day of the month
        ("2030", {"Begun", "Told"}),  # neither what is only planned nor what nobody dated
    ],
)
def test_a_stack_as_of_a_date_is_what_the_sources_document_for_its_last_day(client, acme, as_of, expected):
    page = client.get("/companies/acme/", {"as_of": as_of})

    assert page.status_code == 200
    assert names_in(page.context["stack"]) == expected
    assert f"Stack as of {as_of}" in text_of(page, "stack")
    assert text_of(page, "planned") == text_of(page, "past") == ""


def test_an_unknown_start_is_told_as_first_mentioned(client):
    usage = make_usage(make_company("Acme"), source=make_source(updated_on="2022-05", published_on=""))
    make_evidence(usage=usage, source=make_source(published_on="2020-03"))

    assert "first mentioned 2020-03" in text_of(client.get("/companies/acme/"), "stack")


def test_what_contradicts_a_usage_does_not_make_it_known(client):
    usage = make_usage(make_company("Acme"), source=make_source(published_on="2022"))
    make_evidence(usage=usage, source=make_source(published_on="2015"), stance="contradicts")

    assert names_in(client.get("/companies/acme/", {"as_of": "2016"}).context["stack"]) == set()
    assert "first mentioned 2022" in text_of(client.get("/companies/acme/"), "stack")


def test_a_blank_says_who_looked_when_and_what_came_of_it(client):
    company = make_company("Acme")
    area = make_area("Data")
    make_coverage(company, make_category("Queues", area), outcome="nothing_found", looked_on="2026-11")
    stated = make_source(title="We run none", url="https://acme.example/none")
    make_coverage(company, make_category("Caches", area), outcome="not_used", looked_on="2026-10", source=stated)

    stack = text_of(client.get("/companies/acme/"), "stack")

    assert "Queues Looked, nothing found (2026-11)" in stack
    assert "Caches Stated as not used (2026-10), We run none" in stack


def test_evidence_lists_each_source_once_with_what_it_stands_behind(client):
    company = make_company("Acme")
    source = make_source(title="The story")
    first, second = (make_usage(company, source=source) for _ in range(2))
    make_evidence(usage=first, source=make_source(title="The answer"), stance="contradicts")
    make_migration(company, second.technology, source=source)
    make_evidence(company=company, source=source)

    views = client.get("/companies/acme/").context["sources"]

    assert [(view.cited.title, view.supports, view.contradicts) for view in views] == [
        ("The story", 4, 0),
        ("The answer", 0, 1),
    ]


def test_a_company_without_anything_still_has_a_page(client):
    make_company("Acme")

    page = client.get("/companies/acme/")

    assert page.status_code == 200
    assert "No usage has been published yet." in text_of(page, "stack")
    assert "No source yet." in text_of(page, "evidence")


def test_a_date_without_anything_leads_back_to_today(client, acme):
    page = client.get("/companies/acme/", {"as_of": "1999"})

    assert page.status_code == 200
    assert "Nothing is documented for 1999." in text_of(page, "stack")
    assert "/companies/acme/" in links_of(page, "stack")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("as_of=yesterday", "as_of: “yesterday” is not a date: write 2019, 2019-06 or 2019-06-03."),
        ("as_of=2021-02-30", "as_of: “2021-02-30” is not a date of the calendar."),
        ("as_of=2021-13", "as_of: “2021-13” is not a date of the calendar."),
        ("as_of=0000", "as_of: “0000” is not a date of the calendar."),
        ("as_of=2021-06-03T00:00", "as_of: Ensure this value has at most 10 characters (it has 16)."),
        ("as_of=%00", "as_of: Null characters are not allowed."),
    ],
)
def test_a_bad_query_of_a_company_is_refused_by_name(client, query, said):
    make_company("Acme")

    page = client.get(f"/companies/acme/?{query}")

    assert page.status_code == 400
    assert len(page.context["problems"]) == 1
    assert said in page.context["problems"][0]
    assert "/companies/acme/" in links_of(page, "main")


def test_an_unknown_company_is_not_found_and_likely_ones_are_proposed(client):
    make_company("Acme Corporation")

    page = client.get("/companies/acme/")

    assert page.status_code == 404
    assert "There is no company “acme” here." in text_of(page)
    assert "/companies/acme-corporation/" in links_of(page, "main")


def test_an_old_address_leads_to_the_new_one_and_keeps_its_query(client):
    company = make_company("Acme")
    company.slug = "acme-corporation"
    company.save()

    page = client.get("/companies/acme/?as_of=2021-06")

    assert page.status_code == 301
    assert page.headers["Location"] == "/companies/acme-corporation/?as_of=2021-06"
    assert client.get("/companies/acme/").headers["Location"] == "/companies/acme-corporation/"


@pytest.mark.parametrize("rows", [1, 30])
def test_a_company_costs_the_same_however_much_it_uses(client, rows, django_assert_num_queries):
    with curating():
        company = make_company("Acme")
        area, source = make_area(), make_source()
        for n in range(rows):
            technologies = [make_technology(category=make_category(parent=area)) for _ in range(3)]
            make_usage(company, technologies[0], source=source)
            make_usage(company, technologies[1], source=source, stage="planned")
            make_usage(company, technologies[2], source=source, ended="2020")
            make_migration(company, technologies[0], technologies[1], source=source)
            make_coverage(company, make_category(parent=area))
            make_evidence(company=company, source=make_source())
            CompanyFact.objects.create(company=company, label=f"Figure {n}", value="1", source=source)
            CompanyAlias.objects.create(company=company, name=f"Name {n}")
            make_company()

    # the company, the categories, its blanks, its usages and their evidence, its migrations and theirs, its own
    # evidence, its aliases, the revision, its figures; who shares most with it, what those use, who is related to whom;
    # the newest edition of the catalogue; what is held of all companies (five, the first time in a process)
    with django_assert_num_queries(15 + 5):
        page = client.get("/companies/acme/")

    assert page.context["stack"].count == rows
    assert len(page.context["planned"]) == len(page.context["past"]) == len(page.context["migrations"]) == rows


@pytest.fixture
def alike():
    """Acme, Bolt and Core document four categories each; Bolt shares all with Acme, Core three, and a fork."""
    with curating():
        acme, bolt, core, hidden = (make_company(name) for name in ("Acme", "Bolt", "Core", "Hidden"))
        for n in range(4):
            category = make_category()
            technology, other = make_technology(category=category), make_technology(category=category)
            for company in (acme, bolt, hidden):
                make_usage(company, technology)
            make_usage(core, technology if n else other)
            make_relation(other, "fork_of", technology)
        hidden.state = State.RETRACTED
        hidden.save()


def test_the_companies_most_alike_are_named_with_their_share_and_the_comparison_that_shows_it(client, alike):
    page = client.get("/companies/acme/")

    assert [(view.company.name, view.share, view.words) for view in page.context["alike"]] == [
        ("Bolt", 100, "8 of 8 in 4 categories"),
        ("Core", 88, "7 of 8 in 4 categories"),
    ]
    assert "Core 7 of 8 in 4 categories 88 %" in text_of(page, "alike")
    compared = client.get("/compare/companies/acme/core/")
    assert "/compare/companies/acme/core/" in links_of(page, "alike")
    assert "7 of 8 in 4 categories 88 %" in text_of(compared)


def test_a_stack_of_the_past_is_alike_to_nobody(client, alike):
    assert client.get("/companies/acme/?as_of=2024").context["alike"] == []


def test_who_is_alike_is_measured_once_for_a_revision(client, alike, django_assert_num_queries):
    client.get("/companies/acme/")

    # of the measure whether those that it names are as they were; no evidence of migrations that are not there
    with django_assert_num_queries(11):
        client.get("/companies/acme/?as_of=")

    core = Company.objects.get(slug="core")
    make_usage(core, category=make_category())
    assert len(client.get("/companies/acme/").context["alike"]) == 2
    core.name = "Kernel"
    core.save()
    assert [view.company.name for view in client.get("/companies/acme/").context["alike"]] == ["Bolt", "Kernel"]


def test_an_edit_of_a_company_that_is_not_named_measures_nothing_anew(client, alike, django_assert_num_queries):
    other = make_company("Other")
    client.get("/companies/acme/")
    other.summary = "Another"
    other.save()

    # as above, and the newest edition
    with django_assert_num_queries(12):
        client.get("/companies/acme/")


def test_who_is_withdrawn_is_alike_to_nobody(client, alike):
    client.get("/companies/acme/")
    bolt = Company.objects.get(slug="bolt")
    bolt.state = State.RETRACTED
    bolt.save()

    assert [view.company.name for view in client.get("/companies/acme/").context["alike"]] == ["Core"]


def test_a_bad_value_leads_back_to_the_list_with_what_was_right(client):
    make_company("Acme", country="India")

    page = client.get("/companies/?country=India&industry=Nonsense&nothing=1")

    assert page.status_code == 400
    assert page.context["back"] == "/companies/?country=India"


@pytest.mark.parametrize(
    ("query", "purposes", "open_ones"), [("", 2, 0), ("?detail=names", 0, 0), ("?detail=reasons", 2, 2)]
)
def test_the_address_says_how_much_a_stack_says(client, query, purposes, open_ones):
    acme = make_company("Acme")
    make_usage(acme)
    make_usage(acme, stage="planned")

    html = client.get(f"/companies/acme/{query}").content.decode()

    assert html.count('<details class="use-more"') == purposes
    assert html.count('<details class="use-more" open') == open_ones


def test_another_detail_keeps_the_day_and_a_wrong_one_is_refused(client):
    make_usage(make_company("Acme"), started="2019")

    assert "/companies/acme/?as_of=2020&detail=names#stack" in links_of(client.get("/companies/acme/?as_of=2020"))
    assert client.get("/companies/acme/?detail=all").status_code == 400


def test_what_is_said_of_many_usages_stands_once(client):
    acme = make_company("Acme")
    for _ in range(3):
        make_usage(acme, source=make_source(published_on="2020-04"))

    text = text_of(client.get("/companies/acme/"), "stack")

    assert text.count("first mentioned 2020-04") == 3 + 1  # in each row, and in the legend
    assert text.count("when it began is not stated") == 1
    assert "No reason" not in text


def test_a_usage_of_what_has_ended_says_so(client):
    usage = make_usage(make_company("Acme"), make_technology("Redis"))
    usage.technology.lifecycle, usage.technology.lifecycle_on = "ended", "2024-06-30"
    usage.technology.lifecycle_source = "https://example.org/end"
    usage.technology.save()

    assert "Redis discontinued 2024-06" in text_of(client.get("/companies/acme/"), "stack")


def test_an_industry_leads_to_the_companies_of_its_kind_narrow_and_broad(client):
    make_company("Acme", industry="Stock broking")
    make_company("Bolt", industry="Payments")

    links = links_of(client.get("/companies/acme/"), "main")

    assert "/companies/?industry=Stock%20broking" in links
    assert "/companies/?industry=Finance" in links
    assert [c.name for c, _ in client.get("/companies/?industry=Finance").context["rows"]] == ["Acme", "Bolt"]
