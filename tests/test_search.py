import json
from pathlib import Path

import pytest
from django.conf import settings as site
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stacks.matching.ranking import How
from stacks.matching.topics import TOPICS
from stacks.models import CompanyAlias, Homonym, State, TechnologyAlias
from stacks.search import MOST_HITS, MOST_SUGGESTIONS, search
from tests.factories import make_area, make_category, make_company, make_technology, make_usage

pytestmark = pytest.mark.django_db


def names(text):
    return [hit.name for hit in search(text).results]


def hows(text):
    return [(hit.name, hit.how.word) for hit in search(text).results]


def suggested(text):
    answer = search(text)
    assert not (answer.results and answer.suggestions)
    return [hit.name for hit in answer.suggestions]


def alias(technology, *others, **more):
    for name in others:
        TechnologyAlias.objects.create(technology=technology, name=name, **more)
    return technology


def test_the_exact_name_comes_first():
    make_technology("Google Cloud")
    alias(make_technology("Gopher"), "Going")
    make_technology("Mango")
    make_technology("Go")

    assert hows("go")[0] == ("Go", "exact")


def test_ranks_follow_how_well_a_name_meets_the_text():
    make_technology("Apache Kafka Streams")
    alias(make_technology("Redpanda"), "Kafkalike broker")
    alias(make_technology("Apache Kafka"), "Kafka")
    make_technology("Mykafka")
    make_company("Kafkaesque")
    for name in ("Sink", "Source"):
        Homonym.objects.create(technology=make_technology(f"Connect {name}"), name="Kafkas")

    found = search("kafka").results

    assert [(hit.name, hit.matched, hit.how) for hit in found] == [
        ("Apache Kafka", "Kafka", How.ALIAS),
        ("Connect Sink", "Kafkas", How.PREFIX),
        ("Connect Source", "Kafkas", How.PREFIX),
        ("Redpanda", "Kafkalike broker", How.PREFIX),
        ("Kafkaesque", "Kafkaesque", How.PREFIX),
        ("Apache Kafka Streams", "Apache Kafka Streams", How.WORDS),
        ("Mykafka", "Mykafka", How.INSIDE),
    ]


def test_of_equals_the_technology_comes_before_the_category_and_the_company():
    make_company("Infrastructure as code")
    make_category("Infrastructure as code")
    make_technology("Infrastructure as code", slug="iac")

    assert [hit.kind for hit in search("infrastructure as code").results] == ["technology", "category", "company"]


def test_an_exact_name_is_found_among_more_beginnings_than_are_looked_at():
    category = make_category()
    for n in range(130):
        make_technology(f"Data {n:03}", category)
    make_technology("Data", category)

    assert names("data")[0] == "Data"
    assert len(names("data")) == MOST_HITS


def test_what_more_companies_use_comes_first_among_equals():
    category = make_category()
    make_technology("Amber One", category)
    used = make_technology("Amber Two", category)
    make_usage(technology=used)
    for n in range(120):
        make_technology(f"Amber Aa{n:03}", category)

    assert names("amber")[:2] == ["Amber Two", "Amber Aa000"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("k8s", "Kubernetes"),
        ("K8S", "Kubernetes"),
        ("nodejs", "Node.js"),
        ("node js", "Node.js"),
        ("NODE.JS", "Node.js"),
        ("New-Relic", "New Relic"),
        ("c++", "C++"),
        ("energie", "Énergie SA"),
        ("ÉNERGIE", "Énergie SA"),
        ("hyper (Rust)", "hyper (Rust)"),
        ("“Hyper (rust)”,", "hyper (Rust)"),
        ("brokers message", "Message brokers"),
        ("Lodz", "Łódź Soft"),
        ("Da Nang", "Straßenbahn Đà Nẵng"),
        ("strassenbahn", "Straßenbahn Đà Nẵng"),
        ("Mueller", "Müller"),
        ("muller", "Müller"),
        ("Mueller and sons", "Müller"),
        ("“Redis”", "Redis"),
        ("'redis'", "Redis"),
        ("Redis™", "Redis"),
        ("(Redis)", "Redis"),
        ("Redis,", "Redis"),
    ],
)
def test_it_is_found_by_the_names_people_write(text, name):
    alias(make_technology("Kubernetes"), "k8s")
    for other in ("Node.js", "C", "Redis", "New Relic", "hyper (Rust)"):
        make_technology(other)
    make_technology("C++", slug="cpp")
    for company in ("Énergie SA", "Łódź Soft", "Straßenbahn Đà Nẵng", "Müller"):
        make_company(company)
    make_category("Message brokers")

    assert names(text)[0] == name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Elastic Container Service (ECS)", ["Amazon ECS"]),
        ("OpenAPI (Swagger)", ["OpenAPI", "Swagger"]),
        ("Go / Golang", ["Go"]),
        ("go/python", ["Go", "Python"]),
        ("Python (Django)", ["Django", "Python"]),
        ("Kafka Streams / connect", ["Kafka Streams"]),
        ("React 18", ["React"]),
        ("Go 1.21", ["Go"]),
        ("C# 12", ["C#"]),
        ("MySQL 8.0", ["MySQL"]),
        ("Python3", ["Python"]),
        ("we run MySQL v8 at Fam", ["MySQL", "Fam"]),
        ("Less (CSS)", ["Less"]),
        ("do less with MySQL", ["MySQL"]),  # an ordinary word in a sentence is no name
        ("let us get MySQL", ["MySQL"]),
        ("Flutter with get", ["Flutter", "GetX"]),
    ],
)
def test_whole_names_inside_the_text_are_found_one_result_for_each(text, found):
    alias(make_technology("Amazon ECS"), "Elastic Container Service", "ECS")
    alias(make_technology("Go"), "Golang")
    for name in ("OpenAPI", "Swagger", "Python", "Django", "Kafka Streams", "React", "MySQL", "Flutter"):
        make_technology(name)
    make_technology("C#", slug="c-sharp")
    alias(make_technology("i18next"), "react-i18next")
    make_technology("Less")
    TechnologyAlias.objects.filter(name="Less").update(caution="entry_only")
    alias(make_technology("GetX"), "get", caution="only_near", beside="Flutter, Dart")
    make_company("Fam")

    assert names(text) == found


def test_how_says_how_a_name_met_the_text():
    alias(make_technology("Apache Kafka"), "Kafka")
    make_technology("Kafka Streams")

    assert hows("apache kafka") == [("Apache Kafka", "exact")]
    assert hows("Kafka 3.4") == [("Apache Kafka", "within")]
    assert hows("streams") == [("Kafka Streams", "words")]
    assert hows("afka st") == [("Kafka Streams", "inside")]


def test_a_homonym_shows_all_that_share_it_the_likelier_first():
    for position, name in ((2, "Redis Sentinel"), (1, "Microsoft Sentinel")):
        Homonym.objects.create(technology=make_technology(name), name="Sentinel", position=position)
    hidden = make_technology("Whisper", state="draft")
    Homonym.objects.create(technology=hidden, name="Sentinel", position=0)
    make_technology("SentinelOne")

    assert hows("sentinel") == [
        ("Microsoft Sentinel", "homonym"),
        ("Redis Sentinel", "homonym"),
        ("SentinelOne", "prefix"),
    ]
    assert {name for name, how in hows("Sentinel (SIEM)")} == {"Microsoft Sentinel", "Redis Sentinel"}


@pytest.mark.parametrize(
    ("text", "name"), [("WSL 2", "WSO2"), ("Geb", "Bird"), ("phan", "Grafana"), ("React 19", "i18next")]
)
def test_a_guess_is_never_a_hit(text, name):
    make_technology("WSO2")
    alias(make_technology("Bird"), "gab")
    make_technology("Grafana")
    make_technology("i18next")

    assert name not in names(text)
    assert search(text).results == []


def test_what_is_only_near_is_a_suggestion_and_only_when_nothing_is_found(django_assert_num_queries):
    make_technology("Terraform")
    make_technology("Teraforming")

    with django_assert_num_queries(1):
        assert hows("terafor") == [("Teraforming", "prefix")]
    with django_assert_num_queries(3):
        assert suggested("terrafrom") == ["Terraform"]
    assert [hit.how for hit in search("terrafrom").suggestions] == [How.NEAR]


@pytest.mark.parametrize("text", ["abd", "ab1d2", "a-b.d", "k9s"])
def test_three_letters_or_fewer_are_near_nothing(text):
    for name in ("abc", "abed", "K8s", "abxd2"):
        make_technology(name)

    assert search(text).suggestions == []


def test_a_digit_is_no_slip_of_the_pen():
    make_technology("Log4j")

    assert suggested("lgo5j") == []
    assert suggested("lgo4j") == ["Log4j"]


def test_suggestions_are_few_and_the_nearest_come_first():
    category = make_category()
    for n in "abcdefghijkl":
        make_technology(f"terrafor{n}", category)
    make_technology("terraform", category).refresh_from_db()

    found = suggested("terrrafoom")
    assert len(found) <= MOST_SUGGESTIONS


def test_below_three_characters_only_beginnings_are_found():
    make_technology("Go")
    make_technology("Google Cloud")
    make_technology("Mongo")

    assert names("go") == ["Go", "Google Cloud"]
    assert names("ng") == []


def test_the_middle_of_a_word_is_found_from_five_letters_on():
    make_technology("Elasticsearch")

    assert hows("sticse") == [("Elasticsearch", "inside")]
    assert names("stic") == []


def test_an_object_is_found_once_however_many_of_its_names_meet_the_text():
    alias(make_technology("Apache Kafka"), "Kafka", "kafka queue", "kafka broker")

    assert names("kafka") == ["Apache Kafka"]


def test_areas_and_categories_are_found():
    make_category("Message brokers", make_area("Data in motion"))

    assert [(hit.kind, hit.slug) for hit in search("motion").results] == [("category", "data-in-motion")]
    assert [(hit.kind, hit.slug) for hit in search("brokers").results] == [("category", "message-brokers")]


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
@pytest.mark.parametrize("text", ["whisper", "whi", "wh", "whisprr", "murmur", "isper", "use whisper 2", "hush"])
def test_what_is_not_public_is_not_found_by_any_name(state, text):
    technology = alias(make_technology("Whisper", state=state), "Murmur")
    Homonym.objects.create(technology=technology, name="Hush")
    company = make_company("Whisper Inc", state=state)
    CompanyAlias.objects.create(company=company, name="Murmur Inc")

    assert search(text).best == []
    found = {hit.pk for hit in search(text, public=False).best}
    assert bool(found) is (state != State.RETRACTED)


@pytest.mark.parametrize("rows", [1, 30])
def test_a_search_is_one_query_however_much_it_finds(rows, django_assert_num_queries):
    for n in range(rows):
        alias(make_technology(f"Kafka {n}"), f"Other name {n}")
        make_company(f"Kafka users {n}")

    # the candidates with their names
    with django_assert_num_queries(1):
        assert len(search("kafka").results) == min(rows * 2, MOST_HITS)


@pytest.mark.parametrize(
    "text", ["", "   ", ".", "\x00", "%", "_", "\\", "'", "\ud800".encode("utf-8", "replace").decode(), "a" * 200]
)
def test_a_text_that_names_nothing_finds_nothing(text):
    make_technology("Kafka")

    assert search(text).best == []


def test_a_text_of_many_words_costs_no_more_queries(django_assert_num_queries):
    make_technology("Redis")

    with django_assert_num_queries(1):
        assert names("use redis " + "x y " * 45) == ["Redis"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_no_text_raises(text):
    for hit in search(text.encode("utf-8", "replace").decode()).best:
        assert hit.kind in ("company", "technology", "category")


def test_one_kind_can_be_asked_for_and_the_others_take_no_place_among_the_best():
    category = make_category("Data stores")
    for n in range(60):
        make_technology(f"Data {n:02}", category)
    make_company("Database Company")

    def found(text, kind):
        return [hit.name for hit in search(text, kind=kind).best]

    assert "Database Company" not in names("data")
    assert found("data", "company") == ["Database Company"]
    assert found("data", "category") == ["Data stores"]
    assert len(found("data", "technology")) == MOST_HITS
    assert found("databsae company", "company") == ["Database Company"]
    assert search("databsae company", kind="technology").best == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("message queue", ["Message brokers", "PGMQ"]),
        ("Message Queues", ["Message brokers"]),
        ("event streaming", ["Message brokers", "Stream processing"]),
        ("best message queue for python", ["Python", "Message brokers"]),
        ("queue", ["Message brokers", "PGMQ"]),
        ("publish-subscribe between", ["Message brokers"]),  # words of its description
    ],
)
def test_a_category_is_found_by_what_people_call_its_subject(text, found):
    make_category("Message brokers", description="Queues, logs and publish-subscribe between programs.")
    make_category("Stream processing")
    alias(make_technology("PGMQ"), "Postgres Message Queue")
    make_technology("Python")

    assert names(text) == found


def test_every_topic_belongs_to_a_category_of_the_shipped_catalogue():
    shipped = {
        row["fields"]["slug"] for row in json.loads(Path(site.BASE_DIR, "fixtures/categories.json").read_text("utf-8"))
    }

    assert set(TOPICS) <= shipped


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fintech", [("industry", "Finance", 3)]),
        ("Finance", [("industry", "Finance", 3)]),
        ("payments", [("industry", "Payments", 1), ("industry", "Delivery and payments", 1)]),
        ("india", [("country", "India", 2)]),
        ("Bharat", [("country", "India", 2)]),
        ("companies in India", [("country", "India", 2)]),
        ("fintech in India", [("industry", "Finance", 3), ("country", "India", 2)]),
        ("payments companies", [("industry", "Payments", 1)]),
        ("we do payments on Kafka", [("technology", "Kafka", 0)]),
    ],
)
def test_industries_and_countries_are_found_with_how_many_companies_are_of_them(text, found):
    make_technology("Kafka")
    for name, industry, country in (
        ("Fam", "Payments", "India"),
        ("Zero", "Stock broking", "India"),
        ("Ride", "Delivery and payments", "Singapore"),
        ("Shh", "Payments", "India"),
    ):
        make_company(name, industry=industry, country=country, state=State.DRAFT if name == "Shh" else State.PUBLISHED)

    assert [(hit.kind, hit.name, hit.number) for hit in search(text).results] == found


@pytest.mark.parametrize(
    "text",
    [
        "kafka vs rabbitmq",
        "Kafka VS. RabbitMQ?",
        "kafka versus rabbitmq",
        "kafka or rabbitmq",
        "kafka against rabbitmq",
        "kafka compared to rabbitmq",
        "kafka compared with rabbitmq performance",
        "kafka in comparison to rabbitmq",
        "compare kafka and rabbitmq",
        "difference between Kafka and RabbitMQ",
        "what is the difference between Kafka and RabbitMQ?",
    ],
)
def test_what_is_set_against_each_other_is_a_comparison_before_all_else(text):
    alias(make_technology("Apache Kafka"), "Kafka")
    make_technology("RabbitMQ")

    found = search(text).results

    assert [(hit.kind, hit.url) for hit in found] == [
        ("comparison", "/compare/technologies/apache-kafka/rabbitmq/"),
        ("technology", "/technologies/apache-kafka/"),
        ("technology", "/technologies/rabbitmq/"),
    ]
    assert [hit.kind for hit in search(text, kind="comparison").results] == ["comparison"]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Fam vs Zerodha", ["/compare/companies/fam/zerodha/"]),
        ("go vs kafka vs python", ["/compare/technologies/go/kafka/python/"]),
        ("go, kafka or python", ["/compare/technologies/go/kafka/python/"]),
        ("fam vs kafka", []),  # of two kinds
        ("kafka vs kafka", []),
        ("kafka vs rabitmq", []),
        ("kafka vs whisper", []),  # not public
        ("go or", []),
    ],
)
def test_a_comparison_has_two_to_six_sides_of_one_kind_all_of_them_public(text, urls):
    for name in ("Go", "Kafka", "Python"):
        make_technology(name)
    make_technology("Whisper", state=State.DRAFT)
    make_company("Fam")
    make_company("Zerodha")

    assert [hit.url for hit in search(text).results if hit.kind == "comparison"] == urls


@pytest.mark.parametrize("rows", [1, 20])
def test_subjects_industries_and_comparisons_cost_no_further_query(rows, django_assert_num_queries):
    for n in range(rows):
        make_usage(make_company(f"Fam {n}", industry=f"Payments {n}", country=f"Land {n}"))
    make_category("Message brokers")

    for text in ("message queue", "fintech", "land", "fam 0 vs fam 1"):
        with django_assert_num_queries(1):
            assert search(text).results


def test_what_a_hit_is_and_how_many_use_it():
    area = make_area("Data")
    brokers = make_category("Message brokers", area)
    kafka = make_technology("Kafka", brokers, kind="datastore")
    make_usage(make_company("Fam", industry="Payments", country="India"), kafka)

    def told(text):
        hit = search(text).results[0]
        return hit.what, hit.extent

    assert told("kafka") == ("Datastore in Message brokers", "1 company")
    assert told("brokers") == ("Category in Data", "1 technology in use")
    assert told("data") == ("Area", "1 technology in use")
    assert told("fam") == ("Payments, India", "1 usage")
    assert told("payments") == ("Industry", "1 company")
    assert told("india") == ("Country", "1 company")
