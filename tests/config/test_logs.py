import io
import json
import logging
import re

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from gunicorn.config import Config

from config import logs
from config.access import AccessLog

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


@pytest.fixture
def written():
    """What goes through a handler like that of the settings, by the name of the format."""
    stream = io.StringIO()

    def start(form):
        handler = logging.StreamHandler(stream)
        handler.addFilter(logs.with_request)
        handler.setFormatter({"line": logs.Line, "json": logs.Json}[form]())
        root = logging.getLogger()
        root.addHandler(handler)
        return root, handler, stream

    root = None
    handlers = []

    def begin(form):
        nonlocal root
        root, handler, out = start(form)
        handlers.append(handler)
        return out

    yield begin
    for handler in handlers:
        root.removeHandler(handler)


def test_each_answer_has_a_number_that_no_visitor_gives(client, db):
    first = client.get("/healthz", headers={"X-Request-ID": "mine"})["X-Request-ID"]
    second = client.get("/healthz")["X-Request-ID"]

    assert re.fullmatch(r"[0-9a-f]{16}", first)
    assert first != second


def test_a_line_tells_time_with_its_zone_and_the_request(client, db, written):
    said = written("line")

    answer = client.get("/companies/nobody/")

    assert answer.status_code == 404
    line = f"{TIME} WARNING django\\.request \\[{answer['X-Request-ID']}\\]: Not Found: /companies/nobody/\n"
    assert re.fullmatch(line, said.getvalue())


def test_json_is_an_object_a_line_with_the_traceback_inside(written):
    said = written("json")

    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("stacks").exception("It failed")

    (line,) = said.getvalue().splitlines()
    told = json.loads(line)
    assert told["message"] == "It failed"
    assert told["level"] == "ERROR"
    assert re.fullmatch(TIME, told["time"])
    assert told["traceback"].endswith("ValueError: two\nlines")


def test_a_wrong_host_is_one_line(client, db, written):
    logger = logging.getLogger("django.security.DisallowedHost")
    assert logger.filters == settings.LOGGING["loggers"]["django.security.DisallowedHost"]["filters"]
    said = written("line")

    assert client.get("/", headers={"host": "evil.example"}).status_code == 400

    assert len(said.getvalue().splitlines()) == 1
    assert "evil.example" in said.getvalue()
    assert "ERROR" not in said.getvalue()


def test_nothing_secret_or_personal_is_logged(client, db, written, settings, monkeypatch):
    """Whoever comes in or does not, asks or fails: but for who was locked out, which an operator has to know."""
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    User.objects.create_superuser("anna-known", "anna@example.org", "pass-known")
    said, level = written("line"), logging.getLogger().level
    logging.getLogger().setLevel("INFO")
    client.defaults["REMOTE_ADDR"] = "203.0.113.7"
    login = "/admin/login/"
    client.post(login, {"username": "name-typed", "password": "pass-typed"})
    client.post(login, {"username": "anna-known", "password": "pass-known"})
    session = client.session.session_key
    client.post("/admin/logout/")
    client.get("/search/?q=search-typed")
    client.get("/companies/?nothing=query-typed")
    client.get("/api/v1/usages/?nothing=query-typed", headers={"Authorization": "Bearer key-typed"})
    client.post("/compare/yours/", {"text": "stack-typed"})
    client.raise_request_exception = False
    monkeypatch.setattr("stacks.pages.yours.views.render", None)
    failed = client.post("/compare/yours/", {"text": "stack-typed"}, headers={"Cookie": "sessionid=cookie-typed"})
    told = said.getvalue()
    for _ in range(3):
        client.post(login, {"username": "locked-out", "password": "pass-typed"})
    logging.getLogger().setLevel(level)

    assert failed.status_code == 500
    assert "Traceback" in told
    for secret in ("-typed", "-known", "example.org", "203.0.113.7", session):
        assert secret not in told
    assert "locked-out" in said.getvalue()
    assert "pass-typed" not in said.getvalue()


def test_a_request_is_written_down_with_the_time_of_all_other_lines():
    assert re.fullmatch(TIME, AccessLog(Config()).now())
