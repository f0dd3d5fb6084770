"""The other forms of a page: the same rows in the same order as JSON, CSV or Markdown, cited, or for other tools."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from stacks.addresses import origin
from stacks.conditional import catalogue_revision
from stacks.exporters.citation import Citation
from stacks.exporters.table import Table, to_csv, to_markdown
from stacks.links import provenance
from stacks.models import Change

LABELS = {
    "json": "JSON",
    "csv": "CSV",
    "md": "Markdown",
    "cite": "Cite",
    "techstack": "techstack.yml",
    "radar": "Radar",
    "adopters": "ADOPTERS.md",
}
ATOM = "application/atom+xml"
_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "md": "text/markdown",
    "cite": "text/plain",
    "techstack": "application/yaml",
    "radar": "text/csv",
    "adopters": "text/markdown",
}
_ALTERNATES = ("json", "csv", "md")  # the page's data, whole
_SAVED_AS = {"csv": ".csv", "radar": "-radar.csv", "techstack": "-techstack.yml", "adopters": "-ADOPTERS.md"}


class FormLink(NamedTuple):
    """`type` is the media type of a form that holds the page's data, and empty for the others."""

    label: str
    url: str
    type: str = ""


def form_links(request: HttpRequest, *names: str) -> list[FormLink]:
    """Where the page's other forms are, keeping its query."""
    links = []
    query = request.GET.copy() if request.GET else None
    for name in names:
        told = f"format={name}"
        if query is not None:
            query["format"] = name
            told = query.urlencode()
        links.append(FormLink(LABELS[name], f"{request.path}?{told}", _TYPES[name] if name in _ALTERNATES else ""))
    return links


def atom_link(name: str, *slugs: str) -> FormLink:
    """Where the changes are told as Atom; `name` is the feed's address in `urls`."""
    return FormLink("Atom", reverse(name, args=slugs), ATOM)


def give(name: str, filename: str, citation: Citation, forms_of_page: Mapping[str, Callable[[], Any]]) -> HttpResponse:
    """The page in the form asked for, each with its licence; the callables give a document, a table or a text."""
    made = forms_of_page[name]()
    if isinstance(made, Table):
        made = to_markdown(made) if name == "md" else to_csv(made, settings.DATA_LICENCE)
    if name == "json":
        document = provenance(citation.url) | made
        response = HttpResponse(orjson.dumps(document, option=orjson.OPT_INDENT_2), content_type=_TYPES[name])
    else:
        response = HttpResponse(made, content_type=f"{_TYPES[name]}; charset=utf-8")
    if settings.DATA_LICENCE_URL:
        response.headers["Link"] = f'<{settings.DATA_LICENCE_URL}>; rel="license"'
    response.headers["X-Robots-Tag"] = "noindex"  # the page itself is what a search should find
    if name in _SAVED_AS:
        response.headers["Content-Disposition"] = f'attachment; filename="{filename[:120]}{_SAVED_AS[name]}"'
    return response


def more(address: str | None) -> tuple[str, ...]:
    """The note of a table that goes on elsewhere."""
    return (f"There are more rows: <{address}>",) if address else ()


def cite(request: HttpRequest, title: str, as_of: str = "") -> Citation:
    """How to cite this page as it is now; one query for the day of the revision."""
    revision = catalogue_revision(request)
    change = Change.objects.filter(seq=revision).first()
    query = request.GET.copy()
    query.pop("format", None)
    return Citation(
        site=settings.SITE_NAME,
        title=title,
        revision=revision,
        changed_on=f"{change.at:%Y-%m-%d}" if change else "",
        as_of=as_of,
        licence=settings.DATA_LICENCE,
        url=f"{origin()}{request.path}{f'?{query.urlencode()}' if query else ''}",
    )
