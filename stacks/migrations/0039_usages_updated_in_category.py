from django.db import migrations, models

from stacks.migrations._unlocked import AddIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("stacks", "0038_usages_updated_of_technology")]

    operations = [
        AddIndex(
            model_name="usage",
            index=models.Index(
                fields=["category", "updated_at"], name="usage_updated_in_category", condition=models.Q(visible=True)
            ),
        ),
    ]
