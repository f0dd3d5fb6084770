import gzip
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from stacks import conditional
from stacks.curating import curating
from stacks.models import Change, State
from tests.factories import make_company, make_technology, make_usage
from tests.plans import plan_of

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/companies/",
    "/companies/fam/",
    "/search/?q=fam",
    "/api/v1/",
    "/api/v1/usages/",
    "/api/v1/companies/fam/",
    "/api/v1/docs/",
]


@pytest.fixture
@curating()
def fam():
    company = make_company("Fam", usages=2)
    make_company("Zerodha", usages=1)
    return company


@pytest.mark.parametrize("path", PUBLIC)
def test_an_answer_that_is_known_is_304_and_reads_the_revision_only(client, fam, path, django_assert_num_queries):
    etag = client.get(path).headers["ETag"]

    # the counter
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(path, headers={"if-none-match": etag})

    assert len(queries) == 1
    assert "stacks_counter" in queries[0]["sql"]
    assert answer.status_code == 304
    assert answer.content == b""
    assert answer.headers["ETag"] == etag
    assert answer.headers["Cache-Control"] == conditional.CACHE_CONTROL


@pytest.mark.parametrize("path", PUBLIC)
def test_public_answers_may_be_kept_by_everybody_and_know_nobody(client, fam, path):
    answer = client.get(path)

    assert answer.status_code == 200
    assert answer.headers["ETag"].startswith('W/"')
    assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=1, stale-while-revalidate=60"
    assert not answer.cookies
    assert "cookie" not in answer.headers.get("Vary", "").lower()


@pytest.mark.parametrize("path", ["/", "/api/v1/usages/"])
def test_the_tag_is_the_same_for_head_and_for_whoever_is_logged_in(client, admin_client, fam, path):
    etag = client.get(path).headers["ETag"]

    assert client.head(path).headers["ETag"] == etag
    assert client.head(path, headers={"if-none-match": etag}).status_code == 304
    assert admin_client.get(path).headers["ETag"] == etag
    assert admin_client.get(path).content == client.get(path).content


@pytest.mark.parametrize("header", ['"{0}"', 'W/"{0}"', '"x", W/"{0}"', 'W/"x" , "{0}"'])
def test_tags_are_compared_weakly(client, fam, header):
    tag = client.get("/api/v1/").headers["ETag"].removeprefix('W/"').removesuffix('"')

    assert client.get("/api/v1/", headers={"if-none-match": header.format(tag)}).status_code == 304


@pytest.mark.parametrize("header", ["*", '"x"', "x", "", '"', "W/", "\x7f, ,"])
def test_a_tag_that_was_never_sent_is_answered_in_full(client, fam, header):
    assert client.get("/api/v1/", headers={"if-none-match": header}).status_code == 200


def test_a_public_change_moves_the_tag_and_a_draft_does_not(client, fam):
    technology = make_technology()
    before = client.get("/api/v1/usages/").headers["ETag"]

    make_usage(fam, technology, state=State.DRAFT)
    assert client.get("/api/v1/usages/").headers["ETag"] == before

    make_usage(fam)
    assert client.get("/api/v1/usages/", headers={"if-none-match": before}).status_code == 200


def test_the_address_the_host_the_code_and_the_settings_that_show_are_in_the_tag(client, fam, monkeypatch):
    tags = {client.get("/api/v1/usages/").headers["ETag"], client.get("/api/v1/usages/?stage=in_use").headers["ETag"]}
    with override_settings(ALLOWED_HOSTS=["other.example"]):
        tags.add(client.get("/api/v1/usages/", headers={"host": "other.example"}).headers["ETag"])
    for name in conditional.SETTINGS_THAT_SHOW:
        with override_settings(**{name: "https://another.example"}):
            tags.add(conditional.make_etag(client.get("/api/v1/usages/").wsgi_request, "1"))
    monkeypatch.setattr(conditional, "code_version", lambda: "the next release")
    tags.add(client.get("/api/v1/usages/").headers["ETag"])

    assert len(tags) == 4 + len(conditional.SETTINGS_THAT_SHOW)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/companies/nobody/", 404),
        ("/companies/?letter=A", 400),
        ("/api/v1/usages/?x=1", 400),
        ("/api/v1/x/", 404),
        ("/companies", 301),
    ],
)
def test_what_is_not_an_answer_carries_no_tag_and_is_not_kept(client, fam, path, status):
    answer = client.get(path)

    assert answer.status_code == status
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/admin/login/", "/healthz", "/readyz"])
def test_private_doors_are_left_alone(client, path):
    answer = client.get(path)

    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert "public" not in answer.headers.get("Cache-Control", "")


def test_the_health_of_the_process_asks_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/healthz")


def test_a_write_is_not_answered_from_the_tag(client, fam):
    etag = client.get("/api/v1/").headers["ETag"]

    assert client.post("/api/v1/", headers={"if-none-match": etag}).status_code == 405


def test_the_code_version_follows_the_source(tmp_path, monkeypatch):
    (tmp_path / "stacks").mkdir()
    source = tmp_path / "stacks" / "a.py"
    versions = set()
    for text in ("one", "two"):
        source.write_text(text)
        with override_settings(BASE_DIR=tmp_path):
            versions.add(conditional.code_version.__wrapped__())

    assert len(versions) == 2


def test_the_same_code_in_two_folders_is_one_version(tmp_path):
    versions = set()
    for name in ("blue", "green"):
        (tmp_path / name / "stacks").mkdir(parents=True)
        (tmp_path / name / "stacks" / "a.py").write_text("one")
        with override_settings(BASE_DIR=tmp_path / name):
            versions.add(conditional.code_version.__wrapped__())

    assert len(versions) == 1


@pytest.fixture
def kept_pages(settings):
    """The cache of whole pages, which the rest of the suite leaves off."""
    settings.CACHES = settings.CACHES | {
        "pages": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept-pages"}
    }
    caches["pages"].clear()


def test_a_page_is_kept_until_anything_changes(client, kept_pages, django_assert_num_queries):
    company = make_company("Acme")
    first = client.get("/companies/")

    # the revisions
    with django_assert_num_queries(1):
        again = client.get("/companies/")
    company.name = "Bolt"
    company.save()

    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert "Bolt" in client.get("/companies/").content.decode()


def test_a_kept_page_is_sent_compressed_to_who_takes_gzip_and_only_then(client, kept_pages):
    make_company("Acme")
    for _ in range(2):  # made, then kept
        packed = client.get("/companies/", headers={"Accept-Encoding": "br, gzip"})
        plain = client.get("/companies/", headers={"Accept-Encoding": "gzip;q=0, identity"})

        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(packed.content) == plain.content
        assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_only_pages_are_kept(client, kept_pages):
    make_company("Acme")
    for url in ("/companies/nobody/", "/companies/?letter=A", "/companies/acme/preview.png", "/api/v1/companies/"):
        client.get(url)

    assert caches["pages"]._cache == {}  # the only way to see that a cache is empty


@pytest.mark.parametrize(
    "path",
    [
        "/sitemap.xml",
        "/sitemap-companies.xml",
        "/changes/atom/",
        "/companies/fam/atom/",
        "/companies/fam/?format=json",
        "/companies/fam/?format=csv",
        "/compare/companies/fam/zerodha/?format=md",
    ],
)
def test_other_forms_of_a_page_feeds_and_sitemaps_are_kept_as_pages_are(
    client, fam, kept_pages, path, django_assert_num_queries
):
    made = client.get(path)

    # the revisions
    with django_assert_num_queries(1):
        kept = client.get(path)
    fam.name = "Famous"
    fam.save()

    assert kept.content == made.content
    assert kept.headers.items() - {("X-Request-ID", kept.headers["X-Request-ID"])} == made.headers.items() - {
        ("X-Request-ID", made.headers["X-Request-ID"])
    }
    assert client.get(path).headers["ETag"] != made.headers["ETag"]


def places():
    return dict(caches["pages"]._cache)  # the only way to see what a cache holds


@pytest.mark.parametrize(
    "junk",
    [
        "utm_source=a",
        "x=1&fbclid=2",
        "only=",
        "page=2",
        "as_of=2020",
        "as_of=2021-02&only=shared",
        "%00=%00",
    ],
)
def test_whatever_is_appended_to_an_address_nothing_more_is_kept(client, fam, kept_pages, junk):
    addresses = ["/", "/companies/", "/companies/fam/", "/compare/companies/fam/zerodha/", "/search/", "/changes/"]
    for address in addresses:
        client.get(address)
    before = places()

    for address in addresses:
        client.get(f"{address}?{junk}")

    assert len(before) >= len(addresses) - 1  # a search is for what was typed
    assert places() == before


def test_what_is_kept_has_a_bound_whatever_is_asked_for(client, fam, kept_pages, monkeypatch):
    monkeypatch.setattr(conditional, "PLACES", 2)
    for page in ("/", "/companies/", "/technologies/", "/categories/", "/migrations/", "/companies/fam/"):
        assert client.get(page).content == client.get(page).content

    assert len(places()) <= 2


def test_what_is_newer_takes_the_place_of_what_was_older(client, fam, kept_pages):
    client.get("/companies/")
    for number in range(3):
        fam.name = f"Fam {number}"
        fam.save()
        assert fam.name in client.get("/companies/").content.decode()

    assert len(places()) == 1


def test_a_page_as_large_as_that_is_not_kept(client, fam, kept_pages, monkeypatch):
    monkeypatch.setattr(conditional, "LARGEST", 10)

    assert client.get("/companies/").status_code == 200
    assert places() == {}


def test_script_name_and_path_stand_apart(client, fam, kept_pages):
    """Behind a server that tells what stands above the application: one path may be cut in two ways."""
    wanted = client.get("/companies/").content

    client.get("/", SCRIPT_NAME="/companies")
    client.get("/companies/", SCRIPT_NAME="/x")

    assert client.get("/companies/").content == wanted


def test_the_same_number_of_another_catalogue_is_another_tag(client, fam):
    etag = client.get("/api/v1/usages/").headers["ETag"]
    newest = Change.objects.order_by("-seq")[:1].get()
    newest.at += timedelta(seconds=1)
    newest.save()

    assert client.get("/api/v1/usages/", headers={"if-none-match": etag}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/companies/fam/", "/api/v1/usages/"])
def test_what_was_kept_is_framed_and_measured_like_what_was_made(client, fam, path):
    made, kept = client.get(path), client.get(path)

    of_one_answer = {"X-Request-ID"}
    assert {name: value for name, value in made.headers.items() if name not in of_one_answer} == {
        name: value for name, value in kept.headers.items() if name not in of_one_answer
    }
    assert kept.headers["X-Frame-Options"] == "DENY"
    assert kept.headers["Content-Length"] == str(len(kept.content))


def test_the_revision_is_one_statement_that_reads_by_primary_keys(fam, django_assert_num_queries):
    from stacks import revisions

    with django_assert_num_queries(1) as asked:
        revisions.revision()

    assert "SCAN" not in plan_of(asked[0]["sql"]).upper().replace("INDEX SCAN", "")
