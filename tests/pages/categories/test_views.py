import pytest

from stacks import derived
from stacks.curating import curating
from stacks.models import Company, State, Usage
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_migration,
    make_source,
    make_technology,
    make_usage,
    slug_of,
)
from tests.pages.reading import links_of, text_of


@pytest.fixture
def brokers():
    return make_category(
        "Brokers", parent=make_area("Data", description="What is stored."), description="Queues and logs."
    )


def test_categories_stand_below_their_areas_with_their_numbers(client, brokers):
    make_category("Databases", parent=brokers.parent)
    make_usage(make_company(), make_technology("Kafka", brokers))
    make_technology("RabbitMQ", brokers)

    page = client.get("/categories/")

    assert page.status_code == 200
    assert "Data 1 in use of 2 technologies Brokers 1 in use, 2 listed Databases empty" in text_of(page, "main")
    assert {"/categories/data/", "/categories/brokers/", "#data"} <= set(links_of(page, "main"))


def test_categories_keep_the_order_of_the_curators(client):
    last, first = make_area("Alpha", position=20), make_area("Omega", position=10)
    make_category("B", parent=first, position=1)
    make_category("A", parent=first, position=2)
    make_category("C", parent=last)

    listings = client.get("/categories/").context["areas"]

    assert [(listing.area.name, [c.name for c in listing.categories]) for listing in listings] == [
        ("Omega", ["B", "A"]),
        ("Alpha", ["C"]),
    ]


def test_an_area_shows_its_categories(client, brokers):
    make_usage(make_company(), make_technology(category=brokers))

    page = client.get("/categories/data/")

    assert page.status_code == 200
    assert "What is stored." in text_of(page)
    assert "Brokers Queues and logs. 1 in use, 1 listed" in text_of(page)
    assert "/technologies/?category=data" in links_of(page)


def test_a_category_shows_who_uses_what_in_this_role(client, brokers):
    kafka, rabbitmq, redis = (make_technology(name, brokers) for name in ("Kafka", "RabbitMQ", "Redis Streams"))
    elsewhere = make_technology("PostgreSQL")
    acme, bolt = make_company("Acme"), make_company("Bolt")
    make_usage(acme, kafka)
    make_usage(bolt, kafka)
    make_usage(acme, elsewhere, brokers)
    make_usage(acme, rabbitmq, ended="2020")
    make_usage(bolt, redis, make_category())  # in another role

    page = client.get("/categories/brokers/")

    used = [(view.technology.name, view.companies, [link.name for link in view.named]) for view in page.context["used"]]
    assert used == [("Kafka", 2, ["Acme", "Bolt"]), ("PostgreSQL", 1, ["Acme"])]
    assert [technology.name for technology in page.context["rest"]] == ["RabbitMQ", "Redis Streams"]
    assert "Companies that" not in text_of(page)
    assert "2: Acme, Bolt" in text_of(page)


def test_only_published_technologies_count_for_a_category(client, brokers):
    make_technology("Kafka", brokers)
    make_technology("RabbitMQ", brokers, state=State.DRAFT)
    make_usage(make_company(), make_technology("Redis", brokers), state=State.PROPOSED)

    assert "Brokers 2 listed" in text_of(client.get("/categories/"))
    page = client.get("/categories/brokers/")
    assert page.context["used"] == []
    assert [technology.name for technology in page.context["rest"]] == ["Kafka", "Redis"]


def test_an_empty_category_says_so(client, brokers):
    page = client.get("/categories/brokers/")

    assert page.status_code == 200
    assert "No company is known to use anything in this role yet." in text_of(page)


def test_an_unknown_category_is_not_found_and_likely_ones_are_proposed(client, brokers):
    page = client.get("/categories/broker/")

    assert page.status_code == 404
    assert "There is no category “broker” here." in text_of(page)
    assert "/categories/brokers/" in links_of(page, "main")


@pytest.mark.parametrize("slug", ["brokers", "data"])
def test_an_old_address_of_a_category_leads_to_the_new_one(client, brokers, slug):
    category = {"brokers": brokers, "data": brokers.parent}[slug]
    category.slug = "renamed"
    category.save()

    page = client.get(f"/categories/{slug}/?x=1&format=csv")

    assert page.status_code == 301
    assert page.headers["Location"] == "/categories/renamed/?format=csv"


@pytest.mark.parametrize("rows", [1, 30])
def test_the_categories_cost_the_same_however_many(client, rows, django_assert_num_queries):
    with curating():
        for _ in range(rows):
            make_usage(make_company(), make_technology(category=make_category()))

    # the categories with their numbers, the areas with theirs, the revision
    with django_assert_num_queries(3):
        page = client.get("/categories/")

    assert len(page.context["areas"]) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_an_area_costs_the_same_however_many_categories_it_has(client, rows, django_assert_num_queries):
    with curating():
        area = make_area("Data")
        for _ in range(rows):
            make_usage(make_company(), make_technology(category=make_category(parent=area)))

    # the area, its categories with their numbers, the areas with theirs, the revision
    with django_assert_num_queries(4):
        page = client.get("/categories/data/")

    assert len(page.context["listing"].categories) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_a_category_costs_the_same_however_much_is_used_in_it(client, brokers, rows, django_assert_num_queries):
    with curating():
        for _ in range(rows):
            company, technology = make_company(), make_technology(category=brokers)
            make_usage(company, technology, started="2019")
            make_usage(company, make_technology(), brokers)
            make_usage(company, technology, ended="2016")
            make_migration(company, technology, make_technology(category=brokers))
            make_category(parent=brokers.parent)

    # the category, the counts with their technologies, the technologies at home here, the revision, the other
    # categories of the area, the newest edition, what was used in which years and what was left, the names of both,
    # what companies with several use, who moved and the evidence; what is held of all companies (five, the first time
    # in a process)
    with django_assert_num_queries(12 + 5):
        page = client.get("/categories/brokers/")

    assert len(page.context["used"]) == min(2 * rows, 50)
    assert len(page.context["rest"]) == rows


@pytest.mark.parametrize(("names", "indexed"), [(29, False), (30, True)])
def test_many_names_of_a_category_stand_under_their_letters(client, names, indexed):
    with curating():
        brokers = make_category("Brokers")
        make_technology("0MQ", brokers)
        for n in range(names - 1):
            make_technology(f"{'AZ'[n % 2]} broker {n}", brokers)

    page = client.get("/categories/brokers/")

    letters = [(letter, len(technologies)) for letter, technologies in page.context["index"]]
    assert letters == ([("0-9", 1), ("A", 15), ("Z", 14)] if indexed else [])
    assert (
        len({link for link in links_of(page, "main") if link.startswith("/technologies/") and "?" not in link}) == names
    )


def test_each_used_technology_names_companies_however_much_is_used_beside_it(client, brokers):
    first, last = make_technology("Alpha", brokers), make_technology("Omega", brokers)
    names = [f"Company {n:03d}" for n in range(600)]
    companies = Company._base_manager.bulk_create(
        [Company(name=name, slug=slug_of(name), state="published") for name in names]
    )
    Usage._base_manager.bulk_create(
        [Usage(company=c, technology=first, category=brokers, state="published", visible=True) for c in companies]
        + [
            Usage(company=c, technology=last, category=brokers, state="published", visible=True, scope=scope)
            for c in companies[-9:]
            for scope in ("", "Search")
        ]
    )
    derived.repair(derived.check())

    used = client.get("/categories/brokers/").context["used"]

    assert [(view.technology.name, view.companies) for view in used] == [("Alpha", 600), ("Omega", 9)]
    assert [link.name for link in used[0].named] == names[:8]
    assert [link.name for link in used[1].named] == names[-9:-1]


def test_technologies_stand_on_rungs_by_how_many_companies_use_them(client, brokers):
    kafka, nats, old = (make_technology(name, brokers) for name in ("Kafka", "NATS", "Old"))
    old.lifecycle, old.lifecycle_on, old.lifecycle_source = "ended", "2021", "https://old.example/end"
    old.save()
    acme, bolt = make_company("Acme"), make_company("Bolt")
    for company, technology in ((acme, kafka), (bolt, kafka), (acme, nats), (bolt, old)):
        make_usage(company, technology)
    make_usage(make_company("Planner"), nats, stage="planned")

    page = client.get("/categories/brokers/")

    landscape = page.context["landscape"]
    assert [(r.companies, [v.technology.name for v in r.used]) for r in landscape.rungs] == [
        (2, ["Kafka"]),
        (1, ["NATS", "Old"]),
    ]
    text = text_of(page, "main")
    assert "3 technologies in use by 2 companies" in text
    assert "Still in use: Old ended since 2021" in text
    assert landscape.compare.url == "/compare/technologies/kafka/nats/old/"
    assert client.get(landscape.compare.url).status_code == 200


def test_what_is_ticked_in_a_category_is_compared(client, brokers):
    for name in ("Kafka", "NATS"):
        make_usage(make_company(), make_technology(name, brokers))

    content = client.get("/categories/brokers/").content.decode()

    assert '<form action="/compare/technologies/">' in content
    assert 'type="checkbox" name="technology" value="nats"' in content
    ticked = client.get("/compare/technologies/", {"technology": ["kafka", "nats"]})
    assert ticked.headers["Location"] == "/compare/technologies/kafka/nats/"


def test_a_rung_with_many_technologies_is_a_list_and_companies_not_named_are_a_link_away(client, brokers):
    with curating():
        company = make_company()
        for n in range(30):
            make_usage(company, make_technology(f"Tool {n}", brokers))
        often = make_technology("Often", brokers)
        for _ in range(12):
            make_usage(make_company(), often)

    page = client.get("/categories/brokers/")

    assert [rung.many for rung in page.context["landscape"].rungs] == [False, True]
    assert "and 4 more" in text_of(page, "main")
    assert "/companies/?uses=often" in links_of(page, "main")


def test_how_the_shares_changed_is_told_of_the_companies_documented_by_then(client, brokers):
    with curating():
        kafka, nats = make_technology("Kafka", brokers), make_technology("NATS", brokers)
        acme, bolt, core, dot = (make_company(name) for name in ("Acme", "Bolt", "Core", "Dot"))
        newest = make_source(published_on="2020-06")
        make_usage(acme, kafka, started="2018", source=newest)
        make_usage(bolt, kafka, started="2019", source=newest)
        make_usage(bolt, nats, started="2018", ended="2019", source=newest)
        make_usage(core, nats, source=make_source(published_on=""))
        make_usage(dot, kafka, stage="planned", started="2018")
        make_usage(dot, nats, started="2018", state=State.DRAFT)

    page = client.get("/categories/brokers/")

    shares = page.context["shares"]
    assert shares.years == [(2018, 2), (2019, 2), (2020, 2)]
    told = [(row.technology.name, [s.companies for s in row.shares], row.undated, row.left) for row in shares.rows]
    assert told == [("Kafka", [1, 2, 2], 0, 0), ("NATS", [1, 0, 0], 1, 1)]
    assert "Technology 2018 of 2 2019 of 2 2020 of 2 Date not stated Kafka 1 2 2 0 NATS 1 0 0 1" in text_of(
        page, "shares"
    )
    assert page.content.decode().count('width="12" height="12"') == 6  # a square for each company
    years = client.get("/categories/brokers/?format=json").json()["years"]
    assert [(year["year"], year["companies"], [t["companies"] for t in year["technologies"]]) for year in years] == [
        (2018, 2, [1, 1]),
        (2019, 2, [2, 0]),
        (2020, 2, [2, 0]),
    ]


def test_from_twenty_companies_on_shares_are_bars(client, brokers):
    with curating():
        kafka = make_technology("Kafka", brokers)
        for n in range(20):
            make_usage(make_company(), kafka, started=str(2001 + n), source=make_source(published_on="2020"))

    shares = client.get("/categories/brokers/").context["shares"]

    assert [year for year, _ in shares.years] == [2001, 2006, 2011, 2015, 2020]
    last = shares.rows[0].shares[-1]
    assert (last.companies, last.of, last.squares, last.percent) == (20, 20, [], 100)
    assert shares.rows[0].shares[0].squares == [0]


def test_without_two_years_there_are_no_shares(client, brokers):
    make_usage(make_company(), make_technology("Kafka", brokers), source=make_source(published_on=""))

    assert client.get("/categories/brokers/").context["shares"] is None
    assert client.get("/categories/brokers/?format=json").json()["years"] == []


def test_who_stands_out_is_told_without_what_is_hidden(client, brokers):
    with curating():
        kafka, nats, secret = (make_technology(name, brokers) for name in ("Kafka", "NATS", "Whisper"))
        secret.state = State.DRAFT
        secret.save()
        acme, bolt = make_company("Acme"), make_company("Bolt")
        for company, technology in ((acme, kafka), (acme, nats), (bolt, kafka), (bolt, secret)):
            make_usage(company, technology)
        make_usage(bolt, nats, ended="2019")
        make_usage(bolt, secret, make_category(), ended="2019")
        make_migration(bolt, nats, kafka, category=brokers, ended="2019")
        make_migration(bolt, secret, kafka, category=brokers)

    page = client.get("/categories/brokers/")

    out = text_of(page, "standing-out")
    assert "Several at once Acme: Kafka, NATS" in out
    assert "No longer in use NATS at Bolt" in out
    assert "Who moved Bolt: NATS → to Kafka, 2019" in out or "Who moved Bolt: NATS → to Kafka, by 2019" in out
    assert "Whisper" not in text_of(page)


def test_a_long_list_of_what_is_used_is_cut_and_says_so(client, brokers, monkeypatch):
    monkeypatch.setattr("stacks.pages.categories.views._LISTED", 2)
    with curating():
        for name in ("Kafka", "NATS", "Redis"):
            make_usage(make_company(), make_technology(name, brokers))

    page = client.get("/categories/brokers/")

    assert "The 2 most used. 1 more stand" in text_of(page, "main")
    assert sum(len(rung.used) for rung in page.context["landscape"].rungs) == 3
    assert "/technologies/?category=brokers" in links_of(page, "main")
    assert "/companies/?category=brokers" in links_of(page, "main")
    assert len(client.get("/categories/brokers/?format=json").json()["rows"]) == 3


def test_each_form_of_a_category_tells_the_lifecycle(client, brokers):
    make_technology("Old", brokers, lifecycle="ended", lifecycle_on="2021", lifecycle_source="https://old.example/")

    row = client.get("/categories/brokers/?format=json").json()["rows"][0]
    assert (row["lifecycle"], row["lifecycle_on"]) == ("ended", "2021")
    assert "Old,,ended,2021,0," in client.get("/categories/brokers/?format=csv").content.decode()
    assert "| Old | | ended | 2021 | 0 |" in client.get("/categories/brokers/?format=md").content.decode()
