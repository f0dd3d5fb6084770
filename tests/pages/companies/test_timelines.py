import pytest

from stacks.models import State
from tests.factories import (
    make_category,
    make_company,
    make_evidence,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)
from tests.pages.reading import links_of, text_of


@pytest.fixture
def acme():
    company, brokers = make_company("Acme"), make_category("Brokers")
    told = make_source(published_on="2020-05-01")
    make_usage(company, make_technology("Kafka", brokers), source=told, started="2019")
    make_usage(company, make_technology("RabbitMQ", brokers), source=told, started="2015", ended="2019")
    make_usage(company, make_technology("Redis", brokers), source=told)
    make_migration(company, make_technology("Storm"), make_technology("Flink"), source=told, ended="2018")
    return company


def test_a_company_draws_its_time_and_says_the_same_as_a_table(client, acme):
    page = client.get("/companies/acme/")

    told = text_of(page, "timeline")
    assert "2015 to 2020-05-01, the newest date known." in told
    assert "A start or an end is stated for 2 of 3 usages and 1 of 1 migration." in told
    assert "1 usage first mentioned in 2020-05-01" in told
    table = told.partition("The same as a table")[2]
    assert "RabbitMQ Brokers In use 2015 to 2019 Storm → to Flink Migration" in table
    assert "Kafka Brokers In use since 2019" in table
    assert "#timeline" in links_of(page)


def test_each_line_of_the_table_leads_to_its_evidence(client, acme):
    page = client.get("/companies/acme/")

    anchors = {usage.get_absolute_url() for usage in acme.usages.exclude(started="")}
    migration = acme.migrations.get()
    assert set(links_of(page, "timeline")) == {*anchors, f"/companies/acme/#migration-{migration.uid}"}


def test_as_of_a_date_the_whole_time_is_drawn_with_the_date_in_it(client, acme):
    page = client.get("/companies/acme/?as_of=2017")

    assert page.context["timeline"].picture.dated == 2
    assert "as of 2017" in text_of(page, "timeline")
    assert client.get("/companies/acme/?as_of=1999").context["timeline"].picture.as_of is None


def test_the_dates_of_the_story_are_editions_too(client, acme):
    make_evidence(make_source(published_on="2023-11"), company=acme)

    assert client.get("/companies/acme/").context["timeline"].picture.last == "2023-11"


def test_a_company_of_one_edition_has_no_timeline(client):
    make_usage(make_company("Acme"))

    page = client.get("/companies/acme/")

    assert page.context["timeline"] is None
    assert "#timeline" not in page.content.decode()


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_what_is_not_public_is_not_drawn(client, acme, state):
    before = client.get("/companies/acme/").context["timeline"]
    late = make_source(published_on="2024")
    make_usage(acme, make_technology("Whisper"), source=late, state=state, started="2001")
    make_usage(acme, make_technology("Hush whisper", state=state), source=late, started="2001")
    make_migration(acme, None, make_technology("Whisperer"), source=late, state=state, ended="2022")
    hush = make_technology("Low whisper", state=state)
    make_migration(acme, hush, make_technology("Loud"), source=late, ended="2022")

    page = client.get("/companies/acme/")

    assert page.context["timeline"] == before
    assert "whisper" not in page.content.decode().lower()
