"""A page's JSON-LD as it stands in its head: data that no browser runs, so the content policy lets it be."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from stacks.addresses import origin, path_of
from stacks.conditional import catalogue_revision
from stacks.exporters import linked_data
from stacks.models import Category, Company, Technology
from stacks.pages.context import canonical_path
from stacks.pages.formats import form_links
from stacks.pages.parts import in_words
from stacks.templatetags.stacks_text import as_html

# within a script element only `<` could end it or begin a comment; the others are what Django's json_script escapes too
_ESCAPES = {sign: f"\\u{ord(sign):04X}" for sign in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Described:
    """What a page says of itself in its head: one sentence, and the same for machines."""

    description: str
    script: SafeString


def describe_site(request: HttpRequest, description: str) -> Described:
    search = f"{origin()}{reverse('search')}?q={{q}}"
    return Described(description, script(linked_data.site_document(_site(request), description, search)))


def describe_company(request: HttpRequest, company: Company, aliases: Sequence[str], as_of: str = "") -> Described:
    about = linked_data.company(
        company.name,
        summary=company.summary,
        website=company.website,
        blog=company.engineering_blog,
        founded=company.founded,
        aliases=aliases,
    )
    return describe(
        request,
        f"What {company} runs{f', as of {as_of}' if as_of else ''}",
        f"What {company} runs, for what, since when and why, with sources.",
        trail=[("Companies", reverse("companies")), (company.name, request.path)],
        as_of=as_of,
        about=[about],
    )


def describe_technology(request: HttpRequest, technology: Technology, aliases: Sequence[str]) -> Described:
    about = linked_data.technology(
        technology.name,
        technology.kind,
        summary=technology.summary,
        website=technology.website,
        category=technology.category.name,
        licence=technology.licence,
        aliases=aliases,
    )
    return describe(
        request,
        f"Who uses {technology}",
        f"Which companies use {technology}, for what, since when and why, with sources.",
        trail=[
            ("Technologies", reverse("technologies")),
            (technology.category.name, technology.category.get_absolute_url()),
            (technology.name, request.path),
        ],
        about=[about],
    )


def describe_category(request: HttpRequest, category: Category) -> Described:
    """Of an area too."""
    parent = [(category.parent.name, category.parent.get_absolute_url())] if category.parent else []
    return describe(
        request,
        category.name,
        f"What companies use for {category.name}, and what else there is.",
        trail=[("Categories", reverse("categories")), *parent, (category.name, request.path)],
    )


def describe_companies(request: HttpRequest, companies: Sequence[Company], as_of: str = "") -> Described:
    """Of a comparison."""
    names = in_words(c.name for c in companies)
    return describe(
        request,
        f"{names} compared",
        f"What {names} run, for what and why, side by side by category, with the agreement of each.",
        trail=[("Compare", path_of("pick_companies")), (names, canonical_path(request))],
        as_of=as_of,
        about=[linked_data.company(c.name, website=c.website) for c in companies],
    )


def describe_technologies(request: HttpRequest, technologies: Sequence[Technology]) -> Described:
    """Of a comparison."""
    names = in_words(t.name for t in technologies)
    return describe(
        request,
        f"{names} compared",
        f"What {names} are, which companies use which, for what and why.",
        trail=[("Compare", path_of("pick_technologies")), (names, canonical_path(request))],
        about=[linked_data.technology(t.name, t.kind, website=t.website) for t in technologies],
    )


def describe(
    request: HttpRequest,
    title: str,
    description: str,
    *,
    trail: Sequence[tuple[str, str]] = (),
    as_of: str = "",
    about: Sequence[dict[str, Any]] = (),
) -> Described:
    """`trail` leads from the front page to this one, as (name, path)."""
    base = origin()
    page = linked_data.DataPage(
        title=title,
        description=description,
        url=base + canonical_path(request),
        trail=[(name, base + path) for name, path in trail],
        forms=[(form.type, base + form.url) for form in form_links(request, "json", "csv", "md")],
        as_of=as_of,
        about=about,
    )
    return Described(description, script(linked_data.page_document(page, _site(request))))


def script(document: dict[str, Any]) -> SafeString:
    text = orjson.dumps(document).decode()
    for sign, escape in _ESCAPES.items():
        text = text.replace(sign, escape)
    return as_html(f'<script type="application/ld+json">{text}</script>')


def _site(request: HttpRequest) -> linked_data.Site:
    licence = settings.DATA_LICENCE_URL or settings.DATA_LICENCE
    return linked_data.Site(settings.SITE_NAME, f"{settings.SITE_URL}/", licence, catalogue_revision(request))
