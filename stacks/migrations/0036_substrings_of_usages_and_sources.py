from django.db import migrations

from stacks import substrings


def make(apps, schema_editor):
    substrings.make(schema_editor)


def drop(apps, schema_editor):
    substrings.drop(schema_editor)


class Migration(migrations.Migration):
    atomic = False  # everybody writes on while the indexes are made

    dependencies = [("stacks", "0035_sealed_webhooks")]

    operations = [migrations.RunPython(make, drop, atomic=False)]
