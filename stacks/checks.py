"""Misconfiguration, told before anything is served; each number has a test in tests/config/test_checks.py."""

from django.conf import settings
from django.core import checks

LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}


def hosts_match_the_mode(app_configs, **kwargs):
    if not settings.PRODUCTION and set(settings.ALLOWED_HOSTS) - LOOPBACK:
        return [
            checks.Error(
                "ALLOWED_HOSTS opens the application beyond this machine without PRODUCTION=true.",
                hint="Set PRODUCTION=true, or leave ALLOWED_HOSTS to its default.",
                id="stacks.E001",
            )
        ]
    if settings.PRODUCTION and "*" in settings.ALLOWED_HOSTS:
        return [
            checks.Error(
                "ALLOWED_HOSTS takes any host name.",
                hint="Name the hosts: links in feeds and caches are built on them.",
                id="stacks.E002",
            )
        ]
    return []


def site_address_is_secure(app_configs, **kwargs):
    if settings.PRODUCTION and not settings.SITE_URL.startswith("https://"):
        return [
            checks.Error(
                f"SITE_URL is {settings.SITE_URL}, but production is served over https.",
                hint="Set SITE_URL to the public https address: feeds, exports and the API link to it.",
                id="stacks.E003",
            )
        ]
    return []


def proxies_are_counted(app_configs, **kwargs):
    if settings.SECURE_PROXY_SSL_HEADER and not settings.TRUSTED_PROXIES:
        return [
            checks.Warning(
                "SECURE_PROXY_SSL_HEADER names a proxy, but TRUSTED_PROXIES is 0.",
                hint="Set TRUSTED_PROXIES to the number of proxies, "
                "or every visitor counts as the proxy when logins and API requests are limited.",
                id="stacks.W004",
            )
        ]
    return []


def settings_are_spelt_right(app_configs, **kwargs):
    return [
        checks.Warning(
            f"{name} is no setting: is {meant} meant?",
            hint="docs/settings.md lists all settings. Rename the variable, or take it out of the environment.",
            id="stacks.W005",
        )
        for name, meant in settings.MISSPELT.items()
    ]


def register_all():
    for check in (hosts_match_the_mode, site_address_is_secure, proxies_are_counted, settings_are_spelt_right):
        checks.register(check, checks.Tags.security)
