"""The other forms of a page: the same rows in the same order as JSON, CSV, Markdown or a citation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from stacks.exporters.citation import Citation
from stacks.exporters.table import Table, to_csv, to_markdown
from stacks.models import Change
from stacks.pages.context import catalogue_revision

LABELS = {"json": "JSON", "csv": "CSV", "md": "Markdown", "cite": "Cite"}
_TYPES = {"csv": "text/csv", "md": "text/markdown", "cite": "text/plain"}


@dataclass(frozen=True, slots=True)
class FormLink:
    label: str
    url: str


def form_links(request: HttpRequest, *names: str) -> list[FormLink]:
    """Where the page's other forms are, keeping its query."""
    links = []
    for name in names:
        query = request.GET.copy()
        query["format"] = name
        links.append(FormLink(LABELS[name], f"{request.path}?{query.urlencode()}"))
    return links


def give(name: str, filename: str, forms_of_page: Mapping[str, Callable[[], Any]]) -> HttpResponse:
    """The page in the form asked for; the callables give a document, a table or a text."""
    made = forms_of_page[name]()
    if name == "json":
        return HttpResponse(orjson.dumps(made, option=orjson.OPT_INDENT_2), content_type="application/json")
    if isinstance(made, Table):
        made = to_csv(made) if name == "csv" else to_markdown(made)
    response = HttpResponse(made, content_type=f"{_TYPES[name]}; charset=utf-8")
    if name == "csv":
        response.headers["Content-Disposition"] = f'attachment; filename="{filename[:120]}.csv"'
    return response


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
        url=f"{settings.SITE_URL}{request.path}{f'?{query.urlencode()}' if query else ''}",
    )
