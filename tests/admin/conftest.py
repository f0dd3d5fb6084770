import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from stacks.review import CURATOR, REVIEWER


def make_user(name, *, group=None, **fields):
    user = User.objects.create_user(name, is_staff=True, **fields)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def users(db):
    """Five kinds of staff: without any right, with the right to look, curator, reviewer, superuser."""
    onlooker = make_user("onlooker")
    onlooker.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    return {
        "nobody": make_user("nobody"),
        "onlooker": onlooker,
        "curator": make_user("curator", group=CURATOR),
        "reviewer": make_user("reviewer", group=REVIEWER),
        "superuser": make_user("superuser", is_superuser=True),
    }


@pytest.fixture
def log_in(users):
    """A client for one kind of staff, in which the CSRF token is not asked for."""

    def logged_in(role) -> Client:
        client = Client()
        client.force_login(users[role])
        return client

    return logged_in
