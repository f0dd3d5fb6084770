"""All settings, from the environment only.

Read, refuse, compose, in this order: every variable is read first, then junk and gaps are refused in
one message that names them, and only then the Django settings are put together. Without any variable
the application runs locally and for nobody else; with PRODUCTION=true it is strict.
"""

import logging
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvValidationError, validate

from config import logs, values

BASE_DIR = Path(__file__).resolve().parent.parent
A_YEAR = 31_536_000
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
_MORE_WITH_A_KEY = 10

env = Env(eager=False)


env.add_parser("database", values.database)
env.add_parser("replica", values.replica)
env.add_parser("cache", values.cache)
env.add_parser("email", values.email)

# All that the application writes: the SQLite file, the secret key, the collected static files.
VAR_DIR = Path(env.str("VAR_DIR", str(BASE_DIR / "var"), validate=values.folder) or BASE_DIR).absolute()
PRODUCTION = env.bool("PRODUCTION", False)
DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "", validate=values.secret if PRODUCTION else None)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [], subcast=str.strip, validate=values.secrets)
_secret_key_file = env.str("SECRET_KEY_FILE", "", validate=values.secret_in_file)
ALLOWED_HOSTS: list[str] = env.list(
    "ALLOWED_HOSTS", [] if PRODUCTION else LOOPBACK, subcast=str.strip, validate=values.hosts
)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [], subcast=str.strip, validate=values.origins)

# gunicorn's, and so is the default here as in gunicorn.conf.py.
_processes = env.int("WEB_CONCURRENCY", 2, validate=validate.Range(min=1, max=1000))
_database_url = env.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'stacks.sqlite3'}")
_replica_url = env.replica("REPLICA_URL", "")
_pool_size = env.int("DATABASE_POOL_SIZE", 8, validate=validate.Range(min=1, max=1000))
STATEMENT_TIMEOUT = env.int("STATEMENT_TIMEOUT", 20, validate=validate.Range(min=1, max=3600))
_cache_url = env.cache("CACHE_URL", "locmem://")
_cache_prefix = env.str("CACHE_PREFIX", "", validate=values.cache_prefix)
_log_level = env.log_level("LOG_LEVEL", logging.INFO)
_log_format = env.str("LOG_FORMAT", "line", validate=validate.OneOf(["line", "json"]))
# Who scrapes /metrics bears it; without it there is no such address.
METRICS_TOKEN = env.str("METRICS_TOKEN", "", validate=values.metrics_token)
SENTRY_DSN = env.str("SENTRY_DSN", "", validate=values.sentry)
ACCESS_LOG = env.str("ACCESS_LOG", "", validate=values.log)
_email = env.email("EMAIL_URL", "")
_email_from = env.str("EMAIL_FROM", "", validate=values.mailbox)

SITE_NAME = env.str("SITE_NAME", "Stacks", validate=values.some_text)
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000", validate=values.site_address)
DATA_LICENCE = env.str("DATA_LICENCE", "CC BY 4.0", validate=values.one_line)
DATA_LICENCE_URL = env.str(
    "DATA_LICENCE_URL",
    "https://creativecommons.org/licenses/by/4.0/",
    validate=values.web_address_or_nothing,
)
# What was last said longer ago than this, against the newest edition of the catalogue, is told as old.
STALE_YEARS = env.int("STALE_YEARS", 5, validate=validate.Range(min=1, max=100))
# Whoever proposed a row or a change is not the one to accept it.
REVIEW_BY_ANOTHER = env.bool("REVIEW_BY_ANOTHER", False)
# Who logs in gives a code as well: whoever set that up, or everybody.
SECOND_FACTOR = env.str("SECOND_FACTOR", "optional", validate=validate.OneOf(["optional", "required"]))
_session_hours = env.int("SESSION_HOURS", 12, validate=validate.Range(min=1, max=24 * 365))
CORRECTIONS_URL = env.str("CORRECTIONS_URL", "", validate=values.corrections_address)

_ssl_redirect = env.bool("SECURE_SSL_REDIRECT", PRODUCTION)
_hsts_seconds = env.int(
    "SECURE_HSTS_SECONDS", A_YEAR if PRODUCTION else 0, validate=validate.Range(min=0, max=10 * A_YEAR)
)
_hsts_subdomains = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", PRODUCTION)
_proxy_ssl_header = env.str("SECURE_PROXY_SSL_HEADER", "", validate=validate.Regexp(r"^([A-Za-z][A-Za-z-]*)?$"))
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0, validate=validate.Range(min=0, max=20))
# Of internal networks, those that webhooks may be posted to.
WEBHOOK_NETWORKS: list[str] = env.list("WEBHOOK_NETWORKS", [], subcast=str.strip, validate=values.networks)
_throttle_anon = env.str("API_THROTTLE_ANON", "", validate=values.throttle)
_throttle_key = env.str("API_THROTTLE_KEY", "", validate=values.throttle)

try:
    env.seal()
except EnvValidationError as error:
    said = cast("dict[str, list[str]]", error.error_messages)
    raise ImproperlyConfigured(
        "Refused: " + "; ".join(f"{name}: {' '.join(lines)}" for name, lines in said.items())
    ) from None

if PRODUCTION:
    needed = ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "SITE_URL")
    missing = [name for name in needed if not os.environ.get(name, "").strip()]
    if _secret_key_file and "SECRET_KEY" in missing:
        missing.remove("SECRET_KEY")
    if missing:
        raise ImproperlyConfigured(f"Refused: PRODUCTION=true needs {', '.join(missing)} as well.")
    if DEBUG:
        raise ImproperlyConfigured("Refused: DEBUG and PRODUCTION exclude each other.")

if SECRET_KEY and _secret_key_file:
    raise ImproperlyConfigured("Refused: SECRET_KEY and SECRET_KEY_FILE exclude each other.")
if _replica_url and _database_url["ENGINE"] != "config.postgresql":
    raise ImproperlyConfigured("Refused: REPLICA_URL: DATABASE_URL is no PostgreSQL that could have a replica.")
HAS_MAIL = "dummy" not in _email["EMAIL_BACKEND"]
if HAS_MAIL and not _email_from:
    raise ImproperlyConfigured("Refused: EMAIL_URL needs EMAIL_FROM as well: the address that mail comes from.")

# Read elsewhere: by gunicorn.conf.py, ./dev and the tests.
_known = {*env.dump(), "PORT", "TEST_DATABASE_URL", "CI"}
MISSPELT = values.misspelt(set(os.environ), _known)


def _kept_secret_key(path):
    """The key of this working copy, made on first need; two processes that start at once agree on one."""
    if not path.exists():
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


try:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    if _secret_key_file:
        SECRET_KEY = Path(_secret_key_file).read_text().strip()
    SECRET_KEY = SECRET_KEY or _kept_secret_key(VAR_DIR / "secret-key")
except OSError as error:
    raise ImproperlyConfigured(
        f"Refused: VAR_DIR: {VAR_DIR} cannot be written to ({error.strerror}). Name a folder that can."
    ) from None

# Under a path of its host (SITE_URL=https://example.org/stacks) the site leaves its neighbours' cookies alone.
_path = urlsplit(SITE_URL).path
FORCE_SCRIPT_NAME = _path or None

INSTALLED_APPS = [
    "config.admin.StacksAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
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
    "config.logs.number_requests",
    "stacks.replica.begin_at_primary",
    # Around all that answers: files, probes and the way to https carry the policies as pages do.
    "config.headers.ContentPolicy",
    "config.headers.policies",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.headers.framed_by_anybody",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.headers.readable_from_any_site",
    # Before anything reads the host.
    "config.probes.answer_probes",
    # An address holds what its page knows; all that follows is made from that.
    "stacks.addresses.ReducedAddress",
    "stacks.api.announcing.announce",
    "config.sizes.refuse_what_is_too_large",
    # Whoever has a key is told so in whatever is answered; what needs no view is not counted.
    "stacks.limits.Limits",
    # Before sessions and all else that a 304 or a kept page can do without.
    "stacks.conditional.Conditional",
    "config.writers.take_turns",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.lockout.know_browser",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "stacks.pages.middleware.PageErrors",
]

if METRICS_TOKEN:
    MIDDLEWARE.insert(1, "config.metrics.measure")

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
    if database["ENGINE"] == "config.postgresql":
        # Threads of one process share the pool, so no connection may outlive its request. Whatever waits gives up
        # within two seconds, so that a visitor is told; what fails is not tried again behind a growing pause.
        options["pool"] = {"min_size": 0, "max_size": _pool_size, "timeout": 1.5, "reconnect_timeout": 0.2}
        options.setdefault("connect_timeout", 2)
        return database | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    if database["NAME"] != ":memory:":
        Path(database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    # Without IMMEDIATE a read followed by a write loses edits as soon as two curators work.
    options |= {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A thread keeps its connection: opening one costs more than all that a kept page costs besides.
    return database | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": _with_options(_database_url)}
if _replica_url:
    DATABASES["replica"] = _with_options(_replica_url) | {"TEST": {"MIRROR": "default"}}
    DATABASE_ROUTERS = ["stacks.replica.Router"]

_cache_url["KEY_PREFIX"] = _cache_prefix
# Whole pages are few and large: they have a cache of their own and push nothing else out.
CACHES = {"default": _cache_url, "pages": _cache_url | {"KEY_PREFIX": f"{_cache_prefix}-pages"}}
# What all processes have to know of each other, and that outlives them: the days on which keys were used.
CACHES["notes"] = _cache_url | {"KEY_PREFIX": f"{_cache_prefix}-notes"}
if _cache_url["BACKEND"] == "config.caches.BoundedMemoryCache":
    CACHES["notes"] = {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR_DIR / "notes"),
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
    CACHES["default"] |= {"LOCATION": "default", "OPTIONS": {"MAX_BYTES": 64 * 2**20}}
    CACHES["pages"] |= {"LOCATION": "pages", "OPTIONS": {"MAX_BYTES": 24 * 2**20}}

# Copies of the whole catalogue (`export/`), one file for each form and revision.
COPIES_DIR = VAR_DIR / "copies"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = f"{_path}/static/"
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
    "formatters": {
        "line": {"()": logs.Line},
        "json": {"()": logs.Json},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": _log_format, "filters": [logs.with_request]},
    },
    "root": {"handlers": ["console"], "level": _log_level},
    "loggers": {
        # Django's own handlers would mail to nobody; what it says goes to the root.
        "django": {"handlers": [], "level": _log_level},
        # Whoever asks for a host that is none of ours, or forges a cookie, is told in one line.
        **{
            f"django.security.{name}": {"filters": [logs.without_traceback]}
            for name in ("DisallowedHost", "RequestDataTooBig", "TooManyFieldsSent", "TooManyFilesSent")
        },
        "axes.handlers.database": {"filters": [logs.only_lock_outs]},
        # Django leaves it to the server to drop the body of an answer to HEAD; gunicorn warns each time.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}

EMAIL_BACKEND = _email["EMAIL_BACKEND"]
EMAIL_HOST = _email.get("EMAIL_HOST", "localhost")
EMAIL_PORT = _email.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _email_from
PASSWORD_RESET_TIMEOUT = 24 * 3600

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "config.second_factor.Backend",
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
AXES_USERNAME_CALLABLE = "config.lockout.account"
AXES_LOCKOUT_TEMPLATE = "admin/stacks/locked_out.html"
AXES_VERBOSE = False
# An operator who reads that somebody was locked out has to know who, and from where.
AXES_SENSITIVE_PARAMETERS: list[str] = []
# Where a login leads whose `next` would leave the site.
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

SECURE_SSL_REDIRECT = _ssl_redirect
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = _hsts_seconds
SECURE_HSTS_INCLUDE_SUBDOMAINS = _hsts_subdomains
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_PROXY_SSL_HEADER = (
    (f"HTTP_{_proxy_ssl_header.upper().replace('-', '_')}", "https") if _proxy_ssl_header else None
)
# From the log-in on, however much is done meanwhile; what is typed outlives it.
SESSION_COOKIE_AGE = _session_hours * 3600
OTP_TOTP_ISSUER = SITE_NAME
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True  # scripts take the token from their form
# Two sites on one host name would log each other out by cookies of one name.
_cookie = f"stacks{_path.replace('/', '-')}" if _path else ""
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{_path}/"
SESSION_COOKIE_NAME = f"{_cookie}-session" if _cookie else "sessionid"
CSRF_COOKIE_NAME = f"{_cookie}-csrf" if _cookie else "csrftoken"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
# A company with a blank in every category and a figure for every year is one form; a thousand rows are one action.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
LARGEST_REQUEST = 6 * 2**20  # with files and all; the proxies of deploy/ say the same
DATA_UPLOAD_MAX_MEMORY_SIZE = 6_000_000  # a write-up of 5 MB that is pasted, not given as a file
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
    "NUM_PROXIES": TRUSTED_PROXIES,
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}

# How much a visitor, and who has a key, may ask: a number within so many seconds.
_anon = values.rate(_throttle_anon)
THROTTLE_RATES = {
    "anon": _anon,
    "key": values.rate(_throttle_key) or (_anon and (_MORE_WITH_A_KEY * _anon[0], _anon[1])),
}
# Processes that count for themselves take a share each of what a visitor may ask.
THROTTLE_SHARES = _processes if _cache_url["BACKEND"] == "config.caches.BoundedMemoryCache" else 1

SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "DESCRIPTION": f"Which company uses which technology, for what, since when, and who says so. "
    f"The data is licensed under {DATA_LICENCE}.",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,  # what each value means is told once, in stacks/api/meanings.py
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

if SENTRY_DSN:
    from config import reports  # its package stands in an optional group

    reports.begin(SENTRY_DSN)
