"""What was known before sources had a speaker, editions a stage and usages their times is carried over."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from stacks import derived
from stacks.models import Change, Evidence, Source, Usage

BEFORE = [("stacks", "0007_traces_of_drafts")]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def before():
    """The models as they were; afterwards the database is as it should be again."""
    executor = MigrationExecutor(connection)
    newest = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "stacks"]
    executor.migrate(BEFORE)
    yield executor.loader.project_state(BEFORE).apps.get_model
    MigrationExecutor(connection).migrate(newest)


def wrong():
    """What of the values that the migration fills in is not as it should be."""
    return [str(d) for d in derived.check() if d.model in (Usage, Source)]


def carry_over():
    executor = MigrationExecutor(connection)
    executor.migrate([key for key in executor.loader.graph.leaf_nodes() if key[0] == "stacks"])


@pytest.fixture
def old(before):
    """Makes rows as they were; what is not told has a plain default."""

    class Old:
        def __init__(self):
            area = before("stacks", "Category").objects.create(name="Data", slug="data")
            self.category = before("stacks", "Category").objects.create(name="Brokers", slug="brokers", parent=area)
            before("stacks", "Counter").objects.update_or_create(pk=1, defaults={"revision": 0})
            self.count = 0

        def company(self, name, **fields):
            company = before("stacks", "Company").objects.create(
                name=name, slug=name.lower(), sort_key=name.lower(), state="published", **fields
            )
            before("stacks", "CompanyAlias").objects.create(company=company, name=name, key=name.lower(), second_key="")
            return company

        def usage(self, company, **fields):
            self.count += 1
            technology = before("stacks", "Technology").objects.create(
                name=f"T{self.count}", slug=f"t{self.count}", sort_key="t", kind="tool", category=self.category,
                state="published",
            )  # fmt: skip
            before("stacks", "TechnologyAlias").objects.create(
                technology=technology, name=technology.name, key=technology.slug, second_key=""
            )
            return before("stacks", "Usage").objects.create(
                uid=f"u{self.count}", company=company, technology=technology, category=self.category,
                state="published", visible=True, **fields,
            )  # fmt: skip

        def source(self, uid, url=None, **fields):
            return before("stacks", "Source").objects.create(
                **{"uid": uid, "url": url or f"https://source.example/{uid}", "title": uid, "kind": "docs"} | fields
            )

        def evidence(self, source, **fields):
            return before("stacks", "Evidence").objects.create(source=source, **fields)

    return Old()


def test_the_speaker_is_the_publisher_or_the_only_company_it_is_cited_for(old):
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

    carry_over()

    speakers = dict(Source.objects.values_list("uid", "company__slug"))
    assert speakers == {"published": "fam", "person": "fam", "talk": "fam", "two": None, "notes": None}
    told = Change.objects.filter(kind="source").values_list("object", flat=True)
    assert set(told) == {"published", "person", "talk", "two"}
    assert wrong() == []


def test_the_newest_supporting_edition_of_what_is_not_in_use_says_so(old):
    fam = old.company("Fam")
    story = old.source("story", published_on="2017", updated_on="2024-02")
    first = old.source("first", published_on="2019")
    gone = old.usage(fam, stage="retired", known_since="2019")
    old.evidence(first, usage=gone)
    old.evidence(story, usage=gone, quote="All of it uses another.")
    old.evidence(story, usage=gone, quote="It was given up.")
    old.evidence(old.source("later", published_on="2025"), usage=gone, stance="contradicts")
    used = old.usage(fam, known_since="2019")
    old.evidence(first, usage=used)
    undated = old.usage(fam, known_since="2026-11-21")
    old.evidence(old.source("undated"), usage=undated, accessed_on="2026-11-21")

    carry_over()

    stages = Evidence.objects.filter(usage=gone.pk).order_by("pk").values_list("source__uid", "stage")
    assert list(stages) == [("first", ""), ("story", "retired"), ("story", "retired"), ("later", "")]
    assert set(Evidence.objects.exclude(usage=gone.pk).values_list("stage", flat=True)) == {""}
    times = {pk: tuple(t) for pk, *t in Usage.objects.values_list("pk", "known_since", "known_until", "last_said")}
    assert times == {
        gone.pk: ("2019", "2024-02", "2024-02"),
        used.pk: ("2019", "", "2019"),
        undated.pk: ("", "", ""),
    }
    told = {change.object: change.payload["fields"] for change in Change.objects.filter(kind="usage")}
    assert told == {
        gone.uid: ["evidence", "known_until", "last_said"],
        used.uid: ["last_said"],
        undated.uid: ["known_since"],
    }
    assert wrong() == []


def test_two_addresses_of_one_page_and_evidence_told_twice_become_one(old):
    fam = old.company("Fam")
    usage = old.usage(fam)
    kept, twin = old.source("kept", "http://fam.example/story"), old.source("twin", "https://fam.example/story/")
    old.evidence(kept, usage=usage, quote="We use it.")
    old.evidence(twin, usage=usage, quote="We use it.", accessed_on="2026-11-21")
    old.evidence(twin, usage=usage, quote="Still.")

    carry_over()

    assert list(Source.objects.values_list("uid", "url_key")) == [("kept", "fam.example/story")]
    assert list(Evidence.objects.order_by("pk").values_list("source__uid", "quote", "accessed_on")) == [
        ("kept", "We use it.", "2026-11-21"),
        ("kept", "Still.", ""),
    ]
    lines = list(Change.objects.order_by("seq").values_list("kind", "object", "verb"))
    assert ("source", "twin", "removed") in lines
    assert ("usage", usage.uid, "changed") in lines
    assert wrong() == []
