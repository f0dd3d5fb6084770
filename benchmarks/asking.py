"""A question to the WSGI application in this process."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(application: Callable[..., Any], address: str, tag: str = "") -> Answer:
    """With `tag` only for what is newer. Fails on any other answer than 200 and, with a tag, 304."""
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT_ENCODING": "gzip",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.version": (1, 0),
    } | ({"HTTP_IF_NONE_MATCH": tag} if tag else {})
    heads: list[Answer] = []

    def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> None:
        heads.append(Answer(int(status.split(maxsplit=1)[0]), dict(headers), b""))

    response = application(environ, start)
    body = b"".join(response)
    response.close()
    assert heads[0].status == (304 if tag else 200), (address, heads, body[:300])
    return Answer(heads[0].status, heads[0].headers, body)


def constant(request: Any) -> Any:
    """The floor: routing and the whole middleware, nothing else."""
    from django.http import HttpResponse

    response = HttpResponse("constant")
    response.headers["Cache-Control"] = "no-store"
    return response
