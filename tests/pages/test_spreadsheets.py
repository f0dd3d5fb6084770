"""Lists as CSV: every row, with slugs and uids, as spreadsheets read them."""

import csv
import io

import pytest

from stacks.curating import curating
from tests.factories import (
    make_category,
    make_company,
    make_coverage,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = pytest.mark.django_db
LISTS = ["companies", "technologies", "categories", "migrations", "usages", "changes"]


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))


@pytest.fixture
def some():
    with curating():
        category = make_category("Brokers")
        kafka = make_technology("Kafka", category, kind="service", licence="Apache-2.0")
        rabbit = make_technology("=Rabbit", category)
        fam = make_company("Fam", industry="Payments", summary="Één kaart")
        zerodha = make_company("Zerodha", industry="Broking")
        secret = make_technology("Whisper", category, state="draft")
        return [
            make_usage(fam, kafka, via=secret, started="2019"),
            make_usage(zerodha, rabbit, stage="retired"),
            make_usage(fam, secret, state="draft", purpose="Whispered"),
            make_usage(make_company("Whisper Ltd", state="draft"), kafka),
        ]


def test_companies_are_told_with_their_slugs(client, some):
    rows = read(client, "/companies/?format=csv")

    assert [(row["kind"], row["name"], row["slug"]) for row in rows] == [
        ("company", "Fam", "fam"),
        ("company", "Zerodha", "zerodha"),
    ]
    assert (rows[0]["summary"], rows[0]["usages_count"], rows[0]["licence"]) == ("Één kaart", "1", "CC BY 4.0")
    assert [row["slug"] for row in read(client, "/companies/?format=csv&uses=kafka")] == ["fam"]
    assert [row["slug"] for row in read(client, "/companies/?industry=Broking&format=csv")] == ["zerodha"]


def test_technologies_are_told_the_most_used_first(client, some):
    rows = read(client, "/technologies/?format=csv")

    assert [(row["kind"], row["name"], row["slug"]) for row in rows] == [
        ("service", "Kafka", "kafka"),
        ("tool", "'=Rabbit", "rabbit"),
    ]
    assert (rows[0]["category"], rows[0]["category_slug"], rows[0]["spdx_licence"]) == (
        "Brokers",
        "brokers",
        "Apache-2.0",
    )
    assert [row["slug"] for row in read(client, "/technologies/?kind=tool&format=csv")] == ["rabbit"]


def test_usages_are_told_with_uids(client, some):
    rows = read(client, "/usages/?format=csv")

    assert [row["uid"] for row in rows] == [usage.uid for usage in some[:2]]
    first, second = rows
    assert (first["kind"], first["company"], first["technology"], first["category"]) == (
        "usage",
        "Fam",
        "Kafka",
        "Brokers",
    )
    assert (first["started"], first["started_known_since"], first["via"], first["via_slug"]) == ("2019", "", "", "")
    assert (first["stage"], first["is_current"]) == ("in_use", "yes")
    assert (second["stage"], second["is_current"], second["started_known_since"]) == ("retired", "no", "2020-05-01")
    assert [row["company_slug"] for row in read(client, "/usages/?company=zerodha")] == ["zerodha"]


def test_blanks_follow_the_usages_of_companies_and_categories(client, some):
    company, category = some[0].company, some[0].category
    other = make_category("Caches")
    make_coverage(company, other, outcome="not_used", source=make_source())
    make_coverage(company, category)  # something is in use: no blank
    make_coverage(some[1].company, category, looked_on="2026-11")  # what it had is retired
    make_coverage(some[3].company, other)

    def blanks(query=""):
        return [row for row in read(client, f"/usages/?format=csv{query}") if row["kind"] != "usage"]

    first, second = blanks()
    assert (first["kind"], first["company_slug"], first["category_slug"]) == ("not_used", "fam", "caches")
    assert (first["area"], first["technology"], first["is_current"]) == (other.parent.name, "", "")
    assert (second["kind"], second["company"], second["remarks"]) == ("nothing_found", "Zerodha", "Looked on 2026-11.")
    assert [row["uid"] for row in blanks("&company=fam")] == [first["uid"]]
    assert [row["uid"] for row in blanks(f"&category=brokers&category={other.slug}")] == [first["uid"], second["uid"]]
    assert blanks("&company=fam&current=false") == blanks("&technology=kafka") == []


def test_categories_stand_below_their_areas(client, some):
    rows = read(client, "/categories/?format=csv")

    assert [(row["kind"], row["slug"], row["area_slug"]) for row in rows][-2:] == [
        ("area", rows[-1]["area_slug"], ""),
        ("category", "brokers", rows[-1]["area_slug"]),
    ]


def test_migrations_are_told_whole_however_many_a_page_shows(client, some, monkeypatch):
    monkeypatch.setattr("stacks.pages.migrations.views.PAGE", 1)
    monkeypatch.setattr("stacks.pages.spreadsheets._READ", 2)
    companies = [make_company(f"Company {number}") for number in range(3)]
    moves = [make_migration(company, from_technology=some[0].technology) for company in companies]
    make_migration(companies[0], state="draft")

    rows = read(client, "/migrations/?format=csv")

    assert [row["uid"] for row in rows] == [move.uid for move in moves]
    assert {(row["kind"], row["from_slug"]) for row in rows} == {("migration", "kafka")}
    assert [row["company_slug"] for row in read(client, "/migrations/?format=csv&company=company-1")] == ["company-1"]


def test_changes_are_told_newest_first(client, some):
    usage = some[0]
    usage.purpose = "Another"
    usage.save()

    newest, *_ = rows = read(client, "/changes/?format=csv")

    assert (newest["kind"], newest["object"], newest["verb"], newest["fields"]) == (
        "usage",
        usage.uid,
        "changed",
        "purpose",
    )
    assert (newest["company"], newest["technology"], newest["seq"]) == ("fam", "kafka", str(len(rows)))
    assert newest["at"].endswith("Z")


@pytest.mark.parametrize("name", LISTS)
def test_what_is_not_public_is_in_no_spreadsheet(client, some, name):
    text = client.get(f"/{name}/?format=csv").getvalue().decode()

    assert text.startswith("\ufeffkind,")
    assert "hisper" not in text


@pytest.mark.parametrize("name", LISTS)
def test_a_spreadsheet_is_as_conditional_as_any_answer(client, some, name):
    answer = client.get(f"/{name}/?format=csv")
    answer.getvalue()

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    assert answer.headers["Link"].endswith('rel="license"')
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(f"/{name}/?format=csv", headers={"if-none-match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/companies/?format=xml", "/usages/?format=json", "/changes/?format=md", "/usages/?company=no"]
)
def test_a_form_or_filter_that_there_is_not_is_refused(client, path):
    assert client.get(path).status_code == 400


def test_each_list_leads_to_its_spreadsheet_with_its_filters(client, some):
    assert 'href="/companies/?uses=kafka&amp;format=csv"' in client.get("/companies/?uses=kafka").content.decode()
    assert 'href="/technologies/?format=csv"' in client.get("/technologies/").content.decode()
    assert 'href="/changes/?format=csv"' in client.get("/changes/").content.decode()


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("name", "queries"), [("companies", 2), ("technologies", 2), ("usages", 3), ("changes", 7)])
def test_a_spreadsheet_costs_the_same_however_many_rows(client, rows, name, queries, django_assert_num_queries):
    make_company(usages=rows)

    # the revision and the rows; of usages also blanks, of changes also what they are about: four kinds and sources
    with django_assert_num_queries(queries):
        client.get(f"/{name}/?format=csv").getvalue()
