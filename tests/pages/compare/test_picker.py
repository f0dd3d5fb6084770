"""The pickers: from what was typed to the comparison."""

import pytest
from django.db import connection

from stacks.curating import curating
from stacks.models import Company, CompanyAlias, State, TechnologyAlias
from tests.factories import make_company, make_technology, make_usage
from tests.pages.reading import links_of, text_of


@pytest.fixture
def companies():
    acme, bolt = make_company("Acme"), make_company("Bolt Systems")
    CompanyAlias.objects.create(company=bolt, name="Boltify")
    return acme, bolt


def pick(client, *companies, **query):
    return client.get("/compare/companies/", {"company": companies, **query})


def test_an_empty_picker_asks_for_two_to_six_and_offers_names(client, companies):
    page = client.get("/compare/companies/")

    assert page.status_code == 200
    assert "Choose two to six." in text_of(page)
    assert page.content.decode().count('name="company"') == 6
    assert '<option value="Bolt Systems">' in page.content.decode()


@pytest.mark.parametrize("typed", ["bolt-systems", "Bolt Systems", "bolt systems", "BOLT-SYSTEMS", " Boltify ", "bolt"])
def test_a_picker_understands_slugs_names_aliases_and_old_slugs(client, companies, typed):
    companies[1].slug = "bolt"
    companies[1].save()
    companies[1].slug = "bolt-systems"
    companies[1].save()

    page = pick(client, "acme", typed)

    assert page.status_code == 302
    assert page.headers["Location"] == "/compare/companies/acme/bolt-systems/"


def test_technologies_are_picked_by_any_name_too(client):
    kubernetes = make_technology("Kubernetes")
    TechnologyAlias.objects.create(technology=kubernetes, name="k8s")
    make_technology("C++", slug="cpp")
    make_technology("C#", slug="c-sharp")

    page = client.get("/compare/technologies/", {"technology": ["K8S", "c++"]})

    assert page.headers["Location"] == "/compare/technologies/kubernetes/cpp/"


def test_the_picker_hands_on_the_date_and_the_rows(client, companies):
    page = pick(client, "acme", "Boltify", as_of="2024", only="shared")

    assert page.headers["Location"] == "/compare/companies/acme/bolt-systems/?as_of=2024&only=shared"


def test_fields_left_empty_ask_for_nothing(client, companies):
    assert pick(client, "acme", "", "Boltify", "").headers["Location"] == "/compare/companies/acme/bolt-systems/"
    assert pick(client, "", "").status_code == 200


@pytest.mark.parametrize(
    ("typed", "said", "kept"),
    [
        (["acme"], "One company alone cannot be compared: choose at least one more.", ["Acme"]),
        (["acme", "Acme"], "One company alone cannot be compared: choose at least one more.", ["Acme", "Acme"]),
        (["acme", "Nobody"], "Second: there is no company “Nobody” in the catalogue.", ["Acme", "Nobody"]),
        (["acme", "a\x00b"], "Second: there is no company “a\ufffdb” in the catalogue.", ["Acme", "a\ufffdb"]),
    ],
)
def test_a_choice_that_is_none_keeps_what_was_typed(client, companies, typed, said, kept):
    page = pick(client, *typed, as_of="2024")

    assert page.status_code == 400
    assert said in page.context["problems"]
    boxes = [box["value"] for box in page.context["boxes"]]
    assert boxes == [*kept, *[""] * 6][:6]
    assert '<input type="hidden" name="as_of" value="2024">' in page.content.decode()


def test_either_kind_may_be_typed_where_all_are_of_one(client, companies):
    for name in ("Kafka", "RabbitMQ"):
        make_technology(name)

    there = client.get("/compare/companies/", {"company": ["kafka", "RabbitMQ"]}, follow=True)
    assert there.request["PATH_INFO"] == "/compare/technologies/kafka/rabbitmq/"
    back = client.get("/compare/technologies/", {"technology": ["Acme", "boltify"]}, follow=True)
    assert back.request["PATH_INFO"] == "/compare/companies/acme/bolt-systems/"

    mixed = pick(client, "Acme", "Kafka")
    assert mixed.status_code == 400
    assert mixed.context["problems"] == ["Second: “Kafka” is a technology, which cannot be compared with companies."]
    assert [box["value"] for box in mixed.context["boxes"]][:2] == ["Acme", "Kafka"]

    unknown = client.get("/compare/companies/", {"company": ["Kafka", "RabitMQ"]}, follow=True)
    assert unknown.status_code == 400
    assert unknown.context["problems"] == ["Second: there is no technology “RabitMQ” in the catalogue."]
    assert [box["value"] for box in unknown.context["boxes"]][:2] == ["Kafka", "RabitMQ"]
    assert "/technologies/rabbitmq/" in links_of(unknown, "main")


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.RETRACTED])
def test_a_kind_is_not_told_of_what_is_not_public(client, companies, state):
    make_technology("Whisper", state=state)

    assert "there is no company" in pick(client, "Acme", "Whisper").context["problems"][0]


def test_seven_are_one_too_many(client):
    with curating():
        names = [make_company(f"Company {letter}").name for letter in "ABCDEFG"]

    page = pick(client, *names)

    assert page.status_code == 400
    assert page.context["problems"] == ["At most 6 companies fit side by side: leave out 1."]


def test_an_unknown_name_is_answered_with_likely_ones(client, companies):
    page = pick(client, "acme", "systems")

    assert page.status_code == 400
    assert "/companies/bolt-systems/" in links_of(page, "main")


@pytest.mark.parametrize("rows", [2, 30])
def test_a_picker_costs_the_same_however_many_there_are(client, rows, django_assert_num_queries):
    with curating():
        for _ in range(rows):
            make_company()

    # the revision, the names to choose from
    with django_assert_num_queries(2):
        page = client.get("/compare/companies/")

    assert len(page.context["offered"]) == rows


def test_a_picker_offers_the_technologies_that_are_used_and_the_companies_best_documented(client, monkeypatch):
    monkeypatch.setattr("stacks.pages.offers.OFFERED", 2)
    with curating():
        often, once = make_technology("Often"), make_technology("Once")
        make_technology("Never")
        make_company("Bare")
        for name in ("Zeta", "Acme"):
            make_usage(make_company(name), often)
        make_usage(make_company("Draft", state=State.DRAFT), once)
        make_usage(make_company("Past"), make_technology("Former"), ended="2020")
        make_usage(make_company("Bolt"), once, state=State.PROPOSED)

    assert client.get("/compare/companies/").context["offered"] == ["Acme", "Zeta"]
    assert client.get("/compare/technologies/").context["offered"] == ["Often"]
    assert client.get("/").context["offered"] == ["Acme", "Zeta", "Often"]


def test_the_best_documented_companies_come_from_an_index():
    offered = Company.objects.published().order_by("-usages_count", "sort_key", "slug")[:9]

    if connection.vendor == "sqlite":  # PostgreSQL chooses by what it knows of the rows
        assert "company_by_usages" in offered.explain()
