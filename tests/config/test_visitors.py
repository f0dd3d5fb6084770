"""What every answer carries, and who is told apart when logins fail."""

import pytest
from csp.decorators import csp_exempt, csp_replace, csp_update
from csp.middleware import CSPMiddleware
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client

from config import lockout
from config.headers import ContentPolicy
from config.proxies import client_address

LOGIN = "/admin/login/"


def test_every_page_carries_the_policies(client, db):
    page = client.get(LOGIN)

    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "camera=()" in page.headers["Permissions-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert page.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        (2, "10.9.9.9, 203.0.113.9, 192.0.2.1", "203.0.113.9"),
        (3, "203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_counted_proxies_are_believed(rf, settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies

    assert client_address(rf.get("/", headers={"X-Forwarded-For": forwarded})) == expected


def test_ten_wrong_passwords_lock_one_name_at_one_address(client, db, settings):
    settings.AXES_ENABLED = True
    get_user_model().objects.create_superuser("curator", password="right")

    def log_in(password, address):
        return client.post(LOGIN, {"username": "curator", "password": password}, REMOTE_ADDR=address).status_code

    assert [log_in("wrong", "192.0.2.1") for _ in range(9)] == [200] * 9
    log_in("wrong", "192.0.2.1")
    assert log_in("right", "192.0.2.1") == 429
    assert log_in("right", "192.0.2.2") == 302


@pytest.fixture
def curator(db, settings):
    settings.AXES_ENABLED = True
    return get_user_model().objects.create_superuser("curator", password="right")


def log_in(client, password, name="curator"):
    return client.post(LOGIN, {"username": name, "password": password})


def test_nobody_locks_out_a_browser_that_knows_the_name(curator):
    """All addresses are one, as behind a proxy that is not counted."""
    own, stranger = Client(), Client()
    assert log_in(own, "right").status_code == 302
    own.post("/admin/logout/")
    for _ in range(20):
        log_in(stranger, "wrong")

    assert log_in(stranger, "right").status_code == 429
    assert log_in(own, "right").status_code == 302


def test_a_known_browser_is_locked_out_for_what_it_tries_itself(curator):
    own = Client()
    log_in(own, "right")
    own.post("/admin/logout/")
    for _ in range(10):
        log_in(own, "wrong")

    assert log_in(own, "right").status_code == 429


@pytest.mark.parametrize("forged", ["0123456789abcdef curator", "x", "0123456789abcdef curator:1:x"])
def test_a_browser_is_known_by_what_we_signed_and_for_one_name_only(curator, forged):
    other = get_user_model().objects.create_superuser("other", password="right too")
    stranger, known_to_other = Client(), Client()
    stranger.cookies[lockout.COOKIE] = forged
    log_in(known_to_other, "right too", other.username)
    known_to_other.post("/admin/logout/")
    for _ in range(10):
        log_in(stranger, "wrong")

    assert log_in(stranger, "right").status_code == 429
    assert log_in(known_to_other, "right").status_code == 429


def test_the_way_out_of_a_lock_is_told_and_works(curator):
    client = Client()
    for _ in range(10):
        page = log_in(client, "wrong")

    assert "axes_reset_username" in page.content.decode()
    call_command("axes_reset_username", "curator", verbosity=0)
    assert log_in(client, "right").status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_login_leads_to_the_admin_where_its_next_would_leave_the_site(curator, elsewhere):
    answer = Client().post(f"{LOGIN}?next={elsewhere}", {"username": "curator", "password": "right", "next": elsewhere})

    assert answer.headers["Location"] == "/admin/"


def test_the_policy_that_is_written_once_is_the_one_that_the_package_writes(rf):
    ours, theirs = (
        made(lambda _: HttpResponse())(rf.get("/")).headers["Content-Security-Policy"]
        for made in (ContentPolicy, CSPMiddleware)
    )

    assert set(ours.split("; ")) == set(theirs.split("; "))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (csp_replace({"img-src": ["*"]}), "img-src *"),
        (csp_update({"img-src": ["https://example.org"]}), "img-src 'self' data: https://example.org"),
        (csp_exempt(), None),
    ],
)
def test_an_answer_that_asks_for_another_policy_bears_it(rf, change, told):
    answer = ContentPolicy(change(lambda _: HttpResponse()))(rf.get("/"))

    policy = answer.headers.get("Content-Security-Policy")
    assert policy is None if told is None else told in policy.split("; ")
