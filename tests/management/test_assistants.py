"""What assistants are told: the site's own words, short, with a way on."""

import json
from importlib import util

import pytest
from django.core.management import CommandError, call_command

from stacks.management.assistants import questions
from stacks.management.assistants.asking import Asker, Unanswered
from stacks.management.assistants.shortening import shorten_document, shorten_page
from stacks.models import State, TechnologyAlias
from tests.factories import make_company, make_migration, make_source, make_technology, make_usage

ROWS = "\n".join(f"| Data | T{number} | {'why ' * 40} | <https://example.org/{number}> |" for number in range(60))
PAGE = (
    f"# Fam\n\n| area | technology | remarks | sources |\n| --- | --- | --- | --- |\n{ROWS}\n\nStacks, CC BY. <here>\n"
)


def test_a_short_page_is_told_as_it_is():
    assert shorten_page(PAGE, "", 50_000) == PAGE


def test_a_long_page_loses_columns_before_rows_and_says_how_to_get_them():
    text = shorten_page(PAGE, "", 2000)

    assert len(text.encode()) < 2000 * 2.6
    assert text.count("\n| Data | T") == 60
    assert "<here>" in text
    assert text.endswith(
        "Left out to stay within 2000 tokens: the column remarks. For these ask with tokens=6000, or narrow it: "
        "`about` keeps the rows that hold a word, such as a category.\n"
    )


def test_the_first_rows_stay_where_nothing_else_helps():
    text = shorten_page(PAGE.replace(ROWS, f"{ROWS}\n{ROWS}"), "", 500)

    assert len(text.encode()) < 500 * 2.6
    assert "| T0 |" in text
    assert "of 120 rows and the columns remarks, area, sources" in text


def test_about_keeps_the_rows_that_hold_the_words():
    page = PAGE.replace("| T7 |", r"| Café \| bar |")

    text = shorten_page(page, "CAFÉ", 2000)

    assert text.count("\n| Data") == 1
    assert r"| Café \| bar | why" in text
    assert "1 of 60 rows hold “CAFÉ”" in text


def test_rows_of_a_document_are_kept_whole():
    text, kept = shorten_document({"results": [{"n": "é" * 100}] * 50}, "results", "Stacks.", 1000)

    assert 0 < kept < 50
    assert len(text.encode()) < 1000 * 2.6
    assert len(json.loads(text.partition("\n\n")[0])["results"]) == kept
    assert f"Left out to stay within 1000 tokens: {50 - kept} more" in text


@pytest.fixture
def fam(settings, one_connection):
    settings.SITE_URL = "https://stacks.example.org"
    settings.ALLOWED_HOSTS = ["stacks.example.org"]
    fam = make_company("Fam")
    kafka = make_technology("Apache Kafka")
    TechnologyAlias.objects.create(technology=kafka, name="Kafka")
    make_usage(fam, kafka, source=make_source(url="https://example.org/story"))
    make_usage(fam, make_technology("Secret"), state=State.DRAFT)
    return fam


@pytest.mark.django_db
def test_each_tool_answers_with_a_source(fam):
    bolt, kafka = make_company("Bolt", usages=1), fam.usages.published().get().technology
    make_migration(fam, to_technology=kafka)
    asker = Asker()
    answers = {
        "/api/v1/search/?q=kafka": questions.search(asker, "kafka"),
        "/companies/fam/": questions.company(asker, "FAM"),
        "/technologies/apache-kafka/": questions.technology(asker, "kafka"),
        "/compare/companies/fam/bolt/?only=differences": questions.compare(
            asker, ["Fam", bolt.name], only="differences"
        ),
        "/api/v1/changes/?company=fam&": questions.changes(asker, company="fam"),
        "/migrations/?company=fam&to_technology=apache-kafka": questions.migrations(
            asker, company="Fam", chosen="Kafka"
        ),
    }

    for address, answer in answers.items():
        assert f"<https://stacks.example.org{address}" in answer
        assert "CC BY 4.0" in answer
        assert "Secret" not in answer
    assert "<https://example.org/story>" in answers["/companies/fam/"]


@pytest.mark.django_db
def test_an_error_names_the_way_on(fam):
    make_technology("CI/CD")

    for question, way in [
        (lambda: questions.company(Asker(), "Fams"), "There is no company “Fams” here. Perhaps you mean: Fam (fam)."),
        (lambda: questions.company(Asker(), "Zz\x00z"), "Find its name with the tool `search`."),
        (lambda: questions.company(Asker(), "Zzz/9"), "Find its name with the tool `search`."),
        (lambda: questions.company(Asker(), "Fam", as_of="soon"), "write 2019, 2019-06 or 2019-06-03"),
        (lambda: questions.company(Asker(), " "), "Say which company"),
        (lambda: questions.compare(Asker(), ["Fam", "/"]), "Say which company"),
        (lambda: questions.compare(Asker(), ["Fam"]), "From 2 to 6 can be compared, not 1."),
        (lambda: questions.compare(Asker(), ["Fam", "fam"]), "name each once"),
        (lambda: questions.changes(Asker(), after=10**6), "begin again with 0"),
        (lambda: questions.search(Asker(), " "), "Say what to look for"),
    ]:
        with pytest.raises(Unanswered) as told:
            question()
        assert way in str(told.value)
    assert "Who uses CI/CD" in questions.technology(Asker(), "CI/CD")


@pytest.mark.django_db
def test_what_does_not_fit_can_be_asked_for_with_the_next_number(fam):
    first = questions.changes(Asker(), after=0, tokens=500)

    last = json.loads(first.partition("\n\n")[0])["results"][-1]["seq"]
    assert f"ask with after={last}" in first
    assert json.loads(questions.changes(Asker(), after=last).partition("\n\n")[0])["results"][0]["seq"] == last + 1


@pytest.mark.django_db
def test_the_limits_of_the_site_hold_for_each_who_asks(fam, settings):
    settings.THROTTLE_RATES = {"anon": (2, 3600), "key": (20, 3600)}
    settings.THROTTLE_SHARES, settings.TRUSTED_PROXIES = 1, 0
    one, other = Asker("192.0.2.1", {"x-forwarded-for": "192.0.2.9"}), Asker("192.0.2.2")

    questions.company(one, "fam")
    with pytest.raises(Unanswered, match=r"Too many questions for now: ask again in [0-9]+ seconds, or send a key"):
        questions.company(one, "fam")
    questions.company(other, "fam")
    with pytest.raises(Unanswered, match="There is no such key"):
        questions.company(Asker("192.0.2.3", {"authorization": "Bearer nothing"}), "fam")


def test_what_is_missing_is_said(monkeypatch):
    monkeypatch.setattr("stacks.management.commands.mcp.find_spec", lambda name: None)

    with pytest.raises(CommandError, match=r"pip install --require-hashes -r requirements/mcp\.txt"):
        call_command("mcp")
    assert util.find_spec("mcp")
