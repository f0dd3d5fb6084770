from django.db import migrations, models
from django.db.models import OuterRef, Subquery

import stacks.models.changes


def tell_moments(apps, schema_editor):
    """The moment of each company's revision is that of the line of the feed with this number."""
    moment = apps.get_model("stacks", "Change").objects.filter(seq=OuterRef("revision")).values("at")
    apps.get_model("stacks", "Company").objects.update(revised_at=Subquery(moment))


class Migration(migrations.Migration):
    dependencies = [("stacks", "0004_keys")]

    operations = [
        migrations.AddField(
            model_name="counter",
            name="identity",
            field=models.CharField(default=stacks.models.changes.new_identity, max_length=32),
        ),
        migrations.AddField(
            model_name="company",
            name="revised_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(tell_moments, migrations.RunPython.noop),
    ]
