from django.db import migrations, models

from stacks.migrations._unlocked import AddIndex


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("stacks", "0037_companies_by_usages")]

    operations = [
        AddIndex(
            model_name="usage",
            index=models.Index(
                fields=["technology", "updated_at"], name="usage_updated_of_technology", condition=models.Q(visible=True)
            ),
        ),
    ]
