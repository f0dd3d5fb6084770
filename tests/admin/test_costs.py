"""What a save asks of the database: the lock of the feed is held meanwhile."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stacks.models import Usage
from tests.admin.doors import admin_url, form_data
from tests.factories import make_evidence, make_usage

pytestmark = pytest.mark.django_db

MOST, MOST_MORE = 68, 9  # with one piece of evidence, and with each that is on the form besides


@pytest.mark.parametrize("more", [0, 2])
def test_a_saved_usage_asks_for_what_it_shows_once(log_in, more):
    usage = make_usage()
    for _ in range(more):
        make_evidence(usage=usage)
    reviewer, address = log_in("reviewer"), admin_url(usage, "change")
    data = form_data(reviewer.get(address)) | {"purpose": "Another"}

    with CaptureQueriesContext(connection) as queries:
        reviewer.post(address, data)

    assert Usage.objects.get().purpose == "Another"
    assert len(queries) <= MOST + MOST_MORE * more
