"""What curators decided about the words of a text: for one import, and for those to come. Nothing of it is public."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .catalogue import Category, Technology
from .companies import Company
from .evidence import Source
from .imports import ImportBatch


class ImportChoice(models.Model):
    """What was decided about one line of an import, a section or the whole file, as soon as it was.

    `key` says which (`stacks.importers.decisions`), by its words and not by its number: a line more above it changes
    nothing. `values` holds only what was said otherwise than it was read.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="choices")
    key = models.CharField(max_length=40)
    values = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["batch", "key"], name="one_choice_per_line")]

    def __str__(self):
        return self.key


class Verdict(models.TextChoices):
    IS = "is", "Means this technology"
    IS_NOT = "is_not", "Does not mean it"
    NEVER = "never", "Never a technology"


class ImportDecision(models.Model):
    """Words that a curator has decided about, for the texts of one company or of one source.

    It holds for lines that are read as a `kind_read` again, and its `stage` in place of `stage_read` alone. One that
    was ended is kept.
    """

    company = models.ForeignKey(
        Company, null=True, blank=True, on_delete=models.CASCADE, related_name="import_decisions"
    )
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.CASCADE, related_name="import_decisions")
    words = models.CharField(max_length=200, help_text="As the text has them.")
    key = models.CharField(max_length=200)
    verdict = models.CharField(max_length=6, choices=Verdict)
    technology = models.ForeignKey(Technology, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    kind_read = models.CharField(max_length=9, blank=True)
    stage_read = models.CharField(max_length=8, blank=True)
    stage = models.CharField(max_length=8, blank=True)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.SET_NULL, related_name="decisions")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("change", "view")
        verbose_name = "import decision"
        constraints = [
            models.CheckConstraint(
                condition=Q(company__isnull=False, source__isnull=True) | Q(company__isnull=True, source__isnull=False),
                name="decision_is_for_a_company_or_a_source",
                violation_error_message="A decision holds for one company or for one source.",
            ),
            *(
                models.UniqueConstraint(
                    fields=[owner, "key", "kind_read"],
                    condition=Q(ended_at__isnull=True),
                    name=f"one_decision_per_{owner}",
                    violation_error_message="These words are decided already.",
                )
                for owner in ("company", "source")
            ),
        ]

    def __str__(self):
        return f"“{self.words}” at {self.company or self.source}"
