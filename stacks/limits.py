"""How much may be asked, by whom, and how that is told: of visitors by their address, of who has a key by that.

Counted are the API and the pages that cost much: those marked `expensive`, addresses without end, other forms of a
page, and what is posted. What is answered before a view is reached, a 304 or a page that is kept, costs nothing and is
not counted.
"""

import ipaddress
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache, caches
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import get_resolver
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework.throttling import BaseThrottle

from stacks.conditional import PRIVATE_PREFIXES
from stacks.models.keys import ApiKey, digest_of
from stacks.outages import Rest, no_catalogue

API = "/api/"
NOTES = "notes"  # the cache that all processes of the site have in common, and that outlives them
# What a proxy in front may ask of everybody; the answer to it is none of ours.
_OF_PROXIES = {"basic", "digest", "negotiate", "ntlm"}
_REMEMBERED_SECONDS = 400 * 24 * 3600
_View = TypeVar("_View", bound=Callable[..., Any])


class NotAKey(Exception):
    """What was sent as a key is none, or none any more; the message says which."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` questions within `window` seconds; `left` of them remain for the next `reset` seconds.

    `exceeded`: this question was one too many.
    """

    policy: str
    most: int
    window: int
    left: int
    reset: int
    exceeded: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """As the IETF's RateLimit fields have it."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.most};w={self.window}',
            "RateLimit": f'"{self.policy}";r={self.left};t={self.reset}',
        }


def expensive(view: _View) -> _View:
    """Says of a page that it costs about as much as an answer of the API."""
    view.expensive = True  # type: ignore[attr-defined]  # mypy knows no attributes of functions
    return view


class Limits:
    """Middleware: 401 for what is no key, 429 for who asks too much, and what is left for who has a key.

    An answer to a key says how often it was used, so it is for nobody else to keep. The answer of the API to everybody
    says nothing of one visitor: only a refusal does.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.rest = Rest()
        self.noted: dict[int, str] = {}

    def __call__(self, request: Any) -> HttpResponse:
        if request.path_info.startswith(PRIVATE_PREFIXES):
            return self.get_response(request)
        request.limit = None
        try:
            request.api_key = key = self._key(request)
        except NotAKey as error:
            request.api_key = None
            return self._count(request) or _refusal(401)(request, error)
        response = self.get_response(request)
        if key is not None:
            self._note_use(key)
            if limit := request.limit or count(request, asked=0):
                _tell(response, limit)
            if "no-store" not in response.headers.get("Cache-Control", ""):
                response.headers["Cache-Control"] = "private, max-age=0, must-revalidate"
        if key is not None or request.path_info.startswith(API):
            patch_vary_headers(response, ["Authorization"])
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        return self._count(request) if _is_counted(request, view) else None

    def _count(self, request: Any) -> HttpResponse | None:
        """The refusal, where it is one too many."""
        request.limit = limit = count(request)
        if limit is None or not limit.exceeded:
            return None
        response = _refusal(429)(request, limit)
        response.headers["Retry-After"] = str(limit.reset)
        return _tell(response, limit)

    def _key(self, request: HttpRequest) -> ApiKey | None:
        """While the database is away nobody can be asked whose key it is: who has one is a visitor then."""
        if self.rest.is_on:
            return None
        try:
            return key_of(request)
        except DatabaseError as error:
            if not no_catalogue(error):
                raise
            self.rest.begin()
            return None

    def _note_use(self, key: ApiKey) -> None:
        """The day, noted once by each process, and not in the database: a read writes nothing there."""
        day = timezone.now().date().isoformat()
        if self.noted.get(key.pk) == day:
            return
        self.noted[key.pk] = day
        try:
            caches[NOTES].set(_note(key), day, _REMEMBERED_SECONDS)
        except OSError:  # files that cannot be written: what is lost is a day
            return


def _refusal(status: int) -> Callable[..., HttpResponse]:
    """How the site tells it, which knows pages and API; neither door knows the other."""
    handler: Any = get_resolver().resolve_error_handler(status)
    return handler


def _is_counted(request: HttpRequest, view: Any) -> bool:
    if request.path_info.startswith(PRIVATE_PREFIXES):
        return False
    address = getattr(request, "address", None)
    return (
        request.path_info.startswith(API)
        or getattr(view, "expensive", False)
        or request.method == "POST"
        or (address is not None and address.known and (address.free or "format" in request.GET))
    )


def _tell(response: HttpResponse, limit: Limit) -> HttpResponse:
    for name, value in limit.headers.items():
        response.headers[name] = value
    return response


def key_of(request: HttpRequest) -> ApiKey | None:
    """The key that the request bears, if any; one query where it bears one. Raises NotAKey."""
    sent = request.META  # `request.headers` would name all of them anew
    scheme, _, told = sent.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    if scheme.lower() != "bearer":
        if scheme and scheme.lower() not in _OF_PROXIES and request.path_info.startswith(API):
            raise NotAKey("A key is sent as “Authorization: Bearer” and the key. Without one, leave the header out.")
        return None
    key = ApiKey.objects.filter(digest=digest_of(told.strip())).first()
    if key is None:
        raise NotAKey("There is no such key. Without one, leave the header Authorization out.")
    if key.ended_at:
        raise NotAKey(f"This key was ended on {key.ended_at:%Y-%m-%d}. Without one, leave the header out.")
    return key


def count(request: Any, *, asked: int = 1) -> Limit | None:
    """What this visitor, or this key, may still ask after `asked` more; None where there is no limit.

    Counted by window of time: one count for all processes where they share a cache; where each has its own, a process
    takes its share of the limit. A cache that is away counts nothing: it is speed that a limit is for.
    """
    key = getattr(request, "api_key", None)
    policy = "anon" if key is None else "key"
    rate = settings.THROTTLE_RATES[policy]
    if rate is None:
        return None
    most, window = rate
    share = max(1, most // settings.THROTTLE_SHARES)
    now = time.time()
    begun = int(now // window)
    name = f"throttle:{visitor(request) if key is None else key.digest}:{begun}"
    try:
        cache.add(name, 0, window)
        used = cache.incr(name, asked) if asked else cache.get(name, 0)
    except ValueError:
        return None
    reset = max(1, math.ceil((begun + 1) * window - now))
    return Limit(policy, most, window, max(0, (share - used) * settings.THROTTLE_SHARES), reset, used > share)


def visitor(request: HttpRequest) -> str:
    """The address that the nearest trusted proxy tells; of IPv6 the network, all of which is one visitor's."""
    told: Any = request  # REST framework's rule for proxies reads nothing but the headers
    ident = BaseThrottle().get_ident(told) or ""
    try:
        address = ipaddress.ip_address(ident)
    except ValueError:
        return ident[:100]
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)


def last_used(keys: list[ApiKey]) -> dict[int, str]:
    """The day on which each was used last, by its number; keys that were not used in a year are left out."""
    try:
        found = caches[NOTES].get_many([_note(key) for key in keys])
    except OSError:
        return {}
    return {key.pk: found[_note(key)] for key in keys if _note(key) in found}


def _note(key: ApiKey) -> str:
    return f"used:{key.digest}"
