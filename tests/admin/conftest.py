"""Staff of every kind. Models are imported late: this file is loaded before the settings are chosen."""

import threading

import pytest

TELL_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (e) => window.violations.push(e.effectiveDirective));
window.addEventListener("error", (e) => window.violations.push(e.message));
"""


@pytest.fixture
def users(db):
    """Staff without any right, with the right to look, curator, reviewer, superuser."""
    from tests.staff import make_staff

    return make_staff()


@pytest.fixture
def log_in(users):
    """A client for one kind of staff, in which the CSRF token is not asked for."""
    from django.test import Client

    def logged_in(role):
        client = Client()
        client.force_login(users[role])
        return client

    return logged_in


@pytest.fixture
def open_page(chromium, live_server, users):
    """A page of the admin as the reviewer sees it, or somebody else, in a window that closes after the test."""
    from django.test import Client

    contexts = []

    def open_at(path, role="reviewer", **options):
        client = Client()
        client.force_login(users[role])
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        context = chromium.new_context(**options)
        contexts.append(context)
        context.add_cookies([cookie])
        context.add_init_script(TELL_VIOLATIONS)
        page = context.new_page()
        page.goto(live_server.url + path)
        page.wait_for_load_state("networkidle")
        return page

    yield open_at
    for context in contexts:
        context.close()
    for thread in threading.enumerate():  # of connections that the window left behind
        if "process_request_thread" in thread.name:
            thread.join(timeout=10)
