import pytest


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
