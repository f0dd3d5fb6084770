import pytest
from django.http import QueryDict
from django.urls import URLPattern, get_resolver

from stacks.addresses import Takes, _page, reduce
from stacks.pages import urls
from tests.factories import make_company, make_technology, make_usage
from tests.pages.reading import links_of

pytestmark = pytest.mark.django_db

MACHINES = {"healthz", "readyz"}  # they are asked and answered by none but probes


@pytest.mark.parametrize(
    ("came", "reduced"),
    [
        ("", ""),
        ("fbclid=abc&utm_source=x", ""),
        ("only=shared&as_of=2020", "as_of=2020&only=shared"),
        ("as_of=2020&as_of=2021", "as_of=2021"),
        ("as_of=&only=%20&kind=", ""),
        ("kind=b&kind=a&kind=b&as_of=2020", "as_of=2020&kind=b&kind=a"),
        ("AS_OF=2020&as_of[]=2020", ""),
        ("as_of=%C3%A9%00", "as_of=%C3%A9%00"),
        ("as_of=%FF", "as_of=%EF%BF%BD"),
    ],
)
def test_an_address_is_reduced_to_what_the_page_knows_in_one_order(came, reduced):
    page = Takes(("as_of", "only", "kind"), frozenset({"kind"}))

    assert reduce(QueryDict(came), page).urlencode() == reduced


@pytest.mark.parametrize("pattern", [p for p in urls.urlpatterns if p.name not in MACHINES], ids=lambda p: p.name)
def test_every_page_says_what_it_takes(pattern: URLPattern):
    assert isinstance(pattern.callback.takes, Takes)


def test_a_path_that_is_no_page_is_remembered_only_while_it_is_short(client):
    _page.cache_clear()

    for _ in range(2):
        assert client.get(f"/{'n' * 100}/").status_code == 404
        assert client.get(f"/{'n' * 1000}/").status_code == 404

    assert (_page.cache_info().hits, _page.cache_info().currsize) == (1, 1)


def test_nothing_but_pages_has_its_address_reduced():
    prefixes = [p for p in get_resolver().url_patterns if not isinstance(p, URLPattern)]

    api = next(p for p in prefixes if str(p.pattern) == "api/")
    assert [p for p in api.url_patterns if isinstance(p, URLPattern) and hasattr(p.callback, "takes")] == []


@pytest.fixture
def pages():
    company, other = make_company("Fam", usages=1), make_company("Zerodha", usages=1)
    kafka, redis = make_technology("Kafka"), make_technology("Redis")
    make_usage(company, kafka)
    return [
        "/",
        "/companies/",
        f"/companies/{company.slug}/",
        f"/companies/{company.slug}/changes/",
        f"/companies/{company.slug}/atom/",
        "/technologies/",
        f"/technologies/{kafka.slug}/",
        f"/technologies/{kafka.slug}/atom/",
        "/categories/",
        f"/categories/{kafka.category.slug}/",
        f"/categories/{kafka.category.slug}/atom/",
        "/compare/companies/",
        f"/compare/companies/{company.slug}/{other.slug}/",
        "/compare/technologies/",
        f"/compare/technologies/{kafka.slug}/{redis.slug}/",
        "/migrations/",
        "/search/",
        "/changes/",
        "/changes/atom/",
        "/sitemap.xml",
        "/sitemap-companies.xml",
        "/robots.txt",
        "/llms.txt",
        f"/embed/companies/{company.slug}/",
        f"/embed/compare/companies/{company.slug}/{other.slug}/",
        f"/badges/companies/{company.slug}.svg",
        f"/badges/technologies/{kafka.slug}.json",
    ]


def test_what_other_sites_append_changes_no_page_and_no_tag(client, pages):
    for path in pages:
        plain, appended = client.get(path), client.get(f"{path}?fbclid=abc&utm_source=x&page=2&slug=y")

        assert (plain.status_code, appended.status_code) == (200, 200), path
        assert appended.content == plain.content, path
        assert appended.headers.get("ETag") == plain.headers.get("ETag"), path


def test_what_the_page_knows_is_kept_beside_what_it_does_not(client, pages):
    path = "/compare/companies/fam/zerodha/"
    asked = client.get(f"{path}?utm_source=x&only=differences&as_of=2021&gclid=y")

    assert asked.status_code == 200
    assert asked.content == client.get(f"{path}?as_of=2021&only=differences").content
    assert not [link for link in links_of(asked) if "utm_source" in link or "gclid" in link]
    assert f"{path}?as_of=2021&only=differences&format=csv" in links_of(asked)
    cited = client.get(f"{path}?as_of=2021&fbclid=x&format=cite").content.decode()
    assert f"{path}?as_of=2021" in cited
    assert "fbclid" not in cited


def test_a_redirect_keeps_what_the_page_knows_alone(client, pages):
    make_company("Figma")
    company = make_company("Old")
    company.slug = "new"
    company.save()

    assert client.get("/companies/old/?fbclid=x&as_of=2020").headers["Location"] == "/companies/new/?as_of=2020"
    moved = client.get("/compare/companies/old/fam/?utm_source=x&only=shared")
    assert moved.headers["Location"] == "/compare/companies/new/fam/?only=shared"


def test_a_page_gives_addresses_of_its_own_host_whichever_was_asked(client, pages, settings):
    settings.ALLOWED_HOSTS = ["*"]
    path = "/compare/companies/fam/zerodha/?format=json"

    assert client.get(path, headers={"host": "other.example"}).content == client.get(path).content
    assert b"other.example" in client.get("/api/v1/companies/", headers={"host": "other.example"}).content


def test_the_api_refuses_what_it_does_not_know(client, pages):
    assert client.get("/api/v1/companies/?utm_source=x").status_code == 400


@pytest.mark.parametrize("query", ["?as_of=never", "?format=xml", "?as_of=2021-13&fbclid=x"])
def test_a_bad_value_of_a_known_parameter_is_refused(client, pages, query):
    assert client.get(f"/companies/fam/{query}").status_code == 400
