import pytest

from stacks.curating import curating
from stacks.models import State
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_evidence,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)
from tests.pages.reading import links_of, text_of


@pytest.fixture
def acme():
    """A company with one usage of each kind of beginning and end."""
    with curating():
        brokers = make_category("Brokers", parent=make_area("Data"))
        company = make_company("Acme")

        def use(name, published_on="2020-05-01", **fields):
            source = make_source(title=f"About {name}", published_on=published_on, company=company)
            make_usage(company, make_technology(name, brokers), source=source, purpose=f"{name} for it", **fields)

        use("Always", started="2017")
        use("Begun", started="2019")
        use("Ended", started="2018-03", ended="2021-06", stage="retired")
        use("Told", published_on="2020-05-01")
        use("Undated", published_on="")
        use("Planned", stage="planned", started="2016")
        use("Retired", stage="retired", started="2018")
    return company


def sections(page):
    shown = page.context["page"]
    found = {
        section.anchor: [use.technology.name for _, uses in section.areas for use in uses]
        for section in (*shown.documented, *shown.told)
    }
    if shown.changed:
        found["changed"] = [change.use.technology.name for change in shown.changed]
    return found | {"stayed": [link.name for link in shown.stayed]}


def changes(client, **query):
    page = client.get("/companies/acme/changes/", query)
    assert page.status_code == 200
    return page


def test_two_dates_are_compared_and_each_arrival_and_leaving_shows_its_evidence(client, acme):
    page = changes(client, **{"from": "2018", "to": "2022"})

    assert sections(page) == {
        "begun": ["Begun"],
        "left": ["Ended"],
        "told-2020-05-01": ["Told"],
        "stayed": ["Always"],
    }
    assert "2 usages documented then, 3 at the end." in text_of(page, "main")
    assert "Begun Begun for it since 2019" in text_of(page, "begun")
    assert "About Begun, Example (first party, 2020-05-01)" in text_of(page, "begun")
    assert "About Ended" in text_of(page, "left")
    assert "No source says when they began" in text_of(page, "told-2020-05-01")
    assert {"/technologies/always/"} <= set(links_of(page, "stayed"))


def test_without_dates_it_goes_from_the_earliest_known_to_today_and_says_so(client, acme):
    page = changes(client)

    assert sections(page) == {
        "begun": ["Begun"],
        "passed": ["Ended"],
        "told-2020-05-01": ["Told"],
        "undated": ["Undated"],
        "stayed": ["Always"],
    }
    told = text_of(page, "main")
    assert "From 2017 to today's catalogue" in told
    assert "No first date was given, so it begins at 2017, the earliest date known; no second date" in told


def test_one_date_may_be_left_out(client, acme):
    assert changes(client, **{"from": "2022"}).context["page"].sentence.startswith("3 usages documented then, 4 at")
    assert sections(changes(client, to="2018")) == {"begun": ["Ended"], "stayed": ["Always"]}
    assert "No source tells of a change." in text_of(changes(client, to="2001"), "main")
    assert "No source tells of a change." in text_of(changes(client, **{"from": "2020", "to": "2020"}), "main")


def test_what_only_undated_sources_tell_bears_no_date(client):
    usage = make_usage(make_company("Acme"), make_technology("Kafka"), source=False)
    make_evidence(make_source(published_on=""), usage=usage, accessed_on="2026-11-21")
    make_usage(usage.company, make_technology("Redis"), started="2020")

    page = changes(client)

    assert text_of(page, "undated").startswith("Date not stated 1 None of their sources has a date")


def test_what_was_taken_up_again_is_told_as_changed(client):
    company, postgresql = make_company("Acme"), make_technology("PostgreSQL")
    make_usage(company, postgresql, started="2012", ended="2018", stage="retired", hosting="self_hosted")
    make_usage(company, postgresql, started="2020", hosting="managed", via=make_technology("Amazon RDS"))

    page = changes(client, **{"from": "2015", "to": "2021"})

    assert sections(page) == {"changed": ["PostgreSQL"], "stayed": []}
    told = text_of(page, "changed")
    assert "stage" not in told  # it was in use then, whatever became of it
    assert "hosting: Self-hosted → Managed" in told
    assert "via: nothing → Amazon RDS" in told
    assert "start: 2012 → 2020" in told


def test_migrations_of_that_time_come_along(client, acme):
    within = make_migration(acme, None, make_technology("Flink"), ended="2020", reason="Because.")
    make_migration(acme, None, make_technology("Storm"), ended="2015")
    make_migration(acme, None, make_technology("Spark"))

    page = changes(client, **{"from": "2018", "to": "2022"})

    assert [move.uid for move in page.context["migrations"]] == [within.uid]
    assert "Because." in text_of(page, "migrations")


def test_a_company_without_any_date_has_nothing_to_compare(client):
    make_usage(make_company("Acme"), source=make_source(published_on=""))

    page = changes(client)

    assert "No source about Acme has a date yet" in text_of(page, "main")
    assert "/companies/acme/" in links_of(page, "main")


@pytest.mark.parametrize(
    ("query", "said", "kept"),
    [
        ("from=yesterday&to=2022", "from: “yesterday” is not a date", "?to=2022"),
        ("from=2019&to=2021-02-30", "to: “2021-02-30” is not a date of the calendar.", "?from=2019"),
        ("from=2019-01-01T00", "from: Ensure this value has at most 10 characters", ""),
        ("from=%00", "from: Null characters are not allowed.", ""),
    ],
)
def test_a_bad_date_is_refused_and_the_good_one_kept(client, acme, query, said, kept):
    page = client.get(f"/companies/acme/changes/?{query}")

    assert page.status_code == 400
    assert page.context["problems"][0].startswith(said)
    assert f"/companies/acme/changes/{kept}" in links_of(page, "main")


@pytest.mark.parametrize(("first", "second"), [("2022", "2018"), ("2020-06", "2020-05-31"), ("2020", "2020-06")])
def test_dates_the_wrong_way_round_are_refused_with_the_right_way(client, acme, first, second):
    page = client.get("/companies/acme/changes/", {"from": first, "to": second})

    assert page.status_code == 400
    assert page.context["problems"] == [f"from: {first} is later than {second}. Give the earlier date first."]
    (link,) = [link for link in links_of(page, "main") if "from=" in link]
    assert link == f"/companies/acme/changes/?from={second}&to={first}"
    assert client.get(link).status_code == 200


def test_an_old_slug_leads_to_the_new_one_and_keeps_the_dates(client, acme):
    acme.slug = "acme-corporation"
    acme.save()

    page = client.get("/companies/acme/changes/?from=2018&to=2022")

    assert page.status_code == 301
    assert page.headers["Location"] == "/companies/acme-corporation/changes/?from=2018&to=2022"


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_what_is_not_public_has_not_changed_anything(client, acme, state):
    make_usage(acme, make_technology("Whisper"), state=state, started="2020", purpose="Whisper")
    make_usage(acme, make_technology("Hush whisper", state=state), started="2020", purpose="Whisper")
    make_migration(acme, None, make_technology("Quiet whisper"), state=state, ended="2020")
    make_company("Hidden", state=state)

    page = changes(client, **{"from": "2018", "to": "2022"})

    assert "whisper" not in page.content.decode().lower()
    assert client.get("/companies/hidden/changes/").status_code == 404


@pytest.mark.parametrize("rows", [1, 30])
def test_what_changed_costs_the_same_however_much(client, rows, django_assert_num_queries):
    with curating():
        company, source = make_company("Acme"), make_source(published_on="2019")
        make_usage(company, started="2015")
        for _ in range(rows):
            make_usage(company, started="2018", source=source)
            make_usage(company, source=source)
            make_usage(company, started="2014", ended="2018", source=source)
            make_migration(company, make_technology(), make_technology(), source=source, ended="2018")

    # the revision, the company, its usages and their evidence, its migrations and theirs
    with django_assert_num_queries(6):
        page = client.get("/companies/acme/changes/?from=2016&to=2022")

    assert {name: len(found) for name, found in sections(page).items()} == {
        "begun": rows,
        "left": rows,
        "told-2019": rows,
        "stayed": 1,
    }


def test_the_company_leads_there(client, acme):
    assert "/companies/acme/changes/" in links_of(client.get("/companies/acme/"), "main")
    assert "/companies/acme/changes/?from=2019" in links_of(client.get("/companies/acme/?as_of=2019"), "main")
