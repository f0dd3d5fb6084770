"""Those who write wait for one another; those who read wait for nobody."""

import threading
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config.errors import unavailable

# Of the eight threads that gunicorn.conf.py gives a process, those who write take six at most: two wait for the lock
# of the database, four for their turn.
AT_ONCE = 2
_WAITING = 4
_WAIT_SECONDS = 10.0


def take_turns(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """No more than AT_ONCE posts to the admin at a time, and few that wait for their turn: threads are left to read.

    Who gets no turn keeps what was typed and sends it again.
    """
    turns, waiting = threading.BoundedSemaphore(AT_ONCE), threading.BoundedSemaphore(_WAITING)

    def get_turn() -> bool:
        if turns.acquire(blocking=False):
            return True
        if not waiting.acquire(blocking=False):
            return False
        try:
            return turns.acquire(timeout=_WAIT_SECONDS)
        finally:
            waiting.release()

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS") or not request.path_info.startswith("/admin/"):
            return get_response(request)
        if not get_turn():
            return unavailable(request)
        try:
            return get_response(request)
        finally:
            turns.release()

    return middleware
