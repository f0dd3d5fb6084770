"""What fills in the form of a source: the row that has its address, others of its host, or the page itself."""

from dataclasses import dataclass, field
from typing import Any

from stacks.doubles import canonical, same_page
from stacks.fetching import Disallowed, Fetcher, FetchError
from stacks.importers.lines import Unreadable
from stacks.models import Source
from stacks.watching.pages import Head, is_html, raw_address, text_of

# What is filled in, where it is empty.
FILLED = ("title", "publisher", "kind", "company", "published_on", "updated_on")
_OF_HOST = ("publisher", "kind", "company")
_MOST_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Filling:
    """`values` by the name of the field, other rows by key; `told` says where they are from."""

    told: str
    values: dict[str, Any] = field(default_factory=dict)
    known: Source | None = None


def known_source(url: str) -> Source | None:
    """The source of this page, whatever the spelling of its address."""
    return same_page(url).first()


def of_source(source: Source) -> dict[str, Any]:
    values = {name: getattr(source, "company_id" if name == "company" else name) for name in FILLED}
    return {name: value for name, value in values.items() if value}


def of_host(url: str) -> dict[str, Any]:
    """What all sources of the same host share, as far as they do. One query."""
    host = canonical(url).partition("/")[0]
    if not host:
        return {}
    others = Source.objects.filter(url__icontains=f"//{host}") | Source.objects.filter(url__icontains=f"//www.{host}")
    rows = [row for row in others.order_by("-pk")[:_MOST_LOOKED_AT] if canonical(row.url).partition("/")[0] == host]
    shared = {}
    for name in _OF_HOST:
        said = {getattr(row, "company_id" if name == "company" else name) for row in rows}
        if len(said) == 1 and (value := said.pop()):
            shared[name] = value
    return shared


def fill(url: str, fetcher: Fetcher) -> Filling:
    """From the row that has the address; else from the page, asked once, and from what others of its host share."""
    if source := known_source(url):
        return Filling(
            f"This page is a source already: {source}. What is known of it is filled in", of_source(source), source
        )
    if not canonical(url):
        return Filling("Give the full address of the page first, with http:// or https://")
    shared = of_host(url)
    try:
        said = ask_page(url, fetcher)
    except (FetchError, Unreadable) as error:
        why = "its robots.txt asks not to" if isinstance(error, Disallowed) else str(error).rstrip(".").lower()
        return Filling(f"The page was not read: {why}", shared)
    if not said:
        return Filling("The page does not say what it is called, nor when it was written", shared)
    return Filling(f"The page says of itself: {'; '.join(said.values())}", shared | said)


def ask_page(url: str, fetcher: Fetcher) -> dict[str, str]:
    """Title, publisher and dates as the page has them; what it does not say is left out.

    Raises FetchError, or Unreadable for what is no text.
    """
    answer = fetcher.get(raw_address(url))
    if answer.status != 200:
        raise FetchError(f"It answers with status {answer.status}")
    text = text_of(answer)
    if not is_html(answer, text):
        raise Unreadable("It is no web page, so it says nothing of itself")
    head = Head(text)
    said = {
        "title": head.title,
        "publisher": head.publisher,
        "published_on": head.published_on,
        "updated_on": head.changed_on if head.changed_on > head.published_on else "",
    }
    return {name: value for name, value in said.items() if value}
