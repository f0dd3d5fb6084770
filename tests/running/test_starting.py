"""What `gunicorn config.wsgi` reads, refuses and finishes."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.running.conftest import ROOT, SECONDS, environment, start_gunicorn

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
    assert "AccessLog" in said["logger_class"]
    assert int(said["limit_request_line"]) >= 100 * len("slug=&" + 60 * "a")  # as many slugs as a list takes


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
    assert not told.startswith("Refused") or said.count("\n") == 1  # a setting is told in one line


def test_a_command_on_a_database_without_tables_says_what_to_do(tmp_path):
    command = [sys.executable, "manage.py", "check_derived"]
    settings = environment(DATABASE_URL=f"sqlite:///{tmp_path}/new.sqlite3")
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stderr == "The database lacks the tables of this version: run manage.py migrate first.\n"


def test_what_is_loaded_is_no_longer_looked_through_for_garbage():
    looked = "import gc, config.wsgi; print(gc.get_freeze_count() > 10 * len(gc.get_objects()), gc.isenabled())"

    told = subprocess.run(
        [sys.executable, "-c", looked], cwd=ROOT, env=environment(), stdout=subprocess.PIPE, check=True
    )

    assert told.stdout.split() == [b"True", b"True"]


def test_a_misspelt_setting_is_told_at_the_start(serve, database):
    with serve(DATABASE_URL=f"sqlite:///{database}", ALOWED_HOSTS="localhost") as server:
        pass

    assert "ALOWED_HOSTS is no setting: is ALLOWED_HOSTS meant?" in server.said


def counted_in(master):
    """The folder that the processes of gunicorn were told; who has answered nobody yet has no file in it."""
    workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    maps = "".join(Path(f"/proc/{worker}/maps").read_text() for worker in workers)
    return re.search(r"(/\S*/stacks-\S+)/counter_\d+\.db", maps)[1]


def test_what_all_processes_count_is_told_to_who_bears_the_token(serve, database):
    token = [("Authorization", "Bearer only-for-tests-and-long"), ("Host", "10.0.0.7:8000")]
    settings = {"METRICS_TOKEN": "only-for-tests-and-long", "WEB_CONCURRENCY": "2"}
    with serve(DATABASE_URL=f"sqlite:///{database}", **settings) as server:
        etag = server.get("/companies/")[1]["ETag"]
        for _ in range(9):
            assert server.get("/companies/", [("If-None-Match", etag)])[0] == 304
        assert server.get("/metrics")[0] == 401
        status, _, text = server.get("/metrics", token)

        told = dict(line.rsplit(" ", 1) for line in text.decode().splitlines() if not line.startswith("#"))
        assert status == 200
        assert told['stacks_requests_total{method="GET",status="304",view="companies"}'] == "9.0"
        assert told['stacks_request_seconds_count{view="companies"}'] == "10.0"
        assert told['stacks_public_answers_total{how="known"}'] == "9.0"
        assert float(told['stacks_queries_total{server="default"}']) >= 10
        folder = Path(counted_in(server.process.pid))
        assert list(folder.glob("counter_*.db"))
    assert not folder.exists()


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
