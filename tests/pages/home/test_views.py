import pytest

from stacks.curating import curating
from stacks.models import State
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
from tests.pages.reading import links_of, text_of


@pytest.fixture
@curating()
def three():
    """Three companies whose comparison has one row of each agreement."""
    data = make_area("Data")
    rows = [make_category(name, parent=data) for name in ("Same", "Overlap", "Family", "Different", "Single")]
    companies = [make_company(name, industry="Payments") for name in ("Acme", "Bolt", "Core")]
    acme, bolt, core = companies
    used = {name: make_technology(name, rows[0]) for name in ("Kafka", "NATS", "Redis", "Valkey", "Go", "Rust", "Vim")}
    make_relation(used["Valkey"], "fork_of", used["Redis"])
    for company in companies:
        make_usage(company, used["Kafka"], rows[0])
        make_usage(company, used["Kafka"], rows[1])
    make_usage(acme, used["NATS"], rows[1])
    make_usage(acme, used["Redis"], rows[2], purpose="Sessions", source=make_source(published_on="2024-05"))
    make_usage(bolt, used["Valkey"], rows[2], purpose="Locks")
    make_usage(acme, used["Go"], rows[3])
    make_usage(core, used["Rust"], rows[3])
    make_usage(bolt, used["Vim"], rows[4])
    return companies


def test_the_front_page_says_what_this_is_and_how_much_there_is(client):
    kafka = make_technology("Kafka", make_category("Brokers", parent=make_area("Data")))
    make_usage(make_company("Acme"), kafka)
    make_usage(make_company("Bolt"), kafka)
    make_usage(make_company("Core"), kafka, ended="2020")

    page = client.get("/")

    assert page.status_code == 200
    text = text_of(page, "main")
    assert "Which company runs what, for what, and who says so" in text
    assert "3 companies, 1 technology, 2 usages in use from 3 sources." in text
    assert "Data 1 in use of 1 technology" in text
    assert '<form role="search" action="/search/"' in page.content.decode()


def test_the_first_screen_is_a_comparison_in_which_every_agreement_occurs_and_a_blank(client, three):
    page = client.get("/")

    sample = page.context["front"].sample
    assert [row.agreement for row in sample.rows] == ["same", "overlap", "family", "different", "single"]
    assert next(cell.blank.text for row in sample.rows for cell in row.cells if cell.blank) == "Nobody has looked"
    assert sample.url == "/compare/companies/acme/bolt/core/"
    assert client.get(sample.url).status_code == 200
    text = text_of(page, "main")
    assert "Acme Payments, 5 usages, last said 2024-05" in text
    assert "5 of 5 rows" in text
    assert "1 in one company only" in text


def test_one_row_is_told_in_full_and_the_others_are_not(client, three):
    sample = client.get("/").context["front"].sample

    told = {row.agreement: [u.purpose for c in row.cells for u in c.uses if u.purpose] for row in sample.rows}
    assert told == {"same": [], "overlap": [], "family": ["Sessions", "Locks"], "different": [], "single": []}
    assert "Source, 2024-05" in text_of(client.get("/"), "main")


def test_seven_rows_are_those_that_most_companies_document(client, three):
    area = make_area("Web")
    with curating():
        categories = [make_category(f"Row {n}", parent=area) for n in range(9)]
        vue = make_technology("Vue")
        for n, category in enumerate(categories):
            for company in three:
                make_usage(company, vue, category)
            for _ in range(n):
                make_usage(make_company(), vue, category)

    names = [row.category.name for row in client.get("/").context["front"].sample.rows]

    assert len(names) == 7
    assert names[:3] == ["Row 8", "Row 7", "Row 6"]
    assert {"Overlap", "Family", "Different", "Single"} <= set(names)


def test_a_cell_of_the_first_screen_names_two_technologies_and_says_how_many_more(client, three):
    row = make_category("Many")
    for n in range(4):
        make_usage(three[0], make_technology(f"Tool {n}"), row)
    make_usage(three[1], make_technology("Other tool"), row)

    sample = client.get("/").context["front"].sample

    cell = next(row for row in sample.rows if row.category.name == "Many").cells[0]
    assert (len(cell.uses), cell.more) == (2, 2)


def test_with_fewer_than_three_documented_companies_there_is_a_list_instead(client, three):
    make_company("Bare")
    three[2].state = State.DRAFT
    three[2].save()

    page = client.get("/")

    assert page.context["front"].sample is None
    assert [link.name for link, _ in page.context["front"].best] == ["Acme", "Bolt", "Bare"]
    assert "Companies Acme 5 usages Bolt 4 usages Bare 0 usages" in text_of(page, "main")


def test_a_look_that_found_nothing_is_said_on_the_first_screen(client, three):
    different = make_usage(three[0]).category
    make_usage(three[1], category=different)
    make_coverage(three[2], different, outcome="nothing_found", looked_on="2026-11")

    assert "Looked, nothing found (2026-11)" in text_of(client.get("/"), "main")


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_the_front_page_shows_nothing_that_is_not_public(client, three, state):
    whisper = make_technology("Whisper", state=State.DRAFT)
    for company in three:
        make_usage(company, whisper)
        make_usage(company, make_technology(), purpose="Whisper", state=state)
    make_usage(make_company("Whisper Inc", state=state))
    make_migration(three[0], whisper, make_technology("Kubernetes"))

    assert "Whisper" not in client.get("/").content.decode()


def test_side_by_side_are_technologies_of_one_role_never_two_forms_of_the_same(client):
    brokers = make_category("Brokers")
    kafka, redpanda, nats = (make_technology(name, brokers) for name in ("Kafka", "Redpanda", "NATS"))
    make_relation(redpanda, "compatible_with", kafka)
    for technology, users in ((kafka, 3), (redpanda, 2), (nats, 1)):
        for _ in range(users):
            make_usage(make_company(), technology)

    ready = client.get("/").context["front"].ready

    assert [(link.name, words) for link, words in ready] == [("Kafka and NATS", "Brokers")]
    assert client.get(ready[0][0].url).status_code == 200


def test_the_newest_move_of_each_company_is_told_and_leads_to_its_reason(client):
    acme, bolt = make_company("Acme"), make_company("Bolt")
    make_migration(acme, make_technology("Old"), make_technology("New"), ended="2019")
    moved = make_migration(acme, make_technology("RabbitMQ"), make_technology("Kafka"), source=make_source())
    make_migration(bolt, None, make_technology("Valkey"), source=make_source(published_on=""))

    page = client.get("/")

    assert [move.words for move in page.context["front"].moves] == [
        "Bolt, not stated to Valkey, date not stated",
        "Acme, RabbitMQ to Kafka, by 2020-05-01",
    ]
    assert f"/migrations/?company=acme#migration-{moved.uid}" in links_of(page, "main")


def test_questions_have_their_answer_as_a_number(client):
    k8s = make_technology("Kubernetes")
    for name in ("Acme", "Bolt"):
        make_migration(make_company(name), k8s, make_technology())

    (question, answer), *_ = client.get("/").context["front"].questions

    assert (question.name, answer) == ("Who left Kubernetes?", "2 companies")
    assert len(client.get(question.url).context["migrations"]) == 2


def test_one_form_takes_companies_or_technologies(client, three):
    page = client.get("/")

    assert '<form class="pick" action="/compare/companies/">' in page.content.decode()
    assert {"Acme", "Kafka"} <= set(page.context["offered"])
    picked = client.get("/compare/companies/", {"company": ["Kafka", "NATS", ""]}, follow=True)
    assert picked.request["PATH_INFO"] == "/compare/technologies/kafka/nats/"


def test_areas_are_counted_alike_wherever_they_are_listed(client):
    data, web = make_area("Data"), make_area("Web")
    stores, brokers = make_category("Stores", parent=data), make_category("Brokers", parent=data)
    redis = make_technology("Redis", stores)
    make_technology("Unused", stores)
    make_technology("Whisper", stores, state=State.DRAFT)
    make_usage(make_company(), redis, brokers)
    make_usage(make_company(), redis, make_category("Sockets", parent=web))

    home = {area.link.name: (area.used, area.total) for area, _ in client.get("/").context["front"].areas}
    listed = {s.counted.name: (s.counted.used, s.counted.total) for s in client.get("/technologies/").context["steps"]}
    areas = {one.area.name: (one.count.used, one.count.total) for one in client.get("/categories/").context["areas"]}

    assert home == areas == {"Data": (1, 2), "Web": (0, 0)}
    assert listed == {"Data": (1, 2)}


def test_the_front_page_follows_each_change_at_once(client):
    company = make_company("Acme")
    assert "1 company, 0 technologies" in text_of(client.get("/"))

    company.name = "Acme Corporation"
    company.save()
    make_company("Bolt")

    page = client.get("/")
    assert "2 companies, 0 technologies" in text_of(page)
    assert "Acme Corporation" in text_of(page, "main")


@pytest.mark.parametrize("rows", [1, 30])
def test_the_front_page_costs_the_same_however_much_there_is(client, three, rows, django_assert_num_queries):
    with curating():
        for _ in range(rows):
            make_migration(make_company(usages=1), make_technology(), make_technology())

    # the revision, the relations, the newest edition; the number of sources, whether it is of that revision; what is
    # used by role; the numbers of companies, technologies and usages; for the comparison the companies, usages,
    # evidence, blanks and how many document each category; what was left, the best documented companies, the most
    # used technologies, the newest moves, these in full, their evidence, the areas; the companies and the
    # technologies to pick
    with django_assert_num_queries(23):
        page = client.get("/")

    assert page.context["front"].companies == rows + 3

    # the next visitor of this revision: the revision
    with django_assert_num_queries(1):
        client.get("/")
