"""The front page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks.addresses import takes
from stacks.pages.formats import atom_link
from stacks.pages.home.front import Front, read_front
from stacks.pages.kept import load_kept_bases, load_kept_newest_edition, load_kept_source_count, once
from stacks.pages.linked_data import describe_site
from stacks.pages.offers import offered_either

DESCRIPTION = "A curated catalogue of which company uses which technology, for what, since when, why, and who says so."


@takes()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    front = once(request, "front", lambda: _read(request))
    return render(
        request,
        "stacks/home/home.html",
        {
            "front": front,
            "offered": offered_either(request),
            "forms": [atom_link("changes_atom")],
            "described": describe_site(request, DESCRIPTION),
        },
    )


def _read(request: HttpRequest) -> Front:
    return read_front(load_kept_bases(request), load_kept_newest_edition(request), load_kept_source_count(request))
