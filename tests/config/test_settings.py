import re
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
    "SECRET_KEY": "long and given, and at random",
    "ALLOWED_HOSTS": "stacks.example.org",
    "DATABASE_URL": "postgresql://stacks:secret@db/stacks",
    "SITE_URL": "https://stacks.example.org",
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


JUNK = {
    "VAR_DIR": ["", " ", "a\nb", str(ROOT / "manage.py")],
    "PRODUCTION": ["maybe"],
    "DEBUG": ["loud"],
    "SECRET_KEY": [],  # see below
    "SECRET_KEY_FALLBACKS": ["short", "one that is long enough, though not two,"],
    "SECRET_KEY_FILE": ["nowhere/key", str(ROOT), str(ROOT / "config/__init__.py")],
    "ALLOWED_HOSTS": [
        ",",
        "a.example,",
        "https://a.example",
        "a.example:443",
        "a b",
        "**",
        "a..example",
        "*.example.org",
    ],
    "CSRF_TRUSTED_ORIGINS": [
        "stacks.example.org",
        "https://a.example/",
        "https://a.example/x",
        "https://",
        ",",
        "ftp://a",
    ],
    "DATABASE_URL": [
        "mysql://user@host/name",
        "stacks.sqlite3",
        "",
        "postgresql://",
        "postgresql://u@h:port/name",
        "x",
    ],
    "WEB_CONCURRENCY": ["0", "-1", "abc", "1.5", "10000"],
    "METRICS_TOKEN": [
        "short",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "a secret of more than one word",
        "secret-ünd-at-random-x",
    ],
    "SENTRY_DSN": [
        "sentry.example.org",
        "https://sentry.example.org/1",
        "https://key@sentry.example.org",
        "ftp://k@h/1",
    ],
    "REPLICA_URL": ["sqlite:///x", "mysql://user@host/name", "postgresql://", "x", "postgresql://u@h/name"],
    "DATABASE_POOL_SIZE": ["0", "-1", "many", "1e9", "100000"],
    "STATEMENT_TIMEOUT": ["0", "-1", "20s", "100000"],
    "CACHE_URL": [
        "shelf://",
        "memcached://127.0.0.1:11211",
        "db://cache",
        "file:///tmp/cache",
        "redis://",
        "redis://host:port/0",
        "redis://host/name",
        "redis://host/0?timeout=soon",
        "redis://host/0?key_prefix=blue",
        "locmem://?max_entries=x",
        "hiredis://host/0",
        "",
    ],
    "CACHE_PREFIX": ["a b", "a/b", "x" * 101],
    "LOG_LEVEL": ["loud", "verbose"],
    "LOG_FORMAT": ["xml", ""],
    "ACCESS_LOG": ["nowhere/access.log", "a\nb"],
    "EMAIL_URL": ["mail.example", "http://mail.example", "smtp://", "smtp://a/b", "smtp://a?tls=1", "smtp://a:port"],
    "EMAIL_FROM": ["stacks", "a b@c", "<a@b>"],
    "SITE_NAME": ["", " ", "two\nlines"],
    "SITE_URL": [
        "stacks.example.org",
        "https://stacks.example.org/",
        "http://a?x=1",
        "http://a#x",
        "http://",
        "http://user@a",
        "http://a:port",
        "http://a b",
        "http://[::1",
        "ftp://a",
        "javascript://a",
        "",
    ],
    "DATA_LICENCE": ["two\nlines"],
    "REVIEW_BY_ANOTHER": ["maybe", "2"],
    "SECOND_FACTOR": ["on", "true", ""],
    "SESSION_HOURS": ["0", "-1", "long", "100000"],
    "STALE_YEARS": ["0", "-1", "never", "1000"],
    "DATA_LICENCE_URL": ["by/4.0", "javascript:alert(1)", "javascript://a/%0aalert(1)", "//a.example/by", "data:,x"],
    "CORRECTIONS_URL": [
        "https://example.org/?at={place}",
        "https://example.org/{",
        "https://a/{page:d}",
        "https://a/{page!r:>9}",
        "https://a/{page.__class__}",
        "https://a/{}",
        "javascript:alert(1)",
        "mailto:",
        "https://",
        "/corrections",
    ],
    "SECURE_SSL_REDIRECT": ["2"],
    "SECURE_HSTS_SECONDS": ["-1", "a year", "99999999999"],
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": ["some"],
    "SECURE_PROXY_SSL_HEADER": ["X-Forwarded-Proto: https", "X Forwarded", "HTTP_X_FORWARDED_PROTO"],
    "TRUSTED_PROXIES": ["10.0.0.1", "-1", "all", "1000"],
    "WEBHOOK_NETWORKS": ["inside", "10.0.0.1/8", "10.0.0.0/99"],
    "API_THROTTLE_KEY": ["many", "10"],
    "API_THROTTLE_ANON": ["600", "0/minute", "-1/minute", "600/fortnight", "6e2/minute", "\u0666/minute"],
}


@pytest.mark.parametrize(("name", "junk"), [(name, junk) for name, values in JUNK.items() for junk in values])
def test_a_junk_value_is_refused_by_name(read_settings, name, junk):
    with pytest.raises(ImproperlyConfigured, match=f"^Refused: {name}: "):
        read_settings(**{name: junk})


@pytest.mark.parametrize("junk", ["x", "changeme", "a" * 60, "secret secret"])
def test_a_secret_that_is_none_is_refused_in_production(read_settings, junk):
    with pytest.raises(ImproperlyConfigured, match=r"^Refused: SECRET_KEY: "):
        read_settings(**STRICT | {"SECRET_KEY": junk})


def test_every_setting_has_its_junk():
    read = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config/settings.py").read_text()))

    assert read == set(JUNK)


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("ALLOWED_HOSTS", "a.example, .b.example,[::1],192.0.2.1"),
        ("CSRF_TRUSTED_ORIGINS", "https://a.example,https://*.b.example,http://a.example:8000"),
        ("SITE_URL", "https://a.example/stacks"),
        ("SITE_URL", "http://[::1]:8000"),
        ("DATA_LICENCE", ""),
        ("DATA_LICENCE_URL", ""),
        ("CORRECTIONS_URL", ""),
        ("CORRECTIONS_URL", "mailto:a@b.example?subject={page}%20{revision}"),
        ("CORRECTIONS_URL", "https://a.example/new?title={page}&at={revision}"),
        ("TRUSTED_PROXIES", "2"),
        ("API_THROTTLE_ANON", ""),
    ],
)
def test_a_sound_value_is_taken(read_settings, name, sound):
    read_settings(**{name: sound})


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("smtp://mail", {"HOST": "mail", "PORT": 25, "HOST_USER": "", "USE_TLS": False, "USE_SSL": False}),
        ("smtp+tls://me:p%40ss@mail", {"PORT": 587, "HOST_USER": "me", "HOST_PASSWORD": "p@ss", "USE_TLS": True}),
        ("smtps://mail:4650", {"PORT": 4650, "USE_TLS": False, "USE_SSL": True}),
    ],
)
def test_mail_goes_the_way_that_is_named(read_settings, address, told):
    read = read_settings(EMAIL_URL=address, EMAIL_FROM="stacks@example.org")

    assert {name: read[f"EMAIL_{name}"] for name in told} == told
    assert read["DEFAULT_FROM_EMAIL"] == "stacks@example.org"


def test_mail_needs_somebody_that_it_comes_from(read_settings):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL needs EMAIL_FROM"):
        read_settings(EMAIL_URL="smtp://mail")


def test_the_secret_key_may_stand_in_a_file(read_settings, tmp_path):
    file = tmp_path / "key"
    file.write_text("long and given, and at random\n")
    strict = {name: value for name, value in STRICT.items() if name != "SECRET_KEY"}

    assert read_settings(**strict, SECRET_KEY_FILE=str(file))["SECRET_KEY"] == "long and given, and at random"
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY and SECRET_KEY_FILE exclude each other"):
        read_settings(SECRET_KEY="another that is long enough 1234")


def test_all_that_is_written_is_in_one_folder(read_settings, tmp_path):
    read = read_settings(VAR_DIR=str(tmp_path / "elsewhere"))

    assert read["DATABASES"]["default"]["NAME"] == str(tmp_path / "elsewhere/stacks.sqlite3")
    assert read["STATIC_ROOT"] == tmp_path / "elsewhere/static"
    assert (tmp_path / "elsewhere/secret-key").is_file()
    assert not (read["BASE_DIR"] / "var").exists()


def test_a_folder_that_cannot_be_made_is_one_line(read_settings):
    with pytest.raises(ImproperlyConfigured, match=r"^Refused: VAR_DIR: /proc/stacks cannot be written to"):
        read_settings(VAR_DIR="/proc/stacks")


def test_a_site_under_a_path_leaves_its_neighbours_alone(read_settings):
    read = read_settings(SITE_URL="https://a.example/stacks")

    assert read["FORCE_SCRIPT_NAME"] == "/stacks"
    assert read["STATIC_URL"] == "/stacks/static/"
    assert read["SESSION_COOKIE_PATH"] == read["CSRF_COOKIE_PATH"] == "/stacks/"
    assert read["SESSION_COOKIE_NAME"] != "sessionid"
    assert read["CSRF_COOKIE_NAME"] != "csrftoken"


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("redis://cache:6380/2", "redis://cache:6380/2"),
        ("rediss://user:p%40ss@cache/1", "rediss://user:p%40ss@cache/1"),
        ("valkey://cache", "redis://cache"),
        ("valkeys://cache:6379/0", "rediss://cache:6379/0"),
    ],
)
def test_all_caches_are_on_the_server_that_is_named_and_under_the_prefix(read_settings, address, location):
    caches = read_settings(CACHE_URL=address, CACHE_PREFIX="blue")["CACHES"]

    assert {cache["LOCATION"] for cache in caches.values()} == {location}
    assert all(cache["KEY_PREFIX"].startswith("blue") for cache in caches.values())
    assert len({cache["KEY_PREFIX"] for cache in caches.values()}) == 3


def test_a_cache_whose_package_is_missing_is_refused(read_settings, monkeypatch):
    monkeypatch.setattr("config.values.find_spec", lambda name: None)

    with pytest.raises(ImproperlyConfigured, match=r"CACHE_URL: The package redis .* requirements/redis.txt"):
        read_settings(CACHE_URL="valkey://cache")


def test_a_variable_that_looks_like_a_setting_is_told(read_settings):
    told = read_settings(ALOWED_HOSTS="a", DATABASE_URI="b", SECRET_KEYS="c", SITENAME="d", EDITOR="vi", HOSTNAME="e")[
        "MISSPELT"
    ]

    assert told == {
        "ALOWED_HOSTS": "ALLOWED_HOSTS",
        "DATABASE_URI": "DATABASE_URL",
        "SECRET_KEYS": "SECRET_KEY",
        "SITENAME": "SITE_NAME",
    }


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
    with pytest.raises(ImproperlyConfigured, match="needs SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL, SITE_URL as well"):
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


def test_a_thread_keeps_its_sqlite_connection_as_long_as_it_is_sound(read_settings):
    database = read_settings()["DATABASES"]["default"]

    assert database["CONN_MAX_AGE"] is None
    assert database["CONN_HEALTH_CHECKS"] is True


@pytest.mark.parametrize("url", ["sqlite:///x.sqlite3", "postgresql://stacks@db/stacks"])
def test_nothing_waits_for_the_database_longer_than_a_visitor_does(read_settings, tmp_path, monkeypatch, url):
    monkeypatch.chdir(tmp_path)
    options = read_settings(DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]

    if "pool" in options:
        assert options["pool"]["timeout"] < 2
        assert options["pool"]["reconnect_timeout"] < 1
        assert options["connect_timeout"] <= 2
    else:
        assert options["timeout"] <= 5


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
    assert read_settings()["THROTTLE_RATES"] == {"anon": None, "key": None}
    assert read_settings(API_THROTTLE_ANON="600/minute")["THROTTLE_RATES"] == {"anon": (600, 60), "key": (6000, 60)}
    assert read_settings(API_THROTTLE_KEY="9/day")["THROTTLE_RATES"]["key"] == (9, 86_400)


def test_no_policy_allows_inline_code():
    for sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].values():
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(sources)
