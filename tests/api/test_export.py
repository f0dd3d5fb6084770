"""The whole catalogue in one answer: whole, public, of one revision, in parts where it is kept."""

import csv
import io
import json
import sqlite3
import zipfile

import pytest

from stacks.api import copies
from stacks.exporters.flat import TABLES
from stacks.models import Change
from tests.api.catalogue import RESOURCES, make_bare, make_full
from tests.factories import make_company, make_technology, make_usage

KINDS = dict(
    zip(RESOURCES, ["company", "technology", "category", "usage", "migration", "source", "coverage"], strict=True)
)
FORMS = ["ndjson", "csv", "sqlite"]


def read(client, form, **headers):
    answer = client.get(f"/api/v1/export/?format={form}", headers=headers)
    return answer, answer.getvalue()


def open_sqlite(body, tmp_path):
    (tmp_path / "copy.sqlite3").write_bytes(body)
    return sqlite3.connect(tmp_path / "copy.sqlite3")


def test_the_lines_are_the_documents_of_the_lists(client, get):
    make_full()
    make_bare()

    answer, body = read(client, "ndjson")

    head, *lines, end = map(json.loads, body.splitlines())
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    newest = Change.objects.latest("seq")
    assert (head["kind"], head["revision"], head["licence"]["name"]) == ("catalogue", newest.seq, "CC BY 4.0")
    assert head["at"] == newest.at.isoformat().replace("+00:00", "Z")
    assert head["catalogue"] == get("")["catalogue"] == get("changes/")["catalogue"]
    for resource, kind in KINDS.items():
        told = [line["document"] for line in lines if line["kind"] == kind]
        assert told == get(f"{resource}/?ordering=added&page_size=500")["results"], kind
    redirects = [line["document"] for line in lines if line["kind"] == "redirect"]
    assert {"of": "company", "old": "former-1", "new": "full-1"} in redirects
    assert end == {"kind": "end", "documents": len(lines)}


@pytest.mark.parametrize("asked", ["application/octet-stream", "text/html", "*/*"])
def test_who_asks_for_bytes_gets_the_same_under_that_name(client, asked):
    make_full()

    answer = client.get("/api/v1/export/?format=csv", headers={"accept": asked})

    assert answer.headers["Content-Type"] == (asked if asked.endswith("stream") else "application/zip")
    assert "Accept" in answer.headers["Vary"]
    assert b"".join(answer.streaming_content).startswith(b"PK")


def test_a_question_can_be_asked_of_the_database_at_once(client, get, tmp_path):
    made = make_full()
    base = open_sqlite(read(client, "sqlite")[1], tmp_path)

    (company, technology, via), *_ = base.execute("SELECT company, technology, via FROM stacks WHERE stage = 'retired'")
    cited = base.execute("SELECT quote FROM evidence WHERE usage_uid = ?", (made["usages"].uid,)).fetchall()
    indexes = {row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    (told,) = base.execute("SELECT catalogue, revision, licence FROM catalogue").fetchall()
    base.close()

    assert (company, technology, via) == ("Company 1a", "Managed 1", "Base 1")
    assert sorted(quote or "" for (quote,) in cited) == ["", "we moved"]
    assert told == (get("")["catalogue"], get("")["revision"], "CC BY 4.0")
    assert {"usages_company_slug", "usages_technology_slug", "evidence_usage_uid"} <= indexes


def test_both_tables_hold_the_same_and_every_row(client, get, tmp_path):
    make_full()
    make_bare()
    base = open_sqlite(read(client, "sqlite")[1], tmp_path)
    archive = zipfile.ZipFile(io.BytesIO(read(client, "csv")[1]))

    assert archive.namelist() == [f"{name}.csv" for name in TABLES]
    for name, table in TABLES.items():
        text = archive.read(f"{name}.csv").decode("utf-8-sig")
        columns, *rows = csv.reader(io.StringIO(text))
        told = [["" if cell is None else str(cell) for cell in row] for row in base.execute(f"SELECT * FROM {name}")]
        assert tuple(columns) == table.columns
        assert sorted(rows) == sorted(told), name
        assert rows, name
        if name in RESOURCES:
            assert len(rows) == get(f"{name}/?count=true")["count"]
    base.close()


def test_what_a_spreadsheet_would_run_is_text(client):
    make_company("=Evil")

    archive = zipfile.ZipFile(io.BytesIO(read(client, "csv")[1]))

    assert "'=Evil" in archive.read("companies.csv").decode()
    assert archive.read("companies.csv").startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("form", FORMS)
def test_what_is_not_public_is_in_no_copy(client, form):
    usage = make_usage(make_company("Seen"), via=make_technology("Whisper via", state="draft"))
    make_usage(usage.company, make_technology("Whisper", state="draft"))
    make_usage(usage.company, state="proposed", purpose="Whispered")
    make_usage(make_company("Whisper Ltd", state="retracted", slug="whisper-ltd"))

    _, body = read(client, form)

    if form == "csv":
        archive = zipfile.ZipFile(io.BytesIO(body))
        body = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Seen" in body
    assert b"hisper" not in body


@pytest.mark.parametrize("form", FORMS)
def test_a_copy_names_its_revision_and_is_not_read_twice(client, form, get, django_assert_num_queries):
    make_full()
    answer, body = read(client, form)

    assert answer.headers["Stacks-Revision"] == str(get("")["revision"])
    assert answer.headers["Stacks-Catalogue"] == get("")["catalogue"]
    assert answer.headers["Link"].endswith('rel="license"')
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="stacks-{get("")["revision"]}.')
    # the revision, and no table of the catalogue
    with django_assert_num_queries(1):
        again, kept = read(client, form)
    assert kept == body
    assert again.headers["ETag"] == answer.headers["ETag"]
    assert not again.headers["ETag"].startswith("W/")
    with django_assert_num_queries(1):
        known = read(client, form, **{"if-none-match": again.headers["ETag"]})[0]
        assert (known.status_code, known.headers["ETag"]) == (304, again.headers["ETag"])
    make_company()
    assert read(client, form, **{"if-none-match": again.headers["ETag"]})[0].status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=10-19", 206, slice(10, 20)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-10", 206, slice(-10, None)),
        ("bytes=0-999999999", 206, slice(None)),
        ("bytes=20-10", 200, slice(None)),
        ("bytes=a-b", 200, slice(None)),
        ("bytes=-", 200, slice(None)),
        ("bytes=1-2,4-5", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
        ("bytes=999999999-", 416, None),
        ("bytes=-0", 416, None),
    ],
)
def test_a_kept_copy_is_given_in_parts(client, asked, status, part):
    make_full()
    whole = read(client, "ndjson")[1]

    answer, body = read(client, "ndjson", range=asked)

    assert answer.status_code == status
    if part is None:
        assert answer.headers["Content-Range"] == f"bytes */{len(whole)}"
        assert answer.headers["Content-Type"] == "application/problem+json"
    else:
        assert body == whole[part]
        assert answer.headers["Content-Length"] == str(len(body))


def test_parts_of_two_copies_are_not_mixed(client):
    make_full()
    first, _ = read(client, "ndjson")
    make_company("Since")

    answer, body = read(client, "ndjson", **{"range": "bytes=10-", "if-range": first.headers["ETag"]})

    assert answer.status_code == 200
    assert b"Since" in body


def test_a_download_that_nobody_finished_is_not_kept(client, settings):
    make_full()
    answer = client.get("/api/v1/export/?format=ndjson")
    next(answer._iterator)
    answer._iterator.close()

    assert list(settings.COPIES_DIR.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_costs_the_keeping_only(client, settings, tmp_path):
    make_full()
    (tmp_path / "file").touch()
    settings.COPIES_DIR = tmp_path / "file" / "copies"

    answer, body = read(client, "ndjson")

    assert answer.status_code == 200
    assert json.loads(body.splitlines()[-1])["kind"] == "end"


def test_old_copies_go(client, settings):
    for number in range(6):
        make_company(f"Company {number}")
        read(client, "ndjson")
        read(client, "sqlite")

    kept = [path.name.partition("-")[0] for path in settings.COPIES_DIR.iterdir()]
    assert kept.count("ndjson") == 4
    assert kept.count("sqlite") == 4
    assert "draft" not in kept


def test_who_comes_while_a_copy_is_made_is_told_to_ask_again(client, settings, monkeypatch):
    monkeypatch.setattr(copies, "_WAIT_SECONDS", 0)
    settings.COPIES_DIR.mkdir(exist_ok=True)
    with copies._turn(settings.COPIES_DIR / "sqlite.lock"):
        answer = client.get("/api/v1/export/?format=sqlite")

    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["", "format=xml", "format=ndjson&format=csv", "format=csv&after=1"])
def test_a_form_that_there_is_not_is_a_problem(client, query):
    assert client.get(f"/api/v1/export/?{query}").status_code == 400


@pytest.mark.parametrize("form", FORMS)
def test_asking_for_the_head_alone_makes_nothing_of_lines(client, form):
    make_full()

    answer = client.head(f"/api/v1/export/?format={form}")
    answer.getvalue()

    assert answer.status_code == 200
    assert answer.headers["ETag"]


@pytest.mark.parametrize("rows", [1, 5])
def test_a_copy_costs_the_same_however_many_rows(client, rows, django_assert_num_queries):
    for number in range(rows):
        make_full(number)

    # the revision twice and its moment; two reads for each kind (the second finds the end), what hangs on their rows
    # (technologies and companies four, usages and migrations one each), old slugs of three kinds
    with django_assert_num_queries(3 + 2 * 7 + 4 + 4 + 1 + 1 + 3):
        read(client, "ndjson")
