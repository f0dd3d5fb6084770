"""The secrets of webhooks are sealed with SECRET_KEY where they lie; receivers notice nothing. Back again, they lie open."""

from django.db import migrations

from stacks.models.webhooks import open_secret, seal_secret


def seal(apps, schema_editor):
    rewrite(apps, schema_editor, lambda kept: seal_secret(open_secret(kept)))


def open_again(apps, schema_editor):
    rewrite(apps, schema_editor, open_secret)


def rewrite(apps, schema_editor, change):
    webhooks = apps.get_model("stacks", "Webhook").objects.using(schema_editor.connection.alias)
    for webhook in webhooks.order_by("pk"):
        webhook.secret = change(webhook.secret)
        webhook.former_secret = webhook.former_secret and change(webhook.former_secret)
        webhook.save(update_fields=["secret", "former_secret"])


class Migration(migrations.Migration):
    dependencies = [("stacks", "0034_sealed_second_factors")]

    operations = [migrations.RunPython(seal, open_again)]
