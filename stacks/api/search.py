"""Search by any name that people write."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from stacks import search
from stacks.api.asking import FieldsForm
from stacks.api.parameters import Described, describe, read
from stacks.api.serializers import COUNTED, FOUND_KINDS, HitSerializer, SearchSerializer
from stacks.filtersets import TextField, YesNoField
from stacks.links import PLURALS, Links
from stacks.search.sureness import sureness, the_one


class SearchForm(FieldsForm):
    serializer_class = HitSerializer
    q = TextField(help_text="A name, a part of one, an abbreviation or a misspelling.")
    kind = forms.ChoiceField(
        choices=FOUND_KINDS,
        required=False,
        help_text="Only what is of this kind.",
        error_messages={
            "invalid_choice": "“%(value)s” is none of: " + ", ".join(word for word, _ in FOUND_KINDS) + "."
        },
    )

    match = YesNoField(
        required=False,
        help_text="One answer or none: the one that is meant. Where that is not sure, what it may be is suggested.",
    )


class SearchView(APIView):
    """What the catalogue has by any name that people write, the best 50 first.

    `how` tells how a name met the query: `exact` and `alias`; `homonym`, which several technologies share; `prefix`;
    `words`, all of which stand in its names; `within`, a whole known name stands inside the query ("React 18",
    "Go / Golang"); `inside`, the middle of a word; `about`, all words stand in what a category says of itself. What is
    only `near` is a suggestion, where nothing else is found.

    `sure` tells how sure it is that a hit is what is meant. With `match=true` there is one result, or none where no
    hit is sure enough or another is about as sure; then the best are suggestions.

    An `industry` or `country` leads to its companies, "kafka vs rabbitmq" to the `comparison`, which comes first.
    """

    serializer_class = SearchSerializer

    def query_parameters(self) -> Described:
        return describe(SearchForm().fields)

    def get(self, request: Request) -> Response:
        asked = read(SearchForm, request.GET)
        links = Links(request)
        found = search.search(asked["q"], kind=asked["kind"])
        results, suggestions = found.results, found.suggestions
        if asked["match"]:
            one = the_one(asked["q"], results)
            results, suggestions = ([one], []) if one else ([], found.best[: search.MOST_SUGGESTIONS])
        told, near = (
            [asked["fields"].of(_shape(hit, links, sureness(asked["q"], hit))) for hit in hits]
            for hits in (results, suggestions)
        )
        return Response({"query": asked["q"], "results": told, "suggestions": near})


def _shape(hit: search.Hit, links: Links, sure: float) -> dict[str, Any]:
    return {
        "kind": hit.kind,
        "slug": hit.slug,
        "name": hit.name,
        "url": _address(hit, links),
        "html_url": f"{links.site}{hit.url}",
        "matched": hit.matched,
        "how": hit.how.word,
        "sure": sure,
        "what": hit.what,
        **{f"{counted}_count": hit.number if counted == hit.counted else None for counted in COUNTED},
    }


def _address(hit: search.Hit, links: Links) -> str:
    """Of the object, or of what answers the question in the API."""
    if hit.kind in ("industry", "country"):
        return f"{links.api}companies/?{urlencode({hit.kind: hit.slug})}"
    if hit.kind == "comparison":
        query = urlencode([(hit.compares, slug) for slug in hit.slug.split("/")])
        return f"{links.api}compare/{PLURALS[hit.compares]}/?{query}"
    return links(hit.kind, hit.slug)
