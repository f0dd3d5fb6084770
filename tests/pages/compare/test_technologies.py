"""Comparisons of technologies: from the rows to the page."""

import re

import pytest

from stacks.curating import curating
from stacks.models import State
from tests.factories import (
    make_category,
    make_company,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)
from tests.pages.reading import links_of, text_of


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


@pytest.mark.parametrize("rows", [1, 30])
def test_a_comparison_of_technologies_costs_the_same_however_many_use_them(client, rows, django_assert_num_queries):
    with curating():
        brokers = make_category()
        technologies = [make_technology(name, brokers) for name in ("Kafka", "RabbitMQ")]
        for _ in range(5):  # of few all would be read anew
            make_company()
        for _ in range(rows):
            company = make_company()
            for technology in technologies:
                make_usage(company, technology, via=make_technology(category=brokers))

    # the revisions, the technologies, the usages, the evidence of those, what else the companies run, what is a form of
    # what, the relations, the moves, the newest edition; what is held of all companies (five, the first time in a
    # process)
    with django_assert_num_queries(9 + 5):
        page = client.get("/compare/technologies/kafka/rabbitmq/")
    assert len(page.context["page"].rows) == rows

    company.summary = "Another."
    company.save()
    # the revisions, the technologies, the usages of the company, their evidence and what else it runs, the relations,
    # the moves, the newest edition; what is held of the companies that changed (five)
    with django_assert_num_queries(8 + 5):
        client.get("/compare/technologies/kafka/rabbitmq/")


def test_of_technologies_compared_it_is_told_how_they_are_used_and_what_with(client):
    one, beside = make_technology("One"), make_technology("Beside")
    make_technology("Other")
    company = make_company()
    make_usage(company, one, hosting="managed", source=make_source(published_on="2018"))
    make_usage(make_company(), one, stage="retiring", source=make_source(published_on="2024-05"))
    make_usage(company, beside)
    make_usage(company, make_technology(state=State.DRAFT))

    column, other = client.get("/compare/technologies/one/other/").context["page"].columns

    assert (column.hosting, column.stages) == ("Managed (1), Not stated (1)", "Retiring (1)")
    assert column.evidence == "2018 to 2024-05"
    assert [(link.name, n) for link, n in column.companions] == [("Beside", 1)]
    assert (other.hosting, other.stages, other.evidence, other.companions) == ("", "", "", [])


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
