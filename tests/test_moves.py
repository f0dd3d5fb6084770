"""Every address safe: an old one never means another object by accident, and mirrors that follow the feed keep step."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.serializers import serialize
from django.db import IntegrityError, transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from stacks import derived, feed
from stacks.changes import leave_redirect
from stacks.curating import curating
from stacks.models import Category, Change, Company, Redirect, State, Technology, Usage
from stacks.models.slugs import is_public
from stacks.redirects import find
from stacks.revisions import revision
from tests.factories import make_category, make_company, make_technology, make_usage

pytestmark = pytest.mark.django_db

MAKERS = {"company": make_company, "technology": make_technology, "category": make_category}
PAGES = {"company": "/companies/{}/", "technology": "/technologies/{}/", "category": "/categories/{}/"}
LISTS = {"company": "companies", "technology": "technologies", "category": "categories"}
kinds = pytest.mark.parametrize("kind", sorted(MAKERS))
reviewed = pytest.mark.parametrize("kind", ["company", "technology"])
hidden = pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED])


def rename(row, slug, *, given_by_a_reviewer=False):
    row.slug, row.slug_given = slug, given_by_a_reviewer
    row.save()
    return row


def move(row, state):
    row.state = state
    row.save()
    return row


def told(after):
    """The lines about redirects since a revision: kind, old slug and where it leads."""
    lines = Change.objects.filter(seq__gt=after, verb="redirected").order_by("seq")
    return [(line.kind, line.object, line.payload["to"]) for line in lines]


def changing_places(kind):
    """What is told when x and y change places by way of tmp."""
    steps = [("x", "tmp"), ("x", None), ("y", "x"), ("y", None), ("tmp", "y")]
    return [(kind, *step) for step in steps]


def redirects(kind):
    return dict(Redirect.objects.filter(kind=kind).values_list("old_slug", "new_slug"))


@reviewed
@hidden
def test_a_draft_takes_no_old_address_neither_new_nor_renamed(client, kind, state):
    moved = rename(MAKERS[kind](slug="x"), "y")
    draft = MAKERS[kind](slug="draft", state=state)
    before = revision().revision

    with pytest.raises(ValidationError, match="old address"):
        MAKERS[kind](slug="x", state=state)
    with pytest.raises(ValidationError, match="old address"):
        rename(draft, "x")
    with pytest.raises(ValidationError, match="not published"):
        rename(draft, "x", given_by_a_reviewer=True)

    assert client.get(PAGES[kind].format("x")).headers["Location"] == PAGES[kind].format("y")
    assert find(type(moved), ["x"]).rows == [moved]
    assert told(before) == []


@reviewed
@hidden
def test_what_a_draft_was_called_before_leaves_no_trace(client, kind, state):
    draft = MAKERS[kind]("First name", slug="first", state=state)
    rename(draft, "second")
    draft.name = "Second name"
    draft.save()
    before = revision().revision
    move(draft, State.PUBLISHED)

    assert redirects(kind) == {}
    assert told(before) == []
    assert client.get(PAGES[kind].format("first")).status_code == 404
    assert [alias.name for alias in draft.aliases.all()] == ["Second name"]
    assert "irst" not in json.dumps(client.get(f"/api/v1/{LISTS[kind]}/second/").json())


@reviewed
def test_a_draft_that_is_spelt_anew_is_found_by_the_new_spelling_alone(kind):
    draft = MAKERS[kind]("Fam Pay", state=State.DRAFT)
    draft.name = "FamPay"
    draft.save()

    assert [alias.name for alias in draft.aliases.all()] == ["FamPay"]


@reviewed
def test_a_name_that_was_typed_as_an_alias_stays_one_of_a_draft(kind):
    draft = MAKERS[kind]("Working title", state=State.DRAFT)
    draft.aliases.create(name="Nick")
    for name in ("Nick", "Final"):
        draft.name = name
        draft.save()

    assert {alias.name for alias in draft.aliases.all()} == {"Nick", "Final"}


@reviewed
def test_a_name_that_was_public_stays_an_alias_when_it_is_withdrawn_and_renamed(kind):
    row = MAKERS[kind]("Public name")
    move(row, State.RETRACTED)
    move(row, State.DRAFT)
    for name in ("Working title", "New name"):
        row.name = name
        row.save()

    assert {alias.name for alias in row.aliases.all()} == {"Public name", "New name"}


@reviewed
def test_an_old_address_comes_back_with_what_was_withdrawn_and_renamed(client, kind):
    row = MAKERS[kind](slug="x")
    move(row, State.RETRACTED)
    move(row, State.DRAFT)
    before = revision().revision
    for slug in ("working", "y"):
        rename(row, slug)

    assert revision().revision == before
    assert redirects(kind) == {"x": "y"}
    with pytest.raises(ValidationError, match="old address"):
        MAKERS[kind](slug="x", state=State.DRAFT)
    move(row, State.PUBLISHED)
    assert told(before) == [(kind, "x", "y")]
    assert client.get(PAGES[kind].format("x")).headers["Location"] == PAGES[kind].format("y")
    assert client.get(PAGES[kind].format("working")).status_code == 404


@reviewed
@pytest.mark.parametrize("state", [State.RETRACTED, State.DRAFT])
def test_the_slug_of_what_was_withdrawn_stays_its_own(kind, state):
    row = move(move(MAKERS[kind](slug="x"), State.RETRACTED), state)

    other = MAKERS[kind](slug="other", state=State.DRAFT)
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        rename(other, "x")
    row.save()
    move(row, State.PUBLISHED)
    assert find(type(row), ["x"]).rows == [row]


@kinds
def test_the_slug_of_what_was_deleted_is_not_taken_by_accident(kind):
    MAKERS[kind](slug="x").delete()

    with pytest.raises(ValidationError, match="was the address of another"):
        MAKERS[kind](slug="x")
    if kind != "category":
        with pytest.raises(ValidationError, match="not published"):
            MAKERS[kind](slug="x", state=State.DRAFT)


@kinds
def test_an_old_slug_is_given_to_another_only_when_a_reviewer_says_so_and_mirrors_are_told(client, kind):
    alpha = MAKERS[kind](slug="alpha")
    rename(alpha, "alpha-inc")
    other = MAKERS[kind](slug="other")
    before = revision().revision
    with pytest.raises(ValidationError, match="Only a reviewer"):
        rename(other, "alpha")
    assert revision().revision == before

    rename(other, "alpha", given_by_a_reviewer=True)
    assert told(before) == [(kind, "alpha", None), (kind, "other", "alpha")]
    assert redirects(kind) == {"other": "alpha"}
    middle = revision().revision
    rename(other, "alpha-two")

    assert told(middle) == [(kind, "alpha", "alpha-two"), (kind, "other", "alpha-two")]
    assert redirects(kind) == {"other": "alpha-two", "alpha": "alpha-two"}
    assert client.get(PAGES[kind].format("alpha")).headers["Location"] == PAGES[kind].format("alpha-two")


@kinds
def test_going_back_to_an_own_old_slug_needs_nobody(kind):
    row = rename(MAKERS[kind](slug="x"), "y")
    before = revision().revision
    rename(row, "x")

    assert told(before) == [(kind, "x", None), (kind, "y", "x")]
    assert redirects(kind) == {"y": "x"}


@kinds
def test_two_that_change_places_end_right(kind):
    one, other = MAKERS[kind](slug="x"), MAKERS[kind](slug="y")
    before = revision().revision
    rename(one, "tmp")
    rename(other, "x", given_by_a_reviewer=True)
    rename(one, "y", given_by_a_reviewer=True)

    assert redirects(kind) == {"tmp": "y"}
    assert told(before) == changing_places(kind)
    assert find(type(one), ["x", "y", "tmp"]).rows == [other, one, one]


@kinds
def test_two_that_change_places_in_one_transaction_end_right(kind):
    one, other = MAKERS[kind](slug="x"), MAKERS[kind](slug="y")
    before = revision().revision
    with curating():
        rename(one, "tmp")
        rename(other, "x", given_by_a_reviewer=True)
        rename(one, "y", given_by_a_reviewer=True)

    assert redirects(kind) == {}
    assert told(before) == [*changing_places(kind), (kind, "tmp", None)]


@kinds
def test_a_slug_of_one_transaction_alone_was_never_public(kind):
    row = MAKERS[kind](slug="x")
    before = revision().revision
    with curating():
        rename(row, "passing")
        rename(row, "y")

    assert redirects(kind) == {"x": "y"}
    assert told(before) == [(kind, "x", "y")]


@kinds
def test_a_chain_is_shortened_and_each_turn_is_told(kind):
    row = rename(MAKERS[kind](slug="a"), "b")
    before = revision().revision
    rename(row, "c")

    assert told(before) == [(kind, "b", "c"), (kind, "a", "c")]


@kinds
def test_what_led_to_a_row_goes_with_it(client, kind):
    row = rename(MAKERS[kind](slug="a"), "b")
    before = revision().revision
    row.delete()

    assert redirects(kind) == {}
    assert told(before) == [(kind, "a", None)]
    assert client.get(PAGES[kind].format("a")).status_code == 404


@kinds
def test_a_row_that_goes_may_lead_to_another(kind):
    gone = rename(MAKERS[kind](slug="old"), "gone")
    kept = MAKERS[kind](slug="kept")
    before = revision().revision
    with curating():
        gone.delete()
        leave_redirect(kind, "gone", kept.slug)

    verbs = [(line.verb, line.object) for line in Change.objects.filter(seq__gt=before, kind=kind).order_by("seq")]
    assert verbs == [("removed", "gone"), ("redirected", "gone"), ("redirected", "old")]
    assert redirects(kind) == {"old": "kept", "gone": "kept"}


@kinds
def test_redirects_by_hand_are_told_and_move_the_revision(kind):
    first, second = MAKERS[kind](slug="first"), MAKERS[kind](slug="second")
    before = revision().revision
    redirect = Redirect.objects.create(kind=kind, old_slug="nick", new_slug=first.slug)
    redirect.new_slug = second.slug
    redirect.save()
    redirect.old_slug = "nickname"
    redirect.save()
    redirect.delete()

    assert told(before) == [
        (kind, "nick", "first"),
        (kind, "nick", "second"),
        (kind, "nick", None),
        (kind, "nickname", "second"),
        (kind, "nickname", None),
    ]
    assert revision().revision == before + 5


@kinds
def test_a_redirect_over_a_live_slug_to_nowhere_or_in_a_circle_is_refused(kind):
    live = MAKERS[kind](slug="live")
    MAKERS[kind](slug="other")
    rename(live, "new")

    for old, new, field in (
        ("other", "new", "old_slug"),
        ("x", "nowhere", "new_slug"),
        ("x", "live", "new_slug"),
        ("new", "live", "old_slug"),
        ("x", "x", "new_slug"),
    ):
        with pytest.raises(ValidationError) as refused:
            Redirect(kind=kind, old_slug=old, new_slug=new).save()
        assert field in refused.value.message_dict
    with pytest.raises(ValidationError):
        Redirect.objects.filter(kind=kind).update(new_slug="nowhere")


@kinds
def test_a_redirect_that_no_check_has_seen_is_found_by_the_proof(kind):
    for slug in ("live", "other"):
        MAKERS[kind](slug=slug)
    Redirect._base_manager.bulk_create(
        [Redirect(kind=kind, old_slug=old, new_slug=new) for old, new in (("live", "other"), ("x", "nowhere"))]
    )

    assert [difference.model for difference in derived.check()] == [Redirect, Redirect]


@reviewed
def test_a_rename_by_djangos_loaddata_leaves_its_redirect_and_tells_it(kind, tmp_path):
    row = MAKERS[kind](slug="x")
    before = revision().revision
    [saved] = json.loads(serialize("json", [row]))
    saved["fields"]["slug"] = "y"
    file = tmp_path / "rows.json"
    file.write_text(json.dumps([saved]))

    call_command("loaddata", str(file), verbosity=0)

    assert redirects(kind) == {"x": "y"}
    assert told(before) == [(kind, "x", "y")]
    assert derived.check() == []


@reviewed
def test_a_draft_by_djangos_loaddata_takes_neither_an_old_address_nor_an_alias(client, kind, tmp_path):
    row = rename(MAKERS[kind]("Public", slug="x"), "y")
    draft = MAKERS[kind]("Draft", slug="draft", state=State.DRAFT)
    [saved] = json.loads(serialize("json", [draft]))
    saved["fields"] |= {"slug": "x", "name": "public"}
    file = tmp_path / "rows.json"
    file.write_text(json.dumps([saved]))

    call_command("loaddata", str(file), verbosity=0)

    other = MAKERS[kind](slug="other")
    for address, leads_to in (
        (PAGES[kind].format("x"), PAGES[kind].format("y")),
        (f"/compare/{LISTS[kind]}/other/x/", f"/compare/{LISTS[kind]}/other/y/"),
        (f"/api/v1/{LISTS[kind]}/x/", f"/api/v1/{LISTS[kind]}/y/"),
        (f"/api/v1/compare/{LISTS[kind]}/?{kind}=x&{kind}=other", f"{kind}=y&{kind}=other"),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"].endswith(leads_to)) == (301, True), address
    assert find(type(row), ["x", other.slug]).rows == [row, other]
    assert [alias.name for alias in row.aliases.all()] == ["Public"]
    draft.refresh_from_db()
    with pytest.raises(ValidationError):
        move(draft, State.PUBLISHED)
    rename(row, "z")
    assert client.get(PAGES[kind].format("x")).headers["Location"] == PAGES[kind].format("z")


def test_the_page_of_changes_tells_of_an_old_address_that_ends(client):
    make_company("Fam", slug="fam")
    Redirect.objects.create(kind="company", old_slug="fampay", new_slug="fam")
    Redirect.objects.get().delete()

    assert "“fampay” leads nowhere now" in client.get("/changes/").content.decode()
    assert "“fampay” leads nowhere now" in client.get("/changes/atom/").content.decode()
    assert client.get("/api/v1/changes/").json()["results"][-1]["payload"] == {"to": None}


@pytest.mark.parametrize(("kind", "parameter"), [("company", "company"), ("technology", "technology")])
def test_a_question_by_an_old_slug_has_another_tag_when_the_slug_leads_elsewhere(client, kind, parameter):
    first, second = MAKERS[kind](slug="first"), MAKERS[kind](slug="second")
    Redirect.objects.create(kind=kind, old_slug="old", new_slug="first")
    for row in (first, second):
        make_usage(**{kind: row})
    address = f"/api/v1/usages/?{parameter}=old"
    before = client.get(address)

    Redirect.objects.update(new_slug="second")
    after = client.get(address)

    assert after.headers["ETag"] != before.headers["ETag"]
    assert [row[kind]["slug"] for row in after.json()["results"]] == ["second"]
    Redirect.objects.all().delete()
    assert client.get(address, headers={"If-None-Match": after.headers["ETag"]}).status_code == 400


class Mirror:
    """What an integration keeps that follows the feed as docs/api.md tells: slugs are its keys and its references.

    It takes all lines up to the newest, in their order, and fetches what they name afterwards.
    """

    def __init__(self, kind, model):
        self.kind, self.model = kind, model
        self.seq, self.rows, self.leads, self.usages = 0, {}, {}, {}

    def follow(self):
        slugs, uids = set(), set()
        for line in feed.read(Change.objects.filter(seq__gt=self.seq).order_by("seq")):
            self.seq, name = line.change.seq, line.change.object
            if line.change.kind == "usage":
                uids.add(name)
            elif line.change.kind == self.kind and line.change.verb == "redirected":
                self._lead(name, line.payload.get("to"), slugs)
            elif line.change.kind == self.kind:
                self.rows.pop(name, None)
                self.leads.pop(name, None)
                slugs.add(name)
        self.rows |= self.model.objects.published().filter(slug__in=slugs).values_list("slug", "pk")
        for uid in uids:
            self.usages.pop(uid, None)
        for usage in Usage.objects.published().filter(uid__in=uids):
            self.usages[usage.uid] = getattr(usage, self.kind).slug

    def _lead(self, old, new, slugs):
        row = self.rows.pop(old, None)
        self.leads.pop(old, None)
        if not new:
            return
        self.leads.pop(new, None)
        self.leads[old] = new
        if row:
            self.rows[new] = row
        if old in slugs:
            slugs.remove(old)
            slugs.add(new)
        self.usages = {uid: new if at == old else at for uid, at in self.usages.items()}

    def check(self):
        published = dict(self.model.objects.published().values_list("slug", "pk"))
        assert self.rows == published
        usages = Usage.objects.published()
        assert self.usages == {usage.uid: getattr(usage, self.kind).slug for usage in usages}
        leads = Redirect.objects.filter(kind=self.kind).values_list("old_slug", "new_slug")
        assert {old: new for old, new in self.leads.items() if new in published} == {
            old: new for old, new in leads if new in published
        }


SLUGS = st.sampled_from("abcd")
STEPS = st.one_of(
    st.tuples(st.just("add"), SLUGS, st.booleans()),
    st.tuples(st.just("rename"), st.integers(0, 3), SLUGS),
    st.tuples(st.just("give"), st.integers(0, 3), SLUGS),
    st.tuples(st.just("swap"), st.integers(0, 3), st.integers(0, 3)),
    st.tuples(st.just("move"), st.integers(0, 3), st.sampled_from([State.PUBLISHED, State.RETRACTED, State.DRAFT])),
    st.tuples(st.just("delete"), st.integers(0, 3), st.none()),
    st.tuples(st.just("follow"), st.none(), st.none()),
)


class World:
    """Rows of one kind under random hands, with what each address that was ever public means."""

    def __init__(self, kind):
        self.kind, self.model = kind, {"company": Company, "technology": Technology, "category": Category}[kind]
        self.base = set(self.model.objects.values_list("pk", flat=True))
        self.means = {}

    def rows(self):
        return list(self.model.objects.exclude(pk__in=self.base).order_by("pk"))

    def row(self, number):
        rows = self.rows()
        return rows[number % len(rows)] if rows else None

    def do(self, step, which, what):
        if step == "add":
            self.add(which, public=what)
            return
        row = self.row(which)
        if row is None:
            return
        match step:
            case "rename":
                rename(row, what)
            case "give":
                if is_public(row):
                    self.means.pop(what, None)
                rename(row, what, given_by_a_reviewer=True)
            case "swap":
                self.swap(row, self.row(what))
            case "move" if self.kind != "category":
                move(row, what)
            case "delete":
                Usage.objects.filter(**{self.kind: row}).delete()
                row.delete()

    def add(self, slug, *, public):
        state = {} if self.kind == "category" else {"state": State.PUBLISHED if public else State.DRAFT}
        row = MAKERS[self.kind](slug=slug, **state)
        if self.kind != "category":
            make_usage(**{self.kind: row})

    def swap(self, one, other):
        if one.pk == other.pk or not (is_public(one) and is_public(other)):
            return
        here, there = one.slug, other.slug
        with curating():
            rename(one, "passing")
            rename(other, here, given_by_a_reviewer=True)
            rename(one, there, given_by_a_reviewer=True)
        self.means |= {here: other.pk, there: one.pk}

    def check(self):
        for row in self.model.objects.published().exclude(pk__in=self.base):
            assert self.means.setdefault(row.slug, row.pk) == row.pk, row.slug
        for slug, pk in self.means.items():
            assert [row.pk for row in find(self.model, [slug]).rows] in ([], [pk]), slug
        live = set(self.model.objects.values_list("slug", flat=True))
        for old, new in redirects(self.kind).items():
            assert new in live
            assert old not in live


@kinds
@given(steps=st.lists(STEPS, min_size=4, max_size=14))
@settings(max_examples=15, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_whatever_is_done_addresses_stay_safe_and_mirrors_keep_step(kind, steps):
    with transaction.atomic():
        make_technology(), make_company()
        world = World(kind)
        near, far = Mirror(kind, world.model), Mirror(kind, world.model)
        for step, which, what in steps:
            if step == "follow":
                far.follow()
                far.check()
                continue
            means = dict(world.means)
            try:
                with transaction.atomic():
                    world.do(step, which, what)
            except (ValidationError, IntegrityError):
                world.means = means
            near.follow()
            near.check()
            world.check()
        far.follow()
        far.check()
        transaction.set_rollback(True)
