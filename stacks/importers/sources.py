"""The source of an import: the row of its address, made where it is unknown. No address is ever invented."""

import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from stacks.derived import chunks
from stacks.models import Company, CompanyIdentifier, CompanyScheme, Source, SourceKind, url_key
from stacks.models.fields import validate_http_url

Identifier = tuple[int, str, str]  # key of the company, scheme and value
_LONGEST_ADDRESS = 500
_LONGEST_TITLE = 300
_CODE_HOSTS = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org"})
# Anybody writes below these: that a company runs the host, or is at home there, makes nothing on it its own word.
_HOSTS_OF_MANY = _CODE_HOSTS | {
    "blogger.com", "blogspot.com", "dev.to", "docs.google.com", "facebook.com", "firebaseapp.com", "github.io",
    "gitlab.io", "groups.google.com", "hashnode.dev", "herokuapp.com", "linkedin.com", "medium.com", "netlify.app",
    "notion.site", "notion.so", "pages.dev", "readthedocs.io", "reddit.com", "sites.google.com", "slideshare.net",
    "sourceforge.net", "speakerdeck.com", "stackoverflow.com", "stackshare.io", "substack.com", "tumblr.com",
    "twitter.com", "vercel.app", "web.app", "wikipedia.org", "wordpress.com", "x.com", "ycombinator.com", "youtube.com",
}  # fmt: skip


class InvalidAddress(ValueError):
    """Not an address that can be cited; the message is for the reader."""


def check_address(url: str) -> str:
    """The address itself, without blanks around it. Raises InvalidAddress."""
    url = url.strip()
    if len(url) > _LONGEST_ADDRESS:
        raise InvalidAddress(f"The address of the source has {len(url):,} characters; {_LONGEST_ADDRESS} is the most.")
    try:
        validate_http_url(url)
        parts = urlsplit(url)
        url_key(url)
    except (ValidationError, ValueError) as error:
        raise InvalidAddress("The source is a full address that begins with http:// or https://.") from error
    if any(c.isspace() or unicodedata.category(c) in ("Cc", "Cf") for c in url):
        raise InvalidAddress("The address of the source holds characters that nobody sees.")
    if parts.username is not None or parts.password is not None:
        raise InvalidAddress("The address of the source holds a user name or a password: give it without.")
    return url


def find_source(url: str) -> Source | None:
    """The source that is known by any spelling of that address."""
    try:
        return Source.objects.filter(url_key=url_key(url)).first() if url else None
    except ValueError:
        return None


def find_sources(urls: Iterable[str]) -> dict[str, Source]:
    """The sources that are known by any spelling of these addresses, by the key of each. One query for thousands."""
    keys = set()
    for url in urls:
        with suppress(ValueError):
            keys.add(url_key(url))
    return {
        source.url_key: source
        for chunk in chunks(keys)
        for source in Source.objects.filter(url_key__in=chunk).select_related("company")
    }


def source_at(url: str, title: str, company: Company | None) -> Source:
    """The source of that page, by any spelling of its address; a new one, not saved yet, where it is unknown."""
    known = find_source(url)
    if known is not None:
        return known
    return new_source(url, title, company, identifiers_of([company]) if company is not None else ())


def identifiers_of(companies: Iterable[Company]) -> list[Identifier]:
    """How others call these companies. One query."""
    rows = CompanyIdentifier.objects.filter(company__in={company.pk for company in companies} - {None})
    return list(rows.values_list("company", "scheme", "value"))


def new_source(url: str, title: str, company: Company | None, identifiers: Iterable[Identifier]) -> Source:
    """One that is not saved yet. `company` is whose stack it tells: its own words only on pages of its own.

    Among the identifiers are its own.
    """
    own = [(scheme, value) for pk, scheme, value in identifiers if company is not None and pk == company.pk]
    kind = _own_kind(url, company, own) if company is not None else None
    speaker = company if kind else None
    return Source(
        url=url,
        title=_tidy(title)[:_LONGEST_TITLE] or url.partition("://")[2][:_LONGEST_TITLE],
        publisher=speaker.name if speaker else "",
        kind=kind or SourceKind.THIRD_PARTY_NOTES,
        company=speaker,
    )


def _tidy(title: str) -> str:
    """Without marks of Markdown around it, and without characters that nobody sees."""
    seen = "".join(c for c in title if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs"))
    return " ".join(seen.split()).strip("*_`# ")


def _own_kind(url: str, company: Company, identifiers: list[tuple[str, str]]) -> SourceKind | None:
    """What kind of page of the company's own it is; None for a page of others."""
    host, path = _place(url)
    owner = path.split("/", 1)[0].lower()
    if host == "github.com" and owner and (CompanyScheme.GITHUB, owner) in {(s, v.lower()) for s, v in identifiers}:
        return SourceKind.REPOSITORY
    domains = [f"https://{value}/" for scheme, value in identifiers if scheme == CompanyScheme.DOMAIN]
    places = [_place(place) for place in (company.engineering_blog, company.website, *domains) if place]
    if not any(_is_within(host, path, *place) for place in places):
        return None
    return SourceKind.REPOSITORY if host in _CODE_HOSTS else SourceKind.ENGINEERING_BLOG


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "").rstrip(".").removeprefix("www."), parts.path.strip("/")


def _is_within(host: str, path: str, own_host: str, own_path: str) -> bool:
    """Whether the page stands below the company's own place: its path, or its host with all below it."""
    if own_path:
        return host == own_host and f"{path}/".startswith(f"{own_path}/")
    if _is_of_many(own_host):
        return host == own_host and own_host not in _HOSTS_OF_MANY
    return host == own_host or (host.endswith(f".{own_host}") and not _is_of_many(host))


def _is_of_many(host: str) -> bool:
    return any(host == many or host.endswith(f".{many}") for many in _HOSTS_OF_MANY)
