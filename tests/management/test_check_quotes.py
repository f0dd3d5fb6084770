"""`check_quotes`: what evidence quotes stands in the texts that a curator keeps, word for word."""

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_evidence, make_source, make_usage

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return make_source()


def quote(source, text, **fields):
    return make_evidence(source=source, usage=make_usage(source=False), quote=text, **fields)


def run(folder, capsys):
    try:
        call_command("check_quotes", folder)
    except CommandError as error:
        return f"{capsys.readouterr().out}{error}", 1
    return capsys.readouterr().out, 0


@pytest.mark.parametrize(
    "text",
    [
        "We run Kafka, and the team’s Postgres.",
        "We run\n  Kafka,\nand the team's **Postgres**.",
        "We run [Kafka](https://kafka.example/a_b), and the team's `Postgres`.",
        "<p>We run <b>Kafka,</b> and the team&#8217;s&nbsp;Postgres.</p>",
    ],
)
def test_markup_line_breaks_and_curly_signs_make_no_difference(tmp_path, capsys, source, text):
    (tmp_path / f"{source.uid}.txt").write_text(text, encoding="utf-8")
    quote(source, "Kafka, and the team's Postgres")

    assert run(tmp_path, capsys) == ("1 found, 0 not found, 0 without a text.\n", 0)


@pytest.mark.parametrize("told", ["We run kafka.", "We ran Kafka.", "We run Kafka too."])
def test_another_word_or_letter_is_not_found(tmp_path, capsys, source, told):
    (tmp_path / f"{source.uid}.txt").write_text("We run Kafka.", encoding="utf-8")
    evidence = quote(source, told)

    out, status = run(tmp_path, capsys)
    assert status == 1
    assert f"{evidence.usage}: not in the text of {source.uid}: “{told}”" in out
    assert "0 found, 1 not found, 0 without a text." in out


def test_a_text_that_holds_one_quote_of_a_source_is_its_text(tmp_path, capsys, source):
    below = tmp_path / "kept"
    below.mkdir()
    (below / "story.md").write_text("We run Kafka. We like it.", encoding="utf-8")
    quote(source, "We run Kafka.")
    quote(source, "We hate it.")

    out, status = run(tmp_path, capsys)
    assert status == 1
    assert "1 found, 1 not found, 0 without a text." in out


def test_a_quote_whose_source_has_no_text_is_no_fault(tmp_path, capsys, source):
    (tmp_path / "other.txt").write_text("Something else.", encoding="utf-8")
    quote(source, "We run Kafka.")
    quote(source, "")  # nothing is quoted

    assert run(tmp_path, capsys) == ("0 found, 0 not found, 1 without a text.\n", 0)


def test_a_folder_that_is_none_is_told(tmp_path, capsys):
    out, status = run(tmp_path / "missing", capsys)

    assert status == 1
    assert "There is no folder" in out
