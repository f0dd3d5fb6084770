import pytest

from stacks.curating import curating
from stacks.models import TechnologyAlias
from tests.factories import make_category, make_company, make_technology, make_usage
from tests.pages.reading import links_of, text_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def kafka():
    kafka = make_technology("Apache Kafka", make_category("Message brokers"))
    TechnologyAlias.objects.create(technology=kafka, name="Kafak")
    return kafka


def test_a_hit_says_what_it_is_and_by_which_name_it_was_found(client, kafka):
    make_company("Kafakworks")

    page = client.get("/search/", {"q": "kafak"})

    assert page.status_code == 200
    assert "2 hits for “kafak”, best first." in text_of(page)
    assert "Apache Kafka matched “Kafak” Tool in Message brokers 0 companies" in text_of(page, "main")
    assert "Kafakworks Company 0 usages" in text_of(page, "main")
    hits = [link for link in links_of(page, "main") if link.startswith(("/technologies/", "/companies/"))]
    assert hits == ["/technologies/apache-kafka/", "/companies/kafakworks/"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Apache Kafka", "/technologies/apache-kafka/"),
        ("  apache-kafka ", "/technologies/apache-kafka/"),
        ("KAFKA", "/technologies/apache-kafka/"),
        ("apache kafla", "/technologies/apache-kafka/"),  # a slip of the pen
        ("message", "/categories/message-brokers/"),
    ],
)
def test_a_search_finds_by_any_spelling(client, kafka, typed, found):
    assert found in links_of(client.get("/search/", {"q": typed}), "main")


def test_nothing_found_leads_to_the_lists(client, kafka):
    page = client.get("/search/", {"q": "<b>zzz</b>"})

    assert page.status_code == 200
    assert "Nothing found for “<b>zzz</b>”" in text_of(page)
    assert {"/technologies/", "/companies/", "/categories/"} <= set(links_of(page, "main"))


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%20"])
def test_a_search_for_nothing_shows_how_to_search(client, query):
    page = client.get(f"/search/{query}")

    assert page.status_code == 200
    assert "Search by any name people write" in text_of(page)


@pytest.mark.parametrize("typed", ["'", '"', "%", "_", "\\", "C++", "c#", "<script>", "🦄", "a" * 200, "x y " * 50])
def test_whatever_is_typed_is_answered(client, kafka, typed):
    assert client.get("/search/", {"q": typed}).status_code == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=" + "x" * 201, "q: A search has at most 200 characters."),
        ("q=%00", "q: Null characters are not allowed."),
    ],
)
def test_a_bad_search_is_refused_by_name(client, query, said):
    page = client.get(f"/search/?{query}")

    assert page.status_code == 400
    assert said in page.context["problems"]
    assert "/search/" in links_of(page, "main")


@pytest.mark.parametrize("rows", [1, 30])
def test_a_search_costs_the_same_however_much_it_finds(client, rows, django_assert_num_queries):
    with curating():
        category = make_category()
        for n in range(rows):
            make_technology(f"Kafka {n}", category)

    # the names that may be meant, the revision
    with django_assert_num_queries(2):
        page = client.get("/search/?q=kafka")

    assert len(page.context["hits"]) == rows


def test_a_hit_says_how_many_use_it_and_that_it_has_ended(client, kafka):
    make_usage(make_company("Fam", industry="Payments", country="India"), kafka)
    type(kafka).objects.filter(pk=kafka.pk).update(
        lifecycle="ended", lifecycle_on="2021-12", lifecycle_source="https://kafka.example"
    )

    assert "Apache Kafka matched “Kafak” ended since 2021-12 Tool in Message brokers 1 company" in text_of(
        client.get("/search/", {"q": "kafak"}), "main"
    )
    page = client.get("/search/", {"q": "india"})
    assert "India Country 1 company" in text_of(page, "main")
    assert "/companies/?country=India" in links_of(page, "main")
    page = client.get("/search/", {"q": "fintech"})
    assert "Finance matched “fintech” Industry 1 company" in text_of(page, "main")
    assert client.get("/companies/?industry=Finance").context["page"].rows[0].name == "Fam"


def test_what_is_set_against_each_other_leads_to_its_comparison_or_to_the_picker(client, kafka):
    make_technology("RabbitMQ")

    page = client.get("/search/", {"q": "kafak vs RabbitMQ"})
    assert "/compare/technologies/apache-kafka/rabbitmq/" in links_of(page, "main")
    assert "choose what to compare" not in text_of(page, "main")

    page = client.get("/search/", {"q": "kafak vs rabitmq"})
    picker = "/compare/technologies/?technology=kafak&technology=rabitmq"
    assert picker in links_of(page, "main")
    assert "Did you mean RabbitMQ?" in text_of(client.get(picker), "main")
