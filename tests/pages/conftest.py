import pytest


@pytest.fixture(autouse=True)
def _every_page_reads_the_database(db):
    """So that no test of a page has to ask for it."""
