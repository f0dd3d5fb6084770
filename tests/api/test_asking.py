"""`fields`, `include`, `count` and what stands about one company or technology."""

import pytest

from stacks.api.parts import PARTS, SHAPES, includable
from stacks.curating import curating
from stacks.models import CompanyIdentifier, Redirect, TechnologyIdentifier
from tests.api.catalogue import RESOURCES, key_of, make_bare, make_full
from tests.factories import make_category, make_company, make_technology, make_usage

PLURALS = dict(
    zip(RESOURCES, ["company", "technology", "category", "usage", "migration", "source", "coverage"], strict=True)
)


def holds(document, path):
    """Whether the keys of a dotted name are there, in the first of each list that has any."""
    for step in path.split("."):
        while isinstance(document, list):
            if not document:
                return True
            document = document[0]
        if document is None:
            return True
        if step not in document:
            return False
        document = document[step]
    return True


@pytest.mark.parametrize("resource", RESOURCES)
def test_each_name_can_be_included_in_list_and_detail(get, resource):
    made = make_full()[resource]
    make_bare()

    for name in includable(PLURALS[resource]):
        documents = [get(f"{resource}/{key_of(made)}/?include={name}"), *get(f"{resource}/?include={name}")["results"]]
        assert all(holds(document, name) for document in documents), name


def test_every_part_stands_in_the_place_of_its_reference_or_under_its_own_name(get):
    made = make_full()
    usage, company = made["usages"], made["companies"]

    alone = get(f"technologies/{usage.technology.slug}/")
    inside = get(
        f"usages/{usage.uid}/?include=technology.relations,technology.aliases,technology.identifiers,technology.homonyms"
    )
    assert inside["technology"] == alone

    stack = get(f"companies/{company.slug}/?include=usages.sources&include=coverage")
    assert stack["usages"] == get(f"usages/?company={company.slug}")["results"]
    assert stack["coverage"] == get(f"coverage/?company={company.slug}")["results"]


def test_an_included_document_has_its_lists_where_they_are_asked_for(get):
    company = make_full()["companies"]

    usages = get(f"companies/{company.slug}/?include=usages")["usages"]

    assert usages
    assert all("sources" not in usage for usage in usages)
    assert all({"uid", "technology", "stage", "via"} <= usage.keys() for usage in usages)


def test_what_is_not_public_is_not_included(get):
    company = make_company("Open", usages=1)
    hidden = make_technology("Whisper", state="draft")
    make_usage(company, state="draft", purpose="Whisper")
    make_usage(company, make_technology("Loud"), via=hidden, purpose="Seen")
    parent = make_company("Whisper Holding", state="draft")
    company.parent = parent
    company.life, company.life_on = "acquired", "2020"
    company.save()

    for path in (
        "companies/open/?include=usages.sources,usages.via,parent",
        "companies/?include=usages.via,parent.sources",
        "technologies/loud/?include=usages.via.relations",
    ):
        assert "hisper" not in str(get(path)), path


def test_each_row_brings_a_bounded_number_of_others(get, monkeypatch):
    monkeypatch.setitem(PARTS["technology"], "usages", type(PARTS["technology"]["usages"])("usage", "technology", 2))
    with curating():
        category = make_category()
        for name in ("Go", "Rust"):
            technology = make_technology(name, category)
            for _ in range(3):
                make_usage(technology=technology)

    rows = get("technologies/?include=usages")["results"]

    assert [len(row["usages"]) for row in rows] == [2, 2]
    assert all(usage["technology"]["slug"] == row["slug"] for row in rows for usage in row["usages"])


@pytest.mark.parametrize("rows", [1, 6])
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        # the revision, the page, and one for each name, with its lists: aliases, identifiers, facts, sources by default
        ("companies/?include=usages.sources,usages.technology.relations", 2 + 4 + 4),
        ("companies/?include=usages,migrations,coverage&fields=slug,usages.uid,migrations.uid,coverage.uid", 2 + 3),
        ("companies/?fields=slug,name", 2),
        ("technologies/?include=usages.company,category&fields=-relations,-aliases", 2 + 2 + 3),
        ("usages/?include=company,technology,category,via", 3 + 4),
        ("usages/?fields=uid,technology.slug", 2),
        ("usages/?count=true", 5),
        ("migrations/?include=from_technology,to_technology", 3 + 2),
        ("coverage/?include=source,company.facts", 2 + 3),
        ("companies/full-0/usages/?include=technology", 1 + 1 + 1 + 1 + 1),
        # the revision, the row; what it uses, relations, candidates, what these use; what is held of all
        # companies (five, the first time in a process)
        ("companies/full-0/alike/", 2 + 4 + 5),
        ("technologies/base-0/together/", 2 + 2),
    ],
)
def test_asking_costs_the_same_however_many_rows(client, rows, path, queries, django_assert_num_queries):
    for number in range(rows):
        make_full(number)

    with django_assert_num_queries(queries):
        answer = client.get(f"/api/v1/{path}")

    assert answer.status_code == 200, answer.content


def test_fields_keep_reach_into_and_leave_out(get):
    usage = make_full()["usages"]
    whole = get(f"usages/{usage.uid}/")

    assert get(f"usages/{usage.uid}/?fields=uid,company.slug") == {"uid": usage.uid, "company": {"slug": "full-1"}}
    assert get(f"usages/{usage.uid}/?fields=uid&fields=stage") == {"uid": usage.uid, "stage": "retired"}
    without = get(f"usages/{usage.uid}/?fields=-sources")
    assert without == {key: value for key, value in whole.items() if key != "sources"}
    narrow = get(f"usages/{usage.uid}/?fields=company,sources,-sources.quote,company.slug")
    assert narrow["company"] == whole["company"]
    assert "quote" not in narrow["sources"][0]
    assert '"url"' not in str(get("usages/?fields=-*.url")).replace("'", '"')


@pytest.mark.parametrize(
    ("query", "parameter", "named"),
    [
        ("fields=nme", "fields", "slug, url, html_url, name"),
        ("fields=-nme", "fields", "slug"),
        ("fields=parent.nme", "fields", "slug, name, url"),
        ("fields=-*.nme", "fields", "aliases"),
        ("fields=name.first", "fields", "none"),
        ("fields=usages", "fields", "slug"),
        ("fields=<b>", "fields", "is no name"),
        ("fields=", "fields", "no value"),
        ("include=usage", "include", "usages, usages.sources"),
        ("include=usages.company", "include", "usages.technology"),
        ("include=usages.sources.uid", "include", "usages.sources"),
        ("include=usages&page_size=101", "page_size", "100"),
        ("count=yes", "count", "true nor false"),
        ("count=true&count=false", "count", "once"),
    ],
)
def test_an_unknown_name_is_refused_with_those_that_there_are(get, query, parameter, named):
    make_full()

    (error,) = get(f"companies/?{query}", 400)["errors"]

    assert error["parameter"] == parameter
    assert named in error["message"]


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("changes/?after=0", "object"),
        ("search/?q=fam", "name"),
        ("search/?q=famm", "name"),
        ("companies/fam/alike/?most=1", "company.slug"),
        ("technologies/go/together/?most=1", "technology.slug"),
    ],
)
def test_other_results_keep_their_fields_too(get, address, name):
    used = [make_technology(other, make_category(other)) for other in ("Go", "Redis", "Kafka")]
    for company in (make_company("Fam"), make_company("Zerodha")):
        for technology in used:
            make_usage(company, technology)
    whole = get(address)

    some = get(f"{address}&fields={name}")

    assert some.keys() == whole.keys()
    kept = (some["results"] or some["suggestions"])[0]
    assert list(kept) == [name.partition(".")[0]]
    assert get(f"{address}&fields=nme", 400)["errors"][0]["parameter"] == "fields"


def test_a_detail_refuses_what_only_a_list_takes(get):
    make_full()

    (error,) = get("companies/full-1/?count=true", 400)["errors"]

    assert error["message"] == "There is no such parameter here. There are: fields, include."


def test_a_count_is_of_all_pages(get, monkeypatch):
    make_company(usages=3)

    assert get("usages/?count=true&page_size=1")["count"] == 3
    assert get("usages/?count=true&stage=trial")["count"] == 0
    assert "count" not in get("usages/?count=false")
    monkeypatch.setattr("stacks.api.pagination.MOST_COUNTED", 2)
    assert get("usages/?count=true")["count"] is None


def test_a_page_marker_does_not_depend_on_what_is_shown(get):
    make_company(usages=3)

    following = get("usages/?page_size=1&fields=uid&count=true")["next"]

    page = get(following.partition("/api/v1/")[2])
    assert page["count"] == 3
    assert list(page["results"][0]) == ["uid"]


def test_a_comparison_is_told_without_its_sources(get):
    for name in ("Fam", "Zerodha"):
        make_company(name, usages=2)
    path = "compare/companies/?company=fam&company=zerodha"

    assert "sources" in str(get(path)["rows"])
    assert "sources" not in str(get(f"{path}&fields=-*.sources")["rows"])
    lean = get(f"{path}&fields=rows.category.slug,rows.cells.usages.technology.slug")
    assert list(lean) == ["rows"]
    assert list(lean["rows"][0]) == ["category", "cells"]
    one, other = make_technology().slug, make_technology().slug
    assert list(get(f"compare/technologies/?technology={one}&technology={other}&fields=rows")) == ["rows"]


@pytest.mark.parametrize(
    ("path", "slugs"),
    [
        ("technologies/?identifier=endoflife:go", ["go"]),
        ("technologies/?identifier=purl:pkg:golang/std&identifier=endoflife:go&identifier=wikidata:Q1", ["go", "rust"]),
        ("companies/?identifier=domain:fam.example", ["fam"]),
        ("companies/?domain=WWW.Fam.example.&domain=zerodha.example", ["fam", "zerodha"]),
    ],
)
def test_rows_are_found_by_what_others_call_them(get, path, slugs):
    make_identified()

    assert [row["slug"] for row in get(path)["results"]] == slugs


@curating()
def make_identified():
    go, rust = make_technology("Go"), make_technology("Rust")
    for scheme, value in [("endoflife", "go"), ("purl", "pkg:golang/std")]:
        TechnologyIdentifier.objects.create(technology=go, scheme=scheme, value=value)
    TechnologyIdentifier.objects.create(technology=rust, scheme="wikidata", value="Q1")
    hidden = make_company("Hidden", state="draft")
    for company in (make_company("Fam"), make_company("Zerodha"), hidden):
        CompanyIdentifier.objects.create(company=company, scheme="domain", value=f"{company.slug}.example")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("technologies/?identifier=go", "write scheme:value, with one of the schemes wikidata, purl"),
        ("technologies/?identifier=domain:fam.example", "is no identifier"),
        ("technologies/?identifier=wikidata:", "is no identifier"),
        ("technologies/?identifier=wikidata:Q99", "No technology is “wikidata:Q99”."),
        ("technologies/?identifier=wikidata:%00", "is no identifier"),
        ("companies/?domain=nobody.example", "No company is “nobody.example”."),
        ("companies/?domain=hidden.example", "No company is “hidden.example”."),
    ],
)
def test_an_identifier_that_nobody_bears_is_refused(get, path, said):
    make_identified()

    assert said in get(path, 400)["errors"][0]["message"]


def test_the_stack_of_a_company_and_the_users_of_a_technology_are_lists_of_their_own(get):
    made = make_full()
    make_full(2)
    company, technology = made["companies"], made["usages"].technology

    stack = get(f"companies/{company.slug}/usages/")["results"]
    users = get(f"technologies/{technology.slug}/usages/")["results"]

    assert stack == get(f"usages/?company={company.slug}")["results"]
    assert users == get(f"usages/?technology={technology.slug}")["results"]
    assert [row["stage"] for row in get(f"companies/{company.slug}/usages/?current=true")["results"]] == ["in_use"]
    (error,) = get(f"companies/{company.slug}/usages/?company=fam", 400)["errors"]
    assert "There are: technology, category, stage" in error["message"]


@pytest.mark.parametrize("below", ["companies/{}/usages/?current=true", "companies/{}/alike/?most=3"])
def test_an_old_slug_or_a_name_leads_to_the_same_place_below_the_present_one(client, below):
    make_company("Fam")
    Redirect.objects.create(kind="company", old_slug="fampay", new_slug="fam")

    for asked in ("fampay", "FAM"):
        answer = client.get(f"/api/v1/{below.format(asked)}")
        assert answer.status_code == 301
        assert answer.headers["Location"] == f"http://testserver/api/v1/{below.format('fam')}"
    assert client.get(f"/api/v1/{below.format('nobody')}").status_code == 404


def test_companies_that_run_the_same_are_alike(get):
    shared = [make_technology(category=make_category()) for _ in range(3)]
    for name in ("Fam", "Zerodha"):
        company = make_company(name)
        for technology in shared:
            make_usage(company, technology)
    make_company("Other", usages=3)

    found = get("companies/fam/alike/")

    assert [(row["company"]["slug"], row["share"], row["of"]) for row in found["results"]] == [("zerodha", 1.0, 6)]


def test_what_is_used_together_is_counted_by_company(get):
    go, redis, kafka = make_technology("Go"), make_technology("Redis"), make_technology("Kafka")
    for beside in ([redis], [redis, kafka], []):
        company = make_company()
        for technology in (go, *beside):
            make_usage(company, technology)
    make_usage(technology=kafka)
    make_usage(company, make_technology("Left"), stage="retired")
    make_usage(company, make_technology("Secret"), state="draft")

    found = get("technologies/go/together/")

    assert found["companies"] == 3
    told = [(row["technology"]["slug"], row["together"], row["companies_count"]) for row in found["results"]]
    assert told == [("redis", 2, 2), ("kafka", 1, 2)]
    assert len(get("technologies/go/together/?most=1")["results"]) == 1
    assert get("technologies/go/together/?most=51", 400)["errors"][0]["parameter"] == "most"


def test_each_kind_has_its_parts_and_each_part_its_kind():
    assert PARTS.keys() == SHAPES.keys()
    for kind, parts in PARTS.items():
        for name, part in parts.items():
            assert part.kind in SHAPES, (kind, name)
