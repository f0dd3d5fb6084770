from typing import ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from stacks.querysets import SourceQuerySet

from .base import Curated
from .companies import Company
from .fields import PartialDateField, UidField, WebField
from .usages import Migration, Usage

QUOTE_WORDS = 25
_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")


def canonical_url(url: str) -> str:
    """One spelling per page: lower-case host, no default port, fragment or tracking parameter, at least `/` as path."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    if parts.port and parts.port != {"http": 80, "https": 443}.get(parts.scheme.lower()):
        host = f"{host}:{parts.port}"
    query = urlencode(
        [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not pair[0].startswith(_TRACKING)]
    )
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", query, ""))


class CanonicalUrlField(WebField):
    """A web address, brought to its canonical spelling whenever it is cleaned or saved."""

    def to_python(self, value):
        value = super().to_python(value)
        try:
            return canonical_url(value) if value else value
        except ValueError as error:
            raise ValidationError(
                "Give a full address that begins with http:// or https://.", code="invalid"
            ) from error

    def pre_save(self, model_instance, add):
        value = self.to_python(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, value)
        return value


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
    url = CanonicalUrlField(
        unique=True, blank=False, error_messages={"unique": "This address is a source already: use that one."}
    )
    title = models.CharField(max_length=300)
    publisher = models.CharField(
        max_length=120, blank=True, help_text="Who published it: the company, the conference, the author."
    )
    kind = models.CharField(max_length=17, choices=SourceKind)
    first_party = models.BooleanField(
        default=False, verbose_name="first party", help_text="The company itself says it."
    )
    published_on = PartialDateField(help_text="2021-06-03, 2021-06 or 2021. Leave empty when the page does not say.")
    updated_on = PartialDateField(help_text="The date of its latest edition.")
    archive_url = WebField(help_text="A stored copy, if there is one.")
    checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    check_result = models.CharField(max_length=11, choices=CheckResult, blank=True, editable=False)

    objects: ClassVar = SourceQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ["publisher", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(url__startswith="http://") | Q(url__startswith="https://"),
                name="source_is_on_the_web",
                violation_error_message="Give a full address that begins with http:// or https://.",
            ),
        ]

    def __str__(self):
        return f"{self.title} ({self.publisher})" if self.publisher else self.title

    def natural_key(self):
        return (self.uid,)

    def get_absolute_url(self):
        return self.url

    @property
    def edition(self) -> str:
        """The date of the newest edition, empty when the page is undated."""
        return self.updated_on or self.published_on


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
    accessed_on = PartialDateField(help_text="When you read it.")
    verified_on = PartialDateField(help_text="When a second person checked it.")

    history = HistoricalRecords()

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
        ]

    def __str__(self):
        return f"{self.source}{f', {self.edition_on}' if self.edition_on else ''}"

    def check_invariants(self):
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
