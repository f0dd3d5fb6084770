"""Preview pictures: drawn from what is public, whole in every script, kept under the revision."""

import re
from io import BytesIO

import pytest
from PIL import Image

from stacks.models import State
from stacks.pages.pictures.drawing import HEIGHT, WIDTH, Picture, draw, in_our_letters
from tests.factories import make_company, make_technology, make_usage


def picture_of(**told):
    return draw(Picture(**({"title": "Fam", "told": "3 usages", "names": ("Go",), "foot": "Stacks"} | told)))


def opened(data):
    return Image.open(BytesIO(data)).convert("L")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Żółw Énergie Über", "Żółw Énergie Über"),
        ("Яндекс", "Яндекс"),
        ("e\u0301", "é"),
        ("微信", "we chat"),
        ("C# / C++", "C# / C++"),
    ],
)
def test_a_name_in_another_script_is_told_by_its_slug(name, shown):
    assert in_our_letters(name, "we-chat") == shown


def test_each_letter_has_a_shape_of_its_own():
    missing = picture_of(title="\u0378")  # no letter at all

    assert len({missing, *(picture_of(title=letter) for letter in "éüłЯω")}) == 6


@pytest.mark.parametrize(
    "title", ["Fam", "A name of several long words that goes on for more than two lines " * 2, "x" * 300]
)
def test_nothing_leaves_the_picture_or_covers_the_foot(title):
    image = opened(picture_of(title=title, told="much " * 90, names=("Technology",) * 90))

    assert image.size == (WIDTH, HEIGHT) == (1200, 630)
    paper = image.getpixel((WIDTH - 1, 0))
    for edge in ((WIDTH - 60, 0, WIDTH, HEIGHT), (30, HEIGHT - 28, WIDTH, HEIGHT), (30, 544, WIDTH, 556)):
        assert image.crop(edge).getextrema()[0] > paper - 12, edge


@pytest.mark.django_db
def test_each_page_names_its_picture(client, settings):
    settings.SITE_URL = "https://stacks.example.org"
    kafka, rabbit = make_technology("Kafka"), make_technology("RabbitMQ")
    for name in ("Acme", "Bolt"):
        make_usage(make_company(name), kafka)
    make_usage(technology=rabbit)

    for path, canonical in [
        ("/companies/acme/", "/companies/acme/"),
        ("/technologies/kafka/", "/technologies/kafka/"),
        ("/compare/companies/bolt/acme/", "/compare/companies/acme/bolt/"),
        ("/compare/technologies/kafka/rabbitmq/", "/compare/technologies/kafka/rabbitmq/"),
    ]:
        text = client.get(path).content.decode()
        [address] = re.findall(r'<meta property="og:image" content="([^"]*)">', text)
        assert address == f"https://stacks.example.org{canonical}preview.png"
        answer = client.get(f"{canonical}preview.png")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
        assert opened(answer.content).size == (1200, 630)
        assert len(answer.content) < 60_000
    assert "og:image" not in client.get("/companies/").content.decode()
    assert client.get("/companies/ACME/preview.png").headers["Location"] == "/companies/acme/preview.png"
    assert client.get("/compare/companies/acme/Bolt/preview.png").headers["Location"].endswith("/acme/bolt/preview.png")
    assert client.get("/companies/nobody/preview.png").status_code == 404
    assert client.get("/compare/companies/acme/preview.png").status_code == 400


@pytest.mark.django_db
def test_a_draft_draws_nothing_and_a_usage_does(client):
    acme = make_company("Acme", usages=1)
    before = client.get("/companies/acme/preview.png").content

    make_usage(acme, make_technology("Secret"), state=State.DRAFT)
    assert client.get("/companies/acme/preview.png").content == before

    make_usage(acme, make_technology("Kafka"))
    assert client.get("/companies/acme/preview.png").content != before


@pytest.mark.django_db
@pytest.mark.parametrize("usages", [1, 3])
def test_it_is_drawn_once_a_revision(client, usages, django_assert_max_num_queries):
    acme = make_company("Acme", usages=usages)
    make_company("Other", usages=1)
    first = client.get("/companies/acme/preview.png").content

    # the revision and the company
    with django_assert_max_num_queries(3):
        assert client.get("/companies/acme/preview.png").content == first
    assert acme.slug == "acme"
