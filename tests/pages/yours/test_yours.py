"""Your stack: pasted, recognised, laid beside the catalogue; nothing of it is kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from stacks.curating import curating
from stacks.models import Change, State, TechnologyAlias
from stacks.pages.yours import pasted
from tests.factories import (
    make_category,
    make_company,
    make_evidence,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)
from tests.pages.reading import links_of, text_of

pytestmark = pytest.mark.django_db
PATH = "/compare/yours/"
STACK = f"{PATH}?technology=angularjs&technology=django&technology=postgresql"


@pytest.fixture(autouse=True)
def forget():
    pasted._known.cache_clear()


@pytest.fixture
def catalogue():
    with curating():
        ui, web, data = make_category("UI"), make_category("Web"), make_category("Databases")
        angular = make_technology(
            "AngularJS", ui, lifecycle="ended", lifecycle_on="2021-12", lifecycle_source="https://e.example/"
        )
        react, django = make_technology("React", ui), make_technology("Django", web, kind="framework")
        postgres = make_technology("PostgreSQL", data, kind="datastore")
        make_technology("Whisper", data, state=State.DRAFT)
        TechnologyAlias.objects.create(technology=postgres, name="Postgres")
        make_relation(react, "successor_of", angular)
        acme = make_company("Acme")
        for technology in (django, postgres, react):
            make_usage(acme, technology)
        make_usage(make_company("Old"), angular, source=make_source(published_on="2010-01-01"))
        make_migration(acme, angular, react, reason="It had no future.")
        make_usage(make_company("Secret", state=State.DRAFT), django)
        make_migration(make_company("Hidden", state=State.DRAFT), django, react, reason="Whispered.")
        make_usage(make_company("Bolt"), django, ended="2019")
    return acme


def post(client, text, **more):
    return client.post(PATH, {"text": text, **more})


def test_what_is_pasted_is_shown_as_it_was_taken_and_a_link_carries_it(client, catalogue):
    page = post(client, "AngularJS\nPostgres\nDjango\nFoobarDB")

    assert page.status_code == 200
    assert STACK in links_of(page)
    text = text_of(page, "main")
    assert "3 recognised" in text
    assert "line 2" in text
    assert "FoobarDB" in text
    assert client.get(STACK).status_code == 200


def test_packages_that_only_talk_to_something_are_asked(client, catalogue):
    page = post(client, "django==4.2\npostgresql==1.0\n")

    html = page.content.decode()
    assert "1 recognised, 1 unclear" in text_of(page, "main")
    assert 'value="django" checked' in html
    assert 'value="postgresql">' in html


def test_a_file_is_read_like_pasted_text(client, catalogue):
    file = SimpleUploadedFile("bom.json", b'{"components": [{"purl": "pkg:docker/postgres@16"}, {"name": "Django"}]}')

    page = client.post(PATH, {"text": "", "file": file})

    assert "CycloneDX" in text_of(page, "main")
    assert f"{PATH}?technology=django&technology=postgresql" in links_of(page)


@pytest.mark.parametrize(
    ("text", "status", "said"),
    [
        ("", 400, "Nothing was pasted"),
        ("x" * 70_000, 413, "64 kB"),
        ("x" * 300_000, 413, "64 kB"),
        ('{"dependencies', 400, "cut off"),
        ("lorem ipsum", 200, "Nothing was recognised"),
        ('{"components": [{"name": "\\ud800"}, {"name": "\\u0000<b>"}]}', 200, "Nothing was recognised"),
        ("Whisper, Secret", 200, "Nothing was recognised"),  # drafts
    ],
)
def test_text_that_says_nothing_is_answered_in_words(client, catalogue, text, status, said):
    page = post(client, text)

    assert page.status_code == status
    assert said in text_of(page, "main")
    assert "<b>" not in page.content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=a",
        "application/json",
        "application/x-www-form-urlencoded; charset=utf-16",
    ],
)
def test_what_is_no_form_is_answered_in_words(client, sent):
    page = client.generic("POST", PATH, b"{}", content_type=sent)

    assert page.status_code == 400
    assert "Your stack" in text_of(page, "main")


def test_nothing_is_kept_and_nobody_is_known(client, catalogue, django_assert_max_num_queries):
    before = Change.objects.count()
    post(client, "Postgres, Django")

    with django_assert_max_num_queries(1):  # the revision
        page = post(client, "Postgres, Django, React")

    assert Change.objects.count() == before
    assert not page.cookies
    for answer in (page, client.get(STACK)):
        assert (answer.headers["Cache-Control"], answer.headers["X-Robots-Tag"]) == ("no-store", "noindex")
    assert "csrfmiddlewaretoken" not in page.content.decode()


def test_a_stack_has_one_address(client, catalogue):
    page = client.get(f"{PATH}?technology=Postgres&technology=django&technology=angularjs&technology=django&utm=x")

    assert (page.status_code, page.headers["Location"]) == (302, STACK)


@pytest.mark.parametrize(
    ("query", "said", "way_on"),
    [
        ("technology=django", "name at least one more", PATH),
        (
            "technology=django&technology=postgresql&technology=nothing",
            "“nothing”",
            f"{PATH}?technology=django&technology=postgresql",
        ),
        ("technology=whisper&technology=django", "“whisper”", PATH),
        ("&".join(f"technology=t{n}" for n in range(61)), "leave out 1", None),
        ("technology=django&technology=postgresql&format=xls", "xls", None),
    ],
)
def test_a_stack_that_cannot_be_shown_says_what_to_do(client, catalogue, query, said, way_on):
    page = client.get(f"{PATH}?{query}")

    assert page.status_code == 400
    assert said in text_of(page, "main")
    assert way_on is None or way_on in links_of(page)


def test_a_stack_stands_beside_who_is_alike_what_has_ended_and_who_left(client, catalogue):
    text = text_of(client.get(STACK), "main")

    assert "Most like Acme" in text
    assert "Ended since 2021-12" in text
    assert "last said to be in use in 2010" in text
    assert "It had no future." in text
    assert "Bolt" in text  # ended without a move
    assert "Secret" not in text
    assert "Whispered" not in text


@pytest.mark.parametrize("form", ["json", "csv", "md"])
def test_a_stack_comes_in_other_forms(client, catalogue, form):
    page = client.get(f"{STACK}&format={form}")

    assert page.status_code == 200
    assert "It had no future." in page.content.decode()
    assert "Whispered" not in page.content.decode()


def test_a_stack_costs_the_same_however_much_it_shows(client, catalogue, django_assert_max_num_queries):
    technologies = [make_technology(f"Tool {n}") for n in range(3)]
    for n in range(3):
        company = make_company(f"More {n}")
        for technology in technologies:
            make_evidence(usage=make_usage(company, technology), source=make_source())
            make_migration(company, technology)

    # revision, technologies, newest edition, bases, successors, moves and their evidence, past and its evidence, said,
    # alike (2), companies, their cells (3), places, names of who left, names to offer; what is held of all
    # companies (five, the first time in a process)
    with django_assert_max_num_queries(19 + 5):
        page = client.get(f"{PATH}?{'&'.join(f'technology={t.slug}' for t in technologies)}")

    assert page.status_code == 200
