"""The second factor of an account: one app (TOTP), and recovery codes that are good once."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from stacks.models import CodeApp, RecoveryCodes

_CODES = 10
_KINDS: tuple[Any, ...] = (CodeApp, RecoveryCodes)


def has_second_factor(user: Any) -> bool:
    known = getattr(user, "has_second_factor", None)
    return known if known is not None else any(_devices(user))


def _devices(user: Any, *, locked: bool = False) -> Iterator[Any]:
    for kind in _KINDS:
        of = kind.objects.select_for_update() if locked else kind.objects
        yield from of.filter(user=user, confirmed=True)


def match(user: Any, code: str) -> Any:
    """The device of which this is a code, which is used up by it; None where it is no code of any."""
    with transaction.atomic():  # no code is looked at twice at once
        return next((device for device in _devices(user, locked=True) if device.verify_token(code)), None)


def is_lost(user: Any) -> bool:
    """Whether the key of the account's app cannot be read, since the site has another SECRET_KEY by now."""
    return any(not app.is_readable for app in CodeApp.objects.filter(user=user, confirmed=True))


def set_up(user: Any, key: str, step: int) -> tuple[CodeApp, list[str]]:
    """One app for each account, with new recovery codes: the app before gives no codes any more.

    `step` is that of the code which proved the key: no code is good twice.
    """
    with transaction.atomic():
        CodeApp.objects.filter(user=user).delete()
        device = CodeApp.objects.create(user=user, name="App", key=key, confirmed=True, last_t=step)
        return device, new_codes(user)


def new_codes(user: Any) -> list[str]:
    """Recovery codes in place of those before; each is good once."""
    with transaction.atomic():
        device, _ = RecoveryCodes.objects.get_or_create(user=user, defaults={"name": "Recovery codes"})
        return device.replace_all(_CODES)


def seconds_to_wait(user: Any) -> int:
    """Until a code of this account is looked at again; as its devices say."""
    longest = 0.0
    for device in _devices(user):
        allowed, why = device.verify_is_allowed()
        if not allowed and why and (until := why.get("locked_until")):
            longest = max(longest, (until - timezone.now()).total_seconds())
    return max(0, round(longest + 0.5)) if longest else 0


def remove(users: Any) -> int:
    """Take the devices and recovery codes of these accounts away; how many accounts had any."""
    with transaction.atomic():
        had = {pk for kind in _KINDS for pk in kind.objects.filter(user__in=users).values_list("user", flat=True)}
        for kind in _KINDS:
            kind.objects.filter(user__in=had).delete()
    return len(had)
