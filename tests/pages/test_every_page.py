"""What holds for each page alike: methods, cookies, unknown addresses, an empty catalogue, the frame."""

import pytest

from stacks.curating import curating
from tests.factories import make_area, make_category, make_company, make_migration, make_technology, make_usage
from tests.pages.reading import links_of, text_of
from tests.remembered import remembered

pytestmark = pytest.mark.both_databases

EMPTY = [
    "/",
    "/companies/",
    "/technologies/",
    "/categories/",
    "/compare/companies/",
    "/compare/technologies/",
    "/compare/yours/",
    "/migrations/",
    "/search/",
    "/search/?q=kafka",
    "/changes/",
    "/about/",
    "/usages/?format=csv",
    "/robots.txt",
    "/llms.txt",
    "/healthz",
    "/readyz",
]
FILLED = [
    "/companies/acme/",
    "/companies/acme/?as_of=2024",
    "/companies/acme/changes/",
    "/companies/acme/changes/?from=2019&to=2024",
    "/technologies/kafka/",
    "/categories/data/",
    "/categories/brokers/",
    "/compare/companies/acme/bolt/",
    "/compare/companies/acme/bolt/?as_of=2024&only=shared",
    "/compare/technologies/kafka/rabbitmq/",
    "/compare/yours/?technology=kafka&technology=rabbitmq",
    "/oembed/?url=http://127.0.0.1:8000/companies/acme/",
]
NO_HTML = {FILLED[-1], "/usages/?format=csv", "/robots.txt", "/llms.txt", "/healthz", "/readyz"}
HTML = [address for address in EMPTY + FILLED if address not in NO_HTML]


@pytest.fixture
@remembered
def catalogue():
    with curating():
        brokers = make_category("Brokers", parent=make_area("Data"))
        kafka, rabbitmq = (make_technology(name, brokers) for name in ("Kafka", "RabbitMQ"))
        for name in ("Acme", "Bolt"):
            make_usage(make_company(name), kafka, started="2020")
        make_migration(from_technology=rabbitmq, to_technology=kafka)


@pytest.mark.smoke
@pytest.mark.parametrize("address", EMPTY)
def test_an_empty_catalogue_has_every_page(client, address):
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/", "Load the shipped catalogue"),
        ("/companies/", "The catalogue has no companies yet."),
        ("/technologies/", "The catalogue has no technologies yet."),
        ("/migrations/", "None has been published yet."),
        ("/changes/", "Changes appear here as soon as something is published."),
        ("/categories/", "The catalogue has no categories yet."),
        ("/compare/companies/", "The catalogue has no companies yet."),
        ("/compare/technologies/", "The catalogue has no technologies yet."),
    ],
)
def test_an_empty_page_says_what_is_missing(client, address, said):
    assert said in text_of(client.get(address), "main")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_pages_are_read_and_nothing_else(client, catalogue, method):
    for address in EMPTY + FILLED:
        takes_text = address.startswith("/compare/yours/")
        if takes_text and method == "post":
            continue
        page = getattr(client, method)(address)

        assert (page.status_code, page.headers["Allow"]) == (405, "GET, HEAD, POST" if takes_text else "GET, HEAD")


@pytest.mark.parametrize("address", [*HTML, "/companies/nobody/", "/nothing/", "/companies/?uses=nothing"])
def test_no_page_sets_a_cookie_or_depends_on_one(client, catalogue, address):
    client.cookies["sessionid"] = "of-somebody"
    client.cookies["theme"] = "dark"

    page = client.get(address)

    assert not page.cookies
    assert "Cookie" not in page.headers.get("Vary", "")
    assert "csrfmiddlewaretoken" not in page.content.decode()


@pytest.mark.parametrize("address", HTML)
def test_head_answers_like_get_without_a_body(client, catalogue, address):
    assert client.head(address).status_code == 200
    assert client.head(address).content == b""


@pytest.mark.smoke
@pytest.mark.parametrize("address", HTML)
def test_each_page_has_one_heading_a_title_and_the_frame(client, catalogue, address, settings):
    settings.SITE_URL = "https://stacks.example.org"

    page = client.get(address)

    html = page.content.decode()
    assert html.count("<h1") == 1
    assert html.count("<title>") == 1
    assert "{{" not in html
    assert "{%" not in html
    assert '<a class="skip" href="#main">' in html
    assert " style=" not in html  # the policy would refuse it
    ours = '<script type="module" src="/static/stacks/stacks.js"></script>'
    data = '<script type="application/ld+json">'  # which nothing runs
    assert "<script" not in html.replace(data, "").replace(ours, "")
    assert html.count(ours) == 1
    if "noindex" not in html:
        assert f'<link rel="canonical" href="https://stacks.example.org{address.partition("?")[0]}">' in html


@pytest.fixture(scope="module")
def statuses():
    """What each link of the catalogue of this module was answered with: most stand on every page."""
    return {}


@pytest.mark.parametrize("address", HTML)
def test_each_link_inside_the_site_leads_somewhere(client, catalogue, statuses, address):
    page = client.get(address)

    inside = {
        link.partition("#")[0] for link in links_of(page) if link.startswith("/") and not link.startswith("/api/")
    }
    here = address.partition("?")[0]
    inside |= {here + link for link in links_of(page) if link.startswith("?")}
    statuses |= {link: client.get(link).status_code for link in inside - statuses.keys() if link}
    assert [link for link in inside if link and statuses[link] not in {200, 301, 302}] == []


@pytest.mark.parametrize("address", HTML)
def test_each_link_to_a_place_on_the_page_finds_it(client, catalogue, address):
    page = client.get(address)

    html = page.content.decode()
    assert [link for link in links_of(page) if link.startswith("#") and f'id="{link[1:]}"' not in html] == []


@pytest.mark.parametrize(
    "address", ["/nothing/", "/companies/a/b/", "/compare/", "/compare/people/a/b/", "/companies/%00/", "/companies/ä/"]
)
def test_an_address_that_is_none_leads_to_the_lists(client, address):
    page = client.get(address)

    assert page.status_code == 404
    assert {"/companies/", "/technologies/", "/categories/"} <= set(links_of(page, "main"))
    assert '<meta name="robots" content="noindex">' in page.content.decode()


def test_an_address_without_its_slash_leads_to_the_one_with(client, catalogue):
    page = client.get("/companies/acme?as_of=2024")

    assert page.status_code == 301
    assert page.headers["Location"] == "/companies/acme/?as_of=2024"


def test_what_was_typed_is_never_markup(client):
    make_company("<i>Acme</i>", slug="acme", summary="<script>alert(1)</script>", story="<img src=x onerror=alert(1)>")

    for address in ("/companies/acme/", "/companies/", "/", "/search/?q=<i>", "/companies/?colour=<i>", "/changes/"):
        html = client.get(address).content.decode()
        assert "<i>Acme" not in html
        assert "<script>" not in html
        assert "<img" not in html
        assert 'value="<i>"' not in html


def test_the_foot_names_licence_revision_and_where_to_report_an_error(client, settings):
    settings.SITE_URL = "https://stacks.example.org"
    settings.DATA_LICENCE = "CC0 1.0"
    settings.DATA_LICENCE_URL = "https://licence.example/cc0"
    settings.CORRECTIONS_URL = "mailto:us@example.org?subject={page}%20at%20{revision}"
    make_company("Acme")

    page = client.get("/companies/acme/")

    assert "Revision 1 of the catalogue." in text_of(page)
    assert "Data: CC0 1.0." in text_of(page)
    links = links_of(page)
    assert "https://licence.example/cc0" in links
    assert "mailto:us@example.org?subject=https%3A%2F%2Fstacks.example.org%2Fcompanies%2Facme%2F%20at%201" in links


def test_without_a_place_to_report_errors_nothing_is_offered(client, settings):
    settings.CORRECTIONS_URL = ""
    settings.DATA_LICENCE = ""

    text = text_of(client.get("/"))

    assert "Something wrong or missing?" not in text
    assert "Data:" not in text
