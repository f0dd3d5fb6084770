"""Lists of what is in use: what is ticked there, what is only offered, and what looks like a name and is none."""

import pytest

from tests.importers.words import kinds, read, used


def offered(text):
    return {one.technology for one in read(text).lines if one.kind == "usage" and not one.ticked and not one.new}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Contacts & Tools\n\n## Tools\n\n- Redis\n- GitHub", {"redis", "github"}),
        ("# Partners and third-party services\n\n## Third-party services\n\n| Service | Purpose |\n|---|---|\n| Redis | cache |", {"redis"}),
        ("# Sub-processors\n\n| Vendor | Data | Region |\n|---|---|---|\n| Sentry | errors | EU |\n| GitHub | code | US |", {"sentry", "github"}),
        ("# App\n\nText.\n\n## Backend: Django + PostgreSQL + acme-kit\n\n- Cache: Redis", {"django", "postgresql", "redis"}),
        ("# App\n\nBrowser → NGINX → Django → PostgreSQL", {"nginx", "django", "postgresql"}),
        ("# App\n\nFrontend (React) -> API (Django) -> Database (MySQL)", {"react", "django", "mysql"}),
        ("# App\n\n![](https://skillicons.dev/icons?i=redis,docker,frobnicator,grafana)", {"redis", "docker", "grafana"}),
        ("# Tools\n\n## Chat\n\nSlack\n\n## Code\n\nGitHub", {"slack", "github"}),
    ],
)  # fmt: skip
def test_what_is_ticked(text, expected):
    assert used(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Stack\n\n- Segment Business: 100 seats\n- Redis", {"segment"}),  # a word, as far as nobody says more
        ("| Tool | Purpose |\n|---|---|\n| Dash logs | mail |\n| Redis | cache |", {"dash"}),
        ("# Stack\n\n- Reactor\n- Redis", {"reactor-swift"}),  # one of several of that name
        ("# Stack\n\n- Vault\n- Redis", {"vault"}),
        ("# Stack\n\n- Redis tested + segment (Go)", {"segment"}),
        ("# Stack\n\n- Builds in Make\n- Redis", {"gnu-make"}),
        ("# App\n\nText.\n\n## Backend – Django\n\nIt serves.", {"django"}),
        (
            "# App\n\nText.\n\n## Deployment, with what is built by Jenkins (and Docker)\n\nIt serves.",
            {"docker", "jenkins"},
        ),
    ],
)
def test_what_is_unclear_is_offered(text, expected):
    assert offered(text) == expected


@pytest.mark.parametrize("text", ["- Redis\n- Vault\n- Segment Business", "| Tool |\n|---|\n| Redis |\n| Vault |"])
def test_what_is_offered_as_unclear_says_so(text):
    told = {one.name: one.why for one in read(f"# Stack\n\n{text}").lines if not one.ticked}

    assert told
    assert all("unclear" in why for why in told.values())


@pytest.mark.parametrize(
    "text",
    [
        "# Contacts & Tools\n\n## Contacts\n\n- Jane Roe, Redis",
        "| Need | Choice |\n|---|---|\n| Queue | Frobnicator, not Kafka |\n| Cache | Frob over Redis |\n| Web | own |",
        "# Partners\n\n- Redis\n- GitHub",
        "# Setup of the laptop\n\nSegment the audience. Dash off a note. Vault over it.",
        "# Goals\n\n- Segment the audience well\n- Express yourself in words that all know",
        "# Stack\n\n- Box: it fits\n- Segments of users",
        "# App\n\nIdea → draft → long talk about Redis and what it costs in meetings → done",
    ],
)
def test_what_is_none(text):
    assert used(text) == set()
    assert not {"segment", "dash", "vault", "express"} & offered(text)


def test_a_word_in_brackets_says_what_the_name_before_them_is():
    told = kinds("# Stack\n\n- Vue 3 (make)\n- Django (over gRPC)\n- AWS (redis, jenkins)")

    assert told["vuejs"] == told["django"] == told["redis"] == told["jenkins"] == ("usage", True)
    assert not told["gnu-make"][1]
    assert not told["grpc"][1]
