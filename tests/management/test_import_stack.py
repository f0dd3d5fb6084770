import io
import json

import pytest
from django.core.management import CommandError, call_command

from stacks.models import Change, Company, ImportBatch, Usage
from tests.factories import make_category, make_company, make_technology

pytestmark = pytest.mark.django_db

_KEYS = """
line text kind name technology new from company category scope purpose remarks reason stage hosting via
started ended technology_version edition_on quote locator how sure ticked why via_name from_name
action usage problem
"""


@pytest.fixture
def stack(tmp_path):
    make_technology("Redis", make_category("Caches"))
    file = tmp_path / "stack.md"
    file.write_text("# Stack\n\n| Purpose | Service |\n|---|---|\n| Cache | Redis 7.2 |\n| Broker | Frobnicator |\n")
    return file


def run(*args, **options):
    out = io.StringIO()
    try:
        call_command("import_stack", *map(str, args), stdout=out, **options)
    except SystemExit as stopped:
        return out.getvalue(), stopped.code
    return out.getvalue(), 0


def document(*args, **options):
    out, status = run(*args, "--json", **options)
    return json.loads(out), status


def test_the_document_has_every_key_of_the_contract(stack):
    company = make_company("Acme")

    told, status = document(
        stack, "--company", "Acme", "--source", "https://acme.example/stack", "--edition", "2024-05"
    )

    assert status == 0
    assert list(told)[:8] == ["path", "format", "company", "technology", "source", "lines", "problems", "summary"]
    assert list(told)[8:] == ["references", "relative_links"]  # more than the contract says, at its end
    assert (told["path"], told["format"], told["company"]) == (str(stack), "markdown", company.slug)
    line = next(line for line in told["lines"] if line["technology"] == "redis")
    assert set(_KEYS.split()) <= set(line)
    assert (line["line"], line["category"], line["stage"], line["technology_version"]) == (5, "caches", "in_use", "7.2")
    assert (line["ticked"], line["action"], line["edition_on"]) == (True, "add", "2024-05")
    assert told["summary"] | {"ticked": 1, "offered": 1, "new": 1, "add": 1, "problems": 0} == told["summary"]


def test_nothing_is_written(stack):
    before = (Change.objects.count(), Company.objects.count(), Usage.objects.count())

    run(stack, "--company", "Somebody new")

    assert (Change.objects.count(), Company.objects.count(), Usage.objects.count()) == before


def test_the_table_tells_what_is_proposed_and_what_only_offered(stack):
    out, status = run(stack)

    assert status == 0
    lines = out.splitlines()
    assert lines[1] == "  Proposed"
    assert "  Offered, not chosen" in lines
    assert "Frobnicator (new)" in out
    assert "Nothing was written." in out


def test_many_files_are_one_document_a_line(stack, tmp_path):
    other = tmp_path / "other.md"
    other.write_text("We use Redis for sessions.")

    out, status = run(stack, other, "--json")

    assert status == 0
    assert [json.loads(line)["path"] for line in out.splitlines()] == [str(stack), str(other)]


def test_many_files_show_how_far_it_is_where_somebody_looks_on(stack, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)

    call_command("import_stack", str(stack), str(stack), stderr=(err := io.StringIO()), stdout=io.StringIO())

    assert "] 0/2 " in err.getvalue()
    assert "[###############...............] 1/2 " in err.getvalue()


def test_figures_stand_in_the_preview(tmp_path):
    make_technology("Redis", make_category("Caches"))
    (tmp_path / "story.md").write_text("Our Redis takes 90,000 messages per second.\n")

    assert "  + 1      messages per second: 90,000" in run(tmp_path / "story.md", "--company", "Acme")[0]


def test_a_file_that_cannot_be_read_is_2_and_the_others_are_read_all_the_same(stack, tmp_path):
    binary = tmp_path / "x.md"
    binary.write_bytes(b"\x00\x01")

    out, status = run(tmp_path / "none.md", binary, stack, "--json")

    assert status == 2
    first, second, third = map(json.loads, out.splitlines())
    assert [first["format"], second["format"], third["format"]] == [None, None, "markdown"]
    assert "cannot be opened" in first["problems"][0]["message"]
    assert second["problems"] == [{"line": 1, "message": "This is no text: it holds zero bytes."}]


def test_a_line_with_a_problem_is_1(tmp_path):
    radar = tmp_path / "radar.csv"
    radar.write_text("name,ring,quadrant\nRedis,somewhere,tools\n")

    told, status = document(radar)

    assert status == 1
    assert told["problems"] == [{"line": 2, "message": "The ring “somewhere” is not known."}]


def test_standard_input(stack, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stack.read_bytes())))

    told, status = document("-")

    assert (status, told["path"], told["format"]) == (0, "-", "markdown")


def test_a_technology_makes_it_a_list_of_adopters(stack, tmp_path):
    file = tmp_path / "who.md"
    file.write_text("# Users\n- [Acme](https://acme.example)\n- [Globex](https://globex.example)\n")

    told, _ = document(file, "--technology", "Redis")

    assert (told["format"], told["technology"]) == ("adopters", "redis")
    assert [(line["company"], line["technology"]) for line in told["lines"]] == [("Acme", "redis"), ("Globex", "redis")]


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--source", "javascript:alert(1)", "full address"),
        ("--edition", "yesterday", "is not a date"),
        ("--technology", "Nothing", "No technology is called “Nothing”."),
    ],
)
def test_an_option_that_means_nothing_is_refused(stack, option, value, message):
    with pytest.raises(CommandError, match=message):
        run(stack, option, value)


def test_apply_writes_and_tells_what(stack):
    told, status = document(stack, "--company", "Acme", "--source", "https://acme.example/stack", "--apply")

    usage, batch = Usage.objects.get(), ImportBatch.objects.get()
    assert (status, told["company"], usage.state) == (0, "acme", "proposed")
    assert told["written"] == {
        "batch": batch.uid,
        "source": batch.source.uid,
        "companies": ["acme"],
        "usages": [usage.uid],
        "migrations": [],
        "waiting": 0,
    }
    assert [line["usage"] for line in told["lines"] if line["technology"] == "redis"] == [usage.uid]


def test_apply_says_what_it_wrote_and_that_a_second_time_is_nothing(stack):
    options = (stack, "--company", "Acme", "--source", "https://acme.example/stack", "--apply")

    first, _ = run(*options)
    again, status = run(*options)

    assert f"Written as import {ImportBatch.objects.get().uid}: 1 usage and 0 migrations proposed" in first
    assert "1 new company as a draft (acme)" in first
    assert (status, "Nothing was written." in again) == (0, True)


def test_apply_without_a_source_is_2_and_the_other_files_are_written(stack, tmp_path):
    other = tmp_path / "other.md"
    other.write_text("---\ntitle: Stack\nsource: https://acme.example/\n---\n## Stack\n- Redis\n")

    out, status = run(stack, other, "--company", "Acme", "--apply", "--json")

    first, second = map(json.loads, out.splitlines())
    assert status == 2
    assert first["problems"] == [
        {"line": 0, "message": "Where this stands on the web is not told: say it with --source."}
    ]
    assert (len(second["written"]["usages"]), Usage.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("2021,2019", "ended: 2019 is before the start, 2021."),
        ("2019-13,", "started: “2019-13” is not a date of the calendar."),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is(row, problem, stack, tmp_path):
    file = tmp_path / "stack.csv"
    file.write_text(f"technology,started,ended\nRedis,{row}\n")

    out, status = run(file, "--company", "Acme")

    assert status == 1
    assert problem in out
    assert [line["problem"] for line in document(file, "--company", "Acme")[0]["lines"]] == [problem]
