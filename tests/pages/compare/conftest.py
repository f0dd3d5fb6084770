import pytest


@pytest.fixture
def three():
    """As `make_three` says."""
    from tests.pages.compare.catalogue import make_three  # models can be imported only when Django is set up

    return make_three()
