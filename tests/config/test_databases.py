"""What the application's own database engines add to Django's."""

import pytest
from django.db import OperationalError, connection, connections

from config.sqlite.base import DatabaseWrapper

pytestmark = pytest.mark.django_db


@pytest.mark.postgresql
def test_a_writer_waits_for_a_lock_only_so_long():
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")

        assert cursor.fetchone() == ("5s",)


@pytest.mark.postgresql
def test_a_server_that_says_nothing_is_not_waited_for_without_end(monkeypatch):
    """A statement that takes longer than one may."""
    raw = connection.connection
    assert type(raw).__name__ == "BoundedConnection"
    monkeypatch.setattr(raw, "patience", 0.2)

    with pytest.raises(OperationalError), connection.wrap_database_errors:
        raw.cursor().execute("SELECT pg_sleep(3)")

    assert raw.closed
    connection.close()


@pytest.mark.postgresql
@pytest.mark.parametrize(("seconds", "patience"), [(0, None), (20, 22)])
def test_a_statement_of_a_request_is_waited_for_a_little_longer_than_the_server_works_on_it(seconds, patience):
    raw, kept = connection.connection, connection.connection.patience
    connection.statement_seconds = seconds
    try:
        connection._configure_connection(raw)

        assert raw.execute("").pgresult is not None
        assert raw.patience == patience
        assert raw.execute("SHOW statement_timeout").fetchone() == (f"{seconds}s" if seconds else "0",)
    finally:
        del connection.statement_seconds
        connection._configure_connection(raw)
        raw.patience = kept


@pytest.fixture
def file_database(tmp_path):
    """A connection to an SQLite file beside the suite's own database."""
    options = {"transaction_mode": "IMMEDIATE", "timeout": 1, "init_command": "PRAGMA journal_mode=WAL"}
    described = connections["default"].settings_dict | {"NAME": str(tmp_path / "x.sqlite3"), "OPTIONS": options}
    made = DatabaseWrapper(described, alias="file")
    yield made
    made.close()


def write(database, name):
    with database.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {name} (a)")


def test_a_commit_leaves_nothing_in_the_log(file_database, tmp_path):
    file_database.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    write(file_database, "one")
    file_database.commit()

    assert (tmp_path / "x.sqlite3-wal").stat().st_size == 0


def test_a_connection_is_no_longer_usable_when_another_file_took_the_place(file_database, tmp_path):
    write(file_database, "one")
    file_database.close()
    file_database.connect()
    assert file_database.is_usable()

    (tmp_path / "x.sqlite3").rename(tmp_path / "old.sqlite3")
    (tmp_path / "x.sqlite3").write_bytes((tmp_path / "old.sqlite3").read_bytes())

    assert not file_database.is_usable()


def test_a_file_that_is_gone_is_not_made_anew(file_database, tmp_path):
    write(file_database, "one")
    file_database.close()
    file_database.connect()
    file_database.close()
    (tmp_path / "x.sqlite3").unlink()

    with pytest.raises(OperationalError, match="gone"):
        file_database.ensure_connection()
    assert not (tmp_path / "x.sqlite3").exists()
