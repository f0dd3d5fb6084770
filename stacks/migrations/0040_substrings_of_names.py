from django.db import migrations

from stacks import substrings


def make(apps, schema_editor):
    substrings.make_of_names(schema_editor)


def drop(apps, schema_editor):
    substrings.drop_of_names(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("stacks", "0039_usages_updated_in_category")]

    operations = [migrations.RunPython(make, drop)]
