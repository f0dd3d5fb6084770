"""The second factor of an account: one app (TOTP), and recovery codes that are good once."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django_otp import devices_for_user
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

_CODES = 10


def has_second_factor(user: Any) -> bool:
    known = getattr(user, "has_second_factor", None)
    return known if known is not None else any(devices_for_user(user))


def set_up(user: Any, key: str, step: int) -> tuple[TOTPDevice, list[str]]:
    """One app for each account, with new recovery codes: the app before gives no codes any more.

    `step` is that of the code which proved the key: no code is good twice.
    """
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        device = TOTPDevice.objects.create(user=user, name="App", key=key, confirmed=True, last_t=step)
        return device, new_codes(user)


def new_codes(user: Any) -> list[str]:
    """Recovery codes in place of those before; each is good once."""
    with transaction.atomic():
        device, _ = StaticDevice.objects.get_or_create(user=user, defaults={"name": "Recovery codes"})
        device.token_set.all().delete()
        codes = [StaticToken.random_token() for _ in range(_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def seconds_to_wait(user: Any) -> int:
    """Until a code of this account is looked at again; as its devices say."""
    longest = 0.0
    for device in devices_for_user(user):
        allowed, why = device.verify_is_allowed()
        if not allowed and why and (until := why.get("locked_until")):
            longest = max(longest, (until - timezone.now()).total_seconds())
    return max(0, round(longest + 0.5)) if longest else 0


def remove(users: Any) -> int:
    """Take the devices and recovery codes of these accounts away; how many accounts had any."""
    with transaction.atomic():
        kinds = (TOTPDevice, StaticDevice)
        had = {pk for kind in kinds for pk in kind.objects.filter(user__in=users).values_list("user", flat=True)}
        for kind in kinds:
            kind.objects.filter(user__in=had).delete()
    return len(had)
