"""What a process holds of who uses what is at each moment what the database says."""

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model

from stacks import held, revisions
from stacks.comparison.sets import bits
from stacks.curating import curating
from stacks.models import CompanyFact, State, Usage
from stacks.review import PUBLISH, RETRACT, move
from tests.factories import make_category, make_company, make_evidence, make_source, make_technology, make_usage

pytestmark = pytest.mark.django_db


def held_now():
    return held.load_sets(revisions.revision())


def read_anew():
    held.forget()
    return held_now()


@pytest.fixture
def cast():
    """Six companies, so that one that changes is few of them."""
    with curating():
        kafka, redis = make_technology("Kafka"), make_technology("Redis")
        acme, bolt, *others = [make_company(name) for name in ("Acme", "Bolt", "Coil", "Dyno", "Etch", "Flux")]
        of_acme = make_usage(acme, kafka)
        make_usage(bolt, kafka)
        make_usage(others[0], redis)
        make_usage(others[1], redis, stage="planned")
        make_usage(others[2], kafka, state=State.PROPOSED)
    return {"kafka": kafka, "redis": redis, "acme": acme, "bolt": bolt, "of_acme": of_acme, "rest": others}


def _figure(cast):
    CompanyFact.objects.create(company=cast["acme"], label="Engineers", value="30", source=make_source())


def save(row, **values):
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def _end_past_the_feed(usage):
    Usage._base_manager.filter(pk=usage.pk).update(ended="2024")


def reviewer():
    return get_user_model().objects.create_superuser("reviewer")


DEEDS = {
    "a usage is added": lambda cast: make_usage(cast["acme"], cast["redis"]),
    "a usage ends": lambda cast: save(cast["of_acme"], ended="2024"),
    "a usage comes to another category": lambda cast: save(cast["of_acme"], category=make_category("Queues")),
    "a usage goes": lambda cast: cast["of_acme"].delete(),
    "a company gets another name": lambda cast: save(cast["acme"], name="Zeta", slug="zeta"),
    "a company gets an industry": lambda cast: save(cast["acme"], industry="Retail", country="India"),
    "a company tells of its team": _figure,
    "a company is added": lambda cast: make_usage(make_company("Gaga"), cast["kafka"]),
    "a draft is added": lambda cast: make_company("Gaga", state=State.DRAFT),
    "a company is retracted": lambda cast: move([cast["acme"]], RETRACT, reviewer()),
    "a company goes": lambda cast: (move([cast["acme"]], RETRACT, reviewer()), cast["acme"].delete()),
    "a technology is retracted": lambda cast: move([cast["kafka"]], RETRACT, reviewer()),
    "a technology gets another name": lambda cast: save(cast["kafka"], name="Apache Kafka", slug="apache-kafka"),
    "a category comes to another area": lambda cast: save(cast["of_acme"].category, parent=make_category().parent),
}
MOVES_NO_COMPANY = {"a draft is added", "a category comes to another area", "a technology gets another name"}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_held_follows_each_edit(cast, deed):
    before = held_now()

    DEEDS[deed](cast)

    after = held_now()
    assert after == read_anew()
    assert (after == before) == (deed in MOVES_NO_COMPANY)


def test_what_is_retracted_and_published_again_is_held_again(cast):
    before = held_now()
    by = reviewer()

    move([cast["acme"]], RETRACT, by)
    assert cast["acme"].pk not in held_now().names
    move([cast["acme"]], PUBLISH, by)

    assert replace(held_now(), stamps=before.stamps) == before


def test_sets_tell_what_is_used_at_present_only(cast):
    sets = held_now()

    assert sets.technologies == {
        cast["kafka"].pk: bits([cast["acme"].pk, cast["bolt"].pk]),
        cast["redis"].pk: bits([cast["rest"][0].pk]),
    }


@pytest.mark.parametrize("usages", [1, 30])
def test_what_changed_costs_the_same_however_much_there_is(cast, usages, django_assert_num_queries):
    with curating():
        for _ in range(usages):
            make_usage(cast["acme"], make_technology())
    revision = revisions.revision()
    held.load_sets(revision)

    with django_assert_num_queries(0):
        held.load_sets(revision)

    save(cast["acme"], summary="Another.")
    revision = revisions.revision()
    # what the feed says, which companies changed, what they are, tell of their teams and use
    with django_assert_num_queries(5):
        held.load_sets(revision)


def test_an_edit_of_what_hangs_on_no_company_reads_none(cast, django_assert_num_queries):
    held_now()
    save(cast["redis"], summary="Another.")
    revision = revisions.revision()

    with django_assert_num_queries(2):
        held.load_sets(revision)


def test_another_catalogue_is_read_anew(cast):
    before = held_now()
    _end_past_the_feed(cast["of_acme"])
    assert held_now() == before

    revisions.renew_identity()

    assert held_now() == read_anew() != before


def test_a_feed_that_was_wound_back_and_went_on_otherwise_is_read_anew(cast):
    revision = revisions.revision()
    held.load_sets(revision)
    # as a restore leaves it that renewed no identity: the same number at another moment
    other = replace(revision, moved_at="2001-01-01 00:00:00")
    _end_past_the_feed(cast["of_acme"])

    assert held.load_sets(other) == read_anew()


def test_a_server_that_lags_behind_is_answered_from_what_is_held(cast, django_assert_num_queries):
    lagging = revisions.revision()
    make_evidence(usage=cast["of_acme"])
    sets = held_now()

    with django_assert_num_queries(0):
        assert held.load_sets(lagging) is sets
