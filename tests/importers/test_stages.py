"""How a stage is told: in a clause of a sentence, by a mark at a name, in a status column, by a heading."""

import pytest

from tests.importers.words import read, ticked


def stages(text, form="prose"):
    return {one.technology: one.stage for one in read(text, form=form).lines if one.kind == "usage"}


def stage_in_sentence(sentence, slug="apache-kafka"):
    return stages(f"# Our stack\n\nThis is how we build it.\n\n{sentence}\n").get(slug)


@pytest.mark.parametrize(
    "sentence",
    [
        "One team is running Kafka as an experiment.",
        "We have a proof of concept running on Kafka.",
        "We're taking a close look at Kafka, with one cluster in staging.",
        "Kafka is still experimental for us.",
        "We are dipping our toes into Kafka.",
        "Kafka is at the proof-of-concept stage.",
        "We use Redis for this, and we're testing the waters with Kafka.",
    ],
)
def test_a_clause_says_that_it_is_tried(sentence):
    assert stage_in_sentence(sentence) == "trial"
    assert stages(f"# Our stack\n\n{sentence}\n").get("redis") in (None, "in_use")


@pytest.mark.parametrize(
    "sentence",
    [
        "The long-term goal is to run everything on Kafka.",
        "In the future we would love to use Kafka.",
        "Looking ahead, Kafka is where we want to be.",
        "Kafka is on the list for the next redesign.",
        "We've started planning a move to Kafka.",
        "We have not yet deployed Kafka.",
        "We are preparing to migrate our queues to Kafka.",
        "A switch to Kafka is being discussed.",
        "We will try to build this on Kafka eventually.",
    ],
)
def test_a_clause_says_that_it_is_planned(sentence):
    assert stage_in_sentence(sentence) == "planned"


@pytest.mark.parametrize(
    "sentence",
    [
        "Our old admin panel was written in Kafka.",
        "Until now we had done this using Kafka.",
        "Before that, deployments were done with Kafka.",
        "We gave up on Kafka after a year.",
        "We used Kafka for three years before switching to Redis.",
        "After two painful years with Kafka, we went back to Redis.",
        "Kafka used to be our bus.",
        "For us Kafka was slow, so we abandoned it.",
        "A few years ago our stack was Kafka and little else.",
    ],
)
def test_a_clause_says_that_it_was_left(sentence):
    assert stage_in_sentence(sentence) == "retired"


@pytest.mark.parametrize(
    "sentence",
    [
        "Some legacy services still run on Kafka.",
        "Kafka is on its way out.",
        "There is a bit of Kafka left that we want to get rid of.",
        "The remaining Kafka jobs will be rewritten.",
        "Do not use Kafka for new projects.",
        "Nobody writes Kafka jobs here anymore.",
        "Kafka is now our legacy way to do it.",
    ],
)
def test_a_clause_says_that_it_is_leaving(sentence):
    assert stage_in_sentence(sentence) == "retiring"


@pytest.mark.parametrize(
    "sentence",
    [
        "The roadmap says who runs Kafka, which we use for all events.",
        "Kafka is used to host our legacy events.",
        "Old rows are moved out of Kafka every night, which we use for events.",
        "We plan our sprints around Kafka, which we run.",
        "If it fails, we use Kafka, which will be familiar to most.",
        "Before a release, we use Kafka.",
        "For years we have been running Kafka.",
        "Two years ago we switched to Kafka.",
        "We retired the monolith; everything runs on Kafka now.",
        "In the end we went with Kafka.",
        "Users who no longer log in are removed from Kafka, which we use.",
    ],
)
def test_words_of_a_stage_that_speak_of_other_things(sentence):
    assert stage_in_sentence(sentence) == "in_use"


def test_what_ends_once_another_thing_has_ended_is_still_there():
    assert stage_in_sentence("It goes once all of our Kafka cluster has been decommissioned.") != "retired"


@pytest.mark.parametrize(
    ("mark", "stage"),
    [
        ("(obsolete)", "retiring"),
        ("(**deprecrated**)", "retiring"),
        ("(being phased out)", "retiring"),
        ("(we are moving away from this)", "retiring"),
        ("⚠️ deprecated", "retiring"),
        ("— retired in 2022", "retired"),
        ("(not used anymore)", "retired"),
        ("(PoC)", "trial"),
        ("🧪 experimental", "trial"),
        ("(planned Q3)", "planned"),
        ("(to be introduced)", "planned"),
        ("(replaces Grunt)", "in_use"),
        ("(future-proof)", "in_use"),
        ("(old and new services)", "in_use"),
        ("(legacy API included)", "in_use"),
        ("(beta users only)", "in_use"),
        ("(for testing)", "in_use"),
        ("(testing)", "in_use"),
    ],
)
def test_a_mark_at_a_name_says_its_stage(mark, stage):
    entries = f"## Tools\n- GitHub\n- Jenkins {mark}\n- Redis\n"
    table = f"| For | Tool |\n|---|---|\n| Code | GitHub |\n| Builds | Jenkins {mark} |\n"

    assert stages(entries, form="markdown")["jenkins"] == stage
    assert stages(table, form="markdown")["jenkins"] == stage
    assert stages(entries, form="markdown")["redis"] == "in_use"


def test_a_mark_in_a_list_speaks_of_its_name_alone():
    assert stages("- **CI**: GitHub, [deprecated] Jenkins, Travis CI (EOL), Redis\n", form="markdown") == {
        "github": "in_use",
        "jenkins": "retiring",
        "travis-ci": "retiring",
        "redis": "in_use",
    }


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("Migrated away", "retired"),
        ("Moved away", "retired"),
        ("Archived", "retired"),
        ("Divest", "retiring"),
        ("Do not use", "retiring"),
        ("Emerging", "trial"),
        ("Q3 2025", "planned"),
        ("To be adopted", "planned"),
        ("Maintained", "in_use"),
    ],
)
def test_a_status_column_says_the_stage(word, stage):
    rows = "| Technology | For | Status |\n|---|---|---|\n| GitHub | Code | Active |\n"
    assert (4, "jenkins", stage, None) in ticked(f"{rows}| Jenkins | CI | {word} |\n")


@pytest.mark.parametrize(
    ("heading", "stage"),
    [
        ("Obsolete tools", "retiring"),
        ("Languages we do not use for new projects", "retiring"),
        ("Tools we no longer use", "retired"),
        ("What we're experimenting with", "trial"),
        ("Emerging technologies", "trial"),
        ("Assess", "planned"),
        ("Under consideration", "planned"),
        ("Test tools", "in_use"),
        ("Experiment tracking", "in_use"),
    ],
)
def test_a_heading_says_the_stage(heading, stage):
    assert stages(f"# Technology\n\n## {heading}\n- Jenkins\n- Redis\n", form="markdown")["jenkins"] == stage


def test_what_a_thing_is_says_nothing_of_its_stage_here():
    text = "# Story\n\nKafka is a log that many use.\n\nSome jobs run periodically, like Kafka does.\n\nUntil now we had run it all on Kafka.\n\nWe no longer use Kafka.\n"
    assert stages(text)["apache-kafka"] == "retired"


def test_a_long_sentence_is_read_near_its_names_wherever_they_stand():
    words = "and this and that " * 300
    for sentence in (
        f"{words} we no longer use Kafka.",
        f"Kafka was retired in 2019, {words}.",
        f"{words} Kafka was retired {words}.",
    ):
        assert stage_in_sentence(sentence) == "retired", sentence[:40]
