"""Nobody gives himself rights, and nobody changes what is kept of who did what: every address of the admin is tried."""

from contextlib import suppress

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.urls import NoReverseMatch, get_resolver, reverse

from stacks.merge import merge
from stacks.models import Change, Curated, Merge
from stacks.review import CURATOR, REVIEWER
from tests.admin.doors import admin_url, form_data
from tests.factories import make_company, make_usage

ACCOUNTS = (User, Group)


def rights_of(user):
    user = User.objects.get(pk=user.pk)
    return (
        user.is_superuser,
        user.is_staff,
        user.password,
        sorted(user.get_all_permissions()),
        sorted(user.groups.values_list("name", flat=True)),
    )


def addresses(row):
    """All addresses that the admin has for a row, its list and its kind."""
    found = [
        pattern
        for pattern in get_resolver().url_patterns
        if getattr(pattern, "namespace", "") == "admin"
        for pattern in pattern.url_patterns
    ]
    prefix = f"{row._meta.app_label}/{row._meta.model_name}/"
    (section,) = [each for each in found if str(each.pattern) == prefix]
    names = {each.name for each in section.url_patterns if each.name}
    for name in sorted(names):
        for args in ([], [row.pk]):
            with suppress(NoReverseMatch):  # of the pages of one row there is none without it
                yield reverse(f"admin:{name}", args=args)


@pytest.mark.parametrize("role", ["nobody", "onlooker", "curator", "reviewer"])
def test_no_role_raises_its_own_rights_or_those_of_others(log_in, users, role):
    """Whatever permissions on accounts somebody was given by mistake, they write nothing."""
    users[role].user_permissions.add(*Permission.objects.filter(content_type__app_label="auth"))
    client = log_in(role)
    before = {name: rights_of(user) for name, user in users.items()}
    groups = {group.name: set(group.permissions.values_list("pk", flat=True)) for group in Group.objects.all()}
    raised = {
        "username": role,
        "is_superuser": "on",
        "is_staff": "on",
        "is_active": "on",
        "groups": [group.pk for group in Group.objects.all()],
        "user_permissions": [str(each.pk) for each in Permission.objects.all()[:3]],
        "permissions": [str(each.pk) for each in Permission.objects.all()[:3]],
        "name": CURATOR,
        "password1": "another-long-word-9",
        "password2": "another-long-word-9",
        "usable_password": "true",
        "post": "yes",
        "action": "delete_selected",
        "_selected_action": [users["superuser"].pk, users["curator"].pk],
    }

    for row in (users[role], users["superuser"], Group.objects.get(name=CURATOR), Group.objects.get(name=REVIEWER)):
        tried = list(addresses(row))
        assert len(tried) >= 4
        for url in tried:
            client.post(url, raised)

    assert {name: rights_of(user) for name, user in users.items()} == before
    assert {group.name: set(group.permissions.values_list("pk", flat=True)) for group in Group.objects.all()} == groups
    assert User.objects.count() == len(users)


def test_who_has_every_right_gives_a_role(log_in, users):
    client = log_in("superuser")
    page = client.get(admin_url(users["curator"], "change"))
    reviewer = Group.objects.get(name=REVIEWER)
    data = {name: value for name, value in form_data(page).items() if "_joined" not in name and "_login" not in name}

    answer = client.post(
        admin_url(users["curator"], "change"),
        data
        | {
            "groups": [reviewer.pk],
            "user_permissions": [],
            "date_joined_0": "2026-11-01",
            "date_joined_1": "10:00:00",
        },
    )

    assert answer.status_code == 302
    assert [group.name for group in users["curator"].groups.all()] == [REVIEWER]


def test_the_histories_and_the_log_have_no_pages_in_the_admin():
    histories = {
        model.history.model for model in apps.get_app_config("stacks").get_models() if issubclass(model, Curated)
    }

    assert not (histories | {LogEntry}) & set(admin.site._registry)


@pytest.mark.parametrize("role", ["curator", "reviewer", "superuser"])
def test_what_was_done_is_written_by_nobody(log_in, users, role):
    usage = make_usage(make_company("Fam"))
    log_in("reviewer").post(admin_url(usage, "change"), {})
    client = log_in(role)
    record = usage.history.get()
    change = Change.objects.first()
    merged = merge(make_company(), make_company(), user=None)
    typed = {"purpose": "Forged", "verb": "removed", "post": "yes", "action": "delete_selected", "seen_version": "1"}

    for row in (change, merged):
        for url in addresses(row):
            if not url.endswith("/undo/"):
                client.post(url, typed | {"_selected_action": [row.pk]})
    client.post(f"{admin_url(usage, 'history')}{record.pk}/", form_data(client.get(admin_url(usage, "change"))) | typed)
    client.post(admin_url(usage, "history"), typed)

    assert usage.history.get().purpose == "Some purpose"
    assert Change.objects.get(pk=change.pk).verb == change.verb
    assert Merge.objects.filter(pk=merged.pk).exists()
    usage.refresh_from_db()
    assert usage.purpose == "Some purpose"


def test_an_account_that_has_written_anything_is_closed_and_not_deleted(log_in, users):
    client = log_in("superuser")
    usage = make_usage()
    usage.history.update(history_user=users["reviewer"])
    LogEntry.objects.create(user=users["curator"], action_flag=1, object_repr="x")

    for name, stays in (("reviewer", True), ("curator", True), ("onlooker", False)):
        page = client.post(admin_url(users[name], "delete"), {"post": "yes"})
        assert User.objects.filter(pk=users[name].pk).exists() is stays
        assert (b"stands in the history of what was written" in page.content) is stays
    client.post(
        admin_url(User, "changelist"),
        {"action": "delete_selected", "_selected_action": [users["reviewer"].pk], "post": "yes"},
    )

    assert usage.history.get().history_user == users["reviewer"]
