"""RSS and Atom: which pages a feed leads to, when each was published, and its whole text where the feed has that.

Declarations of entities are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import ParseError

import nh3
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring, tostring

from stacks import dates
from stacks.importers.lines import Unreadable
from stacks.importers.sources import InvalidAddress, check_address

_BEGINS = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--(?:(?!-->).){0,2000}+-->\s*)*+<(?:rss|feed|(?:\w+:)?RDF)[\s>]", re.DOTALL
)
_ENTRIES = {"item", "entry"}
_PUBLISHED = ("published", "pubDate", "issued", "date", "created")
_CHANGED = ("updated", "modified")
# content:encoded and description of RSS, the others of Atom
_CONTENTS = ("encoded", "content", "description", "summary")
_LONGEST = 1_000_000  # letters of what a feed tells of one entry; of a longer one the page is asked for
_SHORTEST = 1_500  # letters without markup: less is a teaser, unless the page says no more
_BLOCK = re.compile(r"</?(?:p|div|li|tr|h[1-6]|br|pre|blockquote)\b[^<>]{0,300}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,3000}>")
# How a text ends that goes on elsewhere.
_GOES_ON = re.compile(
    r"(?:\.\.\.|…|\[(?:\.\.\.|…)\]|»|→)\W*$"
    r"|\b(?:read|continue|keep|see|view|learn)\b.{0,20}\b(?:more|reading|on|full|rest|whole|entire|original)\b.{0,80}$"
    r"|\b(?:weiterlesen|lire la suite|leer más|leia mais|czytaj dalej|lees verder|続きを読む|阅读全文)\b.{0,60}$",
    re.IGNORECASE | re.DOTALL,
)
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that a feed leads to; `edition` is the day of its publication, empty where the feed does not say.

    `content` is what the feed has of its text, as untrusted HTML; empty where that is nothing or too much.
    """

    url: str
    title: str
    edition: str
    content: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the feed has the whole text: long, and not ending where it goes on elsewhere."""
        said = " ".join(unescape(_TAG.sub("", _BLOCK.sub(" ", self.content))).split())
        return len(said) >= _SHORTEST and not _GOES_ON.search(said[-200:])

    @property
    def page(self) -> str:
        """The text of the feed as a page of its own, without what a page could run or load."""
        title = escape(self.title)
        clean = nh3.clean(self.content, tags=nh3.ALLOWED_TAGS - {"img"})
        return (
            f"<!doctype html>\n<html><head><title>{title}</title></head>\n"
            f"<body><article>\n<h1>{title}</h1>\n{clean}\n</article></body></html>"
        )


def looks_like(text: str) -> bool:
    return _BEGINS.match(text[:4000]) is not None


def parse(data: bytes, address: str) -> list[Entry]:
    """The pages in the order of the feed, each once. What leads nowhere on the web is left out. Raises Unreadable."""
    try:
        # the pure parser builds no entity, and asks nobody for what a document type names
        root = fromstring(data, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise Unreadable("This feed declares entities, which no feed needs: it is not read.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(f"This is no feed that can be read: {error}.") from error
    found: dict[str, Entry] = {}
    for entry in root.iter():
        if _name(entry) in _ENTRIES and (url := _address(entry, address)):
            title = " ".join(_text(entry, "title").split())[:300]
            found.setdefault(url, Entry(url, title, _edition(entry), _content(entry)))
    return list(found.values())


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _address(entry: Any, address: str) -> str:
    for url in _links(entry):
        try:
            return check_address(urljoin(address, url.strip()))
        except (InvalidAddress, ValueError):
            continue
    return ""


def _links(entry: Any) -> Iterator[str]:
    """Of Atom the page itself, of RSS the link, else a name that is an address."""
    children = [(child, _name(child)) for child in entry]
    for child, name in children:
        if name == "link" and child.get("href") and child.get("rel", "alternate") == "alternate":
            yield child.get("href")
    for child, name in children:
        if name == "link" and child.text:
            yield child.text
    for child, name in children:
        if name == "guid" and child.text and child.get("isPermaLink", "true").lower() == "true":
            yield child.text


def _edition(entry: Any) -> str:
    for name in (*_PUBLISHED, *_CHANGED):
        if day := day_of(_text(entry, name)):
            return day
    return ""


def _content(entry: Any) -> str:
    """The longest of what it tells of its text."""
    told = [_html(child) for child in entry if _name(child) in _CONTENTS]
    return max((html for html in told if len(html) <= _LONGEST), key=len, default="")


def _html(element: Any) -> str:
    """RSS has its markup as text; Atom says whether it is markup as text, markup, or plain."""
    kind = element.get("type", "html" if _name(element) in ("encoded", "description") else "text").lower()
    if kind == "xhtml":
        for inner in element.iter():
            inner.tag = _name(inner) or "span"  # without its namespace
        try:
            return "".join(tostring(inner, encoding="unicode", method="html") for inner in element)
        except RecursionError:  # nested a thousand deep: no text of a person
            return ""
    text = "".join(element.itertext())
    if kind in ("text", "text/plain"):
        return "".join(f"<p>{escape(part)}</p>" for part in re.split(r"\n\s*\n", text) if part.strip())
    return text if kind in ("html", "text/html") else ""


def _text(entry: Any, name: str) -> str:
    return next(("".join(child.itertext()) for child in entry if _name(child) == name), "")


def day_of(told: str) -> str:
    """The day that a date of the web names, in any of its spellings; empty where it names none."""
    told = told.strip()
    if match := _ISO.match(told):
        try:
            return dates.parse(match[0])
        except dates.InvalidDate:
            return ""
    try:
        return f"{parsedate_to_datetime(told):%Y-%m-%d}" if told else ""
    except (ValueError, TypeError, OverflowError):
        return ""
