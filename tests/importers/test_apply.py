"""Proposals from a text: what is written, what waits, and what never is."""

import json
import threading

import pytest
from django.db import connection

from stacks.curating import curating
from stacks.derived import check
from stacks.importers.apply import Refused, apply
from stacks.importers.findings import Given
from stacks.importers.formats import parse
from stacks.importers.load import load_vocabulary
from stacks.models import (
    Change,
    Company,
    CompanyFact,
    CompanyIdentifier,
    Evidence,
    ImportBatch,
    ImportLine,
    Migration,
    Source,
    State,
    Technology,
    TechnologyAlias,
    Usage,
)
from stacks.proposals.deciding import accept, refuse
from tests.factories import (
    make_category,
    make_company,
    make_evidence,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = pytest.mark.django_db

URL = "https://acme.example/stack"
TABLE = """# Whisper stack

| Purpose | Service | Remarks |
|---|---|---|
| Message broker | Kafka 3.6 | |
| Main database | PostgreSQL on Amazon RDS | |
| Frobs | Frobnicator | |
"""


@pytest.fixture
def kafka():
    databases = make_category("Relational databases")
    made = {name: make_technology(name, databases) for name in ("MySQL", "PostgreSQL", "Amazon RDS")}
    make_relation(made["Amazon RDS"], "managed_form_of", made["PostgreSQL"])
    make_relation(made["Amazon RDS"], "managed_form_of", made["MySQL"])
    kafka = make_technology("Apache Kafka", make_category("Message brokers"))
    TechnologyAlias.objects.create(technology=kafka, name="Kafka")
    return kafka


def applied(text, company="Acme", source=URL, edition="2024-05", path="stack.md", **more):
    vocabulary = load_vocabulary()
    reading = parse(text, vocabulary, Given(company, path=path))
    return apply(path, text, reading, company=company, source=source, edition=edition, **more)


def everything():
    """All rows that an import may write, with their versions."""
    curated = (Company, Source, Usage, Migration, Evidence, Technology)
    return [list(model.objects.order_by("pk").values_list("pk", "version")) for model in curated] + [
        model.objects.count() for model in (ImportBatch, ImportLine, Change)
    ]


def waiting():
    return list(ImportLine.objects.filter(state="waiting").values_list("action", "field", "old", "new"))


def test_what_is_ticked_becomes_proposals_with_evidence(kafka):
    plan = applied(TABLE)

    broker, database = Usage.objects.order_by("pk")
    assert {broker.state, database.state, broker.company.state} == {State.PROPOSED, State.DRAFT}
    assert (broker.company.name, broker.technology, broker.purpose) == ("Acme", kafka, "Message broker")
    assert (database.technology.slug, database.via.slug) == ("postgresql", "amazon-rds")
    evidence = broker.evidence.get()
    assert (evidence.source.url, evidence.edition_on, evidence.technology_version) == (URL, "2024-05", "3.6")
    batch = ImportBatch.objects.get()
    assert (batch.text, batch.source, batch.company, batch.edition_on) == (
        TABLE, evidence.source, broker.company, "2024-05",
    )  # fmt: skip
    assert [(line.number, line.usage, line.state) for line in batch.lines.all()] == [
        (5, broker, "applied"), (6, database, "applied"),
    ]  # fmt: skip
    assert plan.written == {
        "batch": batch.uid,
        "source": batch.source.uid,
        "companies": ["acme"],
        "usages": [broker.uid, database.uid],
        "migrations": [],
        "waiting": 0,
    }
    assert not Technology.objects.filter(name="Frobnicator").exists()


def test_a_figure_waits_as_a_fact_of_the_company_once_and_is_written_when_accepted(kafka, django_user_model):
    text = "# Acme\n\nWe have 1,200 engineers. In 2020 we stored 3 PB of data in Kafka.\n"

    plan = applied(text)

    told = {line.name: line.action for line in plan.reading.lines if line.kind == "fact"}
    assert (told, plan.written["waiting"]) == ({"engineers": "add", "data": "add"}, 2)
    assert not CompanyFact.objects.exists()
    assert applied(text).written["waiting"] == 0
    accept(ImportLine.objects.waiting(), django_user_model.objects.create_superuser("root"))
    facts = set(CompanyFact.objects.values_list("company__slug", "label", "value", "observed_on", "source__url"))
    assert facts == {("acme", "engineers", "1,200", "2024-05", URL), ("acme", "data", "3 PB", "2020", URL)}
    again = applied(text.replace("1,200", "1,300"), edition="2024-05")
    assert [line.action for line in again.reading.lines if line.kind == "fact"] == ["same", "same"]


def test_a_figure_that_was_corrected_deleted_or_refused_is_not_proposed_again(kafka, django_user_model):
    text = "# Acme\n\nWe have 1,200 engineers. In 2020 we stored 3 PB of data in Kafka. We handle 400 million requests a day.\n"
    root = django_user_model.objects.create_superuser("root")
    applied(text)
    waiting = ImportLine.objects.waiting()
    assert {line.action for line in applied(f"{text}\n").reading.lines if line.kind == "fact"} == {"waits"}
    refuse(waiting.filter(name="requests a day"), root, "that is a peak")
    accept(ImportLine.objects.waiting(), root)
    with curating():
        fact = CompanyFact.objects.get(label="engineers")
        fact.label, fact.value, fact.observed_on = "people in engineering", "1,250", "2024-04"
        fact.save()
        CompanyFact.objects.get(label="data").delete()

    again = applied(f"{text}\nThat is all.\n")

    told = {
        line.name: (line.action, line.why.rpartition("; ")[2]) for line in again.reading.lines if line.kind == "fact"
    }
    gone = ("same", "accepted before, and corrected or deleted since")
    assert told == {"engineers": gone, "data": gone, "requests a day": ("same", "proposed and refused before")}
    assert not ImportLine.objects.waiting().exists()


def test_pages_that_a_text_refers_to_are_cited_without_a_quote_once(kafka, django_user_model):
    blog, talk, whole = (f"https://acme.example/{name}" for name in ("blog/kafka", "talks/kafka", "architecture"))
    text = f"# Acme\n\n- Kafka ([read more]({blog}))\n\n## References\n\n- [Kafka at Acme]({talk})\n- [All of it]({whole})\n"

    plan = applied(text)

    usage = Usage.objects.get()
    told = list(usage.evidence.order_by("pk").values_list("source__url", "source__title", "quote", "edition_on"))
    assert told == [
        (URL, "Acme", "", "2024-05"),
        (blog, "acme.example/blog/kafka", "", ""),
        (talk, "Kafka at Acme", "", ""),
    ]
    assert list(usage.company.evidence.values_list("source__url", "source__title")) == [(whole, "All of it")]
    assert [line["links"] for line in plan.told()["lines"] if line["kind"] == "usage"] == [(blog, talk)]
    before = everything()
    assert applied(text).written["batch"] is None
    assert everything() == before

    newer = applied(text.replace("read more", "more").replace(blog, f"{blog}-2"), edition="2025")
    assert (newer.written["usages"], newer.written["waiting"]) == ([], 2)  # said again, and one more page
    line = ImportLine.objects.waiting().get(kind="evidence")
    assert (line.usage, line.new["usage"], usage.evidence.count()) == (usage, usage.uid, 3)
    accept([line], django_user_model.objects.create_superuser("root"))
    assert usage.evidence.filter(source__url=f"{blog}-2").exists()


def test_a_migration_is_proposed_with_its_reason(kafka):
    applied("We migrated from MySQL to PostgreSQL. The main reason was its support for JSON.\n")

    move = Migration.objects.get()
    assert (move.state, move.from_technology.slug, move.to_technology.slug) == ("proposed", "mysql", "postgresql")
    assert move.evidence.get().quote == "We migrated from MySQL to PostgreSQL."
    assert move.reason == "The main reason was its support for JSON."


def test_nothing_of_it_is_public(client, kafka):
    applied(TABLE.replace("Message broker", "Whisper"), company="Whisper Inc")

    assert not Change.objects.exclude(kind__in=("category", "technology")).exists()
    for url in (
        "/", "/companies/", "/companies/?q=whisper", "/technologies/apache-kafka/", "/categories/message-brokers/",
        "/search/?q=whisper", "/changes/", "/changes/atom/", "/sitemap-companies.xml", "/api/v1/companies/",
        "/api/v1/usages/", "/api/v1/sources/", "/api/v1/changes/", "/api/v1/search/?q=inc",
    ):  # fmt: skip
        answer = client.get(url)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200, url
        assert b"whisper inc" not in body.lower().replace(b"q=whisper", b""), url
        assert URL.encode() not in body, url
    assert client.get("/companies/whisper-inc/").status_code == 404


@pytest.mark.parametrize("text", [TABLE, "We migrated from MySQL to PostgreSQL.\n"])
def test_the_same_again_changes_nothing(kafka, text):
    applied(text)
    before = everything()

    plan = applied(text)

    assert everything() == before
    assert plan.written["batch"] is None
    assert check() == []


@pytest.mark.parametrize("state", [State.RETRACTED, None])
def test_what_was_turned_down_is_not_proposed_again_from_the_same_text(kafka, state):
    applied(TABLE)
    for usage in Usage.objects.all():
        if state is None:
            usage.delete()
        else:
            usage.state = state
            usage.save()
    before = everything()

    applied(TABLE)

    assert everything() == before


def test_rows_that_differ_in_scope_stage_or_end_are_stable(kafka):
    text = (
        "company,technology,category,scope,stage,ended\n"
        "Acme,Kafka,Message brokers,,in_use,\n"
        "Acme,Kafka,Message brokers,Payments,in_use,\n"
        "Acme,PostgreSQL,Relational databases,,in_use,2019\n"
        "Acme,MySQL,Relational databases,,retired,\n"
    )
    applied(text, company="", path="stack.csv")
    before = everything()
    assert Usage.objects.count() == 4
    assert Usage.objects.get(ended="2019").evidence.get().stage == "retired"

    applied(text, company="", path="stack.csv")

    assert everything() == before


def test_what_stands_is_never_written_and_a_change_waits(kafka):
    usage = make_usage(technology=kafka)
    before = (usage.version, usage.evidence.count(), Change.objects.count())

    plan = applied("# App\n## Legacy\n- Kafka\n", usage.company.slug)

    usage.refresh_from_db()
    assert (usage.version, usage.evidence.count(), Change.objects.count()) == before
    assert waiting() == [("change", "stage", "in_use", "retiring")]
    assert (plan.written["usages"], plan.written["waiting"]) == ([], 1)
    line = ImportLine.objects.get()
    assert (line.usage, line.company, line.edition_on) == (usage, usage.company, "2024-05")


def test_an_end_waits(kafka):
    usage = make_usage(technology=kafka)

    applied("# App\n## Early prototypes\n- Kafka\n", usage.company.slug)

    assert waiting() == [("end", "stage", "in_use", "retired")]


def test_what_an_older_edition_says_changes_nothing(kafka):
    usage = make_usage(technology=kafka)  # said in 2020

    applied("# App\n## Legacy\n- Kafka\n", usage.company.slug, edition="2012")

    assert waiting() == [("said_again", "", "", "2012")]


def test_a_newer_edition_says_it_again_and_once(kafka):
    source = make_source(url=URL)
    usage = make_usage(technology=kafka, source=source)
    text = "## Stack\n- Kafka\n"

    applied(text, usage.company.slug, edition="2020-05")  # the edition that is cited
    assert waiting() == []
    applied(text, usage.company.slug, source=URL.replace("https", "http") + "/")
    applied(text + "\n", usage.company.slug)

    assert waiting() == [("said_again", "", "", "2024-05")]
    assert Source.objects.count() == 1


def test_a_newer_edition_proposes_only_the_difference(kafka):
    applied(TABLE)

    plan = applied(TABLE + "| Cache | MySQL | |\n", edition="2025-05")

    assert [usage.technology.slug for usage in Usage.objects.filter(uid__in=plan.written["usages"])] == ["mysql"]
    assert waiting() == [("said_again", "", "", "2025-05")] * 2


@pytest.mark.parametrize("model", [Evidence, ImportBatch])
def test_a_crash_in_the_middle_leaves_no_trace(kafka, model):
    before = everything()

    def crash(execute, sql, *said):
        if sql.startswith(f'INSERT INTO "{model._meta.db_table}"'):
            raise RuntimeError("crash")
        return execute(sql, *said)

    with connection.execute_wrapper(crash), pytest.raises(RuntimeError):
        applied(TABLE)

    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_no_doubles():
    if connection.vendor == "sqlite":
        pytest.skip("a database in memory has one connection")
    make_technology("Redis", make_category("Caches"))
    errors = []

    def write():
        try:
            applied("## Stack\n- Redis\n")
        except Exception as error:  # noqa: BLE001  (a thread keeps its errors to itself; asserted on below)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert errors == []
    assert [model.objects.count() for model in (Company, Usage, Source, ImportBatch)] == [1, 1, 1, 1]


def test_a_line_that_cannot_be_written_says_so_and_the_others_are_written(kafka):
    practice = make_technology("Hexagonal architecture", make_category("Patterns"), kind="practice")
    text = (
        "technology,category,purpose,started\n"
        f"{practice.name},Message brokers,,\n"
        f"Kafka,Message brokers,{'x' * 301},\n"
        "MySQL,Relational databases,,2019-13\n"
        "PostgreSQL,Relational databases,,2019-12\n"
    )

    plan = applied(text, path="stack.csv")

    told = [line.problem.partition(":")[0] for line in plan.reading.lines]
    assert told == ["Hexagonal architecture is a practice among products", "purpose", "started", ""]
    assert Usage.objects.get().technology.slug == "postgresql"
    assert Company.objects.count() == 1


def test_adopters_are_drafts_with_one_usage_each(kafka):
    text = "# Kafka adopters\n- [Acme](https://a.example)\n- [Globex](https://g.example)\n- [美团](https://m.example)\n"

    plan = applied(text, company="", path="ADOPTERS.md")

    assert plan.written["companies"] == ["acme", "globex"]
    assert [line.problem for line in plan.reading.lines] == [
        "", "", "No address can be made of the name “美团”: add the company first.",
    ]  # fmt: skip
    assert (ImportBatch.objects.get().technology, ImportBatch.objects.get().company) == (kafka, None)
    assert Source.objects.get().company is None


def test_a_slug_that_another_has_or_had_is_not_taken(kafka):
    other = make_company("Acme Limited", slug="acme")
    other.slug = "acme-limited"
    other.save()
    make_company("Something else", slug="acme-2")

    assert applied("## Stack\n- Kafka\n").written["companies"] == ["acme-3"]


def test_a_retracted_company_is_not_made_again(kafka):
    make_company("Acme", state=State.RETRACTED)

    plan = applied("## Stack\n- Kafka\n")

    assert plan.written["batch"] is None
    assert [line.problem for line in plan.reading.lines] == ["name: “Acme” already leads to Acme."]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://acme.example/stack", "engineering_blog"),
        ("https://eng.acme.example/stack", "engineering_blog"),
        ("https://medium.com/acme-tech/stack", "engineering_blog"),
        ("https://github.com/acme/stack", "repository"),
        ("https://other.example/acme.example", None),
        ("https://notacme.example/", None),
        ("https://acme.example.evil.example/", None),
        ("https://medium.com/acme-technology/stack", None),
        ("https://medium.com/@somebody/acme-tech/", None),
        ("https://github.com/somebody/acme", None),
    ],
)
def test_own_words_are_those_on_pages_of_its_own(kafka, url, kind):
    company = make_company(website="https://www.acme.example/", engineering_blog="https://medium.com/acme-tech")
    CompanyIdentifier.objects.create(company=company, scheme="github", value="Acme")

    applied(TABLE, company.slug, source=url)

    source = Source.objects.get()
    assert (source.company, source.publisher, source.kind) == (
        (company, company.name, kind) if kind else (None, "", "third_party_notes")
    )
    assert source.title == "Whisper stack"


def test_who_runs_a_host_of_many_has_not_written_all_that_stands_there(kafka):
    company = make_company(website="https://github.com/")

    applied(TABLE, company.slug, source="https://github.com/somebody/stack")

    assert Source.objects.get().company is None


@pytest.mark.parametrize(
    "url",
    [
        "", "javascript:alert(1)", "ftp://acme.example/", "https://", "https://[::1", "https://a.example/\u202ex",
        "https://somebody:secret@acme.example/", "https://acme.example/" + "x" * 500, "https://a.example/\nb",
    ],
)  # fmt: skip
def test_a_hostile_address_is_no_source_and_nothing_is_written(kafka, url):
    before = everything()
    csv = json.dumps(url) if url else ""

    with pytest.raises(Refused):
        applied(f"technology,sources\nKafka,{csv}\n", source=url, path="stack.csv")

    assert everything() == before


def test_a_text_names_its_own_source_and_edition(kafka):
    applied(
        f"---\ntitle: Our stack\nsource: {URL}\ndate: 2023-04-05T10:00\n---\n## Stack\n- Kafka\n", source="", edition=""
    )

    evidence = Evidence.objects.get()
    assert (evidence.source.url, evidence.source.title, evidence.edition_on) == (URL, "Our stack", "2023-04-05")


def test_nobodys_stack_is_refused(kafka):
    with pytest.raises(Refused, match="Whose stack"):
        applied(TABLE, company="")


def test_what_another_source_says_is_further_evidence(kafka):
    usage = make_usage(technology=kafka)
    make_evidence(usage=usage)

    applied("## Stack\n- Kafka\n", usage.company.slug, edition="")
    applied("## Stack\n- Kafka\n", usage.company.slug, edition="")

    assert waiting() == [("said_again", "", "", "")]
