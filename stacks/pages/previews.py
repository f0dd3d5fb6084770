"""What is not public yet, as visitors will see it, for whoever holds a link to it; see `stacks.previews`.

Kept by nobody: what stands here may be another's in a minute, and is to be found by no search.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stacks.comparison.load import load_moves, load_stack
from stacks.conditional import catalogue_revision
from stacks.models import Company, Coverage
from stacks.pages.companies import company
from stacks.pages.detail import AUTO
from stacks.pages.kept import load_kept_newest_edition
from stacks.pages.technologies import technology
from stacks.pages.technologies.spread import load_spread
from stacks.pages.technologies.users import MOST
from stacks.previews import (
    Ended,
    IsPublic,
    NoPreview,
    Preview,
    foreseen_migrations,
    foreseen_usages,
    left_out,
    open_link,
)


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """The page; 404 for what is no link of ours, 410 for one that has ended, and the public page once there is one."""
    try:
        shown = open_link(token)
    except NoPreview:
        answer = render(request, "404.html", {"what": "There is no preview at this address."}, status=404)
    except Ended as ended:
        answer = render(request, "stacks/preview_ended.html", {"why": str(ended)}, status=410)
    except IsPublic as public:
        answer = HttpResponseRedirect(public.url)
    else:
        answer = _show(request, shown)
    answer.headers["Cache-Control"] = "no-store, private"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    answer.headers["Referrer-Policy"] = "no-referrer"  # whoever follows a link from here hands on nothing
    return answer


def _show(request: HttpRequest, shown: Preview) -> HttpResponse:
    around = {
        "preview": shown,
        "left_out_of_preview": left_out(shown),
        "revision": catalogue_revision(request),
        "data_licence": settings.DATA_LICENCE,
        "data_licence_url": settings.DATA_LICENCE_URL,
    }
    if isinstance(shown.page, Company):
        return render(request, company.TEMPLATE, _tell_company(request, shown) | around | {"section": "companies"})
    context = _tell_technology(request, shown) | around | {"section": "technologies"}
    return render(request, technology.TEMPLATE, context)


def _tell_company(request: HttpRequest, shown: Preview) -> dict[str, Any]:
    own: Any = shown.page
    coverage = Coverage.objects.filter(company=own)
    stack = load_stack(own, newest=load_kept_newest_edition(request), usages=foreseen_usages(shown), coverage=coverage)
    moves = load_moves(foreseen_migrations(shown).for_display().order_by("-added"))
    context = company.tell_company(own, stack, moves, stack.placed, AUTO)
    return context | {"contents": company.list_contents(own, stack, context)}


def _tell_technology(request: HttpRequest, shown: Preview) -> dict[str, Any]:
    usages = foreseen_usages(shown)
    told = usages.for_display().order_by("company__sort_key", "company__slug", "added")
    users, planned, past = told.current()[:MOST], list(told.planned()[: MOST + 1]), list(told.past()[: MOST + 1])
    own: Any = shown.page
    spread = load_spread(usages, load_kept_newest_edition(request))
    own.companies_count = spread.adoption.users
    return technology.tell_technology(request, own, users, spread, planned, past, foreseen_migrations(shown))
