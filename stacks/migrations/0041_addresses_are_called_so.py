from django.db import migrations, models

from stacks.models.fields import WebField

_ADDRESS = {"help_text": "As the page itself has it.", "verbose_name": "address"}
_COPY = {"help_text": "If there is one.", "verbose_name": "address of a stored copy"}


class Migration(migrations.Migration):
    """Changes no table."""

    dependencies = [("stacks", "0040_substrings_of_names")]

    operations = [
        migrations.AlterField("historicalsource", "archive_url", WebField(blank=True, **_COPY)),
        migrations.AlterField("historicalsource", "url", WebField(blank=True, **_ADDRESS)),
        migrations.AlterField("importbatch", "url", models.CharField("address", blank=True, max_length=500)),
        migrations.AlterField("source", "archive_url", WebField(blank=True, **_COPY)),
        migrations.AlterField("source", "url", WebField(blank=True, **_ADDRESS)),
        migrations.AlterField("watchededition", "url", models.CharField("address", max_length=500)),
    ]
