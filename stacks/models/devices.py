"""The second factor as it lies in the tables of django-otp: what would open an account is sealed."""

import logging
from binascii import unhexlify
from typing import Any

from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from stacks import sealing

log = logging.getLogger(__name__)


class CodeApp(TOTPDevice):
    """An app for one-time codes. Its key is sealed for its account whenever it is saved, by today's SECRET_KEY."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "app for one-time codes"

    @property
    def bin_key(self) -> bytes:
        """Raises sealing.Unopened."""
        if sealing.is_sealed(self.key):
            return sealing.opened(self.key, self._owner)
        return unhexlify(self.key)

    @property
    def is_readable(self) -> bool:
        try:
            return bool(self.bin_key)
        except sealing.Unopened:
            return False

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.is_readable:
            self.key = sealing.seal(self.bin_key, self._owner)
        super().save(*args, **kwargs)

    def verify_token(self, token: str) -> bool:
        if not self.is_readable:
            log.error("second factor: the key of %s cannot be read; has SECRET_KEY changed?", self.user)
            return False
        return super().verify_token(token)

    @property
    def _owner(self) -> str:
        return f"second factor of {self.user_id}"


class RecoveryCodes(StaticDevice):
    """The codes that open an account once each. Kept is what tells a code, not the code."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "recovery codes"

    def replace_all(self, number: int) -> list[str]:
        """New codes in place of those before: told here, and never again."""
        self.token_set.all().delete()
        codes = [StaticToken.random_token() for _ in range(number)]
        StaticToken.objects.bulk_create(StaticToken(device=self, token=self._kept(code)[0]) for code in codes)
        return codes

    def verify_token(self, token: str) -> bool:
        known = self.token_set.filter(token__in=self._kept(token)).values_list("token", flat=True).first()
        return super().verify_token(known or "")

    def _kept(self, code: str) -> list[str]:
        return sealing.fingerprints(code, f"recovery codes of {self.user_id}")
