"""What `gunicorn config.wsgi` reads, refuses and finishes."""

import os
import signal
import socket
import threading
import time

import pytest

from tests.running.conftest import SECONDS, start_gunicorn

pytestmark = pytest.mark.running

STRICT = {
    "DATABASE_URL": "sqlite://:memory:",
    "PRODUCTION": "true",
    "SECRET_KEY": "0123456789" * 6,
    "ALLOWED_HOSTS": "stacks.example.org",
    "SITE_URL": "https://stacks.example.org",
}


def test_the_configuration_in_the_root_is_found(tmp_path):
    told = start_gunicorn("--print-config", PORT="8123", DATABASE_URL=f"sqlite:///{tmp_path}/x").communicate()[0]

    said = dict(line.split("=", 1) for line in told.replace(" ", "").splitlines() if "=" in line)
    assert said["bind"] == "127.0.0.1:8123" or "127.0.0.1:8123" in said["bind"]
    assert int(said["threads"]) > 1
    assert said["worker_class"].endswith("GracefulWorker'>") or "GracefulWorker" in said["worker_class"]
    assert said["control_socket_disable"] == "True"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"SITE_URL": "http://stacks.example.org"}, "stacks.E003"),
        ({"ALLOWED_HOSTS": "*"}, "stacks.E002"),
        ({"PRODUCTION": "false"}, "stacks.E001"),
        ({"LOG_LEVEL": "loud"}, "Refused: LOG_LEVEL: "),
        ({"PORT": "http"}, "Refused: PORT: "),
        ({"WEB_CONCURRENCY": "0"}, "Refused: WEB_CONCURRENCY: "),
    ],
)
def test_gunicorn_does_not_start_where_the_checks_find_an_error(changed, told):
    process = start_gunicorn(**STRICT | {"PORT": "8123", "WEB_CONCURRENCY": "1"} | changed)

    said = process.communicate(timeout=SECONDS)[0]

    assert process.returncode not in (0, None)
    assert told in said
    assert "Traceback" not in said


def test_a_misspelt_setting_is_told_at_the_start(serve, database):
    with serve(DATABASE_URL=f"sqlite:///{database}", ALOWED_HOSTS="localhost") as server:
        pass

    assert "ALOWED_HOSTS is no setting: is ALLOWED_HOSTS meant?" in server.said


def test_what_is_in_flight_when_gunicorn_is_told_to_stop_is_finished(serve, database):
    """Twelve visitors: some half said, some asked and waiting, some just at the door."""
    answers = []

    def ask(wire):
        wire.settimeout(SECONDS)
        try:
            answers.append(wire.recv(15))
        except OSError as error:
            answers.append(error)

    with serve(DATABASE_URL=f"sqlite:///{database}") as server:
        wires = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(12)]
        for wire in wires[:4]:
            wire.sendall(b"GET /companies/ HTTP/1.1\r\n")
        time.sleep(0.3)
        for wire in wires[4:]:
            wire.sendall(b"GET /companies/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        os.kill(server.process.pid, signal.SIGTERM)
        for wire in wires[:4]:
            wire.sendall(b"Host: 127.0.0.1\r\nConnection: close\r\n\r\n")
        readers = [threading.Thread(target=ask, args=[wire]) for wire in wires]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()

    assert answers == [b"HTTP/1.1 200 OK"] * 12
    assert server.process.returncode == 0
    for wire in wires:
        wire.close()
