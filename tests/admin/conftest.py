"""Staff of every kind. Models are imported late: this file is loaded before the settings are chosen."""

import pytest


@pytest.fixture
def users(db):
    """Staff without any right, with the right to look, curator, reviewer, superuser."""
    from django.contrib.auth.models import Group, Permission, User

    from stacks.review import CURATOR, REVIEWER

    def make_user(name, **fields):
        return User.objects.create_user(name, is_staff=True, **fields)

    staff = {name: make_user(name) for name in ("nobody", "onlooker", "curator", "reviewer")}
    staff["superuser"] = make_user("superuser", is_superuser=True)
    staff["onlooker"].user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    staff["curator"].groups.add(Group.objects.get(name=CURATOR))
    staff["reviewer"].groups.add(Group.objects.get(name=REVIEWER))
    return staff


@pytest.fixture
def log_in(users):
    """A client for one kind of staff, in which the CSRF token is not asked for."""
    from django.test import Client

    def logged_in(role):
        client = Client()
        client.force_login(users[role])
        return client

    return logged_in
