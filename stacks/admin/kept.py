"""What was typed outlives the session, the row and the lock.

A form that cannot be saved for a reason outside of its fields is *held*: shown once more with all that was typed, and
a sentence that says why. Where it cannot be shown at once, because somebody has to log in first or the page's token is
an old one, what was typed travels on in one field of the next page and comes back as a held form. Nothing of it is kept
on the server, and nothing is saved before somebody has seen it.
"""

import json
import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, get_script_prefix, resolve

FIELD = "_kept"
_RESUMED = "Nothing is saved yet. This is what you typed: look through it, then save."
_NOT_TYPED = ("csrfmiddlewaretoken", FIELD)
_FORMS = re.compile(r"stacks_[a-z]+_(add|change|text|stack|judge_item|line|check|review|merge|together)")
_ROW_KEY = re.compile(r"(?:.+-\d+-)?(?:seen_version|opened_version|choose-.+)|.+-\d+-id")


def hold(request: Any, why: str) -> None:
    """From now on this request saves no form; the form says why."""
    request.held_because = why


def held(request: Any) -> str:
    return getattr(request, "held_because", "")


def is_typed(request: HttpRequest) -> bool:
    """Whether the request brings what somebody typed into a form of the catalogue."""
    return request.method == "POST" and _is_form(request.resolver_match)


def leads_to_a_form(address: str) -> bool:
    try:
        path = address.partition("?")[0]
        return _is_form(resolve(f"/{path.removeprefix(get_script_prefix()).lstrip('/')}"))
    except Resolver404:
        return False


def _is_form(match: Any) -> bool:
    name = match.url_name or "" if match else ""
    return match is not None and match.app_name == "admin" and bool(_FORMS.fullmatch(name))


def pack(request: HttpRequest) -> str:
    """All that was typed, in one text; what was packed before stays as it was."""
    if FIELD in request.POST:
        return request.POST[FIELD]
    return json.dumps([[name, values] for name, values in request.POST.lists() if name not in _NOT_TYPED])


def unpack(request: HttpRequest) -> None:
    """Where the request brings a packed form, that is what was posted, and the form is held."""
    if FIELD not in request.POST:
        return
    typed = QueryDict(mutable=True)
    try:
        for name, values in json.loads(request.POST[FIELD]):
            typed.setlist(str(name), [str(value) for value in values])
    except (ValueError, TypeError, RecursionError):
        typed = QueryDict(mutable=True)
    request.POST = typed  # type: ignore[assignment]
    hold(request, _RESUMED)


def as_new(typed: QueryDict) -> QueryDict:
    """The same form for a new row: without the keys and versions of rows that are no more."""
    new = typed.copy()
    for name in list(new):
        if _ROW_KEY.fullmatch(name):
            del new[name]
    return new


def comes_from_here(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this site sent the form. No other site can make it say so."""
    here = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") in {here, *settings.CSRF_TRUSTED_ORIGINS}


def way_back(request: HttpRequest, address: str, why: str, status: int = 200, *, at_once: bool = True) -> HttpResponse:
    """A page that needs no database: it says why, and leads back to the form with what was typed.

    `at_once`: where scripts run, without being asked.
    """
    context = {"address": address, "why": why, "typed": pack(request), "field": FIELD, "at_once": at_once}
    return render(request, "admin/stacks/kept.html", context, status=status)
