import pytest
from django.core import checks


def said():
    return {message.id for message in checks.run_checks(tags=[checks.Tags.security])}


@pytest.fixture
def strict(settings):
    settings.PRODUCTION = True
    settings.ALLOWED_HOSTS = ["stacks.example.org"]
    settings.SITE_URL = "https://stacks.example.org"
    return settings


def test_defaults_and_a_complete_production_are_quiet(settings, strict):
    assert not said()


def test_e001_other_hosts_need_production(settings):
    settings.ALLOWED_HOSTS = ["localhost", "stacks.example.org"]

    assert said() == {"stacks.E001"}


def test_e002_production_names_its_hosts(strict):
    strict.ALLOWED_HOSTS = ["*"]

    assert said() == {"stacks.E002"}


def test_e003_production_links_are_secure(strict):
    strict.SITE_URL = "http://stacks.example.org"

    assert said() == {"stacks.E003"}


def test_w005_a_misspelt_setting_is_told(strict):
    strict.MISSPELT = {"ALOWED_HOSTS": "ALLOWED_HOSTS"}

    assert said() == {"stacks.W005"}


def test_w004_a_proxy_is_counted(strict):
    strict.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert said() == {"stacks.W004"}
    strict.TRUSTED_PROXIES = 1
    assert not said()
