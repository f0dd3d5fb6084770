from django.db import migrations, models

from stacks.migrations._unlocked import AddIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("stacks", "0036_substrings_of_usages_and_sources")]

    operations = [
        AddIndex(
            model_name="company",
            index=models.Index(
                fields=["-usages_count", "sort_key", "slug"], name="company_by_usages", condition=models.Q(state="published")
            ),
        ),
    ]
