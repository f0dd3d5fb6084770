"""The second factor: set up, asked for at every address, lost and given up; nothing that was typed is lost by it."""

import re
from binascii import unhexlify
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse, set_script_prefix
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from stacks.models import CodeApp, Company
from stacks.second_factor import new_codes, set_up
from tests.admin.doors import admin_url, form_data
from tests.factories import make_company

CODE, SET_UP = "/admin/second-factor/", "/admin/second-factor/set-up/"
KEY = "3132333435363738393031323334353637383930"
OPEN = {"login", "logout", "jsi18n", "second_factor"}


def code_of(device, steps=0):
    return f"{TOTP(unhexlify(device.key), drift=steps).token():06d}"


def give_device(user):
    return TOTPDevice.objects.create(user=user, name="App", key=KEY, confirmed=True)


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())[1]


def addresses(patterns=None, prefix="/admin/"):
    """Every address of the admin, with something in the place of each part that is free."""
    if patterns is None:
        (admin,) = [each for each in get_resolver().url_patterns if getattr(each, "app_name", "") == "admin"]
        patterns = admin.url_patterns
    for pattern in patterns:
        path = re.sub(r"<[^>]+>", "1", str(pattern.pattern))
        path = path.replace("^", "").replace("$", "").replace("(?P1.*)", "nothing")
        path = re.sub(r"\(\?P.*\)", "stacks", path)
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, prefix + path)
        else:
            yield prefix + path, pattern.name


def test_it_is_set_up_with_a_code_of_the_key_and_gives_recovery_codes(log_in, users):
    client = log_in("curator")
    page = client.get(SET_UP)
    assert "otpauth://totp/" in page.content.decode()
    assert "<svg" in page.content.decode()
    assert "style=" not in page.content.decode()
    signed = hidden(page, "key")
    key = page.context["key"].replace(" ", "")

    wrong = client.post(SET_UP, {"key": signed, "code": "000000"})
    assert "not the code of that key" in wrong.content.decode()
    assert wrong.context["key"].replace(" ", "") == key
    assert not TOTPDevice.objects.exists()
    other = Client()
    other.force_login(users["reviewer"])
    assert other.post(SET_UP, {"key": signed, "code": "1"}).context["key"].replace(" ", "") != key

    device = TOTPDevice(key=unhexlify_b32(key))
    codes = client.post(SET_UP, {"key": signed, "code": code_of(device)}, follow=True).context["codes"]

    assert len(set(codes)) == 10
    assert client.get("/admin/").status_code == 200  # this session has just given a code
    assert "curator" in str(TOTPDevice.objects.get().user)
    again = Client()
    again.force_login(users["curator"])
    assert again.get("/admin/").url.startswith(CODE)


def unhexlify_b32(key):
    from base64 import b32decode

    return b32decode(key + "=" * (-len(key) % 8)).hex()


def test_every_address_asks_for_the_code_first(log_in, users):
    give_device(users["superuser"])
    client = log_in("superuser")
    found = dict(addresses())
    assert len(found) > 150

    passed = {
        address: name
        for address, name in found.items()
        if not client.get(address).headers.get("Location", "").startswith(CODE)
    }

    assert set(passed.values()) <= OPEN
    for address in ("/admin/password_change/", admin_url(Company, "add"), admin_url(Company, "changelist"), SET_UP):
        assert client.post(address, {"action": "x"}).headers.get("Location", CODE).startswith(CODE), address
    assert not Company.objects.exists()


def test_a_code_opens_once_and_wrong_ones_lock_out(log_in, users, settings):
    device = give_device(users["curator"])
    client = log_in("curator")
    page = client.get(f"{CODE}?next=/admin/stacks/company/")
    assert "Company" not in page.content.decode()

    assert "wrong, or used already" in client.post(CODE, {"code": "000000"}).content.decode()
    locked = client.post(CODE, {"code": code_of(device)})
    assert "Too many wrong codes. Wait 1 seconds" in locked.content.decode()
    TOTPDevice.objects.update(throttling_failure_count=12)
    assert "Wait 35 minutes" in client.post(CODE, {"code": code_of(device)}).content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0)

    code = code_of(device)
    opened = client.post(CODE, {"code": code, "next": "/admin/stacks/company/"})
    assert opened.url == "/admin/stacks/company/"
    assert client.get("/admin/").status_code == 200
    second = log_in("curator")
    assert second.post(CODE, {"code": code}).status_code == 200  # it was used
    TOTPDevice.objects.update(throttling_failure_count=0, last_t=0)
    away = second.post(CODE, {"code": code_of(device), "next": "https://elsewhere.example/"})
    assert away.url == "/admin/"


def test_a_recovery_code_opens_once(log_in, users):
    give_device(users["curator"])
    codes = new_codes(users["curator"])

    client = log_in("curator")
    assert client.post(CODE, {"code": f" {codes[0].upper()} "}).url == "/admin/"
    assert "9 are left" in client.get("/admin/").content.decode()

    assert log_in("curator").post(CODE, {"code": codes[0]}).status_code == 200
    fresh = client.post(SET_UP, {"codes": "1"}, follow=True).context["codes"]
    assert not set(fresh) & set(codes)


def test_nothing_in_the_database_opens_an_account_without_the_secret_key(log_in, users, settings):
    device, codes = set_up(users["curator"], KEY, 0)
    assert KEY not in device.key
    assert not set(codes) & set(StaticToken.objects.values_list("token", flat=True))
    app = TOTPDevice(key=KEY)

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another one, long and at random", [settings.SECRET_KEY]
    assert log_in("curator").post(CODE, {"code": code_of(app)}).url == "/admin/"
    assert log_in("curator").post(CODE, {"code": codes[0]}).url == "/admin/"
    settings.SECRET_KEY_FALLBACKS = []
    assert CodeApp.objects.get().bin_key == unhexlify(KEY)  # sealed anew when it was used

    CodeApp.objects.update(
        user=users["reviewer"], throttling_failure_count=0
    )  # by somebody who writes into the database
    page = log_in("reviewer").post(CODE, {"code": code_of(app, 1)})
    assert "cannot read the key of your app" in page.content.decode()


def test_apps_and_codes_of_before_are_sealed_and_stay_good(log_in, users):
    give_device(users["curator"])
    codes = StaticDevice.objects.create(user=users["curator"], name="Recovery codes")
    codes.token_set.create(token="abcdefgh")
    migration = import_module("stacks.migrations.0034_sealed_second_factors")

    migration.seal(apps, SimpleNamespace(connection=connection))

    assert KEY not in TOTPDevice.objects.get().key
    assert log_in("curator").post(CODE, {"code": code_of(TOTPDevice(key=KEY))}).url == "/admin/"
    assert log_in("curator").post(CODE, {"code": "abcdefgh"}).url == "/admin/"


def test_what_was_typed_comes_back_after_the_code(log_in, users):
    company = make_company("Shop")
    verified, device = log_in("reviewer"), give_device(users["reviewer"])
    TOTPDevice.objects.update(last_t=-1)
    assert verified.get(admin_url(company, "change")).url.startswith(CODE)  # from now on it is asked for
    verified.post(CODE, {"code": code_of(device)})
    typed = form_data(verified.get(admin_url(company, "change"))) | {"summary": "Typed for an hour"}
    TOTPDevice.objects.update(last_t=-1)

    again = log_in("reviewer")
    asked = again.post(admin_url(company, "change"), typed)
    assert "What you typed is kept" in asked.content.decode()
    posted = {"code": code_of(device), "next": asked.context["address"], "_kept": asked.context["typed"]}
    back = again.post(CODE, posted)
    assert "nothing you typed is lost" in back.content.decode()
    held = again.post(back.context["address"], {"_kept": back.context["typed"]})
    assert "Typed for an hour" in held.content.decode()
    company.refresh_from_db()
    assert company.summary == ""


@pytest.fixture
def under_a_path(settings):
    settings.FORCE_SCRIPT_NAME = "/stacks"
    set_script_prefix("/stacks/")
    yield
    set_script_prefix("/")


def test_under_a_path_code_and_log_in_lead_back_to_what_was_typed(log_in, users, under_a_path):
    device = give_device(users["reviewer"])
    client, form = log_in("reviewer"), "/stacks/admin/stacks/objection/add/"
    assert client.get("/admin/?q=a").url.startswith("/stacks/admin/second-factor/?next=%2Fstacks%2Fadmin%2F%3Fq")

    asked = client.post("/admin/stacks/objection/add/", {"asked": "Typed"})
    posted = {"code": code_of(device), "next": asked.context["address"], "_kept": asked.context["typed"]}
    back = client.post("/admin/second-factor/", posted)
    assert (back.status_code, back.context["address"]) == (200, form)

    users["curator"].set_password("a long password")
    users["curator"].save()
    asked = Client().post("/admin/stacks/objection/add/", {"asked": "Typed"})
    entered = {"username": "curator", "password": "a long password", "next": form, "_kept": asked.context["typed"]}
    back = Client().post("/admin/login/", entered)
    assert (back.status_code, back.context["address"]) == (200, form)


def test_a_site_may_ask_everybody(log_in, users, settings):
    settings.SECOND_FACTOR = "required"
    client = log_in("curator")

    few = [address for address, name in addresses() if name not in OPEN][1::20]
    assert {client.get(address).headers.get("Location") for address in few} == {SET_UP}
    assert client.post(admin_url(Company, "add"), {"name": "x"}).url == SET_UP
    assert client.get("/admin/password_change/").status_code == 200

    key = hidden(client.get(SET_UP), "key")
    device = TOTPDevice(key=unhexlify_b32(client.get(SET_UP).context["key"].replace(" ", "")))
    assert client.post(SET_UP, {"key": key, "code": code_of(device)}).status_code == 200  # another key by now
    page = client.get(SET_UP)
    device = TOTPDevice(key=unhexlify_b32(page.context["key"].replace(" ", "")))
    client.post(SET_UP, {"key": hidden(page, "key"), "code": code_of(device)})
    assert client.get("/admin/").status_code == 200
    assert "Turn the second factor off" not in client.get(SET_UP).content.decode()
    client.post(SET_UP, {"off": "1"})
    assert TOTPDevice.objects.exists()


def test_it_may_be_turned_off_where_nobody_asks_for_it(log_in, users):
    device = give_device(users["curator"])
    client = log_in("curator")
    client.post(SET_UP, {"off": "1"})
    assert TOTPDevice.objects.exists()  # not before a code was given
    client.post(CODE, {"code": code_of(device)})

    client.post(SET_UP, {"off": "1"})

    assert not TOTPDevice.objects.exists()
    assert log_in("curator").get("/admin/").status_code == 200


def test_an_administrator_takes_the_factor_of_a_lost_device_away(log_in, users, capsys):
    for name in ("curator", "reviewer"):
        give_device(users[name])
        new_codes(users[name])
    action = {"action": "take_second_factor", "_selected_action": [users["curator"].pk]}
    assert log_in("reviewer").post(reverse("admin:auth_user_changelist"), action).status_code == 302
    assert TOTPDevice.objects.count() == 2

    log_in("superuser").post(reverse("admin:auth_user_changelist"), action)

    assert [device.user.username for device in TOTPDevice.objects.all()] == ["reviewer"]
    assert log_in("curator").get("/admin/").status_code == 200
    call_command("remove_second_factor", "reviewer")
    assert not TOTPDevice.objects.exists()
    assert "has none any more" in capsys.readouterr().out


def test_no_page_of_the_admin_shows_a_key(log_in, users):
    give_device(users["curator"])
    assert not {model for model in registered() if model._meta.app_label.startswith("otp")}
    page = log_in("superuser").get(reverse("admin:auth_user_change", args=[users["curator"].pk])).content.decode()
    assert KEY not in page
    assert User.objects.get(pk=users["curator"].pk)


def registered():
    from django.contrib import admin

    return admin.site._registry.keys()


@pytest.mark.parametrize("hours", [1, 12])
def test_sessions_end_when_the_setting_says(log_in, settings, hours):
    settings.SESSION_COOKIE_AGE = hours * 3600
    client = log_in("curator")
    assert client.session.get_expiry_age() == hours * 3600
