"""What was imported or suggested, line by line: for those who curate. Nothing of it is public or moves the feed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from stacks.querysets import ImportLineQuerySet

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
    REMOVE = "remove", "Removal"


class ImportState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    APPLIED = "applied", "Applied"
    REFUSED = "refused", "Refused"
    TAKEN_BACK = "taken_back", "Taken back"


# The format of a batch that holds what one save of a form suggested.
SUGGESTION = "suggestion"


class BatchState(models.TextChoices):
    OPEN = "open", "Open"
    WRITTEN = "written", "Written"


class ImportBatch(models.Model):
    """One text that was given, and what it was taken for: kept from then on, whether or not it was written yet.

    `fingerprint` is the same for the same text of the same edition. An open one holds what its curator said of it as it
    was said: `company_name` of a company that may be new, `url`, `title` and `publisher` of a source that may be.
    What a curator suggests with one save of a form is a batch of the format `suggestion`, without a text. `outcome` is
    what became of each line, as the last confirmation left it.
    """

    uid = UidField(unique=True)
    state = models.CharField(max_length=7, choices=BatchState, default=BatchState.WRITTEN)
    source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL, related_name="imports")
    company = models.ForeignKey(Company, null=True, on_delete=models.SET_NULL, related_name="imports")
    technology = models.ForeignKey(Technology, null=True, on_delete=models.SET_NULL, related_name="imports")
    format = models.CharField(max_length=20)
    asked_format = models.CharField(max_length=20, blank=True)
    path = models.CharField(max_length=200, blank=True)
    company_name = models.CharField(max_length=100, blank=True)
    url = models.CharField("address", max_length=500, blank=True)
    title = models.CharField(max_length=300, blank=True)
    publisher = models.CharField(max_length=120, blank=True)
    own_words = models.BooleanField(default=False)
    accessed_on = PartialDateField()
    text = models.TextField()
    outcome = models.JSONField(default=dict, blank=True)
    fingerprint = models.CharField(max_length=64, db_index=True)
    edition_on = PartialDateField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    written_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("add", "view")
        verbose_name = "import"

    def __str__(self):
        whose = self.company or self.technology or self.company_name or "Several companies"
        return f"{whose}, {self.made_at:%Y-%m-%d}"


class ImportLine(models.Model):
    """What one line of a text became, or a proposal that waits for a decision, as what stands is not overwritten.

    Written by imports and by `stacks.proposals`, which tells what each action means; a line stays for ever. It speaks
    of the row `row` of the kind `kind` (the name of its model in small letters), which may be gone. `old` and `new` are
    values as `stacks.proposals.values` writes them: of `field`; of all fields of a row that would be added or removed;
    for what is said again the edition that says so, empty when it has no date.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="lines")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    number = models.PositiveIntegerField(verbose_name="line", default=0)
    text = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True, help_text="As the text has it.")
    company = models.ForeignKey(Company, null=True, on_delete=models.SET_NULL, related_name="+")
    technology = models.ForeignKey(Technology, null=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=10, choices=ImportAction)
    kind = models.CharField(max_length=30, blank=True)
    row = models.PositiveBigIntegerField(null=True)
    usage = models.ForeignKey(Usage, null=True, on_delete=models.SET_NULL, related_name="import_lines")
    migration = models.ForeignKey(Migration, null=True, on_delete=models.SET_NULL, related_name="import_lines")
    field = models.CharField(max_length=30, blank=True)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    edition_on = PartialDateField()
    quote = models.CharField(max_length=400, blank=True)
    locator = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=10, blank=True)
    technology_version = models.CharField(max_length=40, blank=True, verbose_name="version")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, help_text="Why it was refused.")
    put_aside = models.BooleanField(default=False, help_text="Its author has seen that it was refused.")

    objects: ClassVar = ImportLineQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "number", "pk"]
        default_permissions = ("view",)
        verbose_name = "proposed change"
        indexes = [
            # what waits: by the page on which it is reviewed, by row, by author
            models.Index(fields=["company", "id"], name="line_waits_of_company", condition=Q(state="waiting")),
            models.Index(fields=["technology", "id"], name="line_waits_of_technology", condition=Q(state="waiting")),
            models.Index(fields=["kind", "row", "field"], name="line_waits_of_row", condition=Q(state="waiting")),
            models.Index(fields=["author", "id"], name="line_waits_of_author", condition=Q(state="waiting")),
            # what came back to its author
            models.Index(fields=["author", "id"], name="line_returned", condition=Q(state="refused", put_aside=False)),
        ]

    def __str__(self):
        return f"line {self.number}: {self.name}" if self.number else self.name or self.get_action_display()

    @property
    def proposer(self) -> str:
        """Who proposes it, in words. `batch` and `author` should be joined."""
        if self.author is not None:
            return str(self.author)
        return "a check of links" if self.batch.format == "check" else "an import"
