from django.db import migrations, models

from stacks.migrations._unlocked import ReplaceIndex


class Migration(migrations.Migration):
    """What is told of one object ends where it goes: of that nobody asks by its name, and a technology that many use
    goes with thousands of such lines."""

    atomic = False

    dependencies = [("stacks", "0044_room_beside_usages")]

    operations = [
        ReplaceIndex(
            model_name="change",
            index=models.Index(
                fields=["kind", "object", "seq"],
                name="change_of_object",
                condition=models.Q(("verb", "removed"), _negated=True),
            ),
        ),
    ]
