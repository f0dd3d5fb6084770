import pytest

from stacks.curating import curating
from tests.factories import make_area, make_category, make_company, make_migration, make_technology, make_usage
from tests.pages.reading import links_of, text_of


def test_the_front_page_says_what_this_is_and_how_much_there_is(client):
    kafka = make_technology("Kafka", make_category("Brokers", parent=make_area("Data")))
    make_usage(make_company("Acme"), kafka)
    make_usage(make_company("Bolt"), kafka)
    make_usage(make_company("Core"), kafka, ended="2020")

    page = client.get("/")

    assert page.status_code == 200
    text = text_of(page, "main")
    assert "Which company runs what, for what, and who says so" in text
    assert "3 companies, 1 technology, 2 usages from 3 sources." in text
    assert "Data 1 in use, 1 category" in text
    assert '<form role="search" action="/search/"' in page.content.decode()


def test_ready_comparisons_are_of_the_best_documented_and_work(client):
    brokers = make_category("Brokers")
    kafka, rabbitmq = make_technology("Kafka", brokers), make_technology("RabbitMQ", brokers)
    for name, technologies in {"Acme": [kafka], "Bolt": [kafka, rabbitmq], "Core": [rabbitmq], "Bare": []}.items():
        company = make_company(name)
        for technology in technologies:
            make_usage(company, technology)

    front = client.get("/").context["front"]

    assert [link.name for link, _ in front.ready] == [
        "Bolt, Acme and Core",
        "Bolt and Acme",
        "Bolt and Core",
        "Acme and Core",
    ]
    assert [link.name for link, _ in front.ready_technologies] == ["Kafka and RabbitMQ"]
    for link, _ in (*front.ready, *front.ready_technologies):
        assert client.get(link.url).status_code == 200


def test_the_picker_on_the_front_page_offers_all_companies(client):
    make_company("Acme")
    make_company("Zeta")

    page = client.get("/")

    assert page.context["offered"] == ["Acme", "Zeta"]
    assert '<form class="pick" action="/compare/companies/">' in page.content.decode()


def test_the_front_page_follows_each_change_at_once(client):
    company = make_company("Acme")
    assert "1 company, 0 technologies" in text_of(client.get("/"))

    company.name = "Acme Corporation"
    company.save()
    make_company("Bolt")

    page = client.get("/")
    assert "2 companies, 0 technologies" in text_of(page)
    assert "company changed (aliases, name): Acme Corporation" in text_of(page, "changes")


def test_the_latest_changes_are_told_in_words(client):
    make_migration(make_company("Acme"), make_technology("RabbitMQ"), make_technology("Kafka"))

    changes = text_of(client.get("/"), "changes")

    assert "Acme: migration added: RabbitMQ to Kafka" in changes
    assert "/changes/" in links_of(client.get("/"), "changes")


@pytest.mark.parametrize("rows", [1, 30])
def test_the_front_page_costs_the_same_however_much_there_is(client, rows, django_assert_num_queries):
    with curating():
        for _ in range(rows):
            make_migration(make_company(usages=1), make_technology(), make_technology())

    # the revision, the numbers of companies, technologies, usages and sources, the best documented companies, the most
    # used technologies, the areas, the companies to pick; the changes and, for each kind among them (category,
    # technology, source, company, usage, migration), what is public of it
    with django_assert_num_queries(16):
        page = client.get("/")

    assert len(page.context["offered"]) == rows

    # the next visitor of this revision: the revision, the changes and what they are about
    with django_assert_num_queries(8):
        client.get("/")
