"""What each process has at hand of the documents of a list is never told when it is not so any more."""

import pytest

from stacks import finished
from stacks.models import CheckResult, State
from stacks.review import PUBLISH, RETRACT, move
from tests.factories import make_company, make_evidence, make_source, make_technology, make_usage
from tests.test_held import DEEDS, cast, reviewer, save  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/api/v1/usages/",
    "/api/v1/usages/?ordering=company",
    "/api/v1/usages/?ordering=-updated_at",
    "/api/v1/usages/?technology=kafka",
    "/api/v1/usages/?category=some-category&current=true",
    "/api/v1/companies/acme/usages/",
]


@pytest.fixture
def more(cast):  # noqa: F811
    """One that says more: run through something, its source about a parent, an edition, a stored copy."""
    group, service = make_company("Group"), make_technology("Service")
    source = make_source(published_on="2016", company=group, archive_url="https://archive.example/page")
    unit = make_company("Unit", parent=group)
    via = make_usage(unit, cast["kafka"], via=service, source=source)
    return cast | {"group": group, "unit": unit, "service": service, "source": source, "via": via}


MORE_DEEDS = DEEDS | {
    "a usage is saved, and nothing that the public sees is another": lambda rows: save(rows["of_acme"]),
    "a purpose is told": lambda rows: save(rows["of_acme"], purpose="The log of everything"),
    "another source is cited": lambda rows: make_evidence(usage=rows["of_acme"], quote="We run Kafka."),
    "another sentence is quoted": lambda rows: save(rows["via"].evidence.get(), quote="Kafka it is."),
    "a source gets another title": lambda rows: save(rows["source"], title="Another title"),
    "a source is gone": lambda rows: save(rows["source"], check_result=CheckResult.GONE),
    "a source is of nobody": lambda rows: save(rows["source"], company=None),
    "a service gets another name": lambda rows: save(rows["service"], name="Managed", slug="managed"),
    "a service is retracted": lambda rows: move([rows["service"]], RETRACT, reviewer()),
    "a category gets another name": lambda rows: save(rows["of_acme"].category, name="Queues", slug="queues"),
    "a unit is sold": lambda rows: save(rows["unit"], parent=None),
    "a group is retracted": lambda rows: move([rows["group"]], RETRACT, reviewer()),
    "a draft becomes public": lambda rows: move(
        [make_usage(rows["acme"], rows["redis"], state=State.PROPOSED)], PUBLISH, reviewer()
    ),
    "a usage is retracted": lambda rows: move([rows["of_acme"]], RETRACT, reviewer()),
}


@pytest.mark.parametrize("deed", MORE_DEEDS)
def test_after_each_edit_a_list_is_as_if_nothing_was_at_hand(client, more, deed):
    for address in ADDRESSES:
        client.get(address)

    MORE_DEEDS[deed](more)

    told = [client.get(address).content for address in ADDRESSES]
    finished.forget()
    assert told == [client.get(address).content for address in ADDRESSES]


def test_each_host_is_told_addresses_of_its_own(client, more, settings):
    settings.ALLOWED_HOSTS = ["one.example", "other.example"]
    for host in ("one.example", "other.example", "one.example"):
        found = client.get("/api/v1/usages/", headers={"host": host}).json()["results"]
        assert all(row["url"].startswith(f"http://{host}/api/v1/usages/") for row in found)


def test_a_past_day_and_a_part_of_a_document_are_told_as_they_were_asked(client, more):
    whole = client.get("/api/v1/usages/?technology=kafka").json()["results"]

    past = client.get("/api/v1/usages/?technology=kafka&as_of=2017").json()["results"]
    part = client.get("/api/v1/usages/?technology=kafka&fields=uid").json()["results"]

    assert [row["uid"] for row in past] == [more["via"].uid]
    assert part == [{"uid": row["uid"]} for row in whole]


@pytest.mark.parametrize("usages", [1, 30])
def test_after_an_edit_elsewhere_two_queries_tell_a_page(client, usages, django_assert_num_queries):
    for _ in range(usages):
        make_usage()
    elsewhere = make_company()
    client.get("/api/v1/usages/")

    save(elsewhere, summary="Something else")

    # the revision, the stamps
    with django_assert_num_queries(2):
        assert len(client.get("/api/v1/usages/").json()["results"]) == usages
