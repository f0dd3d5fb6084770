"""What changed for what, in one sentence, in two, in the title of the front matter."""

import pytest

from tests.importers.words import moves


def moves_in(text):
    return [(old, new) for old, new, _ in moves(f"# Story\n\nHow we build it.\n\n{text}\n", form="prose")]


@pytest.mark.parametrize(
    "text",
    [
        "PostgreSQL took the place of MySQL.",
        "Having outgrown MySQL, we now run on PostgreSQL.",
        "We started on MySQL, and after two years moved to PostgreSQL.",
        "We were running MySQL, which we have since exchanged for PostgreSQL.",
        "Data that used to live in MySQL now lives in PostgreSQL.",
        "We turned off MySQL and put PostgreSQL in its place.",
        "We used MySQL until 2016, when we introduced PostgreSQL.",
        "MySQL is now our legacy way of keeping the orders of all shops and is nearly fully replaced by PostgreSQL.",
        "Our orders were kept in MySQL. We rewrote it in PostgreSQL.",
        "Our old search ran on MySQL. The new one runs on PostgreSQL.",
        "We left MySQL. For the orders we settled on PostgreSQL.",
    ],
)
def test_one_makes_way_for_the_other(text):
    assert moves_in(text) == [("mysql", "postgresql")]


def test_the_title_of_the_front_matter_tells_a_change():
    text = "---\ntitle: Moving from MySQL to PostgreSQL\ndate: 2015-09-15\n---\n\nIt went well.\n"
    assert moves(text, form="prose") == [("mysql", "postgresql", "done")]


def test_like_changes_for_like():
    text = "The old stack was Ruby and MySQL. The new stack is Go and PostgreSQL."
    assert sorted(moves_in(text)) == [("mysql", "postgresql"), ("ruby", "go")]


@pytest.mark.parametrize(
    "text",
    [
        "Google sends events from Kafka to Elasticsearch.",
        "We got metrics from Prometheus to Grafana.",
        "Our good ideas come from Python to Go and everything between.",
        "We no longer use MySQL. Every table that we ported was fast thanks to PostgreSQL.",
        "The goal is to deploy on Kubernetes, from Travis CI to Nomad.",
    ],
)
def test_from_one_to_the_other_is_no_change_without_a_verb_of_change(text):
    assert moves_in(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "I originally moved from Java to Ruby, as the language I work in.",
        "Originally built as a Django clone, it now leverages Go.",
    ],
)
def test_the_way_of_one_person_and_what_a_thing_is_like_are_no_changes(text):
    assert moves_in(text) == []
