"""Pages that a text cites, from the text to the line: "read more", sentences, reference sections, relative links."""

import pytest

from tests.importers.words import read

BLOG = "https://eng.acme.example/blog/queues"


def links(text):
    return {one.technology: one.links for one in read(text).lines if one.links}


@pytest.mark.parametrize(
    "text",
    [
        f"| Use | Tool | Remarks |\n|---|---|---|\n| Queue | Kafka | [Read more]({BLOG}) |",
        f"| Use | Tool | Links |\n|---|---|---|\n| Queue | Kafka | fast<br/>- safe<br/>[1]({BLOG}) |",
        f"| Use | Tool |\n|---|---|\n| Queue | [Kafka]({BLOG}) |",
        f"- Kafka ([blog post]({BLOG}))",
        f"- Kafka\n  - [Read more]({BLOG})",
        f"- Kafka: {BLOG}",
        f"We use Redis. We run everything on Kafka ([details]({BLOG})). Sentry is used as well.",
        f"We run everything on Kafka. [Read more]({BLOG})",
        f"- Kafka\n\n## References\n\n- [How Acme runs Kafka]({BLOG})",
        f"- Kafka\n\n## Quellen\n\n1. Kafka bei Acme: {BLOG}",
    ],
)
def test_a_page_is_cited_for_what_it_stands_beside(text):
    assert links(f"# Stack\n\n{text}\n") == {"apache-kafka": (BLOG,)}


@pytest.mark.parametrize(
    "text",
    [
        "- [Kafka](https://kafka.apache.org/documentation) ([docs](https://kafka.apache.org/docs))",
        "- Kafka ([intro](#kafka), [more](../kafka/readme.md), [more](mailto:a@acme.example))",
        "- Kafka ([more](https://medium.com/@somebody/kafka), [more](https://en.wikipedia.org/wiki/Apache_Kafka))",
        "- Kafka ([more](javascript:alert(1)), [more](https://user:secret@acme.example/x))",
        "- Kafka ![more](https://acme.example/blog/picture.png)",
        "| Tool | Contact |\n|---|---|\n| Kafka | [more](https://acme.example/blog/people) |",
    ],
)
def test_docs_relative_links_profiles_and_pictures_are_no_evidence(text):
    assert links(f"# Stack\n\n{text}\n") == {}


def test_what_the_text_as_a_whole_refers_to_and_relative_links_are_told_apart():
    reading = read(
        "# Stack\n\n- [Kafka](../kafka.md)\n\n## References\n\n- [Our architecture](https://acme.example/a)\n"
    )

    assert [(one.line, one.title, one.url) for one in reading.references] == [
        (7, "Our architecture", "https://acme.example/a")
    ]
    assert [(one.line, one.title, one.url) for one in reading.relative] == [(3, "Kafka", "../kafka.md")]
