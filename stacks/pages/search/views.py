"""Search over companies, technologies and categories."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks import search
from stacks.addresses import takes
from stacks.pages.responses import bad_request, form_problems
from stacks.pages.search.forms import SearchForm


@takes(*SearchForm.base_fields)
@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    if not form.is_valid():
        return bad_request(request, "This search cannot be answered", form_problems(form), back=request.path)
    query = form.cleaned_data["q"]
    found = search.search(query) if query else search.Answer([], [])
    context = {"query": query, "hits": found.results, "suggestions": found.suggestions}
    return render(request, "stacks/search/search.html", context)
