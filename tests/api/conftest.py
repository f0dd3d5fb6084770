import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections


@pytest.fixture(autouse=True)
def _every_answer_reads_the_database(db):
    """So that no test of the API has to ask for it."""


@pytest.fixture(autouse=True)
def _copies_are_kept_apart(settings, tmp_path):
    settings.COPIES_DIR = tmp_path / "copies"


@pytest.fixture
def get(client):
    """The document at a path below /api/v1/, with the status it must have."""

    def read(path, status=200):
        answer = client.get(f"/api/v1/{path}")
        assert answer.status_code == status, answer.content
        return answer.json()

    return read


@pytest.fixture
def one_connection(db):
    """Without Django's test client a request would close the connection, and with it the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
