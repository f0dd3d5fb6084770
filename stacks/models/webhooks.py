"""Addresses of others that are told what changed, and what became of each message. Nothing of it is public."""

import base64
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q

from stacks import sealing

from .fields import WebField

_MARK = "whsec_"
_SEALED_FOR = "webhooks"


def make_secret() -> str:
    """A new one as it lies in the table: sealed."""
    return sealing.seal(secrets.token_bytes(32), _SEALED_FOR)


def open_secret(kept: str) -> str:
    """As Standard Webhooks writes it; what the release before 0035 made lies there so. Raises sealing.Unopened."""
    if not sealing.is_sealed(kept):
        return kept
    return _MARK + base64.b64encode(sealing.opened(kept, _SEALED_FOR)).decode()


def seal_secret(secret: str) -> str:
    """By today's SECRET_KEY; the same secret always gives the same."""
    return sealing.seal(base64.b64decode(secret.removeprefix(_MARK)), _SEALED_FOR)


def make_message_id() -> str:
    return f"msg_{secrets.token_urlsafe(18)}"


class Webhook(models.Model):
    """Follows the feed: every line up to `after` was delivered, stands in a delivery, or was none of its business.

    `companies` and `technologies` are slugs, so that a rename leads on and a deletion never widens what is sent.
    `secret` and `former_secret` are sealed.
    """

    name = models.CharField(max_length=200, help_text="Whose it is and what for.")
    url = WebField(
        "address", blank=False, help_text="Where messages are posted to. Addresses of internal networks are refused."
    )
    kinds = models.JSONField(default=list, blank=True)
    companies = models.JSONField(default=list, blank=True)
    technologies = models.JSONField(default=list, blank=True)
    secret = models.CharField(max_length=100, default=make_secret, editable=False)
    former_secret = models.CharField(max_length=100, blank=True, editable=False)
    former_until = models.DateTimeField(null=True, editable=False)
    catalogue = models.CharField(max_length=32, editable=False)
    after = models.PositiveBigIntegerField(default=0, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    off_at = models.DateTimeField("switched off", null=True, editable=False)
    off_why = models.CharField(max_length=300, blank=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.name


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    GIVEN_UP = "given_up", "Given up"


class Message(models.TextChoices):
    CHANGED = "catalogue.changed", "Changes"
    REPLACED = "catalogue.replaced", "Another catalogue"
    TEST = "test", "Test"


class Delivery(models.Model):
    """A message: the lines of the feed after `after` up to `through`, read anew at each attempt, so that nothing is
    kept of what is withdrawn meanwhile. Its `uid` stays the same, by which a receiver knows it again.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    uid = models.CharField("message", max_length=40, unique=True, default=make_message_id)
    type = models.CharField(max_length=20, choices=Message, default=Message.CHANGED)
    catalogue = models.CharField(max_length=32)
    after = models.PositiveBigIntegerField()
    through = models.PositiveBigIntegerField()
    state = models.CharField(max_length=9, choices=DeliveryState, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField("next attempt", null=True)  # of one that waits, null: at once
    status = models.PositiveSmallIntegerField(null=True)
    told = models.CharField("what came of it", max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)
        verbose_name_plural = "deliveries"
        indexes = [
            # the one that a webhook waits for
            models.Index(fields=["webhook", "id"], name="delivery_waiting", condition=Q(state="waiting")),
        ]

    def __str__(self):
        return self.uid

    @property
    def lines(self) -> str:
        """Of the feed, the first and the last; empty for a message about none."""
        if self.through <= self.after:
            return ""
        return f"{self.after + 1} to {self.through}" if self.through > self.after + 1 else str(self.through)
