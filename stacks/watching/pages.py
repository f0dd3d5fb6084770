"""What was fetched, as a text: where the raw text of a page is, its own dates, the feed that it names."""

import re
from datetime import timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from urllib.parse import quote, unquote, urljoin, urlsplit

from stacks.fetching import Answer
from stacks.importers.formats import decode
from stacks.importers.inline import attributes
from stacks.importers.lines import Unreadable

from .feeds import day_of

_BLOB = re.compile(r"/([^/]+)/([^/]+)/(?:blob|raw)/(.+)")
_HEAD = 300_000  # characters in which a page says what it is
_CHANGED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified")
_PUBLISHED = ("article:published_time", "datepublished", "date", "dc.date", "dcterms.date", "publish_date")
_IN_SCRIPT = re.compile(r'"(dateModified|datePublished)"\s*:\s*"(\d{4}(?:-\d\d){0,2})')
_TITLE = re.compile(r"<title\b[^<>]{0,300}>([^<]{0,2000})", re.IGNORECASE)
_TAG = re.compile(r"<(meta|time|link)\b([^<>]{0,1000})>", re.IGNORECASE)
_FEEDS = {"application/atom+xml", "application/rss+xml"}
_IS_HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--(?:(?!-->).){0,2000}+-->\s*)*+<(?:!doctype html|html)[\s>]",
    re.IGNORECASE | re.DOTALL,
)


def raw_address(url: str) -> str:
    """Where the bare text of a page is: of a file on GitHub not the page around it."""
    parts = urlsplit(url)
    match = _BLOB.fullmatch(unquote(parts.path)) if parts.hostname in ("github.com", "www.github.com") else None
    if match is None:
        return url
    return f"https://raw.githubusercontent.com/{quote('/'.join(match.groups()))}"


def text_of(answer: Answer) -> str:
    """Raises Unreadable for what is too long or no text."""
    if not answer.is_whole:
        raise Unreadable(f"It is longer than {len(answer.body) / 1_000_000:.0f} MB: import what matters by hand.")
    kind = answer.headers.get("Content-Type", "")
    if "charset=" in kind.lower() and "utf" not in kind.lower():
        return answer.text
    return decode(answer.body)


def is_html(answer: Answer, text: str) -> bool:
    kind = answer.headers.get("Content-Type", "").lower()
    return "html" in kind and not kind.startswith("text/plain") if kind else _IS_HTML.match(text[:4000]) is not None


def last_modified(answer: Answer) -> str:
    """The day that the server names; empty where it names the moment of the question, as who does not know does."""
    try:
        told = parsedate_to_datetime(answer.headers.get("Last-Modified", ""))
        asked = parsedate_to_datetime(answer.headers.get("Date", ""))
        return f"{told:%Y-%m-%d}" if asked - told > timedelta(minutes=1) else ""
    except (ValueError, TypeError, OverflowError):
        return ""


def _words(text: str) -> str:
    return " ".join(unescape(text).split())


class Head:
    """What a page says of itself: its dates, its feeds and its title. Linear in the length, whatever the page."""

    def __init__(self, html: str):
        html = html[:_HEAD]
        self.told: dict[str, str] = {}
        self.times: set[str] = set()
        self.feeds: list[str] = []
        for tag, inside in _TAG.findall(html):
            values = attributes(inside)
            if tag.lower() == "meta":
                name = (values.get("property") or values.get("name") or values.get("itemprop") or "").lower()
                self.told.setdefault(name, values.get("content", ""))
            elif tag.lower() == "time":
                self.times.add(values.get("datetime", ""))
            elif values.get("type", "").lower() in _FEEDS and "alternate" in values.get("rel", "").lower():
                self.feeds.append(values.get("href", ""))
        called = _TITLE.search(html)
        self.called = called[1] if called else ""
        for name, day in _IN_SCRIPT.findall(html):
            self.told.setdefault(name.lower(), day)

    @property
    def title(self) -> str:
        return _words(self.told.get("og:title") or self.called)

    @property
    def publisher(self) -> str:
        """The organisation, as the page names it; never the author."""
        return _words(self.told.get("og:site_name") or self.told.get("application-name") or "")

    @property
    def changed_on(self) -> str:
        return self._day(_CHANGED)

    @property
    def published_on(self) -> str:
        """What it says itself, else the one time that it names."""
        return self._day(_PUBLISHED) or (day_of(next(iter(self.times))) if len(self.times) == 1 else "")

    def feed_address(self, address: str) -> str:
        return urljoin(address, self.feeds[0]) if self.feeds else ""

    def _day(self, names: tuple[str, ...]) -> str:
        return next((day for name in names if (day := day_of(self.told.get(name, "")))), "")
