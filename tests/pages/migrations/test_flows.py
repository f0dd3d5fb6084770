import pytest

from stacks.curating import curating
from stacks.models import State
from tests.factories import make_category, make_company, make_migration, make_technology
from tests.pages.reading import links_of, text_of


def drawn(page):
    """(from, to, companies) of each band."""
    return sorted(
        (flow.before.name if flow.before else "", flow.after.name, len(flow.companies))
        for flow in (band.flow for band in page.context["flows"].picture.bands)
    )


@pytest.fixture
def moves():
    """Two companies that left MySQL, one of which moved on."""
    with curating():
        databases = make_category("Databases")
        mysql, vitess, postgresql = (make_technology(name, databases) for name in ("MySQL", "Vitess", "PostgreSQL"))
        acme, bolt = make_company("Acme"), make_company("Bolt")
        return [
            make_migration(acme, mysql, vitess),
            make_migration(bolt, mysql, vitess),
            make_migration(acme, vitess, postgresql, stage="under_way"),
        ]


def test_the_moves_are_drawn_by_technology_with_their_companies(client, moves):
    page = client.get("/migrations/")

    assert drawn(page) == [("MySQL", "Vitess", 2), ("Vitess", "PostgreSQL", 1)]
    told = text_of(page, "flows")
    assert "3 moves of 2 companies between 3 technologies." in told
    assert "Dashed: planned or under way." in told
    assert "<title>MySQL → Vitess: Acme, Bolt</title>" in page.content.decode()


def test_a_company_that_moved_on_is_told_in_words(client, moves):
    page = client.get("/migrations/")

    assert "Moved on: Acme: MySQL → to Vitess → to PostgreSQL" in text_of(page, "flows")
    assert {"/companies/acme/", "/technologies/vitess/"} <= set(links_of(page, "flows"))


def test_the_picture_is_of_what_the_filters_leave_on_every_page(client, moves, monkeypatch):
    monkeypatch.setattr("stacks.pages.migrations.views.PAGE", 1)

    assert drawn(client.get("/migrations/")) == [("MySQL", "Vitess", 2), ("Vitess", "PostgreSQL", 1)]
    assert drawn(client.get("/migrations/?company=acme")) == [("MySQL", "Vitess", 1), ("Vitess", "PostgreSQL", 1)]


def test_one_move_alone_and_further_pages_have_no_picture(client, moves, monkeypatch):
    monkeypatch.setattr("stacks.pages.migrations.views.PAGE", 2)
    further = client.get("/migrations/").context["next"]

    assert client.get(f"/migrations/{further}").context["flows"] is None
    assert client.get("/migrations/?company=bolt").context["flows"] is None
    assert text_of(client.get("/migrations/?company=bolt"), "flows") == ""


def test_many_flows_are_not_all_drawn_and_lead_to_their_categories(client):
    with curating():
        company = make_company("Acme")
        for category in (make_category("Databases"), make_category("Queues")):
            for _ in range(25):
                make_migration(company, make_technology(), make_technology(category=category))

    page = client.get("/migrations/?company=acme")

    flows = page.context["flows"]
    assert len(flows.picture.bands) <= 40
    assert f"{len(flows.picture.bands)} strongest of 50 flows; the others are of one company each." in flows.sentence
    closer = [link for link in links_of(page, "flows") if "category=" in link]
    assert closer == ["?company=acme&category=databases", "?company=acme&category=queues"]
    assert client.get(f"/migrations/{closer[0]}").context["flows"].closer == []


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_what_is_not_public_is_not_drawn(client, moves, state):
    company, technology = make_company("Whisper", state=state), make_technology("Whisper", state=state)
    make_migration(make_company("Core"), make_technology("Whisper one"), make_technology("Whisper two"), state=state)
    make_migration(company, moves[0].from_technology, moves[0].to_technology)
    make_migration(make_company("Dusk"), technology, moves[0].to_technology)
    make_migration(make_company("Echo"), moves[0].from_technology, technology)

    page = client.get("/migrations/")

    assert drawn(page) == [("MySQL", "Vitess", 2), ("Vitess", "PostgreSQL", 1)]
    assert "whisper" not in page.content.decode().lower()


def test_names_and_bands_lead_to_their_moves_beside_what_is_asked_for(client, moves):
    flows = client.get("/migrations/").context["flows"]

    def found(url):
        page = client.get(f"/migrations/{url}".removesuffix("#moves"))
        assert 'id="moves"' in page.content.decode()
        return sorted((move.company.name, move.after.name) for move in page.context["migrations"])

    ends = {node.technology.slug: url for node, url in (*flows.befores, *flows.afters)}
    assert found(ends["mysql"]) == [("Acme", "Vitess"), ("Bolt", "Vitess")]
    assert found(ends["postgresql"]) == [("Acme", "PostgreSQL")]
    assert [found(url) for _, url in flows.bands] == [
        [(company.name, band.flow.after.name) for company in band.flow.companies] for band, _ in flows.bands
    ]
    assert all(url in links_of(client.get("/migrations/"), "flows") for _, url in flows.bands)
    of_acme = client.get("/migrations/?company=acme").context["flows"]
    assert all("company=acme" in url for _, url in of_acme.bands)


def test_an_end_that_no_source_names_leads_nowhere_and_its_band_to_what_was_chosen(client):
    with curating():
        for name in ("Acme", "Bolt"):
            make_migration(make_company(name), None, make_technology(f"{name}DB"))

    flows = client.get("/migrations/").context["flows"]

    assert [url for _, url in flows.befores] == ["", ""]
    assert [url for _, url in flows.bands] == ["?to_technology=acmedb#moves", "?to_technology=boltdb#moves"]


def test_the_picture_of_all_moves_is_made_once(client, moves, django_assert_num_queries):
    client.get("/migrations/?q=")  # the same list at another address

    # the revision, the moves, what they cite
    with django_assert_num_queries(3):
        assert client.get("/migrations/").context["flows"].picture
