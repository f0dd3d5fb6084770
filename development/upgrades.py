"""What a migration may do while the code of the release before still runs, and while the table is in use.

Old code names no column that it does not know, and reads all that it knows. So a column is added with a value of the
database's own, and what goes was left unread by a release before. `docs/decisions/upgrades-while-served.md` says why.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection, models
from django.db.migrations import operations as ops
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from stacks.migrations._unlocked import AddCheck, AddIndex, ReplaceIndex

_TAKES_AWAY = (ops.RemoveField, ops.DeleteModel, ops.RenameField, ops.RenameModel, ops.AlterModelTable)
_ROWS = (ops.RunPython, ops.RunSQL)
_HARMLESS = (
    ops.CreateModel,
    ops.AlterModelOptions,
    ops.AlterModelManagers,
    ops.RemoveIndex,
    ops.RemoveConstraint,
    ops.RenameIndex,
)


class OneByOne(MigrationLoader):
    """The migrations in the order in which they came, and none that stands for many of them."""

    def load_disk(self) -> None:
        super().load_disk()
        last: dict[Any, Any] = {key: each.replaces[-1] for key, each in self.disk_migrations.items() if each.replaces}
        for key in last:
            del self.disk_migrations[key]
        migrations: Any = self.disk_migrations.values()
        for migration in migrations:
            migration.dependencies = [last.get(tuple(key), key) for key in migration.dependencies]


def complaints_since(released: str) -> list[str]:
    """Of all migrations of the catalogue after that one, in their order."""
    graph = OneByOne(None).graph
    (newest,) = graph.leaf_nodes("stacks")
    line = [key for key in graph.forwards_plan(newest) if key[0] == "stacks"]
    names = [name for _, name in line]
    return [
        f"{name}: {complaint}"
        for app, name in line[names.index(released) + 1 :]
        for complaint in complaints(graph.nodes[app, name], graph.make_state((app, name), at_end=False))
    ]


def complaints(migration: Any, before: ProjectState) -> Iterator[str]:
    made: set[str] = set()
    operations = list(_flat(migration.operations))
    if migration.atomic and len({isinstance(each, _ROWS) for each in operations}) > 1:
        yield "rows are rewritten under the lock of a changed table: make that two migrations"
    for operation in operations:
        if isinstance(operation, ops.CreateModel):
            made.add(operation.name_lower)
        if getattr(operation, "model_name_lower", None) not in made:
            yield from _complaints(migration, operation, before)
        operation.state_forwards("stacks", before)


def _flat(operations: Iterable[Any]) -> Iterator[Any]:
    for operation in operations:
        if isinstance(operation, ops.SeparateDatabaseAndState):
            yield from _flat(operation.database_operations)
        else:
            yield operation


def _complaints(migration: Any, operation: Any, before: ProjectState) -> Iterator[str]:
    said = operation.describe()
    match operation:
        case ops.AddField():
            yield from (f"{said}: {why}" for why in _of_new(operation.field))
        case ops.AlterField():
            old = before.models["stacks", operation.model_name_lower].fields[operation.name]
            yield from (f"{said}: {why}" for why in _of_changed(old, operation.field))
        case AddIndex() | AddCheck():
            if migration.atomic or len(migration.operations) > 1:
                yield f"{said}: alone in its migration, with atomic = False"
        case ReplaceIndex():
            if migration.atomic or not all(isinstance(each, ReplaceIndex) for each in migration.operations):
                yield f"{said}: with nothing else in its migration, and atomic = False"
        case ops.AddIndex():
            yield f"{said}: nobody writes while it is built; take AddIndex of stacks.migrations._unlocked"
        case ops.AddConstraint():
            yield f"{said}: nobody reads while it is proved; take AddCheck of stacks.migrations._unlocked"
        case _ if isinstance(operation, _TAKES_AWAY):
            if not getattr(migration, "unread_since", ""):
                yield f"{said}: the release before reads it; leave it unread for one release, then say `unread_since`"
        case _ if not isinstance(operation, (*_ROWS, *_HARMLESS)):
            yield f"{said}: nobody has thought about whether old code runs on after it"


def _of_new(field: Any) -> Iterator[str]:
    if field.many_to_many:
        return
    if not field.null and not field.has_db_default():
        yield "the release before gives it no value; take null=True or db_default"
    if field.unique or (field.db_index and not field.is_relation):
        yield "nobody writes while its index is built; add that by itself"


def _of_changed(old: Any, new: Any) -> Iterator[str]:
    if old.null and not new.null:
        yield "the release before may still leave it empty"
    if old.has_db_default() and not new.has_db_default():
        yield "the release before may rely on the value of the database"
    if (new.unique and not old.unique) or (new.db_index and not old.db_index):
        yield "nobody writes while its index is built; add that by itself"
    if not _holds(new, old):
        yield "every row is written anew; add another column in its place"


def _holds(new: Any, old: Any) -> bool:
    """Whether all that the old column takes stands in the new one as it is."""
    if isinstance(old, models.CharField) and isinstance(new, models.CharField | models.TextField):
        return new.max_length is None or (old.max_length is not None and new.max_length >= old.max_length)
    return old.db_type(connection) == new.db_type(connection)
