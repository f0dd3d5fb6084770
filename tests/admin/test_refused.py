"""What the admin says where a page is not there, or not for this account: why, and the way back; never a bare line."""

from django.contrib.auth.models import Group
from django.urls import reverse

from stacks.models import ApiKey, ImportDecision, Usage
from stacks.review import CURATOR
from tests.admin.doors import admin_url, form_data
from tests.factories import make_usage


def test_who_may_not_is_told_as_whom_he_is_logged_in_and_led_back(log_in):
    for page in (admin_url(ImportDecision, "add"), admin_url(ApiKey, "changelist")):
        answer = log_in("curator").get(page)

        assert answer.status_code == 403
        assert "You are logged in as curator" in answer.content.decode()
        assert 'href="/admin/">To what waits' in answer.content.decode()


def test_what_is_not_there_leads_back_to_the_admin_for_who_curates(log_in, client):
    for address in ("/admin/nothing/", "/admin/stacks/company/999/merge/"):
        answer = log_in("curator").get(address)

        assert answer.status_code == 404
        assert "To what waits" in answer.content.decode()
    assert "To what waits" not in log_in("curator").get("/nothing/").content.decode()
    assert client.get("/admin/nothing/").status_code == 302


def test_who_lost_the_right_while_typing_keeps_what_was_typed(log_in, users):
    usage, client = make_usage(state="draft"), log_in("curator")
    typed = form_data(client.get(admin_url(usage, "change"))) | {"purpose": "All that takes an hour to write"}
    users["curator"].groups.clear()

    answer = client.post(admin_url(usage, "change"), typed)

    assert answer.status_code == 403
    assert "All that takes an hour to write" in answer.content.decode()
    users["curator"].groups.add(Group.objects.get(name=CURATOR))
    back = client.post(admin_url(usage, "change"), {"_kept": answer.context["typed"]})
    assert "All that takes an hour to write" in back.content.decode()
    assert Usage.objects.get().purpose != "All that takes an hour to write"


def test_a_secret_that_was_shown_is_not_shown_again(log_in):
    admin = log_in("superuser")
    given = admin.post(admin_url(ApiKey, "add"), {"name": "Acme", "contact": ""}).url
    page = admin.get(given)
    assert page.context["secret"] in page.content.decode()
    assert page.context["secret"] not in str(dict(admin.session))

    again = admin.get(given, follow=True)

    assert again.redirect_chain == [(reverse("admin:stacks_apikey_change", args=[ApiKey.objects.get().pk]), 302)]
    assert "It was shown once" in again.content.decode()
    assert page.context["secret"] not in again.content.decode()
    assert ApiKey.objects.count() == 1
