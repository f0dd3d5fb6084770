"""What the boxes of a drawn architecture say."""

import pytest

from stacks.importers.blocks import outline
from stacks.importers.diagrams import labels_of
from stacks.importers.segments import Kind
from tests.importers.words import usages, used


@pytest.mark.parametrize(
    ("line", "labels"),
    [
        (
            'Container(cdn, "Edge (example.org)", "Fastly", "Receives all Kafka traffic")',
            ["Edge (example.org)", "Fastly"],
        ),
        ('ContainerDb(db, "Orders", "PostgreSQL")', ["Orders", "PostgreSQL"]),
        ('System_Ext(cms, "Prismic APIs", "Headless CMS")', ["Prismic APIs", "Headless CMS"]),
        ('Rel(web, api, "Asks", "HTTPS")', []),
        ('Person(user, "Website User", "A visitor")', []),
        ("web[Django application]", ["Django application"]),
        ("db[(PostgreSQL<br/>RDS)]", ["PostgreSQL RDS"]),
        ('queue{{"Kafka (events)"}} --> web', ["Kafka (events)"]),
        ("web -->|through NGINX| cache((Redis))", ["Redis"]),
        ("web -- over gRPC --> Elasticsearch", ["Elasticsearch"]),
        ("  lake[fa:fa-database Amazon S3]", ["Amazon S3"]),
        ('subgraph cloud["Google Cloud"]', ["Google Cloud"]),
        ("subgraph Azure", ["Azure"]),
        ("participant W as Celery worker", ["Celery worker"]),
        ('database "MySQL 8" as db', ["MySQL 8"]),
        ('redis [label="Redis", shape=box];', ["Redis"]),
        ("flowchart LR", []),
        ("style web stroke-width:5px", []),
        ("%% Kafka was here", []),
        ("classDef Kafka fill:#fff", []),
        ("end", []),
    ],
)
def test_boxes_are_read_and_arrows_are_not(line, labels):
    assert [label for _, label in labels_of([line])] == labels


def test_what_has_a_box_elsewhere_is_only_its_short_name():
    assert list(labels_of(["Web[Our website]", "Web --> Kafka", "Kafka --> Web"])) == [
        (0, "Our website"),
        (1, "Kafka"),
        (2, "Kafka"),
    ]


@pytest.mark.parametrize("language", ["mermaid", "plantuml", "dot"])
def test_a_drawing_is_read_with_its_lines_and_code_is_not(language):
    text = f"# Architecture\n\n```{language}\nweb[Django]\n```\n\n```python\nRedis(Kafka)\n```\n"

    found = [(each.kind, each.text, each.line, each.path) for each in outline(text).segments if each.kind is Kind.ITEM]

    assert found == [(Kind.ITEM, "Django", 4, ("Architecture",))]


DRAWN = "## Stack\n\n- Django\n- Redis\n\n```mermaid\nweb[Django] --> q[Kafka]\nq --> other[Kafka]\n```\n"


def test_beside_a_list_a_box_is_offered_once_and_only_where_the_list_has_no_such_name():
    lines = [(one.line, one.technology, one.ticked) for one in usages(DRAWN, form="markdown")]

    assert lines == [(3, "django", True), (4, "redis", True), (7, "apache-kafka", False)]


def test_in_a_story_a_box_counts_as_any_other_place():
    assert "apache-kafka" in used(f"{DRAWN}\nWe run all of it ourselves.\n", form="prose")
