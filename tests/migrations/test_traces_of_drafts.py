"""What drafts had made of redirects and aliases under the rules of before goes, or leads again where it led."""

from importlib import import_module

import pytest

from stacks import derived
from stacks.curating import curating
from stacks.models import (
    Change,
    Company,
    CompanyAlias,
    Counter,
    Redirect,
    State,
    TechnologyAlias,
)
from tests.factories import make_category, make_company, make_technology

pytestmark = pytest.mark.django_db

NAME = "0007_traces_of_drafts"
MAKERS = {"company": make_company, "technology": make_technology}
reviewed = pytest.mark.parametrize("kind", sorted(MAKERS))


@pytest.fixture
def mend(models_then):
    then = models_then()  # the newest: the tables of the test have the columns that came later
    return lambda: import_module(f"stacks.migrations.{NAME}").mend(then, None)


def led_before(kind, old, new):
    """A redirect as the code of before saved it, past every check and, as its target was no public row, the feed."""
    redirect = Redirect.objects.filter(kind=kind, old_slug=old).first() or Redirect(kind=kind, old_slug=old)
    redirect.new_slug = new
    if redirect.pk is None:
        Redirect._base_manager.bulk_create([redirect])
        history_type = "+"
    else:
        Redirect._base_manager.filter(pk=redirect.pk).update(new_slug=new)
        history_type = "~"
    Redirect.history.bulk_history_create([redirect], update=history_type == "~")
    return redirect


def publish_as_before(row):
    """Without the lines that tell now of what leads to it."""
    kept = list(Redirect.objects.all())
    Redirect._base_manager.all()._raw_delete("default")
    row.state = State.PUBLISHED
    row.save()
    Redirect._base_manager.bulk_create(kept)


def rename(row, slug):
    row.slug = slug
    row.save()
    return row


def leads(kind):
    return dict(Redirect.objects.filter(kind=kind).values_list("old_slug", "new_slug"))


@reviewed
@pytest.mark.parametrize("published_since", [False, True])
def test_a_redirect_of_a_drafts_earlier_slug_goes(mend, kind, published_since):
    draft = rename(MAKERS[kind](slug="first", state=State.DRAFT), "second")
    led_before(kind, "first", "second")
    if published_since:
        publish_as_before(draft)

    mend()

    assert leads(kind) == {}
    assert not Change.objects.filter(verb="redirected").exists()
    assert Redirect.history.first().history_type == "-"


@reviewed
@pytest.mark.parametrize("published_since", [False, True])
def test_a_redirect_that_a_draft_took_leads_where_it_led(mend, kind, published_since):
    rename(MAKERS[kind](slug="x"), "y")
    draft = MAKERS[kind](slug="w", state=State.DRAFT)
    led_before(kind, "x", "w")
    if published_since:
        publish_as_before(draft)

    mend()

    assert leads(kind) == {"x": "y"}
    assert Redirect.history.first().history_type == "~"
    newest = Change.objects.filter(kind=kind, object="x", verb="redirected").latest("seq")
    assert newest.payload == {"to": "y"}
    assert derived.check() == []


@reviewed
def test_right_redirects_stay_and_what_the_feed_did_not_know_is_told(mend, kind):
    rename(rename(MAKERS[kind](slug="a"), "b"), "c")
    MAKERS[kind](slug="target")
    led_before(kind, "by-hand", "target")
    before = Counter.objects.get().revision

    mend()

    assert leads(kind) == {"a": "c", "b": "c", "by-hand": "target"}
    lines = Change.objects.filter(seq__gt=before).values_list("verb", "object", "payload")
    assert list(lines) == [("redirected", "by-hand", {"to": "target"})]
    assert derived.check() == []


@reviewed
def test_the_old_address_of_what_was_withdrawn_stays(mend, kind):
    row = MAKERS[kind](slug="x")
    for state in (State.RETRACTED, State.DRAFT):
        row.state = state
        row.save()
    rename(row, "y")

    mend()

    assert leads(kind) == {"x": "y"}


@pytest.mark.parametrize(("kind", "make"), [*MAKERS.items(), ("category", make_category)])
def test_what_leads_nowhere_or_away_from_a_page_goes_and_is_told_to_end(mend, kind, make):
    make(slug="live")
    make(slug="other")
    led_before(kind, "x", "nowhere")
    led_before(kind, "live", "other")
    seq = Counter.objects.get().revision + 1
    Change.objects.create(
        seq=seq, at="2026-01-01T00:00Z", verb="redirected", kind=kind, object="x", payload={"to": "y"}
    )
    Counter.objects.update(revision=seq)

    mend()

    assert leads(kind) == {}
    newest = Change.objects.latest("seq")
    assert (newest.object, newest.payload) == ("x", {"to": None})


@reviewed
@pytest.mark.parametrize("published_since", [False, True])
def test_an_alias_of_a_drafts_earlier_name_goes_and_one_that_was_typed_stays(mend, kind, published_since):
    with curating():
        row = MAKERS[kind]("Working title", state=State.DRAFT)
    model = {"company": CompanyAlias, "technology": TechnologyAlias}[kind]
    row.aliases.create(name="Typed")
    first = model.objects.get(name="Working title")
    row.name = "Final"
    row.former_name_stays = True  # as the code of before would leave it
    row.save()
    if published_since:
        row.state = State.PUBLISHED
        row.save()
    newest = Counter.objects.get().revision

    mend()

    assert {alias.name for alias in row.aliases.all()} == {"Typed", "Final"}
    assert model.history.filter(id=first.pk).first().history_type == "-"
    told = list(Change.objects.filter(seq__gt=newest).values_list("kind", "object", "payload"))
    assert told == ([(kind, row.slug, {"fields": ["aliases"]})] if published_since else [])
    assert derived.check() == []


@reviewed
def test_a_former_name_that_was_public_stays(mend, kind):
    row = MAKERS[kind]("Public name")
    row.name = "New name"
    row.save()

    mend()

    assert {alias.name for alias in row.aliases.all()} == {"Public name", "New name"}


def test_an_empty_catalogue_is_left_as_it_is(mend):
    mend()

    assert not Company.objects.exists()
    assert not Change.objects.exists()
