"""What the API says of the past, which a client can work out from what it serves."""

import pytest

from stacks import dates
from stacks.curating import curating
from tests.factories import make_company, make_evidence, make_source, make_technology, make_usage

NOT_IN_USE = ("planned", "retired")


@pytest.fixture
def acme(db):
    with curating():
        company = make_company("Acme")
        for stage, told, fields in (
            ("retired", [("2017", ""), ("2023-03", "retired")], {}),
            ("retired", [("2020-04-06", "trial"), ("2020-04-27", ""), ("2024-02-14", "retired")], {}),
            ("retired", [("2018", "")], {}),
            ("retiring", [("2019", ""), ("2023", "retiring")], {"started": "2015"}),
            ("in_use", [("", "")], {}),
            ("in_use", [("2022", "")], {"scope": "Search"}),
            ("planned", [("2022", "planned")], {}),
            ("in_use", [("2016", "")], {"ended": "2021"}),
        ):
            usage = make_usage(company, make_technology(), stage=stage, source=False, **fields)
            for date, says in told:
                make_evidence(make_source(published_on=date, company=company), usage=usage, stage=says)
            make_evidence(make_source(published_on="2010"), usage=usage, stance="contradicts")
    return company


def worked_out(usage, as_of):
    """Stage on that day, None where it was not known to be in use; only by what docs/api.md says."""
    last = dates.last_day(as_of)
    since, until = usage["started"] or usage["started_known_since"], usage["known_until"]
    if usage["stage"] == "planned" or not since or since > last or (until and until <= last):
        return None
    if usage["stage"] == "retired" and not until:
        return None
    if usage["stage"] not in NOT_IN_USE and (usage["last_said"] or "") <= last:
        return usage["stage"]
    told = [
        (source["edition"], source["stage"] or "")
        for source in usage["sources"]
        if source["stance"] == "supports" and source["edition"] and source["edition"] <= last
    ]
    return max((pair for pair in told if pair[1] not in NOT_IN_USE), default=("", ""))[1] or "in_use"


@pytest.mark.parametrize("as_of", ["2014", "2016", "2018", "2020-04-10", "2020-06", "2021", "2023", "2024-02", "2026"])
def test_the_past_can_be_worked_out_from_what_is_served(get, acme, as_of):
    today = get("usages/")["results"]

    then = {usage["uid"]: usage for usage in get(f"usages/?as_of={as_of}")["results"]}

    right = {usage["uid"]: stage for usage in today if (stage := worked_out(usage, as_of))}
    assert {uid: usage["stage"] for uid, usage in then.items()} == right
    assert all(usage["is_current"] for usage in then.values())
    compared = get(f"compare/companies/?company=acme&company={make_company().slug}&as_of={as_of}")
    cells = [usage for row in compared["rows"] for cell in row["cells"] for usage in cell["usages"]]
    assert {usage["uid"]: usage["stage"] for usage in cells} == right
    assert compared["summary"]["undated"] == 2


def test_stage_and_current_are_asked_of_that_day(get, acme):
    def found(query):
        return len(get(f"usages/?{query}")["results"])

    assert found("as_of=2020-04-10&stage=trial") == 1
    assert found("as_of=2020-06&stage=trial") == 0
    assert found("as_of=2023&stage=retiring") == 1
    assert found("as_of=2023&stage=retired") == 0
    assert found("as_of=2018&current=true") == found("as_of=2018") == 3
    assert found("as_of=2018&current=false") == 0
    assert found("as_of=2018&stage=in_use&company=acme") == 3


@pytest.mark.parametrize(
    ("date", "count"), [("2017", 6), ("2022", 5), ("2023-03", 3), ("2023-02", 3), ("2024", 1), ("2025", 0)]
)
def test_what_was_said_since_is_kept(get, acme, date, count):
    assert len(get(f"usages/?said_since={date}")["results"]) == count


@pytest.mark.parametrize(
    "query", ["said_since=soon", "said_since=", "said_since=2021&said_since=2022", "as_of=2021-13"]
)
def test_a_date_that_is_none_is_refused(client, query):
    assert client.get(f"/api/v1/usages/?{query}").status_code == 400


def test_a_source_of_a_usage_says_all_that_is_known_of_the_citation(get):
    company = make_company("Acme")
    source = make_source(
        published_on="2019", updated_on="2021", company=company, archive_url="https://archive.example/1"
    )
    usage = make_usage(company, source=False)
    make_evidence(
        source, usage=usage, edition_on="2020-02", stage="trial", technology_version="11.2", quote="We try it.",
        locator="Stack", accessed_on="2026-11-21", verified_on="2026-11-22",
    )  # fmt: skip

    (told,) = get(f"usages/{usage.uid}/")["sources"]

    assert told == {
        "uid": source.uid,
        "url": source.url,
        "title": source.title,
        "publisher": "Example",
        "kind": "engineering_blog",
        "first_party": True,
        "edition": "2020-02",
        "edition_on": "2020-02",
        "accessed_on": "2026-11-21",
        "verified_on": "2026-11-22",
        "stage": "trial",
        "technology_version": "11.2",
        "stance": "supports",
        "quote": "We try it.",
        "locator": "Stack",
        "archive_url": "https://archive.example/1",
    }


def test_whose_words_a_source_has_is_told_where_that_is_public(get):
    acme, hidden = make_company("Acme"), make_company("Hidden", state="draft")
    own, of_hidden, of_nobody = make_source(company=acme), make_source(company=hidden), make_source()
    for source in (own, of_hidden, of_nobody):
        make_usage(acme, source=source)

    told = {source["uid"]: source for source in get("sources/")["results"]}

    assert told[own.uid]["company"]["slug"] == "acme"
    assert told[own.uid]["first_party"] is True
    assert (told[of_hidden.uid]["company"], told[of_hidden.uid]["first_party"]) == (None, False)
    assert (told[of_nobody.uid]["company"], told[of_nobody.uid]["first_party"]) == (None, False)
    assert [source["uid"] for source in get("sources/?company=acme")["results"]] == [own.uid]
    assert len(get("sources/?about=acme")["results"]) == 3


def test_a_parent_is_told_where_it_is_public(get):
    owner, hidden = make_company("Owner"), make_company("Hidden", state="draft")
    make_company("Child", life="acquired", life_on="2012-04", parent=owner)
    make_company("Other", life="acquired", parent=hidden)

    child, other = get("companies/child/"), get("companies/other/")

    assert (child["life"], child["life_on"], child["parent"]["slug"]) == ("acquired", "2012-04", "owner")
    assert (other["life"], other["life_on"], other["parent"]) == ("acquired", None, None)
