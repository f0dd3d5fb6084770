"""Those who write wait for one another; those who read wait for nobody."""

import threading
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config.errors import unavailable

# Half of the threads that gunicorn.conf.py gives a process: what waits for the lock of the database waits on these.
AT_ONCE = 2
_WAIT_SECONDS = 0.5


def take_turns(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """No more than AT_ONCE posts to the admin at a time, and one that waits for its turn: a thread is left to read.

    Who gets no turn keeps what was typed and sends it again.
    """
    turns, next_turn = threading.BoundedSemaphore(AT_ONCE), threading.BoundedSemaphore(1)

    def get_turn() -> bool:
        if turns.acquire(blocking=False):
            return True
        if not next_turn.acquire(blocking=False):
            return False
        try:
            return turns.acquire(timeout=_WAIT_SECONDS)
        finally:
            next_turn.release()

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
