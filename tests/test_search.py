import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stacks.models import CompanyAlias, State, TechnologyAlias
from stacks.search import MOST_HITS, Rank, search
from tests.factories import make_area, make_category, make_company, make_technology, make_usage

pytestmark = pytest.mark.django_db


def names(text):
    return [hit.name for hit in search(text)]


def alias(technology, *others):
    for name in others:
        TechnologyAlias.objects.create(technology=technology, name=name)
    return technology


def test_the_exact_name_comes_first():
    make_technology("Google Cloud")
    alias(make_technology("Gopher"), "Going")
    make_technology("Mango")
    make_technology("Go")

    first = search("go")[0]
    assert (first.name, first.rank) == ("Go", Rank.EXACT)


def test_ranks_follow_how_well_a_name_meets_the_text():
    make_technology("Apache Kafka Streams")
    alias(make_technology("Redpanda"), "Kafkalike broker")
    alias(make_technology("Apache Kafka"), "Kafka")
    make_technology("Mykafka")
    make_company("Kafkaesque")

    found = search("kafka")

    assert [(hit.name, hit.matched, hit.rank) for hit in found] == [
        ("Apache Kafka", "Kafka", Rank.ALIAS),
        ("Kafkaesque", "Kafkaesque", Rank.PREFIX),
        ("Redpanda", "Kafkalike broker", Rank.PREFIX),
        ("Apache Kafka Streams", "Apache Kafka Streams", Rank.SUBSTRING),
        ("Mykafka", "Mykafka", Rank.SUBSTRING),
    ]


def test_an_exact_name_is_found_among_more_beginnings_than_are_looked_at():
    category = make_category()
    for n in range(130):
        make_technology(f"Data {n:03}", category)
    make_technology("Data", category)

    assert search("data")[0].name == "Data"
    assert len(search("data")) == MOST_HITS


def test_what_more_companies_use_comes_first_within_a_rank():
    make_technology("Amber One")
    used = make_technology("Amber Two")
    make_usage(technology=used)

    assert names("amber") == ["Amber Two", "Amber One"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("k8s", "Kubernetes"),
        ("K8S", "Kubernetes"),
        ("kubernates", "Kubernetes"),
        ("kuberentes", "Kubernetes"),
        ("nodejs", "Node.js"),
        ("node js", "Node.js"),
        ("NODE.JS", "Node.js"),
        ("c++", "C++"),
        ("energie", "Énergie SA"),
        ("ÉNERGIE", "Énergie SA"),
        ("brokers message", "Message brokers"),
        ("casandra", "Apache Cassandra"),
        ("teraform", "Terraform"),
    ],
)
def test_it_is_found_by_the_names_people_write(text, name):
    alias(make_technology("Kubernetes"), "k8s")
    alias(make_technology("Apache Cassandra"), "Cassandra")
    for other in ("Node.js", "C", "Terraform"):
        make_technology(other)
    make_technology("C++", slug="cpp")
    make_company("Énergie SA")
    make_category("Message brokers")

    assert names(text)[0] == name


def test_a_typo_is_looked_for_only_when_nothing_else_is_found(django_assert_num_queries):
    make_technology("Terraform")
    make_technology("Teraforming")

    with django_assert_num_queries(1):
        found = search("terafor")
    assert [(hit.name, hit.rank) for hit in found] == [("Teraforming", Rank.PREFIX)]

    with django_assert_num_queries(2):
        found = search("terrafrom")
    assert [(hit.name, hit.rank) for hit in found] == [("Terraform", Rank.NEAR)]


def test_below_three_characters_only_beginnings_are_found():
    make_technology("Go")
    make_technology("Google Cloud")
    make_technology("Mongo")

    assert names("go") == ["Go", "Google Cloud"]
    assert names("ng") == []


def test_an_object_is_found_once_however_many_of_its_names_meet_the_text():
    alias(make_technology("Apache Kafka"), "Kafka", "kafka queue", "kafka broker")

    assert names("kafka") == ["Apache Kafka"]


def test_areas_and_categories_are_found():
    make_category("Message brokers", make_area("Data in motion"))

    assert [(hit.kind, hit.slug) for hit in search("motion")] == [("category", "data-in-motion")]
    assert [(hit.kind, hit.slug) for hit in search("brokers")] == [("category", "message-brokers")]


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
@pytest.mark.parametrize("text", ["whisper", "whi", "wh", "whisprr", "murmur", "isper"])
def test_what_is_not_public_is_not_found_by_any_name(state, text):
    alias(make_technology("Whisper", state=state), "Murmur")
    company = make_company("Whisper Inc", state=state)
    CompanyAlias.objects.create(company=company, name="Murmur Inc")

    assert search(text) == []


@pytest.mark.parametrize("rows", [1, 30])
def test_a_search_is_one_query_however_much_it_finds(rows, django_assert_num_queries):
    for n in range(rows):
        alias(make_technology(f"Kafka {n}"), f"Other name {n}")
        make_company(f"Kafka users {n}")

    # the candidates with their names
    with django_assert_num_queries(1):
        assert len(search("kafka")) == min(rows * 2, MOST_HITS)


@pytest.mark.parametrize(
    "text", ["", "   ", ".", "\x00", "%", "_", "\\", "'", "\ud800".encode("utf-8", "replace").decode(), "a" * 200]
)
def test_a_text_that_names_nothing_finds_nothing(text):
    make_technology("Kafka")

    assert search(text) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_no_text_raises(text):
    for hit in search(text.encode("utf-8", "replace").decode()):
        assert hit.kind in ("company", "technology", "category")


def test_one_kind_can_be_asked_for_and_the_others_take_no_place_among_the_best():
    category = make_category("Data stores")
    for n in range(60):
        make_technology(f"Data {n:02}", category)
    make_company("Database Company")

    assert "Database Company" not in [hit.name for hit in search("data")]
    assert [(hit.kind, hit.name) for hit in search("data", kind="company")] == [("company", "Database Company")]
    assert [(hit.kind, hit.name) for hit in search("data", kind="category")] == [("category", "Data stores")]
    assert {hit.kind for hit in search("data", kind="technology")} == {"technology"}
    assert [hit.rank for hit in search("databsae company", kind="company")] == [Rank.NEAR]
    assert search("databsae company", kind="technology") == []
