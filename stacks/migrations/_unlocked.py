"""Indexes and checks on tables that may be large: while they are made on PostgreSQL, everybody reads and writes on.

They need a migration with `atomic = False`, and one that holds nothing else: what broke off is then run once more. Of
`ReplaceIndex` one may hold several: what each has done it does again.
"""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class AddIndex(AddIndexConcurrently):
    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
        else:
            migrations.AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)


class ReplaceIndex(AddIndexConcurrently):
    """Another index under the name of one that is there, which serves until the other is made."""

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.remove_index(app_label, self.model_name_lower, self.index.name)
        super().state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        (index,) = (each for each in model._meta.indexes if each.name == self.index.name)
        name, other = (schema_editor.quote_name(each) for each in (index.name, f"{index.name}_other"))
        if schema_editor.connection.vendor == "postgresql":
            self._ensure_not_in_transaction(schema_editor)
            made = index.clone()
            made.name = f"{index.name}_other"
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {other}")
            schema_editor.add_index(model, made, concurrently=True)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            schema_editor.execute(f"ALTER INDEX {other} RENAME TO {name}")
        else:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")
            schema_editor.add_index(model, index)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Another index {self.index.name} on {self.model_name}"


class AddCheck(migrations.AddConstraint):
    """Holds for what is written at once, and is then proved for what is there, under a lock that lets others write."""

    constraint: models.CheckConstraint

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            table, name = (schema_editor.quote_name(each) for each in (model._meta.db_table, self.constraint.name))
            schema_editor.execute(f"{self.constraint.create_sql(model, schema_editor)} NOT VALID", params=None)
            schema_editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}", params=None)
