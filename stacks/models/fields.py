"""Fields that keep themselves right whichever way a row is saved: form, bulk or raw fixture."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models.lookups import StartsWith
from django.utils import timezone

from stacks import dates
from stacks.folding import LONGEST_KEY, alias_key, fold, near_key, second_key, sort_key

_ALPHABET = "abcdefghjkmnpqrstvwxyz23456789"  # no look-alikes: i, l, o, u, 0, 1
_UID_LENGTH = 10
_LAST = "\U0010ffff"  # sorts behind every letter
_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")


def make_uid() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_UID_LENGTH))


def validate_partial_date(text: str) -> None:
    try:
        dates.parse(text)
    except dates.InvalidDate as error:
        raise ValidationError(str(error), code="invalid_date") from error


validate_http_url = URLValidator(
    schemes=["http", "https"], message="Give a full address that begins with http:// or https://."
)


class PartialDateField(models.CharField):
    """ISO 8601 with the precision that is known (`2019`, `2019-06`, `2019-06-03`); empty when unknown."""

    default_validators = [validate_partial_date]

    def __init__(self, *args, **kwargs):
        kwargs.update(max_length=10, blank=True, default="")
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("max_length", "blank", "default"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs


class WebField(models.CharField):
    """An http(s) address of at most 500 characters; empty when unknown."""

    default_validators = [validate_http_url]

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 500
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs


class UidField(models.CharField):
    """A short random identifier that never changes: the natural key in fixtures, the id in the API."""

    def __init__(self, *args, **kwargs):
        kwargs.update(max_length=16, default=make_uid, editable=False)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("max_length", "default", "editable"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs


class AddedField(models.CharField):
    """When a row came in, and a short key of its own: the order of adding, which stays when the row is renamed or
    loaded elsewhere. Rows of which no file says when they were added come before all others, by key.
    """

    def __init__(self, *args, **kwargs):
        kwargs.update(max_length=48, blank=True, default="", db_index=True, editable=False)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("max_length", "blank", "default", "db_index", "editable"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs

    def pre_save(self, model_instance, add):
        if not getattr(model_instance, self.attname):
            name = "uid" if hasattr(model_instance, "uid") else "slug"
            key = short_key(name, getattr(model_instance, name))
            setattr(model_instance, self.attname, f"{timezone.now().astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ} {key}")
        return super().pre_save(model_instance, add)


def short_key(name: str, key: str) -> str:
    """The uid of a row that has one; of a row with a slug, which may change and sorts otherwise in each database, what
    its present slug comes to."""
    return key if name == "uid" else hashlib.sha256(key.encode()).hexdigest()[:16]


def added_at_first(name: str, key: str) -> str:
    """What an `AddedField` holds of a row of which no file says when it was added; `name` is uid or slug."""
    return f"0 {short_key(name, key)}"


class _Folded(models.CharField):
    """What another column of the row, `source`, comes to when it is folded; written with the row itself."""

    source = "name"
    longest = 200
    fold: Callable[[str], str]

    def __init__(self, *args, **kwargs):
        kwargs.update(max_length=self.longest, editable=False)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("max_length", "editable"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs

    def pre_save(self, model_instance, add):
        value = type(self).fold(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value


@_Folded.register_lookup
class Begins(StartsWith):
    """A beginning as SQLite finds it in an index: what stands between it and the last that begins so. Both are folded,
    so that letter case, which SQLite's LIKE leaves aside, makes no difference."""

    def as_sqlite(self, compiler, connection):
        if not self.rhs_is_direct_value():
            return super().as_sql(compiler, connection)
        column, params = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", [*params, self.rhs, *params, f"{self.rhs}{_LAST}"]


class SortKeyField(_Folded):
    """`name` folded for sorting."""

    fold = staticmethod(sort_key)


class AliasKeyField(_Folded):
    """`name` folded for matching."""

    fold = staticmethod(alias_key)


class _IndexedKeyField(_Folded):
    """A key that several rows may share, and that may be empty."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.db_index = self.blank = True

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for implied in ("db_index", "blank"):
            kwargs.pop(implied, None)
        return name, path, args, kwargs


class SecondKeyField(_IndexedKeyField):
    """The second key of `name`, which searches alone take for the name; empty where it has none."""

    fold = staticmethod(second_key)


class NearKeyField(_IndexedKeyField):
    """What `name` shares with names that look like doubles of it."""

    fold = staticmethod(near_key)


def scope_key(scope: str) -> str:
    """What two spellings of one team share; empty for the company as a whole."""
    return fold(scope)[:LONGEST_KEY] if scope else ""


class ScopeKeyField(_Folded):
    """`scope` folded for comparing."""

    source = "scope"
    fold = staticmethod(scope_key)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs | {"blank": True, "default": ""})

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["blank"], kwargs["default"]
        return name, path, args, kwargs


def url_key(url: str) -> str:
    """What the spellings of one page's address share: http and https, a closing slash, the case of the host, a default
    port, tracking parameters and the place on the page make no difference. Raises ValueError for what is no address.
    """
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    if parts.port and parts.port not in (80, 443):
        host = f"{host}:{parts.port}"
    query = "&".join(pair for pair in parts.query.split("&") if pair and not pair.startswith(_TRACKING))
    # some sites tell their pages apart behind the sign: #/stack, #!/stack
    route = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    return f"{host}{parts.path.rstrip('/')}{f'?{query}' if query else ''}{route.rstrip('/')}"


class UrlKeyField(_Folded):
    """`url` reduced to what is the same for every spelling of one page."""

    source = "url"
    longest = 600  # the address itself, where lower case takes more room
    fold = staticmethod(url_key)
