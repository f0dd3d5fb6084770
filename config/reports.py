"""Errors to a Sentry of one's own (SENTRY_DSN): what broke and where in the code, and nothing that anybody typed or is.

A message of an error may hold a row of the database or what a visitor asked, so it is not sent: the number of the
request is, by which it is found in the log.
"""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration

from config.logs import number_of_request

_OF_EVENT = ("event_id", "timestamp", "platform", "level", "logger", "sdk")
_OF_FRAME = ("filename", "module", "function", "lineno", "pre_context", "context_line", "post_context", "in_app")


def begin(dsn: str, **options: Any) -> None:
    """What is logged as an error is reported from now on, and what ends a command."""
    sentry_sdk.init(
        dsn,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, sentry_logs_level=None),
            ExcepthookIntegration(),
            DedupeIntegration(),
            AtexitIntegration(callback=lambda pending, timeout: None),
        ],
        before_send=only_what_is_known,
        auto_session_tracking=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        send_client_reports=False,
        **options,
    )


def only_what_is_known(event: Any, hint: Any) -> Any:
    from stacks.conditional import code_version  # it needs the application, which is not there when this is set up

    told = {name: event[name] for name in _OF_EVENT if name in event}
    told["release"] = code_version()[:12]
    tags = {"request": number_of_request()}
    if record := hint.get("log_record"):
        told["message"] = record.msg if isinstance(record.msg, str) else record.name
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        tags["view"] = match.view_name if match else ""
    told["tags"] = {name: value for name, value in tags.items() if value}
    errors = event.get("exception", {}).get("values", [])
    if errors:
        told["exception"] = {"values": [_where(error) for error in errors]}
    return told


def _where(error: dict[str, Any]) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames", [])
    return {
        "type": error.get("type"),
        "module": error.get("module"),
        "stacktrace": {"frames": [{name: frame[name] for name in _OF_FRAME if name in frame} for frame in frames]},
    }
