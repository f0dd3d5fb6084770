"""The models as the migrations see them, put together once: that takes longer than what most of these tests do."""

from functools import cache

import pytest


@pytest.fixture(scope="session")
def models_then(django_db_setup, django_db_blocker):
    """The models as they were after the named migration of ours, or as they are after the newest."""
    from django.db import connection

    from development.upgrades import OneByOne

    with django_db_blocker.unblock():
        loader = OneByOne(connection)

    return cache(lambda name=None: loader.project_state(("stacks", name) if name else None).apps)
