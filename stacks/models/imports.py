"""What was imported, line by line: for those who curate. Nothing of it is public, and none of it moves the feed."""

from django.conf import settings
from django.db import models

from .catalogue import Technology
from .companies import Company
from .evidence import Source
from .fields import PartialDateField, UidField
from .usages import Migration, Usage


class ImportAction(models.TextChoices):
    ADD = "add", "Proposed"
    CHANGE = "change", "Change"
    END = "end", "End"
    SAID_AGAIN = "said_again", "Said again"


class ImportState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    APPLIED = "applied", "Applied"
    REFUSED = "refused", "Refused"


class ImportBatch(models.Model):
    """One import that wrote something: the text as it was given, and what it was taken for.

    `fingerprint` is the same for the same text of the same edition.
    """

    uid = UidField(unique=True)
    source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL, related_name="imports")
    company = models.ForeignKey(Company, null=True, on_delete=models.SET_NULL, related_name="imports")
    technology = models.ForeignKey(Technology, null=True, on_delete=models.SET_NULL, related_name="imports")
    format = models.CharField(max_length=20)
    text = models.TextField()
    fingerprint = models.CharField(max_length=64, db_index=True)
    edition_on = PartialDateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)
        verbose_name = "import"

    def __str__(self):
        return f"{self.company or self.technology or 'Several companies'}, {self.made_at:%Y-%m-%d}"


class ImportLine(models.Model):
    """What one line of a text became, or what waits for a decision, as what stands is never written by an import.

    For a change or an end `field`, `old` and `new` say what would be written; for what is said again `new` is the
    edition that says so, empty when it has no date.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(verbose_name="line")
    text = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True, help_text="As the text has it.")
    company = models.ForeignKey(Company, null=True, on_delete=models.SET_NULL, related_name="+")
    technology = models.ForeignKey(Technology, null=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=10, choices=ImportAction)
    usage = models.ForeignKey(Usage, null=True, on_delete=models.SET_NULL, related_name="import_lines")
    migration = models.ForeignKey(Migration, null=True, on_delete=models.SET_NULL, related_name="import_lines")
    field = models.CharField(max_length=30, blank=True)
    old = models.CharField(max_length=200, blank=True)
    new = models.CharField(max_length=200, blank=True)
    edition_on = PartialDateField()
    quote = models.CharField(max_length=400, blank=True)
    locator = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=10, blank=True)
    technology_version = models.CharField(max_length=40, blank=True, verbose_name="version")
    state = models.CharField(max_length=8, choices=ImportState, default=ImportState.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["batch", "number", "pk"]
        default_permissions = ("view",)

    def __str__(self):
        return f"line {self.number}: {self.name}"
