import pytest

from stacks.curating import curating
from stacks.models import Migration
from stacks.pages.migrations.views import OFFERED
from tests.factories import make_company, make_evidence, make_migration, make_source, make_technology
from tests.pages.reading import link_to, links_of, text_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def move():
    return make_migration(
        make_company("Acme"),
        make_technology("RabbitMQ"),
        make_technology("Kafka"),
        source=make_source(title="Why we moved", url="https://acme.example/moved"),
        reason="To **replay** events.",
        started="2018",
        ended="2020-06",
    )


def test_a_migration_tells_from_what_to_what_when_why_and_who_says_so(client, move):
    page = client.get("/migrations/")

    row = text_of(page, f"migration-{move.uid}")
    assert page.status_code == 200
    assert row.startswith("Acme RabbitMQ Kafka")
    assert "Done 2018 to 2020-06 To replay events. Why we moved" in row
    assert {"/companies/acme/", "/technologies/rabbitmq/", "https://acme.example/moved"} <= set(links_of(page, "main"))
    assert move.get_absolute_url() == f"/migrations/?company=acme#migration-{move.uid}"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"started": "2018", "ended": "2020"}, "2018 to 2020"),
        ({"started": "2018", "ended": "2018"}, "2018"),
        ({"ended": "2020"}, "by 2020"),
        ({"started": "2018"}, "since 2018"),
        ({}, "said 2020-05-01"),
        ({"stage": "done"}, "by 2020-05-01"),
        ({"stage": "done", "ended": "2019"}, "by 2019"),
    ],
)
def test_a_migration_tells_when_as_far_as_anybody_says(client, fields, told):
    move = make_migration(**{"stage": "under_way"} | fields)

    assert f" {told} Reason not stated." in text_of(client.get("/migrations/"), f"migration-{move.uid}")


def test_what_nobody_dates_is_undated_and_what_contradicts_dates_nothing(client):
    move = make_migration(source=make_source(published_on=""))
    make_evidence(migration=move, source=make_source(published_on="2024"), stance="contradicts")

    assert "Done date not stated" in text_of(client.get("/migrations/"), f"migration-{move.uid}")


def test_the_newest_edition_that_supports_a_move_dates_it(client):
    move = make_migration(source=make_source(published_on="2020"))
    make_evidence(migration=move, source=make_source(published_on="2023-02"))

    assert "Done by 2023-02" in text_of(client.get("/migrations/"), f"migration-{move.uid}")


def test_companies_stand_from_a_to_z_each_with_its_newest_move_first(client):
    bolt, acme = make_company("Bolt"), make_company("Acme")
    moves = [make_migration(bolt), make_migration(acme), make_migration(acme)]

    shown = [view.uid for view in client.get("/migrations/").context["migrations"]]

    assert shown == [moves[2].uid, moves[1].uid, moves[0].uid]


def test_migrations_are_filtered_and_each_choice_tells_its_number(client, move):
    other = make_migration(make_company("Bolt"), None, make_technology("Valkey"), stage="planned", reason="Licence")

    def found(**query):
        return {view.uid for view in client.get("/migrations/", query).context["migrations"]}

    assert found(company="acme") == {move.uid}
    assert found(technology="kafka") == found(technology="rabbitmq") == {move.uid}
    assert found(from_technology="kafka") == set()
    assert found(to_technology="kafka") == {move.uid}
    assert found(stage="planned") == {other.uid}
    assert found(q="licence") == {other.uid}
    assert found(company="", stage="") == {move.uid, other.uid}
    choices = {
        select.choice.name: select.choice.options for select in client.get("/migrations/").context["filters"].selects
    }
    assert choices == {
        "from_technology": [("rabbitmq", "RabbitMQ", 1)],
        "to_technology": [("kafka", "Kafka", 1), ("valkey", "Valkey", 1)],
        "company": [("acme", "Acme", 1), ("bolt", "Bolt", 1)],
        "stage": [("planned", "Planned", 1), ("done", "Done", 1)],
    }


@pytest.mark.parametrize(
    "query",
    ["company=nobody", "technology=nothing", "stage=soon", "q=%00", "cursor=junk", "cursor=WzAsIngiXQ"],
)
def test_a_bad_query_of_the_migrations_is_refused(client, move, query):
    page = client.get(f"/migrations/?{query}")

    assert page.status_code == 400
    assert page.context["problems"]
    assert "/migrations/" in links_of(page, "main")


def test_pages_of_migrations_hold_each_once_forwards_and_back(client, monkeypatch):
    monkeypatch.setattr("stacks.pages.migrations.views.PAGE", 2)
    with curating():
        company, kafka = make_company("Acme"), make_technology("Kafka")
        moves = [make_migration(company, None, kafka) for _ in range(5)]
        make_migration()

    def walk(address, rel):
        seen = []
        while address:
            page = client.get("/migrations/" + address)
            seen.append([view.uid for view in page.context["migrations"]])
            last, address = address, link_to(page, rel)
        return seen, last

    assert "There are more rows: <" in client.get("/migrations/?company=acme&format=md").content.decode()
    ahead, last = walk("?company=acme", "next")
    back, _ = walk(last, "prev")

    assert [uid for seen in ahead for uid in seen] == [move.uid for move in moves[::-1]]
    assert back == ahead[::-1]


@pytest.mark.parametrize("rows", [1, 30])
def test_migrations_cost_the_same_however_many(client, rows, django_assert_num_queries):
    with curating():
        for _ in range(rows):
            make_migration(from_technology=make_technology())

    # the revision, what there is to choose from (four), the migrations, their evidence, all that fit for the picture
    with django_assert_num_queries(8):
        page = client.get("/migrations/")

    assert len(page.context["migrations"]) == rows


def test_what_is_asked_of_the_migrations_can_be_left_out_again(client):
    move = make_migration(make_company("Acme"), stage="planned")

    page = client.get(f"/migrations/?company=acme&stage=planned&technology={move.to_technology.slug}")

    assert "Remove Company: Acme" in text_of(page, "main")
    assert f"?company=acme&technology={move.to_technology.slug}" in links_of(page, "main")
    assert "/migrations/" in links_of(page, "main")


def test_choices_count_every_migration_and_offer_the_companies_with_most(client):
    with curating():
        kafka, companies = make_technology("Kafka"), [make_company(f"Company {n:03d}") for n in range(103)]
    moves = [(company, "done") for company in companies for _ in range(50)] + [(companies[-1], "planned")]
    Migration._base_manager.bulk_create(
        [
            Migration(company=company, to_technology=kafka, category=kafka.category, state="published", stage=stage)
            for company, stage in moves
        ]
    )

    selects = {select.choice.name: select.choice for select in client.get("/migrations/").context["filters"].selects}

    assert selects["stage"].options == [("planned", "Planned", 1), ("done", "Done", 5150)]
    assert len(selects["company"].options) == OFFERED
    assert selects["company"].options[-1] == ("company-102", "Company 102", 51)
    assert selects["company"].label == "Company (those with most)"
    left = {s.choice.name: s.choice for s in client.get("/migrations/?stage=planned").context["filters"].selects}
    assert left["company"].options == [("company-102", "Company 102", 1)]
