"""Words that look like a technology and are none where they stand: each must stay unticked."""

import pytest

from tests.importers.words import moves, ticked, usages, used

_TRAPS = [
    "Make sure that alerts are set up.",
    "We go to production every day.",
    "Spring is the season when traffic grows, and we express our thanks.",
    "A swift answer is what we want.",
    "Each segment of the market has its own dash of colour.",
    "The node has 3 GB per node.",
    "There's 3-5 servers in our cluster.",
    "Prices are from $3 to $5.",
    "See section C of the document.",
    "Our lambda expressions are short.",
    "The vault of the bank is old.",
    "7 api gateways and 40 services.",
    "Twenty microservices were counted.",
    "Read more at https://kafka.apache.org/docs/ and in kafka/readme.md.",
    "Follow us on Slack.",
    "Our customers use Kafka.",
    "Tools such as Kafka inspired us.",
    "Written by an engineer at Sentry.",
    "Our competitors like Segment do this.",
]


@pytest.mark.parametrize("sentence", _TRAPS)
def test_a_trap_in_a_sentence_is_not_ticked(sentence):
    assert used(f"# Story\n\n{sentence}\n", form="prose") == set()


@pytest.mark.parametrize(
    "entry",
    [
        "Make sure end-2-end monitoring",
        "Express delivery",
        "Swift reaction to incidents",
        "C-level support",
        "Dash of luck",
        "3 GB per node",
        "which makes sense",
    ],
)
def test_a_trap_in_a_list_is_not_ticked(entry):
    assert used(f"# Key points\n- {entry}\n") == set()


def test_the_same_words_as_entries_are_ticked():
    assert used("## Stack\n- Make\n- Go\n- Express\n- Swift\n- C\n- Node\n") == {
        "gnu-make",
        "go",
        "express",
        "swift",
        "c",
        "nodejs",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("## iOS\n- Swift, Reactor", {"swift", "reactor-swift"}),
        ("## Backend\n- Java, Reactor", {"java", "project-reactor"}),
        ("## Other\n- Reactor", set()),
        ("## Infra\n- Terraform, Vault", {"terraform", "vault"}),
        ("## Infra\n- Vault", set()),
    ],
)
def test_neighbours_tell_what_a_shared_name_means(text, expected):
    assert used(text) == expected


def test_a_benchmark_and_the_alternatives_are_no_stack():
    assert used("# Tool\n## Benchmarks\n| Tool | ms |\n|---|---|\n| Redis | 3 |\n| Memcached | 4 |\n") == set()
    assert used("# Tool\n## Alternatives considered\n- Kafka\n") == set()


def test_a_heading_that_is_a_sentence_is_no_section():
    assert used("# How we moved and what you can learn about how to run things at scale\n\n## Stack\n- Redis\n") == {
        "redis"
    }


def test_no_added_value_is_no_move():
    text = 'name,ring,quadrant,isNew,description\nNode.js,hold,platforms,FALSE,"we see no added value in favoring Node over Java"\n'
    assert moves(text, path="radar.csv") == []


@pytest.mark.parametrize(
    "text",
    [
        "## Backend\n\n- **Language**: [e.g., Python 3.11, Django]\n- **Cache**: [e.g. Redis]\n",
        "## Backend\n\n| Component | Technology |\n|---|---|\n| Framework | *e.g., Django* |\n| Cache | *e.g., Redis* |\n",
        "## Databases\n\n- **Cache**: [Redis/Memcached/etc]\n- **Store**: [PostgreSQL/MySQL]\n",
        "## Databases\n\n| System | Version |\n|---|---|\n| [Redis/Memcached] | [Version] |\n",
    ],
)
def test_a_template_that_nobody_has_filled_in_says_nothing(text):
    assert used(f"# Technology Stack\n\n{text}") == set()


def test_names_in_brackets_without_a_choice_are_entries():
    assert used("# Stack\n\n- [Redis], [Kafka]\n- [PostgreSQL](https://www.postgresql.org)\n") == {
        "redis",
        "apache-kafka",
        "postgresql",
    }


def test_an_arrow_is_the_way_that_data_take_unless_a_change_is_told():
    flow = "# Stack\n\n- Ingest: Redis → Kafka\n- Requests: Nginx → Django → PostgreSQL\n"
    assert moves(flow) == []
    assert moves("# Stack\n\n- Database: MySQL → PostgreSQL\n") == [("mysql", "postgresql", "done")]
    assert moves("# Migrations\n\n- Redis → Kafka\n") == [("redis", "apache-kafka", "done")]
    assert moves("# Stack\n\n- Redis → Kafka (2024)\n") == [("redis", "apache-kafka", "done")]


def test_a_tutorial_is_no_stack_but_for_what_it_says_of_its_makers():
    text = (
        "# Events with Kafka\n\nI'll show you how to send events. Deploy the broker to "
        "Kubernetes.\n\nOur own site runs on PostgreSQL.\n"
    )
    assert used(text, form="prose") == {"postgresql"}


def test_for_example_in_short_says_nothing_of_us():
    """ "i.e." has a word that means the one who writes."""
    assert used("# Story\n\nA queue, i.e. a broker like Kafka.\n", form="prose") == set()


def test_what_one_might_otherwise_use_is_not_used():
    assert "python" not in used(
        "# Story\n\nFor us Elixir does most of what you might otherwise use Python for.\n", form="prose"
    )


def test_a_word_with_another_ending_is_no_slip():
    assert used("## Tools\n- Orchestration\n") == set()


def test_a_long_list_is_a_list_however_many_names_it_has():
    names = "Go, Python, Java, Swift, TypeScript, Ruby, Elixir, Django, React, MySQL, MongoDB, Redis, Docker, Terraform"
    assert len(used(f"In brief, what we have:\n\n- **Backend**: {names}, and Grafana.\n")) == 15


def test_remarks_of_names_alone_are_ticked_and_those_in_words_are_offered():
    head = "| Host | OS | Software | Comments |\n|---|---|---|---|\n"
    rows = "| chat | - | Jenkins | Redis, Docker |\n| web | - | Grafana | near the old MySQL that moves one day |\n"
    assert used(head + rows) == {"jenkins", "grafana", "redis", "docker"}


@pytest.mark.parametrize(
    "entry",
    [
        "**Terraform** für die Umgebungen der Abteilung, die sich jede Woche ändern und die niemand mehr von Hand anlegt",
        "🔄 **Terraform**",
    ],
)
def test_an_entry_that_begins_with_a_name(entry):
    assert used(f"## Lösung\n- {entry}\n") == {"terraform"}


def test_a_list_of_how_it_was_before():
    text = "# Story\n\nOur monitoring, before we switched to Prometheus, had many parts:\n\n- Grafana\n- Sentry\n"
    assert {one.stage for one in usages(text, form="prose") if one.technology in ("grafana", "sentry")} == {"retired"}


def test_what_used_to_run_elsewhere_runs_here_now():
    text = "# Story\n\nThe jobs that used to run on those hosts now run on Kubernetes.\n"
    assert [(one.technology, one.stage) for one in usages(text, form="prose")] == [("kubernetes", "in_use")]


def test_what_should_be_moved_is_not_moved_yet():
    text = "# Story\n\nWe have agreed that we should move our apps from MongoDB to PostgreSQL.\n"
    assert moves(text, form="prose") == [("mongodb", "postgresql", "planned")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Kafka isn't being used, but we like it.",
        "For us Kafka was not an option.",
        "Kafka was ruled out early, as we found it slow.",
        "Kafka would be overkill for us.",
        "Kafka was too slow for us, so we never adopted it.",
        "Our users can connect Kafka to get notified.",
        "Our SDK works with Kafka and Redis.",
        "We support Kafka and Redis as sources.",
        "Export to Kafka and Redis is available.",
        "Think of it as Kafka for robots.",
        "Before joining us, I ran Kafka for five years.",
        "We wrote a blog post about Kafka once.",
        "Had we chosen Kafka, the story would be different.",
    ],
)
def test_what_is_not_used_is_not_ticked(sentence):
    assert used(f"# Story\n\n{sentence}\n", form="prose") == set()


def test_letters_of_an_abbreviation_are_no_languages():
    assert used("| Use | Tool |\n|---|---|\n| Tests | R&C, Kafka |\n") == {"apache-kafka"}


def test_a_product_that_is_called_as_the_company_is_the_company_whatever_its_name_in_the_text():
    text = "# Story\n\nWe run [our collector](https://sentry.io) on Kafka.\n"
    assert used(text, form="prose", company="Sentry") == {"apache-kafka"}


def test_the_company_goes_by_the_first_word_of_its_name():
    told = "At Kafka, all of our sessions are in Redis. We at Kafka like it.\n"
    assert used(told, form="prose", company="Kafka Streaming") == {"redis"}
    assert "apache-kafka" in used("We run all of it on Kafka.\n", form="prose", company="Kafka Streaming")


def test_words_apart_and_measures_are_names_only_as_entries():
    told = "Each event is written with Python (or JSON), and our queue answers within 100ms.\n"
    assert used(told, form="prose") == {"python"}
    assert used("- orjson\n- 100ms\n", form="markdown") == {"orjson", "100ms"}


@pytest.mark.parametrize(
    "sentence",
    [
        "We looked at various options, including Redis, Kafka and Memcached. Celery turned out to be best for us.",
        "This forced us to exclude solutions such as Kafka.",
        "We had to discount Kafka because of its licence.",
        "Our company offers fully managed Redis and Kafka to its customers.",
        "Acme provides hosted open source products including Kafka and Redis.",
        "We forward all of it to Redis (it can also be configured to push data to Kafka).",
        "The same code can serve Kafka and Redis.",
        "Contrairement à d'autres outils comme Kafka, le nôtre est rapide.",
        "The code is Kafka licensed and lives with us.",
    ],
)
def test_what_was_put_aside_is_sold_or_could_be_is_not_ticked(sentence):
    assert "apache-kafka" not in used(f"# Story\n\nWe tell how we work.\n\n{sentence}\n", form="prose")


def test_where_they_are_met_is_a_contact():
    assert used("Join our community discussion on Slack.\n", form="prose") == set()


def test_a_name_in_small_letters_is_meant_where_they_say_that_they_use_it_and_mark_it_as_code():
    assert "celery" in used("We use `celery` for our jobs, and we run `redis` for their queue.\n", form="prose")


def test_a_link_of_asciidoc_is_a_link():
    told = "We self-host https://redis.io[Redis] and run https://github.com/celery/celery[Celery] for our jobs.\n"
    assert used(told, form="prose") == {"redis", "celery"}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ("- no Jenkins\n- Redis", {"redis"}),
        ("- Docker, not Nomad", {"docker"}),
        ("- Docker (not Nomad)", {"docker"}),
        ("- We benchmarked MongoDB against PostgreSQL.\n- Redis", {"redis"}),
    ],
)
def test_an_entry_may_say_what_is_not_used(entries, expected):
    assert used(f"# Tech stack\n\n{entries}\n") == expected


@pytest.mark.parametrize("entry", ["Terraform: no longer", "Terraform (no more)", "Terraform (POC failed)"])
def test_an_entry_may_say_that_it_is_over(entry):
    assert [one[2] for one in ticked(f"# Tech stack\n\n- {entry}\n- Redis\n")] == ["retired", "in_use"]
