import json
import logging

import pytest
from django.http import HttpResponse
from django.urls import resolve

from config import logs, reports

TYPED, ADDRESS, SESSION, VISITOR = "what a visitor typed", "anna@example.org", "hunter2", "203.0.113.7"


@pytest.fixture
def reported():
    """What would be sent to Sentry, as text."""
    import sentry_sdk
    from sentry_sdk.transport import Transport

    sent = []

    class Kept(Transport):
        def capture_envelope(self, envelope):
            sent.extend(item.payload.json for item in envelope.items)

    reports.begin("https://key@sentry.example.org/1", transport=Kept)
    yield sent
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


def test_a_report_says_where_it_broke_and_nothing_of_anybody(reported, rf):
    headers = {"cookie": f"sessionid={SESSION}", "x-forwarded-for": VISITOR}
    request = rf.get("/companies/fam/", {"q": TYPED}, headers=headers)
    request.resolver_match = resolve("/companies/fam/")

    def broken(request):
        address = ADDRESS
        try:
            raise ValueError(f"Key (email)=({address}) is there. {request.GET['q']}")
        except ValueError:
            told = ("Internal Server Error", request.get_full_path())
            logging.getLogger("django.request").error("%s: %s", *told, exc_info=True, extra={"request": request})
        return HttpResponse(status=500)

    number = logs.number_requests(broken)(request).headers["X-Request-ID"]

    (event,) = reported
    assert event["release"]
    assert event["tags"] == {"request": number, "view": "company"}
    assert event["message"] == "%s: %s"
    (error,) = event["exception"]["values"]
    assert error["type"] == "ValueError"
    assert error["stacktrace"]["frames"][-1]["function"] == "broken"
    assert not [word for word in (TYPED, ADDRESS, SESSION, VISITOR) if word in json.dumps(event)]


def test_what_is_only_a_warning_is_not_reported(reported):
    logging.getLogger("stacks").warning("the cache fails")

    assert reported == []
