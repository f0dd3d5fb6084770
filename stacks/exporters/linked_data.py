"""What a page is about, in the words of schema.org, for machines that read JSON-LD. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# kinds of technologies that schema.org has a word for; the rest are software
_TYPES = {"language": "ComputerLanguage", "protocol": "DefinedTerm", "practice": "DefinedTerm"}


@dataclass(frozen=True, slots=True)
class Site:
    """`licence` is the address of the licence of the data, its name where it has none, or empty."""

    name: str
    url: str
    licence: str
    revision: int


@dataclass(frozen=True, slots=True)
class DataPage:
    """A part of the catalogue on a page; `trail` leads there from the front page, `forms` are (media type, address)."""

    title: str
    description: str
    url: str
    trail: Sequence[tuple[str, str]] = ()
    forms: Sequence[tuple[str, str]] = ()
    as_of: str = ""
    about: Sequence[dict[str, Any]] = ()


def page_document(page: DataPage, site: Site) -> dict[str, Any]:
    """The page as a data set under its licence, and the way to it."""
    dataset = {
        "@type": "Dataset",
        "@id": f"{page.url}#data",
        "name": page.title,
        "description": page.description,
        "url": page.url,
        "license": site.licence,
        "creator": {"@type": "Organization", "name": site.name, "url": site.url},
        "isAccessibleForFree": True,
        "version": str(site.revision),
        "temporalCoverage": page.as_of,
        "about": list(page.about),
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media_type, "contentUrl": address}
            for media_type, address in page.forms
        ],
    }
    graph = [_known(dataset)]
    if page.trail:
        graph.append(_breadcrumbs([(site.name, site.url), *page.trail]))
    return {"@context": "https://schema.org", "@graph": graph}


def site_document(site: Site, description: str, search: str) -> dict[str, Any]:
    """The front page; `search` is the address of a search with `{q}` in the place of the text."""
    return _known(
        {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": site.name,
            "url": site.url,
            "description": description,
            "license": site.licence,
            "potentialAction": {
                "@type": "SearchAction",
                "target": {"@type": "EntryPoint", "urlTemplate": search},
                "query-input": "required name=q",
            },
        }
    )


def company(
    name: str, *, summary: str = "", website: str = "", blog: str = "", founded: str = "", aliases: Sequence[str] = ()
) -> dict[str, Any]:
    return _known(
        {
            "@type": "Organization",
            "name": name,
            "alternateName": list(aliases),
            "description": summary,
            "url": website,
            "sameAs": [blog] if blog else [],
            "foundingDate": founded,
        }
    )


def technology(
    name: str, kind: str, *, summary: str = "", website: str = "", category: str = "", licence: str = "", aliases=()
) -> dict[str, Any]:
    """`licence` is an SPDX identifier."""
    software = kind not in _TYPES
    return _known(
        {
            "@type": _TYPES.get(kind, "SoftwareApplication"),
            "name": name,
            "alternateName": list(aliases),
            "description": summary,
            "url": website,
            "applicationCategory": category if software else "",
            "license": f"https://spdx.org/licenses/{licence}.html" if licence and software else "",
        }
    )


def _breadcrumbs(trail: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(trail, 1)
        ],
    }


def _known(document: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty: schema.org has no word for the unknown."""
    return {key: value for key, value in document.items() if value not in ("", [], None)}
