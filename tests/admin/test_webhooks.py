"""Webhooks in the admin: added with what they are told of, watched, switched, and tried again, by administrators."""

import re

import pytest

from stacks.models import Delivery, Webhook
from stacks.models.webhooks import open_secret
from stacks.webhooks import start
from tests.admin.doors import admin_url
from tests.factories import make_company, make_technology

NEW = {"name": "Acme", "url": "https://1.1.1.1/hook", "companies": "", "technologies": ""}


def make_hook(**fields):
    hook = Webhook(**{"name": "Acme", "url": "https://1.1.1.1/hook"} | fields)
    start(hook)
    hook.save()
    return hook


def make_delivery(hook, **fields):
    return Delivery.objects.create(
        webhook=hook, catalogue=hook.catalogue, after=0, through=3, made_at="2026-01-01T00:00:00Z", **fields
    )


def test_one_is_added_by_names_and_its_secret_is_shown_once(log_in):
    make_company("Fam")
    make_technology("PostgreSQL")
    admin = log_in("superuser")
    asked = NEW | {"kinds": ["usage", "migration"], "companies": "Fam", "technologies": "postgresql,\nPostgreSQL"}

    page = admin.post(admin_url(Webhook, "add"), asked, follow=True)

    hook = Webhook.objects.get()
    assert page.status_code == 200
    secret = open_secret(hook.secret)
    assert secret in page.content.decode()
    assert secret != hook.secret
    assert (hook.kinds, hook.companies, hook.technologies) == (["usage", "migration"], ["fam"], ["postgresql"])
    assert hook.after > 0
    assert hook.made_by.username == "superuser"
    shown = admin.get(admin_url(hook, "change")).content.decode()
    assert secret not in shown
    assert hook.secret not in shown
    assert ">fam</textarea>" in re.sub(r"\s+", "", shown)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("url", "http://127.0.0.1/hook", "not of the open internet"),
        ("url", "http://10.1.2.3:9000/", "port that is none of the web"),
        ("url", "ftp://1.1.1.1/", "http"),
        ("companies", "Nobody", "There is no published company “Nobody”"),
        ("kinds", "colour", "colour"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(log_in, field, value, said):
    page = log_in("superuser").post(admin_url(Webhook, "add"), NEW | {field: value})

    assert said in str(page.context["adminform"].form.errors[field])
    assert not Webhook.objects.exists()


def test_an_operator_may_allow_a_network_of_the_house(log_in, settings):
    settings.WEBHOOK_NETWORKS = ["10.0.0.0/8"]

    log_in("superuser").post(admin_url(Webhook, "add"), NEW | {"url": "http://10.1.2.3:9000/"})

    assert Webhook.objects.exists()


def test_its_page_shows_the_last_messages_and_sends_one_again(log_in):
    hook = make_hook(off_at="2026-01-02T00:00:00Z", off_why="Given up after 10 attempts.")
    delivery = make_delivery(hook, state="given_up", attempts=10, status=500, told="It answers with status 500.")
    admin = log_in("superuser")
    page = admin.get(admin_url(hook, "change")).content.decode()
    for said in (delivery.uid, "It answers with status 500.", "1 to 3", "Given up after 10 attempts.", "Switch on"):
        assert said in page
    assert "webhooks that gave up" in admin.get("/admin/").content.decode()

    admin.post(admin_url(hook, "again"), {"delivery": delivery.pk})

    delivery.refresh_from_db()
    hook.refresh_from_db()
    assert (delivery.state, delivery.attempts, hook.off_at) == ("waiting", 0, None)
    admin.post(admin_url(hook, "again"), {"delivery": "abc"})


def test_buttons_test_switch_and_renew(log_in):
    hook, admin = make_hook(), log_in("superuser")
    secret = hook.secret

    admin.post(admin_url(hook, "test"))
    assert hook.deliveries.get().type == "test"
    admin.post(admin_url(hook, "off"))
    hook.refresh_from_db()
    assert hook.off_at
    admin.post(admin_url(hook, "on"))
    hook.refresh_from_db()
    assert hook.off_at is None
    page = admin.post(admin_url(hook, "secret"), follow=True)
    hook.refresh_from_db()
    assert hook.secret != secret
    assert open_secret(hook.secret) in page.content.decode()
    assert hook.former_secret == secret
    for step in ("test", "off", "on", "secret", "again"):
        admin.get(admin_url(hook, step))
    assert hook.deliveries.count() == 1


def test_a_save_changes_what_is_told_and_not_the_place_in_the_feed(log_in):
    hook = make_hook()
    Webhook.objects.update(after=7)

    log_in("superuser").post(admin_url(hook, "change"), NEW | {"kinds": ["company"]})

    hook.refresh_from_db()
    assert (hook.after, hook.kinds) == (7, ["company"])


def test_messages_are_listed_and_sent_again_together(log_in):
    hook = make_hook()
    rows = [make_delivery(hook, state="delivered").pk for _ in range(2)]
    admin = log_in("superuser")
    assert admin.get(admin_url(Delivery, "changelist")).status_code == 200

    admin.post(admin_url(Delivery, "changelist"), {"action": "send_again", "_selected_action": rows})

    assert {row.state for row in Delivery.objects.all()} == {"waiting"}


@pytest.mark.parametrize("role", ["nobody", "curator", "reviewer"])
def test_nobody_else_sees_or_changes_one(log_in, role):
    hook, other = make_hook(), log_in(role)
    delivery = make_delivery(hook)

    for url in (
        admin_url(Webhook, "changelist"),
        admin_url(hook, "change"),
        admin_url(Webhook, "add"),
        admin_url(Delivery, "changelist"),
        admin_url(delivery, "change"),
    ):
        assert other.get(url).status_code == 403
    for step in ("test", "off", "secret", "again"):
        assert other.post(admin_url(hook, step)).status_code == 403


def test_one_is_deleted_with_its_messages(log_in):
    hook = make_hook()
    make_delivery(hook)

    log_in("superuser").post(admin_url(hook, "delete"), {"post": "yes"})

    assert not Delivery.objects.exists()
