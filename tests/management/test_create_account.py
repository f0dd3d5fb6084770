import io
import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from stacks.review import NEW_ACCOUNT

pytestmark = pytest.mark.django_db
CHANGE = "/admin/password_change/"
CHOSEN = "an old tin of tea 7"


def create(name="anna", role="curator", **options):
    """The password that was printed."""
    said = io.StringIO()
    call_command("create_account", name, role=role, stdout=said, **options)
    return re.search(r"shown this once: (\S+)", said.getvalue())[1]


def log_in(password, name="anna"):
    visitor = Client()
    answer = visitor.post("/admin/login/", {"username": name, "password": password})
    assert answer.status_code == 302, "the password was refused"
    return visitor


def choose(visitor, old):
    fields = {"old_password": old, "new_password1": CHOSEN, "new_password2": CHOSEN}
    return visitor.post(CHANGE, fields)


@pytest.mark.parametrize(
    ("role", "publishes", "accounts"), [("curator", False, False), ("reviewer", True, False), ("admin", True, True)]
)
def test_each_role_may_do_what_its_name_says(role, publishes, accounts):
    create(role=role)
    user = get_user_model().objects.get(username="anna")

    assert user.is_staff
    assert user.has_perm("stacks.add_usage")
    assert user.has_perm("stacks.publish_usage") is publishes
    assert user.has_perm("auth.add_user") is accounts


def test_the_first_log_in_leads_to_a_password_of_ones_own():
    first = create()
    visitor = log_in(first)

    for page in ("admin:index", "admin:stacks_usage_changelist", "admin:stacks_company_add"):
        assert visitor.get(reverse(page))["Location"] == CHANGE
    assert visitor.post(reverse("admin:stacks_category_add"), {"name": "x"})["Location"] == CHANGE
    assert b"Choose a password of your own first" in visitor.get(CHANGE).content
    assert choose(visitor, first)["Location"] == "/admin/password_change/done/"
    assert visitor.get("/admin/").status_code == 200
    assert log_in(CHOSEN).get("/admin/").status_code == 200
    assert Client().post("/admin/login/", {"username": "anna", "password": first}).status_code == 200


def test_a_password_that_is_not_chosen_is_asked_for_again():
    first = create()
    visitor = log_in(first)

    assert choose(visitor, "wrong").status_code == 200
    assert visitor.get("/admin/")["Location"] == CHANGE
    assert log_in(first).get("/admin/")["Location"] == CHANGE


def test_an_administrator_can_ask_anybody_to_choose_anew():
    user = get_user_model().objects.create_user("anna", password="seen by others", is_staff=True)
    assert log_in("seen by others").get("/admin/").status_code == 200

    user.groups.add(Group.objects.get_or_create(name=NEW_ACCOUNT)[0])

    assert log_in("seen by others").get("/admin/")["Location"] == CHANGE


@pytest.mark.parametrize(("name", "told"), [("anna", "already exists"), ("a b", "valid username"), ("", "blank")])
def test_a_name_that_cannot_be_makes_no_account(name, told):
    create("anna")

    with pytest.raises(CommandError, match=f"{told}.*No account was made"):
        create(name)

    assert get_user_model().objects.count() == 1
