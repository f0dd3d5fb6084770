from django.db import ProgrammingError, migrations, transaction

# Substring search on names: a trigram index where the server has pg_trgm; SQLite is fast enough by LIKE.
TABLES = ("stacks_technology", "stacks_company")


def add_indexes(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.fetchone() is None:
            return
        try:
            with transaction.atomic():
                cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except ProgrammingError as error:
            # A role that may not create extensions can do without: search is slower, and right all the same.
            print(f"\n  Search goes without pg_trgm ({str(error).splitlines()[0]}); docs/operating.md tells how to add it.")
            return
        for table in TABLES:
            cursor.execute(f"CREATE INDEX {table}_trigrams ON {table} USING gin (search_text gin_trgm_ops)")


def drop_indexes(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        with schema_editor.connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"DROP INDEX IF EXISTS {table}_trigrams")


class Migration(migrations.Migration):
    dependencies = [("stacks", "0001_initial")]

    operations = [migrations.RunPython(add_indexes, drop_indexes)]
