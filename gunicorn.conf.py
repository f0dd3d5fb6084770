"""How gunicorn serves Stacks; `gunicorn config.wsgi` in this folder finds this file by itself."""

import importlib
import os
import shutil
import sys
import tempfile

MEMORY = "/dev/shm"  # noqa: S108  (what is made there has a name of its own)

REFUSED = 3


def _number(name, default, most):
    text = os.environ.get(name, "").strip() or str(default)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        sys.exit(f"Refused: {name}: Not a number from 1 to {most}.")
    return int(text)


bind = f"127.0.0.1:{_number('PORT', 8000, 65535)}"
workers = _number("WEB_CONCURRENCY", 2, 1000)
worker_class = "config.worker.GracefulWorker"
graceful_timeout = 25  # what is in flight is finished; orchestrators wait for 30 seconds
threads = 8
loglevel = "warning"
limit_request_line = 8190  # a hundred slugs, as the API takes them; proxies read as much
# - is standard output. Neither addresses of visitors nor what they search for are written down.
accesslog = os.environ.get("ACCESS_LOG", "").strip() or None
logger_class = "config.access.AccessLog"
access_log_format = (
    '{"time": "%(t)s", "request": "%({x-request-id}o)s", "method": "%(m)s", "path": "%(U)s", "status": %(s)s, '
    '"bytes": "%(B)s", "microseconds": %(D)s}'
    if os.environ.get("LOG_FORMAT") == "json"
    else "%(t)s %({x-request-id}o)s %(m)s %(U)s %(s)s %(B)s bytes %(D)s us"
)
control_socket_disable = True  # it would be opened in the home folder

# Nothing is believed here: config/claims.py decides, after the settings.
forwarder_headers = ""
secure_scheme_headers = {}


def post_worker_init(worker):
    """The first process has loaded the application; gunicorn itself is ready long before it can answer."""
    if worker.age == 1:
        print(f"Ready: {worker.sockets[0]}  (Ctrl-C ends it)", flush=True)


def _refuse_once():
    """A setting that makes no sense ends the start in one line, before each process says it. Looked at in a process of
    its own: those of the server read it anew when they are reloaded.
    """
    looking = os.fork()
    if not looking:
        status = 0
        try:
            from django.core.exceptions import ImproperlyConfigured

            try:
                importlib.import_module("config.settings")
            except ImproperlyConfigured as error:
                print(error, file=sys.stderr, flush=True)
                status = REFUSED
        finally:
            os._exit(status)
    if os.waitstatus_to_exitcode(os.waitpid(looking, 0)[1]) == REFUSED:
        sys.exit(REFUSED)


def on_starting(server):
    """Where all processes count for /metrics: in memory where there is room for that, and gone with the server."""
    _refuse_once()
    if os.environ.get("METRICS_TOKEN") and not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        folder = MEMORY if os.access(MEMORY, os.W_OK) else None
        server.counts = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="stacks-", dir=folder)


def on_exit(server):
    if folder := getattr(server, "counts", None):
        shutil.rmtree(folder, ignore_errors=True)
