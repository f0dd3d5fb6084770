import pytest

from tests.importers.words import moves, read, ticked, usages, used


def test_a_table_of_purposes_and_services():
    text = "# Stack\n\n| Purpose | Service |\n|---|---|\n| Cache | Redis (Set/Get) |\n| Broker | Kafka - [Read more](https://x.example/a) |\n"
    assert ticked(text) == [(5, "redis", "in_use", None), (6, "apache-kafka", "in_use", None)]
    first, _ = usages(text)
    assert (first.purpose, first.category, first.text) == ("Cache", "caches", "| Cache | Redis (Set/Get) |")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| | Service | Remarks |\n|---|---|---|\n| Web | VueJS | for the site |", {"vuejs"}),
        ("| Component | Purpose |\n|---|---|\n| Kafka | message bus |\n| Redis | cache |", {"apache-kafka", "redis"}),
        ("| Layer | Technologie |\n|---|---|\n| Backend | Java |\n| | Django |", {"java", "django"}),
        ("| 用途 | 技术 |\n|---|---|\n| 缓存 | Redis |", {"redis"}),
        ("| React | Django |\n|---|---|\n| Redis | Kafka |", {"react", "django", "redis", "apache-kafka"}),
        ("Purpose | Service\n---|---\nDB | MySQL", {"mysql"}),
        ("| Technology | Why |\n|---|---|\n| Redis | faster than Memcached |", {"redis"}),
        ("| Technology | Alternatives |\n|---|---|\n| MySQL | PostgreSQL |", {"mysql"}),
        ("| Need | Tool | Cost |\n|---|---|---|\n| CI | Jenkins | $3 GB |", {"jenkins"}),
    ],
)
def test_columns_are_told_by_their_heads_and_by_their_rows(text, expected):
    assert used(text) == expected


def test_a_cell_is_prose():
    text = "| Purpose | Service |\n|---|---|\n| Backend | Java (60%), GoLang (30%), Python (some services) |\n| Data | own store (in-house, on top of Cassandra) |"
    assert used(text) == {"java", "go", "python", "apache-cassandra"}


def test_lists_nested_lists_labels_and_boxes():
    text = "## Stack\n- **Backend**: Go, PostgreSQL\n- Frontend\n  - React\n- [ ] Kafka\n- [x] Redis\n"
    assert ticked(text) == [
        (2, "go", "in_use", None),
        (2, "postgresql", "in_use", None),
        (4, "react", "in_use", None),
        (5, "apache-kafka", "planned", None),
        (6, "redis", "in_use", None),
    ]
    assert [one.purpose for one in usages(text)][:3] == ["Backend", "Backend", "Frontend"]


def test_badges_of_markdown_and_html():
    text = (
        "![Redis](https://img.shields.io/badge/Redis-v7.4.0-FF4438?logo=redis)\n"
        '<img src="https://img.shields.io/badge/-Docker-blue?logo=docker" alt="x">\n'
        "![build](https://img.shields.io/badge/build-passing-green)\n"
    )
    assert {(one.line, one.technology, one.technology_version) for one in usages(text)} == {
        (1, "redis", "7.4.0"),
        (2, "docker", ""),
    }


def test_html_lists_that_are_not_closed():
    text = '<h4>Web</h4>\n<ul>\n<li><a href="http://nginx.org/en/">nginx</a>\n<li>Redis\n</ul>\n<table><tr><th>Use<th>Tool<tr><td>CI<td>Jenkins</table>'
    assert ticked(text) == [(3, "nginx", "in_use", None), (4, "redis", "in_use", None), (6, "jenkins", "in_use", None)]


def test_lists_within_cells_and_strike_through():
    text = "| Use | Service |\n|---|---|\n| DB | Postgres<br/>- MySQL |\n| CI | ~~Jenkins~~ |"
    assert ticked(text) == [
        (3, "mysql", "in_use", None),
        (3, "postgresql", "in_use", None),
        (4, "jenkins", "retired", None),
    ]


def test_only_some_sections_are_a_stack():
    text = "# App\n## Built with\n- Django\n\n## Installation\n- Docker\n\n## References\n- [Kafka at scale](https://x.example)\n\n## Contributing\nUse Python.\n"
    assert used(text) == {"django"}


@pytest.mark.parametrize(
    ("title", "stage"),
    [
        ("Roadmap", "planned"),
        ("Legacy", "retiring"),
        ("🧪 Experiments", "trial"),
        ("2. Early prototypes", "retired"),
        ("Current stack", "in_use"),
    ],
)
def test_a_heading_says_the_stage_of_what_stands_under_it(title, stage):
    assert ticked(f"# App\n## {title}\n- Kafka\n") == [(3, "apache-kafka", stage, None)]


def test_a_status_column_says_the_stage_and_a_target_stack_stays_planned():
    text = "| Technology | Status |\n|---|---|\n| Jenkins | EOL |\n| Kafka | Proposed |\n| Redis | 🟢 Active |\n| Nomad | Pilot |"
    assert [(one.technology, one.stage) for one in usages(text)] == [
        ("jenkins", "retiring"), ("apache-kafka", "planned"), ("redis", "in_use"), ("nomad", "trial"),
    ]  # fmt: skip
    target = "## Target stack\n| Component | Technology | Decision |\n|---|---|---|\n| Cache | Redis | ✅ Decided |"
    assert ticked(target) == [(4, "redis", "planned", None)]


def test_columns_of_old_and_new_are_migrations():
    text = "| Area | From | To |\n|---|---|---|\n| CI | Jenkins | GitHub |\n"
    assert moves(text) == [("jenkins", "github", "done")]
    assert ticked(text) == [(3, "github", "in_use", None), (3, "jenkins", "retired", None)]
    wish = "| Technology | Migrate to |\n|---|---|\n| MySQL | PostgreSQL |"
    assert moves(wish)[0][:2] == ("mysql", "postgresql")


def test_a_managed_service_is_via_where_its_engine_stands_beside_it():
    text = "| Use | Tool | Runs on |\n|---|---|---|\n| DB | PostgreSQL | Amazon RDS |\n| Cache | Redis (ElastiCache) | |\n| Queue | MSK | |"
    assert ticked(text) == [
        (3, "postgresql", "in_use", "amazon-rds"),
        (4, "redis", "in_use", "amazon-elasticache"),
        (5, "apache-kafka", "in_use", "amazon-msk"),
    ]


def test_a_figure_is_a_fact_and_no_choice():
    reading = read(
        "| Purpose | Service |\n|---|---|\n| Traffic | 400K rps |\n| Servers | 11K EC2 instances |\n| Microservices | 150 microservices |"
    )
    assert {one.kind for one in reading.lines if one.ticked} == {"fact"}
    assert ("Traffic", "400K rps") in {(one.name, one.value) for one in reading.lines if one.kind == "fact"}


def test_what_is_not_known_is_offered_as_new_and_not_ticked():
    (known, new) = usages("## Stack\n- Redis\n- [Frobnicator](https://frobnicator.example)\n")
    assert (known.technology, new.name, new.new, new.ticked, new.address) == (
        "redis",
        "Frobnicator",
        True,
        False,
        "https://frobnicator.example",
    )


def test_near_spellings_are_proposed_as_such():
    (line,) = usages("## Stack\n- Elastcsearch\n")
    assert (line.technology, line.how, line.why.startswith("nearly “Elasticsearch”")) == ("elasticsearch", "near", True)


def test_the_beginning_of_a_name_is_no_slip_of_it():
    assert "elasticsearch" not in used("# Stack\n\n- Elasticsea\n- Elasticsear\n- Redis\n")


def test_the_company_itself_is_no_technology():
    assert used("## Our stack\n- Sentry\n- Django\n", company="Sentry") == {"django"}


def test_front_matter_tags_and_plain_lines():
    text = "---\ntitle: How we run\ntags:\n  - django\n  - redis\n---\nText.\n"
    assert ticked(text) == [(4, "django", "in_use", None), (5, "redis", "in_use", None)]
    assert used("Languages\n\nGo, Python\n\nDatabases\n\nMySQL, Redis\n", path="x.txt") == {
        "go",
        "python",
        "mysql",
        "redis",
    }


def test_a_fenced_list_is_read_and_code_is_not():
    assert used("## Stack\n```\nBackend: Django\nCache: Redis\n```\n") == {"django", "redis"}
    assert used("## Stack\n```sh\ndocker run redis\n```\n") == set()


def test_a_link_to_its_own_site_decides():
    assert used("## Stack\n- [Vertex](https://grpc.io/)\n- [Boundary](https://github.com/somebody/express)\n") == {
        "grpc"
    }


def test_what_is_crossed_or_done_is_in_use_under_a_roadmap():
    text = "# Roadmap\n## Phase 1 (done)\n- Redis\n## Phase 2\n- [x] Kafka\n- Django\n- MySQL → PostgreSQL\n"
    assert ticked(text) == [
        (3, "redis", "in_use", None), (5, "apache-kafka", "in_use", None), (6, "django", "planned", None),
        (7, "mysql", "retiring", None), (7, "postgresql", "planned", None),
    ]  # fmt: skip


def test_a_label_may_say_the_stage():
    text = "## Stack\n- Planned: Kafka\n- Legacy: MySQL\n- Cache: Redis\n"
    assert [one[1:3] for one in ticked(text)] == [
        ("apache-kafka", "planned"),
        ("mysql", "retiring"),
        ("redis", "in_use"),
    ]


def test_likes_change_for_likes_and_what_stays_is_not_left():
    text = "| Area | Old | New |\n|---|---|---|\n| All | Ruby + Redis + MySQL | Go + Redis + PostgreSQL |\n"
    assert set(moves(text)) == {("ruby", "go", "done"), ("mysql", "postgresql", "done")}
    assert (3, "redis", "in_use", None) in ticked(text)


def test_remarks_may_say_that_a_row_is_leaving():
    text = "| Tool | Notes |\n|---|---|\n| Jenkins | to be replaced |\n| Redis | sessions |\n"
    assert [one[1:3] for one in ticked(text)] == [("jenkins", "retiring"), ("redis", "in_use")]


def test_whose_a_service_is_is_no_choice_of_its_own():
    assert used("| Use | Tool |\n|---|---|\n| Search | Elasticsearch (AWS) |\n") == {"elasticsearch"}
    assert used("| Use | Tool |\n|---|---|\n| Cloud | AWS - EC2, S3 |\n") == {
        "amazon-web-services",
        "amazon-ec2",
        "amazon-s3",
    }


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("Nomad (managed PostgreSQL + Redis)", {("postgresql", "nomad"), ("redis", "nomad"), ("nomad", None)}),
        ("Redis (using Redis Operator)", {("redis", None)}),
        ("S3-compatible storage on Nomad", {("nomad", None)}),
    ],
)
def test_what_runs_an_engine_stands_in_brackets(entry, expected):
    assert {(one[1], one[3]) for one in ticked(f"## Stack\n- {entry}\n")} == expected


def test_a_line_over_lines_that_stand_further_in_is_their_title():
    text = "## Plan\n```\nPHASE 1: start\n  DB: MySQL\nPHASE 2: growth\n  DB: PostgreSQL\n```\n"
    assert [one[1] for one in ticked(text)] == ["mysql", "postgresql"]
    assert ticked(text)[1][2] == "planned"


def test_a_plan_of_replacement_is_a_migration_of_what_is_leaving():
    text = "## Technologies en fin de vie\n| Technologie | Raison | Plan de remplacement |\n|---|---|---|\n| Jenkins | lent | Migration vers GitHub |\n"
    assert moves(text) == [("jenkins", "github", "planned")]
    assert (4, "jenkins", "retiring", None) in ticked(text)


def test_a_column_for_next_year_is_planned():
    text = "# Stack\n\n| Layer | Today | Next year |\n|---|---|---|\n| Database | MySQL | PostgreSQL |\n| Cache | Redis | Redis |\n"
    assert moves(text) == [("mysql", "postgresql", "planned")]
    assert {(one[1], one[2]) for one in ticked(text)} == {
        ("mysql", "retiring"),
        ("postgresql", "planned"),
        ("redis", "in_use"),
    }


def test_a_column_of_descriptions_holds_the_technologies_where_no_other_does():
    text = "| | Description |\n|---|---|\n| SLO | P95 < 50 ms |\n| Database | MySQL |\n| Queue | Kafka |\n"
    assert used(text) == {"mysql", "apache-kafka"}


def test_headings_that_are_names_are_a_list():
    text = "# Our tools\n\n## Redis\n\n**Use:** caching\n\n## Kafka\n\n## Jenkins (coming soon)\n"
    assert ticked(text) == [
        (3, "redis", "in_use", None),
        (7, "apache-kafka", "in_use", None),
        (9, "jenkins", "planned", None),
    ]


def test_the_first_word_of_a_status_decides_and_the_rest_tells_what_was_before():
    text = "| Tool | Status |\n|---|---|\n| PostgreSQL | Active — replacing MySQL in 2026 |\n| Kafka | Active |\n"
    assert moves(text) == [("mysql", "postgresql", "under_way")]
    stages = {(one[1], one[2]) for one in ticked(text)}
    assert {("postgresql", "in_use"), ("mysql", "retiring"), ("apache-kafka", "in_use")} == stages


def test_lines_with_labels_are_a_list_without_marks():
    text = "## Stack\n\nDatabase : PostgreSQL\\\nCache : Redis\\\nQueue : Kafka\n"
    assert [(one[0], one[1]) for one in ticked(text)] == [(3, "postgresql"), (4, "redis"), (5, "apache-kafka")]


def test_an_ordinary_word_before_the_sign_is_what_the_names_are_for():
    assert used("## Stack\n\n- **Segment**: PostgreSQL, Redis\n") == {"postgresql", "redis"}
    assert used("## Stack\n\n- **Kafka**: carries our events, unlike Redis\n") == {"apache-kafka"}


def test_a_row_of_versions_is_of_the_technology_before_them():
    text = "| Area | Current | Target |\n|---|---|---|\n| Cache | Redis | Valkey |\n| TypeScript | 4.x | 6.x |\n"
    assert (4, "typescript", "in_use", None) in ticked(text)


def test_retired_technologies_under_their_heading():
    text = "## Retired technologies — never again\n\n| Tool | Reason |\n|---|---|\n| Nomad | Kubernetes is simpler |\n"
    assert ticked(text) == [(5, "nomad", "retired", None)]


def test_their_own_thing_is_not_what_is_called_so_elsewhere():
    text = "| Use | Tool |\n|---|---|\n| Store | Dash (in-house, on top of MySQL) |\n"
    assert used(text) == {"mysql"}


def test_a_comparison_of_old_and_new_tells_what_changed():
    text = "## Comparison: Old vs New\n\n| Feature | Old stack | New stack |\n|---|---|---|\n| Database | MySQL | PostgreSQL ✓ |\n| Cache | None | Redis ✓ |\n| Store | MongoDB | MongoDB + Kafka |\n"
    assert moves(text) == [("mysql", "postgresql", "done")]
    assert used(text) == {"mysql", "postgresql", "redis", "mongodb", "apache-kafka"}


def test_a_migration_leads_to_the_service_that_is_named():
    text = "| Layer | Old | New |\n|---|---|---|\n| Runs on | Nomad | EKS |\n"
    assert moves(text) == [("nomad", "amazon-eks", "done")]
    assert (3, "kubernetes", "in_use", "amazon-eks") in ticked(text)


def test_a_tag_is_a_whole_name():
    assert used("---\ntitle: x\ntags:\n  - c-sharp\n  - gitops\n  - redis\n---\n") == {"redis"}


def test_names_in_brackets_after_what_they_are_for():
    text = "# Scope\n\n- Data streaming (Kafka)\n- Dashboards and graphs (Grafana / Prometheus)\n"
    assert used(text) == {"apache-kafka", "grafana", "prometheus"}


def test_how_something_is_done_is_not_who_runs_it():
    text = "| Use | Tool |\n|---|---|\n| Cold store | Redis (through Dynamic Replication) |\n"
    assert [one.via_name for one in usages(text)] == [""]


TABLE = "| Purpose | Service | Remarks |\n|---|---|---|\n| Data | {} | {} |"


@pytest.mark.parametrize(
    ("services", "remarks", "quotes"),
    [
        ("Redis", "Self-managed Redis in hot paths.", {"redis": "Self-managed Redis in hot paths."}),
        (
            "Redis, MySQL",
            "Redis for sessions. MySQL for money.",
            {"redis": "Redis for sessions.", "mysql": "MySQL for money."},
        ),
        ("Redis", "Fast and small.", {"redis": ""}),
        ("Redis", "Redis here.  Then Redis there too.", {"redis": ""}),
        ("Redis", "Redis", {"redis": ""}),
        ("Redis", "Redis " + "and more " * 20, {"redis": ""}),
        ("Redis", "[Redis](https://a.example/) is our cache.", {"redis": "Redis is our cache."}),
    ],
)
def test_what_a_row_says_of_a_name_is_its_quote(services, remarks, quotes):
    told = {one.technology: one.quote for one in usages(TABLE.format(services, remarks))}

    assert {name: told[name] for name in quotes} == quotes


@pytest.mark.parametrize(
    ("remarks", "hosting"),
    [
        ("Self-managed Redis in hot paths.", "self_hosted"),
        ("Our self hosted Redis.", "self_hosted"),
        ("Redis as a fully managed cache.", "managed"),
        ("Redis for sessions.", None),
        ("Self-hosted, then a managed service of Redis.", None),
        ("Self-managed Kubernetes around it.", None),
    ],
)
def test_who_runs_it_is_told_where_the_row_says_so(remarks, hosting):
    assert {one.hosting for one in usages(TABLE.format("Redis", remarks)) if one.technology == "redis"} == {hosting}


def test_a_table_whose_remarks_nobody_filled_in_is_a_list_not_titles():
    rows = ["| Tech | Use | Lifecycle |", "|---|---|---|", "| Kafka | | |", "| Redis | | |", "| MySQL | | EOL |"]

    found = ticked("\n".join(rows))

    assert found == [(3, "apache-kafka", "in_use", None), (4, "redis", "in_use", None), (5, "mysql", "retiring", None)]


def test_a_line_across_the_table_is_a_title():
    rows = ["| Tech | Use |", "|---|---|", "| Planned | |", "| Kafka | Events |", "| Redis | Cache |"]

    assert [one[2] for one in ticked("\n".join(rows))] == ["planned", "planned"]


def test_a_cell_is_read_to_its_end_and_what_has_headings_is_no_cell():
    table = "<table><tr><td><p>Django</p><p>Redis</p></td><td>Cache</td></tr></table>\n"
    assert used(table, form="markdown") == {"django", "redis"}
    told = "<p>We run all of our services on Kubernetes.</p>\n\n<p>Our jobs run on Celery.</p>"
    layout = f'<table><tr><td><img src="x.png"></td><td>\n\n<h2>How we work</h2>\n\n{told}\n</td></tr></table>\n'
    assert used(layout, form="prose") == {"kubernetes", "celery"}


def test_what_stands_above_a_whole_stack_is_no_purpose_of_one_thing():
    lines = read("# Acme tech stack\n\n- Kafka\n\n## Search\n\n- Elasticsearch\n").lines
    assert [one.purpose for one in lines] == ["", "Search"]


def test_the_front_matter_says_whose_stack_it_is():
    assert read("---\ncompany: Acme\n---\n# Stack\n\n- Kafka\n").company == "Acme"
