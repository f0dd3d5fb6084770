"""What is wrong with a request, as a problem document (RFC 9457), the same for every failure below /api/."""

import math
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import orjson
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response

from stacks.limits import Limit

PROBLEM_TYPE = "application/problem+json"


class BadQuery(exceptions.APIException):
    """A query string with something unknown or impossible in it; `errors` has one entry per complaint."""

    status_code = 400

    def __init__(self, errors: list[dict[str, str]]):
        super().__init__("The query string cannot be answered: see errors.")
        self.errors = errors


class NotThere(exceptions.NotFound):
    """No such public row; `suggestions` are references to what may have been meant, the best first."""

    def __init__(self, detail: str, suggestions: list[Any] | None = None):
        super().__init__(detail)
        self.suggestions = suggestions or []


def form_errors(form: forms.BaseForm, known: Iterable[str]) -> list[dict[str, str]]:
    """The complaints of a strict form as `{parameter, message}`; `known` names all that may be asked."""
    found = []
    for name, errors in form.errors.as_data().items():
        for error in errors:
            if name == NON_FIELD_ERRORS:
                message = f"There is no such parameter here. There are: {', '.join(known) or 'none'}."
                found.append({"parameter": (error.params or {})["parameter"], "message": message})
            else:
                found += [{"parameter": name, "message": str(message)} for message in error.messages]
    return found


def document(
    status: int,
    detail: str,
    path: str,
    errors: list[dict[str, str]] | None = None,
    suggestions: list[Any] | None = None,
) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": path,
        "errors": errors or [],
        "suggestions": suggestions or [],
    }


def problem_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's handler: its exceptions become problem documents, all others are a 500 of Django's."""
    if isinstance(exc, Http404):
        exc = exceptions.NotFound(*exc.args)
    if isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied(*exc.args)
    if not isinstance(exc, exceptions.APIException):
        return None
    told = (getattr(exc, name, None) for name in ("errors", "suggestions"))
    body = document(exc.status_code, str(exc.detail), context["request"].get_full_path(), *told)
    response = Response(body, status=exc.status_code, content_type=PROBLEM_TYPE)
    if wait := getattr(exc, "wait", None):
        response.headers["Retry-After"] = str(math.ceil(wait))
    return response


def problem(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """For failures outside of REST framework's views."""
    body = orjson.dumps(document(status, detail, request.get_full_path()))
    return HttpResponse(body, status=status, content_type=PROBLEM_TYPE)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(request, 400, "The request cannot be read.")


def unauthorised(request: HttpRequest, error: Exception) -> HttpResponse:
    """What was sent as a key is none."""
    response = problem(request, 401, str(error))
    response.headers["WWW-Authenticate"] = 'Bearer realm="API", error="invalid_token"'
    response.headers["Cache-Control"] = "no-store"
    return response


def too_many(request: HttpRequest, limit: Limit) -> HttpResponse:
    more = "" if limit.policy == "key" else " Who runs this site hands out free keys, with which more can be asked."
    told = f"The limit is {limit.most} questions in {limit.window} seconds: ask again in {limit.reset} seconds.{more}"
    return problem(request, 429, told)


def too_large(request: HttpRequest, most: int) -> HttpResponse:
    return problem(request, 413, f"At most {most} MB are taken. The API is only read: ask without a body.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(request, 404, "There is nothing at this address. /api/v1/ lists what there is.")


def unavailable(request: HttpRequest) -> HttpResponse:
    return problem(request, 503, "The database does not answer. Ask again in a moment.")


def server_error(request: HttpRequest) -> HttpResponse:
    return problem(request, 500, "Something is broken here; it has been logged.")
