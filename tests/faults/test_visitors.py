"""Visitors who are slow, silent, or do not hang up."""

import contextlib
import socket

import pytest

from tests.running.conftest import SECONDS

pytestmark = pytest.mark.running

MANY = 24  # several times as many as there are threads
HEAD = b"GET /companies/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"


def knock(server, said, **options):
    wire = socket.create_connection(("127.0.0.1", server.port), timeout=SECONDS)
    for name, value in options.items():
        wire.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
    if said:
        wire.sendall(said)
    return wire


def answer_on(wire):
    """All that comes until the server hangs up."""
    parts = []
    with contextlib.suppress(OSError):
        while part := wire.recv(65536):
            parts.append(part)
    return b"".join(parts)


POST = b"POST /compare/yours/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
SLOW = {
    "say nothing": (b"", HEAD + b"\r\n"),
    "say half of what they want": (HEAD, b"\r\n"),
    "send half of a form": (POST + b"Connection: close\r\nContent-Length: 20\r\n\r\ntext=Kaf", b"ka%2CRedis"),
}


def test_who_is_slow_holds_up_nobody(serve, database, told):
    """Who asks slowly is answered in the end, or told that it took too long; who does not hang up, takes nothing."""
    with serve(DATABASE_URL=f"sqlite:///{database}") as server:
        for slow, (half, rest) in SLOW.items():
            wires = [knock(server, half) for _ in range(MANY)]
            assert [server.get("/companies/")[0] for _ in range(4)] == [200] * 4
            for wire in wires:
                wire.sendall(rest)
            assert {answer_on(wire)[:12] for wire in wires} <= {b"HTTP/1.1 200", b"HTTP/1.1 408", b""}
            told(f"{MANY} visitors {slow}", "the others are answered as ever, and they too when they go on")
            for wire in wires:
                wire.close()

        long = HEAD.replace(b"companies/", b"static/stacks/stacks.css")
        wires = [knock(server, HEAD + b"\r\n") for _ in range(MANY)]
        wires += [knock(server, long + b"\r\n", SO_RCVBUF=2048) for _ in range(MANY)]
        assert [server.get("/companies/")[0] for _ in range(4)] == [200] * 4
        told(f"{MANY} visitors do not hang up, {MANY} take nothing of the answer", "the others are answered as ever")
        for wire in wires:
            wire.close()
