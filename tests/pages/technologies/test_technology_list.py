import pytest

from stacks.curating import curating
from stacks.models import State, TechnologyAlias
from tests.factories import make_area, make_category, make_company, make_technology, make_usage
from tests.pages.reading import link_to, links_of, text_of

pytestmark = pytest.mark.both_databases


@pytest.fixture
def kafka():
    brokers = make_category("Brokers", parent=make_area("Data"))
    return make_technology("Kafka", brokers, summary="A distributed log.", licence="Apache-2.0", open_source="yes")


def test_technologies_are_listed_the_most_used_first(client, kafka):
    make_technology("Airflow")
    rabbitmq = make_technology("RabbitMQ")
    for technology in (kafka, rabbitmq, rabbitmq):
        make_usage(make_company(), technology)
    make_usage(make_company(), make_technology("Zookeeper"), ended="2020")

    page = client.get("/technologies/")

    names = [row.technology.name for row in page.context["rows"]]
    assert names == ["RabbitMQ", "Kafka", "Airflow", "Zookeeper"]
    assert "Kafka A distributed log. Brokers Tool Apache-2.0 1" in text_of(page)


def test_technologies_are_filtered_and_each_choice_tells_its_number(client, kafka):
    make_technology("Kotlin", make_category("Languages", parent=kafka.category.parent), kind="language")
    make_usage(make_company(), kafka)
    TechnologyAlias.objects.create(technology=kafka, name="Event log")

    def found(**query):
        return {row.technology.name for row in client.get("/technologies/", query).context["rows"]}

    assert found(category="brokers") == {"Kafka"}
    assert found(category="data") == {"Kafka", "Kotlin"}  # an area takes its categories along
    assert found(kind="language") == {"Kotlin"}
    assert found(open_source="yes") == {"Kafka"}
    assert found(used="false") == {"Kotlin"}
    assert found(q="event") == {"Kafka"}
    assert found(q="k", used="true", kind="") == {"Kafka"}
    assert found(q="nothing") == set()
    choices = {select.choice.name: select.choice for select in client.get("/technologies/").context["filters"].selects}
    assert choices["used"].options == [("true", "Yes", 1), ("false", "Not yet", 1)]
    assert choices["category"].groups == [
        ("Data", [("data", "All of Data", 2), ("brokers", "Brokers", 1), ("languages", "Languages", 1)])
    ]


@pytest.mark.parametrize(
    "query",
    [
        "category=nothing",
        "kind=car",
        "open_source=perhaps",
        "used=maybe",
        "q=%00",
        "cursor=junk",
        "letter=K",
        "letter=12",
        "letter=%00",
    ],
)
def test_a_bad_query_of_the_list_is_refused_by_name(client, kafka, query):
    page = client.get(f"/technologies/?{query}")

    assert page.status_code == 400
    assert page.context["problems"]
    assert "/technologies/" in links_of(page, "main")


def test_pages_of_technologies_hold_each_once_though_many_are_alike(client, monkeypatch):
    monkeypatch.setattr("stacks.pages.technologies.technology_list.PAGE", 2)
    with curating():
        names = [make_technology(f"Technology {letter}").name for letter in "CABED"]

    def walk(address, rel):
        seen = []
        while address:
            page = client.get("/technologies/" + address)
            seen.append([row.technology.name for row in page.context["rows"]])
            last, address = address, link_to(page, rel)
        return seen, last

    ahead, last = walk("?used=false", "next")
    back, _ = walk(last, "prev")

    assert [name for seen in ahead for name in seen] == sorted(names)
    assert back == ahead[::-1]


@pytest.mark.parametrize("rows", [1, 30])
def test_the_list_of_technologies_costs_the_same_however_long(client, rows, django_assert_num_queries):
    with curating():
        area = make_area()
        for _ in range(rows):
            make_usage(make_company(), make_technology(category=make_category(parent=area)))

    # the revision, five choices (category, kind, open source, lifecycle, used), the technologies with their category,
    # the letters
    with django_assert_num_queries(8):
        page = client.get("/technologies/")

    assert len(page.context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 30])
def test_a_filtered_list_of_technologies_costs_the_same_however_long(client, rows, django_assert_num_queries):
    with curating():
        category = make_category(parent=make_area("Data"))
        for _ in range(rows):
            make_usage(make_company(), make_technology(category=category, kind="tool"))

    # the same, and to read the query: the area and its categories, these once for each of the five other counts and
    # the rows
    with django_assert_num_queries(15):
        page = client.get("/technologies/?category=data&kind=tool&used=true&letter=t")

    assert len(page.context["rows"]) == rows


def test_a_list_without_filters_counts_its_choices_once_for_a_revision(client, django_assert_num_queries):
    make_usage()
    client.get("/technologies/?q=")  # the same list at another address

    # the revision, the technologies
    with django_assert_num_queries(2):
        client.get("/technologies/")


@pytest.fixture
def many():
    """Two areas; in use are Kafka and Go."""
    with curating():
        data, backend = make_area("Data"), make_area("Backend")
        brokers, stores = make_category("Brokers", parent=data), make_category("Stores", parent=data)
        languages = make_category("Languages", parent=backend)
        kafka, go = make_technology("Kafka", brokers), make_technology("Go", languages, kind="language")
        make_technology("Kestrel", brokers)
        make_technology("4store", stores, open_source="yes")
        make_technology("Draft", stores, state=State.DRAFT)
        for technology in (kafka, go, go):
            make_usage(make_company(), technology)
        make_usage(make_company(), make_technology("Rust", languages, kind="language"), ended="2020")


def steps(client, query=""):
    page = client.get(f"/technologies/?{query}")
    return [(s.counted.name, s.counted.total, s.counted.used, s.url) for s in page.context["steps"]]


def test_areas_then_categories_lead_into_the_catalogue_with_how_many_are_used(client, many):
    assert steps(client) == [("Data", 3, 1, "?category=data"), ("Backend", 2, 1, "?category=backend")]
    inside = [("Brokers", 2, 1, "?category=brokers"), ("Stores", 1, 0, "?category=stores")]
    assert steps(client, "category=data") == inside
    assert steps(client, "category=brokers") == inside
    assert steps(client, "used=true") == [
        ("Data", 1, 1, "?used=true&category=data"),
        ("Backend", 1, 1, "?used=true&category=backend"),
    ]
    assert steps(client, "category=data&category=languages") == steps(client)  # nowhere in particular


def test_each_choice_tells_how_many_would_remain(client, many):
    def options(query, name):
        selects = client.get(f"/technologies/?{query}").context["filters"].selects
        return [(value, n) for s in selects if s.choice.name == name for value, _, n in s.choice.options]

    assert options("", "kind") == [("language", 2), ("tool", 3)]
    assert options("kind=tool", "kind") == [("language", 2), ("tool", 3)]
    assert options("category=data", "kind") == [("tool", 3)]
    assert options("category=data", "used") == [("true", 1), ("false", 2)]
    assert options("kind=language", "category") == [("backend", 2), ("languages", 2)]
    assert options("letter=k", "open_source") == [("unknown", 2)]


def test_a_choice_that_nothing_has_any_more_stays_chosen(client, many):
    page = client.get("/technologies/?kind=language&open_source=yes")

    assert page.context["rows"] == []
    assert '<option value="yes" selected>Yes</option>' in page.content.decode()


def test_a_letter_has_its_names_in_order_and_says_so(client, many):
    page = client.get("/technologies/?letter=k")

    assert [row.technology.name for row in page.context["rows"]] == ["Kafka", "Kestrel"]
    assert "2 technologies, by name." in text_of(page)
    assert page.context["by_use_url"] == "/technologies/"
    letters = {letter.label: letter for letter in page.context["letters"]}
    assert letters["K"].chosen
    assert letters["0-9"].url == "?letter=0-9"
    assert not letters["D"].url
    assert "other" not in letters


def test_those_used_here_are_one_link_away(client, many):
    page = client.get("/technologies/")

    assert "5 technologies, the most used first. Only the 2 used here." in text_of(page)
    assert "?used=true" in links_of(page, "main")
    assert "Only the" not in text_of(client.get("/technologies/?used=true"))


def test_a_list_says_what_has_ended_and_filters_by_it(client):
    make_technology("AngularJS", lifecycle="ended", lifecycle_on="2021", lifecycle_source="https://a.example/end")
    make_technology("Heroku", lifecycle="maintenance", lifecycle_source="https://h.example/end")
    make_technology("React", lifecycle="active", lifecycle_source="https://r.example/")
    make_technology("Unsure")

    page = client.get("/technologies/")

    assert [row.life for row in page.context["rows"]] == ["ended since 2021", "maintenance only", "", ""]
    assert "AngularJS ended since 2021" in text_of(page, "main")
    (choice,) = [s.choice for s in page.context["filters"].selects if s.choice.name == "lifecycle"]
    assert [(value, n) for value, _, n in choice.options] == [
        ("active", 1),
        ("maintenance", 1),
        ("ended", 1),
        ("unknown", 1),
    ]
    ended = client.get("/technologies/?lifecycle=ended")
    assert [row.technology.name for row in ended.context["rows"]] == ["AngularJS"]
