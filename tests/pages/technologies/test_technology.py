import pytest

from stacks.curating import curating
from stacks.models import State, TechnologyAlias
from tests.factories import (
    make_area,
    make_category,
    make_company,
    make_evidence,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)
from tests.pages.reading import link_to, links_of, text_of


@pytest.fixture
def kafka():
    brokers = make_category("Brokers", parent=make_area("Data"))
    return make_technology(
        "Kafka",
        brokers,
        summary="A distributed log.",
        licence="Apache-2.0",
        open_source="yes",
        website="https://kafka.example/",
    )


def test_a_technology_shows_what_it_is_and_who_uses_it_for_what(client, kafka):
    TechnologyAlias.objects.create(technology=kafka, name="Apache Kafka")
    source = make_source(title="Our events", url="https://acme.example/events", published_on="2022")
    make_usage(make_company("Acme"), kafka, source=source, purpose="Events", remarks="It **replays**.", started="2019")

    page = client.get("/technologies/kafka/")

    text = text_of(page, "main")
    assert page.status_code == 200
    for told in ("A distributed log.", "Open source Yes, Apache-2.0", "Used by 1 company", "Also written Apache Kafka"):
        assert told in text
    who = text_of(page, "who")
    for told in ("Acme", "Brokers", "Events", "since 2019", "It replays.", "Our events"):
        assert told in who
    assert {"/companies/acme/", "https://kafka.example/", "https://acme.example/events"} <= set(links_of(page, "main"))


def test_plans_and_past_of_a_technology_stand_apart_from_its_users(client, kafka):
    make_usage(make_company("Now"), kafka)
    make_usage(make_company("Soon"), kafka, stage="planned")
    make_usage(make_company("Once"), kafka, ended="2020")
    make_usage(make_company("Retired"), kafka, stage="retired")
    make_usage(make_company("Trying"), kafka, stage="trial")

    page = client.get("/technologies/kafka/")

    assert [row.company.name for row in page.context["users"]] == ["Now", "Trying"]
    assert "Brokers Trial" in text_of(page, "who")
    assert text_of(page, "planned") == "Planned Soon"
    former = [(row.company.name, row.left) for row in page.context["former"].rows]
    assert former == [("Once", "2020"), ("Retired", "not stated")]
    assert "Left For what, why, who says so Once" in text_of(page, "former")
    assert "Used by 2 companies" in text_of(page)


def test_relations_are_told_from_both_ends(client, kafka):
    msk, redpanda = make_technology("Amazon MSK"), make_technology("Redpanda")
    make_relation(msk, "managed_form_of", kafka)
    make_relation(kafka, "successor_of", redpanda)
    make_usage(make_company(), kafka, via=msk)

    assert text_of(client.get("/technologies/kafka/"), "relations").startswith(
        "Relations Successor of Redpanda Managed forms Amazon MSK (1)"
    )
    assert text_of(client.get("/technologies/amazon-msk/"), "relations").startswith("Relations Managed form of Kafka")
    assert "Succeeded by Kafka" in text_of(client.get("/technologies/redpanda/"), "relations")


def test_moves_to_and_from_a_technology_are_told(client, kafka):
    rabbitmq = make_technology("RabbitMQ", kafka.category)
    make_migration(make_company("Acme"), rabbitmq, kafka, reason="To *replay*.", started="2018", ended="2020")
    make_migration(make_company("Bolt"), kafka, rabbitmq, stage="planned")
    make_migration(make_company("Core"), None, kafka)

    moves = text_of(client.get("/technologies/kafka/"), "moves")

    arrived, _, left = moves.partition("Moved away")
    assert "Acme RabbitMQ Kafka Brokers Done 2018 to 2020 To replay." in arrived
    assert "Core not stated Kafka" in arrived
    assert "Bolt Kafka RabbitMQ Brokers Planned said 2020-05-01 Reason not stated." in left


def test_others_of_the_same_category_can_be_compared_with_it(client, kafka):
    make_technology("NATS", kafka.category)
    make_usage(make_company(), make_technology("RabbitMQ", kafka.category))

    redis = make_technology("Redis")
    make_usage(make_company(), redis)
    make_usage(make_company(), redis)
    make_usage(make_company(), redis, kafka.category)

    page = client.get("/technologies/kafka/")

    alternatives = [(row.technology.name, row.companies) for row in page.context["alternatives"]]
    assert alternatives == [("RabbitMQ", 1), ("Redis", 1), ("NATS", 0)]  # in this role, not in all
    assert "/compare/technologies/kafka/nats/" in links_of(page, "alternatives")


def test_what_it_is_a_form_of_and_its_own_forms_are_no_alternatives_but_their_other_forms_are(client, kafka):
    with curating():
        msk, event_hubs, fork = (make_technology(name, kafka.category) for name in ("MSK", "Event Hubs", "Fork"))
        make_technology("NATS", kafka.category)
        make_technology("Draft", kafka.category, state=State.DRAFT)
        make_relation(msk, "managed_form_of", kafka)
        make_relation(event_hubs, "managed_form_of", kafka)
        make_relation(fork, "fork_of", msk)
        make_usage(make_company(), kafka, via=event_hubs)

    def alternatives(slug):
        rows = client.get(f"/technologies/{slug}/").context["alternatives"]
        return [(row.technology.name, row.related) for row in rows]

    assert alternatives("kafka") == [("NATS", False)]
    assert alternatives("msk") == [("Event Hubs", True), ("NATS", False)]
    assert alternatives("fork") == [("Event Hubs", True), ("NATS", False)]
    assert "NATS" in dict(alternatives("event-hubs"))
    assert "Event Hubs ≈ of the same family" in text_of(client.get("/technologies/msk/"), "alternatives")


def test_a_technology_that_nobody_uses_says_so(client, kafka):
    page = client.get("/technologies/kafka/")

    assert page.status_code == 200
    assert "No company in the catalogue is known to use it at present." in text_of(page, "who")


@pytest.mark.parametrize("query", ["cursor=junk", "cursor=W10", "cursor=%00", "format=xml"])
def test_a_bad_query_of_a_technology_is_refused(client, kafka, query):
    page = client.get(f"/technologies/kafka/?{query}")

    assert page.status_code == 400
    assert page.context["problems"]
    assert "/technologies/kafka/" in links_of(page, "main")


def test_an_unknown_technology_is_not_found_and_likely_ones_are_proposed(client, kafka):
    TechnologyAlias.objects.create(technology=kafka, name="Kafka Streams")

    page = client.get("/technologies/streams/")

    assert page.status_code == 404
    assert "There is no technology “streams” here." in text_of(page)
    assert "/technologies/kafka/" in links_of(page, "main")


def test_an_old_address_of_a_technology_leads_to_the_new_one(client, kafka):
    kafka.slug = "apache-kafka"
    kafka.save()

    page = client.get("/technologies/kafka/?cursor=x")

    assert page.status_code == 301
    assert page.headers["Location"] == "/technologies/apache-kafka/?cursor=x"


def test_pages_of_users_hold_each_usage_once_forwards_and_back(client, kafka, monkeypatch):
    monkeypatch.setattr("stacks.pages.technologies.users.MOST", 3)
    with curating():
        companies = [make_company(f"Company {n}") for n in range(5)]
        # one company with several roles stands across two pages
        for company in [*companies, *[companies[1]] * 3]:
            make_usage(company, kafka, make_category())

    def walk(address, rel):
        seen = []
        while address:
            page = client.get("/technologies/kafka/" + address)
            seen.append([row.use.uid for row in page.context["users"]])
            last, address = address, link_to(page, rel)
        return seen, last

    ahead, last = walk("?cursor=", "next")
    back, _ = walk(last, "prev")

    assert [len(seen) for seen in ahead] == [3, 3, 2]
    assert sorted(uid for seen in ahead for uid in seen) == sorted(kafka.usages.values_list("uid", flat=True))
    assert back == ahead[::-1]


@pytest.mark.parametrize("rows", [1, 30])
def test_a_technology_costs_the_same_however_many_use_it(client, kafka, rows, django_assert_num_queries):
    with curating():
        source, other = make_source(), make_technology("RabbitMQ", kafka.category)
        for n in range(rows):
            for fields in ({}, {"stage": "planned"}, {"ended": "2020"}):
                usage = make_usage(make_company(), kafka, source=source, via=other, **fields)
                make_evidence(usage=usage, source=make_source(), stance="contradicts")
            make_migration(usage.company, other, kafka, source=source)
            make_migration(usage.company, kafka, other, source=source)
            make_relation(make_technology(category=kafka.category), "fork_of", kafka)
            make_relation(kafka, "built_on", make_technology(category=kafka.category))
            TechnologyAlias.objects.create(technology=kafka, name=f"Kafka {n}")

    # the technology, its usages, its aliases, the facts of the usages and their evidence, its relations in both
    # directions, who moved to it and the evidence, who moved away and the evidence, the used and the other technologies
    # of its category, who plans it, who left it and their facts and evidence, who is related to whom, the revision, the
    # newest edition, all who use, used or plan it, through what and its name, what is run
    # through it; what is held of all companies (five, the first time in a process)
    with django_assert_num_queries(23 + 5):
        page = client.get("/technologies/kafka/")

    assert len(page.context["users"]) == rows
    assert len(page.context["planned"].rows) == len(page.context["former"].rows) == rows
    assert len(page.context["arrived"].rows) == len(page.context["left"].rows) == rows


@pytest.mark.parametrize(
    ("services", "told"),
    [
        (3, "one through Service 0, one through Service 1, one through Service 2."),
        (4, "one through Service 2, one through Service 3."),
        (5, "one through Service 2, others through two more services."),
    ],
)
def test_three_services_are_named_and_the_rest_counted_but_for_a_single_one(client, kafka, services, told):
    with curating():
        for number in range(services):
            service = make_technology(f"Service {number}", kafka.category)
            make_usage(make_company(f"Company {number}"), kafka, via=service)

    assert told in text_of(client.get("/technologies/kafka/"), "who")


def test_users_through_a_service_count_and_the_service_is_named(client, kafka):
    msk = make_technology("Amazon MSK", kafka.category)
    make_relation(msk, "managed_form_of", kafka)
    for name in ("Acme", "Bolt", "Core"):
        make_usage(make_company(name), kafka, source=make_source(published_on="2024"))
    make_usage(make_company("Fam"), kafka, via=msk, source=make_source(published_on="2025"))
    make_usage(make_company("Gone"), kafka, via=msk, ended="2020")

    page = client.get("/technologies/kafka/")

    assert "4 documented companies use it, one through Amazon MSK. One has left it." in text_of(page, "who")
    assert "Used by 4 companies" in text_of(page)
    assert text_of(client.get("/technologies/amazon-msk/"), "carried").endswith("Kafka Fam")


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_a_technology_tells_nothing_of_what_is_not_public(client, kafka, state):
    whisper = make_technology("Whisper", kafka.category, state=State.DRAFT)
    make_usage(make_company("Acme"), kafka, via=whisper)
    make_usage(make_company("Quiet"), kafka, state=state, started="2011")
    make_usage(make_company("Hush", state=state), kafka, started="2012")
    make_relation(whisper, "successor_of", kafka)

    for page in (client.get("/technologies/kafka/"), client.get("/technologies/kafka/?format=json")):
        content = page.content.decode()
        assert [word for word in ("Whisper", "Quiet", "Hush", "2011", "2012") if word in content] == []


def test_adoption_by_year_is_drawn_told_and_given_as_data(client, kafka):
    make_usage(make_company("Acme"), kafka, source=make_source(published_on="2019"))
    make_usage(make_company("Bolt"), kafka, source=make_source(published_on="2021-05"))
    make_usage(make_company("Undated"), kafka, source=make_source(published_on=""))
    make_usage(make_company("Gone"), kafka, started="2018", ended="2020")

    page = client.get("/technologies/kafka/")

    spoken = "Documented companies at the end of each year: 2018: 1; 2019: 2; 2020: 1; 2021: 2."
    assert f'role="img" aria-label="{spoken}"' in page.content.decode()
    assert "2020 1 0 1 0" in text_of(page, "who")
    assert "for one the date is not stated" in text_of(page, "who")
    assert "style=" not in page.content.decode()
    document = client.get("/technologies/kafka/?format=json").json()["adoption"]
    assert (document["companies"], document["undated"], document["left"]) == (3, 1, 1)
    assert document["years"][2] == {"year": 2020, "in_use": 1, "said_since": 0, "left": 1, "planned": 0}
    assert spoken in client.get("/technologies/kafka/?format=md").content.decode()


def test_what_was_last_said_long_ago_is_told_as_old(client, kafka):
    make_usage(make_company("Acme"), kafka, source=make_source(published_on="2012"))
    make_usage(make_company("Bolt"), kafka, source=make_source(published_on="2024"))

    assert "2 documented companies use it. One last said so in 2012 or before." in text_of(
        client.get("/technologies/kafka/"), "who"
    )


def test_the_end_of_a_technology_is_told_with_its_source_and_its_successor(client, kafka):
    angular = make_technology("Angular", kafka.category)
    kafka.lifecycle, kafka.lifecycle_on, kafka.lifecycle_source = "ended", "2021-12-31", "https://kafka.example/end"
    kafka.save()
    make_relation(angular, "successor_of", kafka)

    page = client.get("/technologies/kafka/")

    assert "Ended since 2021-12-31 (source). Succeeded by Angular." in text_of(page, "main")
    assert "https://kafka.example/end" in links_of(page, "main")
    assert "Kafka ended since 2021-12-31" in text_of(client.get("/technologies/angular/"), "alternatives")
    document = client.get("/technologies/kafka/?format=json").json()
    assert (document["lifecycle"], document["lifecycle_on"]) == ("ended", "2021-12-31")
    assert "Ended since 2021-12-31, says" in client.get("/technologies/kafka/?format=md").content.decode()


def test_of_a_technology_whose_life_nobody_knows_nothing_is_said(client, kafka):
    page = client.get("/technologies/kafka/")

    assert page.context["life"] is None
    assert 'class="life' not in page.content.decode()


def test_one_row_for_each_company_says_since_when_last_said_and_left_by_when(client, kafka):
    with curating():
        acme, bolt, core = (make_company(name) for name in ("Acme", "Bolt", "Core"))
        logs = make_category("Logs")
        make_usage(acme, kafka, source=make_source(published_on="2021-03"), purpose="Events")
        make_usage(acme, kafka, logs, source=make_source(published_on="2023-05"), purpose="Logs", started="2019")
        make_usage(bolt, kafka, source=make_source(published_on=""), purpose="Undated")
        gone = make_usage(core, kafka, source=make_source(published_on="2015"), stage="retired")
        make_evidence(make_source(published_on="2018-02-01"), usage=gone, stage="retired")

    page = client.get("/technologies/kafka/")

    told = [(row.company.name, row.since, row.last_said, len(row.uses)) for row in page.context["adopters"]]
    assert told == [("Acme", "2019", "2023-05", 2), ("Bolt", "not stated", "not stated", 1)]
    assert "Acme 2019 2023-05 Brokers Events" in text_of(page, "who")
    (row,) = page.context["former"].rows
    assert (row.company.name, row.since, row.left) == ("Core", "by 2015", "by 2018-02")
    document = client.get("/technologies/kafka/?format=json").json()
    assert [entry["company"]["slug"] for entry in document["rows_past"]] == ["core"]
    assert [entry["company"]["slug"] for entry in document["rows"]] == ["acme", "acme", "bolt"]
    assert "Core" in client.get("/technologies/kafka/?format=csv").content.decode()
    assert "Core" in client.get("/technologies/kafka/?format=md").content.decode()


def test_a_list_that_is_cut_says_so_and_leads_on(client, kafka, monkeypatch):
    monkeypatch.setattr("stacks.pages.technologies.users.MOST", 2)
    with curating():
        other = make_technology("NATS", kafka.category)
        for n in range(3):
            company = make_company(f"Acme {n}")
            make_usage(company, kafka, ended="2020")
            make_usage(make_company(f"Plan {n}"), kafka, stage="planned")
            make_migration(company, kafka, other)

    page = client.get("/technologies/kafka/")

    links = links_of(page, "main")
    for anchor in ("planned", "former"):
        assert "All of them, in the API" in text_of(page, anchor)
    assert "/api/v1/usages/?technology=kafka&current=false" in links
    assert len(client.get("/api/v1/usages/?technology=kafka&current=false").json()["results"]) == 6
    assert "/migrations/?from_technology=kafka" in links
    assert len(client.get("/migrations/?from_technology=kafka").context["migrations"]) == 3
    assert [len(page.context[name].rows) for name in ("planned", "former", "left")] == [2, 2, 2]
