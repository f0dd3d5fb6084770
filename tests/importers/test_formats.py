import json

import pytest

from stacks.importers.formats import decode, detect
from stacks.importers.lines import Unreadable
from tests.importers.words import read, ticked, usages

TECHSTACK = """repo_name: somebody/app
report_id: 1
timestamp: '2024-02-29T19:20:29+00:00'
tools:
- name: Redis
  description: a person wrote this
  website_url: http://redis.io/
  version: '7.2'
  category: Data Stores
  sub_category: In-Memory Databases
  last_updated_by: Some Person
- name: Kuebernetes thing
  website_url: https://thing.example
- name: "@scope/react"
  package_url: https://packages.example/react
- name: Redis
"""


def test_techstack():
    reading = read(TECHSTACK, path="techstack.yml")
    assert reading.form == "techstack"
    told = [(one.line, one.kind, one.technology, one.technology_version, one.ticked) for one in reading.lines]
    assert told == [
        (5, "usage", "redis", "7.2", True),
        (12, "usage", "Kuebernetes thing", "", False),
        (14, "skip", None, "", False),
        (16, "skip", "redis", "", False),
    ]
    assert reading.lines[0].edition_on == "2024-02-29"
    assert "Person" not in json.dumps([one.told() for one in reading.lines])


def test_techstack_of_lists_under_headings():
    text = "backend:\n  - Django\n  - Redis\nfrontend:\n  - React\n"
    assert [(one.line, one.technology, one.purpose) for one in usages(text, path="techstack.yml")] == [
        (2, "django", "backend"), (3, "redis", "backend"), (5, "react", "frontend"),
    ]  # fmt: skip


ADOPTERS = """# Crossplane Adopters

## Adding your company
- Open a pull request

## Adopters

| Organization | Contact | Description |
|---|---|---|
| [Acme](https://acme.example) | [@someone](https://github.com/someone) | We run it in production. |
| [Initech](https://initech.example) | a@b.example | Currently evaluating it |
| A Fortune 100 company | x | Migrated to Crossplane from Terraform. |
| [Globex](https://globex.example) | | Planning to roll out next year |
"""


def test_adopters_of_a_table():
    reading = read(ADOPTERS, path="ADOPTERS.md")
    assert (reading.form, reading.technology) == ("adopters", "crossplane")
    assert [(one.line, one.company, one.technology, one.stage) for one in reading.lines if one.kind == "usage"] == [
        (10, "Acme", "crossplane", "in_use"), (11, "Initech", "crossplane", "trial"), (13, "Globex", "crossplane", "planned"),
    ]  # fmt: skip
    assert "someone" not in json.dumps([one.told() for one in reading.lines])


@pytest.mark.parametrize(
    "text",
    [
        "# Adopters\n* [Acme](https://acme.example) uses Crossplane for all.\n* [Globex](https://g.example) runs Crossplane\n",
        "# Adopters\n- **Acme** - Crossplane for all\n- **Globex**: Crossplane\n",
        "# Adopters\n- Finance\n  - [Acme](https://acme.example)\n  - [Globex](https://g.example)\n",
        "# Adopters\n\n## Acme\n- Application: Crossplane for all\n- Since: 2020\n\n## Globex\n- Application: Crossplane\n- Since: 2021\n",
        "# Adopters\n\n**[Acme](https://acme.example)** uses it.\n\n**[Globex](https://g.example)** too.\n",
        "# Adopters\n* N: Acme\n  D: a company\n* N: Globex\n  D: another\n",
        '# Adopters\n<a href="https://a.example"><img src="a.png" alt="Acme"></a>\n<a href="https://g.example"><img src="g.png" alt="Globex logo"></a>\n',
        "# Adopters\n\n**Open a PR to add your company here**\n\n| Company | Use |\n|---|---|\n| Acme | Crossplane |\n| Globex | Crossplane |\n",
        "# Adopters\n\n### Adopter Types\n\n**End-user**: uses it.\n\n**Integration**: builds on it.\n\n### List\n\n* [Acme](https://a.example) - End-user\n* [Globex](https://g.example) - Integration\n",
        "# Who uses Crossplane?\n\n## Community\nJoin [the channel](https://c.example) or [calls](https://d.example).\n\n## List\n* [Acme] (https://a.example)\n* Globex\n",
    ],
)
def test_adopters_of_every_shape(text):
    reading = read(text, path="ADOPTERS.md", technology="crossplane")
    assert [one.company for one in reading.lines if one.ticked and one.kind == "usage"] == ["Acme", "Globex"]


def test_companies_in_headings_win_over_their_plain_details():
    text = "# Adopters\n\n## Acme\n![using.png](using.png)\n- 25k samples a second\n- 30 clusters\n\n## Globex\n- 2 clusters\n- 9 teams\n\n## Initech\n- Some tests\n"
    assert [one.company for one in read(text, path="ADOPTERS.md", technology="crossplane").lines] == [
        "Acme",
        "Globex",
        "Initech",
    ]


def test_who_uses_it_as_a_person_is_left_out():
    text = "# Users\n| User | Use case |\n|---|---|\n| [Ann Ode](https://github.com/anno) | Tests |\n| [Bo Van](https://github.com/bovan) | Talks |\n"
    assert not read(text, form="adopters", technology="crossplane").lines


def test_who_runs_it_at_home_is_left_out_among_companies():
    text = (
        "# Adopters\n| Organization | Environment | Use |\n|---|---|---|\n| Acme | Production | caches |\n"
        "| Ann Ode | Production | my homelab |\n| Personal | Production | a blog |\n\n"
        "- **Globex** uses it in production\n"
    )
    reading = read(text, path="ADOPTERS.md", technology="crossplane")
    assert [one.company for one in reading.lines] == ["Acme", "Globex"]


@pytest.mark.parametrize(
    ("about", "stage"),
    [
        ("Evaluating it", "trial"),
        ("We plan to use it for all of our clusters by the end of the year.", "planned"),
        ("We are evaluating it for all of our clusters, until the end of the year.", "trial"),
        ("Acme sells health plans, and its customers experiment in clusters of their own.", "in_use"),
        ("Acme builds a future for all, and has Crossplane evaluate what is asked for.", "in_use"),
        ("Scaling of what runs on the free plan of Acme Cloud, in four regions.", "in_use"),
    ],
)
def test_plans_and_trials_are_those_of_the_adopter(about, stage):
    text = f"# Adopters\n| Company | Use |\n|---|---|\n| Acme | {about} |\n"
    assert [one.stage for one in read(text, path="ADOPTERS.md", technology="crossplane").lines] == [stage]


def test_a_company_keeps_the_dot_of_its_form():
    text = "# Adopters\n* **Kraken Technologies Ltd.** - Crossplane for all.\n* **Globex.** - too\n"
    assert [one.company for one in read(text, path="ADOPTERS.md", technology="crossplane").lines] == [
        "Kraken Technologies Ltd.",
        "Globex",
    ]


RADAR = """name,ring,quadrant,isNew,description
Jenkins,hold,tools,FALSE,"We are migrating all builds to GitHub,
slowly"
GitHub,adopt,tools,TRUE,
Kafka,trial,platforms,TRUE, "a trial"
Nomad,assess,platforms,TRUE,
Event storming,adopt,techniques,TRUE,
Thing,adopt,tools,TRUE,
Redis,nonsense,tools,TRUE,
"""


def test_radar_of_csv():
    reading = read(RADAR, path="radar.csv")
    assert [(one.line, one.kind, one.technology, one.stage) for one in reading.lines] == [
        (2, "migration", "github", "under_way"),
        (2, "usage", "jenkins", "retiring"),
        (4, "usage", "github", "in_use"),
        (5, "usage", "apache-kafka", "trial"),
        (6, "usage", "nomad", "planned"),
        (7, "skip", None, None),
        (8, "usage", "Thing", "in_use"),
    ]
    assert [(one.line, one.message) for one in reading.problems] == [(9, "The ring “nonsense” is not known.")]


def test_radar_of_zalando():
    text = json.dumps(
        {"rings": [{"name": "ADOPT"}, {"name": "TRIAL"}, {"name": "ASSESS"}, {"name": "HOLD"}],
         "quadrants": [{"name": "Datastores"}],
         "entries": [{"quadrant": 0, "ring": 3, "label": "MongoDB", "moved": 0}, {"quadrant": 0, "ring": 0, "label": "Redis"}]},
        indent=1,
    )  # fmt: skip
    reading = read(text, path="config.json")
    assert reading.form == "radar"
    assert [(one.technology, one.stage) for one in reading.lines] == [("mongodb", "retiring"), ("redis", "in_use")]
    lines = text.split("\n")
    assert [lines[one.line - 1].strip() for one in reading.lines] == ['"label": "MongoDB",', '"label": "Redis"']


def test_our_own_csv():
    text = "category,technology,purpose,stage,via,started,remarks\nCaches,Redis,sessions,retiring,Amazon ElastiCache,2019-06,'=1+1\nCaches,Unheard,x,nonsense,,19,\n"
    reading = read(text, path="stack.csv")
    first, second = reading.lines
    assert (first.technology, first.category, first.purpose, first.stage, first.via, first.started, first.remarks) == (
        "redis", "caches", "sessions", "retiring", "amazon-elasticache", "2019-06", "=1+1",
    )  # fmt: skip
    assert (second.new, second.ticked, second.problem) == (True, False, "started is no date")
    assert [one.line for one in reading.problems] == [3, 3]


REFARCH = """---
title: A platform
org_name: Acme
org_team: Platform
contact: Some Person
email: p@acme.example
domains:
- Storage: [ "s3" ]
reference_architectures:
- AI
---

## Relevant projects

{{< cardpane >}}
  {{< card header="Kubernetes" >}}
  [![kubernetes logo](https://x.example/k.svg)](https://www.cncf.io/projects/kubernetes/)

  - **Using since:** 2021
  - **Current version:** v1.29.6

  Kubernetes provides scheduling.
  {{< /card >}}
{{< /cardpane >}}

Metrics are collected with Prometheus.
"""


def test_reference_architecture():
    reading = read(REFARCH, path="acme.md")
    assert (reading.form, reading.company) == ("refarch", "Acme")
    assert {(one.line, one.technology) for one in reading.lines if one.ticked} == {
        (8, "amazon-s3"),
        (22, "kubernetes"),
        (26, "prometheus"),
    }
    kubernetes = next(one for one in reading.lines if one.technology == "kubernetes")
    assert (kubernetes.started, kubernetes.technology_version, kubernetes.scope) == ("2021", "1.29.6", "Platform")
    assert "Some Person" not in json.dumps([one.told() for one in reading.lines])


@pytest.mark.parametrize(
    ("path", "text", "form"),
    [
        ("techstack.yml", "x: 1", "techstack"),
        ("x.txt", TECHSTACK, "techstack"),
        ("ADOPTERS.md", "# x", "adopters"),
        ("USERS.md", "# x", "adopters"),
        ("pasted.txt", ADOPTERS, "adopters"),
        ("x.csv", RADAR, "radar"),
        ("pasted", "category,technology,stage\n", "csv"),
        ("x.md", REFARCH, "refarch"),
        ("x.md", "| A | B |\n|---|---|\n| CI | Jenkins |\n", "markdown"),
        ("x.md", "We use Redis because it is fast and everybody on the team knew it well from earlier jobs.", "prose"),
    ],
)
def test_the_format_is_found_by_path_then_by_content(path, text, form):
    assert detect(path, text) == form


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfRedis", "Redis"),
        ("Redis é".encode("utf-16"), "Redis é"),
        ("Redis é".encode("latin-1"), "Redis é"),
        ("Redis é".encode(), "Redis é"),
    ],
)
def test_encodings_and_marks(data, text):
    assert decode(data) == text


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00\x00", b"\x89PNG\r\n\x1a\n\x00", bytes(range(1, 32)) * 40 + b"\xff"])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(Unreadable):
        decode(data)


def test_line_ends_of_every_system():
    assert ticked("## Stack\r\n- Redis\r- Kafka\n") == [
        (2, "redis", "in_use", None),
        (3, "apache-kafka", "in_use", None),
    ]


def test_a_csv_says_what_it_cannot_be_taken_at():
    text = (
        "kind,technology,category\nmigration,Redis,Caches\nusage,Redis,Nosuch\nusage,Redis,Caches\nnot_used,,Caches\n"
    )
    reading = read(text, form="csv")
    assert [(one.line, one.kind) for one in reading.lines] == [(2, "skip"), (3, "usage"), (4, "usage"), (5, "skip")]
    assert [(one.line, one.message.split(" ")[0]) for one in reading.problems] == [(2, "kind:"), (3, "category:")]


def test_a_listed_tool_may_have_its_version_and_more_beside_it():
    lines = read("stack:\n- PostgreSQL 15 (on our own servers)\n- Kafka\n- Frob (ours)\n", form="techstack").lines
    assert [(one.technology, one.technology_version, one.remarks) for one in lines] == [
        ("postgresql", "15", "on our own servers"),
        ("apache-kafka", "", ""),
        ("Frob (ours)", "", ""),
    ]


def test_a_ring_may_be_a_number_of_any_writing():
    reading = read('{"entries": [{"label": "Kafka", "ring": 1.0}, {"label": "Redis", "ring": -1}]}', form="radar")
    assert [(one.technology, one.stage) for one in reading.lines] == [("apache-kafka", "trial")]
    assert [one.message for one in reading.problems] == ["Its ring is none of this radar's."]


def test_the_form_of_a_page_is_no_technology_of_its_company():
    page = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"\n "http://www.w3.org/x.dtd">\n<html><body><p>We use Kafka.</p></body></html>\n'
    assert {one.technology: one.line for one in read(page, form="prose").lines} == {"apache-kafka": 3}
