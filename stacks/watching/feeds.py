"""RSS and Atom: which pages a feed leads to, and when each was published. Declarations of entities are refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from stacks import dates
from stacks.importers.lines import Unreadable
from stacks.importers.sources import InvalidAddress, check_address

_BEGINS = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:rss|feed|(?:\w+:)?RDF)[\s>]", re.DOTALL
)
_ENTRIES = {"item", "entry"}
_PUBLISHED = ("published", "pubDate", "issued", "date", "created")
_CHANGED = ("updated", "modified")
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A page that a feed leads to; `edition` is the day of its publication, empty where the feed does not say."""

    url: str
    title: str
    edition: str


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
            found.setdefault(url, Entry(url, " ".join(_text(entry, "title").split())[:300], _edition(entry)))
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
