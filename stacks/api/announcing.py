"""The headers of what is to go, in each answer to who asks for it."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from stacks.api.deprecated import DEPRECATED
from stacks.api.schema import build_schema

PREFIX = "/api/v1/"


def announce(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Around all that answers, so that a 304 and a refusal tell it too."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if DEPRECATED and request.path_info.startswith(PREFIX):
            for header, value in _headers(request).items():
                response.headers[header] = value
        return response

    return answer


def _headers(request: HttpRequest) -> dict[str, str]:
    """Of several that are to go, those of what goes first."""
    operation = _operation_at(request.path_info)
    asked = [operation, *(f"{operation} {name}" for name in request.GET)]
    found = sorted((DEPRECATED[name] for name in asked if name in DEPRECATED), key=lambda one: one.until)
    return found[0].headers if found else {}


def _operation_at(path: str) -> str:
    for told, item in build_schema()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", told), path):
            return item["get"]["operationId"]
    return ""
