"""From no format is a person's name, handle or address kept."""

import json

import pytest

from stacks.importers.formats import FORMATS
from stacks.importers.persons import spoken, without_persons
from tests.importers.words import read

_PERSONS = ("Ada Example", "@adaexample", "ada@people.example", "github.com/adaexample", "linkedin.com/in/ada-example")
_TEXTS = {
    "markdown": """# Stack

| Use | Tool | Owner | Remarks |
|---|---|---|---|
| Cache | Redis | Ada Example | ask ada@people.example |
| Queue | Kafka, Frobnicator | [Ada Example](https://github.com/adaexample) | see @adaexample |

- **Search**: Elasticsearch, by @adaexample ([profile](https://www.linkedin.com/in/ada-example))
- **Graphs**: Grafana, thanks to [Ada Example](https://github.com/adaexample)

## Our team

| Name | Role |
|---|---|
| Ada Example | Redis and Go developer |

- Ada Example, Kafka
""",
    "prose": """---
title: Story
author: Ada Example
---
"We moved from MySQL to PostgreSQL because of locks," says Ada Example, CTO of Acme. We use Redis, explains Ada Example,
as a cache. Ada Example, who came from Globex, wrote our first service in Go. Thanks to Ada Example we run Grafana.
<meta name="author" content="Ada Example"> As Ada Example, our SRE lead, knows, we use Kafka as well. Contact: Ada Example.
Our staff engineer Ada Example chose Elasticsearch for search. Write to ada@people.example or follow @adaexample on https://github.com/adaexample about Kafka.
""",
    "techstack": """tools:
- name: Redis
  description: by Ada Example
  last_updated_by: Ada Example
  detection_source_url: https://github.com/adaexample/x
""",
    "adopters": """# Redis adopters

| Company | Contact | Use |
|---|---|---|
| [Acme](https://acme.example) | [Ada Example](https://github.com/adaexample), ada@people.example | in production |
| [Initech](https://initech.example) | @adaexample | "We like it," says Ada Example. |
""",
    "refarch": """---
org_name: Acme
contact: Ada Example
email: ada@people.example
reference_architectures:
- CI
---
We use Redis. Thanks to @adaexample.
""",
    "radar": "name,ring,quadrant,isNew,description\nKafka,adopt,Tools,false,Used by Ada Example's team\nRedis,adopt,Tools,false,ada@people.example (@adaexample) brought it; we like it a lot\n",
    "csv": "category,technology,purpose,stage,remarks\nCaches,Redis,sessions,in_use,ask @adaexample or ada@people.example\n",
}


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "export"])  # our own, reviewed
def test_no_person_is_kept(form):
    text = _TEXTS[form]  # a new format brings its own
    reading = read(text, form=form, technology="redis" if form == "adopters" else "")
    told = json.dumps([one.told() for one in reading.lines], ensure_ascii=False)
    assert "redis" in told
    assert [person for person in _PERSONS if person in told] == []


@pytest.mark.parametrize(
    "text",
    [
        "We use @tanstack/react-query and vite@7.0.0",
        "https://github.com/redis/redis is its repository",
        "Redis says no more than that",
        "Amazon RDS — Multi-AZ",
        "We use Visual Studio Code and Docker Desktop, which each developer has",
        "Google Cloud Platform, the platform engineer's choice",
    ],
)
def test_what_only_looks_like_a_person_stays(text):
    assert without_persons(text) == text


def test_a_quote_is_cut_never_put_together():
    sentence = "“We run Kafka for all events,” says Ada Example, CTO, “and Redis too.”"
    assert spoken(sentence) in sentence
    assert "Ada" not in spoken(sentence)
