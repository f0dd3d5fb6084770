from django.db import migrations, models

from stacks.migrations._unlocked import ReplaceIndex


def index(name: str, *fields: str) -> ReplaceIndex:
    return ReplaceIndex(model_name="usage", index=models.Index(fields=fields, name=name))


class Migration(migrations.Migration):
    """An index that depends on `visible` is written for each usage of a technology that is retracted."""

    atomic = False

    dependencies = [("stacks", "0041_addresses_are_called_so")]

    operations = [
        index("usage_of_technology", "technology", "company", "uid"),
        index("usage_in_category", "category", "technology", "company", "uid"),
        index("usage_companies_of_category", "category", "company", "ended", "stage"),
        index("usage_added_of_technology", "technology", "added"),
        index("usage_added_in_category", "category", "added"),
        index("usage_by_update", "updated_at", "uid"),
        index("usage_updated_of_technology", "technology", "updated_at"),
        index("usage_updated_in_category", "category", "updated_at"),
        index("usage_by_last_said", "last_said", "uid"),
    ]
