"""Addresses of comparisons: which are refused, where old slugs lead, what links keep."""

import pytest

from stacks.models import Redirect
from tests.factories import make_company, make_technology
from tests.pages.reading import links_of, text_of


def rename(row, slug):
    row.slug = slug
    row.save()


def test_the_links_of_a_comparison_keep_what_was_chosen(client, three):
    links = links_of(client.get("/compare/companies/acme/bolt/core/?as_of=2024&only=shared"), "main")

    assert "/compare/companies/acme/core/?as_of=2024" in links  # without Bolt
    assert "/compare/companies/bolt/acme/core/?as_of=2024" in links  # Bolt one place to the left
    assert "/compare/companies/acme/bolt/core/?as_of=2024&only=differences" in links
    for name in ("json", "csv", "md", "cite"):
        assert f"/compare/companies/acme/bolt/core/?as_of=2024&only=shared&format={name}" in links


@pytest.mark.parametrize(
    ("path", "said", "leads_to"),
    [
        (
            "acme",
            ["One company alone cannot be compared: choose at least one more."],
            "/compare/companies/?company=acme",
        ),
        (
            "acme/acme",
            [
                "“acme” stands there twice: each company once.",
                "One company alone cannot be compared: choose at least one more.",
            ],
            "/compare/companies/?company=acme",
        ),
        (
            "acme/bolt/acme",
            ["“acme” stands there twice: each company once."],
            "/compare/companies/?company=acme&company=bolt",
        ),
        (
            "a/b/c/d/e/f/g",
            ["At most 6 companies fit side by side: leave out 1."],
            "/compare/companies/?company=a&company=b&company=c&company=d&company=e&company=f",
        ),
    ],
)
def test_companies_that_cannot_be_compared_are_refused(client, three, path, said, leads_to):
    page = client.get(f"/compare/companies/{path}/")

    assert page.status_code == 400
    assert page.context["problems"] == said
    assert leads_to in links_of(page, "main")


@pytest.mark.parametrize(
    ("query", "said", "leads_to"),
    [
        ("as_of=soon&only=shared", "as_of: “soon” is not a date", "?only=shared"),
        ("as_of=2024-13", "as_of: “2024-13” is not a date of the calendar.", ""),
        ("as_of=2024&only=same", "only: Choose differences or shared, or leave it out.", "?as_of=2024"),
        ("detail=all&only=shared", "detail: Choose names, purpose or reasons, or leave it out.", "?only=shared"),
    ],
)
def test_a_bad_query_of_a_comparison_is_refused_and_the_rest_kept(client, three, query, said, leads_to):
    page = client.get(f"/compare/companies/acme/bolt/?{query}")

    assert page.status_code == 400
    assert said in " ".join(page.context["problems"])
    assert f"/compare/companies/acme/bolt/{leads_to}" in links_of(page, "main")


def test_an_unknown_company_among_known_ones_is_named_and_the_others_kept(client, three):
    make_company("Dyno Systems")

    page = client.get("/compare/companies/acme/dyno/bolt/?as_of=2024")

    assert page.status_code == 404
    assert "There is no company “dyno” here." in text_of(page)
    links = links_of(page, "main")
    assert "/companies/dyno-systems/" in links
    assert "/compare/companies/?as_of=2024&company=acme&company=bolt" in links


@pytest.mark.parametrize("path", ["acme//bolt", "acme/bo%00lt", "acme/%FF", "acme/b*olt", "acme/../bolt"])
def test_an_address_of_junk_is_not_found(client, three, path):
    assert client.get(f"/compare/companies/{path}/").status_code == 404


def test_another_spelling_inside_a_comparison_leads_to_the_slug(client, three):
    page = client.get("/compare/companies/acme/b olt/")

    assert (page.status_code, page.headers["Location"]) == (301, "/compare/companies/acme/bolt/")


def test_what_a_comparison_of_technologies_does_not_know_is_left_out(client):
    make_technology("Kafka")
    make_technology("RabbitMQ")

    page = client.get("/compare/technologies/kafka/rabbitmq/?as_of=2024&only=shared")

    assert page.status_code == 200
    assert not any("as_of" in link or "only" in link for link in links_of(page, "main"))


def test_an_old_slug_inside_a_comparison_leads_to_the_present_one(client, three):
    rename(three[1], "bolt-and-sons")

    page = client.get("/compare/companies/acme/bolt/core/?as_of=2024&only=shared")

    assert page.status_code == 301
    assert page.headers["Location"] == "/compare/companies/acme/bolt-and-sons/core/?as_of=2024&only=shared"


def test_an_old_slug_of_a_company_that_is_there_already_leaves_it_once(client, three):
    rename(three[1], "bolt-and-sons")

    page = client.get("/compare/companies/acme/bolt/bolt-and-sons/?as_of=2024")

    assert page.status_code == 301
    assert page.headers["Location"] == "/compare/companies/acme/bolt-and-sons/?as_of=2024"


def test_the_old_and_the_new_slug_of_one_company_are_one(client, three):
    rename(three[0], "acme-corporation")

    page = client.get("/compare/companies/acme/acme-corporation/")

    assert page.status_code == 400
    assert "One company alone cannot be compared: choose at least one more." in page.context["problems"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("kafka/", 400),
        ("kafka/kafka/", 400),
        ("a/b/c/d/e/f/g/", 400),
        ("kafka/nothing/", 404),
        ("kafka/%00/", 404),
    ],
)
def test_technologies_that_cannot_be_compared_are_refused(client, path, status):
    make_technology("Kafka")
    make_technology("RabbitMQ")

    page = client.get(f"/compare/technologies/{path}")

    assert page.status_code == status
    assert links_of(page, "main")


def test_an_old_slug_of_a_technology_leads_to_the_present_comparison(client):
    kafka = make_technology("Kafka")
    make_technology("RabbitMQ")
    rename(kafka, "apache-kafka")

    page = client.get("/compare/technologies/rabbitmq/kafka/")

    assert page.status_code == 301
    assert page.headers["Location"] == "/compare/technologies/rabbitmq/apache-kafka/"


def test_a_redirect_to_what_is_not_public_leads_nowhere(client):
    make_company("Acme")
    make_company("Hidden", state="draft")
    Redirect.objects.create(kind="company", old_slug="was-hidden", new_slug="hidden")

    assert client.get("/companies/was-hidden/").status_code == 404
    assert client.get("/compare/companies/acme/was-hidden/").status_code == 404
