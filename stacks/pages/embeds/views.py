"""A company's stack, or companies or technologies side by side, to stand in a frame on any page: names, and what leads
to more.
"""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from stacks.addresses import origin, takes
from stacks.comparison.load import load_matrix, load_stack, load_technology_matrix
from stacks.conditional import revision_of
from stacks.held import load_sets
from stacks.limits import expensive
from stacks.models import Company, Technology
from stacks.pages.compare.views import find_all
from stacks.pages.embeds.tables import EmbedView, show_matrix, show_stack, show_technologies
from stacks.pages.kept import load_kept_newest_edition
from stacks.pages.responses import get_or_moved

MOST = 60  # companies, so that six technologies stay light


@takes()
@require_safe
def embed_company(request: HttpRequest, slug: str) -> HttpResponse:
    company = get_or_moved(request, Company, slug, page="embed_company")
    stack = load_stack(company, newest=load_kept_newest_edition(request))
    return _frame(request, show_stack(company, stack), company.get_absolute_url())


@expensive
@takes()
@require_safe
def embed_comparison(request: HttpRequest, slugs: str) -> HttpResponse:
    """Two to six companies."""
    companies, refusal = find_all(request, Company, slugs, page="embed_comparison")
    if refusal:
        return refusal
    return _frame_comparison(request, "compare_companies", companies, show_matrix(load_matrix(companies)))


@expensive
@takes()
@require_safe
def embed_technologies(request: HttpRequest, slugs: str) -> HttpResponse:
    """Two to six technologies."""
    technologies, refusal = find_all(request, Technology, slugs, page="embed_technologies")
    if refusal:
        return refusal
    view = show_technologies(load_technology_matrix(technologies, MOST, load_sets(revision_of(request))))
    return _frame_comparison(request, "compare_technologies", technologies, view)


def _frame_comparison(
    request: HttpRequest, name: str, rows: Sequence[Company] | Sequence[Technology], view: EmbedView
) -> HttpResponse:
    """`name` is that of the page."""
    own = [row.slug for row in rows]
    page, canonical = (reverse(name, args=["/".join(slugs)]) for slugs in (own, sorted(own)))
    return _frame(request, view, page, canonical)


def _frame(request: HttpRequest, view: EmbedView, page: str, canonical: str = "") -> HttpResponse:
    """`page` is the path of what is shown here in short, `canonical` the one it has for searches, if another."""
    context = {"embed": view, "page_url": page, "canonical": origin() + (canonical or page)}
    return render(request, "stacks/embeds/embed.html", context)
