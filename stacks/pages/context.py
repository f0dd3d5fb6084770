"""What every page shows around its content."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest

from stacks import changes


def site(request: HttpRequest) -> dict[str, Any]:
    """Name, licence, revision and the link to report an error; one query, and none in the admin."""
    if request.path.startswith("/admin/"):
        return {"site_name": settings.SITE_NAME}
    revision = catalogue_revision(request)
    page = f"{settings.SITE_URL}{request.path}"
    return {
        "site_name": settings.SITE_NAME,
        "revision": revision,
        "data_licence": settings.DATA_LICENCE,
        "data_licence_url": settings.DATA_LICENCE_URL,
        "corrections_url": settings.CORRECTIONS_URL.format(page=quote(page, safe=""), revision=revision)
        if settings.CORRECTIONS_URL
        else "",
        "section": request.path.split("/")[1],
        "canonical_url": page + _place(request),
    }


def _place(request: HttpRequest) -> str:
    """A further page of a list stands for itself; a date, a filter or an order is a view of the page without it."""
    return f"?cursor={quote(request.GET['cursor'])}" if set(request.GET) == {"cursor"} else ""


def catalogue_revision(request: HttpRequest) -> int:
    """The revision that this request is answered from; read once, by the middleware or by who needs it first."""
    return _revisions(request)[0]


def vocabulary_revision(request: HttpRequest) -> int:
    """The revision of technologies, aliases, relations, categories and sources, read together with the catalogue's."""
    return _revisions(request)[1]


def _revisions(request: HttpRequest) -> tuple[int, int]:
    if not hasattr(request, "catalogue_revision"):
        counter = changes.revision()
        request.catalogue_revision = counter.revision  # type: ignore[attr-defined]
        request.vocabulary_revision = counter.vocabulary_revision  # type: ignore[attr-defined]
    return request.catalogue_revision, request.vocabulary_revision  # type: ignore[attr-defined]
