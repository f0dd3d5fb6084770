import pytest

from stacks.api.serializers import ChangesSerializer
from stacks.models import Change, State
from tests.api.catalogue import make_full
from tests.factories import (
    make_company,
    make_coverage,
    make_evidence,
    make_migration,
    make_technology,
    make_usage,
)


def test_a_follower_reads_every_number_once(client):
    make_company(usages=5)
    seen, url = [], "/api/v1/changes/?page_size=3"
    while url:
        page = client.get(url).json()
        seen += [line["seq"] for line in page["results"]]
        url = page["next"]

    assert seen == list(range(1, Change.objects.count() + 1))
    assert page["revision"] == seen[-1]


def test_at_the_end_there_is_nothing_and_no_next(client):
    make_company()
    newest = Change.objects.count()

    page = client.get(f"/api/v1/changes/?after={newest}").json()

    assert (page["results"], page["next"]) == ([], None)


def test_the_answer_is_what_the_declared_serializer_says(get):
    make_full()

    page = get("changes/?page_size=500")

    assert ChangesSerializer(page).data == page


def test_a_page_leads_back_to_the_one_before(get):
    make_full()

    assert get("changes/?after=5&page_size=3")["previous"] == "http://testserver/api/v1/changes/?after=2&page_size=3"
    assert get("changes/?after=2&page_size=3")["previous"] == "http://testserver/api/v1/changes/?after=0&page_size=3"
    assert get("changes/?page_size=3")["previous"] is None


def test_a_line_says_what_changed_and_where_it_hangs(get):
    usage = make_usage(make_company("Fam"), make_technology("Kafka"))
    usage.purpose = "Another"
    usage.save()

    line = get("changes/?page_size=500")["results"][-1]

    assert (line["verb"], line["kind"], line["object"]) == ("changed", "usage", usage.uid)
    assert line["url"] == f"http://testserver/api/v1/usages/{usage.uid}/"
    places = {"company": "fam", "technology": "kafka", "category": usage.category.slug}
    assert line["payload"] == places | {"fields": ["purpose"]}


def test_a_draft_leaves_no_line(get):
    technology = make_technology()
    before = get("changes/")["revision"]

    make_usage(make_company(state=State.DRAFT), technology, state=State.DRAFT)

    assert get("changes/")["revision"] == before


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_what_is_gone_tells_its_kind_and_its_name_and_nothing_else(client, state):
    usage = make_usage(make_company("Secretive"))
    make_evidence(usage=usage)
    usage.state = state
    usage.save()

    lines = [line for line in client.get("/api/v1/changes/").json()["results"] if line["kind"] == "usage"]

    assert [line["verb"] for line in lines] == ["added", "changed", "removed"]
    assert all((line["object"], line["payload"], line["url"]) == (usage.uid, {}, None) for line in lines)


def test_a_rename_tells_where_the_old_slug_leads(client):
    company = make_company("Fam")
    company.slug = "famapp"
    company.save()

    lines = client.get("/api/v1/changes/?after=1").json()["results"]

    assert [(line["verb"], line["object"]) for line in lines] == [("redirected", "fam"), ("changed", "famapp")]
    assert lines[0]["payload"] == {"to": "famapp"}


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=-1",
        "after=99999",
        "after=",
        "after=1.0",
        "after=99999999999999999999",
        "cursor=x",
        "ordering=seq",
        "page_size=0",
        "page_size=501",
        "before=1",
    ],
)
def test_a_question_that_cannot_be_answered_is_a_problem(client, query):
    answer = client.get(f"/api/v1/changes/?{query}")

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == query.split("=")[0]


@pytest.mark.parametrize("usages", [1, 30])
def test_reading_costs_the_same_however_many_lines(client, usages, django_assert_num_queries):
    make_company(usages=usages)

    # the revision, the lines; their companies, categories, technologies, usages and sources
    with django_assert_num_queries(7):
        client.get("/api/v1/changes/?page_size=500")


def told(page):
    return [(line["verb"], line["kind"], line["object"]) for line in page["results"]]


def test_a_line_passes_by_what_it_hangs_on(get):
    fam, kafka = make_company("Fam"), make_technology("Kafka")
    ours, move, look = make_usage(fam, kafka), make_migration(fam, None, kafka), make_coverage(fam)
    gone = make_usage(make_company("Other"))
    uid = gone.uid
    gone.delete()
    make_company("Third", usages=1)

    of_fam = {(kind, key) for _, kind, key in told(get("changes/?company=fam&page_size=500"))}
    assert of_fam == {
        ("company", "fam"),
        ("usage", ours.uid),
        ("migration", move.uid),
        ("coverage", look.uid),
        ("usage", uid),
    } | {(kind, key) for verb, kind, key in told(get("changes/?page_size=500")) if verb == "removed"}
    of_kafka = {(kind, key) for verb, kind, key in told(get("changes/?technology=kafka")) if verb != "removed"}
    assert of_kafka == {("technology", "kafka"), ("usage", ours.uid), ("migration", move.uid)}
    kinds = {kind for verb, kind, _ in told(get("changes/?kind=company&kind=coverage")) if verb != "removed"}
    assert kinds == {"company", "coverage"}
    both = {kind for verb, kind, _ in told(get("changes/?company=fam&technology=kafka")) if verb != "removed"}
    assert both == {"usage", "migration"}


def test_what_went_to_another_is_told_to_those_it_left(get):
    fam, zerodha = make_company("Fam"), make_company("Zerodha")
    usage = make_usage(fam)
    before = get("changes/")["revision"]
    usage.company = zerodha
    usage.save()
    fam.slug = "fampay"
    fam.save()

    lines = told(get(f"changes/?after={before}&company=fampay"))

    assert ("changed", "usage", usage.uid) in lines
    assert ("redirected", "company", "fam") in lines


def test_a_narrowed_feed_leads_on_past_what_it_leaves_out(client, monkeypatch):
    monkeypatch.setattr("stacks.api.changes.SCANNED", 4)
    fam = make_company("Fam")
    make_company("Other", usages=4)
    late = make_usage(fam)
    seen, url, pages = [], "/api/v1/changes/?company=fam&page_size=1", 0
    while url:
        page = client.get(url).json()
        assert len(page["results"]) <= 1
        assert page["previous"] is None
        seen += told(page)
        url, pages = page["next"], pages + 1

    assert [line for line in seen if line[0] == "added"] == [("added", "company", "fam"), ("added", "usage", late.uid)]
    assert pages > 3


def test_another_catalogue_is_a_conflict(get):
    make_company()
    identity = get("changes/")["catalogue"]

    assert get(f"changes/?after=0&catalogue={identity}")["catalogue"] == identity
    problem = get("changes/?after=99999&catalogue=another", 409)
    assert "copy it again" in problem["detail"]


@pytest.mark.parametrize(
    ("query", "parameter"), [("company=nobody", "company"), ("technology=%00", "technology"), ("kind=evidence", "kind")]
)
def test_what_the_feed_cannot_be_narrowed_to_is_refused(get, query, parameter):
    assert get(f"changes/?{query}", 400)["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize("usages", [1, 30])
def test_a_narrowed_feed_costs_the_same_however_many_lines(client, usages, django_assert_num_queries):
    make_company("Fam", usages=usages)

    # as all of it, and the company
    with django_assert_num_queries(8):
        client.get("/api/v1/changes/?company=fam&page_size=500")
