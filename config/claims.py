"""What only a proxy may say about a request, dropped where no setting names a proxy that says it.

Servers believe such headers of whoever connects from this machine, and that is where most proxies sit: gunicorn takes
`SCRIPT_NAME` for the part of the path above the application and `X-Forwarded-Proto: https` for a secure connection. So
the application's own entry decides, whatever server and command started it.
"""

import ssl
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings

# Names of the environment, all of them made from headers.
_CLAIMS = {
    "HTTP_CF_CONNECTING_IP",
    "HTTP_CLIENT_IP",
    "HTTP_FORWARDED",
    "HTTP_FRONT_END_HTTPS",
    "HTTP_PATH_INFO",
    "HTTP_REMOTE_USER",
    "HTTP_SCRIPT_NAME",
    "HTTP_TRUE_CLIENT_IP",
    "HTTP_X_CLIENT_IP",
    "HTTP_X_CLUSTER_CLIENT_IP",
    "HTTP_X_HTTP_METHOD_OVERRIDE",
    "HTTP_X_ORIGINAL_URL",
    "HTTP_X_REAL_IP",
    "HTTP_X_REWRITE_URL",
    "HTTP_X_SCHEME",
    "HTTP_X_SCRIPT_NAME",
    "HTTP_X_URL_SCHEME",
}
_PREFIX = "HTTP_X_FORWARDED_"


def drop_claims(environ: dict[str, Any]) -> None:
    """Leave in the environment what the connection itself tells, and the headers that settings believe."""
    claims = [name for name in environ if name.startswith(_PREFIX) or name in _CLAIMS]
    _restore_path(environ)
    if claims:
        environ["wsgi.url_scheme"] = _scheme(environ)
    for name in claims:
        if not _is_believed(name):
            del environ[name]


def _is_believed(name: str) -> bool:
    if name == "HTTP_X_FORWARDED_FOR":
        return bool(settings.TRUSTED_PROXIES)
    told_by = settings.SECURE_PROXY_SSL_HEADER
    return told_by is not None and name == told_by[0]


def _restore_path(environ: dict[str, Any]) -> None:
    """The application stands at the root: nothing that a server cut off the path stands above it."""
    if above := environ.get("SCRIPT_NAME", ""):
        environ["PATH_INFO"] = unquote_to_bytes(above).decode("latin-1") + environ.get("PATH_INFO", "")
        environ["SCRIPT_NAME"] = ""


def _scheme(environ: dict[str, Any]) -> str:
    """As the connection has it: a server may have taken it from the headers that are about to go."""
    encrypted = isinstance(environ.get("gunicorn.socket"), ssl.SSLSocket) or environ.get("HTTPS", "") in {"on", "1"}
    return "https" if encrypted else "http"
