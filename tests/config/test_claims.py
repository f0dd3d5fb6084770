"""What only a proxy may say about a request."""

import ssl

import pytest
from django.test import RequestFactory

from config.claims import drop_claims

CLAIMS = [
    ("Forwarded", "for=192.0.2.60;proto=https;host=evil.example"),
    ("Front-End-Https", "on"),
    ("Remote-User", "admin"),
    ("Script-Name", "/changes"),
    ("X-Forwarded-For", "203.0.113.9"),
    ("X-Forwarded-Host", "evil.example"),
    ("X-Forwarded-Port", "8443"),
    ("X-Forwarded-Prefix", "/changes"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Protocol", "ssl"),
    ("X-Forwarded-Ssl", "on"),
    ("X-HTTP-Method-Override", "DELETE"),
    ("X-Original-URL", "/changes/"),
    ("X-Real-IP", "203.0.113.9"),
    ("X-Rewrite-URL", "/changes/"),
    ("X-Script-Name", "/changes"),
]


def environ(path="/", **more):
    made = RequestFactory().get(path).environ
    return made | more


def header(name):
    return f"HTTP_{name.upper().replace('-', '_')}"


@pytest.mark.parametrize(("name", "value"), CLAIMS)
def test_a_claim_is_dropped(name, value):
    told = environ(**{header(name): value})

    drop_claims(told)

    assert header(name) not in told


def test_what_a_visitor_may_say_is_kept():
    told = environ(HTTP_ACCEPT="text/html", HTTP_IF_NONE_MATCH='"x"', HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    before = dict(told)

    drop_claims(told)

    assert told == before


def test_the_path_is_what_was_asked_for_whatever_stands_above_the_application():
    told = environ("/login/", SCRIPT_NAME="/x%C3%A9/admin", HTTP_SCRIPT_NAME="/x%C3%A9/admin")

    drop_claims(told)

    assert told["SCRIPT_NAME"] == ""
    assert told["PATH_INFO"].encode("latin-1").decode() == "/xé/admin/login/"


@pytest.mark.parametrize(
    ("connection", "expected"),
    [({}, "http"), ({"HTTPS": "on"}, "https"), ({"gunicorn.socket": ssl.SSLSocket.__new__(ssl.SSLSocket)}, "https")],
)
def test_the_scheme_is_that_of_the_connection(connection, expected):
    # gunicorn has believed the header by then
    told = environ(**{"wsgi.url_scheme": "https", "HTTP_X_FORWARDED_PROTO": "https"} | connection)

    drop_claims(told)

    assert told["wsgi.url_scheme"] == expected


def test_a_header_is_believed_when_a_setting_names_who_sends_it(settings):
    settings.TRUSTED_PROXIES = 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    told = environ(**{header(name): value for name, value in CLAIMS})

    drop_claims(told)

    assert {name for name in told if name in {header(claim) for claim, _ in CLAIMS}} == {
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_FORWARDED_PROTO",
    }
