import pytest

from stacks.api.serializers import ChangesSerializer
from stacks.models import Change, State
from tests.api.catalogue import make_full
from tests.factories import make_company, make_evidence, make_technology, make_usage


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
