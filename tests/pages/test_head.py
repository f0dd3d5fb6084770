"""What stands in the heads of pages: titles, descriptions, canonical addresses, other forms, linked data."""

import json
from html.parser import HTMLParser

import pytest

from stacks.curating import curating
from tests.factories import make_area, make_category, make_company, make_technology, make_usage

SITE = "https://stacks.example.org"
LISTED = [
    "/",
    "/companies/",
    "/technologies/",
    "/categories/",
    "/compare/companies/",
    "/compare/technologies/",
    "/migrations/",
    "/changes/",
]
SHOWN = [
    "/companies/acme/",
    "/technologies/kafka/",
    "/categories/data/",
    "/categories/brokers/",
    "/compare/companies/acme/bolt/",
    "/compare/technologies/kafka/rabbitmq/",
]
HIDDEN = ["/search/", "/search/?q=kafka", "/companies/nobody/", "/companies/?uses=nothing", "/nothing/"]


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = SITE


@pytest.fixture(scope="module", autouse=True)
def catalogue(shared_rows):
    with curating():
        brokers = make_category("Brokers", parent=make_area("Data"))
        kafka, _ = (make_technology(name, brokers, licence="Apache-2.0") for name in ("Kafka", "RabbitMQ"))
        for name in ("Acme", "Bolt"):
            make_usage(make_company(name, website="https://acme.example", founded="2010"), kafka, started="2020")


class Head(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.title, self.named, self.links, self.data = "", {}, [], ""
        self.inside = ""
        self.feed(page.content.decode())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.inside = tag if tag == "title" or attrs.get("type") == "application/ld+json" else ""
        if tag == "meta" and ("name" in attrs or "property" in attrs):
            name = attrs.get("name") or attrs["property"]
            assert name not in self.named
            self.named[name] = attrs["content"]
        if tag == "link":
            self.links.append(attrs)

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "title":
            self.title += data
        elif self.inside:
            self.data += data

    def hrefs(self, rel):
        return [link["href"] for link in self.links if link["rel"] == rel]

    def alternates(self):
        return {link["type"]: link["href"] for link in self.links if link["rel"] == "alternate"}


@pytest.mark.parametrize("address", LISTED + SHOWN)
def test_a_page_says_what_it_is_to_readers_searches_and_previews(client, address):
    head = Head(client.get(address))

    assert head.title
    assert 40 <= len(head.named["description"]) <= 300
    assert head.hrefs("canonical") == [SITE + address]
    assert head.named["og:title"] == head.title
    assert head.named["og:description"] == head.named["description"]
    assert head.named["og:url"] == SITE + address
    assert head.named["og:site_name"] == "Stacks"
    assert head.named["og:type"] == "website"


def test_no_two_pages_have_the_same_title_or_description():
    from django.test import Client

    heads = [Head(Client().get(address)) for address in LISTED + SHOWN]

    assert len({head.title for head in heads}) == len(heads)
    assert len({head.named["description"] for head in heads}) == len(heads)


@pytest.mark.parametrize("address", HIDDEN)
def test_what_no_search_should_find_says_so_and_has_no_canonical_address(client, address):
    head = Head(client.get(address))

    assert head.named["robots"] == "noindex"
    assert head.hrefs("canonical") == []
    assert "og:url" not in head.named


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/companies/acme/?as_of=2024", "/companies/acme/"),
        ("/compare/companies/acme/bolt/?only=shared&as_of=2024", "/compare/companies/acme/bolt/"),
        ("/technologies/?kind=tool", "/technologies/"),
    ],
)
def test_a_view_of_a_page_leads_to_the_page(client, address, canonical):
    head = Head(client.get(address))

    assert head.hrefs("canonical") == [SITE + canonical]
    assert head.named["og:url"] == SITE + canonical


def test_a_further_page_of_a_list_stands_for_itself(client, monkeypatch):
    monkeypatch.setattr("stacks.pages.changes.views.PAGE", 2)
    further = client.get("/changes/").context["next"]

    assert Head(client.get(f"/changes/{further}")).hrefs("canonical") == [f"{SITE}/changes/{further}"]


@pytest.mark.parametrize(
    ("address", "feed"),
    [
        ("/", "/changes/atom/"),
        ("/changes/", "/changes/atom/"),
        ("/companies/acme/", "/companies/acme/atom/"),
        ("/technologies/kafka/", "/technologies/kafka/atom/"),
        ("/categories/data/", "/categories/data/atom/"),
        ("/categories/brokers/", "/categories/brokers/atom/"),
    ],
)
def test_a_page_names_its_feed_in_its_head_and_in_sight(client, address, feed):
    page = client.get(address)

    assert Head(page).alternates()["application/atom+xml"] == feed
    assert page.content.decode().count(f'href="{feed}"') == 2
    assert client.get(feed).status_code == 200


@pytest.mark.parametrize("address", [*SHOWN, "/companies/acme/?as_of=2024", "/migrations/"])
def test_a_page_names_its_other_forms_in_its_head(client, address):
    alternates = Head(client.get(address)).alternates()

    for media_type in ("application/json", "text/csv", "text/markdown"):
        answer = client.get(alternates[media_type])
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(media_type)
        assert ("as_of=2024" in alternates[media_type]) == ("as_of" in address)


def linked(client, address):
    return json.loads(Head(client.get(address)).data)


@pytest.mark.parametrize("address", SHOWN)
def test_a_page_is_a_data_set_with_licence_and_the_way_to_it(client, address):
    dataset, crumbs = linked(client, address)["@graph"]

    assert (dataset["@type"], crumbs["@type"]) == ("Dataset", "BreadcrumbList")
    assert dataset["url"] == SITE + address
    assert dataset["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert len(dataset["description"]) >= 50
    for form in dataset["distribution"]:
        assert (
            client.get(form["contentUrl"].removeprefix(SITE)).headers["Content-Type"].startswith(form["encodingFormat"])
        )
    items = crumbs["itemListElement"]
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    assert items[0]["item"] == f"{SITE}/"
    assert items[-1]["item"] == SITE + address
    assert [item["item"] for item in items if client.get(item["item"].removeprefix(SITE)).status_code != 200] == []


def test_what_a_page_is_about_is_told_in_the_words_of_schema_org(client):
    (company,) = linked(client, "/companies/acme/")["@graph"][0]["about"]
    (technology,) = linked(client, "/technologies/kafka/")["@graph"][0]["about"]

    assert company == {
        "@type": "Organization",
        "name": "Acme",
        "url": "https://acme.example",
        "foundingDate": "2010",
    }
    assert technology == {
        "@type": "SoftwareApplication",
        "name": "Kafka",
        "applicationCategory": "Brokers",
        "license": "https://spdx.org/licenses/Apache-2.0.html",
    }
    assert [c["name"] for c in linked(client, "/compare/companies/acme/bolt/")["@graph"][0]["about"]] == [
        "Acme",
        "Bolt",
    ]


def test_a_date_asked_for_is_the_time_that_the_data_covers(client):
    assert linked(client, "/companies/acme/?as_of=2024")["@graph"][0]["temporalCoverage"] == "2024"
    assert "temporalCoverage" not in linked(client, "/companies/acme/")["@graph"][0]


def test_the_front_page_tells_how_to_search(client):
    action = linked(client, "/")["potentialAction"]

    address = action["target"]["urlTemplate"].removeprefix(SITE).replace("{q}", "kafka")
    assert client.get(address).status_code == 200


def test_without_a_licence_none_is_claimed(client, settings):
    settings.DATA_LICENCE = settings.DATA_LICENCE_URL = ""

    assert "license" not in linked(client, "/companies/acme/")["@graph"][0]


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "<!--<script>", "A & B", "x\u2028\u2029", '"\\']
)
def test_no_name_ends_the_linked_data(client, name):
    company = make_company(name, slug="evil", summary=name)

    page = client.get("/companies/evil/")

    assert linked(client, "/companies/evil/")["@graph"][0]["about"][0]["name"] == company.name
    block = page.content.decode().partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(block)
    assert page.content.decode().count("<script") == 2  # and our own
