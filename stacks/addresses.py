"""The address of a page reduced to what the page knows: cache key, tag, links, citation and redirects are made from it.

Other sites append parameters to links (`utm_source`, `fbclid`). A page leaves them out before anything else is done, so
that they neither fail nor make a page of their own. The API refuses what it does not know, and its addresses stay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, get_script_prefix, resolve, reverse
from django.utils.encoding import escape_uri_path

_FEW_VALUES = frozenset({"detail", "format", "only"})
_SHORT = 200  # characters of a path that is remembered
_View = TypeVar("_View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Address:
    """`known`: a page that says what it takes answers here; else path and query are as they came.

    `free`: a parameter is given that may have any value (a date, a filter, a page marker), so that there is no end to
    such addresses: what they answer is not kept.
    """

    path: str
    query: str = ""
    free: bool = False
    known: bool = False

    @property
    def url(self) -> str:
        """On the host of SITE_URL, whichever was asked."""
        return f"{settings.SITE_URL}{escape_uri_path(self.path)}{f'?{self.query}' if self.query else ''}"


@dataclass(frozen=True, slots=True)
class Takes:
    """The parameters of a page in the order of its address; `many` may be repeated."""

    names: tuple[str, ...]
    many: frozenset[str]


def takes(*names: str, many: tuple[str, ...] = ()) -> Callable[[_View], _View]:
    """Says on a view which parameters its page knows, in the one order that its address has."""

    def mark(view: _View) -> _View:
        view.takes = Takes(names, frozenset(many))  # type: ignore[attr-defined]  # mypy knows no attributes of functions
        return view

    return mark


class ReducedAddress:
    """Middleware: gives a page only the parameters that it knows, each once, and sets `request.address`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.address = address = read(request)  # type: ignore[attr-defined]
        if address.known and request.META.get("QUERY_STRING"):
            request.META["QUERY_STRING"] = address.query
            request.GET = QueryDict(address.query, encoding=settings.DEFAULT_CHARSET)
        return self.get_response(request)


def read(request: HttpRequest) -> Address:
    came = request.META.get("QUERY_STRING", "")
    path = request.path_info
    page = _page(path, settings.ROOT_URLCONF) if len(path) <= _SHORT else _page.__wrapped__(path, "")
    if page is None:
        return Address(path, came)
    if not came:
        return Address(path, known=True)
    query = reduce(QueryDict(came, encoding=settings.DEFAULT_CHARSET), page)
    return Address(path, query.urlencode(safe=","), bool(query.keys() - _FEW_VALUES), known=True)


@lru_cache(maxsize=4096)
def _page(path: str, _urlconf: str) -> Takes | None:
    """What the page at this path knows; the same are asked for again and again."""
    try:
        return getattr(resolve(path).func, "takes", None)
    except Resolver404:
        return None


def reduce(query: QueryDict, page: Takes) -> QueryDict:
    """The known parameters in the page's order without what is empty: the last value, of `many` each value once."""
    reduced = QueryDict(mutable=True)
    for name in page.names:
        values = list(dict.fromkeys(value for value in query.getlist(name) if value.strip()))
        if values:
            reduced.setlist(name, values if name in page.many else values[-1:])
    return reduced


def origin() -> str:
    """Scheme and host of SITE_URL: what stands before a path that `reverse` made, which begins with SITE_URL's own."""
    return _origin(settings.SITE_URL)


@lru_cache(maxsize=8)
def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def path_of(page: str, *slugs: str) -> str:
    """As `reverse` has it, of a page that many others lead to: found once under the path that the site stands under.

    `slugs` are those of rows, of which nothing has to be quoted.
    """
    if not slugs:
        return _path_of(page, get_script_prefix())
    return f"{_above(page, get_script_prefix())}{'/'.join(slugs)}/"


@lru_cache(maxsize=64)
def _path_of(page: str, _prefix: str) -> str:
    return reverse(page)


@lru_cache(maxsize=64)
def _above(page: str, _prefix: str) -> str:
    return reverse(page, args=["-"]).removesuffix("-/")


def site_of(request: HttpRequest) -> str:
    """Scheme and host that links in documents begin with: SITE_URL's on a page, those that were asked in the API."""
    address = getattr(request, "address", None)
    if address is None or not address.known:
        return request.build_absolute_uri("/").removesuffix("/")
    return origin()
