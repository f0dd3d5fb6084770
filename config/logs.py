"""One line of the log for each thing to tell, with the zone of its time and the request that it belongs to."""

import json
import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

_request: ContextVar[str] = ContextVar("request", default="")


def number_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Each request has a number of its own, in its answer and in what is logged meanwhile; no visitor gives it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        number = secrets.token_hex(8)
        _request.set(number)
        response = get_response(request)
        response.headers["X-Request-ID"] = number
        return response

    return middleware


def number_of_request() -> str:
    """Empty outside of one."""
    return _request.get()


def with_request(record: logging.LogRecord) -> bool:
    record.request_id = number_of_request()
    return True


def without_traceback(record: logging.LogRecord) -> bool:
    """What a visitor did wrong is no fault of the program: where it happened is of no use."""
    record.exc_info = record.exc_text = None
    record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True


def only_lock_outs(record: logging.LogRecord) -> bool:
    """Of log-ins: an operator has to know who was locked out, and nobody who came in, or what somebody mistyped."""
    return record.levelno >= logging.ERROR or "Locking out" in str(record.msg)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Line(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's name)
        number = getattr(record, "request_id", "")
        return f"{_time(record)} {record.levelname} {record.name}{number and f' [{number}]'}: {record.message}"


class Json(logging.Formatter):
    """An object a line: time, level, logger, message; request and traceback where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := getattr(record, "request_id", ""):
            told["request"] = number
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
