from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date

from stacks.models import Change, Company, State
from stacks.pages import sitemaps
from tests.factories import make_area, make_category, make_company, make_technology, make_usage

NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SITE = "https://stacks.example.org"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def catalogue():
    brokers = make_category("Brokers", parent=make_area("Data"))
    kafka = make_technology("Kafka", brokers)
    acme = make_company("Acme")
    make_usage(acme, kafka)
    return acme


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/xml"
    return ET.fromstring(answer.content)


def locations(client, address):
    return [loc.text for loc in read(client, address).iter(f"{NS}loc")]


def all_locations(client):
    parts = [loc.removeprefix("http://testserver") for loc in locations(client, "/sitemap.xml")]
    return [loc for part in parts for loc in locations(client, part)]


def test_the_sitemap_names_each_public_page_once_and_each_is_there(client, catalogue):
    found = all_locations(client)

    assert len(found) == len(set(found))
    paths = [address.removeprefix(SITE) for address in found]
    assert {"/", "/companies/acme/", "/technologies/kafka/", "/categories/data/", "/categories/brokers/"} <= set(paths)
    assert [path for path in paths if client.get(path).status_code != 200] == []


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_what_is_not_public_is_not_in_the_sitemap(client, catalogue, state):
    make_company("Whisper", state=state)
    make_technology("Whisper", state=state)

    assert [address for address in all_locations(client) if "whisper" in address] == []


def dates_of(client, section):
    return {
        url.findtext(f"{NS}loc").rpartition(f"{section}/")[2]: url.findtext(f"{NS}lastmod")
        for url in read(client, f"/sitemap-{section}.xml")
    }


def write_on(day, *rows):
    """As if each was last written on this day."""
    for row in rows:
        type(row)._base_manager.filter(pk=row.pk).update(updated_at=f"{day}T12:00Z")


@pytest.mark.parametrize(
    ("written", "technology", "category", "area"),
    [
        ("technology", "2032-01-01", "2032-01-01", "2032-01-01"),
        ("usage", "2032-01-01", "2032-01-01", "2032-01-01"),
        ("category", "2030-01-01", "2032-01-01", "2032-01-01"),
        ("area", "2030-01-01", "2030-01-01", "2032-01-01"),
        ("draft", "2030-01-01", "2030-01-01", "2030-01-01"),
    ],
)
def test_technologies_and_categories_have_the_date_of_what_their_pages_show(
    client, written, technology, category, area
):
    usage = make_usage(technology=make_technology("Kafka", make_category("Brokers", parent=make_area("Data"))))
    rows = {"usage": usage, "technology": usage.technology, "category": usage.category, "area": usage.category.parent}
    rows["draft"] = make_usage(technology=usage.technology, state=State.DRAFT)
    write_on("2030-01-01", *rows.values())

    write_on("2032-01-01", rows[written])

    assert dates_of(client, "technologies") == {"kafka/": technology}
    assert dates_of(client, "categories") == {"data/": area, "brokers/": category}


def test_a_company_has_the_date_of_its_last_change_which_moves_with_its_usages(client, catalogue):
    make_company("Bolt")
    catalogue.refresh_from_db()
    assert catalogue.revised_at == Change.objects.get(seq=catalogue.revision).at
    Company._base_manager.filter(slug="acme").update(revised_at=catalogue.revised_at.replace(year=2031))

    assert dates_of(client, "companies")["acme/"] == f"{catalogue.revised_at.replace(year=2031):%Y-%m-%d}"


def test_a_part_says_the_moment_of_its_newest_page(client, catalogue):
    catalogue.refresh_from_db()

    for part in ("/sitemap.xml", "/sitemap-companies.xml"):
        answer = client.get(part)
        assert answer.headers["X-Robots-Tag"] == "noindex, noodp, noarchive"
    assert answer.headers["Last-Modified"] == http_date(catalogue.revised_at.timestamp())


def test_a_long_section_is_told_in_parts(client, monkeypatch):
    monkeypatch.setattr(sitemaps._Section, "limit", 2)
    names = {make_company(name).slug for name in ("A", "B", "C", "D", "E")}

    parts = [loc for loc in locations(client, "/sitemap.xml") if "companies" in loc]

    assert parts == [f"http://testserver/sitemap-companies.xml{page}" for page in ("", "?p=2", "?p=3")]
    found = [loc for part in parts for loc in locations(client, part.removeprefix("http://testserver"))]
    assert sorted(found) == [f"{SITE}/companies/{slug}/" for slug in sorted(names)]


def test_no_part_is_longer_than_the_protocol_allows():
    assert sitemaps._Section.limit <= 50_000


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/sitemap-people.xml", 404),
        ("/sitemap-companies.xml?p=9", 404),
        ("/sitemap-companies.xml?p=0", 400),
        ("/sitemap-companies.xml?p=x", 400),
    ],
)
def test_a_part_that_is_not_there_is_refused(client, address, status):
    assert client.get(address).status_code == status


def test_an_empty_catalogue_has_a_sitemap(client):
    assert f"{SITE}/" in all_locations(client)


def test_robots_are_told_where_it_is(client):
    assert f"\nSitemap: {SITE}/sitemap.xml\n" in client.get("/robots.txt").content.decode()


@pytest.mark.parametrize("address", ["/sitemap.xml", "/sitemap-companies.xml"])
def test_a_sitemap_that_is_known_is_304(client, catalogue, address):
    etag = client.get(address).headers["ETag"]

    assert client.get(address, headers={"if-none-match": etag}).status_code == 304


@pytest.mark.parametrize("rows", [1, 20])
def test_a_section_costs_the_same_however_long(client, rows, django_assert_num_queries):
    for _ in range(rows):
        make_company(usages=1)

    # the revision, how many there are, the companies with their dates
    with django_assert_num_queries(3):
        client.get("/sitemap-companies.xml")


def test_what_names_the_parts_reads_no_line_of_them(client, catalogue, django_assert_num_queries):
    # the revision; the newest of companies, of technologies (two) and of categories (three), how many of each
    with django_assert_num_queries(10) as asked:
        client.get("/sitemap.xml")

    assert not any("GROUP BY" in query["sql"] or '"slug"' in query["sql"] for query in asked)


@pytest.mark.parametrize(
    ("section", "index"),
    [("technologies", "usage_updated_of_technology"), ("categories", "usage_updated_in_category")],
)
def test_the_moment_of_the_newest_usage_is_read_from_an_index(client, catalogue, section, index):
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/sitemap-{section}.xml")

    (sql,) = [query["sql"] for query in asked if "stacks_usage" in query["sql"]]
    if connection.vendor == "sqlite":  # PostgreSQL chooses by what it knows of the rows
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            assert any(index in step[3] for step in cursor.fetchall())
