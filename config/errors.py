"""Failures outside of any view: the API answers in its form, the pages in theirs; no door knows the other."""

from django.views import defaults

from stacks.api import errors as api


def _is_api(request):
    return request.path.startswith("/api/")


def bad_request(request, exception):
    return api.bad_request(request) if _is_api(request) else defaults.bad_request(request, exception)


def not_found(request, exception):
    return api.not_found(request) if _is_api(request) else defaults.page_not_found(request, exception)


def server_error(request):
    return api.server_error(request) if _is_api(request) else defaults.server_error(request)
