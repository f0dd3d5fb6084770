"""Comparisons of companies and of technologies: from the address to the rows."""

import re

import pytest

from stacks.curating import curating
from stacks.models import Redirect
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
from tests.remembered import remembered


@pytest.fixture
@remembered
def three():
    """Acme, Bolt and Core, with one category of each agreement."""
    with curating():
        data = make_area("Data")
        companies = [make_company(name) for name in ("Acme", "Bolt", "Core")]
        kafka, fork = make_technology("Kafka"), make_technology("AutoMQ")
        make_relation(fork, "fork_of", kafka)
        go, python, redis, valkey = (make_technology(name) for name in ("Go", "Python", "Redis", "Valkey"))
        rows = {
            "Alike": ([go], [go], [go]),
            "Crossing": ([go, python], [python], []),
            "Kindred": ([kafka], [fork], []),
            "Apart": ([redis], [], [valkey]),
            "Alone": ([], [redis], []),
        }
        for name, cells in rows.items():
            category = make_category(name, parent=data)
            for company, technologies in zip(companies, cells, strict=True):
                for technology in technologies:
                    make_usage(company, technology, category, started="2020", purpose=f"{name} at {company}")
    return companies


def rename(row, slug):
    row.slug = slug
    row.save()


def test_three_companies_stand_side_by_side_with_the_agreement_of_each_row(client, three):
    page = client.get("/compare/companies/acme/bolt/core/")

    assert page.status_code == 200
    assert "Acme, Bolt and Core" in text_of(page, "main")
    assert "All three use Go." in text_of(page, "main")
    rows = {row.category.name: row.verdict for area in page.context["page"].areas for row in (*area.rows, *area.single)}
    assert rows == {
        "Alike": "Same: Go",
        "Crossing": "In common: Python",
        "Kindred": "Same family: AutoMQ ≈ Kafka",
        "Apart": "Different",
        "Alone": "Only Bolt",
    }
    assert "Alike = Same: Go Acme Go Go (technology) = Bolt and Core Alike at Acme since 2020" in text_of(page, "alike")
    assert [(count.agreement, count.count) for count in page.context["page"].counts] == [
        ("same", 1),
        ("overlap", 1),
        ("family", 1),
        ("different", 1),
        ("single", 1),
    ]


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

    view = page.context["page"]
    assert {row.category.name for area in view.areas for row in (*area.rows, *area.single)} == kept
    assert view.total == 5
    assert [(link.label, link.count, link.current) for link in view.filters] == [
        ("All", 5, only == ""),
        ("Shared", 3, only == "shared"),
        ("Differences", 4, only == "differences"),
    ]


def test_the_links_of_a_comparison_keep_what_was_chosen(client, three):
    links = links_of(client.get("/compare/companies/acme/bolt/core/?as_of=2024&only=shared"), "main")

    assert "/compare/companies/acme/core/?as_of=2024" in links  # without Bolt
    assert "/compare/companies/bolt/acme/core/?as_of=2024" in links  # Bolt one place to the left
    assert "/compare/companies/acme/bolt/core/?as_of=2024&only=differences" in links
    for name in ("json", "csv", "md", "cite"):
        assert f"/compare/companies/acme/bolt/core/?as_of=2024&only=shared&format={name}" in links


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
        row = [row for area in page.context["page"].areas for row in (*area.rows, *area.single)]
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

    assert page.context["page"].total == 0
    assert "Nothing is documented for any of them." in text_of(page)


def test_a_comparison_without_rows_says_how_to_get_some(client, three):
    assert "/compare/companies/acme/bolt/" in links_of(client.get("/compare/companies/acme/bolt/?as_of=1999"), "main")
    make_company("Dyno")
    page = client.get("/compare/companies/acme/dyno/?only=shared")
    assert page.status_code == 200
    assert "No row is left" in text_of(page)
    assert "/compare/companies/acme/dyno/" in links_of(page, "main")


@pytest.mark.parametrize(
    ("path", "said", "leads_to"),
    [
        (
            "acme",
            ["One company alone cannot be compared: choose at least one more."],
            "/compare/companies/?company=acme",
        ),
        (
            "acme/acme",
            [
                "“acme” stands there twice: each company once.",
                "One company alone cannot be compared: choose at least one more.",
            ],
            "/compare/companies/?company=acme",
        ),
        (
            "acme/bolt/acme",
            ["“acme” stands there twice: each company once."],
            "/compare/companies/?company=acme&company=bolt",
        ),
        (
            "a/b/c/d/e/f/g",
            ["At most 6 companies fit side by side: leave out 1."],
            "/compare/companies/?company=a&company=b&company=c&company=d&company=e&company=f",
        ),
    ],
)
def test_companies_that_cannot_be_compared_are_refused(client, three, path, said, leads_to):
    page = client.get(f"/compare/companies/{path}/")

    assert page.status_code == 400
    assert page.context["problems"] == said
    assert leads_to in links_of(page, "main")


@pytest.mark.parametrize(
    ("query", "said", "leads_to"),
    [
        ("as_of=soon&only=shared", "as_of: “soon” is not a date", "?only=shared"),
        ("as_of=2024-13", "as_of: “2024-13” is not a date of the calendar.", ""),
        ("as_of=2024&only=same", "only: Choose differences or shared, or leave it out.", "?as_of=2024"),
        ("detail=all&only=shared", "detail: Choose names, purpose or reasons, or leave it out.", "?only=shared"),
    ],
)
def test_a_bad_query_of_a_comparison_is_refused_and_the_rest_kept(client, three, query, said, leads_to):
    page = client.get(f"/compare/companies/acme/bolt/?{query}")

    assert page.status_code == 400
    assert said in " ".join(page.context["problems"])
    assert f"/compare/companies/acme/bolt/{leads_to}" in links_of(page, "main")


def test_an_unknown_company_among_known_ones_is_named_and_the_others_kept(client, three):
    make_company("Dyno Systems")

    page = client.get("/compare/companies/acme/dyno/bolt/?as_of=2024")

    assert page.status_code == 404
    assert "There is no company “dyno” here." in text_of(page)
    links = links_of(page, "main")
    assert "/companies/dyno-systems/" in links
    assert "/compare/companies/?as_of=2024&company=acme&company=bolt" in links


@pytest.mark.parametrize("path", ["acme//bolt", "acme/bo%00lt", "acme/%FF", "acme/b*olt", "acme/../bolt"])
def test_an_address_of_junk_is_not_found(client, three, path):
    assert client.get(f"/compare/companies/{path}/").status_code == 404


def test_another_spelling_inside_a_comparison_leads_to_the_slug(client, three):
    page = client.get("/compare/companies/acme/b olt/")

    assert (page.status_code, page.headers["Location"]) == (301, "/compare/companies/acme/bolt/")


def test_what_a_comparison_of_technologies_does_not_know_is_left_out(client):
    make_technology("Kafka")
    make_technology("RabbitMQ")

    page = client.get("/compare/technologies/kafka/rabbitmq/?as_of=2024&only=shared")

    assert page.status_code == 200
    assert not any("as_of" in link or "only" in link for link in links_of(page, "main"))


def test_an_old_slug_inside_a_comparison_leads_to_the_present_one(client, three):
    rename(three[1], "bolt-and-sons")

    page = client.get("/compare/companies/acme/bolt/core/?as_of=2024&only=shared")

    assert page.status_code == 301
    assert page.headers["Location"] == "/compare/companies/acme/bolt-and-sons/core/?as_of=2024&only=shared"


def test_an_old_slug_of_a_company_that_is_there_already_leaves_it_once(client, three):
    rename(three[1], "bolt-and-sons")

    page = client.get("/compare/companies/acme/bolt/bolt-and-sons/?as_of=2024")

    assert page.status_code == 301
    assert page.headers["Location"] == "/compare/companies/acme/bolt-and-sons/?as_of=2024"


def test_the_old_and_the_new_slug_of_one_company_are_one(client, three):
    rename(three[0], "acme-corporation")

    page = client.get("/compare/companies/acme/acme-corporation/")

    assert page.status_code == 400
    assert "One company alone cannot be compared: choose at least one more." in page.context["problems"]


def test_six_companies_are_compared_in_the_order_asked_for(client):
    names = ["Fox", "Elk", "Dog", "Cat", "Bee", "Ant"]
    brokers = make_category()
    for name in names:
        make_usage(make_company(name), make_technology(category=brokers))

    page = client.get("/compare/companies/fox/elk/dog/cat/bee/ant/")

    assert page.status_code == 200
    assert [column.company.name for column in page.context["page"].columns] == names
    assert len(page.context["page"].pairs) + len(page.context["page"].more_pairs) == 15
    assert not page.context["may_add"]


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
    # the cells are kept: the revisions, the companies
    with django_assert_num_queries(2):
        client.get("/compare/companies/acme/bolt/core/?as_of=2024")

    assert sum(column.usages for column in page.context["page"].columns) == 3 * (usages_each + 1)


def test_cells_that_are_kept_are_right_after_every_change(client):
    kafka = make_technology("Kafka")
    usage = make_usage(make_company("Acme"), kafka, purpose="Events")
    make_usage(make_company("Bolt"), make_technology("Other", kafka.category))
    url = "/compare/companies/acme/bolt/"
    client.get(url)

    usage.purpose = "Logs"
    usage.save()
    assert "Logs" in client.get(url).content.decode()

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


def test_technologies_stand_side_by_side_with_who_uses_which(client):
    brokers = make_category("Brokers")
    kafka = make_technology("Kafka", brokers, summary="A log.", licence="Apache-2.0", open_source="yes")
    rabbitmq = make_technology("RabbitMQ", brokers, summary="A queue.")
    both, one = make_company("Both"), make_company("One")
    make_usage(both, kafka, purpose="Events")
    make_usage(both, rabbitmq, purpose="Jobs")
    make_usage(one, kafka, purpose="Logs")
    make_usage(make_company("Gone"), rabbitmq, ended="2020")
    make_usage(make_company("Soon"), rabbitmq, stage="planned")

    page = client.get("/compare/technologies/kafka/rabbitmq/")

    text = text_of(page, "main")
    assert page.status_code == 200
    assert "Companies that use each: Kafka by 2, RabbitMQ by 1. Both uses both." in text
    assert "What it is A log. A queue." in text
    assert "Open source Yes, Apache-2.0 not stated" in text
    assert "In brokers 2 1" in text
    assert [row.company.name for row in page.context["page"].rows] == ["Both", "One"]
    assert "Events" in text
    assert "Jobs" in text


def test_technologies_that_nobody_uses_are_compared_too(client):
    make_technology("Kafka")
    make_technology("RabbitMQ")

    page = client.get("/compare/technologies/kafka/rabbitmq/")

    assert page.status_code == 200
    assert "No company in the catalogue is known to use any of them." in text_of(page)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("kafka/", 400),
        ("kafka/kafka/", 400),
        ("a/b/c/d/e/f/g/", 400),
        ("kafka/nothing/", 404),
        ("kafka/%00/", 404),
    ],
)
def test_technologies_that_cannot_be_compared_are_refused(client, path, status):
    make_technology("Kafka")
    make_technology("RabbitMQ")

    page = client.get(f"/compare/technologies/{path}")

    assert page.status_code == status
    assert links_of(page, "main")


def test_an_old_slug_of_a_technology_leads_to_the_present_comparison(client):
    kafka = make_technology("Kafka")
    make_technology("RabbitMQ")
    rename(kafka, "apache-kafka")

    page = client.get("/compare/technologies/rabbitmq/kafka/")

    assert page.status_code == 301
    assert page.headers["Location"] == "/compare/technologies/rabbitmq/apache-kafka/"


@pytest.mark.parametrize("rows", [1, 30])
def test_a_comparison_of_technologies_costs_the_same_however_many_use_them(client, rows, django_assert_num_queries):
    with curating():
        brokers = make_category()
        technologies = [make_technology(name, brokers) for name in ("Kafka", "RabbitMQ")]
        for _ in range(rows):
            company = make_company()
            for technology in technologies:
                make_usage(company, technology, via=make_technology(category=brokers))

    # the revisions, the technologies, the companies, their usages, the evidence of those, what else they run,
    # what is a form of what, the relations, the moves, the newest edition; what is held of all companies (five, the
    # first time in a process)
    with django_assert_num_queries(10 + 5):
        page = client.get("/compare/technologies/kafka/rabbitmq/")

    assert len(page.context["page"].rows) == rows


def test_of_many_moves_between_technologies_the_newest_are_told_and_where_all_are(client, monkeypatch):
    monkeypatch.setattr("stacks.pages.compare.technologies_view.MOVES", 2)
    monkeypatch.setattr("stacks.pages.compare.views.MOVES", 2)
    kafka, redis = make_technology("Kafka"), make_technology("Redis")
    for n in range(2):
        make_migration(make_company(f"Company {n}"), kafka, redis)
    whole = client.get("/compare/technologies/kafka/redis/")
    with curating():
        make_migration(make_company("Company 2"), redis, kafka)
        make_migration(make_company("Company 3"), kafka, make_technology("Pulsar"))

    page = client.get("/compare/technologies/kafka/redis/")

    assert (len(whole.context["page"].moves), whole.context["page"].more_moves) == (2, "")
    assert [move.company.name for move in page.context["page"].moves] == ["Company 2", "Company 1"]
    (address,) = [link for link in links_of(page, "main") if link.startswith("/migrations/?from")]
    moves = client.get(address).context["migrations"]
    assert {move.company.name for move in moves} == {"Company 0", "Company 1", "Company 2"}


def test_technologies_tell_their_relations_and_who_moved_between_them(client):
    brokers = make_category("Brokers")
    kafka, msk = make_technology("Kafka", brokers), make_technology("MSK", brokers)
    make_relation(msk, "managed_form_of", kafka)
    make_relation(msk, "part_of", make_technology("Hidden", state="draft"))
    make_migration(make_company("Acme"), kafka, msk, reason="Nobody to run it.")
    make_migration(make_company("Drafty", state="draft"), kafka, msk, reason="A secret.")

    text = text_of(client.get("/compare/technologies/kafka/msk/"), "main")

    assert "Managed form of Kafka" in text
    assert "Kafka ≈ MSK" in text
    assert "Nobody to run it." in text
    assert "Hidden" not in text
    assert "secret" not in text


def test_a_redirect_to_what_is_not_public_leads_nowhere(client):
    make_company("Acme")
    make_company("Hidden", state="draft")
    Redirect.objects.create(kind="company", old_slug="was-hidden", new_slug="hidden")

    assert client.get("/companies/was-hidden/").status_code == 404
    assert client.get("/compare/companies/acme/was-hidden/").status_code == 404


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

    view = page.context["page"]
    assert [column.usages for column in view.columns] == [120] * 6
    assert view.detail == "names"
    assert [group.names for group in view.groups] == [
        "All six",
        "Five of them",
        "Four of them",
        "Three of them",
        "Two of them",
    ][-len(view.groups) :]
    assert all(len(group.technologies) <= 12 for group in (*view.groups, *view.unique))
    assert len(view.pairs) == 3
    assert len(view.more_pairs) == 12


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
    assert before.context["page"].notes == []


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

    assert page.context["page"].detail == detail
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

    common = [(c.category, [link.name for link in c.technologies], c.words) for c in page.context["page"].common]
    assert common == [("Alike", ["Go"], "3 of 3"), ("Crossing", ["Python"], "2 of 3")]


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


def test_a_comparison_of_technologies_says_what_an_edited_usage_says_now(client):
    kafka, rabbitmq = make_technology("Kafka"), make_technology("RabbitMQ")
    usage = make_usage(make_company("Acme"), kafka, purpose="Logs")
    other = make_usage(make_company("Bolt"), rabbitmq, purpose="Mails")
    address = "/compare/technologies/kafka/rabbitmq/"
    assert "<b>Logs</b>" in client.get(address).content.decode()

    usage.purpose = "Metrics"
    usage.save()
    other.company.name = "Bolt & Sons"
    other.company.save()

    page = client.get(address).content.decode()
    assert "<b>Metrics</b>" in page
    assert "<b>Logs</b>" not in page
    assert "<b>Mails</b>" in page
    assert "<bdi>Bolt &amp; Sons</bdi>" in page


def test_a_comparison_of_technologies_keeps_what_opens_for_each_company(client):
    kafka, rabbitmq = make_technology("Kafka"), make_technology("RabbitMQ")
    acme = make_company("Acme")
    make_usage(acme, kafka, purpose="Logs")
    make_usage(acme, rabbitmq, purpose="<i>Mails</i>")
    make_usage(acme, make_technology("NATS"), purpose="Pings")

    for others, told in (("kafka/rabbitmq", ("Logs", "&lt;i&gt;Mails&lt;/i&gt;")), ("kafka/nats", ("Logs", "Pings"))):
        page = client.get(f"/compare/technologies/{others}/").content.decode()
        assert re.findall(r'class="what">\s*<b>(.*?)</b>', page) == list(told)


def test_a_comparison_of_technologies_stays_below_200_kb_however_much_is_told(client):
    with curating():
        brokers = make_category()
        technologies = [make_technology(name, brokers) for name in ("Kafka", "RabbitMQ")]
        for _ in range(12):
            company = make_company()
            for technology in technologies:
                make_usage(company, technology, remarks="Why & how. " * 900)

    page = client.get("/compare/technologies/kafka/rabbitmq/")

    shown = len(page.context["page"].rows)
    assert 2 < shown < 12
    assert len(page.content) < 200_000
    assert f"The first {shown}; {12 - shown} more companies" in text_of(page)
