"""Names in small letters, misspelt in a list, or written as the address of their site."""

import pytest

from tests.importers.words import kinds, ticked, usages


@pytest.mark.parametrize(
    "sentence",
    [
        "We use orchestrator for this.",
        "Everything goes through the `orchestrator` here, which we use.",
        "We use sentry for errors.",
    ],
)
def test_small_letters_in_a_sentence_of_use_are_offered_with_the_reason(sentence):
    found = {one.technology: one for one in usages(f"# Story\n\n{sentence}\n", form="prose")}
    one = found.get("orchestrator") or found["sentry"]

    assert not one.ticked
    assert "a word, or the technology" in one.why


@pytest.mark.parametrize(
    "sentence", ["The orchestrator is restarted at night.", "A segment of our users likes it.", "We go express."]
)
def test_small_letters_elsewhere_are_words(sentence):
    assert all(kind != "usage" for kind, _ in kinds(f"# Story\n\n{sentence}\n", form="prose").values())


def test_a_slip_in_a_list_of_known_names_is_taken_for_the_name():
    assert (2, "postgresql", "in_use", None) in ticked("## Stack\n- Data: Redis, PostgreSQQL, Kafka\n")
    assert [one[1] for one in ticked("## Stack\n- Data: Redis, Scalings, Kafka\n")] == ["apache-kafka", "redis"]


def test_an_entry_that_is_the_address_of_a_site_names_the_technology():
    assert [one[1] for one in ticked("## Stack\n- crossplane.io\n- kafka.apache.org (events)\n- example.org\n")] == [
        "crossplane",
        "apache-kafka",
    ]
