"""What an assistant asks is asked of the site itself, within this process.

So an answer is what a page or the API says: its rows, its limits, its leaks, if it had any. Nothing is rendered twice.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

MOST_AT_ONCE = 4  # as many as a process of the site answers; each may hold a connection to the database
_turns = threading.BoundedSemaphore(MOST_AT_ONCE)
_REDIRECTS = (301, 302, 307, 308)


class Unanswered(Exception):
    """The message says why, and what to ask instead."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def document(self) -> dict[str, Any]:
        """What it says as JSON; nothing where it says something else."""
        if not self.headers.get("Content-Type", "").partition(";")[0].endswith("json"):
            return {}
        return json.loads(self.text)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, as limits have to know it: what the connection tells, and headers that settings may believe."""

    address: str = "127.0.0.1"
    headers: Mapping[str, str] = field(default_factory=dict)

    def ask(self, path: str, query: Mapping[str, Any]) -> Answer:
        """What the site answers, old slugs and names followed. Raises Unanswered for all but a good answer."""
        asked = f"{path}?{urlencode({name: value for name, value in query.items() if value}, doseq=True)}"
        for _ in range(4):
            answer = self._get(asked)
            if answer.status not in _REDIRECTS:
                break
            to = urlsplit(answer.headers["Location"])
            asked = f"{to.path}?{to.query}"
        if answer.status != 200:
            raise Unanswered(_problem(answer))
        return answer

    def _get(self, address: str) -> Answer:
        path, _, query = address.partition("?")
        told: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
            told["status"], told["headers"] = int(status[:3]), dict(headers)

        site: Any = _site()
        with _turns:
            response = site(self._environ(path, query), start_response)
            try:
                body = b"".join(response)
            finally:
                response.close()
        return Answer(told["status"], told["headers"], body.decode())

    def _environ(self, path: str, query: str) -> dict[str, Any]:
        site = urlsplit(settings.SITE_URL)
        port = site.port or {"https": 443}.get(site.scheme, 80)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(path.removeprefix(settings.FORCE_SCRIPT_NAME or ""), "latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": site.hostname,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": site.netloc,
            "REMOTE_ADDR": self.address,
            "wsgi.url_scheme": site.scheme,
            "wsgi.input": BytesIO(),
        }
        if key := self.headers.get("authorization"):
            environ["HTTP_AUTHORIZATION"] = key
        if settings.TRUSTED_PROXIES and (forwarded := self.headers.get("x-forwarded-for")):
            environ["HTTP_X_FORWARDED_FOR"] = forwarded
        return environ


@cache
def _site() -> WSGIHandler:
    return WSGIHandler()


def _problem(answer: Answer) -> str:
    """In words of what can be done now."""
    if answer.status == 429:
        seconds = answer.headers.get("Retry-After", "60")
        return f"Too many questions for now: ask again in {seconds} seconds, or send a key (Authorization: Bearer)."
    if answer.status >= 500:
        return "The catalogue cannot be read at the moment: ask again in a minute."
    document = answer.document
    errors = [f"{error['parameter']}: {error['message']}" for error in document.get("errors", [])]
    problem = " ".join(errors) or document.get("detail") or f"The site answered {answer.status}."
    suggestions = document.get("suggestions", [])
    return nothing_there(problem, suggestions) if answer.status == 404 or suggestions else problem


def nothing_there(problem: str, suggestions: Sequence[Mapping[str, Any]]) -> str:
    """With what may have been meant, or the way to find it."""
    if meant := [f"{row['name']} ({row['slug']})" for row in suggestions]:
        return f"{problem} Perhaps you mean: {', '.join(meant)}."
    return f"{problem} Find its name with the tool `search`."
