"""Addresses in documents: absolute, and on the host that was asked in the API, so that a client can follow them."""

from typing import Any
from urllib.parse import quote as percent_encode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from stacks.addresses import origin, site_of
from stacks.quotes import GAP

PLURALS = {
    "company": "companies",
    "technology": "technologies",
    "category": "categories",
    "usage": "usages",
    "migration": "migrations",
    "source": "sources",
    "coverage": "coverage",
}


_WORDS_AT_AN_END = 4


def at_quotation(url: str, quotation: str) -> str:
    """The address of a page, opened at the quoted sentence: a text fragment, which other browsers ignore.

    Where the quotation leaves words out, or is long, the sentence is found by its beginning and its end.
    """
    parts = [part for part in GAP.split(" ".join(quotation.split())) if part]
    if not parts:
        return url
    address, _, fragment = url.partition("#")
    ends = _ends_of(parts[0]) if len(parts) == 1 else (parts[0], parts[-1])
    told = ",".join(percent_encode(part, safe="").replace("-", "%2D") for part in ends)
    return f"{address}#{fragment.partition(':~:')[0]}:~:text={told}"


def _ends_of(sentence: str) -> tuple[str, ...]:
    """Its first words and its last, where that is less than the sentence."""
    words = sentence.split(" ")
    if len(words) <= 3 * _WORDS_AT_AN_END:
        return (sentence,)
    return " ".join(words[:_WORDS_AT_AN_END]), " ".join(words[-_WORDS_AT_AN_END:])


def licence() -> dict[str, str | None]:
    return {"name": settings.DATA_LICENCE, "url": settings.DATA_LICENCE_URL or None}


def provenance(address: str) -> dict[str, Any]:
    """What each document begins with: where it is to be had, and under which licence."""
    return {"url": address, "licence": licence()}


class Links:
    """`links(kind, slug_or_uid)` is the API's address of an object; `page` that of its page for people.

    Where nobody asked, they begin with SITE_URL.
    """

    def __init__(self, request: HttpRequest | None = None):
        self.site = site_of(request) if request is not None else origin()
        self.pages = f"{self.site}{reverse('home')}"
        self.api = f"{self.site}{reverse('api-root')}"

    def __call__(self, kind: str, key: str) -> str:
        return f"{self.api}{PLURALS[kind]}/{key}/"

    def page(self, kind: str, slug: str) -> str:
        return f"{self.pages}{PLURALS[kind]}/{slug}/"

    def ref(self, kind: str, slug: str | None, name: str | None) -> dict[str, Any] | None:
        """How one object names another; None where there is none."""
        return {"slug": slug, "name": name, "url": self(kind, slug)} if slug else None
