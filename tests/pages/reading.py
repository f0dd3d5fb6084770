"""What a visitor finds on a page: its text, and where it leads."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import NamedTuple

_WITHIN_WORDS = {"a", "b", "bdi", "code", "em", "i", "q", "strong", "time", "u"}
_VOID = {"br", "col", "hr", "img", "input", "link", "meta", "rect", "circle", "path", "use"}


class _Reader(HTMLParser):
    """Reads the whole page, or only the element whose id is `anchor`."""

    def __init__(self, anchor: str):
        super().__init__()
        self.anchor = anchor
        self.depth = 0 if anchor else 1
        self.words: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        here = dict(attrs)
        self._pause(tag)
        if tag not in _VOID and (self.depth or here.get("id") == self.anchor):
            self.depth += 1
        if self.depth and tag == "a" and "href" in here:
            self.links.append(here["href"])

    def handle_startendtag(self, tag, attrs):
        """Opens nothing."""

    def handle_endtag(self, tag):
        self._pause(tag)
        if self.depth and tag not in _VOID:
            self.depth -= 1

    def _pause(self, tag):
        if self.depth and tag not in _WITHIN_WORDS:
            self.words.append(" ")

    def handle_data(self, data):
        if self.depth:
            self.words.append(data)


def _read(page, anchor: str) -> _Reader:
    reader = _Reader(anchor)
    reader.feed(page.content.decode())
    return reader


def text_of(page, anchor: str = "") -> str:
    """Text as read, spaces collapsed; of one element when its id is given, empty when there is none."""
    return " ".join("".join(_read(page, anchor).words).split())


def links_of(page, anchor: str = "") -> list[str]:
    return _read(page, anchor).links


def link_to(page, rel: str) -> str:
    """The address of the page's link to its next or previous page, empty when there is none."""
    marker = f'" rel="{rel}"'
    before, found, _ = page.content.decode().partition(marker)
    return before.rpartition('href="')[2].replace("&amp;", "&") if found else ""


class ComparedRow(NamedTuple):
    category: str
    verdict: str
    html: str


_ROW = re.compile(
    r'<a class="cat"[^>]*><bdi>(?P<category>.*?)</bdi>.*?'
    r'<span class="sign.*?</span>\s*<span>(?P<verdict>.*?)</span>',
    re.DOTALL,
)


def compared_rows(page) -> list[ComparedRow]:
    """The rows of a comparison in the order of the page."""
    _, *rows = page.content.decode().partition("</main>")[0].split('<div class="row line"')
    found = [(_ROW.search(html), html) for html in rows]
    return [ComparedRow(unescape(row["category"]), unescape(row["verdict"]), html) for row, html in found]
