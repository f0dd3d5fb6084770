"""What changed, as Atom: all of it, or what concerns one company, technology or category."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from stacks import feed
from stacks.addresses import origin, takes
from stacks.models import Category, Change, Company, Technology
from stacks.pages.changes.lines import ChangeView, show_changes
from stacks.pages.parts import in_words
from stacks.pages.responses import get_or_moved

ENTRIES = 50
_LINES_READ = 500  # several lines that were written together are one entry
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class _Told:
    """What a feed tells of: its title, a sentence, the page that shows the same, and the changes themselves."""

    title: str
    sentence: str
    page: str
    changes: Iterable[Change]


@takes()
@require_safe
def changes_atom(request: HttpRequest) -> HttpResponse:
    newest = Change.objects.newest_first()[:_LINES_READ]
    return _answer(
        request, lambda: _Told("Changes", "Everything that changed for the public.", reverse("changes"), newest)
    )


@takes()
@require_safe
def company_atom(request: HttpRequest, slug: str) -> HttpResponse:
    return _answer(request, lambda: _tell_of(request, Company, slug, feed.of_company))


@takes()
@require_safe
def technology_atom(request: HttpRequest, slug: str) -> HttpResponse:
    return _answer(request, lambda: _tell_of(request, Technology, slug, feed.of_technology))


@takes()
@require_safe
def category_atom(request: HttpRequest, slug: str) -> HttpResponse:
    return _answer(request, lambda: _tell_of(request, Category, slug, feed.of_category))


def _tell_of(request: HttpRequest, model: Any, slug: str, of: Callable[[Any, int], list[Change]]) -> _Told:
    row = get_or_moved(request, model, slug, page=f"{model._meta.model_name}_atom")
    sentence = f"What changed about {row.name}. What was withdrawn is listed in the feed of all changes only."
    return _Told(f"{row.name}: changes", sentence, row.get_absolute_url(), of(row, _LINES_READ))


def _answer(request: HttpRequest, tell: Callable[[], _Told]) -> HttpResponse:
    return _Changes(tell())(request)


class _Atom(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """Of an empty feed too, a date that is the same each time it is asked for."""
        return super().latest_post_date() if self.items else datetime(1970, 1, 1, tzinfo=UTC)


class _Changes(Feed):
    """One entry for each line of the page of changes; its id comes from its newest number, which stays."""

    feed_type = _Atom

    def __init__(self, told: _Told):
        self.told = told

    def title(self) -> str:
        return clean(f"{self.told.title} · {settings.SITE_NAME}")

    def subtitle(self) -> str:
        return clean(self.told.sentence)

    def link(self) -> str:
        return origin() + self.told.page

    def feed_url(self) -> str:
        return f"{self.link()}atom/"

    def feed_guid(self) -> str:
        return self.feed_url()

    def author_name(self) -> str:
        return settings.SITE_NAME

    def feed_copyright(self) -> str | None:
        return " ".join(part for part in (settings.DATA_LICENCE, settings.DATA_LICENCE_URL) if part) or None

    def items(self) -> list[ChangeView]:
        return show_changes(self.told.changes)[:ENTRIES]

    def item_title(self, item: ChangeView) -> str:
        about = f"{item.about.name}: " if item.about else ""
        names = [link.name for link in item.objects]
        names += [f"{item.more} more"] if item.more else []
        return clean(f"{about}{item.text} {in_words(names)}".strip())

    def item_description(self, item: ChangeView) -> str | None:  # type: ignore[override]  # None leaves it out
        """The objects as links; nothing where something was withdrawn."""
        if not item.objects:
            return None
        listed = format_html_join("", '<li><a href="{}">{}</a></li>', ((_site(o.url), o.name) for o in item.objects))
        more = format_html("<li>and {} more</li>", item.more) if item.more else ""
        return clean(format_html("<ul>{}{}</ul>", listed, more))

    def item_link(self, item: ChangeView) -> str:
        if len(item.objects) == 1:
            return _site(item.objects[0].url)
        return _site(item.about.url if item.about else self.told.page)

    def item_guid(self, item: ChangeView) -> str:
        """A tag URI (RFC 4151)."""
        return f"tag:{urlsplit(settings.SITE_URL).hostname},{item.at:%Y-%m-%d}:change:{item.last}"

    def item_pubdate(self, item: ChangeView) -> datetime:
        return item.at

    def item_updateddate(self, item: ChangeView) -> datetime:
        return item.at


def clean(text: str) -> str:
    """Without the signs that XML cannot hold."""
    return _NOT_IN_XML.sub("", text)


def _site(url: str) -> str:
    return f"{origin()}{url}" if url.startswith("/") else url
