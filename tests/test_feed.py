import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stacks import feed
from stacks.changes import leave_redirect
from stacks.models import Change, State, Technology
from stacks.models.slugs import was_ever_public
from stacks.review import PUBLISH, RETRACT, move
from tests.factories import make_company, make_coverage, make_evidence, make_migration, make_usage
from tests.plans import plan_of

pytestmark = pytest.mark.django_db


def test_lines_tell_what_they_are_about_today():
    usage = make_usage()

    lines = {line.change.kind: line for line in feed.read(Change.objects.filter(verb="added"))}

    assert lines["usage"].row == usage
    assert lines["usage"].payload["company"] == usage.company.slug
    assert lines["company"].row == usage.company


@pytest.mark.parametrize("state", [State.DRAFT, State.RETRACTED])
def test_earlier_lines_tell_nothing_of_what_is_no_longer_public(state):
    usage = make_usage()
    make_evidence(usage=usage)
    usage.state = state
    usage.save()

    lines = [line for line in feed.read(Change.objects.all()) if line.change.kind == "usage"]

    assert [line.change.verb for line in lines] == ["added", "changed", "removed"]
    assert all(line.row is None and line.payload == {} for line in lines)


def test_that_it_went_is_in_the_whole_feed_only_be_it_back_since():
    usage = make_usage()
    user = User.objects.create_superuser("admin")
    move([usage], RETRACT, user)
    move([usage], PUBLISH, user)

    assert list(Change.objects.filter(object=usage.uid).values_list("verb", flat=True)) == ["added", "removed", "added"]
    assert [line.verb for line in feed.of_company(usage.company, 10) if line.kind == "usage"] == ["added", "added"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda: list(Change.objects.of_objects("usage", ["abc"]).newest_first()[:5]),
        lambda: was_ever_public(Technology, "abc"),
        lambda: list(feed.of_technology(Technology(slug="abc", pk=1), 5)),
    ],
)
def test_what_is_asked_of_an_object_is_found_by_its_index(ask):
    with CaptureQueriesContext(connection) as queries:
        ask()

    asked = [query["sql"] for query in queries if "stacks_change" in query["sql"]]
    assert all("change_of_object" in plan_of(sql) for sql in asked)
    assert asked


def test_a_redirect_to_what_is_no_longer_public_tells_nothing():
    company = make_company("One")
    company.slug = "two"
    company.save()
    (line,) = feed.read(Change.objects.filter(verb="redirected"))
    company.state = State.RETRACTED
    company.save()
    (later,) = feed.read(Change.objects.filter(verb="redirected"))

    assert line.payload == {"to": "two"}
    assert later.payload == {}


def test_a_line_under_an_old_slug_is_about_the_row_that_was_renamed():
    company = make_company("One")
    company.slug = "two"
    company.save()

    lines = feed.read(Change.objects.order_by("seq"))

    assert [(line.change.verb, line.change.object, line.row) for line in lines] == [
        ("added", "one", company),
        ("redirected", "one", company),
        ("changed", "two", company),
    ]


def test_what_was_withdrawn_under_a_slug_is_not_what_the_slug_leads_to_now():
    gone, kept = make_company("One"), make_company("Two")
    gone.delete()
    leave_redirect("company", "one", kept.slug)

    verbs = {line.change.verb: line.row for line in feed.read(Change.objects.filter(object="one"))}

    assert verbs["removed"] is None
    assert verbs["added"] == kept


@pytest.mark.parametrize("each", [1, 10])
def test_reading_costs_the_same_however_many_lines(django_assert_num_queries, each):
    for _ in range(each):
        company = make_company(usages=1)
        make_migration(company)
        make_coverage(company)

    # the changes; companies, categories, technologies, usages, sources, migrations, blanks
    with django_assert_num_queries(8):
        assert feed.read(Change.objects.all())
