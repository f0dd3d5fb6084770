"""What a save asks of the database: the lock of the feed is held meanwhile."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from stacks.models import Evidence, Source, Technology, Usage
from tests.admin.doors import admin_url, form_data
from tests.factories import make_evidence, make_usage

pytestmark = pytest.mark.django_db

# the session, the account, what it may do, the mark; the usage, its evidence, the objections;
# a savepoint, the lock, the mark once more; the usage before, what is written of it, its history, the log of the admin;
# the usage after, the feed, the counter, the moments of the company and of the usage, the savepoint's end
QUERIES = 20


def save(client, usage, **typed):
    address = admin_url(usage, "change")
    data = form_data(client.get(address)) | typed
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(address, data)
    assert answer.status_code == 302
    return queries


@pytest.mark.both_databases
@pytest.mark.parametrize("more", [0, 2])
def test_a_saved_usage_asks_for_what_it_shows_once(log_in, more):
    usage = make_usage()
    for _ in range(more):
        make_evidence(usage=usage)

    queries = save(log_in("reviewer"), usage, purpose="Another")

    assert Usage.objects.get().purpose == "Another"
    assert len(queries) <= QUERIES


@pytest.mark.parametrize("door", ["changes the usage", "adds evidence", "changes its technology", "changes its source"])
def test_what_somebody_wrote_after_the_form_was_read_is_seen_under_the_lock(log_in, door):
    """Just before the lock is taken a colleague writes; what was read before is read again."""
    usage = make_usage()
    deeds = {
        "changes the usage": lambda: Usage.objects.get().save(),
        "adds evidence": lambda: make_evidence(usage=Usage.objects.get()),
        "changes its technology": lambda: Technology.objects.get().save(),
        "changes its source": lambda: Source.objects.get().save(),
    }
    client, address = log_in("reviewer"), admin_url(usage, "change")
    data = form_data(client.get(address)) | {"purpose": "Another"}
    left = [deeds[door]]

    def write_first(execute, sql, params, many, context):
        if left and "SAVEPOINT" in sql:
            left.pop()()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(write_first), CaptureQueriesContext(connection) as queries:
        answer = client.post(address, data)

    assert not left
    read = [each for each in queries if '"version"' in each["sql"] and 'FROM "stacks_usage" INNER' in each["sql"]]
    assert len(read) >= 2
    if door == "changes the usage":
        assert "after you opened it" in answer.content.decode()
        assert Usage.objects.get().purpose != "Another"
    else:
        assert answer.status_code == 302
        assert Usage.objects.get().purpose == "Another"
        assert Evidence.objects.count() == (2 if door == "adds evidence" else 1)
