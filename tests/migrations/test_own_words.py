"""What was known before sources had a speaker, editions a stage and usages their times is carried over.

The rows of all tests are there before the migrations run, which cost seconds: they run once.
"""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from stacks import derived
from stacks.models import Change, Evidence, Source, Usage

BEFORE = [("stacks", "0007_traces_of_drafts")]
pytestmark = pytest.mark.django_db


class Old:
    """Makes rows as they were; what is not told has a plain default."""

    def __init__(self, model):
        self.model, self.count = model, 0
        area = self.make("Category", name="Data", slug="data")
        self.category = self.make("Category", name="Brokers", slug="brokers", parent=area)
        model("stacks", "Counter").objects.update_or_create(pk=1, defaults={"revision": 0})

    def make(self, model, /, **fields):
        return self.model("stacks", model).objects.create(**fields)

    def company(self, name, **fields):
        company = self.make("Company", name=name, slug=name.lower(), sort_key=name.lower(), state="published", **fields)
        self.make("CompanyAlias", company=company, name=name, key=name.lower(), second_key="")
        return company

    def usage(self, company, **fields):
        self.count += 1
        technology = self.make(
            "Technology", name=f"T{self.count}", slug=f"t{self.count}", sort_key="t", kind="tool",
            category=self.category, state="published",
        )  # fmt: skip
        self.make("TechnologyAlias", technology=technology, name=technology.name, key=technology.slug, second_key="")
        return self.make(
            "Usage", uid=f"u{self.count}", company=company, technology=technology, category=self.category,
            state="published", visible=True, **fields,
        )  # fmt: skip

    def source(self, uid, url=None, **fields):
        told = {"uid": uid, "url": url or f"https://source.example/{uid}", "title": uid, "kind": "docs"}
        return self.make("Source", **told | fields)

    def evidence(self, source, **fields):
        return self.make("Evidence", source=source, **fields)


@pytest.fixture(scope="module")
def usages(django_db_setup, django_db_blocker):
    """The usages by what is told of them, after the migrations; the database is empty again afterwards."""
    with django_db_blocker.unblock():
        executor = MigrationExecutor(connection)
        newest = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "stacks"]
        executor.migrate(BEFORE)
        try:
            old = Old(executor.loader.project_state(BEFORE).apps.get_model)
            make_speakers(old)
            made = make_editions(old) | make_twins(old)
        finally:
            MigrationExecutor(connection).migrate(newest)
        yield made
        call_command("flush", verbosity=0, interactive=False)


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


def test_the_speaker_is_the_publisher_or_the_only_company_it_is_cited_for(usages):
    uids = ["published", "person", "talk", "two", "notes"]

    speakers = dict(Source.objects.filter(uid__in=uids).values_list("uid", "company__slug"))

    assert speakers == {"published": "fam", "person": "fam", "talk": "fam", "two": None, "notes": None}
    told = Change.objects.filter(kind="source", object__in=uids).values_list("object", flat=True)
    assert set(told) == {"published", "person", "talk", "two"}
    assert wrong() == []


def test_the_newest_supporting_edition_of_what_is_not_in_use_says_so(usages):
    gone, used, undated = usages["gone"], usages["used"], usages["undated"]

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


def test_two_addresses_of_one_page_and_evidence_told_twice_become_one(usages):
    usage = usages["told_twice"]

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
