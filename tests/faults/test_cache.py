"""Valkey or Redis goes away, falls silent or is full: it costs speed only."""

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager

import pytest

from tests.faults.outages import API, KEPT, well_again
from tests.running.conftest import SECONDS, free_port
from tests.running.relay import Relay

pytestmark = pytest.mark.running

IN_CI = os.environ.get("CI") == "true"


@contextmanager
def running_redis():
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        reason = "Redis was not found. On Debian: apt-get install --no-install-recommends redis-server"
        pytest.fail(reason, pytrace=False) if IN_CI else pytest.skip(reason)
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def ask_redis(port, command):
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port)) as wire:
                wire.sendall(f"{command}\r\n".encode())
                return wire.recv(4096).decode().strip()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_redis_costs_speed_only_and_what_it_holds_has_a_bound(serve, database, told):
    with running_redis() as port:
        ask_redis(port, "PING")
        relay = Relay(("127.0.0.1", port))
        settings = {"DATABASE_URL": f"sqlite:///{database}", "CACHE_URL": f"valkey://127.0.0.1:{relay.port}/0"}
        pages = (KEPT, "/", "/companies/fam/", "/compare/companies/fam/zerodha/", API)
        with serve(**settings, API_THROTTLE_ANON="1000/second") as server:
            first = {page: server.get(page)[2] for page in pages}
            held = ask_redis(port, "DBSIZE")
            assert int(held.removeprefix(":")) > len(pages)
            for junk in (
                "utm_source=a",
                "fbclid=b&x=1",
                "as_of=2020-01",
                "as_of=2021-02-03",
                "only=",
                "format=nothing",
            ):
                for page in pages[:-1]:
                    server.get(f"{page}?{junk}")
            # and the count of this second
            assert int(ask_redis(port, "DBSIZE").removeprefix(":")) - int(held.removeprefix(":")) <= 1

            for name, harm in (("is gone", relay.cut), ("says nothing", relay.silence)):
                harm()
                assert {page: server.get(page)[2] for page in pages} == first
                assert server.get("/readyz")[0] == 200
                assert b"cache does not answer" in server.get("/readyz")[2]
                relay.mend()
                well_again(server, KEPT)
                assert server.get("/readyz")[2] == b"ready\n"
                told(f"The cache {name}", "the same pages, more slowly; /readyz says so; well again by itself")

            ask_redis(port, "CONFIG SET maxmemory 1")
            ask_redis(port, "CONFIG SET maxmemory-policy noeviction")
            ask_redis(port, "FLUSHALL")
            assert {page: server.get(page)[2] for page in pages} == first
            assert ask_redis(port, "DBSIZE") == ":0"
            told("The cache is full and may throw nothing out", "the same pages, more slowly")
