"""Random samples of what is published, judged against the sources: how often the catalogue errs."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from .fields import UidField
from .usages import Usage

LARGEST_SAMPLE = 1000
LARGEST_SEED = 2**53  # which every tool that draws the sample again can hold


class Verdict(models.TextChoices):
    """What the sources of a usage make of it. The last two are errors."""

    RIGHT = "right", "Right: the source says so"
    WRONG = "wrong", "Wrong: the source says otherwise"
    NOT_FOUND = "not_found", "Not found: the source does not say it, or is gone"


class Audit(models.Model):
    """A sample of the published usages, drawn with `seed` from `drawn_from` of them at `revision`.

    Once it is finished its outcome is public and stays as it is.
    """

    uid = UidField(unique=True)
    release = models.CharField(
        max_length=40, unique=True, help_text="What visitors know the state of the catalogue by: “2026-11”, “1.2”."
    )
    size = models.PositiveIntegerField(
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_SAMPLE)],
        help_text="How many usages are drawn; all of them where there are fewer. Fifty tell an error rate to a few in "
        "a hundred.",
    )
    seed = models.PositiveBigIntegerField(
        blank=True,
        validators=[MaxValueValidator(LARGEST_SEED)],
        help_text="Empty: by chance. The same seed draws the same sample from the same catalogue.",
    )
    revision = models.PositiveBigIntegerField(editable=False)
    drawn_from = models.PositiveIntegerField(editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return self.release


class AuditItem(models.Model):
    """One usage of the sample. `stated` is what was published of it when it was drawn: that is judged."""

    uid = UidField(unique=True)
    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()
    usage = models.ForeignKey(Usage, null=True, on_delete=models.SET_NULL, related_name="+")
    stated = models.JSONField()

    class Meta:
        ordering = ["audit", "number"]
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=["audit", "number"], name="one_item_per_number")]

    def __str__(self):
        return f"{self.audit} {self.number}"


class AuditJudgement(models.Model):
    """What one curator found, without what others found."""

    item = models.ForeignKey(AuditItem, on_delete=models.CASCADE, related_name="judgements")
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    verdict = models.CharField(max_length=9, choices=Verdict)
    note = models.CharField(max_length=300, blank=True)
    judged_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "judged_by"], name="one_judgement_each")]

    def __str__(self):
        return f"{self.item}: {self.verdict}"
