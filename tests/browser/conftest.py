"""One live server with the catalogue of `catalogue.py` for each module; no test here writes."""

import threading
from contextlib import contextmanager

import pytest
from django.core.management import call_command
from pytest_django.live_server_helper import LiveServer


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """The address of a server whose catalogue stays for the module; the database is empty again afterwards."""
    from tests.browser.catalogue import make_catalogue  # pytest may load this file before Django is set up

    with django_db_blocker.unblock():
        make_catalogue()
        server = LiveServer("127.0.0.1")
        try:
            yield server.url
        finally:
            _wait_for_requests()
            server.stop()
            call_command("flush", verbosity=0, interactive=False)


def _wait_for_requests():
    """A window that was closed leaves connections behind; their threads may not outlive the server's database."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=10)


@pytest.fixture
def visit(chromium, site):
    """A visitor's own window onto the site; at the end only an `expected` error may stand in its console."""

    @contextmanager
    def opened(**options):
        context = chromium.new_context(base_url=site, **({"viewport": {"width": 1280, "height": 900}} | options))
        context.set_default_timeout(5000)
        page = context.new_page()
        page.faults, page.expected = [], "no fault at all"
        page.on(
            "console",
            lambda told: (
                page.faults.append(f"{told.location['url']}: {told.text}")
                if told.type in {"error", "warning"}
                else None
            ),
        )
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("requestfailed", lambda request: page.faults.extend(_failed(request)))
        page.on("requestfinished", lambda request: page.faults.extend(_elsewhere(request, site)))
        try:
            yield page
            assert [fault for fault in page.faults if page.expected not in fault] == []
        finally:
            context.close()

    return opened


def _failed(request):
    """A page that is left, or typed on in, gives up whatever it still asked for: no fault, however slow the server."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.url} failed: {request.failure}"]


def _elsewhere(request, site):
    """No page asks anything of another server."""
    return [] if request.url.startswith((site, "data:")) else [f"asked {request.url}"]
