"""Forged forms, ways out of the site, the time of a log-in, and the policies on every kind of answer."""

from urllib.parse import urlsplit

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from stacks.curating import curating
from tests.attacks.walking import patterns
from tests.factories import make_category, make_company, make_technology, make_usage
from tests.pages.test_system import TAKE_POSTS

IN_PATHS = {
    "slugs": "acme/bolt",
    "slug": "acme",
    "technology": "kafka",
    "section": "companies",
    "uid": "abc",
    "number": 1,
}
ELSEWHERE = [
    "//evil.example",
    "//evil.example/companies",
    "//evil.example/companies/%2e%2e",
    "/%2f%2fevil.example/companies",
    "/\\evil.example",
    "/%5cevil.example/companies",
    "/companies//evil.example",
    "/companies/acme?next=//evil.example",
    "/compare/companies/?company=//evil.example&company=acme",
    "/reconcile/view/?id=//evil.example",
    "/reconcile/view/?id=https://evil.example",
    "/admin//evil.example",
    "/admin/?next=//evil.example",
    "/admin/r/1/1/?next=//evil.example",
    "/admin/login/?next=//evil.example",
    "/admin/second-factor/?next=//evil.example",
    "/admin/second-factor/?next=https:evil.example",
    "/admin/password_change?next=//evil.example",
    "/api//evil.example",
]


@pytest.fixture
def catalogue(db):
    with curating():
        kafka = make_technology("Kafka", make_category("Brokers"))
        for name in ("Acme", "Bolt"):
            make_usage(make_company(name), kafka)


def filled(name, pattern):
    arguments = pattern.pattern.converters or pattern.pattern.regex.groupindex
    return reverse(name, kwargs={argument: IN_PATHS.get(argument, "1") for argument in arguments})


def test_every_post_of_the_admin_needs_its_token(caplog, db):
    """Asked before any view is, so one address of each pattern is enough."""
    caplog.set_level("CRITICAL")
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("root"))
    named = [(space + pattern.name, pattern) for space, pattern in patterns() if space == "admin:" and pattern.name]
    known = {"app_label": "stacks", "transition": "publish", "kind": "company", "number": 1}

    assert len(named) > 150
    for name, pattern in named:
        assert not getattr(pattern.callback, "csrf_exempt", False), name
    for name in (
        "admin:index",
        "admin:login",
        "admin:stacks_company_add",
        "admin:auth_user_add",
        "admin:second_factor",
    ):
        assert client.post(reverse(name, kwargs={}), known).status_code == 403, name


def test_what_asks_for_no_token_reads_only_or_knows_nobody(client, db, caplog):
    """All that stands outside the admin, with the preview that stands in it."""
    caplog.set_level("CRITICAL", logger="django.request")
    client.handler.enforce_csrf_checks = True
    outside = [(space, pattern) for space, pattern in patterns() if space != "admin:" and pattern.name]
    exempt = [(space, pattern) for space, pattern in outside if getattr(pattern.callback, "csrf_exempt", False)]

    assert len(exempt) > 60
    for space, pattern in exempt:
        answer = client.post(filled(space + pattern.name, pattern), {"slug": "x"})
        assert not answer.cookies, pattern.name
        if pattern.name not in TAKE_POSTS:
            assert answer.status_code in {404, 405}, pattern.name


@pytest.mark.parametrize("role", ["", "root"])
def test_no_address_leads_out_of_the_site(catalogue, role):
    client = Client()
    if role:
        client.force_login(User.objects.create_superuser(role))
    for address in ELSEWHERE:
        path, _, query = address.partition("?")
        answer = client.generic("GET", "/", PATH_INFO=path.replace("%2f", "/").replace("%5c", "\\"), QUERY_STRING=query)
        to = answer.headers.get("Location", "")
        assert answer.status_code < 500, address
        assert urlsplit(to).netloc in {"", "testserver", "127.0.0.1:8000"}, (address, to)
        assert not to.startswith(("//", "/\\", "\\")), (address, to)


class CountingHasher(MD5PasswordHasher):
    """What takes the time of a log-in."""

    made = 0

    def encode(self, password, salt):
        type(self).made += 1
        return super().encode(password, salt)


@pytest.mark.parametrize("name", ["known", "unknown", "closed", "visitor"])
def test_a_log_in_costs_and_says_the_same_whoever_is_named(client, db, settings, name):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    User.objects.create_user("known", is_staff=True, password="right")
    User.objects.create_user("closed", is_staff=True, is_active=False, password="right")
    User.objects.create_user("visitor", password="right")
    before = CountingHasher.made

    page = client.post("/admin/login/", {"username": name, "password": "wrong"})

    assert CountingHasher.made - before == 1
    assert "Please enter the correct username and password" in page.content.decode()
