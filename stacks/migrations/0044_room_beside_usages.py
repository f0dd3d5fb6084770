from django.db import migrations


def leave_room(apps, schema_editor):
    """A row that is written where it stands needs no new place in any index: for that there has to be room beside it.

    Of pages that are full already, as they are written anew.
    """
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE stacks_usage SET (fillfactor = 85)")


def leave_none(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE stacks_usage RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("stacks", "0043_indexes_that_nothing_asks")]

    operations = [migrations.RunPython(leave_room, leave_none)]
