"""oEmbed (oembed.com): what to put in the place of a link to a company, a technology or a comparison.

A company and a comparison are shown in a frame, a technology by its picture. Nothing is fetched: the address that is
asked about has to be one of our own.
"""

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, get_script_prefix, resolve, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe

from stacks.addresses import origin, takes
from stacks.comparison.matrix import LEAST, MOST
from stacks.models import Company, Technology
from stacks.pages.parts import in_words
from stacks.pages.pictures.drawing import HEIGHT as PICTURE_HEIGHT
from stacks.pages.pictures.drawing import WIDTH as PICTURE_WIDTH
from stacks.pages.responses import printable
from stacks.pages.snippets import frame
from stacks.redirects import find

WIDTH, HEIGHT = 640, 600  # in pixels, where the site that asks has more room
_LONGEST = 2000  # of an address
_PORTS = {"http": 80, "https": 443}


class Unanswerable(Exception):
    """The message says why, `status` of what sort it is."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


class AskedForm(forms.Form):
    url = forms.CharField(max_length=_LONGEST)
    maxwidth = forms.IntegerField(min_value=1, required=False)
    maxheight = forms.IntegerField(min_value=1, required=False)
    format = forms.CharField(required=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands at an address of ours. `page` and `embed` are paths; without `embed` it has a picture only."""

    title: str
    page: str
    embed: str = ""


@takes(*AskedForm.base_fields)
@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """JSON alone: 404 for an address that has nothing to embed, 501 for another format."""
    try:
        form = AskedForm(request.GET)
        if not form.is_valid():
            name, (problem, *_) = next(iter(form.errors.items()))
            raise Unanswerable(400, f"{name}: {problem}")
        asked = form.cleaned_data
        if asked["format"] not in ("", "json"):
            raise Unanswerable(501, "Only format=json is answered.")
        response = JsonResponse(_tell(_find(asked["url"]), asked["maxwidth"], asked["maxheight"]))
    except Unanswerable as error:
        title = HTTPStatus(error.status).phrase  # the same for all of a kind (RFC 9457)
        document = {"type": "about:blank", "title": title, "status": error.status, "detail": str(error)}
        response = JsonResponse(document, status=error.status, content_type="application/problem+json")
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _find(url: str) -> Shown:
    """What a page of this site shows. Raises Unanswerable."""
    nothing = partial(Unanswerable, 404)
    try:
        match = resolve(_path_here(url))
    except (Resolver404, ValueError) as error:
        raise nothing("There is no such page here.") from error
    name, slugs = match.url_name, next(iter(match.kwargs.values()), "")
    if name in ("company", "technology"):
        (row,) = _rows(Company if name == "company" else Technology, [slugs])
        if name == "company":
            return Shown(f"The stack of {row.name}", row.get_absolute_url(), reverse("embed_company", args=[row.slug]))
        return Shown(f"Who uses {row.name}", row.get_absolute_url())
    if name in ("compare_companies", "compare_technologies"):
        asked = slugs.split("/")
        if not LEAST <= len(set(asked)) == len(asked) <= MOST:
            raise nothing("There is no such comparison.")
        rows = _rows(Company if name == "compare_companies" else Technology, asked)
        path = "/".join(row.slug for row in rows)
        embed = "embed_comparison" if name == "compare_companies" else "embed_technologies"
        title = f"{in_words(row.name for row in rows)} compared"
        return Shown(title, reverse(name, args=[path]), reverse(embed, args=[path]))
    raise nothing("Companies, technologies and comparisons can be embedded, no other pages.")


def _path_here(url: str) -> str:
    """The path below our own; ValueError for what stands elsewhere."""
    asked, own = urlsplit(url), urlsplit(settings.SITE_URL)
    if _place(asked) != _place(own) or asked.scheme not in _PORTS:
        raise ValueError(url)
    path = unquote(asked.path, errors="strict").rstrip("/") + "/"
    if not path.startswith(get_script_prefix()):
        raise ValueError(url)
    return f"/{path.removeprefix(get_script_prefix())}"


def _place(url: SplitResult) -> tuple[str, int | None]:
    """Host and port, without a port that goes without saying: http and https are one site."""
    if url.username is not None or url.password is not None:
        raise ValueError(url)
    return url.hostname or "", None if url.port == _PORTS.get(url.scheme) else url.port


def _rows(model: Any, slugs: list[str]) -> list[Any]:
    found = find(model, [printable(slug) for slug in slugs], by_name=True)
    if found.unknown or len({row.pk for row in found.rows}) < len(slugs):
        raise Unanswerable(404, f"There is no {model._meta.verbose_name} of this name here.")
    return found.rows


def _tell(shown: Shown, maxwidth: int | None, maxheight: int | None) -> dict[str, Any]:
    page = origin() + shown.page
    picture = f"{page}preview.png"
    told: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": shown.title,
        "provider_name": settings.SITE_NAME,
        "provider_url": f"{origin()}{reverse('home')}",
        "cache_age": 3600,
    }
    if shown.embed:
        width, height = min(WIDTH, maxwidth or WIDTH), min(HEIGHT, maxheight or HEIGHT)
        told["html"] = frame(origin() + shown.embed, shown.title, width, height)
    else:
        width, height = _fitting(maxwidth, maxheight)
        told["html"] = format_html(
            '<a href="{}"><img src="{}" alt="{}" width="{}" height="{}"></a>', page, picture, shown.title, width, height
        )
    told |= {"width": width, "height": height}
    if (maxwidth or PICTURE_WIDTH) >= PICTURE_WIDTH and (maxheight or PICTURE_HEIGHT) >= PICTURE_HEIGHT:
        # one that does not fit may not be named
        told["thumbnail_url"] = picture
        told |= {"thumbnail_width": PICTURE_WIDTH, "thumbnail_height": PICTURE_HEIGHT}
    if settings.DATA_LICENCE:
        told |= {"licence": settings.DATA_LICENCE, "licence_url": settings.DATA_LICENCE_URL}
    return told


def _fitting(maxwidth: int | None, maxheight: int | None) -> tuple[int, int]:
    """The size of the picture within what there is room for, in its own proportion."""
    share = min(
        WIDTH / PICTURE_WIDTH, (maxwidth or PICTURE_WIDTH) / PICTURE_WIDTH, (maxheight or HEIGHT) / PICTURE_HEIGHT
    )
    return max(1, int(PICTURE_WIDTH * share)), max(1, int(PICTURE_HEIGHT * share))
