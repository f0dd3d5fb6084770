"""A running site and the catalogue that is shipped: what differs waits for review, what was changed here stays."""

import json

import pytest
from django.core.management import call_command

from stacks import updating
from stacks.exporting import export
from stacks.loading import load
from stacks.models import (
    Change,
    Company,
    CompanyFact,
    Coverage,
    Evidence,
    ImportBatch,
    ImportLine,
    Source,
    State,
    Technology,
    TechnologyAlias,
    TechnologyRelation,
    Usage,
)
from stacks.proposals.deciding import accept, refuse
from stacks.updating import update
from tests.api.catalogue import make_full
from tests.factories import make_category, make_company, make_source, make_technology, make_usage
from tests.test_exporting import empty_the_database, make_everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def shipped(tmp_path):
    """The shipped catalogue as files, and the site that has loaded it."""
    full = make_full()
    make_usage(full["companies"], make_technology("Redis", full["categories"]), purpose="Cache")
    folder = tmp_path / "shipped"
    export(folder)
    empty_the_database()
    load(folder)
    return Shipped(folder)


class Shipped:
    def __init__(self, folder):
        self.folder = folder

    def file(self, name):
        return self.folder / name

    def change(self, model, where, **fields):
        """Let the files say something else of the one object that has the values of `where`; None takes a field."""
        (file, rows, row) = self.one(model, where)
        for name, value in fields.items():
            row["fields"].pop(name, None)
            if value is not None:
                row["fields"][name] = value
        file.write_text(json.dumps(rows))

    def drop(self, model, where):
        (file, rows, row) = self.one(model, where)
        rows.remove(row)
        file.write_text(json.dumps(rows))

    def add(self, name, *rows):
        file = self.folder / name
        before = json.loads(file.read_text()) if file.exists() else []
        file.write_text(json.dumps([*before, *({"model": f"stacks.{m}", "fields": f} for m, f in rows)]))

    def one(self, model, where):
        found = [
            (file, rows, row)
            for file in sorted(self.folder.rglob("*.json"))
            for rows in [json.loads(file.read_text())]
            for row in rows
            if row["model"] == f"stacks.{model}" and where.items() <= row["fields"].items()
        ]
        assert len(found) == 1, found
        return found[0]


@pytest.fixture
def redis():
    return lambda: Usage.objects.get(technology__slug="redis")


def waiting():
    return [(line.kind, line.action, line.field, line.old, line.new) for line in ImportLine.objects.waiting()]


def state_of_all():
    return {
        model: list(model.objects.order_by("pk").values())
        for model in (
            Company,
            Technology,
            Usage,
            TechnologyAlias,
            Evidence,
            Source,
            CompanyFact,
            Coverage,
        )
    }


def quietly(shipped):
    """Update once more: nothing is proposed, and nothing written."""
    before = (state_of_all(), ImportLine.objects.count(), ImportBatch.objects.count(), Change.objects.count())
    outcome = update(shipped.folder)
    assert (outcome.batch, sum(outcome.added.values()), sum(outcome.waiting.values())) == (None, 0, 0)
    assert (state_of_all(), ImportLine.objects.count(), ImportBatch.objects.count(), Change.objects.count()) == before
    return outcome


def test_the_same_catalogue_proposes_nothing(shipped):
    outcome = quietly(shipped)

    assert outcome.told() == {
        "batch": None, "added": {}, "waiting": {}, "held": [], "questions": [], "left_alone": [], "problems": [],
    }  # fmt: skip


def test_a_whole_export_of_this_very_site_proposes_nothing(tmp_path):
    make_everything()
    export(tmp_path / "out")
    empty_the_database()
    load(tmp_path / "out")

    quietly(Shipped(tmp_path / "out"))


def test_a_change_of_the_catalogue_waits_with_the_old_and_the_new_value_and_repeating_adds_none(shipped, redis):
    shipped.change("usage", {"technology": ["redis"]}, purpose="Sessions", via=["base-1"])
    before = state_of_all()

    outcome = update(shipped.folder)

    assert sorted(waiting()) == [
        ("usage", "change", "purpose", "Cache", "Sessions"),
        ("usage", "change", "via", None, "base-1"),
    ]
    assert state_of_all() == before
    batch = ImportBatch.objects.get()
    assert (batch.format, batch.uid, outcome.waiting["changes"]) == ("catalogue", outcome.batch, 2)
    quietly(shipped)


def test_what_was_accepted_or_refused_is_not_proposed_again(shipped, redis, admin_user):
    shipped.change("usage", {"technology": ["redis"]}, purpose="Sessions")
    shipped.change("company", {"slug": "full-1"}, country="Nepal")
    update(shipped.folder)
    accept(ImportLine.objects.waiting().filter(field="purpose"), admin_user)
    refuse(ImportLine.objects.waiting(), admin_user, "It is India.")

    assert redis().purpose == "Sessions"
    quietly(shipped)

    shipped.change("usage", {"technology": ["redis"]}, purpose="Queues")
    update(shipped.folder)
    assert waiting() == [("usage", "change", "purpose", "Sessions", "Queues")]


def test_what_a_curator_changed_is_left_alone_and_told_where_the_catalogue_changed_it_too(shipped, redis):
    usage = redis()
    usage.purpose, usage.remarks = "Locks", "Ours"
    usage.save()
    quietly(shipped)

    shipped.change("usage", {"technology": ["redis"]}, purpose="Sessions", started="2019")
    outcome = update(shipped.folder)

    assert waiting() == [("usage", "change", "started", "", "2019")]
    assert len(outcome.left_alone) == 1
    assert "purpose is “Locks” here, “Sessions” in the catalogue" in outcome.left_alone[0]
    assert redis().purpose == "Locks"


def test_a_new_usage_is_proposed_with_its_evidence_and_the_public_sees_nothing_of_it(shipped):
    shipped.add(
        "companies/full-1.json",
        ("source", {"uid": "newsource", "url": "https://new.example/", "title": "New", "kind": "docs",
                    "company": ["full-1"]}),
        ("usage", {"uid": "newusage", "company": ["full-1"], "technology": ["base-1"], "category": ["category-1a"],
                   "scope": "Growth", "purpose": "Queues", "state": "published"}),
        ("evidence", {"usage": ["newusage"], "source": ["newsource"], "quote": "We queue"}),
    )  # fmt: skip
    seen = Change.objects.count()

    outcome = update(shipped.folder)

    usage = Usage.objects.get(uid="newusage")
    assert (usage.state, usage.purpose, usage.evidence.get().quote) == (State.PROPOSED, "Queues", "We queue")
    assert (outcome.added["usages"], Change.objects.count()) == (1, seen)
    line = ImportLine.objects.get()
    assert (line.action, line.state, line.usage, line.batch.uid) == ("add", "applied", usage, outcome.batch)
    assert usage.review.author is None
    quietly(shipped)


def test_a_new_company_and_a_new_technology_come_whole_and_unpublished(shipped):
    shipped.add(
        "technologies/area-1a.json",
        ("technology", {"slug": "valkey", "name": "Valkey", "kind": "datastore", "category": ["category-1a"],
                        "state": "published"}),
        ("technologyalias", {"technology": ["valkey"], "name": "Valkey", "caution": "as_written"}),
        ("technologyalias", {"technology": ["valkey"], "name": "VK"}),
        ("technologyrelation", {"subject": ["valkey"], "kind": "fork_of", "object": ["redis"]}),
    )  # fmt: skip
    shipped.add(
        "companies/child.json",
        ("company", {"slug": "child", "name": "Child", "parent": ["owner"], "state": "published"}),
        ("companyalias", {"company": ["child"], "name": "Kid"}),
        ("usage", {"uid": "ofchild", "company": ["child"], "technology": ["valkey"], "category": ["category-1a"],
                   "state": "published"}),
    )  # fmt: skip
    shipped.add("companies/owner.json", ("company", {"slug": "owner", "name": "Owner", "state": "draft"}))

    outcome = update(shipped.folder)

    assert outcome.problems == []
    valkey, child = Technology.objects.get(slug="valkey"), Company.objects.get(slug="child")
    assert (valkey.state, child.state, child.parent.state) == (State.PROPOSED, State.PROPOSED, State.DRAFT)
    assert set(valkey.aliases.values_list("name", "caution")) == {("Valkey", "as_written"), ("VK", "free")}
    assert TechnologyRelation.objects.get(subject=valkey).object.slug == "redis"
    assert child.usages.get().technology == valkey
    assert ImportBatch.objects.get().outcome == {"companies": ["Owner", "Child"], "technologies": ["Valkey"]}
    quietly(shipped)


def test_a_further_row_of_what_is_public_waits_until_it_is_accepted(shipped, admin_user):
    shipped.add(
        "technologies/area-1a.json",
        ("technologyalias", {"technology": ["redis"], "name": "Remote dictionary", "caution": "entry_only"}),
        ("technologyidentifier", {"technology": ["redis"], "scheme": "wikidata", "value": "Q2136322"}),
    )
    shipped.add(
        "companies/full-1.json",
        ("companyfact", {"company": ["full-1"], "label": "Engineers", "value": "30"}),
        ("coverage", {"uid": "newblank", "company": ["full-1"], "category": ["brokers-9"], "looked_on": "2026",
                      "outcome": "nothing_found"}),
    )  # fmt: skip
    shipped.add(
        "categories.json",
        ("category", {"slug": "brokers-9", "name": "Brokers 9", "parent": ["area-1a"], "position": 9}),
    )

    outcome = update(shipped.folder)

    assert {(line.kind, line.action) for line in ImportLine.objects.waiting()} == {
        ("technologyalias", "add"), ("technologyidentifier", "add"), ("companyfact", "add"), ("category", "add"),
    }  # fmt: skip
    assert ["is not here yet" in sentence for sentence in outcome.held] == [True]  # its category waits itself
    assert outcome.problems == []
    assert not TechnologyAlias.objects.filter(name="Remote dictionary").exists()
    quietly(shipped)

    accept(ImportLine.objects.waiting(), admin_user)
    update(shipped.folder)
    assert [(line.kind, line.new["category"]) for line in ImportLine.objects.waiting()] == [("coverage", "brokers-9")]
    accept(ImportLine.objects.waiting(), admin_user)
    assert TechnologyAlias.objects.get(name="Remote dictionary").caution == "entry_only"
    assert quietly(shipped).held == []


def test_what_the_catalogue_has_no_longer_is_asked_and_never_deleted(shipped, admin_user):
    shipped.drop("usage", {"technology": ["redis"]})
    shipped.drop("evidence", {"usage": [Usage.objects.get(technology__slug="redis").uid]})
    shipped.drop("technologyalias", {"name": "Mgd 1"})
    before = state_of_all()

    outcome = update(shipped.folder)

    assert state_of_all() == before
    assert [question.split(":")[1].strip().split(" ")[0] for question in outcome.questions] == ["Redis"]
    assert [(line.kind, line.action) for line in ImportLine.objects.waiting()] == [("technologyalias", "remove")]
    quietly(shipped)

    refuse(ImportLine.objects.waiting(), admin_user, "People write it.")
    quietly(shipped)


def test_a_technology_and_a_company_that_are_shipped_no_longer_are_asked_for(shipped):
    shipped.file("companies/full-1.json").unlink()

    outcome = update(shipped.folder)

    assert [question.partition(":")[0] for question in outcome.questions] == ["Company 1a"]
    assert update(shipped.file("technologies")).questions == []  # a part of a catalogue says nothing of the rest


def test_what_was_deleted_here_does_not_come_back(shipped, redis):
    redis().delete()
    TechnologyAlias.objects.get(name="Mgd 1").delete()

    outcome = quietly(shipped)

    # the usage, its evidence, the alias
    assert len([sentence for sentence in outcome.left_alone if "was deleted here" in sentence]) == 3
    assert outcome.held == outcome.problems == []
    assert not TechnologyAlias.objects.filter(name="Mgd 1").exists()


def test_what_was_renamed_or_made_here_under_another_key_is_known_again(shipped, redis):
    technology = Technology.objects.get(slug="redis")
    technology.slug = "redis-open-source"
    technology.save()
    company = Company.objects.get(slug="full-1")
    ours = make_usage(company, technology, scope="Growth", purpose="Ours")
    source = make_source(url="http://same.example")
    shipped.add(
        "companies/full-1.json",
        ("source", {"uid": "theirs", "url": "https://same.example/", "title": source.title, "kind": source.kind,
                    "publisher": source.publisher, "published_on": source.published_on}),
        ("usage", {"uid": "same", "company": ["full-1"], "technology": ["redis"], "category": ["category-1a"],
                   "scope": "GROWTH", "purpose": "Theirs", "state": "published"}),
        ("evidence", {"usage": ["same"], "source": ["theirs"], "locator": "Here"}),
    )  # fmt: skip

    outcome = update(shipped.folder)

    ours.refresh_from_db()
    assert ours.purpose == "Ours"
    assert outcome.problems == []
    assert not Usage.objects.filter(uid="same").exists()
    assert not Source.objects.filter(uid="theirs").exists()
    (line,) = ImportLine.objects.waiting()
    assert (line.kind, line.new["usage"], line.new["source"]) == ("evidence", ours.uid, source.uid)
    assert any("“Ours” here, “Theirs” in the catalogue" in sentence for sentence in outcome.left_alone)
    quietly(shipped)


def test_a_row_that_breaks_a_rule_here_is_told_and_the_others_are_proposed(shipped, redis, capsys):
    make_technology("Taken", make_category())
    shipped.add("technologies/area-1a.json", ("technologyalias", {"technology": ["redis"], "name": "taken"}))
    shipped.change("usage", {"technology": ["redis"]}, purpose="Sessions")

    with pytest.raises(SystemExit) as stopped:
        call_command("load_catalogue", str(shipped.folder), "--update", "--json")

    told = json.loads(capsys.readouterr().out)
    assert stopped.value.code == 1
    assert len(told["problems"]) == 1
    assert "already" in told["problems"][0]
    assert told["waiting"] == {"changes": 1}


def test_a_dry_run_tells_the_same_and_writes_nothing(shipped, redis, capsys):
    shipped.change("usage", {"technology": ["redis"]}, purpose="Sessions")
    shipped.add("companies/new.json", ("company", {"slug": "new", "name": "New", "state": "published"}))

    call_command("load_catalogue", str(shipped.folder), "--update", "--dry-run")

    assert "Would propose: 1 companies, 1 changes." in capsys.readouterr().out
    assert not ImportBatch.objects.exists()
    assert not Company.objects.filter(slug="new").exists()


def test_a_crash_in_the_middle_leaves_no_trace(shipped, redis, monkeypatch):
    shipped.change("usage", {"technology": ["redis"]}, purpose="Sessions")
    shipped.add("companies/new.json", ("company", {"slug": "new", "name": "New", "state": "published"}))

    def crash(*args):
        raise RuntimeError

    monkeypatch.setattr(updating, "note_proposed", crash)
    with pytest.raises(RuntimeError):
        update(shipped.folder)

    assert not ImportBatch.objects.exists()
    assert not Company.objects.filter(slug="new").exists()


def test_an_update_that_finds_nothing_costs_the_same_however_much_there_is(shipped, django_assert_max_num_queries):
    with django_assert_max_num_queries(110) as few:
        update(shipped.folder)
    for number in range(2, 5):
        make_full(number)
    export(shipped.folder)
    empty_the_database()
    load(shipped.folder)
    with django_assert_max_num_queries(len(few)):
        update(shipped.folder)


def test_a_company_that_only_this_site_has_is_nobodys_question(shipped):
    make_usage(make_company("Ours alone"))

    assert quietly(shipped).questions == []
