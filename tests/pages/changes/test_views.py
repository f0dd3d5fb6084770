import pytest

from stacks.curating import curating
from stacks.models import State
from tests.factories import (
    make_category,
    make_company,
    make_coverage,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)
from tests.pages.reading import link_to, links_of, text_of


def lines(client):
    return [(line.text, [link.name for link in line.objects]) for line in client.get("/changes/").context["lines"]]


def test_changes_are_told_newest_first_under_their_numbers(client):
    company = make_company("Acme")
    company.summary = "Sells anvils."
    company.save()

    page = client.get("/changes/")

    assert page.status_code == 200
    assert [(line.last, line.text) for line in page.context["lines"]] == [
        (2, "company changed (summary):"),
        (1, "company added:"),
    ]
    assert "/companies/acme/" in links_of(page, "main")


def test_what_was_written_together_is_told_as_one_line(client):
    acme, category, source = make_company("Acme"), make_category(), make_source()
    technologies = [make_technology(name, category) for name in ("A", "B", "C", "D", "E")]
    with curating():
        for technology in technologies:
            make_usage(acme, technology, source=source)

    line = client.get("/changes/").context["lines"][0]

    assert line.text == "5 usages added:"
    assert line.about.name == "Acme"
    assert len(line.objects) == 4
    assert line.more == 1
    assert line.last - line.first == 4


def test_every_kind_of_change_can_be_told(client):
    acme = make_company("Acme")
    kafka = make_technology("Kafka", make_category("Brokers"))
    make_usage(acme, kafka, source=make_source(title="The story"))
    make_migration(acme, None, kafka)
    make_coverage(acme, make_category("Caches"))
    kafka.slug = "apache-kafka"
    kafka.save()

    told = lines(client)

    for line in (
        ("usage added:", ["Kafka"]),
        ("migration added:", ["not stated to Kafka"]),
        ("source added:", ["The story"]),
        ("blank added:", ["Caches"]),
        ("technology “kafka” is now", ["Kafka"]),
    ):
        assert line in told


def test_a_withdrawal_is_told_without_naming_what_was_withdrawn(client):
    usage = make_usage(make_company("Acme"), make_technology("Kafka"), source=make_source(title="The story"))
    usage.state = State.RETRACTED
    usage.save()

    text = text_of(client.get("/changes/"), "main")

    assert "usage withdrawn" in text
    assert "usage added, since withdrawn" in text
    assert "The story" not in text
    assert "Acme: usage" not in text


def test_pages_of_changes_hold_each_number_once_forwards_and_back(client, monkeypatch):
    monkeypatch.setattr("stacks.pages.changes.views.PAGE", 3)
    for _ in range(8):
        make_company()

    def walk(address, rel):
        seen = []
        while address:
            page = client.get("/changes/" + address)
            seen.append([line.last for line in page.context["lines"]])
            last, address = address, link_to(page, rel)
        return seen, last

    ahead, last = walk("?cursor=", "next")
    back, _ = walk(last, "prev")

    assert ahead == [[8, 7, 6], [5, 4, 3], [2, 1]]
    assert back == ahead[::-1]


@pytest.mark.parametrize(
    "query", ["cursor=junk", "cursor=W10", "cursor=WzAsIngiXQ", "cursor=%00", "cursor=" + "x" * 1001]
)
def test_a_bad_query_of_the_changes_is_refused(client, query):
    make_company()

    page = client.get(f"/changes/?{query}")

    assert page.status_code == 400
    assert page.context["problems"]
    assert "/changes/" in links_of(page, "main")


@pytest.mark.parametrize("rows", [1, 30])
def test_changes_cost_the_same_however_many(client, rows, monkeypatch, django_assert_num_queries):
    with curating():
        for _ in range(rows):
            company = make_company(usages=1)
            make_migration(company, make_technology(), make_technology())
            make_coverage(company)
    monkeypatch.setattr("stacks.pages.changes.views.PAGE", 2000)  # all kinds on one page

    # the changes, what is public of each of the seven kinds, the revision
    with django_assert_num_queries(9):
        client.get("/changes/")


def test_a_source_in_the_words_of_a_draft_does_not_name_it(client):
    hidden = make_company("Hidden", state="draft")
    make_usage(make_company("Acme"), source=make_source(title="Their talk", company=hidden))

    page = client.get("/changes/")

    assert "Their talk" in text_of(page, "main")
    assert "Hidden" not in text_of(page)
