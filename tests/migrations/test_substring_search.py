"""0002: an index for search where the server may have one, and a word about it where it may not."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

MIGRATION = import_module("stacks.migrations.0002_substring_search")


def has_index():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_indexes WHERE indexname = 'stacks_company_trigrams'")
        return bool(cursor.fetchone()[0])


def test_a_role_that_may_not_create_extensions_goes_without(capsys):
    assert has_index()
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")
        cursor.execute("CREATE ROLE limited")
        cursor.execute("SET LOCAL ROLE limited")

        MIGRATION.add_indexes(None, SimpleNamespace(connection=connection))

        cursor.execute("RESET ROLE")
    assert "permission denied to create extension" in capsys.readouterr().out
    assert not has_index()
