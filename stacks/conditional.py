"""304 from the revision alone, and the headers that let a shared cache keep what is public."""

import gzip
import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import has_vary_header
from django.utils.http import parse_etags, quote_etag

from stacks import changes
from stacks.changes import Revision

CACHE_CONTROL = "public, max-age=0, s-maxage=1, stale-while-revalidate=60"
KEPT_PAGES = "pages"
KEPT_SECONDS = 24 * 3600
_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0+)?\s*(?:,|$))")
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


class Conditional:
    """Reads the revision once, for `catalogue_revision()`, and answers `If-None-Match` before anything else is read.

    The revision is read before the page, so an edit in between makes the tag too old, never the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD") or request.path.startswith(PRIVATE_PREFIXES):
            return self.get_response(request)
        if request.encoding:
            # a Content-Type speaks of the body, and there is none; Django would read and write addresses in its charset
            request.encoding = settings.DEFAULT_CHARSET
        revision = revision_of(request)
        etag = make_etag(request, revision.of_catalogue)
        if etag in _weakly(parse_etags(request.headers.get("If-None-Match", ""))):
            return _tagged(HttpResponseNotModified(), etag)
        if kept := caches[KEPT_PAGES].get(etag):
            return _tagged(_unpacked(request, *kept), etag)
        response = self.get_response(request)
        if response.status_code == 200 and _is_for_everybody(response):
            return _tagged(_kept(request, response, etag), etag)
        # errors and redirects may be right again in a moment: a 301 would be kept for good otherwise
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


def revision_of(request: Any) -> Revision:
    """What this request is answered from; read once, by the middleware or by who needs it first."""
    # REST framework's requests look at Django's for what they have not
    known = getattr(request, "revision", None)
    if known is None:
        known = request.revision = changes.revision()
    return known


def catalogue_revision(request: Any) -> int:
    return revision_of(request).revision


def _kept(request: HttpRequest, response: HttpResponse, etag: str) -> HttpResponse:
    """Keep a page under its tag, compressed once; the tag names all that it depends on, so nothing kept is stale."""
    content_type = response.headers.get("Content-Type", "")
    if response.streaming or not content_type.startswith("text/html"):
        return response
    packed = gzip.compress(response.content, compresslevel=6, mtime=0)
    caches[KEPT_PAGES].set(etag, (packed, content_type), KEPT_SECONDS)
    return _unpacked(request, packed, content_type)


def _unpacked(request: HttpRequest, packed: bytes, content_type: str) -> HttpResponse:
    """As it was kept for who takes gzip, else unpacked. Public pages hold no secret that their length could tell."""
    takes_gzip = _GZIP.search(request.headers.get("Accept-Encoding", ""))
    response = HttpResponse(packed if takes_gzip else gzip.decompress(packed), content_type=content_type)
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
    shown = [repr(getattr(settings, name, None)) for name in SETTINGS_THAT_SHOW]
    facts = "\n".join([request.build_absolute_uri(), revision, code_version(), *shown])
    return f"W/{quote_etag(hashlib.blake2b(facts.encode(), digest_size=15).hexdigest())}"


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


def _weakly(etags: list[str]) -> set[str]:
    """For the weak comparison; `*` is nothing we ever sent."""
    return {etag if etag.startswith("W/") else f"W/{etag}" for etag in etags if etag != "*"}


def _tagged(response: HttpResponse, etag: str) -> HttpResponse:
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = CACHE_CONTROL
    return response
