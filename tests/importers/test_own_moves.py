"""Which changes of a story are ticked, and which are only offered."""

import pytest

from tests.importers.words import read


def told(text, company=""):
    lines = read(f"# Story\n\n{text}\n", form="prose", company=company).lines
    return [(one.origin, one.technology, one.ticked) for one in lines if one.kind == "migration"]


@pytest.mark.parametrize(
    ("sentence", "old", "new"),
    [
        ("We moved from Travis CI to Jenkins, which brought it down to two minutes.", "travis-ci", "jenkins"),
        ("In 2016 the company began moving from Jenkins to Travis CI.", "jenkins", "travis-ci"),
        ("The store was migrated from MySQL to PostgreSQL.", "mysql", "postgresql"),
        ("14:45 -- Switching from MySQL to PostgreSQL", "mysql", "postgresql"),
        ("Nous avons migré de MySQL vers PostgreSQL.", "mysql", "postgresql"),
        (
            "I decided to rewrite the parts in Python into Go, and migrated from MySQL to PostgreSQL.",
            "mysql",
            "postgresql",
        ),
    ],
)
def test_what_the_company_did_is_ticked(sentence, old, new):
    assert (old, new, True) in told(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "It is not worth migrating from MySQL to PostgreSQL.",
        "You should consider moving from MySQL to PostgreSQL.",
        "Migrating from MySQL to PostgreSQL: a practical guide",
        "Switch your shop from MySQL to PostgreSQL.",
        "Replace MySQL with PostgreSQL.",
        "If the limit is reached, we switch from MySQL to PostgreSQL.",
        "However, a lot of companies replaced MySQL with PostgreSQL that year.",
        "We may consider enhancements (to replace MySQL with PostgreSQL).",
        "PostgreSQL replaces MySQL for good.",
        "Why move from MySQL to PostgreSQL?",
        "We export every night and are moving from MySQL to PostgreSQL what is new.",
        "Have a look at the talk from Ed: how we moved from MySQL to PostgreSQL.",
        "We replaced the MySQL Shell binary with PostgreSQL.",
        "We ran MySQL then. It was slow.\n\nThe next step is the migration to PostgreSQL.",
    ],
)
def test_what_could_be_or_others_did_is_offered_at_most(sentence):
    assert not any(ticked for *_, ticked in told(sentence))


def test_what_is_only_offered_says_nothing_of_its_ends():
    text = "# Story\n\nA lot of companies replaced MySQL with PostgreSQL.\n"
    assert not any(one.ticked for one in read(text, form="prose").lines)


def test_the_sentence_that_is_sure_counts_where_two_tell_the_same():
    text = "It might be worth moving from MySQL to PostgreSQL.\n\nLast year we moved from MySQL to PostgreSQL."
    assert told(text) == [("mysql", "postgresql", True)]


def test_what_a_tutorial_tells_of_its_writers_is_ticked_once_it_is_done():
    taught = "In this tutorial you will learn how to deploy it.\n\n"
    assert told(taught + "Our team moved from MySQL to PostgreSQL.") == [("mysql", "postgresql", True)]
    assert not any(ticked for *_, ticked in told(taught + "We will be moving from MySQL to PostgreSQL."))
