"""Who says it and when, as the pages tell it."""

import pytest

from stacks.curating import curating
from tests.factories import make_company, make_evidence, make_source, make_technology, make_usage
from tests.pages.reading import links_of, text_of


@pytest.fixture
def django():
    """Fam tells of its own Django in four sentences, and of another company's in one."""
    with curating():
        fam, disqus, technology = make_company("Fam"), make_company("Disqus"), make_technology("Django")
        story = make_source(
            title="Story", publisher="Fam", company=fam, updated_on="2025-11", published_on="2021-06-03"
        )
        usage = make_usage(fam, technology, source=False)
        for quote in ("One - two, three & four.", "Five.", "Six."):
            make_evidence(story, usage=usage, quote=quote)
        make_evidence(story, usage=usage, edition_on="2021-06-03", stage="trial", technology_version="3.2")
        make_usage(disqus, technology, source=story)
    return technology


@pytest.mark.parametrize("address", ["/technologies/django/", "/compare/companies/disqus/fam/"])
def test_sources_are_counted_once_and_first_party_is_the_company_spoken_of(client, django, address):
    told = text_of(client.get(address), "main")

    assert "Django: 1 source, first party, newest 2025-11 [1] 2025" in told
    assert "Django: 1 source, third party, newest 2025-11 [1] 2025, third party" in told
    assert "Story, Fam (first party, 2021-06-03, trial, version 3.2)" in told
    assert "Story, Fam (third party, 2025-11)" in told


def test_a_link_to_a_source_opens_at_the_quoted_sentence(client, django):
    links = links_of(client.get("/companies/fam/"), "stack")

    assert [link.partition("#")[2] for link in links if "source.example" in link] == [
        ":~:text=Five.",
        ":~:text=One%20%2D%20two%2C%20three%20%26%20four.",
        ":~:text=Six.",
        "",
    ]


def test_a_source_stands_behind_a_usage_once(client, django):
    row = text_of(client.get("/companies/fam/"), "evidence")

    assert row.endswith("Story Fam first party 2025-11 1 0")


@pytest.fixture
def acme():
    with curating():
        company = make_company("Acme")
        gone = make_usage(company, make_technology("Cassandra"), stage="retired", source=False)
        for date, stage in (("2015", "trial"), ("2017", ""), ("2023-03", "retired")):
            make_evidence(make_source(published_on=date, company=company), usage=gone, stage=stage)
        make_usage(company, make_technology("Varnish"), source=make_source(published_on="2016"))
        make_usage(company, make_technology("Nginx"), source=make_source(published_on=""))
        make_usage(make_company("Bolt"), source=make_source(published_on="2024"))
    return company


def test_what_was_last_said_long_ago_says_so(client, acme):
    page = client.get("/companies/acme/")
    compared = client.get("/compare/companies/acme/bolt/")

    assert "Varnish last said 2016" in text_of(page, "stack")
    assert text_of(page).count("last said 2016") == 1
    assert "Varnish last said 2016" in text_of(compared, "main")
    assert "1 usage was last said more than 5 years before the newest edition of the catalogue." in text_of(compared)
    assert "last said 2016 Some purpose" in text_of(client.get("/technologies/varnish/"), "main")
    assert "last said 2016 Some purpose" in text_of(client.get("/compare/technologies/nginx/varnish/"), "main")


def test_a_newer_edition_elsewhere_makes_old_what_is_kept(client, acme):
    make_usage(acme, make_technology("Redis"), source=make_source(published_on="2020"))
    assert "Redis last said" not in text_of(client.get("/compare/companies/acme/bolt/"))

    make_usage(source=make_source(published_on="2026"))

    assert "Redis last said 2020" in text_of(client.get("/compare/companies/acme/bolt/"))


@pytest.mark.parametrize(("as_of", "told"), [("2015", "Cassandra Trial"), ("2018", "Cassandra"), ("2023", "")])
def test_a_day_of_the_past_shows_its_own_stage_and_says_what_it_leaves_out(client, acme, as_of, told):
    client.get("/compare/companies/acme/bolt/")  # the cells are kept as they are today

    stack = text_of(client.get(f"/companies/acme/?as_of={as_of}"), "stack")
    compared = text_of(client.get(f"/compare/companies/acme/bolt/?as_of={as_of}"))

    for text in (stack, compared):
        assert "1 usage is left out: no source says when." in text
        assert "Cassandra Retired" not in text
        assert ("Cassandra" in text) is bool(told)
        assert told in text


def test_what_a_source_calls_retired_without_a_date_is_told_apart_from_a_documented_end(client, acme):
    page = client.get("/companies/acme/changes/?from=2018&to=2024")

    assert text_of(page, "retired").startswith("Called retired 1 A source of this time is the first that says so")
    past = text_of(client.get("/companies/acme/"), "past")
    assert "retired by 2023-03, first mentioned 2015" in past


def test_companies_are_listed_by_when_it_was_last_said(client, acme):
    page = client.get("/companies/?uses=varnish&said_since=2016")

    assert "Acme" in text_of(page, "main")
    assert "Said since: 2016" in text_of(page, "main")
    assert "No company fits" in text_of(client.get("/companies/?uses=varnish&said_since=2017"), "main")
