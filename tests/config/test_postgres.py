"""The throw-away server of the tests, where the system has no PostgreSQL."""

import psycopg
import pytest

from tests import postgres

pytestmark = pytest.mark.running


def test_the_binaries_of_the_wheel_serve_where_the_system_has_none(monkeypatch):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "_system_binaries", lambda: None)

    with postgres.running_server() as url, psycopg.connect(url) as database:
        database.execute("CREATE EXTENSION pg_trgm")
        assert database.execute("SELECT similarity('kafka', 'kafka'), current_setting('fsync')").fetchone() == (
            1,
            "off",
        )
