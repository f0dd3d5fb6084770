import pytest
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from stacks import derived
from stacks.documents import documents
from stacks.merge import KEPT, MERGED, MOVED, Refused, Unresolved, look, merge, references
from stacks.models import (
    Category,
    Change,
    Company,
    CompanyAlias,
    CompanyFact,
    CompanyIdentifier,
    Coverage,
    Curated,
    Evidence,
    Homonym,
    ImportDecision,
    Migration,
    Redirect,
    Source,
    State,
    Technology,
    TechnologyAlias,
    TechnologyCount,
    TechnologyIdentifier,
    TechnologyRelation,
    Usage,
)
from stacks.proposals.proposing import open_batch, propose_changes
from stacks.unmerge import problems, undo
from tests.factories import (
    make_category,
    make_company,
    make_migration,
    make_relation,
    make_source,
    make_technology,
    make_usage,
)

pytestmark = pytest.mark.django_db


def everything():
    """What the public sees of all that can be seen, and all rows with their values but for versions and moments."""
    seen = {
        model: documents(model, model._base_manager.values_list("pk", flat=True)) for model in (Company, Technology)
    }
    passing = ("version", "updated_at", "revision", "revised_at")
    rows = {
        (model, row.pk): {
            field.attname: getattr(row, field.attname)
            for field in model._meta.concrete_fields
            if field.name not in passing
        }
        for model in Curated.__subclasses__()
        if not model._meta.abstract
        for row in model._base_manager.all()
    }
    return seen, rows


@pytest.fixture
def twins():
    """Two rows of one company under two names, with all that may hang on a company."""
    kept, gone = make_company("Zerodha", summary=""), make_company("Zerodha Ltd", summary="A broker.", country="IN")
    kafka, redis = make_technology("Kafka"), make_technology("Redis")
    make_usage(kept, redis, category=make_category("Queues"))
    for technology in (kafka, redis):
        make_usage(gone, technology, category=technology.category)
    make_migration(gone, make_technology("RabbitMQ"), kafka)
    CompanyIdentifier.objects.create(company=gone, scheme="domain", value="zerodha.com")
    CompanyAlias.objects.create(company=gone, name="Z Broking")
    CompanyFact.objects.create(company=gone, label="Orders", value="15 million a day", source=make_source())
    Coverage.objects.create(company=gone, category=make_category("Search"), looked_on="2026", outcome="nothing_found")
    make_company("Rainmatter", parent=gone, life="acquired", life_on="2020", life_source="https://a.example/")
    source = make_source()
    source.company = gone
    source.save()
    Evidence.objects.create(company=gone, source=source)
    return gone, kept


def test_every_reference_is_known_and_moves():
    """A new model that refers to what can be merged is found by itself; it is curated, or led on as it is."""
    for model in MERGED:
        hidden = {
            (relation.related_model, relation.field.name)
            for relation in model._meta.get_fields(include_hidden=True)
            if isinstance(relation, models.ForeignObjectRel)
            and not hasattr(relation.related_model, "instance_type")
            and relation.related_model is not TechnologyCount
        }
        assert set(references(model)) == hidden
        assert hidden


def test_one_company_has_all_that_two_had(twins, django_user_model):
    gone, kept = twins
    anna = django_user_model.objects.create_user("anna")

    merge(gone, kept, user=anna)

    assert not Company.objects.filter(pk=gone.pk).exists()
    kept.refresh_from_db()
    assert (kept.name, kept.summary, kept.country) == ("Zerodha", "A broker.", "IN")
    for model, name in references(Company):
        assert not model._base_manager.filter(**{name: gone.pk}).exists(), (model, name)
    assert set(kept.aliases.values_list("name", flat=True)) == {"Zerodha", "Zerodha Ltd", "Z Broking"}
    assert kept.usages.count() == 3
    assert [*kept.facts.all(), *kept.coverage.all(), *kept.migrations.all(), *kept.identifiers.all()]
    assert Redirect.objects.get(kind="company", old_slug="zerodha-ltd").new_slug == "zerodha"
    assert derived.check() == []
    lines = [(line.verb, line.kind, line.object) for line in Change.objects.order_by("-seq")[:40]]
    assert ("removed", "company", "zerodha-ltd") in lines
    assert ("redirected", "company", "zerodha-ltd") in lines
    assert ("removed", "usage", kept.usages.first().uid) not in lines


def test_looking_changes_nothing_and_tells_all(twins):
    gone, kept = twins
    ImportDecision.objects.create(company=gone, words="get", key="get", verdict="never")
    before, newest = everything(), Change.objects.count()

    with CaptureQueriesContext(connection) as asked:
        report = look(gone, kept)

    assert not [one["sql"] for one in asked if not one["sql"].startswith("SELECT")]  # nor does it take a lock
    assert {model for model, _ in report.led} >= {ImportDecision}

    assert everything() == before
    assert Change.objects.count() == newest
    assert {(choice.name, choice.take) for choice in report.fields if choice.differs} >= {
        ("name", KEPT),
        ("summary", MOVED),
        ("country", MOVED),
    }
    assert report.redirect == ("zerodha-ltd", "zerodha")
    assert len(report.moved) >= 9


def test_it_is_undone_to_the_last_row(twins, client):
    gone, kept = twins
    before, revision = everything(), Change.objects.count()

    merged = merge(gone, kept, user=None, fields={"name": MOVED})
    assert Company.objects.get(pk=kept.pk).name == "Zerodha Ltd"
    assert problems(merged) == []
    undo(merged, user=None)

    assert everything() == before
    assert derived.check() == []
    assert Change.objects.count() > revision
    assert client.get("/companies/zerodha-ltd/").status_code == 200
    merged.refresh_from_db()
    with pytest.raises(Refused, match="undone already"):
        undo(merged, user=None)


def test_what_was_touched_since_is_not_undone(twins):
    gone, kept = twins
    merged = merge(gone, kept, user=None)
    usage = kept.usages.get(technology__slug="kafka")
    usage.purpose = "Events"
    usage.save()
    before = everything()

    with pytest.raises(Refused, match=r"Usage .*Kafka.* was changed since"):
        undo(merged, user=None)

    assert everything() == before


@pytest.fixture
def meeting():
    """Both have an open usage of one technology in one place, a blank of one category, and a figure of one day."""
    kept, gone = make_company("Zerodha"), make_company("Zerodha Ltd")
    redis, searching = make_technology("Redis"), make_category("Search")
    stands = make_usage(kept, redis, category=redis.category, purpose="Cache")
    comes = make_usage(gone, redis, category=redis.category, purpose="Queues")
    shared = stands.evidence.get().source
    Evidence.objects.create(usage=comes, source=shared, quote="We queue in Redis")
    for company, outcome in ((kept, "nothing_found"), (gone, "not_used")):
        Coverage.objects.create(
            company=company, category=searching, looked_on="2026", outcome=outcome, source=make_source()
        )
        CompanyFact.objects.create(company=company, label="Orders", value=outcome, observed_on="2020", source=shared)
    return gone, kept, comes, stands


@pytest.mark.parametrize("side", [KEPT, MOVED])
def test_where_rows_meet_somebody_chooses(meeting, side):
    gone, kept, *_ = meeting
    before = everything()
    report = look(gone, kept)
    assert sorted(type(each.comes).__name__ for each in report.conflicts) == ["CompanyFact", "Coverage", "Usage"]
    with pytest.raises(Unresolved, match="3 rows meet others"):
        merge(gone, kept, user=None)
    assert everything() == before

    merged = merge(
        gone, kept, user=None, conflicts={each.key: side for each in report.conflicts}, seen=report.fingerprint
    )

    usage = kept.usages.get()
    assert usage.purpose == ("Cache" if side == KEPT else "Queues")
    assert usage.evidence.count() == 3
    assert kept.coverage.get().outcome == ("nothing_found" if side == KEPT else "not_used")
    assert kept.facts.get().value == ("nothing_found" if side == KEPT else "not_used")
    assert derived.check() == []
    undo(merged, user=None)
    assert everything() == before
    assert derived.check() == []


def test_what_changed_since_it_was_looked_at_is_looked_at_again(meeting):
    gone, kept, comes, _ = meeting
    report = look(gone, kept)
    comes.purpose = "Locks"
    comes.save()
    before = everything()

    with pytest.raises(Refused, match="look again"):
        merge(gone, kept, user=None, conflicts={each.key: KEPT for each in report.conflicts}, seen=report.fingerprint)

    assert everything() == before


def test_technologies_with_relations_names_and_what_runs_through_them():
    kept, gone = make_technology("PostgreSQL"), make_technology("Postgres DB")
    rds = make_technology("Amazon RDS", kind="service")
    timescale = make_technology("TimescaleDB")
    for one in (kept, gone):
        make_relation(timescale, "built_on", one)
    make_relation(rds, "managed_form_of", gone)
    make_relation(gone, "successor_of", kept)
    TechnologyIdentifier.objects.create(technology=gone, scheme="wikidata", value="Q192490")
    TechnologyAlias.objects.create(technology=gone, name="pgsql")
    Homonym.objects.create(technology=gone, name="PG", position=1)
    Homonym.objects.create(technology=kept, name="PG", position=2)
    fam = make_company("Fam")
    make_usage(fam, gone, via=rds)
    make_usage(fam, make_technology("Kubernetes"), via=gone)
    moves = [make_migration(fam, make_technology("MySQL"), gone), make_migration(fam, gone, kept)]
    before = everything()

    merged = merge(gone, kept, user=None)

    relations = set(TechnologyRelation.objects.values_list("subject__slug", "kind", "object__slug"))
    assert relations == {("timescaledb", "built_on", "postgresql"), ("amazon-rds", "managed_form_of", "postgresql")}
    assert Usage.objects.filter(technology=kept).count() == Usage.objects.filter(via=kept).count() == 1
    assert set(kept.aliases.values_list("name", flat=True)) == {"PostgreSQL", "Postgres DB", "pgsql"}
    assert Homonym.objects.get().technology == kept
    assert list(Migration.objects.all()) == moves[:1]
    assert derived.check() == []
    undo(merged, user=None)
    assert everything() == before
    assert derived.check() == []


def test_what_ran_through_the_other_runs_through_nothing():
    kept, gone = make_technology("PostgreSQL"), make_technology("Postgres DB")
    one, other = make_usage(make_company(), gone, via=kept), make_usage(make_company(), kept, via=gone)
    before = everything()

    merged = merge(gone, kept, user=None)

    for usage in (one, other):
        usage.refresh_from_db()
        assert (usage.technology, usage.via) == (kept, None)
    undo(merged, user=None)
    assert everything() == before


@pytest.mark.parametrize("count", [1, 30])
def test_whether_it_can_be_undone_costs_the_same_however_much_moved(count, django_assert_num_queries):
    kept, gone = make_technology("Kafka"), make_technology("Apache Kafka")
    for _ in range(count):
        make_usage(make_company(), gone, category=gone.category)
    merged = merge(gone, kept, user=None)

    with django_assert_num_queries(4):
        assert problems(merged) == []


def test_sources_keep_the_edition_that_says_it():
    usage = make_usage()
    kept = usage.evidence.get().source
    gone = make_source(url="https://source.example/other", published_on="2017-03")
    Evidence.objects.create(usage=usage, source=gone, quote="Then")
    before = everything()

    merged = merge(gone, kept, user=None)

    assert Evidence.objects.get(quote="Then").edition_on == "2017-03"
    assert Source.objects.count() == 1
    undo(merged, user=None)
    assert everything() == before


def test_categories_take_homes_and_usages_along():
    kept, gone = make_category("Brokers"), make_category("Message queues")
    kafka = make_technology("Kafka", category=gone)
    usage = make_usage(make_company(), kafka, category=gone)
    before = everything()

    merged = merge(gone, kept, user=None)

    usage.refresh_from_db()
    kafka.refresh_from_db()
    assert usage.category == kafka.category == kept
    assert Redirect.objects.get().new_slug == "brokers"
    assert derived.check() == []
    undo(merged, user=None)
    assert everything() == before


def test_what_cannot_become_one_is_refused():
    one, area = make_category("Brokers"), Category.objects.filter(parent=None).first()
    company = make_company()
    for gone, kept in ((one, area), (one, one), (company, one)):
        with pytest.raises(Refused):
            look(gone, kept)


def test_a_draft_leaves_no_trace():
    kept, gone = make_company("Zerodha"), make_company("Zerodha Draft", state=State.DRAFT)

    merge(gone, kept, user=None)

    assert not Redirect.objects.exists()
    assert not Change.objects.filter(object="zerodha-draft").exists()


def test_old_addresses_of_both_lead_to_the_one_that_is_left(client):
    kept, gone = make_company("Zerodha"), make_company("Zerodha Old")
    gone.slug = "zerodha-older"
    gone.save()

    merged = merge(gone, kept, user=None)

    for slug in ("zerodha-old", "zerodha-older"):
        assert client.get(f"/companies/{slug}/")["Location"].endswith("/companies/zerodha/")
    undo(merged, user=None)
    assert client.get("/companies/zerodha-old/")["Location"].endswith("/companies/zerodha-older/")
    assert client.get("/companies/zerodha-older/").status_code == 200


def test_what_waits_for_the_one_waits_for_the_other(django_user_model):
    kept, gone = make_company("Zerodha"), make_company("Zerodha Ltd")
    anna = django_user_model.objects.create_user("anna")
    (line,) = propose_changes(open_batch(anna, about=gone), gone, {"summary": "A broker."})

    merged = merge(gone, kept, user=anna)

    line.refresh_from_db()
    assert (line.row, line.company) == (kept.pk, kept)
    undo(merged, user=anna)
    line.refresh_from_db()
    assert (line.row, line.company) == (gone.pk, gone)


def test_what_imports_were_told_of_the_one_holds_for_the_other_unless_that_was_told_otherwise():
    kept, gone = make_company("Zerodha"), make_company("Zerodha Ltd")
    for company, words in ((kept, "redis"), (gone, "redis"), (gone, "get")):
        ImportDecision.objects.create(company=company, words=words, key=words, verdict="never")

    merge(gone, kept, user=None)

    assert set(ImportDecision.objects.values_list("company", "words")) == {(kept.pk, "redis"), (kept.pk, "get")}


@pytest.mark.parametrize("count", [1, 30])
def test_many_usages_move_in_few_queries(count, django_assert_max_num_queries):
    kept, gone = make_technology("Kafka"), make_technology("Apache Kafka")
    for _ in range(count):
        make_usage(make_company(), gone, category=gone.category)

    with django_assert_max_num_queries(160 + 2 * count):
        merge(gone, kept, user=None)

    assert kept.usages.count() == count


def test_a_rule_that_would_be_broken_refuses_the_whole():
    kept, gone, middle = make_technology("A"), make_technology("B"), make_technology("M")
    make_relation(kept, "built_on", middle)
    make_relation(middle, "built_on", gone)
    before = everything()

    with pytest.raises((Refused, ValidationError)):
        merge(gone, kept, user=None)

    assert everything() == before
