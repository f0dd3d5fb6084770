"""Search over companies, technologies and categories."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from stacks import search
from stacks.addresses import takes
from stacks.comparison.matrix import MOST
from stacks.limits import expensive
from stacks.links import PLURALS
from stacks.pages.responses import bad_request, form_problems
from stacks.pages.search.forms import SearchForm
from stacks.pages.technologies.lifecycle import life_mark

_COMPARED = ("technology", "company")


@expensive
@takes(*SearchForm.base_fields)
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    if not form.is_valid():
        return bad_request(request, "This search cannot be answered", form_problems(form), back=request.path)
    query = form.cleaned_data["q"]
    found = search.search(query) if query else search.Answer([], [])
    context = {
        "query": query,
        "hits": [(hit, _mark(hit)) for hit in found.results],
        "suggestions": [(hit, _mark(hit)) for hit in found.suggestions],
        "compare_url": _picker(found),
    }
    return render(request, "stacks/search/search.html", context)


def _mark(hit: search.Hit) -> str:
    return life_mark(hit.life, hit.life_on) if hit.life else ""


def _picker(found: search.Answer) -> str:
    """Where what is set against each other can be chosen, each as it was typed, where not all of it is known."""
    kind = next((hit.kind for hit in found.best if hit.kind in _COMPARED), "")
    if not kind or len(found.sides) > MOST:
        return ""
    return (
        f"{reverse(f'pick_{PLURALS[kind]}')}?{urlencode([(kind, side) for side in found.sides])}" if found.sides else ""
    )
