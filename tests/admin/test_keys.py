"""API keys: handed out by administrators alone, shown once, ended for good."""

import re

import pytest

from stacks.models import ApiKey
from stacks.models.keys import digest_of
from tests.admin.doors import admin_url

PATH = "/api/v1/companies/"


def end_url(row):
    return admin_url(row, "end")


def hand_out(client, name="Acme"):
    page = client.post(admin_url(ApiKey, "add"), {"name": name, "contact": ""}, follow=True)
    assert len(page.redirect_chain) == 1  # loading the page again makes no second key
    return page, re.search(r"stacks_[\w-]{32}", page.content.decode()).group()


def test_a_key_is_shown_once_and_works_until_it_is_ended(log_in, client):
    admin = log_in("superuser")
    page, key = hand_out(admin)
    row = ApiKey.objects.get()

    assert "no-store" in page.headers["Cache-Control"]
    assert (row.digest, row.made_by.username) == (digest_of(key), "superuser")
    assert key not in str(vars(row))
    for url in (admin_url(ApiKey, "changelist"), admin_url(row, "change")):
        shown = admin.get(url).content.decode()
        assert key not in shown
        assert key[:12] in shown
    headers = {"authorization": f"Bearer {key}"}
    assert client.get(PATH, headers=headers).status_code == 200
    day = re.search(r"field-used_on\W+([\d-]{10})", admin.get(admin_url(ApiKey, "changelist")).content.decode())
    assert day

    assert "End this key" in admin.get(admin_url(row, "change")).content.decode()
    admin.post(end_url(row))

    row.refresh_from_db()
    assert row.ended_by.username == "superuser"
    assert client.get(PATH, headers=headers).status_code == 401
    ended_at = row.ended_at
    admin.post(end_url(row))
    row.refresh_from_db()
    assert row.ended_at == ended_at


def test_several_are_ended_in_the_list(log_in):
    admin = log_in("superuser")
    for name in ("One", "Two"):
        hand_out(admin, name)
    rows = list(ApiKey.objects.values_list("pk", flat=True))

    admin.post(admin_url(ApiKey, "changelist"), {"action": "end_selected", "_selected_action": rows})

    assert not ApiKey.objects.filter(ended_at=None).exists()


def test_nothing_is_ended_by_opening_an_address(log_in):
    admin = log_in("superuser")
    hand_out(admin)

    admin.get(end_url(ApiKey.objects.get()))

    assert ApiKey.objects.get().ended_at is None


@pytest.mark.parametrize("role", ["nobody", "onlooker", "curator", "reviewer"])
def test_nobody_but_an_administrator_hands_out_or_ends(log_in, role):
    hand_out(log_in("superuser"))
    row, other = ApiKey.objects.get(), log_in(role)

    assert other.get(admin_url(ApiKey, "add")).status_code == 403
    assert other.post(admin_url(ApiKey, "add"), {"name": "Mine"}).status_code == 403
    assert other.post(end_url(row)).status_code == 403
    assert (other.get(admin_url(row, "change")).status_code == 200) == (role == "onlooker")
    assert ApiKey.objects.get().ended_at is None


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(log_in, rows, django_assert_num_queries):
    for number in range(rows):
        ApiKey.objects.create(name="Acme", digest=str(number), begins="stacks_")
    admin = log_in("superuser")

    # session, user, the count and the rows; what the filter by date spans
    with django_assert_num_queries(4):
        admin.get(admin_url(ApiKey, "changelist"))
