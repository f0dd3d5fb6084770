from django.db import migrations


class Migration(migrations.Migration):
    """The thirty usages of a company are found by its key, all in the order of adding by the column's own index, and
    what is out of sight by the few companies and technologies that are not published."""

    dependencies = [("stacks", "0042_usages_go_and_come_past_indexes")]

    operations = [
        migrations.RemoveIndex(model_name="usage", name="usage_of_company"),
        migrations.RemoveIndex(model_name="usage", name="usage_visible"),
        migrations.RemoveIndex(model_name="usage", name="usage_out_of_sight"),
    ]
