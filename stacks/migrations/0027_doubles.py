import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import stacks.models.fields
from stacks.folding import near_key

_AT_ONCE = 2000


def fill_in(apps, schema_editor):
    for name in ("CompanyAlias", "TechnologyAlias"):
        aliases = apps.get_model("stacks", name)
        changed = []
        for row in aliases.objects.order_by("pk").only("pk", "name", "near_key").iterator(_AT_ONCE):
            row.near_key = near_key(row.name)
            changed.append(row)
            if len(changed) == _AT_ONCE:
                aliases.objects.bulk_update(changed, ["near_key"], batch_size=500)
                changed = []
        aliases.objects.bulk_update(changed, ["near_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("stacks", "0026_watches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "companyalias", "near_key", stacks.models.fields.NearKeyField(default=""), preserve_default=False
        ),
        migrations.AddField(
            "technologyalias", "near_key", stacks.models.fields.NearKeyField(default=""), preserve_default=False
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop, elidable=True),
        migrations.CreateModel(
            name="KeptApart",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("kind", models.CharField(max_length=10)),
                ("first", models.PositiveBigIntegerField()),
                ("second", models.PositiveBigIntegerField()),
                ("said_at", models.DateTimeField(auto_now_add=True)),
                (
                    "said_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "first", "second"), name="two_are_kept_apart_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="two_are_kept_apart_in_order"
                    ),
                ],
            },
        ),
    ]
