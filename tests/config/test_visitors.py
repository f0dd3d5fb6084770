"""What every answer carries, and who is told apart when logins fail."""

import pytest
from django.contrib.auth import get_user_model

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
