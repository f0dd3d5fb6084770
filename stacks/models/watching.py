"""Sources that a curator follows, and which of their editions were read. Nothing of it is public or moves the feed."""

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .catalogue import Technology
from .companies import Company
from .evidence import Source
from .fields import PartialDateField, UidField, WebField, url_key
from .imports import ImportBatch

FEED = "feed"


class WatchFormat(models.TextChoices):
    """What a followed text is read as; empty is found out by itself."""

    FEED = FEED, "A feed: each new entry is read"
    MARKDOWN = "markdown", "Markdown: tables and lists"
    PROSE = "prose", "A story in prose"
    TECHSTACK = "techstack", "techstack.yml"
    ADOPTERS = "adopters", "ADOPTERS: who uses one technology"
    REFARCH = "refarch", "CNCF reference architecture"
    RADAR = "radar", "Technology radar"


class WatchResult(models.TextChoices):
    UNCHANGED = "unchanged", "Nothing new"
    PROPOSED = "proposed", "Proposals made"
    NOTHING = "nothing", "New text, nothing to propose"
    FAILED = "failed", "Not reached"
    UNREADABLE = "unreadable", "Cannot be read"
    OBJECTED = "objected", "Left alone: the company objects"


class Watch(models.Model):
    """A source that is asked for news; `manage.py watch` turns what is new into proposals.

    `etag`, `last_modified` and `fingerprint` are those of the text that was read last, `form` what it was read as.
    """

    uid = UidField(unique=True)
    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="watch")
    address = WebField(
        help_text="Where its text is, if not at the address of the source itself: its feed, or the raw file. "
        "Of a file on GitHub the raw text is found by itself.",
    )
    company = models.ForeignKey(
        Company,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="watches",
        verbose_name="stack of",
        help_text="The company whose stack it tells.",
    )
    technology = models.ForeignKey(
        Technology,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="watches",
        verbose_name="adopters of",
        help_text="Of an ADOPTERS list: the technology that those in it use.",
    )
    asked_format = models.CharField(
        max_length=10,
        choices=WatchFormat,
        blank=True,
        verbose_name="read it as",
        help_text="Empty: found out by itself, each time.",
    )
    every = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        verbose_name="every … days",
        help_text="How many days lie between two questions. Text that did not change costs one request.",
    )
    followed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Who is told as the author of its proposals.",
    )
    followed_at = models.DateTimeField(default=timezone.now, editable=False)
    form = models.CharField(max_length=10, blank=True, editable=False, verbose_name="was read as")
    etag = models.CharField(max_length=300, blank=True, editable=False)
    last_modified = models.CharField(max_length=60, blank=True, editable=False)
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    asked_at = models.DateTimeField(null=True, editable=False, verbose_name="last asked")
    result = models.CharField(
        max_length=10, choices=WatchResult, blank=True, editable=False, verbose_name="last result"
    )
    told = models.CharField(max_length=300, blank=True, editable=False, verbose_name="what was found")
    failures = models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="errors in a row")
    next_at = models.DateTimeField(default=timezone.now, editable=False, verbose_name="next")

    class Meta:
        ordering = ["next_at", "pk"]
        verbose_name = "followed source"
        constraints = [
            models.CheckConstraint(
                condition=~Q(company__isnull=False, technology__isnull=False),
                name="watch_is_of_one",
                violation_error_message="It tells the stack of one company, or adopters of one technology, not both.",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["next_at", "id"], name="watch_due")]

    def __str__(self):
        return str(self.source)

    def clean(self):
        super().clean()
        if self.source_id and not self.company_id and not self.technology_id:
            self.company = self.source.company
            if self.company is None:
                raise ValidationError(
                    {"company": "Say whose stack it tells, or below whose adopters: the source itself does not."}
                )
        if self.technology_id and self.asked_format == FEED:
            raise ValidationError({"asked_format": "Who uses a technology stands in a list, not in a feed."})

    @property
    def place(self) -> str:
        """Where its text is asked for."""
        return self.address or self.source.url


class WatchedEdition(models.Model):
    """One edition that a watch has read, of the source itself or of an entry of its feed, and what became of it."""

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="editions")
    url = models.CharField("address", max_length=500)
    key = models.CharField(max_length=600)
    title = models.CharField(max_length=300, blank=True)
    edition_on = PartialDateField()
    read_at = models.DateTimeField(default=timezone.now)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.SET_NULL, related_name="+")
    told = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["watch", "key"], name="edition_of_watch")]

    def __str__(self):
        return self.title or self.url

    def save(self, *args, **kwargs):
        self.key = url_key(self.url)
        super().save(*args, **kwargs)
