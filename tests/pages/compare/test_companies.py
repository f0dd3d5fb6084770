"""Comparisons of companies: from the rows to the page."""

import re

import pytest
from django.core.cache import cache

from stacks import finished
from stacks.curating import curating
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)
from tests.pages.reading import compared_rows, links_of, text_of


def test_three_companies_stand_side_by_side_with_the_agreement_of_each_row(client, three):
    page = client.get("/compare/companies/acme/bolt/core/")

    assert page.status_code == 200
    assert "Acme, Bolt and Core" in text_of(page, "main")
    assert "All three use Go." in text_of(page, "main")
    assert {row.category: row.verdict for row in compared_rows(page)} == {
        "Alike": "Same: Go",
        "Crossing": "In common: Python",
        "Kindred": "Same family: AutoMQ ≈ Kafka",
        "Apart": "Different",
        "Alone": "Only Bolt",
    }
    assert "Alike = Same: Go Acme Go Go (technology) = Bolt and Core Alike at Acme since 2020" in text_of(page, "alike")
    counted = "Of 5 categories: 1 same, 1 overlap, 1 same family, 1 different, 1 only one company"
    assert counted in page.content.decode()


def test_a_blank_cell_says_why_it_is_blank(client, three):
    acme, bolt, core = three
    apart = acme.usages.get(category__name="Apart").category
    crossing = acme.usages.filter(category__name="Crossing").first().category
    make_coverage(core, crossing, outcome="nothing_found", looked_on="2026-11")
    make_coverage(bolt, apart, outcome="not_used", source=make_source(title="We run none"), looked_on="2026-10")

    page = client.get("/compare/companies/acme/bolt/core/")

    assert "Core Looked, nothing found (2026-11)" in text_of(page, "crossing")
    assert "Bolt Stated as not used (2026-10), We run none" in text_of(page, "apart")
    assert "Core Nobody has looked" in text_of(page, "kindred")


@pytest.mark.parametrize(
    ("only", "kept"),
    [
        ("shared", {"Alike", "Crossing", "Kindred"}),
        ("differences", {"Crossing", "Kindred", "Apart", "Alone"}),
        ("", {"Alike", "Crossing", "Kindred", "Apart", "Alone"}),
    ],
)
def test_only_keeps_its_rows_and_the_summary_speaks_of_all(client, three, only, kept):
    page = client.get("/compare/companies/acme/bolt/core/", {"only": only})

    assert {row.category for row in compared_rows(page)} == kept
    assert "Of 5 categories: " in page.content.decode()
    assert "Rows All 5 Shared 3 Differences 4" in text_of(page, "main")
    current = {"": "All 5", "shared": "Shared 3", "differences": "Differences 4"}[only]
    assert re.search(rf'aria-current="true">\s*{current}', page.content.decode())


def test_a_comparison_as_of_a_date_follows_starts_ends_and_editions(client):
    brokers = make_category("Brokers", parent=make_area("Data"))
    acme, bolt = make_company("Acme"), make_company("Bolt")
    begun, ended, told, planned = (make_technology(name, brokers) for name in ("Begun", "Ended", "Told", "Planned"))
    make_usage(acme, begun, started="2021-03")
    make_usage(acme, ended, started="2018", ended="2021-06")
    make_usage(bolt, told, source=make_source(published_on="2020-05-01"))
    make_usage(bolt, planned, stage="planned", started="2019")

    def told_as_of(date):
        page = client.get("/compare/companies/acme/bolt/", {"as_of": date})
        row = compared_rows(page)
        cells = row[0].html.split('role="cell"')[1:] if row else []
        return [re.findall(r"technologies/([a-z]+)/", cell) for cell in cells]

    assert told_as_of("2017") == []
    assert told_as_of("2020-04") == [["ended"], []]
    assert told_as_of("2020-05") == [["ended"], ["told"]]
    assert told_as_of("2021-05") == [["begun", "ended"], ["told"]]
    assert told_as_of("2021") == [["begun"], ["told"]]
    assert told_as_of("") == [["begun"], ["told"]]


def test_plans_and_past_are_in_no_comparison_of_today(client):
    brokers = make_category("Brokers", parent=make_area("Data"))
    acme = make_company("Acme")
    make_company("Bolt")
    for fields in ({"stage": "planned"}, {"ended": "2020"}, {"stage": "retired"}):
        make_usage(acme, make_technology(category=brokers), **fields)

    page = client.get("/compare/companies/acme/bolt/")

    assert compared_rows(page) == []
    assert "Nothing is documented for any of them." in text_of(page)


def test_a_comparison_without_rows_says_how_to_get_some(client, three):
    assert "/compare/companies/acme/bolt/" in links_of(client.get("/compare/companies/acme/bolt/?as_of=1999"), "main")
    make_company("Dyno")
    page = client.get("/compare/companies/acme/dyno/?only=shared")
    assert page.status_code == 200
    assert "No row is left" in text_of(page)
    assert "/compare/companies/acme/dyno/" in links_of(page, "main")


def test_six_companies_are_compared_in_the_order_asked_for(client):
    names = ["Fox", "Elk", "Dog", "Cat", "Bee", "Ant"]
    brokers = make_category()
    for name in names:
        make_usage(make_company(name), make_technology(category=brokers))

    page = client.get("/compare/companies/fox/elk/dog/cat/bee/ant/")

    assert page.status_code == 200
    html = page.content.decode()
    assert re.findall(r'<div class="co-head".*?<bdi>(.*?)</bdi>', html, re.DOTALL) == names
    assert html.count('<td class="num">') == 15
    assert 'id="add"' not in html


@pytest.mark.parametrize("usages_each", [1, 30])
def test_a_comparison_costs_the_same_however_much_it_shows(client, usages_each, django_assert_num_queries):
    with curating():
        area, shared = make_area(), make_technology()
        companies = [make_company(name) for name in ("Acme", "Bolt", "Core")]
        for company in companies:
            make_usage(company, shared)
            for _ in range(usages_each):
                make_usage(company, make_technology(category=make_category(parent=area)), shared.category)
                make_coverage(company, make_category(parent=area))
        for _ in range(usages_each):
            make_relation(make_technology(), "fork_of", shared)
            make_company()

    # the revisions, the companies, their usages, the evidence of those, the blanks, the relations,
    # the newest edition
    with django_assert_num_queries(7):
        page = client.get("/compare/companies/acme/bolt/core/")
    # the cells are kept, the companies at hand: the revisions
    for query in ("", "?as_of=2024"):
        with django_assert_num_queries(1):
            client.get(f"/compare/companies/acme/bolt/core/{query}")

    assert text_of(page, "main").count(f"{usages_each + 1} usages in 1 category") == 3


def test_cells_that_are_kept_are_right_after_every_change(client):
    kafka = make_technology("Kafka")
    usage = make_usage(make_company("Acme"), kafka, purpose="Events")
    make_usage(make_company("Bolt"), make_technology("Other", kafka.category))
    url = "/compare/companies/acme/bolt/"
    client.get(url)

    usage.purpose = "Logs"
    usage.save()
    assert "Logs" in client.get(url).content.decode()

    usage.company.name = "Acme Ltd"
    usage.company.save()
    assert "Acme Ltd and Bolt" in text_of(client.get(url), "main")

    kafka.name = "Apache Kafka"
    kafka.save()
    assert "Apache Kafka" in client.get(url).content.decode()

    make_usage(usage.company.__class__.objects.get(slug="bolt"), kafka)
    assert "= Bolt" in client.get(url).content.decode()

    source = usage.evidence.get().source
    source.title = "Another title"
    source.save()
    assert "Another title" in client.get(url).content.decode()

    usage.state = "retracted"
    usage.save()
    assert "Logs" not in client.get(url).content.decode()


@pytest.mark.parametrize("query", ["", "?only=shared", "?detail=reasons", "?only=differences&detail=names"])
def test_after_an_edit_elsewhere_a_comparison_is_what_is_put_together_anew(
    client, three, query, django_assert_num_queries
):
    url = f"/compare/companies/acme/bolt/core/{query}"
    before = client.get(url)
    make_company("Elsewhere")

    # the revision, the companies, the newest edition
    with django_assert_num_queries(3):
        kept = client.get(url)
    finished.forget()
    cache.clear()
    anew = client.get(url)

    assert kept.content == anew.content
    assert kept.content != before.content  # which says another revision


def test_a_comparison_at_hand_is_that_of_its_settings_and_relations(client, settings):
    kafka, automq = make_technology("Kafka"), make_technology("AutoMQ")
    make_usage(make_company("Acme"), kafka)
    make_usage(make_company("Bolt"), automq, kafka.category)
    url = "/compare/companies/acme/bolt/"
    client.get(url)

    make_relation(automq, "fork_of", kafka)
    assert "AutoMQ ≈ Kafka" in text_of(client.get(url), "main")

    settings.SITE_NAME = "Another name"
    assert "Another name" in client.get(url).content.decode()


def test_evidence_against_a_usage_is_told_in_the_comparison(client, three):
    usage = three[0].usages.get(category__name="Alike")
    make_evidence(usage=usage, source=make_source(title="They left it"), stance="contradicts")

    page = client.get("/compare/companies/acme/bolt/")

    assert "Contradicts: They left it, Example (third party, 2020-05-01)" in text_of(page, "alike")
    assert "2 sources, first party, newest 2020-05-01, 1 against" in text_of(page, "alike")


def test_six_companies_with_120_usages_each_show_names_first_and_cost_no_more(client, django_assert_num_queries):
    with curating():
        area, source = make_area(), make_source()
        categories = [make_category(parent=area) for _ in range(30)]
        technologies = [make_technology(category=category) for category in categories for _ in range(6)]
        for number in range(6):
            company = make_company(f"Company {number}")
            for technology in (technologies * 2)[number * 9 : number * 9 + 120]:
                make_usage(company, technology, source=source)
    path = "/".join(f"company-{number}" for number in range(6))

    # the revisions, the companies, their usages, the evidence of those, the blanks, the relations,
    # the newest edition
    with django_assert_num_queries(7):
        page = client.get(f"/compare/companies/{path}/")

    html = page.content.decode()
    assert html.count("120 usages in ") == 6
    assert "detail-names" in html
    groups = re.findall(r"<dt>([^<]+)</dt>\s*<dd>(.*?)</dd>", html.partition('id="comparison"')[0], re.DOTALL)
    shared = [name for name, _ in groups if name.endswith(("six", "of them"))]
    assert shared == ["All six", "Five of them", "Four of them", "Three of them", "Two of them"][-len(shared) :]
    assert all(told.count("Technology ") <= 12 for _, told in groups)
    assert html.partition("12 more pairs")[0].count('<td class="num">') == 3
    assert html.count('<td class="num">') == 15


def end(technology, on="2021-12-31"):
    technology.lifecycle, technology.lifecycle_on = "ended", on
    technology.lifecycle_source = "https://example.org/end-of-life"
    technology.save()


def test_a_comparison_marks_and_counts_what_has_ended(client, three):
    client.get("/compare/companies/acme/bolt/core/")  # the cells are kept as they were before
    end(three[0].usages.get(category__name="Apart").technology)

    page = client.get("/compare/companies/acme/bolt/core/")

    assert "2 usages are of technologies that are discontinued: Redis." in text_of(page, "main")
    assert "Redis discontinued 2021-12" in text_of(page, "apart")
    assert client.get("/compare/companies/acme/bolt/core/?only=shared&format=json").json()["summary"]["ended"] == 2
    before = client.get("/compare/companies/acme/bolt/core/?as_of=2021-06")
    assert "discontinued" not in text_of(before, "apart")
    assert '<p class="note">' not in before.content.decode()


def shown(page):
    """How many usages of the page have their purposes in the HTML, and how many of those stand open."""
    html = page.content.decode()
    return html.count('<details class="use-more"'), html.count('<details class="use-more" open')


@pytest.mark.parametrize(
    ("query", "detail", "expected"),
    [("", "auto", (11, 0)), ("?detail=names", "names", (0, 0)), ("?detail=reasons", "reasons", (11, 11))],
)
def test_the_address_says_how_much_a_cell_says(client, three, query, detail, expected):
    page = client.get(f"/compare/companies/acme/bolt/core/{query}")

    assert f' detail-{detail}"' in page.content.decode()
    assert shown(page) == expected
    links = links_of(page, "main")
    assert f"/compare/companies/acme/bolt/core/?only=shared{query.replace('?', '&')}" in links
    assert f"/compare/companies/acme/bolt/{query}" in links  # without Core


def test_many_companies_say_names_until_more_is_asked_for(client, three):
    make_company("Dyno")

    assert shown(client.get("/compare/companies/acme/bolt/core/dyno/")) == (0, 0)
    assert shown(client.get("/compare/companies/acme/bolt/core/dyno/?detail=purpose")) == (11, 0)


def test_areas_and_categories_are_headings_and_no_control_stands_in_a_header(client, three):
    html = client.get("/compare/companies/acme/bolt/core/").content.decode()

    assert re.findall(r"<h3[^>]*>\s*<bdi>(.*?)</bdi>", html) == ["Data"]
    assert set(re.findall(r"<h4><a[^>]*><bdi>(.*?)</bdi>", html)) == {"Alike", "Crossing", "Kindred", "Apart", "Alone"}
    headers = re.findall(r'role="(?:row|column)header".*?</div>', html, re.DOTALL)
    assert headers
    assert not any("Collapse" in header or "Remove" in header or "Move" in header for header in headers)


def test_each_usage_leads_to_the_address_under_which_it_is_cited(client, three):
    usage = three[0].usages.get(category__name="Apart")

    assert f"/companies/acme/#usage-{usage.uid}" in links_of(client.get("/compare/companies/acme/bolt/core/"), "apart")
    own = client.get("/companies/acme/")
    assert f"#usage-{usage.uid}" in links_of(own, f"usage-{usage.uid}")


def test_the_most_common_choice_of_each_category_can_be_taken_away(client, three):
    page = client.get("/compare/companies/acme/bolt/core/")

    told = "Most common choice in each category Alike Go (technology) (3 of 3) Crossing Python (2 of 3) What each has"
    assert told in text_of(page, "main")


def test_a_cell_carries_no_indents_but_code_keeps_its_own(client):
    acme, bolt = make_company("Acme"), make_company("Bolt")
    kafka = make_technology("Kafka")
    make_usage(acme, kafka, remarks="Set:\n\n    a:\n      b: 1\n")
    make_usage(bolt, kafka, remarks="Plain.")

    page = client.get("/compare/companies/acme/bolt/").content.decode()

    assert "<code>a:\n  b: 1\n</code>" in page
    cell = page[page.index("Plain.") - 600 : page.index("Plain.")]
    assert "\n<details" in cell
    assert "\n  <summary" not in cell
