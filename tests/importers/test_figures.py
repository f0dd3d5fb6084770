"""Figures of scale in a text: what is counted, the figure, when it held, and whether it is surely theirs."""

import pytest

from tests.importers.words import read


def facts(text, company="Acme"):
    return [
        (one.name, one.value, one.edition_on, one.ticked)
        for one in read(text, company=company).lines
        if one.kind == "fact"
    ]


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("We store 3 PB of data in it.", ("data", "3 PB", None, True)),
        ("Our 1,200 engineers deploy themselves.", ("engineers", "1,200", None, True)),
        ("In 2020 we ran more than 400 Go microservices.", ("Go microservices", "more than 400", "2020", True)),
        ("Acme serves over 10M+ users.", ("users", "over 10M+", None, True)),
        ("The API takes 45k rps at peak.", ("requests per second", "45k", None, False)),
        ("- 200+ microservices", ("microservices", "200+", None, False)),
        ("We ingest 5 TB of logs a day.", ("logs a day", "5 TB", None, True)),
        ("We handle 2 million messages per second.", ("messages per second", "2 million", None, True)),
        ("Wir haben 300 Entwickler.", ("Entwickler", "300", None, True)),
        ("| Scale | Figure |\n|---|---|\n| Traffic | 400K rps |", ("Traffic", "400K rps", None, True)),
    ],
)
def test_a_figure_says_what_is_counted_and_since_when(text, fact):
    assert facts(text) == [fact]


@pytest.mark.parametrize(
    "text",
    [
        "We run 3 servers, each with 64 GB per node.",
        "Competitors such as Foo have 500 engineers.",
        "If you have 400 microservices, think twice; it could take 90 servers.",
        "We expect 1M users. The free tier allows up to 10,000 requests.",
        "We moved in 2015 services to Go 1.22 and Java 17 servers.",
        "It costs us $400 users licences.",
        "## Roadmap\n\n- We will have 500 microservices",
        "## References\n\n- How we run 500 microservices",
    ],
)
def test_prices_limits_wishes_and_others_are_none(text):
    assert facts(text) == []
