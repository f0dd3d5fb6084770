"""What the value of a setting may be; whatever is junk is refused with what is expected."""

import ipaddress
import re
import string
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import dj_database_url
from environs import ValidationError

ENGINES = {
    "django.db.backends.postgresql": "config.postgresql",
    "django.db.backends.sqlite3": "config.sqlite",
}
_LABEL = r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?"
_HOST = re.compile(rf"({_LABEL})(\.{_LABEL})*\.?|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)
_ALLOWED_HOST = re.compile(rf"\*|\.?{_LABEL}(\.{_LABEL})*|\[[0-9a-f:.]+\]", re.IGNORECASE)
_REDIS = {"redis": "redis", "rediss": "rediss", "valkey": "redis", "valkeys": "rediss"}
_NOT_A_CACHE = "Not locmem://, redis://host:6379/0 or valkey://host:6379/0 (rediss://, valkeys:// over TLS)."


def split(value: str) -> SplitResult | None:
    """The parts of an address with a host that can be; None for what is none."""
    try:
        parts = urlsplit(value)
        sound = parts.port != 0 and not re.search(r"[\s\\<>\"]", value)
    except ValueError:
        return None
    return parts if sound and _HOST.fullmatch(parts.hostname or "") else None


def _is_web(parts: SplitResult) -> bool:
    return parts.scheme in {"http", "https"} and parts.username is None


def networks(values: list[str]) -> None:
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError as error:
            raise ValidationError("Not networks such as 10.1.0.0/16, separated by commas.") from error


def one_line(value: str) -> None:
    if not value.isprintable():
        raise ValidationError("Not one line of text.")


def some_text(value: str) -> None:
    one_line(value)
    if not value.strip():
        raise ValidationError("Empty.")


def secret(value: str) -> None:
    if value and (len(value) < 20 or len(set(value)) < 5):
        raise ValidationError(
            "Too easily guessed: take at least 20 characters at random, "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(64))' makes a good one."
        )


def secrets(values: list[str]) -> None:
    for value in values:
        secret(value or "-")


def hosts(values: list[str]) -> None:
    for value in values:
        if not _ALLOWED_HOST.fullmatch(value):
            raise ValidationError("Not names of hosts, separated by commas, without scheme and port.")


def origins(values: list[str]) -> None:
    for value in values:
        parts = split(value.replace("://*.", "://any.", 1))
        if parts is None or value != f"{parts.scheme}://{urlsplit(value).netloc}" or not _is_web(parts):
            raise ValidationError("Not origins such as https://admin.example.org, separated by commas.")


def site_address(value: str) -> None:
    parts = split(value)
    if parts is None or not _is_web(parts) or "?" in value or "#" in value or value.endswith("/"):
        raise ValidationError("Not an http or https address without user, query and slash at the end.")


def web_address_or_nothing(value: str) -> None:
    parts = split(value)
    if value and (parts is None or not _is_web(parts)):
        raise ValidationError("Neither empty nor an http or https address.")


def corrections_address(value: str) -> None:
    try:
        fields = [field for field in string.Formatter().parse(value) if field[1] is not None]
    except ValueError as error:
        raise ValidationError("Not a template: {page} and {revision} are filled in.") from error
    if any(name not in {"page", "revision"} or spec or conversion for _, name, spec, conversion in fields):
        raise ValidationError("Only {page} and {revision} can be filled in, just as they are.")
    filled = value.format(page="page", revision=1)
    parts = split(filled)
    is_mail = re.fullmatch(r"mailto:[^\s<>\"]+@[^\s<>\"]+", filled)
    if filled and not is_mail and (parts is None or not _is_web(parts)):
        raise ValidationError("Not an http, https or mailto address.")


def throttle(value: str) -> None:
    if value and not re.fullmatch(r"[1-9][0-9]{0,8}/(second|minute|hour|day)", value):
        raise ValidationError("Not a rate such as 600/minute.")


_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}


def rate(value: str) -> tuple[int, int] | None:
    """How many within how many seconds, of what `throttle` has let pass; None for no limit."""
    if not value:
        return None
    most, _, unit = value.partition("/")
    return int(most), _SECONDS[unit]


def database(value: str) -> dict[str, Any]:
    expected = "Not a sqlite:///file or postgresql://user@host/name address."
    try:
        parsed = dj_database_url.parse(value)
    except ValueError as error:
        raise ValidationError(expected) from error
    if parsed["ENGINE"] not in ENGINES or not parsed["NAME"]:
        raise ValidationError(expected)
    return {**parsed, "ENGINE": ENGINES[parsed["ENGINE"]]}


def replica(value: str) -> dict[str, Any]:
    """Empty where there is none."""
    if not value:
        return {}
    parsed = database(value)
    if parsed["ENGINE"] != "config.postgresql":
        raise ValidationError("Not a postgresql://user@host/name address.")
    return parsed


def cache(value: str) -> dict[str, Any]:
    """The parts of Django's setting that the address tells."""
    try:
        parts = urlsplit(value)
        port_is_sound = parts.port != 0
    except ValueError as error:
        raise ValidationError(_NOT_A_CACHE) from error
    if parts.query:
        raise ValidationError("A cache takes no options here: CACHE_PREFIX keeps sites apart that share a server.")
    if parts.scheme == "locmem" and not parts.path.strip("/"):
        return {"BACKEND": "config.caches.BoundedMemoryCache"}
    is_redis = parts.scheme in _REDIS and parts.hostname and re.fullmatch(r"(/[0-9]{0,4})?", parts.path)
    if not is_redis or not port_is_sound:
        raise ValidationError(_NOT_A_CACHE)
    _needs("redis", "redis")
    address = urlunsplit((_REDIS[parts.scheme], parts.netloc, parts.path, "", ""))
    return {"BACKEND": "config.caches.ForgivingRedisCache", "LOCATION": address}


def _needs(package: str, group: str) -> None:
    if find_spec(package.replace("-", "_")) is None:
        raise ValidationError(f"The package {package} is not installed: pip install -r requirements/{group}.txt")


def metrics_token(value: str) -> None:
    secret(value)
    if value:
        _needs("prometheus-client", "metrics")
        if not re.fullmatch(r"[\x21-\x7e]+", value):
            raise ValidationError("Not a word without spaces.")


def sentry(value: str) -> None:
    """As Sentry shows it: the key stands where a user would."""
    if not value:
        return
    parts = split(value)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.username or not parts.path.strip("/"):
        raise ValidationError("Not an address such as https://key@sentry.example.org/1.")
    _needs("sentry-sdk", "sentry")


def cache_prefix(value: str) -> None:
    if not re.fullmatch(r"[\w.-]{0,100}", value, re.ASCII):
        raise ValidationError("Not letters, digits, points and dashes.")


def folder(value: str) -> None:
    one_line(value)
    if not value.strip() or (Path(value).exists() and not Path(value).is_dir()):
        raise ValidationError("Not the path of a folder.")


def secret_in_file(value: str) -> None:
    """The file must be there, and what is in it as good as SECRET_KEY has to be in production."""
    if not value:
        return
    try:
        text = Path(value).read_text().strip()
    except (OSError, ValueError) as error:
        raise ValidationError(f"{value} cannot be read.") from error
    if not text:
        raise ValidationError(f"{value} is empty.")
    secret(text)


def log(value: str) -> None:
    one_line(value)
    if value not in ("", "-") and not Path(value).absolute().parent.is_dir():
        raise ValidationError("Neither - for standard output nor a file in a folder that is there.")


def mailbox(value: str) -> None:
    one_line(value)
    if value and not re.fullmatch(r"[^\s<>@]+@[^\s<>@]+", value):
        raise ValidationError("Not an address such as stacks@example.org.")


# The port of each way to reach a mail server: as it is, with STARTTLS, with TLS from the start.
_MAIL = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


def email(value: str) -> dict[str, Any]:
    """Django's EMAIL_* settings that the address tells; nothing is sent where it is empty."""
    backend = "django.core.mail.backends.{}.EmailBackend"
    if not value or value == "console://":
        return {"EMAIL_BACKEND": backend.format("console" if value else "dummy")}
    parts = split(value)
    if parts is None or parts.scheme not in _MAIL or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValidationError("Not smtp://user:password@host:port, smtp+tls://, smtps:// or console://.")
    return {
        "EMAIL_BACKEND": backend.format("smtp"),
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or _MAIL[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
    }


def misspelt(given: set[str], known: set[str]) -> dict[str, str]:
    """Variables that look like a setting and are none, each with the setting that may be meant."""
    found = {}
    for name in sorted(given - known):
        if near := get_close_matches(name, sorted(known - given), n=1, cutoff=0.87):
            found[name] = near[0]
    return found
