"""What the migrations find is carried over: through all of them once back and once forth, as each way costs seconds.

On the way back lies what waits for review today, on the way forth what waited before proposals had rows of their own
(0017), and what was known before sources had a speaker, editions a stage and usages their times (0007). The way begins
with the tables that a new catalogue has, which are made at once, and ends with those that all migrations make.
"""

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from development.upgrades import OneByOne
from stacks import derived
from stacks.models import Change, Evidence, ImportBatch, ImportLine, Review, Source, Usage

BEFORE_PROPOSALS, BEFORE_SPEAKERS = "0017_values_of_companies", "0007_traces_of_drafts"
LINES = (
    ("add", "", ""),
    ("change", "in_use", "retiring"),
    ("change", "", "amazon-msk"),
    ("change", 'a "quote"', "é" * 200),
)
_OF_SQLITE = "SELECT tbl_name, sql FROM sqlite_master WHERE tbl_name LIKE 'stacks_%' AND sql IS NOT NULL"
_OF_POSTGRESQL = """
    SELECT table_name, concat_ws(' ', column_name, data_type, is_nullable, column_default, character_maximum_length)
      FROM information_schema.columns WHERE table_name LIKE 'stacks_%'
    UNION ALL SELECT tablename, indexdef FROM pg_indexes WHERE tablename LIKE 'stacks_%'
    UNION ALL SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated
      FROM pg_constraint WHERE conrelid::regclass::text LIKE 'stacks_%'
"""
pytestmark = pytest.mark.django_db


class Old:
    """Makes rows as they were; what is not told has a plain default."""

    def __init__(self, model, name="data"):
        self.model, self.name, self.count = model, name, 0
        area = self.make("Category", name=f"Area of {name}", slug=f"area-of-{name}")
        self.category = self.make("Category", name=name, slug=name, parent=area)
        model("stacks", "Counter").objects.get_or_create(pk=1, defaults={"revision": 0})

    def make(self, model, /, **fields):
        return self.model("stacks", model).objects.create(**fields)

    def company(self, name, **fields):
        company = self.make("Company", name=name, slug=name.lower(), sort_key=name.lower(), state="published", **fields)
        self.make("CompanyAlias", company=company, name=name, key=name.lower(), second_key="")
        return company

    def usage(self, company, **fields):
        self.count += 1
        technology = self.make(
            "Technology", name=f"{self.name} {self.count}", slug=f"{self.name}-{self.count}", sort_key="t", kind="tool",
            category=self.category, state="published",
        )  # fmt: skip
        self.make("TechnologyAlias", technology=technology, name=technology.name, key=technology.slug, second_key="")
        return self.make(
            "Usage", company=company, technology=technology, category=self.category,
            **{"uid": f"{self.name}{self.count}", "state": "published", "visible": True} | fields,
        )  # fmt: skip

    def source(self, uid, url=None, **fields):
        told = {"uid": uid, "url": url or f"https://source.example/{uid}", "title": uid, "kind": "docs"}
        return self.make("Source", **told | fields)

    def evidence(self, source, **fields):
        return self.make("Evidence", source=source, **fields)


@pytest.fixture(scope="module")
def carried(django_db_setup, django_db_blocker):
    """What was made on the way, after it; the database is empty again afterwards."""
    with django_db_blocker.unblock():
        newest = OneByOne(connection).graph.leaf_nodes("stacks")
        tables = tables_now()
        make_lines_of_today()
        try:
            then = migrate([("stacks", BEFORE_PROPOSALS)])
            lines = then("stacks", "ImportLine").objects.order_by("pk")
            made = {"back": list(lines.values_list("action", "old", "new"))}
            then("stacks", "ImportBatch").objects.all().delete()
            old = Old(migrate([("stacks", BEFORE_SPEAKERS)]))
            make_speakers(old)
            made |= make_editions(old) | make_twins(old)
            made |= make_lines(Old(migrate([("stacks", BEFORE_PROPOSALS)]), "queues"))
        finally:
            migrate(newest)
        made["tables"] = (tables, tables_now())
        yield made
        call_command("flush", verbosity=0, interactive=False)


def migrate(targets):
    """Bring the database to these migrations; what gives a model as it is then."""
    executor = MigrationExecutor(connection)
    executor.loader = OneByOne(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps.get_model


def tables_now():
    """Columns, indexes, checks and keys of each table of ours; of SQLite triggers and tables of trigrams too."""
    asked = _OF_SQLITE if connection.vendor == "sqlite" else _OF_POSTGRESQL
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {(table, part) for table, text in cursor.fetchall() for part in _parts(text)}


def _parts(text):
    """Of a statement that makes a table, its columns and constraints, whatever their order; others as they are."""
    if not text.startswith("CREATE TABLE"):
        return [text]
    return re.split(r", (?=\"|CONSTRAINT )", text.partition(" (")[2].removesuffix(")"))


def make_speakers(old):
    fam, other = old.company("Fam"), old.company("Other")
    published = old.source("published", publisher="Fam", first_party=True)
    in_parentheses = old.source("person", publisher="A Person (Fam)", first_party=True)
    elsewhere = old.source("talk", publisher="Conference", first_party=True)
    of_two = old.source("two", publisher="Conference", first_party=True)
    notes = old.source("notes", publisher="Fam", first_party=False)
    for company, sources in ((other, [published, of_two]), (fam, [in_parentheses, elsewhere, of_two, notes])):
        usage = old.usage(company)
        for source in sources:
            old.evidence(source, usage=usage)


def make_editions(old):
    company = old.company("Edition")
    story = old.source("story", published_on="2017", updated_on="2024-02")
    first = old.source("first", published_on="2019")
    gone = old.usage(company, stage="retired", known_since="2019")
    old.evidence(first, usage=gone)
    old.evidence(story, usage=gone, quote="All of it uses another.")
    old.evidence(story, usage=gone, quote="It was given up.")
    old.evidence(old.source("later", published_on="2025"), usage=gone, stance="contradicts")
    used = old.usage(company, known_since="2019")
    old.evidence(first, usage=used)
    undated = old.usage(company, known_since="2026-11-21")
    old.evidence(old.source("undated"), usage=undated, accessed_on="2026-11-21")
    return {"gone": gone, "used": used, "undated": undated}


def make_twins(old):
    told_twice = old.usage(old.company("Twin"))
    kept, twin = old.source("kept", "http://twin.example/story"), old.source("twin", "https://twin.example/story/")
    old.evidence(kept, usage=told_twice, quote="We use it.")
    old.evidence(twin, usage=told_twice, quote="We use it.", accessed_on="2026-11-21")
    old.evidence(twin, usage=told_twice, quote="Still.")
    return {"told_twice": told_twice}


def wrong():
    """What of the values that the migration fills in is not as it should be."""
    return [str(d) for d in derived.check() if d.model in (Usage, Source)]


def make_lines_of_today():
    batch = ImportBatch.objects.create(format="markdown", text="- Kafka")
    for number, (action, *values) in enumerate(LINES, 1):
        old, new = (value or None for value in values)
        ImportLine.objects.create(batch=batch, number=number, kind="usage", row=7, action=action, old=old, new=new)


def make_lines(old):
    """Lines of the old form, of a usage that somebody had proposed."""
    anna = old.model("auth", "User").objects.create(username="anna")
    usage = old.usage(old.company("Queueing"), state="proposed", visible=False)
    for state, user in (("draft", None), ("proposed", anna.pk)):
        old.make(
            "HistoricalUsage", id=usage.pk, uid=usage.uid, state=state, history_user_id=user, history_type="~",
            history_date=timezone.now(), updated_at=timezone.now(),
        )  # fmt: skip
    batch = old.make("ImportBatch", format="markdown", text="- Kafka", made_by_id=anna.pk)
    for action, before, after in (*LINES, ("said_again", "", "")):
        field = {"add": "", "change": "stage" if before else "via", "said_again": ""}[action]
        old.make("ImportLine", batch=batch, number=1, action=action, usage=usage, field=field, old=before, new=after)
    return {"proposed": usage, "author": anna}


def test_a_new_catalogue_has_the_tables_that_all_migrations_make(carried):
    at_once, one_by_one = carried["tables"]

    assert len(at_once) > 500
    assert at_once == one_by_one


def test_what_waits_is_told_in_the_old_form_when_the_migrations_are_taken_back(carried):
    assert carried["back"] == list(LINES)


def test_what_waited_tells_its_row_its_author_and_its_values(carried):
    usage, author = carried["proposed"].pk, carried["author"].pk

    lines = ImportLine.objects.order_by("pk")

    assert list(lines.values_list("action", "old", "new")) == [
        ("add", None, None), ("change", "in_use", "retiring"), ("change", None, "amazon-msk"),
        ("change", 'a "quote"', "é" * 200), ("said_again", "", ""),
    ]  # fmt: skip
    assert {(line.kind, line.row, line.author_id) for line in lines} == {("usage", usage, author)}
    review = Review.objects.get()
    assert (review.usage_id, review.author_id) == (usage, author)


def test_the_speaker_is_the_publisher_or_the_only_company_it_is_cited_for(carried):
    uids = ["published", "person", "talk", "two", "notes"]

    speakers = dict(Source.objects.filter(uid__in=uids).values_list("uid", "company__slug"))

    assert speakers == {"published": "fam", "person": "fam", "talk": "fam", "two": None, "notes": None}
    told = Change.objects.filter(kind="source", object__in=uids).values_list("object", flat=True)
    assert set(told) == {"published", "person", "talk", "two"}
    assert wrong() == []


def test_the_newest_supporting_edition_of_what_is_not_in_use_says_so(carried):
    gone, used, undated = carried["gone"], carried["used"], carried["undated"]

    stages = Evidence.objects.filter(usage=gone.pk).order_by("pk").values_list("source__uid", "stage")

    assert list(stages) == [("first", ""), ("story", "retired"), ("story", "retired"), ("later", "")]
    assert set(Evidence.objects.exclude(usage=gone.pk).values_list("stage", flat=True)) == {""}
    ours = Usage.objects.filter(company__slug="edition")
    times = {pk: tuple(t) for pk, *t in ours.values_list("pk", "known_since", "known_until", "last_said")}
    assert times == {
        gone.pk: ("2019", "2024-02", "2024-02"),
        used.pk: ("2019", "", "2019"),
        undated.pk: ("", "", ""),
    }
    changes = Change.objects.filter(kind="usage", object__in=ours.values_list("uid", flat=True))
    assert {change.object: change.payload["fields"] for change in changes} == {
        gone.uid: ["evidence", "known_until", "last_said"],
        used.uid: ["last_said"],
        undated.uid: ["known_since"],
    }
    assert wrong() == []


def test_two_addresses_of_one_page_and_evidence_told_twice_become_one(carried):
    usage = carried["told_twice"]

    assert list(Source.objects.filter(url__contains="twin.").values_list("uid", "url_key")) == [
        ("kept", "twin.example/story")
    ]
    assert list(
        Evidence.objects.filter(usage=usage.pk).order_by("pk").values_list("source__uid", "quote", "accessed_on")
    ) == [("kept", "We use it.", "2026-11-21"), ("kept", "Still.", "")]
    lines = list(Change.objects.order_by("seq").values_list("kind", "object", "verb"))
    assert ("source", "twin", "removed") in lines
    assert ("usage", usage.uid, "changed") in lines
    assert wrong() == []
