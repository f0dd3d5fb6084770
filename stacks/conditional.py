"""304 from the revision alone, whole pages kept for everybody, and the headers that let a shared cache keep them too.

A page is kept in a place that its address leads to, and a place holds one page: so there is a bound to what is kept,
whatever is asked for, and what is newer takes the place of what was older. A page is answered from its place while its
tag is the one of now; while the database is away, whatever its tag, since the page says of which revision it is.
"""

import gzip
import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import get_resolver
from django.utils.cache import has_vary_header
from django.utils.http import parse_etags, quote_etag

from stacks import revisions
from stacks.outages import is_outage, no_catalogue
from stacks.revisions import Revision
from stacks.servers import Servers

CACHE_CONTROL = "public, max-age=0, s-maxage=1, stale-while-revalidate=60"
KEPT_PAGES = "pages"
KEPT_SECONDS = 24 * 3600
PLACES = 4096
LARGEST = 256 * 1024
# A third of the time of zlib's usual 6, for an eighth more bytes; 4 takes twice as long for a twentieth less.
_QUICKLY = 3
_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0+)?\s*(?:,|$))")
# Sitemaps, feeds and the forms of a page, which are text as pages are.
_TEXTS = {"application/xml", "application/atom+xml", "application/json", "application/yaml"}
_OF_EACH_ANSWER = {"Content-Encoding", "Content-Length", "Vary"}
PRIVATE_PREFIXES = ("/admin/", "/healthz", "/readyz", "/metrics", "/static/")
SETTINGS_THAT_SHOW = (
    "SITE_NAME",
    "SITE_URL",
    "DATA_LICENCE",
    "DATA_LICENCE_URL",
    "CORRECTIONS_URL",
    "STALE_YEARS",
    "DEBUG",
)
_CODE = {".py", ".html", ".txt", ".xml", ".md", ".js", ".css", ".svg"}


class Page(NamedTuple):
    """A page, or another form of one, as it is kept: compressed once, with what its view said in headers."""

    subject: str
    etag: str
    identity: str
    revision: int
    headers: dict[str, str]
    packed: bytes


class Conditional:
    """Reads the revision once, for `catalogue_revision()`, and answers `If-None-Match` before anything else is read.

    The revision is read before the page, so an edit in between makes the tag too old, never the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response
        self.servers = Servers()
        # The catalogue's, as this process saw it last: without the database none can be told.
        self.identity: str | None = None

    def __call__(self, request: Any) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or request.path_info.startswith(PRIVATE_PREFIXES):
            return self.get_response(request)
        if request.encoding:
            # a Content-Type speaks of the body, and there is none; Django would read and write addresses in its charset
            request.encoding = settings.DEFAULT_CHARSET
        request.lost_replica = False
        response = self.read(request, self.servers.revision)
        if request.lost_replica:
            response = self.read(request, self.servers.revision_of_primary)
        return response

    def read(self, request: Any, revision_of: Callable[[Any], Revision]) -> HttpResponse:
        try:
            request.revision = revision = revision_of(request)
        except DatabaseError as error:
            if not no_catalogue(error):
                raise
            return self.without_database(request)
        self.identity = revision.identity
        return self.answer(request, revision)

    def answer(self, request: Any, revision: Revision) -> HttpResponse:
        """304, the page that is kept, or what the view makes of the request."""
        etag = make_etag(request, revision.of_catalogue)
        if sent := _asked(request).get(etag):
            request.answered = "known"
            return _tagged(HttpResponseNotModified(), sent)
        if (page := _kept(request)) and page.etag == etag:
            request.answered = "kept"
            return _tagged(_unpacked(request, page), etag)
        request.answered = "made"
        response = self.get_response(request)
        if response.status_code == 200 and _is_for_everybody(response):
            if page := _keep(request, response, etag, revision):
                response = _unpacked(request, page, response.content)
            return _tagged(response, etag)
        # errors and redirects may be right again in a moment: a 301 would be kept for good otherwise
        response.headers.setdefault("Cache-Control", "no-cache")
        return response

    def process_exception(self, request: Any, exception: Exception) -> HttpResponse | None:
        """The database went away, or did not let itself be written to, while a view was at work."""
        if self.servers.lost_replica(exception):
            request.lost_replica = True
            return HttpResponse(status=503)  # which nobody is shown: the primary is asked
        return self.without_database(request) if is_outage(exception) else None

    def without_database(self, request: Any) -> HttpResponse:
        """The page as it was last answered, of whatever revision; else 503, at once."""
        request.answered = "refused"
        page = _kept(request) if request.method in ("GET", "HEAD") else None
        if page is None or page.identity != self.identity:
            return get_resolver().resolve_error_handler(503)(request)
        request.answered = "stale"
        known = page.etag in _asked(request)
        response = HttpResponseNotModified() if known else _unpacked(request, page)
        response.headers["ETag"] = page.etag
        response.headers["Cache-Control"] = "no-cache"
        response.headers["Stacks-Revision"] = f"{page.revision}; the database is away"
        return response


def revision_of(request: Any) -> Revision:
    """What this request is answered from; read once, by the middleware or by who needs it first."""
    # REST framework's requests look at Django's for what they have not
    known = getattr(request, "revision", None)
    if known is None:
        known = request.revision = revisions.revision()
    return known


def catalogue_revision(request: Any) -> int:
    return revision_of(request).revision


def _place(request: HttpRequest) -> tuple[str, str]:
    """Where the page of this address is kept, and what tells it from others that are kept there; no query is needed."""
    subject = _digest(subject_of(request))
    return f"page:{int(subject[:12], 16) % PLACES}", subject


def _may_keep(request: HttpRequest) -> bool:
    """There is no end to what a free parameter may ask for, nor to what an address that no page knows may hold."""
    address = getattr(request, "address", None)
    return address is not None and address.known and not address.free


def _kept(request: HttpRequest) -> Page | None:
    if not _may_keep(request):
        return None
    place, subject = _place(request)
    found = caches[KEPT_PAGES].get(place)
    return Page(*found) if found and found[0] == subject else None


def _keep(request: HttpRequest, response: HttpResponse, etag: str, revision: Revision) -> Page | None:
    """The page as it is kept from now on; None for what is not kept."""
    media_type = response.headers.get("Content-Type", "").partition(";")[0]
    if response.streaming or not (media_type.startswith("text/") or media_type in _TEXTS) or not _may_keep(request):
        return None
    headers = {name: value for name, value in response.headers.items() if name not in _OF_EACH_ANSWER}
    packed = gzip.compress(response.content, compresslevel=_QUICKLY, mtime=0)
    place, subject = _place(request)
    page = Page(subject, etag, revision.identity, revision.revision, headers, packed)
    if len(packed) <= LARGEST:
        caches[KEPT_PAGES].set(place, tuple(page), KEPT_SECONDS)
    return page


def _unpacked(request: HttpRequest, page: Page, content: bytes = b"") -> HttpResponse:
    """As it was kept for who takes gzip, else unpacked: the `content`, where it is at hand.

    Public pages hold no secret that their length could tell.
    """
    sent = request.META  # `request.headers` would name all of them anew, for a 304 too
    takes_gzip = _GZIP.search(sent.get("HTTP_ACCEPT_ENCODING", ""))
    told = page.packed if takes_gzip else content or gzip.decompress(page.packed)
    response = HttpResponse(told, headers=page.headers)
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Content-Length"] = str(len(response.content))
    return response


def make_etag(request: HttpRequest, revision: str) -> str:
    """Everything a public answer depends on: the address, the catalogue, the code and the settings that show.

    `revision` is the catalogue's identity, its number and the moment of that: one that was loaded anew or restored
    counts to the same number.
    """
    return f"W/{quote_etag(_digest((*subject_of(request), revision)))}"


def subject_of(request: HttpRequest) -> tuple[str, ...]:
    """What an answer is about and how it looks, whatever the catalogue holds: each part apart from the next.

    A page is the same on whichever host it was asked; the API's links lead to the host that was.
    """
    address = getattr(request, "address", None)
    if address is not None and address.known:
        parts: tuple[str, ...] = ("page", address.path, address.query)
    else:
        parts = (request.scheme or "", request.get_host(), request.path_info, request.META.get("QUERY_STRING", ""))
    above = request.META.get("SCRIPT_NAME", "")
    return (above, *parts, code_version(), *(repr(getattr(settings, name, None)) for name in SETTINGS_THAT_SHOW))


def _digest(parts: tuple[str, ...]) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=15).hexdigest()


@cache
def code_version() -> str:
    """A hash of the code, the templates and the locked dependencies; read once per process."""
    digest = hashlib.blake2b(digest_size=15)
    base = Path(settings.BASE_DIR)
    for path in sorted(_sources(base)):
        digest.update(path.relative_to(base).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(base: Path) -> list[Path]:
    found = [
        path
        for folder in ("config", "stacks", "templates")
        for path in (base / folder).rglob("*")
        if path.suffix in _CODE
    ]
    lock = base / "requirements" / "base.txt"
    return [*found, lock] if lock.exists() else found


def _is_for_everybody(response: HttpResponse) -> bool:
    """Not so when the view says otherwise, or when it knew its visitor."""
    return not (response.has_header("Cache-Control") or response.cookies or has_vary_header(response, "Cookie"))


def _asked(request: HttpRequest) -> dict[str, str]:
    """The tags that the visitor has, as they came, by their weak form; `*` is nothing we ever sent.

    A 304 says them as they came: the tag of a file is a strong one, with which a download goes on.
    """
    sent = request.META
    etags = parse_etags(sent.get("HTTP_IF_NONE_MATCH", ""))
    return {etag if etag.startswith("W/") else f"W/{etag}": etag for etag in etags if etag != "*"}


def _tagged(response: HttpResponse, etag: str) -> HttpResponse:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response
