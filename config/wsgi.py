"""The application's entry, for any server: it starts only where `check --deploy` finds no error."""

import gc
import logging
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.cache import close_caches
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import request_finished
from django.core.wsgi import get_wsgi_application
from django.db import connection

from config.claims import drop_claims

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# gunicorn takes this for an application that cannot be started, and does not try again.
_REFUSED = 3


def _start() -> Callable[..., Iterable[bytes]]:
    try:
        application = get_wsgi_application()
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr)
        raise SystemExit(_REFUSED) from None
    found = checks.run_checks(include_deployment_checks=True)
    for message in found:
        if message.is_serious():
            print(f"Refused: {message.msg} {message.hint or ''} ({message.id})", file=sys.stderr)
        elif str(message.id).startswith("stacks."):
            logging.getLogger("stacks").warning("%s %s (%s)", message.msg, message.hint or "", message.id)
    if any(message.is_serious() for message in found):
        raise SystemExit(_REFUSED)
    if connection.vendor == "postgresql":
        from config.postgresql.base import DatabaseWrapper  # who runs on SQLite does not wait for its driver

        DatabaseWrapper.statement_seconds = settings.STATEMENT_TIMEOUT
    # After each request Django would look for caches that have something to close: neither kind of ours has.
    request_finished.disconnect(close_caches)
    return application


def _leave_path_of_site(environ: dict[str, Any]) -> None:
    """Under a path of its host (SITE_URL) a request may come with that path in front, or without it."""
    prefix, path = settings.FORCE_SCRIPT_NAME or "", environ.get("PATH_INFO", "")
    if prefix and (path == prefix or path.startswith(f"{prefix}/")):
        environ["PATH_INFO"] = path.removeprefix(prefix) or "/"


def _start_for_good() -> Callable[..., Iterable[bytes]]:
    """What is loaded stays: nobody looks through it for garbage while visitors wait (a tenth of a second each time)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        application = _start()
        gc.collect()
        gc.freeze()
    finally:
        if was_enabled:
            gc.enable()
    return application


_django = _start_for_good()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    drop_claims(environ)
    _leave_path_of_site(environ)
    return _django(environ, start_response)
