"""All settings, from the environment only.

Read, refuse, compose, in this order: every variable is read first, then junk and gaps are refused in
one message that names them, and only then the Django settings are put together. Without any variable
the application runs locally and for nobody else; with PRODUCTION=true it is strict.
"""

import logging
import os
import re
import secrets
import string
from datetime import timedelta
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError, ValidationError, validate

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ENGINES = {
    "django.db.backends.postgresql": "postgresql",
    "django.db.backends.sqlite3": "sqlite",
}


def _web_address(value):
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or value.endswith("/"):
        raise ValidationError("Not an http or https address without a slash at the end.")


def _web_address_or_nothing(value):
    if value and not urlsplit(value).hostname:
        raise ValidationError("Neither empty nor a web address.")


def _corrections_address(value):
    try:
        fields = {name for _, name, _, _ in string.Formatter().parse(value) if name is not None}
    except ValueError as error:
        raise ValidationError("Not a template: {page} and {revision} are filled in.") from error
    if fields - {"page", "revision"}:
        raise ValidationError("Only {page} and {revision} can be filled in.")
    if value and urlsplit(value).scheme not in {"http", "https", "mailto"}:
        raise ValidationError("Not an http, https or mailto address.")


def _throttle(value):
    if value and not re.fullmatch(r"[1-9]\d*/(second|minute|hour|day)", value):
        raise ValidationError("Not a rate such as 600/minute.")


def _origins(values):
    for value in values:
        _web_address(value)


env = Env(eager=False)


@env.parser_for("database")
def _database(value):
    expected = "Not a sqlite:///file or postgresql://user@host/name address."
    try:
        database = dj_database_url.parse(value)
    except ValueError as error:
        raise ValidationError(expected) from error
    if database["ENGINE"] not in ENGINES or not database["NAME"]:
        raise ValidationError(expected)
    return database


PRODUCTION = env.bool("PRODUCTION", False)
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [] if PRODUCTION else LOOPBACK)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [], validate=_origins)

_database_url = env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'stacks.sqlite3'}")
_pool_size = env.int("DATABASE_POOL_SIZE", 8, validate=validate.Range(min=1))
_cache_url = env.dj_cache_url("CACHE_URL", "locmem://")
_log_level = env.log_level("LOG_LEVEL", logging.INFO)

SITE_NAME = env.str("SITE_NAME", "Stacks")
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000", validate=_web_address)
DATA_LICENCE = env.str("DATA_LICENCE", "CC BY 4.0")
DATA_LICENCE_URL = env.str(
    "DATA_LICENCE_URL",
    "https://creativecommons.org/licenses/by/4.0/",
    validate=_web_address_or_nothing,
)
# What was last said longer ago than this, against the newest edition of the catalogue, is told as old.
STALE_YEARS = env.int("STALE_YEARS", 5, validate=validate.Range(min=1, max=100))
CORRECTIONS_URL = env.str("CORRECTIONS_URL", "", validate=_corrections_address)

_ssl_redirect = env.bool("SECURE_SSL_REDIRECT", PRODUCTION)
_hsts_seconds = env.int("SECURE_HSTS_SECONDS", 31_536_000 if PRODUCTION else 0, validate=validate.Range(min=0))
_hsts_subdomains = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", PRODUCTION)
_proxy_ssl_header = env.str("SECURE_PROXY_SSL_HEADER", "", validate=validate.Regexp(r"^([A-Za-z][A-Za-z-]*)?$"))
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0, validate=validate.Range(min=0))
_throttle_anon = env.str("API_THROTTLE_ANON", "", validate=_throttle)

try:
    env.seal()
except EnvValidationError as error:
    said = cast("dict[str, list[str]]", error.error_messages)
    raise ImproperlyConfigured(
        "Refused: " + "; ".join(f"{name}: {' '.join(lines)}" for name, lines in said.items())
    ) from None

if PRODUCTION:
    missing = [name for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL") if not os.environ.get(name, "").strip()]
    if missing:
        raise ImproperlyConfigured(f"Refused: PRODUCTION=true needs {', '.join(missing)} as well.")
    if DEBUG:
        raise ImproperlyConfigured("Refused: DEBUG and PRODUCTION exclude each other.")


def _kept_secret_key(path):
    """The key of this working copy, made on first need; two processes that start at once agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


SECRET_KEY = SECRET_KEY or _kept_secret_key(VAR_DIR / "secret-key")

INSTALLED_APPS = [
    "config.admin.StacksAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "stacks",
    "simple_history",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.headers.readable_from_any_site",
    "csp.middleware.CSPMiddleware",
    "config.headers.permissions_policy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # An address holds what its page knows; all that follows is made from that.
    "stacks.addresses.ReducedAddress",
    # Before sessions and all else that a 304 or a kept page can do without.
    "stacks.conditional.Conditional",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "stacks.pages.middleware.PageErrors",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stacks.pages.context.site",
            ],
        },
    },
]


def _with_options(database):
    """The measured connection options of each engine (see docs/dependencies.md for the pool)."""
    options = database.setdefault("OPTIONS", {})
    if ENGINES[database["ENGINE"]] == "postgresql":
        # Threads of one process share the pool, so no connection may outlive its request.
        options["pool"] = {"min_size": 0, "max_size": _pool_size, "timeout": 10}
        return database | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    if database["NAME"] != ":memory:":
        Path(database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    # Without IMMEDIATE a read followed by a write loses edits as soon as two curators work.
    options |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    return database


DATABASES = {"default": _with_options(_database_url)}

# Whole pages, compressed: few and large, so they have a cache of their own and push nothing else out.
CACHES = {"default": _cache_url, "pages": _cache_url | {"KEY_PREFIX": "pages"}}
if _cache_url["BACKEND"].endswith("LocMemCache"):
    # 300 entries, the default, would be fewer than the columns of a hundred companies.
    _cache_url.setdefault("OPTIONS", {})["MAX_ENTRIES"] = 20_000
    CACHES["pages"] |= {"LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 400}}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": _log_level},
    "loggers": {
        # Django's own handlers would mail to nobody; what it says goes to the root.
        "django": {"handlers": [], "level": _log_level},
        # Django leaves it to the server to drop the body of an answer to HEAD; gunicorn warns each time.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(hours=1)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "config.proxies.client_address"
AXES_VERBOSE = False

SECURE_SSL_REDIRECT = _ssl_redirect
SECURE_HSTS_SECONDS = _hsts_seconds
SECURE_HSTS_INCLUDE_SUBDOMAINS = _hsts_subdomains
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_PROXY_SSL_HEADER = (
    (f"HTTP_{_proxy_ssl_header.upper().replace('-', '_')}", "https") if _proxy_ssl_header else None
)
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
# A company with a blank in every category and a figure for every year is one form; a thousand rows are one action.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
X_FRAME_OPTIONS = "DENY"
# Preloading is asked for by the owner of the whole domain at the browsers' list, not by one site on it.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["stacks.api.negotiation.OrjsonRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "stacks.api.negotiation.OneForm",
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "stacks.api.schema.ProblemAutoSchema",
    "EXCEPTION_HANDLER": "stacks.api.errors.problem_handler",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.AnonRateThrottle"] if _throttle_anon else [],
    "DEFAULT_THROTTLE_RATES": {"anon": _throttle_anon or None},
    "NUM_PROXIES": TRUSTED_PROXIES,
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "DESCRIPTION": f"Which company uses which technology, for what, since when, and who says so. "
    f"The data is licensed under {DATA_LICENCE}.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "TechnologyKind": "stacks.models.Kind.choices",
        "SourceKind": "stacks.models.SourceKind.choices",
        "RelationKind": "stacks.models.RelationKind.choices",
        "FoundKind": "stacks.api.serializers.FOUND_KINDS",
        "ObjectKind": "stacks.api.serializers.KINDS",
        "IdentifierScheme": "stacks.models.IdentifierScheme.choices",
        "CompanyScheme": "stacks.models.CompanyScheme.choices",
        "Lifecycle": "stacks.models.Lifecycle.choices",
        "UsageStage": "stacks.models.Stage.choices",
        "MigrationStage": "stacks.models.MigrationStage.choices",
    },
}
