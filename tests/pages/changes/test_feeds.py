from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse

from stacks.curating import curating
from stacks.models import Change, Redirect, State
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "https://stacks.example.org"
FEEDS = ["/changes/atom/", "/companies/acme/atom/", "/technologies/kafka/atom/", "/categories/brokers/atom/"]


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def catalogue():
    brokers = make_category("Brokers", parent=make_area("Data"))
    kafka, rabbitmq = (make_technology(name, brokers) for name in ("Kafka", "RabbitMQ"))
    acme, bolt = make_company("Acme"), make_company("Bolt")
    return {
        "brokers": brokers,
        "kafka": kafka,
        "acme": acme,
        "bolt": bolt,
        "usage": make_usage(acme, kafka),
        "other": make_usage(bolt, rabbitmq),
        "migration": make_migration(acme, rabbitmq, kafka),
        "coverage": make_coverage(acme, make_category("Caches")),
    }


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return ET.fromstring(answer.content)


def entries(client, address):
    return [
        {child.tag.removeprefix(ATOM): child.text or child.get("href") for child in entry}
        for entry in read(client, address).iter(f"{ATOM}entry")
    ]


def titles(client, address):
    return [entry["title"] for entry in entries(client, address)]


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_has_what_atom_asks_for(client, catalogue, address):
    root = read(client, address)

    assert root.tag == f"{ATOM}feed"
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links == {"self": SITE + address, "alternate": SITE + address.removesuffix("atom/")}
    assert root.findtext(f"{ATOM}id") == SITE + address
    assert root.findtext(f"{ATOM}updated") == Change.objects.last().at.isoformat() or address != FEEDS[0]
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "Stacks"
    assert root.findtext(f"{ATOM}rights") == "CC BY 4.0 https://creativecommons.org/licenses/by/4.0/"
    ids = [entry.findtext(f"{ATOM}id") for entry in root.iter(f"{ATOM}entry")]
    assert ids
    assert len(ids) == len(set(ids))
    assert client.get(address).headers["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_a_company_s_feed_tells_of_the_company_and_what_hangs_on_it(client, catalogue):
    make_evidence(migration=catalogue["migration"])
    make_evidence(make_source(published_on="2019"), usage=catalogue["usage"])

    assert titles(client, "/companies/acme/atom/") == [
        "Acme: usage changed (evidence, known since): Kafka",
        "Acme: migration changed (evidence): RabbitMQ to Kafka",
        "Acme: blank added: Caches",
        "Acme: migration added: RabbitMQ to Kafka",
        "Acme: usage added: Kafka",
        "company added: Acme",
    ]


def test_a_technology_s_feed_tells_of_its_usages_and_of_moves_to_and_from_it(client, catalogue):
    for address in ("/technologies/kafka/atom/", "/technologies/rabbitmq/atom/"):
        assert "Acme: migration added: RabbitMQ to Kafka" in titles(client, address)
    assert "Acme: usage added: Kafka" in titles(client, "/technologies/kafka/atom/")
    assert "Acme: usage added: Kafka" not in titles(client, "/technologies/rabbitmq/atom/")
    assert "Bolt: usage added: RabbitMQ" in titles(client, "/technologies/rabbitmq/atom/")


@pytest.mark.parametrize("slug", ["brokers", "data"])
def test_a_category_s_feed_tells_of_what_is_used_in_it_and_an_area_s_of_all_its_categories(client, catalogue, slug):
    make_usage(catalogue["acme"], make_technology("React", make_category("Web")))

    told = titles(client, f"/categories/{slug}/atom/")

    assert {"Acme: usage added: Kafka", "Bolt: usage added: RabbitMQ", "category added: Brokers"} <= set(told)
    assert ("category added: Data" in told) == (slug == "data")
    assert not any("React" in title for title in told)


def test_what_was_written_together_is_one_entry_with_a_link_to_each(client, catalogue):
    source, brokers = make_source(), catalogue["brokers"]
    with curating():
        for name in "ABCDEF":
            make_usage(catalogue["acme"], make_technology(name, brokers), source=source)

    entry = entries(client, "/companies/acme/atom/")[0]

    assert entry["title"] == "Acme: 6 usages added: F, E, D, C and 2 more"
    assert entry["link"] == f"{SITE}/companies/acme/"
    assert entry["summary"].count(f'<a href="{SITE}/companies/acme/#usage-') == 4


def test_an_entry_keeps_its_id_and_date_when_more_is_written(client, catalogue):
    before = {e["id"]: (e["title"], e["updated"]) for e in entries(client, "/companies/acme/atom/")}
    usage = catalogue["usage"]
    usage.purpose = "Events"
    usage.save()

    after = {e["id"]: (e["title"], e["updated"]) for e in entries(client, "/companies/acme/atom/")}

    assert before.items() < after.items()
    assert all(key.startswith("tag:stacks.example.org,") for key in after)


def test_a_withdrawal_is_an_entry_without_content_in_the_whole_feed_only(client, catalogue):
    usage = catalogue["usage"]
    usage.state = State.RETRACTED
    usage.save()

    newest = next(e for e in entries(client, "/changes/atom/") if e["title"] == "usage withdrawn")

    assert "summary" not in newest
    assert newest["link"] == f"{SITE}/changes/"
    for address in FEEDS[1:]:
        text = client.get(address).content.decode()
        assert "withdrawn:" not in text
        assert not any("usage" in title and "Kafka" in title for title in titles(client, address))
        assert usage.uid not in text


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_nothing_hidden_is_in_any_feed(client, catalogue, state):
    whisper = make_technology("Whisper", catalogue["brokers"])
    make_usage(catalogue["acme"], whisper)
    make_usage(catalogue["acme"], catalogue["kafka"], ended="2020", via=whisper)
    make_migration(catalogue["acme"], whisper, catalogue["kafka"])
    make_migration(make_company("Cargo"), catalogue["kafka"], whisper)
    assert all("Whisper" in _text(client, address) for address in FEEDS)
    whisper.state = state
    whisper.save()

    assert [address for address in [*FEEDS, "/categories/data/atom/"] if "Whisper" in _text(client, address)] == []
    assert client.get("/technologies/whisper/atom/").status_code == 404


def _text(client, address):
    return client.get(address).content.decode()


@pytest.mark.parametrize(
    "address", ["/companies/nobody/atom/", "/technologies/nothing/atom/", "/categories/none/atom/", "/changes/atom/x/"]
)
def test_a_feed_of_what_is_not_there_is_404(client, catalogue, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("kind", ["company", "technology", "category"])
def test_an_old_slug_leads_to_the_feed_of_the_new_one_which_tells_of_both(client, catalogue, kind):
    row = catalogue[{"company": "acme", "technology": "kafka", "category": "brokers"}[kind]]
    old = reverse(f"{kind}_atom", args=[row.slug])
    row.slug = "renamed"
    row.save()

    answer = client.get(old)

    assert answer.status_code == 301
    assert answer.headers["Location"] == reverse(f"{kind}_atom", args=["renamed"])
    told = titles(client, answer.headers["Location"])
    assert f"{kind} added: {row.name}" in told
    assert not any("withdrawn" in title for title in told)
    assert Redirect.objects.count() == 1


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_that_is_known_is_304_after_one_query(client, catalogue, address, django_assert_num_queries):
    etag = client.get(address).headers["ETag"]

    # the revision
    with django_assert_num_queries(1):
        answer = client.get(address, headers={"if-none-match": etag})

    assert answer.status_code == 304
    catalogue["usage"].delete()
    assert client.get(address, headers={"if-none-match": etag}).status_code == 200


def test_names_that_xml_cannot_hold_do_no_harm(client):
    company = make_company("A\x0bc\x1fme <b>&", slug="acme")
    make_usage(company, make_technology("K\x08afka", slug="kafka"))

    assert "Acme <b>&: usage added: Kafka" in titles(client, "/companies/acme/atom/")
    assert "company added: Acme <b>&" in titles(client, "/changes/atom/")


def test_an_empty_catalogue_has_a_feed_that_is_the_same_each_time(client):
    assert entries(client, "/changes/atom/") == []
    assert client.get("/changes/atom/").content == client.get("/changes/atom/").content


def test_a_feed_has_the_newest_fifty_entries(client):
    for _ in range(60):
        make_company()

    numbers = [int(entry["id"].rpartition(":")[2]) for entry in entries(client, "/changes/atom/")]

    assert numbers == list(range(60, 10, -1))


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        # the revision and the changes; what is public of each of the seven kinds
        ("/changes/atom/", 9),
        # the revision, the company, old slugs and changes; uids and changes of three kinds; what is public of four
        ("/companies/acme/atom/", 14),
        # the revision, the technology, old slugs and changes; uids and changes of two kinds; what is public of three
        ("/technologies/kafka/atom/", 11),
        # as for a technology
        ("/categories/brokers/atom/", 11),
    ],
)
def test_a_feed_costs_the_same_however_much_it_tells(
    client, catalogue, rows, address, queries, django_assert_num_queries
):
    with curating():
        for _ in range(rows):
            make_usage(catalogue["acme"], make_technology(category=catalogue["brokers"]))
            make_usage(make_company(), catalogue["kafka"])
            make_coverage(catalogue["acme"])

    with django_assert_num_queries(queries):
        client.get(address)
