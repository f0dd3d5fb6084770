"""Failures outside of any view: the API answers in its form, the pages in theirs; no door knows the other."""

import sys

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.views import defaults
from django.views.csrf import csrf_failure as forbidden

from stacks.admin import kept
from stacks.api import errors as api
from stacks.outages import RETRY_SECONDS, is_outage

_NOT_SAVED = (
    "The catalogue takes no changes just now, so nothing is saved. Nothing you typed is lost: "
    "go back to the form in a few seconds and save it once more."
)
_LOST_RIGHT = (
    "Your account may not save this, so nothing is saved. Nothing you typed is lost: ask an administrator for the "
    "right, then go back to the form from here and save it once more."
)


def _is_api(request):
    return request.path_info.startswith("/api/")


def bad_request(request, exception):
    return api.bad_request(request) if _is_api(request) else defaults.bad_request(request, exception)


def unauthorised(request, error):
    """Whoever sends a key is a program, wherever it asks."""
    return api.unauthorised(request, error)


def too_many(request, limit):
    if _is_api(request):
        return api.too_many(request, limit)
    return render(request, "429.html", {"limit": limit, "address": request.get_full_path()}, status=429)


def too_large(request: HttpRequest) -> HttpResponse:
    most = settings.LARGEST_REQUEST // 2**20
    if _is_api(request):
        return api.too_large(request, most)
    return render(request, "413.html", {"most": most, "address": request.get_full_path()}, status=413)


def not_found(request, exception):
    if _is_api(request):
        return api.not_found(request)
    if _is_curating(request):
        said = str(exception.args[0]) if exception.args and isinstance(exception.args[0], str) else ""
        way = "It may have been deleted, or merged with another: Deleted and Merges, on the front page, tell."
        return _refused(request, 404, "Not found", said or "There is no page at this address.", way)
    return defaults.page_not_found(request, exception)


def denied(request, exception):
    """Only the admin has what is not for everybody; what was typed into one of its forms can be saved later."""
    if not _is_curating(request):
        return defaults.permission_denied(request, exception)
    if kept.is_typed(request):
        return kept.way_back(request, request.get_full_path(), _LOST_RIGHT, status=403, at_once=False)
    why = f"You are logged in as {request.user}, and this account may not do what is asked for here."
    return _refused(request, 403, "Not for your account", why, "An administrator gives accounts their roles.")


def _is_curating(request):
    return request.path_info.startswith("/admin/") and admin.site.has_permission(request)


def _refused(request, status, title, why, what_to_do):
    context = {**admin.site.each_context(request), "title": title, "why": why, "what_to_do": what_to_do}
    return render(request, "admin/stacks/refused.html", context, status=status)


def server_error(request):
    """Called while the exception is handled, so it can be asked whether the fault is ours."""
    if is_outage(sys.exc_info()[1]):
        return unavailable(request)
    return api.server_error(request) if _is_api(request) else defaults.server_error(request)


def csrf_failure(request, reason=""):
    """Somebody who logged in again beside an open form sends an old token with it: what was typed comes back."""
    if kept.is_typed(request) and kept.comes_from_here(request):
        why = "You logged in again after you opened this form, so it was not saved. Nothing you typed is lost."
        return kept.way_back(request, request.get_full_path(), why, status=403)
    if _is_curating(request):
        why = "This page was opened before you last logged in, so what you pressed was not done."
        return _refused(request, 403, "Not done", why, "Go back, load the page again, and press once more.")
    return forbidden(request, reason)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 that asks for patience, made without the database; what was typed into a form can be sent again."""
    if _is_api(request):
        response = api.unavailable(request)
    elif _is_typed(request):
        response = kept.way_back(request, request.get_full_path(), _NOT_SAVED, status=503, at_once=False)
    else:
        context = {"writes": request.method == "POST", "address": request.get_full_path()}
        response = HttpResponse(render_to_string("503.html", context), status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_typed(request: HttpRequest) -> bool:
    """Asked before any view is found, too."""
    if request.resolver_match is None:
        try:
            request.resolver_match = resolve(request.path_info)
        except Resolver404:
            return False
    return kept.is_typed(request)
