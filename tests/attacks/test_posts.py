"""What is posted to any address of the admin by who may not: found by walking, so that a new address is tried too."""

import re
from contextlib import contextmanager
from urllib.parse import urlencode, urlsplit

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.db import connection, transaction
from django.test import Client

from stacks.models import ApiKey, State, Webhook
from stacks.review import REVIEWED
from stacks.revisions import revision
from tests.attacks.walking import addresses, make_rows
from tests.staff import make_staff
from tests.typed import typed_in

FORM = "application/x-www-form-urlencoded"
EVIL = "https://evil.example/"
LEADS = ("next", "url", "back", "address", "return", "to", "from", "redirect")
# Of the session and of the messages to who sent it.
_OWN = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM) "(?!django_session")', re.IGNORECASE)
# Pages whose own values a post has to bring along before anything is looked at.
_ASKS = re.compile(r"/stacks/(?:company|technology|usage|migration)/.+/(?:change|move/\w+|merge)/$")


@pytest.fixture(scope="module")
def users(shared_rows):
    """As those of `log_in`, once for all tests of the module."""
    return make_staff() | {"stranger": User.objects.create_user("stranger")}


def client_of(user, **options):
    client = Client(**options)
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def _quiet(caplog):
    """Hundreds of refusals, each with where it was made, cost more than the refusals."""
    caplog.set_level("CRITICAL", logger="django.request")


@pytest.fixture(scope="module")
def posts(users):
    """For each address what its own page, as a superuser sees it, would post, with all that nobody should get by it."""
    rows = make_rows()
    client = client_of(users["superuser"])
    keys = [str(row.pk) for each in rows.values() for row in each]
    raised = {
        "state": State.PUBLISHED,
        "is_superuser": "on",
        "is_staff": "on",
        "is_active": "on",
        "user_permissions": [str(each.pk) for each in Permission.objects.all()[:3]],
        "groups": [group.pk for group in Group.objects.all()],
        "author": users["superuser"].pk,
        "verified_by": users["superuser"].pk,
        "history_user": users["superuser"].pk,
        "reason": "Because",
        "post": "yes",
        "_save": "Save",
        "select_across": "0",
        "_selected_action": keys,
        "password1": "another-long-word-9",
        "password2": "another-long-word-9",
    } | dict.fromkeys(LEADS, EVIL)
    found = {}
    public = {str(rows[model][-1].pk) for model in REVIEWED}
    for address in addresses(rows):
        own = {}
        if _ASKS.search(address) and not public.isdisjoint(address.split("/")):
            page = client.get(address)
            own = typed_in(page.content) if page.status_code == 200 else {}
        extra = {"name": own["name"], "reason": own["reason"]} if {"name", "reason"} <= own.keys() else {}
        found[address] = urlencode(own | raised | extra, doseq=True)
    return found


@contextmanager
def written():
    """The statements that write, but for those of the session; all of it is undone."""
    seen = []

    def note(execute, sql, params, many, context):
        if _OWN.match(sql):
            seen.append(sql[:90])
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(note):
            yield seen
        transaction.set_rollback(True)


def test_the_walk_meets_what_the_admin_can_do(posts):
    assert len(posts) > 150
    for end in (
        "/move/publish/",
        "/delete/",
        "/password/",
        "/secret/",
        "/take-back/",
        "/undo/",
        "/merge/",
        "/restore/",
    ):
        assert any(end in address for address in posts), end


@pytest.mark.parametrize("role", ["", "stranger", "nobody", "onlooker"])
def test_who_may_not_write_writes_nothing_at_any_address(users, posts, role):
    client = client_of(users.get(role))
    wrote = {}
    for address, data in posts.items():
        if role and address.endswith(("/password_change/", "/set-up/")):  # each may do so for himself
            continue
        with written() as seen:
            answer = client.post(address, data, FORM)
        assert answer.status_code < 500, address
        if seen:
            wrote[address] = seen

    assert wrote == {}


def rights():
    """What administrators alone may move: accounts, roles, keys, receivers."""
    return (
        list(User.objects.order_by("pk").values("pk", "username", "is_superuser", "is_staff", "password")),
        list(User.groups.through.objects.order_by("pk").values()),
        list(User.user_permissions.through.objects.order_by("pk").values()),
        list(Group.permissions.through.objects.order_by("pk").values()),
        list(ApiKey.objects.order_by("pk").values()),
        list(Webhook.objects.order_by("pk").values("pk", "name", "url", "secret")),
    )


def of_others():
    """What no curator may move: rights, and the states of all rows."""
    return (
        rights(),
        [list(model.objects.filter(state=State.PUBLISHED).order_by("pk").values()) for model in REVIEWED],
        revision(),
    )


def test_a_curator_changes_nothing_that_is_public_and_nobodys_rights_at_any_address(users, posts):
    client = client_of(users["curator"])
    before = of_others()
    changed, leaving, works = [], [], 0
    for address, data in posts.items():
        if address.endswith(("/password_change/", "/add/")):  # what a curator adds is a draft: see test_roles.py
            continue
        with written() as seen:
            answer = client.post(address, data, FORM)
            if seen and of_others() != before:
                changed.append(address)
        works += bool(seen)
        if urlsplit(answer.headers.get("Location", "")).netloc == "evil.example":
            leaving.append(address)

    assert changed == []
    assert leaving == []
    assert works > 5  # what is posted is what the pages take: where a curator may, it is written


def test_a_reviewer_moves_nobodys_rights_at_any_address(users, posts):
    client = client_of(users["reviewer"])
    before = rights()
    changed, works = [], 0
    for address, data in posts.items():
        if address.endswith("/password_change/"):  # each may do so for himself
            continue
        with written() as seen:
            answer = client.post(address, data, FORM)
            if seen and rights() != before:
                changed.append(address)
        assert answer.status_code < 500, address
        works += bool(seen)

    assert changed == []
    assert works > 20  # a reviewer may do much else
