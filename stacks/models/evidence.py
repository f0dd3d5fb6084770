from contextlib import suppress
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from stacks import dates
from stacks.querysets import SourceQuerySet

from .base import Curated, keep_history
from .companies import Company
from .fields import AddedField, PartialDateField, UidField, UrlKeyField, WebField, url_key
from .objections import check_objection
from .usages import Migration, Stage, Usage

QUOTE_WORDS = 25


class CanonicalUrlField(WebField):
    """Named by the first migration, and by nothing else: addresses stay as they are given."""


class SourceKind(models.TextChoices):
    ENGINEERING_BLOG = "engineering_blog", "Engineering blog"
    TALK = "talk", "Talk"
    REPOSITORY = "repository", "Repository"
    DOCS = "docs", "Documentation"
    JOB_AD = "job_ad", "Job ad"
    THIRD_PARTY_NOTES = "third_party_notes", "Third-party notes"


class CheckResult(models.TextChoices):
    REACHABLE = "reachable", "Reachable"
    MOVED = "moved", "Moved"
    GONE = "gone", "Gone"
    UNREACHABLE = "unreachable", "Unreachable"


class Source(Curated):
    """A public page, talk or repository that says something about a company's stack."""

    uid = UidField(unique=True)
    added = AddedField()
    url = WebField("address", blank=False, help_text="As the page itself has it.")
    url_key = UrlKeyField()
    title = models.CharField(max_length=300)
    publisher = models.CharField(
        max_length=120,
        blank=True,
        help_text="The organisation that published it: the company, the conference. Never a person.",
    )
    kind = models.CharField(max_length=17, choices=SourceKind)
    company = models.ForeignKey(
        Company,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="sources",
        verbose_name="own words of",
        help_text="The company that speaks here, wherever it is published. Leave empty for what others noted.",
    )
    published_on = PartialDateField(help_text="2021-06-03, 2021-06 or 2021. Leave empty when the page does not say.")
    updated_on = PartialDateField(help_text="The date of its latest edition.")
    archive_url = WebField("address of a stored copy", help_text="If there is one.")
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    check_result = models.CharField(max_length=11, choices=CheckResult, blank=True, editable=False)

    objects: ClassVar = SourceQuerySet.as_manager()
    history = keep_history(excluded_fields=["url_key", "added"])

    class Meta:
        ordering = ["publisher", "title", "uid"]
        constraints = [
            models.CheckConstraint(
                condition=Q(url__istartswith="http://") | Q(url__istartswith="https://"),
                name="source_is_on_the_web",
                violation_error_message="Give a full address that begins with http:// or https://.",
            ),
            models.UniqueConstraint(
                fields=["url_key"],
                name="one_source_per_address",
                violation_error_message="This address is a source already: use that one.",
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.publisher})" if self.publisher else self.title

    def natural_key(self):
        return (self.uid,)

    def get_absolute_url(self):
        return self.url

    def clean(self):
        super().clean()
        with suppress(ValueError):  # no address at all, as the field says
            self.url_key = url_key(self.url)

    @property
    def edition(self) -> str:
        """The date of the newest edition, empty when the page is undated."""
        return self.updated_on or self.published_on


def is_own_word(speaker: int | None, company: int, parent: int | None, parent_since: str, edition: str) -> bool:
    """Whether a citation about a company is first party: its own words, or its parent's once it belonged to it.

    `speaker` is the company whose words the source has, `parent_since` the date from which the parent owns it.
    """
    if speaker is None:
        return False
    if speaker == company:
        return True
    return speaker == parent and bool(parent_since and edition) and dates.compare(edition, parent_since) >= 0


class Stance(models.TextChoices):
    SUPPORTS = "supports", "Supports"
    CONTRADICTS = "contradicts", "Contradicts"


class Evidence(Curated):
    """Who says so: one source behind one usage, migration or company."""

    usage = models.ForeignKey(Usage, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence")
    migration = models.ForeignKey(Migration, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence")
    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="evidence")
    edition_on = PartialDateField(
        help_text="Which edition says it, when the page has had several. Otherwise leave empty."
    )
    quote = models.CharField(max_length=400, blank=True, help_text=f"Word for word, at most {QUOTE_WORDS} words.")
    locator = models.CharField(
        max_length=120, blank=True, help_text="Where on the page: a heading, a minute of the talk."
    )
    stance = models.CharField(max_length=11, choices=Stance, default=Stance.SUPPORTS)
    stage = models.CharField(
        max_length=8,
        choices=[choice for choice in Stage.choices if choice[0] != Stage.IN_USE],
        blank=True,
        help_text="How far it was when this edition was written. Leave empty when the edition says it is in use.",
    )
    technology_version = models.CharField(
        max_length=40,
        blank=True,
        verbose_name="version",
        help_text="Of the technology, as this edition tells it: “11.2”.",
    )
    accessed_on = PartialDateField(help_text="When you read it.")
    quote_found = models.BooleanField(
        null=True,
        editable=False,
        verbose_name="quote seen",
        help_text="Whether the page had it when it was last checked.",
    )
    verified_on = PartialDateField(help_text="When a second person checked it.")
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    history = keep_history()
    as_read: tuple[Any, Any] | None = None  # quote and source, as the database had them

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(
                condition=Q(usage__isnull=False, migration__isnull=True, company__isnull=True)
                | Q(usage__isnull=True, migration__isnull=False, company__isnull=True)
                | Q(usage__isnull=True, migration__isnull=True, company__isnull=False),
                name="evidence_hangs_on_one_thing",
                violation_error_message="Evidence belongs to exactly one usage, migration or company.",
            ),
            models.CheckConstraint(
                condition=Q(stage="") | Q(usage__isnull=False),
                name="evidence_stage_is_of_a_usage",
                violation_error_code="stage",
                violation_error_message="Only the evidence of a usage has a stage.",
            ),
            *(
                models.UniqueConstraint(
                    fields=[owner, "source", "edition_on", "quote", "locator"],
                    name=f"evidence_once_per_{owner}",
                    violation_error_code="quote",
                    violation_error_message="This evidence is here already: the same source, edition, quote and place.",
                )
                for owner in ("usage", "migration", "company")
            ),
        ]
        indexes = [
            # what the worklists count
            models.Index(fields=["id"], name="evidence_unverified", condition=Q(verified_on="")),
            models.Index(fields=["id"], name="evidence_misquoted", condition=Q(quote_found=False)),
        ]

    def __str__(self):
        return f"{self.source}{f', {self.edition_on}' if self.edition_on else ''}"

    @classmethod
    def from_db(cls, *args: Any, **options: Any) -> "Evidence":
        row = super().from_db(*args, **options)
        row.as_read = row.__dict__.get("quote"), row.__dict__.get("source_id")
        return row

    def after_save(self):
        super().after_save()
        self.as_read = self.quote, self.source_id

    def check_invariants(self):
        if self.as_read != (self.quote, self.source_id):
            self.quote_found = None  # of another quote, or another page, nothing has been seen
        if self._state.adding and self.stance == Stance.SUPPORTS and self.stage not in (Stage.RETIRING, Stage.RETIRED):
            owner = self.usage or self.migration
            check_objection(self, owner.company_id if owner else self.company_id)
        if len(self.quote.split()) > QUOTE_WORDS:
            raise ValidationError(
                {"quote": f"A quote has at most {QUOTE_WORDS} words; this one has {len(self.quote.split())}."}
            )

    @property
    def edition(self) -> str:
        return self.edition_on or self.source.edition

    def concerns(self):
        return [
            ("Usage", self.usage_id),
            ("Migration", self.migration_id),
            ("Company", self.company_id),
            ("Source", self.source_id),
        ]
