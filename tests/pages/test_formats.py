"""Each page in each of its forms: one question, the same rows in the same order."""

import csv
import io
import re
from copy import deepcopy

import pytest
from django.urls import resolve

from stacks.curating import curating
from stacks.models import State
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_coverage,
    make_migration,
    make_relation,
    make_technology,
    make_usage,
)
from tests.pages.reading import compared_rows

COMPARISON = "/compare/companies/acme/bolt/"
TECHNOLOGIES = "/compare/technologies/kafka/rabbitmq/"
PAGES = {
    COMPARISON: ("json", "csv", "md", "cite"),
    TECHNOLOGIES: ("json", "csv", "md", "cite"),
    "/companies/acme/": ("json", "csv", "md", "techstack", "radar"),
    "/technologies/kafka/": ("json", "csv", "md", "adopters"),
    "/categories/data/": ("json", "csv", "md"),
    "/categories/brokers/": ("json", "csv", "md"),
    "/migrations/": ("json", "csv", "md"),
}
TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "cite": "text/plain; charset=utf-8",
    "techstack": "application/yaml; charset=utf-8",
    "radar": "text/csv; charset=utf-8",
    "adopters": "text/markdown; charset=utf-8",
}
SAVED = {"csv", "techstack", "radar", "adopters"}
FORMS = [(address, name) for address, names in PAGES.items() for name in names]
each_form = pytest.mark.parametrize(("address", "name"), FORMS)


@pytest.fixture(scope="module")
def made(shared_rows):
    with curating():
        area = make_area("Data")
        brokers, caches = make_category("Brokers", area), make_category("Caches", area)
        kafka, rabbitmq, redis = (
            make_technology("Kafka", brokers, summary="A log."),
            make_technology("RabbitMQ", brokers),
            make_technology("Redis", caches),
        )
        make_relation(rabbitmq, "fork_of", kafka)
        acme, bolt = make_company("Acme"), make_company("Bolt | Co", slug="bolt")
        make_usage(acme, kafka, started="2019", purpose="=Events", remarks="Fast | *enough*", via=redis)
        make_usage(acme, rabbitmq, started="2021")
        make_usage(acme, redis, stage="planned")
        make_usage(acme, redis, brokers, started="2015", ended="2018", purpose="Lists")
        make_usage(bolt, kafka, started="2020", stage="retiring", hosting="managed")
        make_coverage(bolt, caches)
        make_migration(acme, redis, kafka, reason="Order", started="2018")
        make_migration(bolt, None, kafka)
    return {"acme": acme, "bolt": bolt, "kafka": kafka, "rabbitmq": rabbitmq, "brokers": brokers, "caches": caches}


@pytest.fixture(autouse=True)
def catalogue(made):
    return deepcopy(made)


def get(client, address, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.content
    return answer


def without_address(document):
    """Each says where it is to be had itself."""
    assert document["url"].startswith("http://testserver/")
    return document | {"url": ""}


def json_of(client, address, **query):
    return get(client, address, format="json", **query).json()


def csv_of(client, address, **query):
    text = get(client, address, format="csv", **query).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def markdown_of(client, address, **query):
    """The lines of the table under its heading, cut at the bars that are not escaped."""
    lines = get(client, address, format="md", **query).getvalue().decode().splitlines()
    table = [line for line in lines if line.startswith("|")]
    cells = [line.replace("\\|", "\0").strip("|").split("|") for line in table]
    return [[cell.strip().replace("\0", "\\|") for cell in line] for line in (cells[0], *cells[2:])]


@each_form
def test_a_form_says_what_it_is_and_is_no_page_for_searches(client, address, name):
    answer = get(client, address, format=name)

    assert answer.headers["Content-Type"] == TYPES[name]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers.get("Content-Disposition", "").startswith("attachment" if name in SAVED else "")
    assert ("Content-Disposition" in answer.headers) == (name in SAVED)
    assert answer.getvalue()


@each_form
def test_a_form_is_304_for_who_has_it_and_not_taken_for_another(client, address, name):
    answer, page = get(client, address, format=name), get(client, address)

    assert answer.headers["ETag"] != page.headers["ETag"]
    again = client.get(address, {"format": name}, headers={"if-none-match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("name", ["xml", "JSON", "csv2", "html", "json,csv"])
def test_an_unknown_form_is_refused_with_those_there_are(client, address, name):
    answer = client.get(address, {"format": name})

    assert answer.status_code == 400
    assert all(form in answer.content.decode() for form in PAGES[address])


@pytest.mark.parametrize("address", [address for address, names in PAGES.items() if "cite" not in names])
def test_only_comparisons_are_cited(client, address):
    assert client.get(address, {"format": "cite"}).status_code == 400


@each_form
def test_a_bad_value_is_refused_in_every_form(client, address, name):
    bad = {"only": "same", "as_of": "yesterday", "cursor": "junk", "stage": "soon"}
    taken = {known: value for known, value in bad.items() if known in resolve(address).func.takes.names}
    for known, value in taken.items():
        assert client.get(address, {"format": name, known: value}).status_code == 400


@each_form
def test_an_old_slug_leads_to_the_same_form_of_the_new_one(client, catalogue, address, name):
    if address == "/migrations/":
        return
    row = catalogue["acme" if "compan" in address else "kafka" if "technolog" in address else "brokers"]
    if row.slug not in address:
        return
    old, row.slug = row.slug, "renamed"
    row.save()

    answer = client.get(address, {"format": name})

    assert answer.status_code == 301
    assert answer.headers["Location"] == f"{address.replace(old, 'renamed')}?format={name}"


@pytest.mark.parametrize(
    "query", [{}, {"as_of": "2019-06"}, {"only": "shared"}, {"as_of": "2020", "only": "differences"}]
)
def test_a_comparison_has_the_rows_of_its_page_in_every_form(client, query):
    rows = compared_rows(get(client, COMPARISON, **query))
    shown = [
        (row.category, re.search(r'href="/technologies/(.+?)/"', use)[1])
        for row in rows
        for use in row.html.split("<li")[1:]
    ]

    document = json_of(client, COMPARISON, **query)

    told = [
        (row["category"]["name"], usage["technology"]["slug"])
        for row in document["rows"]
        for cell in row["cells"]
        for usage in cell["usages"]
    ]
    assert [row.category for row in rows] == [row["category"]["name"] for row in document["rows"]]
    assert shown == told
    lines = csv_of(client, COMPARISON, **query)
    assert [(line["category"], line["technology"].lower()) for line in lines] == told
    assert [line[1] for line in markdown_of(client, COMPARISON, **query)[1:]] == [
        row["category"]["name"] for row in document["rows"]
    ]
    assert document["as_of"] == query.get("as_of")
    assert document["only"] == query.get("only")


@pytest.mark.parametrize(
    "query", [{}, {"as_of": "2019-06"}, {"only": "shared"}, {"as_of": "2020", "only": "differences"}]
)
def test_a_comparison_is_the_same_document_on_the_page_and_in_the_api(client, settings, query):
    settings.SITE_URL = "http://testserver"
    api = client.get("/api/v1/compare/companies/", {"company": ["acme", "bolt"], **query})

    assert api.status_code == 200
    assert without_address(json_of(client, COMPARISON, **query)) == without_address(api.json())


def test_technologies_are_the_same_document_on_the_page_and_in_the_api(client, settings):
    settings.SITE_URL = "http://testserver"
    api = client.get("/api/v1/compare/technologies/", {"technology": ["kafka", "rabbitmq"]})

    assert without_address(json_of(client, TECHNOLOGIES)) == without_address(api.json())


def test_technologies_have_the_same_rows_in_every_form(client):
    document = json_of(client, TECHNOLOGIES)

    assert [row["company"]["name"] for row in document["rows"]] == ["Acme", "Bolt | Co"]
    assert [(line["company"], line["technology"]) for line in csv_of(client, TECHNOLOGIES)] == [
        ("Acme", "Kafka"),
        ("Acme", "RabbitMQ"),
        ("Bolt | Co", "Kafka"),
    ]
    assert [line[0] for line in markdown_of(client, TECHNOLOGIES)] == ["Company", "Acme", r"Bolt \| Co"]


@pytest.mark.parametrize("as_of", ["", "2016", "2019-06", "2021"])
def test_a_stack_has_the_rows_of_its_page_in_every_form(client, as_of):
    query = {"as_of": as_of} if as_of else {}
    context = get(client, "/companies/acme/", **query).context
    shown = [use.technology.name for area in context["areas"] for shelf in area.shelves for use in shelf.uses]
    shown += [use.technology.name for use, _ in (*context["planned"], *context["past"])]

    document = json_of(client, "/companies/acme/", **query)

    told = [usage for row in document["rows"] for usage in row["usages"]]
    told += [entry["usage"] for entry in (*document["planned"], *document["past"])]
    assert [usage["technology"]["name"] for usage in told] == shown
    assert [line["technology"] for line in csv_of(client, "/companies/acme/", **query)] == shown
    assert [line[3] for line in markdown_of(client, "/companies/acme/", **query)[1:]] == shown
    assert document["as_of"] == (as_of or None)
    expected = {"": 4, "2016": 1, "2019-06": 1, "2021": 2}
    assert len(shown) == expected[as_of]


def test_the_users_of_a_technology_have_the_rows_of_its_page_in_every_form(client):
    address = "/technologies/kafka/"
    shown = [row.company.name for row in get(client, address).context["users"]]

    assert shown == ["Acme", "Bolt | Co"]
    assert [row["company"]["name"] for row in json_of(client, address)["rows"]] == shown
    assert [line["company"] for line in csv_of(client, address)] == shown
    assert [line[0].replace("\\", "") for line in markdown_of(client, address)[1:]] == shown


def test_a_category_has_the_rows_of_its_page_in_every_form(client):
    address = "/categories/brokers/"
    context = get(client, address).context
    shown = [view.technology.name for view in context["used"]] + [t.name for t in context["rest"]]

    assert [row["technology"]["name"] for row in json_of(client, address)["rows"]] == shown
    assert [line["technology"] for line in csv_of(client, address)] == shown
    assert [line[0] for line in markdown_of(client, address)[1:]] == shown
    assert json_of(client, address)["rows"][0]["companies"] == 2


def test_an_area_has_the_rows_of_its_page_in_every_form(client):
    address = "/categories/data/"
    shown = [category.name for category in get(client, address).context["listing"].categories]

    assert shown == ["Brokers", "Caches"]
    assert [row["category"]["name"] for row in json_of(client, address)["rows"]] == shown
    assert [line["category"] for line in csv_of(client, address)] == shown
    assert [line[0] for line in markdown_of(client, address)[1:]] == shown


@pytest.mark.parametrize("query", [{}, {"company": "acme"}])
def test_migrations_have_the_rows_of_their_page_in_every_form(client, query):
    shown = [move.company.name for move in get(client, "/migrations/", **query).context["migrations"]]

    assert [row["company"]["name"] for row in json_of(client, "/migrations/", **query)["rows"]] == shown
    assert [line["company"] for line in csv_of(client, "/migrations/", **query)] == shown
    assert [line[0].replace("\\", "") for line in markdown_of(client, "/migrations/", **query)[1:]] == shown
    assert len(shown) == (1 if query else 2)


@pytest.mark.parametrize(
    ("address", "size"),
    [("/technologies/kafka/", "technologies.users.MOST"), ("/migrations/", "migrations.views.PAGE")],
)
def test_the_next_page_of_a_document_is_a_document(client, monkeypatch, address, size):
    monkeypatch.setattr(f"stacks.pages.{size}", 1)
    first = json_of(client, address)

    second = client.get(first["next"].removeprefix("http://testserver"))

    assert second.headers["Content-Type"] == TYPES["json"]
    rows = [first["rows"][0], second.json()["rows"][0]]
    assert len({row["company"]["slug"] for row in rows}) == 2
    assert second.json()["next"] is None


def test_cells_that_a_spreadsheet_would_run_are_neutralised(client):
    assert csv_of(client, COMPARISON)[0]["purpose"] == "'=Events"
    assert json_of(client, COMPARISON)["rows"][0]["cells"][0]["usages"][0]["purpose"] == "=Events"


def test_names_stay_names_in_markdown(client):
    text = get(client, COMPARISON, format="md").getvalue().decode()

    assert "| Area | Category | Agreement | Acme | Bolt \\| Co |" in text
    assert len({len(line) for line in markdown_of(client, COMPARISON)}) == 1


@pytest.mark.parametrize("name", ["md", "cite"])
def test_a_copy_names_revision_date_licence_and_address(client, settings, name):
    settings.SITE_URL = "https://stacks.example.org"
    revision = json_of(client, COMPARISON)["revision"]

    text = get(client, COMPARISON, as_of="2020", only="shared", format=name).getvalue().decode()

    assert f"evision {revision}" in text
    assert "as of 2020" in text
    assert "CC BY 4.0" in text
    assert "https://stacks.example.org/compare/companies/acme/bolt/?as_of=2020&only=shared" in text
    assert "Acme and Bolt" in text


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_nothing_hidden_is_in_any_form(client, catalogue, state):
    whisper = make_technology("Whisper", catalogue["brokers"], summary="Whisper")
    usages = [
        make_usage(catalogue["acme"], whisper, started="2019"),
        make_usage(catalogue["acme"], catalogue["kafka"], catalogue["caches"], started="2019", via=whisper),
        make_usage(catalogue["bolt"], catalogue["rabbitmq"], started="2019", purpose="Whisper"),
    ]
    company = make_company("Whisper", slug="whisper-inc")
    make_usage(company, catalogue["kafka"], started="2019", purpose="Whisper")
    make_migration(catalogue["acme"], whisper, catalogue["kafka"])
    make_migration(company, catalogue["rabbitmq"], catalogue["kafka"], reason="Whisper")
    asked = [(address, {"format": name}) for address, name in FORMS if name != "cite"]
    asked += [
        (COMPARISON, {"format": "json", "as_of": "2020"}),
        ("/companies/acme/", {"format": "csv", "as_of": "2020"}),
    ]
    before = [pair for pair in asked if "Whisper" in get(client, pair[0], **pair[1]).getvalue().decode()]
    for row in (whisper, company, usages[2]):
        row.state = state
        row.save()

    assert [pair for pair in asked if "hisper" in get(client, pair[0], **pair[1]).getvalue().decode()] == []
    assert len(before) >= len(asked) - 3  # an area only counts


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        # the revision and its day, the companies, their usages, evidence and blanks, relations, the newest edition
        (COMPARISON, 8),
        # the revision and its day, the company, its usages, evidence and blanks, the categories, the newest edition
        ("/companies/acme/", 8),
        # the revision and its day, the technology, a page of users, their facts and evidence, the newest edition,
        # all who use, used or plan it, who plans and who left; five for what a process holds of all companies
        ("/technologies/kafka/", 15),
        # the revision and its day, the category, counts, usages, those at home there; in JSON the newest edition and
        # what was used year by year; whether it is as it was; five for what a process holds of all companies
        ("/categories/brokers/", 17),
        # the revision and its day, the migrations and their evidence; what there is to choose from
        ("/migrations/", 8),
    ],
)
@pytest.mark.parametrize("name", ["json", "csv", "md"])
def test_a_form_costs_the_same_however_much_it_holds(
    client, catalogue, address, queries, rows, name, django_assert_max_num_queries
):
    with curating():
        for _ in range(rows):
            make_usage(catalogue["acme"], make_technology(category=catalogue["brokers"]))
            make_usage(make_company(), catalogue["kafka"])
            make_migration(catalogue["bolt"], None, make_technology())

    with django_assert_max_num_queries(queries):
        get(client, address, format=name)


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize(
    ("address", "name", "queries"),
    [
        # as the other forms, and the technologies
        ("/companies/acme/", "techstack", 9),
        ("/companies/acme/", "radar", 9),
        # the revision and its day, the technology, a page of users, all of them, their facts and evidence; five for
        # what a process holds of all companies
        ("/technologies/kafka/", "adopters", 12),
    ],
)
def test_a_form_for_another_tool_costs_the_same_however_much_it_holds(
    client, catalogue, address, name, queries, rows, django_assert_max_num_queries
):
    with curating():
        for _ in range(rows):
            make_usage(catalogue["acme"], make_technology(category=catalogue["brokers"]))
            make_usage(make_company(), catalogue["kafka"])

    with django_assert_max_num_queries(queries):
        get(client, address, format=name)


def test_who_uses_it_is_told_whole_and_says_where_it_is_not(client, catalogue, monkeypatch):
    make_usage(make_company("Zeta"), catalogue["kafka"], stage="planned")
    make_usage(make_company("Eta"), catalogue["kafka"], stage="retired")
    told = get(client, "/technologies/kafka/", format="adopters").getvalue().decode()
    assert all(name in told for name in ("| Acme |", "Bolt", "| Zeta | Brokers | planned |"))
    assert "Eta |" not in told.replace("Zeta", "")
    assert "first" not in told

    monkeypatch.setattr("stacks.pages.technologies.adopters.MOST", 2)
    cut = get(client, "/technologies/kafka/", format="adopters").getvalue().decode()
    assert "Zeta" not in cut
    assert "The first 2 by name" in cut


def test_a_stack_as_of_a_date_comes_in_the_forms_of_other_tools_too(client):
    then = get(client, "/companies/acme/", format="techstack", as_of="2016").getvalue().decode()

    assert "name: Redis" in then
    assert "Kafka" not in then
    assert "timestamp: '2016'" in then


@pytest.mark.parametrize("address", PAGES)
def test_the_first_column_of_a_csv_says_of_what_kind_a_line_is(client, address):
    lines = csv_of(client, address)

    assert next(iter(lines[0])) == "kind"
    assert all(line["kind"] for line in lines)


@pytest.mark.parametrize("address", PAGES)
def test_each_form_tells_its_licence_and_json_its_address(client, address, settings):
    settings.DATA_LICENCE = "ODbL 1.0"

    document = get(client, address, format="json")
    lines = csv_of(client, address)

    assert document.json()["licence"] == {"name": "ODbL 1.0", "url": settings.DATA_LICENCE_URL}
    assert document.json()["url"] == f"{settings.SITE_URL}{address}"
    assert document.headers["Link"] == f'<{settings.DATA_LICENCE_URL}>; rel="license"'
    assert lines
    assert {line["licence"] for line in lines} == {"ODbL 1.0"}


def test_the_csv_of_a_comparison_has_a_line_for_a_blank_that_somebody_can_tell_of(client, catalogue):
    make_usage(catalogue["acme"], category=catalogue["caches"])

    blanks = [line for line in csv_of(client, COMPARISON) if line["kind"] != "usage"]

    assert [(b["kind"], b["company_slug"], b["category_slug"]) for b in blanks] == [("nothing_found", "bolt", "caches")]
