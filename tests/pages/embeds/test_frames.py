"""What stands in frames of other sites: it alone may, it is short, and it leads back."""

import re

import pytest
from django.core.cache import caches

from stacks.curating import curating
from stacks.models import Redirect, State
from tests.factories import make_category, make_company, make_coverage, make_technology, make_usage
from tests.pages.reading import links_of, text_of

TECHNOLOGIES = "/embed/compare/technologies/kafka/redis/"
EMBEDS = ["/embed/companies/acme/", "/embed/compare/companies/acme/bolt/", TECHNOLOGIES]
each_embed = pytest.mark.parametrize("address", EMBEDS)


@pytest.fixture
def catalogue():
    with curating():
        brokers = make_category("Brokers")
        kafka = make_technology("Kafka", brokers)
        acme, bolt = make_company("Acme"), make_company("Bolt")
        make_usage(acme, kafka, stage="retiring")
        make_usage(bolt, kafka)
        stores = make_category("Stores")
        make_coverage(acme, stores)
        make_usage(bolt, make_technology("Redis", stores))
    return {"acme": acme, "bolt": bolt, "kafka": kafka}


def may_be_framed(answer):
    """By anybody, or by nobody; a mixture would be read differently by different browsers."""
    policy = answer.headers["Content-Security-Policy"]
    by_anybody = "frame-ancestors *" in policy
    assert ("frame-ancestors 'none'" in policy) != by_anybody
    assert ("X-Frame-Options" in answer.headers) != by_anybody
    return by_anybody


@each_embed
def test_it_may_stand_in_any_frame_made_anew_kept_or_unchanged(client, catalogue, settings, address):
    settings.CACHES = settings.CACHES | {
        "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "framed-pages"}
    }
    caches["pages"].clear()

    made, kept = client.get(address), client.get(address)
    unchanged = client.get(address, headers={"if-none-match": made.headers["ETag"]})

    assert [answer.status_code for answer in (made, kept, unchanged)] == [200, 200, 304]
    assert all(may_be_framed(answer) for answer in (made, kept, unchanged))
    assert "default-src 'none'" in made.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/companies/acme/",
        "/companies/acme/?format=json",
        "/compare/companies/acme/bolt/",
        "/badges/companies/acme.svg",
        "/api/v1/companies/",
        "/api/v1/docs/",
        "/admin/login/",
        "/embed/",
        "/embed/companies/nobody/",
        "/embed/compare/companies/acme/",
        "/embed/compare/companies/acme/nobody/",
        "/embed/compare/technologies/kafka/",
    ],
)
def test_nothing_else_may(client, catalogue, address):
    assert not may_be_framed(client.get(address))


@each_embed
def test_it_shows_names_that_lead_to_who_says_so(client, catalogue, address):
    page = client.get(address)

    text = text_of(page)
    if address == TECHNOLOGIES:
        assert "Brokers (retiring)" in text
        assert "A dash: no use is documented" in text
    else:
        assert "Kafka (retiring)" in text
        assert "nothing found" in text
    usage = catalogue["acme"].usages.get()
    assert f"/companies/acme/#usage-{usage.uid}" in links_of(page)


def test_it_leads_back_and_names_its_licence(client, catalogue, settings):
    settings.SITE_URL = "https://stacks.example.org"
    settings.DATA_LICENCE, settings.DATA_LICENCE_URL = "CC0 1.0", "https://licence.example/cc0"

    for embed, page in (
        ("/embed/companies/acme/", "/companies/acme/"),
        ("/embed/compare/companies/bolt/acme/", "/compare/companies/bolt/acme/"),
        ("/embed/compare/technologies/redis/kafka/", "/compare/technologies/redis/kafka/"),
    ):
        answer = client.get(embed)
        html = answer.content.decode()
        assert '<base target="_top">' in html
        assert page in links_of(answer)
        assert "https://licence.example/cc0" in links_of(answer)
        canonical = page.replace("bolt/acme", "acme/bolt").replace("redis/kafka", "kafka/redis")
        assert f'<link rel="canonical" href="https://stacks.example.org{canonical}">' in html
        assert '<meta name="robots" content="noindex">' in html


@each_embed
def test_it_has_nothing_of_the_site_around_it(client, catalogue, address):
    html = client.get(address).content.decode()

    assert "<nav" not in html
    assert "<script" not in html
    assert "<form" not in html
    assert " style=" not in html
    assert html.count("<h1") == 1
    assert re.findall(r'<link rel="stylesheet" href="([^"]+)"', html) == ["/static/stacks/embed.css"]


def test_an_old_slug_leads_to_the_embed_of_today(client, catalogue):
    with curating():
        Redirect.objects.create(kind="company", old_slug="ajax", new_slug="acme")
        Redirect.objects.create(kind="technology", old_slug="kavka", new_slug="kafka")

    for old in EMBEDS:
        answer = client.get(old.replace("acme", "ajax").replace("kafka", "kavka"))
        assert (answer.status_code, answer.headers["Location"]) == (301, old)


@each_embed
@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_what_is_not_public_is_not_in_it(client, catalogue, address, state):
    make_usage(catalogue["acme"], make_technology("Whisper"), purpose="Whisper", state=state)
    make_usage(catalogue["acme"], make_technology("Whisper two", state=state))
    make_company("Hush", state=state)

    assert b"Whisper" not in client.get(address).content
    assert client.get("/embed/companies/hush/").status_code == 404


@pytest.mark.parametrize("usages", [1, 20])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        # the revision, the company, the newest edition, usages, evidence, places, looks
        (EMBEDS[0], 7),
        # the revision, the companies, usages, evidence, the newest edition, looks, relations
        (EMBEDS[1], 7),
        # the revision, the technologies, usages, evidence, the newest edition; what is held of all companies (five, the
        # first time in a process)
        (TECHNOLOGIES, 5 + 5),
    ],
)
def test_it_costs_the_same_however_much_is_used(client, catalogue, address, queries, usages, django_assert_num_queries):
    for _ in range(usages):
        make_usage(catalogue["acme"])
        make_usage(technology=catalogue["kafka"])

    with django_assert_num_queries(queries):
        client.get(address)


def test_a_name_is_text_in_it(client):
    make_usage(make_company("<b>Acme", slug="acme"), make_technology("<i>Kafka", slug="kafka"))

    html = client.get("/embed/companies/acme/").content.decode()

    assert "<b>" not in html
    assert "<i>" not in html
    assert "&lt;i&gt;Kafka" in html


@pytest.mark.parametrize(
    ("page", "embed"),
    [
        ("/companies/acme/", EMBEDS[0]),
        ("/compare/companies/acme/bolt/", EMBEDS[1]),
        ("/compare/technologies/kafka/redis/", TECHNOLOGIES),
    ],
)
def test_a_page_has_the_frame_to_copy(client, catalogue, settings, page, embed):
    settings.SITE_URL = "https://stacks.example.org"

    assert f'<iframe src="https://stacks.example.org{embed}"' in text_of(client.get(page), "main")
