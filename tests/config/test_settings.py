import runpy
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(settings.BASE_DIR)
STRICT = {
    "PRODUCTION": "true",
    "SECRET_KEY": "long and given",
    "ALLOWED_HOSTS": "stacks.example.org",
    "DATABASE_URL": "postgresql://stacks:secret@db/stacks",
}


@pytest.fixture
def read_settings(tmp_path, monkeypatch):
    """Settings as a fresh clone with this environment reads them."""
    folder = tmp_path / "clone" / "config"
    folder.mkdir(parents=True)
    copy = shutil.copy(ROOT / "config/settings.py", folder)
    for name in ("SECRET_KEY", "DATABASE_URL"):
        monkeypatch.delenv(name)

    def read(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(copy))

    return read


@pytest.mark.parametrize(
    ("name", "junk"),
    [
        ("PRODUCTION", "maybe"),
        ("DEBUG", "loud"),
        ("DATABASE_URL", "mysql://user@host/name"),
        ("DATABASE_URL", "stacks.sqlite3"),
        ("DATABASE_URL", ""),
        ("DATABASE_POOL_SIZE", "0"),
        ("CACHE_URL", "shelf://"),
        ("LOG_LEVEL", "loud"),
        ("SITE_URL", "stacks.example.org"),
        ("SITE_URL", "https://stacks.example.org/"),
        ("DATA_LICENCE_URL", "by/4.0"),
        ("CORRECTIONS_URL", "https://example.org/?at={place}"),
        ("CORRECTIONS_URL", "https://example.org/{"),
        ("CORRECTIONS_URL", "javascript:alert(1)"),
        ("CSRF_TRUSTED_ORIGINS", "stacks.example.org"),
        ("SECURE_SSL_REDIRECT", "2"),
        ("SECURE_HSTS_SECONDS", "-1"),
        ("SECURE_PROXY_SSL_HEADER", "X-Forwarded-Proto: https"),
        ("TRUSTED_PROXIES", "10.0.0.1"),
        ("API_THROTTLE_ANON", "600"),
    ],
)
def test_a_junk_value_is_refused_by_name(read_settings, name, junk):
    with pytest.raises(ImproperlyConfigured, match=f"^Refused: {name}: "):
        read_settings(**{name: junk})


def test_all_junk_is_named_at_once(read_settings):
    with pytest.raises(ImproperlyConfigured, match=r"DEBUG: .*; LOG_LEVEL: "):
        read_settings(DEBUG="loud", LOG_LEVEL="loud")


def test_manage_refuses_in_one_line(monkeypatch):
    monkeypatch.setenv("LOG_LEVEL", "loud")

    done = subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == "Refused: LOG_LEVEL: Not a valid log level.\n"


def test_a_fresh_clone_serves_this_machine_only(read_settings):
    read = read_settings()

    assert read["DEBUG"] is False
    assert read["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert read["SECURE_SSL_REDIRECT"] is False
    assert read["SECURE_PROXY_SSL_HEADER"] is None
    assert Path(read["DATABASES"]["default"]["NAME"]) == read["BASE_DIR"] / "var/stacks.sqlite3"


def test_the_secret_key_is_made_once_and_kept_from_others(read_settings):
    first = read_settings()
    kept = first["BASE_DIR"] / "var/secret-key"

    assert len(first["SECRET_KEY"]) >= 50
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert read_settings()["SECRET_KEY"] == first["SECRET_KEY"]
    assert [path.name for path in kept.parent.iterdir()] == ["secret-key"]


def test_production_says_what_is_missing(read_settings):
    with pytest.raises(ImproperlyConfigured, match="needs SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL as well"):
        read_settings(PRODUCTION="true")


def test_production_takes_no_debug(read_settings):
    with pytest.raises(ImproperlyConfigured, match="DEBUG and PRODUCTION"):
        read_settings(**STRICT, DEBUG="true")


def test_production_is_strict(read_settings):
    read = read_settings(**STRICT)

    assert read["SECURE_SSL_REDIRECT"] is True
    assert read["SECURE_HSTS_SECONDS"] == 31_536_000
    assert read["SESSION_COOKIE_SECURE"] is True
    assert read["CSRF_COOKIE_SECURE"] is True
    assert read["SECURE_PROXY_SSL_HEADER"] is None
    assert not (read["BASE_DIR"] / "var/secret-key").exists()


def test_a_proxy_is_believed_only_when_its_header_is_named(read_settings):
    read = read_settings(SECURE_PROXY_SSL_HEADER="X-Forwarded-Proto")

    assert read["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_sqlite_writes_begin_immediate(read_settings):
    options = read_settings()["DATABASES"]["default"]["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_postgresql_connections_come_from_a_bounded_pool(read_settings):
    database = read_settings(
        DATABASE_URL="postgresql://stacks@%2Frun%2Fpostgresql/stacks?sslmode=disable", DATABASE_POOL_SIZE="3"
    )["DATABASES"]["default"]

    assert database["HOST"] == "/run/postgresql"
    assert database["CONN_MAX_AGE"] == 0
    assert database["OPTIONS"]["sslmode"] == "disable"
    assert database["OPTIONS"]["pool"]["max_size"] == 3


def test_the_api_is_limited_only_when_asked(read_settings):
    assert read_settings()["REST_FRAMEWORK"]["DEFAULT_THROTTLE_CLASSES"] == []
    assert read_settings(API_THROTTLE_ANON="600/minute")["REST_FRAMEWORK"]["DEFAULT_THROTTLE_RATES"] == {
        "anon": "600/minute"
    }


def test_no_policy_allows_inline_code():
    for sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].values():
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(sources)
