"""A company's file of our own full export: only the difference is proposed, each by the source that says it."""

import json

import pytest
from django.core.management import call_command

from stacks.curating import curating
from stacks.exporting import export
from stacks.loading import load
from stacks.models import Company, Evidence, ImportBatch, ImportLine, Migration, Source, State, Usage
from tests.factories import (
    make_category,
    make_company,
    make_evidence,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)
from tests.test_exporting import empty_the_database

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    """The export of a company with two sources, a usage that ended and came back, a migration and a retracted usage."""
    with curating():
        brokers = make_category("Brokers")
        kafka, rabbit = make_technology("Apache Kafka", brokers), make_technology("RabbitMQ", brokers)
        acme = make_company("Acme", summary="Pays")
        old = make_source(url="https://acme.example/2019", title="Then", company=acme, published_on="2019-05")
        new = make_source(url="https://acme.example/2022", title="Now", company=acme, published_on="2022-01")
        used = make_usage(acme, kafka, source=old, purpose="Events", stage="retiring", hosting="managed")
        make_evidence(usage=used, source=new, quote="We leave Kafka", locator="Plans", stage="retiring")
        make_usage(acme, rabbit, source=old, started="2017", ended="2018", purpose="Jobs")
        make_usage(acme, rabbit, source=new, started="2021", purpose="Jobs again", via=kafka)
        make_usage(acme, kafka, source=old, scope="Gone", state=State.RETRACTED)
        make_migration(acme, kafka, rabbit, source=new, reason="Simpler", started="2021")
    export(tmp_path / "out")
    return tmp_path / "out/companies/acme.json"


def run(capsys, file, *options):
    call_command("import_stack", str(file), "--json", *options)
    return json.loads(capsys.readouterr().out)


def of(told, kind):
    return [line for line in told["lines"] if line["kind"] == kind]


def move_elsewhere(file):
    """Another site, which has the same vocabulary and knows no company."""
    empty_the_database()
    moved = file.parent.parent.parent / file.name
    file.rename(moved)
    file.parent.rmdir()
    load(moved.parent / "out")
    return moved


@pytest.mark.parametrize("options", [(), ("--format", "export")])
def test_what_is_here_already_is_the_same_and_nothing_is_proposed(capsys, file, options):
    told = run(capsys, file, *options)

    assert (told["format"], told["company"], told["problems"]) == ("export", "acme", [])
    assert {line["action"] for line in of(told, "usage") + of(told, "migration")} == {"same"}
    assert [line["why"] for line in of(told, "skip")] == ["retracted there"]
    assert told["summary"]["add"] == told["summary"]["change"] == told["summary"]["end"] == 0
    lines = file.read_text().splitlines()
    assert all('"model": "stacks.' in lines[line["line"]] for line in told["lines"])


def test_what_is_here_already_is_not_written_again(capsys, file):
    told = run(capsys, file, "--apply")

    assert told["written"]["batch"] is None
    assert not ImportBatch.objects.exists()
    assert not ImportLine.objects.exists()


def test_a_company_that_is_not_known_comes_with_each_source_that_says_so(capsys, file):
    before = Usage.objects.exclude(state=State.RETRACTED).order_by("uid")
    columns = (
        "uid", "technology__slug", "category__slug", "scope", "purpose", "stage", "hosting", "via__slug", "started", "ended",
    )  # fmt: skip
    expected = list(before.values_list(*columns))
    moved = Migration.objects.values_list("uid", "reason", "started").get()
    file = move_elsewhere(file)

    told = run(capsys, file, "--apply")

    assert told["written"]["companies"] == ["acme"]
    assert Company.objects.get().state == State.DRAFT
    made = Usage.objects.order_by("uid")
    assert list(made.values_list(*columns)) == expected
    assert set(made.values_list("state", flat=True)) == {State.PROPOSED}
    assert Migration.objects.values_list("uid", "reason", "started").get() == moved
    said = set(Evidence.objects.values_list("usage__purpose", "source__url", "edition_on", "quote", "stage"))
    assert ("Events", "https://acme.example/2022", "2022-01", "We leave Kafka", "retiring") in said
    assert ("Jobs", "https://acme.example/2019", "2019-05", "", "retired") in said
    # what else says so waits, as whatever is said again
    lines = ImportLine.objects.waiting().values_list("action", "usage__purpose", "batch__source__url", "new")
    assert list(lines) == [("said_again", "Events", "https://acme.example/2019", "2019-05")]
    assert {batch.format for batch in ImportBatch.objects.all()} == {"export"}


def test_a_second_time_nothing_is_proposed(capsys, file):
    file = move_elsewhere(file)
    run(capsys, file, "--apply")
    before = [model.objects.count() for model in (Usage, Evidence, ImportBatch, ImportLine, Source, Company)]

    told = run(capsys, file, "--apply")

    assert told["written"]["batch"] is None
    assert [model.objects.count() for model in (Usage, Evidence, ImportBatch, ImportLine, Source, Company)] == before


def test_only_the_difference_waits(capsys, file):
    usage = Usage.objects.get(purpose="Events")
    usage.stage = "in_use"
    usage.save()

    told = run(capsys, file, "--apply")

    assert told["summary"]["change"] == 1
    (line,) = ImportLine.objects.waiting()
    assert (line.usage, line.field, line.old, line.new) == (usage, "stage", "in_use", "retiring")
    assert line.batch.source.url == "https://acme.example/2022"


@pytest.mark.parametrize(
    ("source", "quotes"),
    [("https://acme.example/2022/", {"We leave Kafka", ""}), ("https://stacks.example/companies/acme/", {""})],
)
def test_nobody_is_cited_for_the_words_of_another(capsys, file, source, quotes):
    file = move_elsewhere(file)

    told = run(capsys, file, "--source", source, "--apply")

    assert set(Evidence.objects.values_list("quote", flat=True)) == quotes
    assert Source.objects.count() == 1
    others = [line for line in of(told, "usage") if line["why"] == "another source says so"]
    assert [line["ticked"] for line in others] == ([False, False] if "2022" in source else [])
    assert Usage.objects.count() == (2 if "2022" in source else 3)


def test_what_no_source_says_is_set_aside(capsys, file):
    rows = json.loads(file.read_text())
    for row in rows:
        if row["model"] == "stacks.usage" and row["fields"].get("purpose") == "Jobs again":
            row["fields"] |= {"technology": ["unheard-of"], "uid": "other"}  # which no evidence names
    file.write_text(json.dumps(rows))

    told = run(capsys, file)

    (line,) = [line for line in told["lines"] if line["technology"] == "unheard-of"]
    assert (line["kind"], line["why"]) == ("skip", "no source in this file says so")


def test_a_technology_that_is_not_known_is_offered(capsys, file):
    file.write_text(file.read_text().replace('"rabbitmq"', '"unheard-of"'))

    lines = [line for line in of(run(capsys, file), "usage") if line["technology"] == "unheard-of"]

    assert {(line["new"], line["ticked"], line["how"]) for line in lines} == {(True, False, "new")}
    assert len(lines) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "list of objects"),
        ('[{"model": "stacks.usage"', "no JSON"),
        ('[{"model": "stacks.usage", "fields": {}}', "does not end"),
        ('[{"model": "stacks.usage", "fields": {}} 3]', "does not end"),
        ("[" * 100_000, "nested too deeply"),
        ('["a"]', "no object of an export"),
        ("[]", "No usage"),
        (f"[{'{},' * 60_000}]", "50,000 objects"),
        (
            '[{"model": "stacks.source", "fields": {"uid": "s", "url": "https://a.example/"}}'
            + ', {"model": "stacks.evidence", "fields": {"usage": ["u"], "source": ["s"], "edition_on": "2020"}}'
            * 10_001
            + ', {"model": "stacks.usage", "fields": {"uid": "u", "technology": ["go"]}}]',
            "10,000 things",
        ),
    ],
)
def test_what_is_no_export_is_refused_in_words(tmp_path, capsys, text, message):
    (tmp_path / "a.json").write_text(text)

    with pytest.raises(SystemExit):
        call_command("import_stack", str(tmp_path / "a.json"), "--json", "--format", "export")

    problems = json.loads(capsys.readouterr().out)["problems"]
    assert message in problems[0]["message"]


def test_a_file_of_many_lines_is_read_as_each_value_is_one(tmp_path, capsys):
    company = make_company("Large")
    kafka = make_technology("Apache Kafka")
    source = make_source(company=company)
    with curating():
        for number in range(700):
            make_usage(company, kafka, source=source, scope=f"Team {number}")
    export(tmp_path / "out")
    file = tmp_path / "out/companies/large.json"
    assert file.read_text().count("\n") > 10_000

    assert run(capsys, file)["summary"]["same"] == 700
