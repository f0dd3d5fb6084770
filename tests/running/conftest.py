"""Real servers on loopback ports, each with a copy of a small catalogue; whatever a test starts ends with it."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
TECHNOLOGIES = 40
SECONDS = 60  # for whatever must happen at all; the machine may be busy


_made = pytest.StashKey[Any]()


@pytest.fixture(scope="session")
def catalogue_file(request, tmp_path_factory, django_db_setup, django_db_blocker):
    """An SQLite file with two companies, forty technologies and a curator, made from the suite's own database; and the
    cookies of the curator. Made once for all folders that import this fixture.
    """
    if (found := request.config.stash.get(_made, None)) is not None:
        return found
    # pytest may load this file before Django is set up
    from stacks.curating import curating
    from tests.factories import make_company, make_technology

    file = tmp_path_factory.mktemp("running") / "catalogue.sqlite3"
    with django_db_blocker.unblock():
        make_company("Fam", usages=2)
        make_company("Zerodha", usages=1)
        with curating():
            for number in range(TECHNOLOGIES):
                make_technology(f"T{number}")
        visitor = Client()
        visitor.force_login(get_user_model().objects.create_superuser("curator", "curator@example.org", "right"))
        session = {name: morsel.value for name, morsel in visitor.cookies.items()}
        connection.ensure_connection()
        with sqlite3.connect(file) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=WAL")  # as every file that was served once
        copy.close()
        call_command("flush", verbosity=0, interactive=False)
    request.config.stash[_made] = file, session
    return file, session


@pytest.fixture
def database(catalogue_file, tmp_path):
    """A copy of the catalogue for one test."""
    copy = tmp_path / "catalogue.sqlite3"
    copy.write_bytes(catalogue_file[0].read_bytes())
    return copy


@pytest.fixture
def curator(catalogue_file):
    """The cookies of somebody who is logged in and may do all."""
    return catalogue_file[1]


class Server:
    def __init__(self, process, port):
        self.process, self.port, self.said = process, port, ""

    def get(self, path, headers=None, method="GET", body=None):
        """(status, headers, body); the pairs of `headers` are sent as they are."""
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            headers = headers or []
            has_host = any(name.lower() == "host" for name, _ in headers)
            wire.putrequest(method, path, skip_accept_encoding=True, skip_host=has_host)
            for name, value in headers:
                wire.putheader(name, value)
            if body is not None:
                wire.putheader("Content-Length", str(len(body)))
            wire.endheaders(body)
            answer = wire.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            wire.close()

    def post(self, path, fields, cookies=None):
        """A form, with a token that belongs to its cookie."""
        token = "a" * 32
        sent = {"csrftoken": token} | (cookies or {})
        headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Cookie", "; ".join(f"{name}={value}" for name, value in sent.items())),
        ]
        return self.get(path, headers, "POST", urlencode(fields | {"csrfmiddlewaretoken": token}, doseq=True).encode())

    def stop(self):
        """End it as an operator would."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.said = self.process.communicate(timeout=SECONDS)[0]
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def environment(**settings):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    ours = {
        "DATABASE_URL": "sqlite://:memory:",
        "DJANGO_SETTINGS_MODULE": "tests.running.served",
        "SECRET_KEY": "only-for-tests",
    }
    return kept | ours | settings


def start_gunicorn(*arguments, under=(), **settings):
    return subprocess.Popen(
        [*under, sys.executable, "-m", "gunicorn", *arguments, "config.wsgi"],
        cwd=ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@pytest.fixture(scope="session")
def serve():
    """`with serve(*arguments of gunicorn, **environment) as server`; one process unless told otherwise.

    `{port}` in an argument or a setting is filled in.
    """

    @contextmanager
    def serving(*arguments, **settings):
        port = free_port()
        filled = [argument.format(port=port) for argument in arguments]
        settings = {
            name: value.replace("{port}", str(port)) if isinstance(value, str) else value
            for name, value in settings.items()
        }
        process = start_gunicorn(*filled, **{"PORT": str(port), "WEB_CONCURRENCY": "1"} | settings)
        server = Server(process, port)
        try:
            _wait_for(server)
            yield server
        finally:
            server.stop()

    return serving


def _wait_for(server):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            pytest.fail(f"the server ended: {server.process.communicate()[0]}")
        try:
            server.get("/healthz")
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the server does not answer")
