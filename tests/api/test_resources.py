import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from stacks.comparison.load import load_matrix
from stacks.curating import curating
from stacks.exporters.comparison import fact_document
from tests.api.catalogue import RESOURCES, key_of, make_bare, make_full
from tests.factories import make_area, make_category, make_company, make_migration, make_technology, make_usage
from tests.plans import plan_of

KEYS = {
    "companies": "slug url html_url name summary website engineering_blog industry country founded story lessons "
    "aliases identifiers facts sources life life_on parent usages_count revision",
    "technologies": "slug url html_url name kind summary website repository licence open_source "
    "lifecycle lifecycle_on lifecycle_source category aliases homonyms identifiers relations companies_count",
    "categories": "slug url html_url name description parent position",
    "usages": "uid url html_url company technology category scope purpose remarks stage hosting via "
    "started started_known_since ended known_until last_said is_current sources updated_at",
    "migrations": "uid url html_url company from_technology to_technology category stage started ended reason sources",
    "sources": "uid url api_url title publisher kind company first_party published_on updated_on archive_url "
    "checked_at check_result",
    "coverage": "uid url company category looked_on outcome source",
}
# the revision; the page; then what hangs on its rows. A list of usages asks first which documents are at hand.
QUERIES = {
    "companies": 1 + 1 + 4,  # aliases, identifiers, facts, evidence
    "technologies": 1 + 1 + 4,  # aliases, homonyms, identifiers, relations
    "categories": 1 + 1,
    "usages": 1 + 1 + 1,  # evidence
    "migrations": 1 + 1 + 1,  # evidence
    "sources": 1 + 1,
    "coverage": 1 + 1,
}


def every_row(get, path):
    rows, page = [], get(path)
    while True:
        rows += page["results"]
        if page["next"] is None:
            return rows
        page = get(page["next"].partition("/api/v1/")[2])


@pytest.mark.smoke
@pytest.mark.parametrize("resource", RESOURCES)
def test_every_key_is_always_there(get, resource):
    make_full()
    make_bare()

    for row in get(f"{resource}/")["results"]:
        assert list(row) == KEYS[resource].split()
        assert "" not in row.values()


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_answer_is_what_the_declared_serializer_says(client, get, resource):
    make_full()
    make_bare()
    serializer_class = resolve(f"/api/v1/{resource}/").func.cls.serializer_class

    for row in get(f"{resource}/")["results"]:
        declared = serializer_class(row)
        assert declared.data == row
        assert [name for name, field in declared.fields.items() if field.required] == list(row)


@pytest.mark.parametrize("resource", RESOURCES)
def test_the_detail_is_the_row_of_the_list(get, resource):
    made = make_full()[resource]
    make_bare()

    detail = get(f"{resource}/{key_of(made)}/")

    assert detail in get(f"{resource}/")["results"]
    address = detail["api_url"] if resource == "sources" else detail["url"]
    assert address == f"http://testserver/api/v1/{resource}/{key_of(made)}/"


@pytest.mark.parametrize("rows", [1, 8])
def test_a_list_and_a_detail_cost_the_same_however_many_rows(client, rows, django_assert_num_queries):
    made, *_ = [make_full(number) for number in range(rows)]

    for resource in RESOURCES:
        stamps = 1 if resource == "usages" else 0
        with django_assert_num_queries(QUERIES[resource] + stamps):
            answer = client.get(f"/api/v1/{resource}/")
        assert len(answer.json()["results"]) >= rows
        with django_assert_num_queries(QUERIES[resource]):
            client.get(f"/api/v1/{resource}/{key_of(made[resource])}/")


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_order_holds_every_row_once(get, resource):
    for number in range(3):
        make_full(number)
        make_bare(number)
    whole = get(f"{resource}/?page_size=500")
    assert whole["next"] is None
    assert whole["previous"] is None

    for ordering in resolve(f"/api/v1/{resource}/").func.cls.orderings:
        rows = every_row(get, f"{resource}/?page_size=2&ordering={ordering}")
        assert sorted(map(str, rows)) == sorted(map(str, whole["results"])), ordering


@pytest.mark.parametrize("resource", RESOURCES)
def test_a_list_that_nothing_narrows_tells_what_its_rows_do_when_asked_for_by_name(get, resource):
    for number in range(2):
        make_full(number)
        make_bare(number)
    view = resolve(f"/api/v1/{resource}/").func.cls
    keys = [f"{view.lookup_field}={row[view.lookup_field]}" for row in get(f"{resource}/")["results"]]

    for ordering in view.orderings:
        asked_for = get(f"{resource}/?{'&'.join(keys)}&ordering={ordering}")["results"]
        pages = [get(f"{resource}/?page_size=2&ordering={ordering}")]
        while pages[-1]["next"]:
            pages.append(get(pages[-1]["next"].partition("/api/v1/")[2]))
        assert [row for page in pages for row in page["results"]] == asked_for, ordering
        if len(pages) > 1:
            assert get(pages[-1]["previous"].partition("/api/v1/")[2])["results"] == pages[-2]["results"], ordering


@pytest.mark.parametrize("size", [1, 2, 3])
def test_moves_by_company_are_told_once_each_however_many_a_company_has(get, size):
    names = ["Dee", "Acme", "Bolt", "Acme", "Cosi", "Acme", "Elf", "Fam", "Gem"]
    companies = {name: make_company(name) for name in sorted(set(names))}
    make_company("Bare")
    make_migration(make_company("Aaa", state="draft"))
    for name in names:
        make_migration(companies[name])

    pages = [get(f"migrations/?page_size={size}&ordering=company")]
    while pages[-1]["next"]:
        pages.append(get(pages[-1]["next"].partition("/api/v1/")[2]))
    back = [pages[-1]]
    while back[-1]["previous"]:
        back.append(get(back[-1]["previous"].partition("/api/v1/")[2]))

    assert [row["company"]["name"] for page in pages for row in page["results"]] == sorted(names)
    assert [page["results"] for page in back[::-1]] == [page["results"] for page in pages]


def test_moves_by_company_are_read_in_the_order_of_companies_not_sorted_as_a_whole(get):
    make_migration(make_company())
    with CaptureQueriesContext(connection) as asked:
        get("migrations/?ordering=company")

    assert "company_by_name" in plan_of(asked[1]["sql"])


def test_the_way_back_leads_to_the_first_page(get):
    for number in range(3):
        make_full(number)

    first = get("usages/?page_size=2&stage=in_use")
    second = get(first["next"].partition("/api/v1/")[2])

    assert "stage=in_use" in first["next"]
    assert get(second["previous"].partition("/api/v1/")[2])["results"] == first["results"]


@pytest.mark.parametrize(("size", "rows"), [("1", 1), ("500", 60), ("", 50)])
def test_a_page_has_fifty_rows_unless_told(get, size, rows):
    with curating():
        usage = make_usage()
        for _ in range(59):
            make_usage(usage.company, category=usage.category, source=usage.evidence.get().source)

    assert len(get(f"usages/?page_size={size}" if size else "usages/")["results"]) == rows


@pytest.mark.parametrize("resource", ["companies", "technologies", "categories"])
def test_an_old_slug_leads_to_the_present_address(client, resource):
    made = make_full()[resource]

    answer = client.get(f"/api/v1/{resource}/former-1/")

    assert answer.status_code == 301
    assert answer.headers["Location"] == f"http://testserver/api/v1/{resource}/{made.slug}/"


def test_a_usage_says_all_that_is_known(get):
    usage = make_full()["usages"]

    found = get(f"usages/{usage.uid}/")

    assert found["company"] == {
        "slug": "full-1",
        "name": "Company 1a",
        "url": "http://testserver/api/v1/companies/full-1/",
    }
    assert found["html_url"] == f"http://testserver/companies/full-1/#usage-{usage.uid}"
    assert found["via"]["slug"] == "base-1"
    assert (found["stage"], found["hosting"], found["is_current"]) == ("retired", "managed", False)
    assert (found["started"], found["started_known_since"], found["ended"]) == ("2018", None, "2020-05")
    assert [source["stance"] for source in found["sources"]] == ["supports", "contradicts"]
    assert found["sources"][1]["edition"] == "2019"
    assert found["sources"][1]["quote"] == "we moved"


def test_an_unknown_start_counts_from_the_earliest_edition(get):
    found = get(f"usages/{make_usage().uid}/")

    assert (found["started"], found["started_known_since"]) == (None, "2020-05-01")
    assert found["hosting"] == "unknown"


def test_a_comparison_tells_the_same_of_a_usage_as_the_list(get):
    usage = make_full()["usages"]
    matrix = load_matrix([usage.company], as_of="2019")
    compared = fact_document(matrix.rows[0].cells[0].entries[0].fact, lambda kind, key: key)

    (listed,) = get(f"usages/?company={usage.company.slug}&as_of=2019")["results"]

    plain = [key for key, value in compared.items() if not isinstance(value, dict) and key != "url"]
    assert {key: compared[key] for key in plain} == {key: listed[key] for key in plain}


def test_a_technology_tells_its_names_and_what_it_is_of_others(get):
    make_full()

    found = get("technologies/managed-1/")

    assert found["aliases"] == ["Mgd 1"]
    assert found["relations"] == [
        {
            "kind": "managed_form_of",
            "technology": {"slug": "base-1", "name": "Base 1", "url": "http://testserver/api/v1/technologies/base-1/"},
        }
    ]


def test_a_company_tells_its_facts_and_what_is_cited_about_it(get):
    made = make_full()

    found = get("companies/full-1/")

    source = made["sources"]
    assert found["facts"] == [
        {
            "label": "Requests",
            "value": "400k",
            "observed_on": "2020",
            "source": {"uid": source.uid, "url": source.url, "title": source.title},
        }
    ]
    assert [cited["uid"] for cited in found["sources"]] == [source.uid]
    assert found["aliases"] == ["Other name 1"]
    assert found["usages_count"] == 1


def test_an_area_has_no_parent_and_its_categories_do(get):
    make_full()

    assert get("categories/area-1a/")["parent"] is None
    assert get("categories/category-1a/")["parent"]["slug"] == "area-1a"
    assert [row["slug"] for row in get("categories/?parent=area-1a")["results"]] == ["category-1a"]


@pytest.mark.smoke
def test_the_root_names_everything_and_the_licence(get, client):
    root = get("")

    assert root["licence"] == {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
    assert set(RESOURCES) < set(root["resources"])
    for name, address in root["resources"].items():
        expected = 400 if name in ("search", "export", "compare/companies", "compare/technologies") else 200
        assert client.get(address.removeprefix("http://testserver")).status_code == expected


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/png", "", "nonsense"])
def test_the_answer_is_json_whatever_is_accepted(client, accept):
    answer = client.get("/api/v1/usages/", headers={"accept": accept})

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    "elsewhere",
    ["usages/?ordering=updated_at&", "usages/?stage=trial&", "usages/?ordering=-added&", "technologies/?", "sources/?"],
)
def test_a_marker_of_another_list_order_or_filter_is_refused(client, elsewhere):
    for _ in range(3):
        make_usage()
    following = client.get("/api/v1/usages/?page_size=1").json()["next"]
    cursor = following.rpartition("cursor=")[2]
    assert client.get(f"/api/v1/usages/?page_size=2&cursor={cursor}").status_code == 200

    answer = client.get(f"/api/v1/{elsewhere}cursor={cursor}")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == "cursor"


def test_a_moment_that_no_zone_has_is_no_failure(client):
    forged = "WzAsICIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwgMV0"

    assert client.get(f"/api/v1/usages/?ordering=updated_at&cursor={forged}").status_code == 400
    assert client.get("/api/v1/usages/?updated_since=0001-01-01T00:00:00%2B14:00").status_code in (200, 400)


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_list_takes_its_own_key_up_to_a_hundred_times(client, get, resource):
    made = [make_full(number)[resource] for number in range(3)]
    name = "slug" if hasattr(made[0], "slug") else "uid"
    one, two = (key_of(row) for row in made[:2])

    found = get(f"{resource}/?{name}={one}&{name}={two}&{name}={one}")["results"]
    assert sorted(row[name] for row in found) == sorted([one, two])
    for bad in (f"{name}=never", f"{name}={one}&{name}=never", "&".join(f"{name}=a{n}" for n in range(101))):
        refused = client.get(f"/api/v1/{resource}/?{bad}")
        assert refused.status_code == 400
        assert {error["parameter"] for error in refused.json()["errors"]} == {name}


def test_a_list_is_not_asked_for_by_the_key_of_what_is_not_public(client):
    hidden = make_company("Whisper", state="draft")

    assert client.get(f"/api/v1/companies/?slug={hidden.slug}").status_code == 400


def test_what_is_new_comes_in_the_order_of_change(client):
    first, second = make_usage(), make_usage()
    first.purpose = "Another"
    first.save()

    answer = client.get("/api/v1/usages/?updated_since=2020-01-01").json()

    assert [row["uid"] for row in answer["results"]] == [second.uid, first.uid]


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize(("ordering", "queries"), [("added", 4), ("company", 5), ("technology", 5)])
def test_the_order_of_another_table_costs_one_query_more(client, rows, ordering, queries, django_assert_num_queries):
    for _ in range(rows):
        make_usage()

    # the revision, which rows (where another table orders them), their stamps, the rows, their evidence
    with django_assert_num_queries(queries):
        client.get(f"/api/v1/usages/?ordering={ordering}")


@pytest.fixture
def area():
    """Three categories with usages by turns, and some elsewhere."""
    area = make_area("Some area")
    technologies = [make_technology(category=make_category(parent=area)) for _ in range(3)]
    usages = [make_usage(technology=technology) for _ in range(2) for technology in [*technologies, make_technology()]]
    return [usage.uid for usage in usages if usage.technology in technologies]


@pytest.mark.parametrize("size", [1, 4, 6])
def test_an_area_is_paged_as_one_list(get, area, size):
    forth, back = (
        every_row(get, f"usages/?category=some-area&page_size={size}&ordering={order}") for order in ("added", "-added")
    )

    assert [row["uid"] for row in forth] == area
    assert [row["uid"] for row in back] == area[::-1]


def test_an_area_is_narrowed_further(get, area):
    assert every_row(get, "usages/?category=some-area&current=false") == []
    assert len(every_row(get, "usages/?category=some-area&as_of=2026")) <= len(area)


def test_the_first_of_an_area_come_from_the_index_of_each_category(client, area, django_assert_num_queries):
    # the revision, the area, its categories, which and their stamps, the rows, their evidence
    with django_assert_num_queries(6) as asked:
        client.get("/api/v1/usages/?category=some-area")

    if connection.vendor == "sqlite":  # PostgreSQL chooses by what it knows of the rows
        assert plan_of(asked[3]["sql"]).count("usage_added_in_category") == 4  # the area's own, of which there are none


@pytest.mark.parametrize(("path", "words"), [("usages", "nothing holds this"), ("sources", "nowhere")])
def test_what_no_text_holds_is_found_out_by_trigrams(client, path, words, django_assert_num_queries):
    make_usage()

    # the revision, what holds the first word; then no row is read
    with django_assert_num_queries(2) as asked:
        assert client.get(f"/api/v1/{path}/?q={words}").json()["results"] == []

    assert ("VIRTUAL TABLE" if connection.vendor == "sqlite" else "trigrams") in plan_of(asked[1]["sql"])
