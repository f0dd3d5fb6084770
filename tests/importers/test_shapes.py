"""Shapes of lists and tables met in the wild, each of a kind: what a file, a head, a letter case or a badge says."""

import pytest

from tests.importers.words import kinds, moves, ticked, used


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- frontend: react\n- backend: express, go, mongodb", {"react", "express", "go", "mongodb"}),
        ("| what | tool |\n|---|---|\n| lang | go, swift |\n| build | make |", {"go", "swift", "gnu-make"}),
        ("| Images | Version |\n|---|---|\n| quay.io/acme/redis | 7 |\n| grafana/grafana | latest |", {"redis", "grafana"}),
        ("| **Web** | Vue | 3.2.x |\n|---|---|---|\n| | Redis | 7.x |", {"vuejs", "redis"}),
        ("- **express** - web server\n- **make** - builds", {"express", "gnu-make"}),
        ("| Decision | Reason |\n|---|---|\n| **Vue** | small |\n| **Redis** | fast |", {"vuejs", "redis"}),
        ("| Layer | Technology | Version/Details |\n|---|---|---|\n| Web | Python | Django framework |", {"python", "django"}),
        ("Проект написан на Redis, Kafka и Django.", {"redis", "apache-kafka", "django"}),
        ("- Search: Elastic Search\n- Cache: Redis fallback", {"elasticsearch", "redis"}),
        ("- SQL Server\n- PostgreSQL/Redis/nginx", {"microsoft-sql-server", "postgresql", "redis", "nginx"}),
        ("### Why Django?\n\n| Framework | Notes |\n|---|---|\n| **Django** | whole |\n| Express | small |", {"django"}),
        ("```\nBackend:   Django · Redis\n           Kafka (events)\nLogs:      Sentry\n```",
         {"django", "redis", "apache-kafka", "sentry"}),
    ],
)  # fmt: skip
def test_what_a_shape_holds(text, expected):
    assert used(f"## Stack\n\n{text}\n") == expected


@pytest.mark.parametrize(
    "text",
    [
        "- goal: go fast\n- season: spring clean",
        "| File | Holds |\n|---|---|\n| docker-compose.security.yml | settings |\n| src/redis | code |",
        "| Component | Location |\n|---|---|\n| Frobnicator | Kafka topics |",
        "| Component | Change |\n|---|---|\n| Browser compatibility | Django, React |",
        "| Package | Status |\n|---|---|\n| @acme/client-redis | active |",
        "- **Segments**:\n  - the left one",
        "| Use | Not this |\n|---|---|\n| Frobnicator | Kafka, Redis |",
        "| 選択肢 | 特徴 |\n|---|---|\n| Redis | 軽量 |\n| Kafka | 高機能 |",
        "### Decisões adiadas\n\n- Kafka para eventos\n- Redis",
        "### Don't use\n\n- Kafka\n\n### Discouraged\n\n- Redis\n\n### Browser support\n\n- Segment",
    ],
)
def test_what_names_a_technology_and_is_no_use_of_it(text):
    assert used(f"## Stack\n\n{text}\n") == set()


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("### Retire\n\n- Redis", "retiring"),
        ("### 削除するもの\n\n- Redis", "retiring"),
        ("- v14 of a library, Redis ≥ 6", "in_use"),
        ("### Ancienne stack (archivée)\n\n- Redis", "retired"),
        ("### Deprecated technology\n\n- Redis", "retiring"),
        ("- Hébergement cible: Redis", "planned"),
        ("🚧 **Future:**\n\n- Redis caching", "planned"),
        ("🚧 Planned:\n\n- Redis", "planned"),
    ],
)
def test_headings_and_labels_of_other_stages(text, stage):
    assert [one[2] for one in ticked(f"# Stack\n\n{text}\n")] == [stage]


def test_brackets_belong_to_the_name_before_them():
    assert ticked("| Use | Tool |\n|---|---|\n| Web | Go (60%), Ruby, Python (legacy monolith) |\n") == [
        (3, "go", "in_use", None),
        (3, "python", "retiring", None),
        (3, "ruby", "in_use", None),
    ]


def test_what_takes_the_place_is_no_plan_where_the_text_has_it_in_use():
    rows = "## Deprecated technology\n\n| Deprecated | Replaced by |\n|---|---|\n| MySQL | PostgreSQL |\n"
    assert ticked(rows) == [(5, "mysql", "retiring", None), (5, "postgresql", "planned", None)]
    assert (9, "postgresql", "in_use", None) in ticked(f"## Stack\n\n- PostgreSQL\n\n{rows}")


def test_what_is_so_now_beside_what_comes_is_a_plan():
    rows = "| 項目 | 現行 | 移行後 |\n|---|---|---|\n| 環境 | Python (Kafka) | Node.js 22 (Redis) |\n"
    assert moves(f"## Phase 2 — 移行\n\n{rows}")[0][:3] == ("python", "nodejs", "planned")
    assert len(moves(rows)) == 1
    assert (3, "python", "retiring", None) in ticked(rows)


def test_what_is_needed_to_run_it_is_offered():
    assert kinds("# App\n\n## Prerequisites\n\n- Redis\n- Docker\n") == {
        "redis": ("usage", False),
        "docker": ("usage", False),
    }


def test_what_is_minimal_or_a_protocol_is_no_end_of_a_move():
    table = "| Area | Old | New |\n|---|---|---|\n| CI | Minimal | Jenkins |\n| RPC | gRPC | Kafka |\n"
    assert moves(table) == []


def test_a_badge_of_a_service_is_offered():
    badge = "[![Build Status](https://travis-ci.org/a/b.svg?branch=master)](https://travis-ci.org/a/b)\n"
    assert kinds(f"# App\n\n{badge}") == {"travis-ci": ("usage", False)}


def test_a_whole_entry_is_offered_whatever_its_column_says_unless_others_are_asked_for():
    rows = "| Need | Tool | Vendor | Alternatives |\n|---|---|---|---|\n| Code | GitHub | Redis | Kafka |\n"
    told = kinds(f"# Stack\n\n{rows}\n## Prerequisites\n- Docker\n")

    assert told["github"] == ("usage", True)
    assert told["redis"] == ("usage", False)
    assert told["docker"] == ("usage", False)
    assert told["apache-kafka"] == ("mentioned", False)


def test_a_column_of_components_holds_what_is_migrated():
    text = "| Purpose | Component | EOL | Migrate to |\n|---|---|---|---|\n| Store | MySQL 5 | 2025-06 | PostgreSQL |\n| Cache | Redis | | |\n"
    assert ticked(text) == [
        (3, "mysql", "retiring", None),
        (3, "postgresql", "planned", None),
        (4, "redis", "in_use", None),
    ]
    assert moves(text) == [("mysql", "postgresql", "planned")]


def test_the_services_of_the_company_beside_their_technologies_are_no_news():
    text = "## Stack\n\n| Service | Technology |\n|---|---|\n| Auth | Go, Redis |\n| Billing | Kafka |\n"
    assert used(text) == {"go", "redis", "apache-kafka"}
    assert set(kinds(text)) == {"go", "redis", "apache-kafka"}
