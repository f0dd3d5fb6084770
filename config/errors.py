"""Failures outside of any view: the API answers in its form, the pages in theirs; no door knows the other."""

from django.views import defaults
from django.views.csrf import csrf_failure as forbidden

from stacks.admin import kept
from stacks.api import errors as api


def _is_api(request):
    return request.path.startswith("/api/")


def bad_request(request, exception):
    return api.bad_request(request) if _is_api(request) else defaults.bad_request(request, exception)


def not_found(request, exception):
    return api.not_found(request) if _is_api(request) else defaults.page_not_found(request, exception)


def server_error(request):
    return api.server_error(request) if _is_api(request) else defaults.server_error(request)


def csrf_failure(request, reason=""):
    """Somebody who logged in again beside an open form sends an old token with it: what was typed comes back."""
    if kept.is_typed(request) and kept.comes_from_here(request):
        why = "You logged in again after you opened this form, so it was not saved. Nothing you typed is lost."
        return kept.way_back(request, request.get_full_path(), why, status=403)
    return forbidden(request, reason)
