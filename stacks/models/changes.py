import secrets
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from stacks.querysets import ChangeQuerySet

from .base import Curated, State, keep_history


class Verb(models.TextChoices):
    ADDED = "added", "Added"
    CHANGED = "changed", "Changed"
    REMOVED = "removed", "Removed"
    REDIRECTED = "redirected", "Redirected"


class Change(models.Model):
    """One line of the public feed; append-only. `seq` has no gaps and the newest is the revision of the catalogue.

    `object` is the slug or uid. `payload` names the fields that changed and, for what hangs on a company, the slugs
    that place it; never values, so that a later retraction leaves nothing behind but kind and slug or uid.
    """

    seq = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=10, choices=Verb)
    kind = models.CharField(max_length=10)
    object = models.CharField(max_length=100)
    payload = models.JSONField(default=dict)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering = ["seq"]
        default_permissions = ("view",)
        indexes = [
            # what was told of one object while it was there; that it went stands in no index but that of all lines, as
            # a technology that many use goes with thousands of them
            models.Index(
                fields=["kind", "object", "seq"], name="change_of_object", condition=~models.Q(verb=Verb.REMOVED)
            ),
        ]

    def __str__(self):
        return f"{self.seq}: {self.kind} {self.object} {self.verb}"


def new_identity() -> str:
    return secrets.token_hex(8)


class Counter(models.Model):
    """The one row that every curating transaction locks first; holds the newest `seq` and the vocabulary's revision.

    `identity` tells this catalogue from every other that counts to the same numbers: what it was before a restore, too.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    identity = models.CharField(max_length=32, default=new_identity)
    revision = models.PositiveBigIntegerField(default=0)
    vocabulary_revision = models.PositiveBigIntegerField(default=0)
    audits = models.PositiveIntegerField(default=0)  # moves when what pages tell of audits does

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="there_is_one_counter")]

    def __str__(self):
        return f"revision {self.revision}"


class RedirectKind(models.TextChoices):
    COMPANY = "company", "Company"
    TECHNOLOGY = "technology", "Technology"
    CATEGORY = "category", "Category"


class Redirect(Curated):
    """An old slug and where it leads now. Chains are shortened when written, so one look-up is enough."""

    kind = models.CharField(max_length=10, choices=RedirectKind)
    old_slug = models.SlugField(max_length=100)
    new_slug = models.SlugField(max_length=100)

    history = keep_history()

    class Meta:
        ordering = ["kind", "old_slug"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "old_slug"], name="an_old_slug_leads_to_one_place"),
            models.CheckConstraint(
                condition=~models.Q(old_slug=models.F("new_slug")), name="a_redirect_leads_elsewhere"
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.old_slug} → {self.new_slug}"

    def check_invariants(self):
        """An old slug is in use nowhere and leads to a row of its kind: so there is neither chain nor circle."""
        if self.kind not in RedirectKind.values:
            raise ValidationError({"kind": "Choose a company, a technology or a category."})
        rows: Any = apps.get_model("stacks", self.kind).objects
        if self.old_slug == self.new_slug:
            raise ValidationError({"new_slug": "An old slug leads to another one."})
        told = Redirect.objects.filter(pk=self.pk, kind=self.kind, old_slug=self.old_slug).exists()
        if not told and (bearer := rows.filter(slug=self.old_slug).first()):
            raise ValidationError({"old_slug": f"“{self.old_slug}” is the address of {bearer}: it leads nowhere else."})
        if not rows.filter(slug=self.new_slug).exists():
            further = Redirect.objects.filter(kind=self.kind, old_slug=self.new_slug).exclude(pk=self.pk).first()
            hint = f" It is an old slug itself and leads to “{further.new_slug}”." if further else ""
            raise ValidationError({"new_slug": f"There is no {self.kind} “{self.new_slug}”.{hint}"})

    def clean(self):
        """What somebody leads elsewhere ends where visitors see something."""
        super().clean()
        same = {"pk": self.pk, "kind": self.kind, "new_slug": self.new_slug}
        if self.kind not in RedirectKind.values or Redirect._base_manager.filter(**same).exists():
            return
        rows: Any = apps.get_model("stacks", self.kind).objects
        target = rows.filter(slug=self.new_slug).first()
        if target is not None and getattr(target, "state", State.PUBLISHED) != State.PUBLISHED:
            raise ValidationError(
                {"new_slug": f"“{self.new_slug}” is not published: visitors would find nothing there."}
            )

    def concerns(self):
        return []
