from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from stacks.querysets import CompanyFactQuerySet, CompanyQuerySet

from .base import Curated, Reviewed, keep_history
from .catalogue import Identifier
from .fields import AddedField, PartialDateField, SortKeyField, WebField
from .names import CompanyAlias, check_name_is_free, keep_own_name
from .objections import check_objection
from .slugs import Addressed, check_slug_is_free


class Life(models.TextChoices):
    ACTIVE = "active", "Active"
    ACQUIRED = "acquired", "Acquired"
    ENDED = "ended", "Ended"


class Company(Addressed, Reviewed):
    """Who uses technologies; its story and lessons are Markdown in our own words."""

    name = models.CharField(max_length=100, help_text="The name people use. It is an alias by itself.")
    slug = models.SlugField(
        max_length=100,
        unique=True,
        help_text="Part of the address. When it changes, the old address leads to the new one.",
    )
    summary = models.CharField(
        max_length=300, blank=True, help_text="One or two sentences in our own words: what the company does."
    )
    website = WebField()
    engineering_blog = WebField(help_text="Where its engineers write.")
    industry = models.CharField(
        max_length=60,
        blank=True,
        help_text="One or two words, as other companies of its field have it: “Payments”. It stands under a broad one "
        "by its words (docs/curating.md).",
    )
    country = models.CharField(max_length=60, blank=True, help_text="Where it is at home, in English: “India”.")
    founded = PartialDateField(help_text="2010, 2010-06 or 2010-06-03. Leave empty when not sure.")
    life = models.CharField(
        max_length=8, choices=Life, default=Life.ACTIVE, help_text="Whether the company goes on by itself."
    )
    life_on = PartialDateField(help_text="Since when: the date of the purchase or of the end.")
    life_source = WebField(help_text="The address where the company, or somebody who keeps track, says so.")
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="children",
        help_text="The company it belongs to now. Its words count as this company's own from that date on.",
    )
    story = models.TextField(blank=True, help_text="Markdown, our own words: how its stack came to be.")
    lessons = models.TextField(blank=True, help_text="Markdown, our own words: what they say they learned.")
    sort_key = SortKeyField()
    search_text = models.TextField(blank=True, editable=False)
    usages_count = models.PositiveIntegerField(default=0, editable=False)
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    revised_at = models.DateTimeField(null=True, editable=False)  # the moment of that revision
    added = AddedField()

    objects: ClassVar = CompanyQuerySet.as_manager()
    history = keep_history(
        excluded_fields=["sort_key", "search_text", "usages_count", "revision", "revised_at", "added"]
    )
    derived_fields = frozenset({"search_text", "usages_count", "revision", "revised_at"})

    class Meta:
        ordering = ["sort_key", "slug"]
        verbose_name_plural = "companies"
        permissions = [("publish_company", "Can publish and retract companies")]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("id")),
                name="company_is_not_its_own_parent",
                violation_error_code="parent",
                violation_error_message="A company does not belong to itself.",
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "slug"], name="company_by_name", condition=Q(state="published")),
            # the values that there are, each with how many have it, for searches and filters
            models.Index(fields=["industry"], name="company_industries", condition=Q(state="published")),
            models.Index(fields=["country"], name="company_countries", condition=Q(state="published")),
            # those that changed last
            models.Index(fields=["-revision", "-slug"], name="company_by_revision", condition=Q(state="published")),
            # the best documented
            models.Index(
                fields=["-usages_count", "sort_key", "slug"], name="company_by_usages", condition=Q(state="published")
            ),
            # what waits for review
            models.Index(fields=["id"], name="company_proposed", condition=Q(state="proposed")),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)

    def get_absolute_url(self):
        return reverse("company", args=[self.slug])

    def check_invariants(self):
        check_slug_is_free(self)
        check_name_is_free(CompanyAlias, self)
        self._check_parents()
        check_objection(self, self.pk)

    def after_save(self):
        keep_own_name(self)

    def _check_parents(self):
        seen, above = {self.pk}, self.parent_id
        while above:
            if above in seen:
                raise ValidationError({"parent": f"{self.parent} belongs to {self} already, step by step."})
            seen.add(above)
            above = Company._base_manager.filter(pk=above).values_list("parent", flat=True).first()


class CompanyScheme(models.TextChoices):
    DOMAIN = "domain", "Domain"
    WIKIDATA = "wikidata", "Wikidata"
    GITHUB = "github", "GitHub"
    LEI = "lei", "LEI"


class CompanyIdentifier(Identifier):
    owner_field = "company"
    patterns: ClassVar = {
        "domain": r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]",
        "wikidata": r"Q[1-9]\d*",
        "github": r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?",
        "lei": r"[A-Z0-9]{18}\d{2}",
    }

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=8, choices=CompanyScheme)

    history = keep_history()

    class Meta:
        ordering = ["scheme", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="company_identifier_leads_to_one",
                violation_error_message="This identifier already belongs to a company.",
            ),
        ]


class CompanyFact(Curated):
    """The scale behind a choice, such as “requests per second: 400,000”."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="facts")
    label = models.CharField(max_length=120, help_text="What is counted: “Share of India's daily retail volume”.")
    value = models.CharField(max_length=120, help_text="The figure with its unit: “about 15 %”.")
    observed_on = PartialDateField(help_text="When the figure held: 2020, 2020-04 or 2020-04-27.")
    source = models.ForeignKey("stacks.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="facts")

    objects: ClassVar = CompanyFactQuerySet.as_manager()
    history = keep_history()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "label", "observed_on"],
                name="fact_is_told_once_per_date",
                violation_error_message="This figure is there already for that date.",
            ),
        ]

    def __str__(self):
        return f"{self.label}: {self.value}"

    def check_invariants(self):
        check_objection(self, self.company_id)

    def concerns(self):
        return [("Company", self.company_id), ("Source", self.source_id)]
