"""Keys of second factors are sealed with SECRET_KEY where they lie, and recovery codes become what only tells them.

Apps and codes stay good. Back again, keys are readable as before; recovery codes are gone, and made anew on the page of
the second factor.
"""

from binascii import hexlify, unhexlify

from django.db import migrations

from stacks import sealing


def seal(apps, schema_editor):
    devices = apps.get_model("otp_totp", "TOTPDevice").objects.using(schema_editor.connection.alias)
    for device in devices.order_by("pk"):
        if not sealing.is_sealed(device.key):
            device.key = sealing.seal(unhexlify(device.key), f"second factor of {device.user_id}")
            device.save(update_fields=["key"])
    tokens = apps.get_model("otp_static", "StaticToken").objects.using(schema_editor.connection.alias)
    for token in tokens.select_related("device").order_by("pk"):
        token.token = sealing.fingerprints(token.token, f"recovery codes of {token.device.user_id}")[0]
        token.save(update_fields=["token"])


def open_again(apps, schema_editor):
    devices = apps.get_model("otp_totp", "TOTPDevice").objects.using(schema_editor.connection.alias)
    for device in devices.order_by("pk"):
        if sealing.is_sealed(device.key):
            device.key = hexlify(sealing.opened(device.key, f"second factor of {device.user_id}")).decode()
            device.save(update_fields=["key"])
    apps.get_model("otp_static", "StaticToken").objects.using(schema_editor.connection.alias).all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("otp_static", "0003_add_timestamps"),
        ("otp_totp", "0003_add_timestamps"),
        ("stacks", "0033_usages_in_order_of_adding"),
    ]

    operations = [
        migrations.CreateModel(
            name="CodeApp",
            fields=[],
            options={
                "verbose_name": "app for one-time codes",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("otp_totp.totpdevice",),
        ),
        migrations.CreateModel(
            name="RecoveryCodes",
            fields=[],
            options={
                "verbose_name": "recovery codes",
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("otp_static.staticdevice",),
        ),
        migrations.RunPython(seal, open_again),
    ]
