import pytest

from stacks.api.compared import CompanyComparisonSerializer, TechnologyComparisonSerializer
from stacks.models import Redirect
from tests.api.catalogue import make_full
from tests.factories import make_category, make_company, make_relation, make_technology, make_usage


@pytest.fixture
def two():
    """Fam and Zerodha share Kafka; Fam alone runs a cache."""
    kafka, redis = make_technology("Kafka"), make_technology("Redis", make_category())
    fam, zerodha = make_company("Fam"), make_company("Zerodha")
    make_usage(fam, kafka, started="2019")
    make_usage(fam, redis, started="2022")
    make_usage(zerodha, kafka, started="2020")
    return fam, zerodha


def test_companies_are_aligned_by_category(get, two):
    found = get("compare/companies/?company=fam&company=zerodha")

    assert [company["slug"] for company in found["companies"]] == ["fam", "zerodha"]
    assert (found["as_of"], found["only"]) == (None, None)
    assert {key: found["summary"][key] for key in ("rows", "same", "single")} == {"rows": 2, "same": 1, "single": 1}
    assert [row["agreement"] for row in found["rows"]] == ["same", "single"]
    assert found["rows"][1]["cells"][1] == {"company": "zerodha", "blank": "nobody_looked", "usages": []}
    assert found["rows"][0]["cells"][0]["usages"][0]["url"].startswith("http://testserver/api/v1/usages/")
    assert found["revision"] > 0


def test_only_and_as_of_narrow_it(get, two):
    assert [row["agreement"] for row in get("compare/companies/?company=fam&company=zerodha&only=shared")["rows"]] == [
        "same"
    ]
    differences = get("compare/companies/?company=fam&company=zerodha&only=differences")
    assert [row["agreement"] for row in differences["rows"]] == ["single"]
    assert differences["summary"]["rows"] == 2

    past = get("compare/companies/?company=fam&company=zerodha&as_of=2019")
    assert past["as_of"] == "2019"
    assert [row["agreement"] for row in past["rows"]] == ["single"]


def test_technologies_are_told_by_who_uses_them(get, two):
    found = get("compare/technologies/?technology=redis&technology=kafka")

    assert [(t["slug"], t["companies"]) for t in found["technologies"]] == [("redis", 1), ("kafka", 2)]
    assert [company["slug"] for company in found["summary"]["all"]] == ["fam"]
    assert [row["company"]["slug"] for row in found["rows"]] == ["fam", "zerodha"]
    assert found["rows"][1]["cells"][0] == {"technology": "redis", "usages": []}


def test_the_answer_is_what_the_declared_serializer_says(get):
    first, second = make_full(1), make_full(2)
    make_relation(second["technologies"], "managed_form_of", first["technologies"])
    companies = get("compare/companies/?company=full-1&company=full-2&as_of=2019&only=shared")
    technologies = get("compare/technologies/?technology=base-1&technology=base-2")

    assert CompanyComparisonSerializer(companies).data == companies
    assert TechnologyComparisonSerializer(technologies).data == technologies


@pytest.mark.parametrize(
    ("query", "parameter", "said"),
    [
        ("", "company", "required"),
        ("company=fam", "company", "Give 2 to 6 different slugs"),
        ("company=fam&company=fam", "company", "Give 2 to 6 different slugs"),
        ("&".join(f"company=c{n}" for n in range(7)), "company", "Give 2 to 6 different slugs"),
        ("company=fam&company=nobody", "company", "There is no company “nobody”."),
        ("company=fam&company=%00", "company", "There is no company"),
        ("company=fam&company=", "company", ""),
        ("company=fam&company=zerodha&only=everything", "only", "is none of: shared, differences"),
        ("company=fam&company=zerodha&only=", "only", "no value"),
        ("company=fam&company=zerodha&as_of=soon", "as_of", "is not a date"),
        ("company=fam&company=zerodha&technology=kafka", "technology", "There are: company, as_of, only, fields."),
        ("company=fam&company=zerodha&format=json", "format", "no such parameter"),
    ],
)
def test_what_cannot_be_compared_is_refused(get, two, query, parameter, said):
    document = get(f"compare/companies/?{query}", 400)

    assert {error["parameter"] for error in document["errors"]} == {parameter}
    assert said in document["errors"][0]["message"]


def test_an_old_slug_leads_to_the_present_comparison(client, two):
    Redirect.objects.create(kind="company", old_slug="fampay", new_slug="fam")
    Redirect.objects.create(kind="technology", old_slug="red", new_slug="redis")

    answer = client.get("/api/v1/compare/companies/?company=fampay&company=zerodha&only=shared")
    assert answer.status_code == 301
    assert (
        answer.headers["Location"]
        == "http://testserver/api/v1/compare/companies/?company=fam&company=zerodha&only=shared"
    )

    answer = client.get("/api/v1/compare/technologies/?technology=kafka&technology=red")
    assert answer.headers["Location"].endswith("?technology=kafka&technology=redis")


@pytest.mark.parametrize("usages", [1, 12])
def test_a_comparison_costs_the_same_however_much_it_shows(client, usages, django_assert_num_queries):
    for name in ("Fam", "Zerodha", "Netflix"):
        make_company(name, usages=usages)

    # the revision, the companies, their usages, the evidence of those, the newest edition, blanks, relations
    with django_assert_num_queries(7):
        client.get("/api/v1/compare/companies/?company=fam&company=zerodha&company=netflix")


@pytest.mark.parametrize("users", [1, 12])
def test_technologies_cost_the_same_however_many_use_them(client, users, django_assert_num_queries):
    first, second = make_technology("First"), make_technology("Second")
    for _ in range(users):
        make_usage(technology=first)
        make_usage(technology=second)

    # the revision, the technologies, their usages, the evidence of those, the newest edition; what is held of all
    # companies (five, the first time in a process)
    with django_assert_num_queries(5 + 5):
        client.get("/api/v1/compare/technologies/?technology=first&technology=second")


def test_a_lean_comparison_holds_what_a_picture_needs_and_more_where_it_is_named(get):
    fam, zerodha, kafka = make_company("Fam"), make_company("Zerodha"), make_technology("Kafka")
    for company in (fam, zerodha):
        make_usage(company, kafka, purpose="Events")

    lean = get("compare/companies/?company=fam&company=zerodha&fields=lean")
    more = get("compare/companies/?company=fam&company=zerodha&fields=lean,rows.cells.usages.purpose")
    make_technology("Redis")
    technologies = get("compare/technologies/?technology=kafka&technology=redis&fields=lean")

    (row,) = lean["rows"]
    assert row["agreement"] == "same"
    assert row["cells"] == [{"usages": [{"technology": {"slug": "kafka"}, "stage": "in_use"}]}] * 2
    assert [company["slug"] for company in lean["companies"]] == ["fam", "zerodha"]
    assert more["rows"][0]["cells"][0]["usages"][0]["purpose"] == "Events"
    assert [one["company"] for one in technologies["rows"]] == [{"slug": "fam"}, {"slug": "zerodha"}]
    assert get("companies/?fields=lean", 400)
