"""gunicorn's worker with threads, in which no visitor holds up another, stopping without a connection cut off.

gunicorn's own gives a thread to whoever knocks and lets it wait there for the request, and waits for the visitor to
hang up on the thread that all others come in by: a few who say half of what they want, or nothing, or who do not hang
up, hold the whole process. Proxies protect from that as far as each of them reads a request before it asks.
"""

import re
import socket
import time
from dataclasses import dataclass, field
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

_REQUEST_SECONDS = 20.0  # for a request to arrive, and a second more for each SLOWEST bytes that have
_SLOWEST = 10_000
_ANSWER_SECONDS = 60.0  # for a part of an answer to be taken
_FAREWELL_SECONDS = 2.0
_PART = 2**16
_LARGEST_HEAD = 2**20  # more than gunicorn takes, which then says so
_LARGEST = 8 * 2**20  # more than any form may have: the application refuses by the length that is told
_MOST_ARRIVING = 64 * 2**20  # of all requests that are on their way
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,12})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue[ \t]*\r\n", re.IGNORECASE)
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(slots=True)
class Arrival:
    """A request on its way, as far as it is here."""

    begun: float
    said: bytearray = field(default_factory=bytearray)
    length: int | None = None  # of head and body, once the head is here
    is_chunked: bool = False
    wants_a_word: bool = False  # before it sends its body

    def take(self, part: bytes) -> None:
        looked = max(0, len(self.said) - 3)
        self.said += part
        if self.length is None:
            end = self.said.find(b"\r\n\r\n", looked)
            if end >= 0:
                self._read_head(end + 4)
            elif len(self.said) > _LARGEST_HEAD:
                self.length = 0

    def _read_head(self, end: int) -> None:
        head = bytes(self.said[:end])
        self.is_chunked = bool(_CHUNKED.search(head))
        told = _LENGTH.search(head)
        body = int(told[1]) if told else 0
        self.length = end + (body if body <= _LARGEST else 0)
        self.wants_a_word = bool(_EXPECTS.search(head)) and not self.is_here

    @property
    def is_here(self) -> bool:
        if self.length is None or len(self.said) < self.length:
            return False
        return not self.is_chunked or self._has_last_chunk or len(self.said) > _LARGEST

    @property
    def _has_last_chunk(self) -> bool:
        """Of nothing, and after it a blank line; there may be fields between the two."""
        return self.said.endswith(b"\r\n\r\n") and self.said.find(b"\r\n0\r\n", (self.length or 0) - 2) >= 0

    @property
    def deadline(self) -> float:
        return self.begun + _REQUEST_SECONDS + len(self.said) / _SLOWEST


class GracefulWorker(ThreadWorker):
    """A request has a thread when all of it is here, and none once it is answered.

    Told to stop, it takes whoever knocked before that, and from then on nobody: they are refused, not cut off.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arriving: dict[Any, Arrival] = {}
        self.leaving: dict[Any, float] = {}
        self.looked_at = 0.0
        self.stopped_at: float | None = None

    # What gunicorn calls, all of it on the thread that accepts but for `handle_request`.

    def set_accept_enabled(self, enabled):
        if self.stopped_at is not None:  # its doors are closed
            return
        super().set_accept_enabled(enabled and self.alive)  # it may be told to stop before it has begun
        if not self.alive:
            self.stopped_at = time.monotonic()
            for listener in self.sockets:
                listener.setblocking(False)
                self._take_all(listener)
                listener.close()

    def enqueue_req(self, conn):
        """A connection is new, or says something after it was kept."""
        if self.cfg.is_ssl or self.cfg.http2_cleartext != "off":  # then only gunicorn can read it
            super().enqueue_req(conn)
            return
        arrival = self.arriving[conn] = Arrival(time.monotonic())
        if conn.parser is not None:
            arrival.take(conn.parser.unreader.take_buffered())
        conn.sock.setblocking(False)
        self.poller.register(conn.sock, EVENT_READ, partial(self._read, conn))
        self._read(conn)

    def handle_request(self, req, conn):
        conn.sock.settimeout(_ANSWER_SECONDS)
        try:
            return super().handle_request(req, conn)
        except TimeoutError as error:  # which gunicorn would log with a traceback
            raise BrokenPipeError from error

    def finish_request(self, conn, fs):
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            self._say_goodbye(conn)

    def murder_pending(self):
        super().murder_pending()
        now = time.monotonic()
        if now - self.looked_at < _FAREWELL_SECONDS / 4:
            return
        self.looked_at = now
        for conn, arrival in list(self.arriving.items()):
            if now > arrival.deadline or (not arrival.said and self._has_stopped_by(now)):
                self._refuse(conn)
        for conn, until in list(self.leaving.items()):
            if now > until:
                self._close(conn)

    # How a request comes in.

    def _take_all(self, listener):
        taken = -1
        while self.nr_conns != taken:  # which only this thread changes
            taken = self.nr_conns
            self.accept(listener)

    def _read(self, conn, _socket=None):
        arrival = self.arriving[conn]
        if not arrival.is_here:
            part = self._receive(conn)
            if not part:
                return
            arrival.take(part)
        if arrival.is_here:
            self._hand_over(conn, arrival)
        elif sum(len(each.said) for each in self.arriving.values()) > _MOST_ARRIVING:
            self._refuse(conn)
        elif arrival.wants_a_word:
            arrival.wants_a_word = False
            self._say(conn, b"HTTP/1.1 100 Continue\r\n\r\n")

    def _hand_over(self, conn, arrival):
        self._forget(conn)
        conn.init()
        conn.parser.unreader.unread(bytes(arrival.said))
        super().enqueue_req(conn)

    def _refuse(self, conn):
        if self.arriving[conn].said:
            self._say(conn, _TOO_SLOW)
        self._close(conn)

    def _has_stopped_by(self, now):
        return self.stopped_at is not None and now - self.stopped_at > _FAREWELL_SECONDS

    # How a visitor goes.

    def _say_goodbye(self, conn):
        """What is not read when a connection is closed would take the end of the answer along, so it is read first."""
        self.leaving[conn] = time.monotonic() + _FAREWELL_SECONDS
        try:
            conn.sock.setblocking(False)
            self.poller.register(conn.sock, EVENT_READ, partial(self._drain, conn))
            conn.sock.shutdown(socket.SHUT_WR)
        except (OSError, ValueError):
            self._close(conn)
        else:
            self._drain(conn)

    def _drain(self, conn, _socket=None):
        self._receive(conn)

    # Both ways.

    def _receive(self, conn):
        """What has come, if anything has; whoever hung up is let go."""
        try:
            said = conn.sock.recv(_PART)
        except BlockingIOError:
            return b""
        except OSError:
            said = b""
        if not said:
            self._close(conn)
        return said

    def _close(self, conn):
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()

    def _forget(self, conn):
        self.arriving.pop(conn, None)
        self.leaving.pop(conn, None)
        try:
            self.poller.unregister(conn.sock)
        except (OSError, KeyError, ValueError):  # it was closed meanwhile
            return

    def _say(self, conn, words):
        try:
            conn.sock.send(words)
        except OSError:  # whoever takes nothing is told nothing
            return
