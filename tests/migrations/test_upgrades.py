"""Migrations since the last release run while the release before serves."""

import re

import pytest
from django.conf import settings
from django.db import connection, migrations, models
from django.db.migrations.state import ModelState, ProjectState

from development.upgrades import complaints, complaints_since
from stacks.migrations._unlocked import AddCheck, AddIndex, ReplaceIndex

# The newest migration of the last release: what comes after it is held to docs/decisions/upgrades-while-served.md.
RELEASED = "0034_sealed_second_factors"

CHECK = models.CheckConstraint(condition=models.Q(size__gt=0), name="size_is_a_size")
INDEX = models.Index(fields=["size"], name="by_size")


def things():
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=20)),
        ("note", models.CharField(max_length=20, null=True)),
        ("size", models.IntegerField(db_default=1)),
    ]
    state = ProjectState()
    state.add_model(ModelState("stacks", "Thing", fields))
    return state


def said(*operations, **attributes):
    kind = type("Migration", (migrations.Migration,), {"operations": list(operations)} | attributes)
    return "; ".join(complaints(kind("0099_x", "stacks"), things()))


def test_the_release_before_runs_on_after_all_that_came_since():
    assert complaints_since(RELEASED) == []


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("thing", "more", models.IntegerField(null=True)),
        migrations.AddField("thing", "more", models.IntegerField(default=1, db_default=1)),
        migrations.AlterField("thing", "name", models.CharField("a name", max_length=40, blank=True)),
        migrations.AlterField("thing", "name", models.TextField()),
        migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True)), ("a", models.IntegerField())]),
        migrations.RunPython(migrations.RunPython.noop),
    ],
)
def test_what_old_code_does_not_notice(operation):
    assert said(operation) == ""


@pytest.mark.parametrize(
    ("operation", "why"),
    [
        (migrations.AddField("thing", "more", models.IntegerField(default=1)), "gives it no value"),
        (migrations.AddField("thing", "more", models.IntegerField(null=True, unique=True)), "index is built"),
        (migrations.AlterField("thing", "note", models.CharField(max_length=20)), "leave it empty"),
        (migrations.AlterField("thing", "size", models.IntegerField()), "value of the database"),
        (migrations.AlterField("thing", "size", models.BigIntegerField(db_default=1)), "written anew"),
        (migrations.AlterField("thing", "name", models.CharField(max_length=10)), "written anew"),
        (migrations.RemoveField("thing", "note"), "unread for one release"),
        (migrations.RenameField("thing", "note", "remark"), "unread for one release"),
        (migrations.DeleteModel("Thing"), "unread for one release"),
        (migrations.AddIndex("thing", INDEX), "nobody writes"),
        (migrations.AddConstraint("thing", CHECK), "nobody reads"),
        (AddIndex("thing", INDEX), "atomic = False"),
        (ReplaceIndex("thing", INDEX), "atomic = False"),
        (migrations.AlterOrderWithRespectTo("thing", "name"), "nobody has thought"),
    ],
)
def test_what_breaks_old_code_or_stops_others(operation, why):
    assert why in said(operation)


def test_what_no_release_reads_any_more_may_go():
    assert said(migrations.RemoveField("thing", "note"), unread_since="1.1") == ""


def test_rows_and_tables_are_changed_apart():
    add = migrations.AddField("thing", "more", models.IntegerField(null=True))

    assert "two migrations" in said(add, migrations.RunPython(migrations.RunPython.noop))


@pytest.mark.parametrize("operation", [AddIndex("thing", INDEX), AddCheck("thing", CHECK)])
def test_an_index_and_a_check_are_made_while_others_write(operation, django_db_setup, django_db_blocker):
    before, after = things(), things()
    operation.state_forwards("stacks", after)
    with django_db_blocker.unblock(), connection.schema_editor(collect_sql=True, atomic=False) as editor:
        operation.database_forwards("stacks", editor, before, after)

    sql = " ".join(editor.collected_sql)
    on_postgresql = (
        "CREATE INDEX CONCURRENTLY" if isinstance(operation, AddIndex) else r"NOT VALID.*VALIDATE CONSTRAINT"
    )
    assert said(operation, atomic=False) == ""
    assert bool(re.search(on_postgresql, sql)) is (connection.vendor == "postgresql")
    assert operation.constraint.name in sql if isinstance(operation, AddCheck) else INDEX.name in sql


def test_an_index_serves_until_another_of_its_name_is_made(django_db_setup, django_db_blocker):
    before = things()
    before.add_index("stacks", "thing", models.Index(fields=["name"], name="by_size"))
    after = before.clone()
    operation = ReplaceIndex("thing", INDEX)
    operation.state_forwards("stacks", after)
    with django_db_blocker.unblock(), connection.schema_editor(collect_sql=True, atomic=False) as editor:
        operation.database_forwards("stacks", editor, before, after)

    told = [line for line in editor.collected_sql if "INDEX" in line]
    assert [index.fields for index in after.models["stacks", "thing"].options["indexes"]] == [["size"]]
    if connection.vendor == "postgresql":
        assert [line.split(" ", 2)[0] for line in told] == ["DROP", "CREATE", "DROP", "ALTER"]
        assert "CONCURRENTLY" in " ".join(told[:3])
    else:
        assert [line.split(" ", 2)[0] for line in told] == ["DROP", "CREATE"]
    assert said(operation, atomic=False) == ""


def test_the_docs_name_the_rules():
    text = (settings.BASE_DIR / "docs/decisions/upgrades-while-served.md").read_text()

    for word in ("db_default", "unread_since", "AddIndex", "AddCheck", "atomic = False"):
        assert word in text
