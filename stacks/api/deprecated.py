"""What is to go: announced in the schema, and by headers in each answer to who asks for it, for a year at least."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

PREFIX = "/api/v1/"
_LEAST = dt.timedelta(days=365)


@dataclass(frozen=True)
class Deprecated:
    """Since when it is announced and until when it is kept; what to do in its place stands in docs/api-changes.md."""

    since: dt.date
    until: dt.date

    def __post_init__(self) -> None:
        if self.until - self.since < _LEAST:
            raise ValueError("What is to go is kept for a year from its announcement.")

    @property
    def headers(self) -> dict[str, str]:
        """RFC 9745 and RFC 8594."""
        since, until = (
            int(dt.datetime.combine(day, dt.time(), dt.UTC).timestamp()) for day in (self.since, self.until)
        )
        return {"Deprecation": f"@{since}", "Sunset": http_date(until)}


# By operation ("search_read"), or by a parameter of one ("search_read kind").
DEPRECATED: dict[str, Deprecated] = {}


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
    from stacks.api.schema import build_schema  # which tells what is to go, and so reads this module

    for told, item in build_schema()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", told), path):
            return item["get"]["operationId"]
    return ""
