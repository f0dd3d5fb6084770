"""Search by any name that people write."""

from django import forms
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stacks import search
from stacks.api.parameters import Described, describe, read
from stacks.api.serializers import FOUND_KINDS, SearchSerializer
from stacks.filtersets import StrictForm, TextField
from stacks.links import Links


class SearchForm(StrictForm):
    q = TextField(help_text="A name, a part of one, an abbreviation or a misspelling.")
    kind = forms.ChoiceField(
        choices=FOUND_KINDS,
        required=False,
        help_text="Only companies, technologies or categories.",
        error_messages={"invalid_choice": "“%(value)s” is none of: company, technology, category."},
    )


class SearchView(APIView):
    """Companies, technologies and categories by any of their names, the best 50 first.

    `how` tells how a name met the query: `exact` and `alias`; `homonym`, which several technologies share; `prefix`;
    `words`, all of which stand in its names; `within`, a whole known name stands inside the query ("React 18",
    "Go / Golang"); `inside`, the middle of a word. What is only `near` is a suggestion, where nothing else is found.
    """

    serializer_class = SearchSerializer

    def query_parameters(self) -> Described:
        return describe(SearchForm().fields)

    def get(self, request: Request) -> Response:
        asked = read(SearchForm, request.GET)
        links = Links(request)
        found = search.search(asked["q"], kind=asked["kind"])
        results, suggestions = ([_shape(hit, links) for hit in hits] for hits in (found.results, found.suggestions))
        return Response({"query": asked["q"], "results": results, "suggestions": suggestions})


def _shape(hit: search.Hit, links: Links) -> dict[str, str]:
    return {
        "kind": hit.kind,
        "slug": hit.slug,
        "name": hit.name,
        "url": links(hit.kind, hit.slug),
        "html_url": links.page(hit.kind, hit.slug),
        "matched": hit.matched,
        "how": hit.how.word,
    }
