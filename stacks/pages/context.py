"""What every page shows around its content."""

from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from stacks.addresses import origin, path_of
from stacks.conditional import catalogue_revision

_COMPARISONS = ("compare_companies", "compare_technologies")
_PICTURED = ("company", "technology", *_COMPARISONS)


def site(request: HttpRequest) -> dict[str, Any]:
    """Name, licence, revision and the link to report an error; one query, and none in the admin."""
    if request.path_info.startswith("/admin/"):
        return {"site_name": settings.SITE_NAME}
    revision = catalogue_revision(request)
    page = f"{origin()}{request.path}"
    return {
        "site_name": settings.SITE_NAME,
        "revision": revision,
        "data_licence": settings.DATA_LICENCE,
        "data_licence_url": settings.DATA_LICENCE_URL,
        "corrections_url": settings.CORRECTIONS_URL.format(page=quote(page, safe=""), revision=revision)
        if settings.CORRECTIONS_URL
        else "",
        "section": request.path_info.split("/")[1],
        "canonical_url": origin() + canonical_path(request) + _place(request),
        **_shown_elsewhere(request),
    }


def canonical_path(request: HttpRequest) -> str:
    """The one address of what is shown: that of a comparison has its slugs in alphabetical order."""
    match = request.resolver_match
    if match is None or match.url_name not in _COMPARISONS:
        return request.path
    return _in_order(match.url_name, match.kwargs["slugs"], get_script_prefix())


@lru_cache(maxsize=256)
def _in_order(name: str, slugs: str, _prefix: str) -> str:
    """A page says it five times."""
    return reverse(name, args=["/".join(sorted(slugs.split("/")))])


def _shown_elsewhere(request: HttpRequest) -> dict[str, str]:
    """What other sites show beside a link to the page, and where they learn what to put in its place: if it has any."""
    match = request.resolver_match
    if match is None or match.url_name not in _PICTURED:
        return {}
    page = origin() + canonical_path(request)
    return {"picture_url": f"{page}preview.png", "oembed_url": f"{origin()}{path_of('oembed')}?{_told_of(page)}"}


@lru_cache(maxsize=256)
def _told_of(page: str) -> str:
    return urlencode({"url": page, "format": "json"})


def _place(request: HttpRequest) -> str:
    """A further page of a list stands for itself; a date, a filter or an order is a view of the page without it."""
    return f"?cursor={quote(request.GET['cursor'])}" if set(request.GET) == {"cursor"} else ""
