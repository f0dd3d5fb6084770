"""Badges: what each says, as a picture and as shields.io reads it, and whom it says nothing to."""

import xml.etree.ElementTree as ET

import pytest

from stacks.curating import curating
from stacks.models import Redirect, State
from stacks.pages.embeds.advances import text_width
from tests.factories import make_company, make_source, make_technology, make_usage
from tests.pages.reading import text_of

SVG = "{http://www.w3.org/2000/svg}"


def read(client, address):
    """The picture, and what the endpoint of the same address says."""
    picture, endpoint = client.get(f"{address}.svg"), client.get(f"{address}.json")
    assert (picture.status_code, endpoint.status_code) == (200, 200), address
    return ET.fromstring(picture.content.decode()), endpoint.json()


@pytest.fixture
def kafka():
    return make_technology("Kafka")


@pytest.fixture
def acme():
    return make_company("Acme")


@pytest.mark.parametrize(
    ("usages", "said"),
    [
        ([{"stage": "in_use", "started": "2019-04"}], "uses Kafka since 2019"),
        ([{"stage": "in_use"}], "uses Kafka"),
        ([{"stage": "in_use", "started": "2020"}, {"started": "2018", "scope": "x"}], "uses Kafka since 2018"),
        ([{"stage": "retiring", "started": "2018"}], "is leaving Kafka"),
        ([{"stage": "trial"}], "is trying Kafka"),
        ([{"stage": "planned"}], "plans Kafka"),
        ([{"stage": "in_use", "started": "2011", "ended": "2018-05"}], "used Kafka until 2018"),
        ([{"stage": "retired"}], "used Kafka"),
        ([{"ended": "2018"}, {"stage": "planned", "scope": "x"}, {"scope": "y"}], "uses Kafka"),
    ],
)
def test_a_badge_says_how_far_the_use_is(client, acme, kafka, usages, said):
    for usage in usages:
        make_usage(acme, kafka, **usage)

    picture, endpoint = read(client, "/badges/companies/acme/kafka")

    assert (endpoint["label"], endpoint["message"]) == ("Acme", said)
    assert [text.text for text in picture.iter(f"{SVG}text")] == ["Acme", said]


def test_a_badge_says_when_it_was_last_said_long_ago(client, acme, kafka):
    make_usage(acme, kafka, started="2009", source=make_source(published_on="2012-01-01"))
    assert read(client, "/badges/companies/acme/kafka")[1]["message"] == "uses Kafka since 2009"

    make_usage(source=make_source(published_on="2026-01-01"))

    old = read(client, "/badges/companies/acme/kafka")[1]
    assert (old["message"], old["color"]) == ("uses Kafka since 2009, last said 2012", "5c6367")


def test_a_badge_counts_what_is_public(client, acme, kafka):
    for address in ("/badges/technologies/kafka", "/badges/companies/acme"):
        assert read(client, address)[1]["message"].startswith("no ")

    make_usage(acme, kafka)
    make_usage(acme, state=State.PROPOSED)
    make_usage(make_company("Hush", state=State.DRAFT), kafka)

    assert read(client, "/badges/technologies/kafka")[1]["message"] == "used by 1 company"
    assert read(client, "/badges/companies/acme")[1]["message"] == "1 usage documented"


def test_the_endpoint_is_what_shields_reads(client, acme):
    answer = client.get("/badges/companies/acme.json")

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {
        "schemaVersion": 1,
        "label": "Acme",
        "message": "no usage documented",
        "color": "5c6367",
    }


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_what_is_not_public_has_no_badge(client, acme, kafka, state):
    make_usage(acme, kafka, state=state)
    make_company("Hush", state=state)
    make_technology("Whisper", state=state)

    for address in ("companies/acme/kafka", "companies/hush", "technologies/whisper", "companies/hush/kafka"):
        for form in ("svg", "json"):
            answer = client.get(f"/badges/{address}.{form}")
            assert answer.status_code == 404, address
            assert b"Hush" not in answer.content
            assert b"Whisper" not in answer.content


@pytest.mark.parametrize("form", ["svg", "json"])
def test_an_old_slug_leads_to_the_badge_of_today(client, acme, kafka, form):
    make_usage(acme, kafka)
    with curating():
        Redirect.objects.create(kind="company", old_slug="ajax", new_slug="acme")
        Redirect.objects.create(kind="technology", old_slug="kavka", new_slug="kafka")

    for old, new in (
        ("companies/ajax", "companies/acme"),
        ("technologies/kavka", "technologies/kafka"),
        ("companies/ajax/kafka", "companies/acme/kafka"),
        ("companies/acme/kavka", "companies/acme/kafka"),
    ):
        answer = client.get(f"/badges/{old}.{form}")
        assert (answer.status_code, answer.headers["Location"]) == (301, f"/badges/{new}.{form}")


def test_a_name_is_text_whatever_it_holds(client):
    name = "<script>\"&'</title>\u202e"
    make_company(name, slug="odd")

    picture, endpoint = read(client, "/badges/companies/odd")

    assert endpoint["label"] == name
    assert picture.find(f"{SVG}title").text == f"{name}: no usage documented"
    assert picture.get("aria-label") == f"{name}: no usage documented"
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} == {
        "svg",
        "title",
        "rect",
        "path",
        "g",
        "text",
    }
    assert "style" not in "".join(key for element in picture.iter() for key in element.attrib)


def test_the_picture_is_as_wide_as_its_words(client):
    make_company("iii", slug="narrow")
    make_company("WWW", slug="wide")

    narrow, wide = (read(client, f"/badges/companies/{slug}")[0] for slug in ("narrow", "wide"))

    lengths = [int(text.get("textLength")) for text in wide.iter(f"{SVG}text")]
    assert int(wide.get("width")) == sum(lengths) + 4 * 6
    assert int(wide.get("width")) - int(narrow.get("width")) == round(3 * 2025 * 11 / 2048) - round(3 * 569 * 11 / 2048)


@pytest.mark.parametrize(
    ("text", "width"),
    [("", 0), ("e\u0301", 1260), ("日本", 2 * 2048), ("é", 1260), ("Ж", 1409), ("a b", 1255 + 651 + 1300)],
)
def test_text_is_measured_by_the_advances_of_a_font(text, width):
    assert text_width(text, 2048) == width


@pytest.mark.parametrize("address", ["companies/acme.svg", "companies/acme/kafka.json", "technologies/kafka.svg"])
def test_a_badge_is_kept_by_caches_until_the_catalogue_changes(client, acme, kafka, address):
    make_usage(acme, kafka)

    answer = client.get(f"/badges/{address}")

    assert "public" in answer.headers["Cache-Control"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    tag = {"if-none-match": answer.headers["ETag"]}
    assert client.get(f"/badges/{address}?utm_source=x", headers=tag).status_code == 304
    make_usage(acme)
    assert client.get(f"/badges/{address}", headers=tag).status_code == 200


@pytest.mark.parametrize("usages", [1, 12])
def test_a_badge_costs_the_same_however_much_is_used(client, acme, kafka, usages, django_assert_num_queries):
    for number in range(usages):
        make_usage(acme, kafka, scope=f"team {number}")

    # the revision, the row
    for address in ("companies/acme", "technologies/kafka"):
        with django_assert_num_queries(2):
            client.get(f"/badges/{address}.svg")
    # the revision, the company, the technology, what it is used for, the newest edition of the catalogue
    with django_assert_num_queries(5):
        client.get("/badges/companies/acme/kafka.svg")


@pytest.mark.parametrize(
    ("page", "badge"),
    [("/companies/odd/", "/badges/companies/odd.svg"), ("/technologies/kafka/", "/badges/technologies/kafka.svg")],
)
def test_a_page_has_what_to_copy(client, kafka, settings, page, badge):
    settings.SITE_URL = "https://stacks.example.org"
    make_company("A] & <b>", slug="odd")

    text = text_of(client.get(page), "main")

    assert f"](https://stacks.example.org{badge})](https://stacks.example.org{page})" in text
    assert f'<a href="https://stacks.example.org{page}"><img src="https://stacks.example.org{badge}"' in text
    assert client.get(badge).status_code == 200


def test_a_company_page_has_the_badge_of_one_technology_to_copy(client, acme, kafka, settings):
    settings.SITE_URL = "https://stacks.example.org"
    make_usage(acme, kafka)

    text = text_of(client.get("/companies/acme/"), "main")

    picture = "/badges/companies/acme/SLUG.svg"
    assert f"[![Acme](https://stacks.example.org{picture})](https://stacks.example.org/companies/acme/)" in text
    assert client.get(picture.replace("SLUG", "kafka")).status_code == 200
