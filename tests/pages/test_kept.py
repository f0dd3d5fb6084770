"""What pages keep of what they counted is never told when it is not so any more."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.db.models import QuerySet
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stacks import finished, held
from stacks.curating import curating
from stacks.models import Change, Evidence, Source, State
from stacks.pages.kept import load_kept_source_count
from stacks.review import RETRACT, move
from stacks.revisions import revision
from tests.factories import (
    make_category,
    make_company,
    make_evidence,
    make_migration,
    make_source,
    make_technology,
    make_usage,
)
from tests.test_held import DEEDS, cast, reviewer, save  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/technologies/kafka/",
    "/technologies/kafka/?format=json",
    "/categories/some-category/",
    "/categories/some-category/?format=json",
    "/companies/?uses=kafka",
    "/compare/technologies/kafka/redis/",
    "/migrations/",
    "/compare/companies/acme/bolt/",
]


@pytest.fixture
def more(cast, monkeypatch):  # noqa: F811
    """What is past, planned and run through something, with dates, of companies in several parts."""
    monkeypatch.setattr("stacks.pages.kept._BITS", 1)
    service = make_technology("Service")
    for n, stage in enumerate(("retired", "planned", "in_use")):
        make_usage(make_company(f"Gone {n}"), cast["kafka"], stage=stage, source=make_source(published_on=f"201{n}"))
    via = make_usage(make_company("Haul"), cast["kafka"], via=service, source=make_source(published_on="2016"))
    ended = make_usage(make_company("Iota"), cast["kafka"], started="2012", ended="2015")
    return cast | {"service": service, "via": via, "ended": ended, "gone": via.company}


MORE_DEEDS = DEEDS | {
    "an older edition is found": lambda rows: make_evidence(
        usage=rows["via"], source=make_source(published_on="2011"), edition_on="2011"
    ),
    "what ended has not ended": lambda rows: save(rows["ended"], ended=""),
    "what ended is retracted": lambda rows: move([rows["ended"]], RETRACT, reviewer()),
    "who left gets another name": lambda rows: save(rows["ended"].company, name="Zulu", slug="zulu"),
    "a service gets another name": lambda rows: save(rows["service"], name="Managed", slug="managed"),
    "a service is retracted": lambda rows: move([rows["service"]], RETRACT, reviewer()),
    "a usage is run through nothing": lambda rows: save(rows["via"], via=None),
    "one goes and one comes": lambda rows: (rows["ended"].delete(), make_usage(make_company("Jeep"), rows["kafka"])),
    "a draft becomes older": lambda rows: make_usage(make_company(), rows["kafka"], state=State.DRAFT, ended="2001"),
    "what went is filed elsewhere, unseen": lambda rows: (
        move([rows["ended"]], RETRACT, reviewer()),
        save(rows["ended"], category=make_category("Elsewhere")),
    ),
    "what ended is of another company": lambda rows: save(rows["ended"], company=rows["bolt"]),
    "what is used is of another company": lambda rows: save(
        rows["via"], company=rows["acme"], technology=rows["redis"]
    ),
    "what is used is of another": lambda rows: save(rows["via"], technology=rows["redis"]),
    "what is used is filed elsewhere": lambda rows: save(rows["via"], category=make_category("Elsewhere")),
    "it is renamed, and then used no more": lambda rows: (
        save(rows["kafka"], name="Karafka", slug="karafka"),
        rows["ended"].delete(),
    ),
    "a company that uses it goes": lambda rows: move([rows["gone"]], RETRACT, reviewer()),
    "who moves gets another name": lambda rows: save(rows["acme"], name="Acme Two"),
    "who moves goes": lambda rows: move([rows["acme"]], RETRACT, reviewer()),
    "somebody moves": lambda rows: make_migration(rows["acme"], rows["kafka"]),
    "a newer edition of another is told": lambda rows: make_evidence(
        usage=make_usage(rows["bolt"], rows["redis"]), source=make_source(published_on="2026")
    ),
}


@pytest.mark.parametrize("deed", MORE_DEEDS)
def test_after_each_edit_a_page_is_as_if_nothing_was_kept(client, more, deed):
    for address in ADDRESSES:
        client.get(address)

    MORE_DEEDS[deed](more)

    kept = [client.get(address).content for address in ADDRESSES]
    caches["default"].clear()
    held.forget()
    finished.forget()
    assert kept == [client.get(address).content for address in ADDRESSES]


@pytest.mark.parametrize("deed", MORE_DEEDS)
def test_after_each_edit_the_sources_are_counted_on_without_counting_them(more, deed, django_assert_num_queries):
    count_sources()

    MORE_DEEDS[deed](more)

    # the revision, the lines of the feed since
    with django_assert_num_queries(2):
        counted = count_sources()
    assert counted == count_sources() == Source.objects.published().count()


def count_sources():
    return load_kept_source_count(RequestFactory().get("/"))


def test_what_a_technology_s_usages_tell_is_read_anew_where_the_feed_tells_too_much(client, more, monkeypatch):
    client.get("/technologies/kafka/")
    monkeypatch.setattr("stacks.pages.kept._COUNTED_ON", 1)
    save(more["bolt"], summary="Another.")
    save(more["ended"], ended="2014")

    page = client.get("/technologies/kafka/").content
    caches["default"].clear()
    caches["pages"].clear()
    assert client.get("/technologies/kafka/").content == page


def test_sources_are_counted_anew_where_the_feed_is_another_or_tells_too_much(more, monkeypatch):
    count_sources()
    evidence = make_evidence(usage=more["via"])
    monkeypatch.setattr("stacks.pages.kept._COUNTED_ON", 1)
    assert count_sources() == Source.objects.published().count()

    Evidence._base_manager.filter(pk=evidence.pk).delete()  # as another's database comes in its place
    QuerySet(Change).filter(seq=revision().revision).update(at=timezone.now())
    assert count_sources() == Source.objects.published().count()


ELSEWHERE, OF_IT = "an edit elsewhere", "an edit of a usage of it"


@pytest.mark.parametrize("edit", [ELSEWHERE, OF_IT])
@pytest.mark.parametrize(
    "address",
    [
        "/technologies/kafka/",
        "/technologies/kafka/?format=csv",
        "/categories/brokers/",
        "/compare/technologies/kafka/redis/",
    ],
)
def test_after_an_edit_no_more_rows_are_read_where_more_use_it(client, address, edit, monkeypatch):
    """Rows that the statements give, which is what grew: a count or a newest moment is one."""
    monkeypatch.setattr("stacks.pages.technologies.users.MOST", 3)
    monkeypatch.setattr("stacks.pages.kept._BITS", 0)  # each company is a part
    kafka = make_technology("Kafka", make_category("Brokers"))
    make_technology("Redis")
    other = make_company("Zulu")
    own = make_usage(make_company("Acme"), kafka, source=make_source(published_on="2015"))

    def add(n):
        with curating():
            for _ in range(n):
                make_usage(make_company(), kafka, source=make_source(published_on="2015"))
                make_usage(make_company(), kafka, ended="2014", source=make_source(published_on="2011"))

    def count_rows():
        client.get(address)
        if edit == OF_IT:
            save(own, remarks=f"{own.remarks}.")
        else:
            save(other, summary=f"{other.summary}.")
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        read = 0
        for query in asked:
            with connection.cursor() as cursor:
                cursor.execute(query["sql"])
                read += len(cursor.fetchall())
        return read

    add(5)
    few = count_rows()
    add(7)

    assert count_rows() == few
