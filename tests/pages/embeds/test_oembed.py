"""oEmbed: what other sites put in the place of a link to us, and that it speaks of no other site."""

import xml.etree.ElementTree as ET
from http import HTTPStatus
from urllib.parse import urlsplit

import pytest

from stacks.curating import curating
from stacks.models import Redirect, State
from tests.factories import make_company, make_technology, make_usage
from tests.remembered import remembered

SITE = "https://stacks.example.org"
PAGES = [
    "/companies/acme/",
    "/technologies/kafka/",
    "/compare/companies/acme/bolt/",
    "/compare/technologies/kafka/rabbitmq/",
]


@pytest.fixture(autouse=True)
@remembered
def catalogue():
    acme, bolt = make_company("Acme"), make_company("Bolt & <Sons>", slug="bolt")
    make_usage(acme, make_technology("Kafka"))
    make_usage(bolt, make_technology("RabbitMQ"))


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def ask(client, url, **more):
    return client.get("/oembed/", {"url": url, **more})


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_where_it_is_asked_about_and_what_comes_can_be_put_in(client, page):
    html = client.get(page).content.decode()
    (found,) = [line for line in html.splitlines() if "json+oembed" in line]
    address = urlsplit(ET.fromstring(found.strip()[:-1] + "/>").get("href"))
    assert f"{address.scheme}://{address.netloc}" == SITE

    answer = client.get(f"{address.path}?{address.query}")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    told = answer.json()
    assert (told["version"], told["type"], told["provider_url"]) == ("1.0", "rich", f"{SITE}/")
    element = ET.fromstring(told["html"].replace(' loading="lazy"', "").replace("></a>", "/></a>"))
    shown = element if element.tag == "iframe" else element[0]
    assert (int(shown.get("width")), int(shown.get("height"))) == (told["width"], told["height"])
    for address in (shown.get("src"), told["thumbnail_url"]):
        assert address.startswith(f"{SITE}/")
        assert client.get(address.removeprefix(SITE)).status_code == 200


def test_names_are_text(client):
    told = ask(client, f"{SITE}/companies/bolt/").json()

    assert told["title"] == "The stack of Bolt & <Sons>"
    assert 'title="The stack of Bolt &amp; &lt;Sons&gt;"' in told["html"]


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_larger_than_there_is_room_for(client, page):
    told = ask(client, SITE + page, maxwidth="320", maxheight="100").json()

    assert told["width"] <= 320
    assert told["height"] <= 100
    assert "thumbnail_url" not in told


@pytest.mark.parametrize(
    "url",
    [
        f"{SITE}/companies/acme",
        f"{SITE}/companies/acme/?as_of=2019#usages",
        "http://stacks.example.org/companies/acme/",
        "https://stacks.example.org:443/companies/acme/",
        "HTTPS://STACKS.example.org/companies/ACME/",
        f"{SITE}/companies/ajax/",
    ],
)
def test_what_leads_to_a_page_is_answered_like_the_page(client, url):
    with curating():
        Redirect.objects.create(kind="company", old_slug="ajax", new_slug="acme")

    assert f'src="{SITE}/embed/companies/acme/"' in ask(client, url).json()["html"]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/companies/acme/",
        "https://stacks.example.org.evil.example/companies/acme/",
        "https://stacks.example.org@evil.example/companies/acme/",
        "https://evil@stacks.example.org/companies/acme/",
        "https://stacks.example.org:8443/companies/acme/",
        "//stacks.example.org/companies/acme/",
        "/companies/acme/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://169.254.169.254/",
        "http://[::1",
        "https://stacks.example.org:junk/companies/acme/",
        f"{SITE}/companies/%ff/",
        f"{SITE}/companies/a%00b/",
        f"{SITE}/companies/",
        f"{SITE}/companies/nobody/",
        f"{SITE}/companies/hush/",
        f"{SITE}/admin/",
        f"{SITE}/api/v1/companies/acme/",
        f"{SITE}/compare/companies/acme/",
        f"{SITE}/compare/companies/acme/acme/",
        f"{SITE}/compare/companies/acme/nobody/",
        f"{SITE}/compare/companies/acme/hush/",
        f"{SITE}/compare/companies/a/b/c/d/e/f/g/",
        "no address",
    ],
)
def test_of_anything_else_there_is_nothing(client, url):
    make_company("Hush", state=State.DRAFT)

    answer = ask(client, url)

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
    assert b"Hush" not in answer.content


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400),
        ({"url": f"{SITE}/companies/acme/", "maxwidth": "0"}, 400),
        ({"url": f"{SITE}/companies/acme/", "maxheight": "wide"}, 400),
        ({"url": f"{SITE}/{'a' * 2000}"}, 400),
        ({"url": f"{SITE}/companies/acme/", "format": "xml"}, 501),
    ],
)
def test_what_cannot_be_answered_says_why(client, asked, status):
    answer = client.get("/oembed/", asked)

    assert (answer.status_code, answer.json()["status"]) == (status, status)
    told = answer.json()
    assert (told["title"], told["status"]) == (HTTPStatus(answer.status_code).phrase, answer.status_code)
    assert told["detail"]


def test_it_costs_the_same_for_six_as_for_two(client, django_assert_num_queries):
    names = [make_company(name).slug for name in ("C", "D", "E", "F")]

    for path in ("acme/bolt", "/".join(["acme", "bolt", *names])):
        # the revision, the companies
        with django_assert_num_queries(2):
            assert ask(client, f"{SITE}/compare/companies/{path}/").status_code == 200


def test_scripts_of_other_sites_may_ask(client):
    answer = client.get("/oembed/", {"url": f"{SITE}/companies/acme/"}, headers={"Origin": "https://elsewhere.example"})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.post("/oembed/").status_code == 405
