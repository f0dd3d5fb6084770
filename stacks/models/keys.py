"""Keys to the API: who asks with one may ask more. Nothing of them is public, and none of them moves the feed."""

import hashlib
import secrets

from django.conf import settings
from django.db import models

_SHOWN = 12


def make_key() -> str:
    """It begins with what it is for, so that who finds one in a public place knows whom to tell."""
    return f"stacks_{secrets.token_urlsafe(24)}"


def digest_of(key: str) -> str:
    """How a key is stored. It is as random as the digest, so nothing slower protects it better."""
    return hashlib.sha256(key.encode()).hexdigest()


class ApiKey(models.Model):
    """The key itself is known to its holder alone. One that was ended is kept, so that its holder is told when."""

    name = models.CharField(
        "holder", max_length=200, help_text="Whose it is and what for: “Acme, the radar on their intranet”."
    )
    contact = models.CharField(
        max_length=200, blank=True, help_text="How to reach the holder before the key is ended; an address of mail."
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    begins = models.CharField(max_length=_SHOWN, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    made_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("add", "change", "view")
        verbose_name = "API key"

    def __str__(self):
        return f"{self.name} ({self.begins}…)"

    def set_key(self, key: str) -> None:
        self.digest, self.begins = digest_of(key), key[:_SHOWN]
