import pytest

from stacks.curating import curating
from stacks.models import State
from tests.factories import make_company, make_evidence, make_migration, make_source, make_technology, make_usage
from tests.pages.reading import links_of, text_of


@pytest.fixture(autouse=True)
def _stale(settings):
    settings.STALE_YEARS = 5


def figures(client):
    return {view.what: (view.count, view.of) for view in client.get("/about/").context["figures"]}


def test_how_well_the_catalogue_is_founded_is_counted_live(client):
    acme = make_company("Acme")
    make_usage(acme, source=make_source(published_on="2024-05", company=acme))
    make_usage(acme, source=make_source(published_on="2012"))
    twice = make_usage(acme, source=False)
    blog = make_source(published_on="2023")
    make_evidence(usage=twice, source=blog)
    make_evidence(usage=twice, source=blog, edition_on="2024")
    undated = make_usage(acme, source=make_source(published_on=""))
    make_evidence(usage=undated, source=make_source(published_on=""), verified_on="2026-11-01")
    make_usage(acme, ended="2020")
    make_technology("Nobody uses it")
    make_migration(acme)

    found = figures(client)

    assert found["Usages"] == (4, None)
    assert found["Dated usages"] == (3, 4)
    assert found["Usages whose date is not stated"] == (1, 4)
    assert found["Verified usages"] == (1, 4)
    assert found["Old usages"] == (1, 4)
    assert found["Single-sourced usages"] == (3, 4)
    assert found["Technologies in use"] == (4, 7)
    assert found["Companies"] == (1, None)
    assert found["Migrations"] == (1, None)
    assert found["First-party sources"][0] >= 1

    make_usage(acme)
    assert figures(client)["Usages"] == (5, None)


def test_a_source_that_contradicts_is_no_second_one_and_verifies_nothing(client):
    usage = make_usage()
    make_evidence(usage=usage, source=make_source(), stance="contradicts", verified_on="2026-11-01")

    found = figures(client)

    assert found["Single-sourced usages"] == (1, 1)
    assert found["Verified usages"] == (0, 1)


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_what_is_not_public_is_not_counted(client, state):
    acme = make_company("Acme", usages=1)
    before = figures(client)

    make_usage(acme, make_technology("Whisper", state=State.DRAFT), state=state)
    make_company("Whisper", state=state)
    make_migration(acme, to_technology=make_technology("Quiet", state=State.DRAFT), state=state)

    assert figures(client) == before


def test_it_says_how_a_fact_gets_in_and_how_a_company_objects(client, settings):
    settings.CORRECTIONS_URL = "https://example.org/issues?page={page}"
    make_company("Acme")

    text = text_of(client.get("/about/"), "main")

    for words in ("First party", "Verified", "A company objects", "No person is named", "CC BY 4.0"):
        assert words in text
    assert [link for link in links_of(client.get("/about/"), "correct") if link.startswith("https://example.org/")]


def test_without_an_address_for_corrections_it_says_whom_to_tell(client, settings):
    settings.CORRECTIONS_URL = ""
    make_company("Acme")

    assert "tell whoever runs it" in text_of(client.get("/about/"), "correct")


def test_every_page_leads_there(client):
    make_company("Acme")

    for address in ("/", "/companies/", "/companies/acme/", "/changes/", "/nothing/", "/companies/?uses=nothing"):
        assert "/about/" in links_of(client.get(address)), address


@pytest.mark.parametrize("rows", [1, 30])
def test_it_costs_the_same_however_much_there_is(client, rows, django_assert_num_queries):
    with curating():
        for _ in range(rows):
            make_migration(make_company(usages=1))

    # the revision, the newest edition; companies, technologies, usages, migrations, sources and those in own words,
    # what is verified, what rests on one source, when each was last said; finished audits
    with django_assert_num_queries(12):
        client.get("/about/")

    # the next visitor: the revision
    with django_assert_num_queries(1):
        client.get("/about/")
