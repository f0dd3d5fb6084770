"""The policies on every kind of answer: pages, forms of pages, files, probes, redirects, refusals, errors, 304."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from stacks.curating import curating
from tests.factories import make_category, make_company, make_technology, make_usage

EVERY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
FRAMED = ("/embed/", "/reconcile/preview/")
PUBLIC = {
    "/": 200,
    "/companies/acme/": 200,
    "/companies/acme": 301,
    "/companies/acme/?format=json": 200,
    "/companies/acme/?format=csv": 200,
    "/companies/acme/?format=md": 200,
    "/companies/acme/?format=nothing": 400,
    "/companies/nobody/": 404,
    "/nothing": 404,
    "/compare/companies/acme/bolt/?format=cite": 200,
    "/changes/atom/": 200,
    "/sitemap.xml": 200,
    "/robots.txt": 200,
    "/badges/companies/acme.svg": 200,
    "/badges/companies/nobody.svg": 404,
    "/embed/companies/acme/": 200,
    "/embed/companies/nobody/": 404,
    "/reconcile/": 200,
    "/api/v1/": 200,
    "/api/v1/companies/": 200,
    "/api/v1/companies/?nothing=1": 400,
    "/api/v1/nothing/": 404,
    "/api/v1/docs/": 200,
    "/api/v1/schema/": 200,
    "/static/stacks/stacks.js": 200,
    "/static/nothing.js": 404,
    "/healthz": 200,
    "/readyz": 200,
}
PRIVATE = {
    "/admin/": 200,
    "/admin/login/?next=/admin/": 302,
    "/admin/stacks/company/": 200,
    "/admin/stacks/company/add/": 200,
    "/admin/nothing/": 404,
    "/admin/password_change/": 200,
    "/admin/preview/forged/": 404,
}


@pytest.fixture
def catalogue(db):
    with curating():
        kafka = make_technology("Kafka", make_category("Brokers"))
        for name in ("Acme", "Bolt"):
            make_usage(make_company(name), kafka)


def complaints(address, answer, *, secure=True):
    told = answer.headers
    wanted = dict(EVERY)
    if not secure:
        del wanted["Strict-Transport-Security"]
    if address.startswith("/admin/preview/"):
        wanted["Referrer-Policy"] = "no-referrer"
    for name, value in wanted.items():
        if told.get(name) != value:
            yield f"{address}: {name}: {told.get(name)}"
    policy = told.get("Content-Security-Policy", "")
    framed = address.startswith(FRAMED) and answer.status_code in (200, 304)
    if "default-src 'none'" not in policy or "unsafe" in policy or "base-uri 'none'" not in policy:
        yield f"{address}: {policy}"
    if ("frame-ancestors *" in policy, "X-Frame-Options" in told) != (framed, not framed):
        yield f"{address}: frames"
    if "camera=()" not in told.get("Permissions-Policy", ""):
        yield f"{address}: Permissions-Policy"
    is_private = address.startswith(("/admin/", "/healthz", "/readyz"))
    if told.get("Cross-Origin-Resource-Policy") != ("same-origin" if is_private else "cross-origin"):
        yield f"{address}: Cross-Origin-Resource-Policy: {told.get('Cross-Origin-Resource-Policy')}"
    if is_private and "Access-Control-Allow-Origin" in told:
        yield f"{address}: readable by scripts of others"


def test_every_kind_of_answer_carries_every_policy(catalogue, settings, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    visitor, curator = Client(), Client()
    curator.force_login(User.objects.create_superuser("root"))
    found = []
    for client, addresses in ((visitor, PUBLIC), (curator, PRIVATE)):
        for address, status in addresses.items():
            ask = client.head if address.startswith("/static/") else client.get  # no file to close
            answer = ask(address, secure=True)
            assert answer.status_code == status, address
            found += complaints(address, answer)
            if tag := answer.headers.get("ETag"):
                same = ask(address, secure=True, headers={"If-None-Match": tag})
                found += complaints(address, same)
    for answer in (
        visitor.post("/companies/", secure=True),
        visitor.options("/companies/", secure=True, headers={"Access-Control-Request-Method": "GET"}),
        visitor.get("/companies/", secure=True, headers={"Host": "evil.example"}),
        visitor.get("/api/v1/", secure=True, headers={"Authorization": "Bearer stacks_none"}),
    ):
        found += complaints("/companies/", answer)

    assert found == []


def test_the_way_to_https_carries_them_too(settings):
    settings.SECURE_SSL_REDIRECT = True

    answer = Client().get("/companies/")

    assert answer.status_code == 301
    assert list(complaints("/companies/", answer, secure=False)) == []
