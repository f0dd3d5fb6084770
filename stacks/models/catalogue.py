import re
from functools import cache
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from license_expression import get_spdx_licensing

from stacks.querysets import CategoryQuerySet, TechnologyQuerySet

from .base import Curated, Owned, Reviewed, keep_history
from .fields import AddedField, PartialDateField, SortKeyField, WebField
from .names import TechnologyAlias, check_name_is_free, keep_own_name
from .slugs import Addressed, check_slug_is_free


class Category(Addressed, Curated):
    """An area (no parent) or a category (with an area as parent); usages hang on the second level only."""

    name = models.CharField(max_length=100)
    slug = models.SlugField(
        max_length=100,
        unique=True,
        help_text="Part of the address. When it changes, the old address leads to the new one.",
    )
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
        help_text="The area this category belongs to. Leave empty to make an area.",
    )
    position = models.PositiveIntegerField(default=0, help_text="Order in comparisons: smaller numbers first.")
    description = models.TextField(blank=True, help_text="One line for visitors: what belongs here.")
    added = AddedField()

    objects: ClassVar = CategoryQuerySet.as_manager()
    history = keep_history(excluded_fields=["added"])

    class Meta:
        ordering = ["position", "slug"]
        verbose_name_plural = "categories"
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=models.F("pk")),
                name="category_is_not_its_own_area",
                violation_error_message="A category cannot be its own area.",
            ),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)

    def get_absolute_url(self):
        return reverse("category", args=[self.slug])

    def check_invariants(self):
        check_slug_is_free(self)
        if self.parent_id is None:
            if self.pk and (self.technologies.exists() or self.usages.exists()):
                raise ValidationError({"parent": "Technologies or usages hang on this category, so it needs an area."})
            return
        if self.parent_id == self.pk:
            raise ValidationError({"parent": "A category cannot be its own area."})
        if self.parent and self.parent.parent_id is not None:
            raise ValidationError(
                {"parent": f"{self.parent} is a category itself. There are two levels only: choose an area."}
            )
        if self.pk and Category.objects.filter(parent=self.pk).exists():
            raise ValidationError({"parent": f"{self} has categories of its own, so it must stay an area."})

    @property
    def is_area(self) -> bool:
        return self.parent_id is None


class Kind(models.TextChoices):
    LANGUAGE = "language", "Language"
    FRAMEWORK = "framework", "Framework"
    LIBRARY = "library", "Library"
    DATASTORE = "datastore", "Datastore"
    SERVICE = "service", "Service"
    PLATFORM = "platform", "Platform"
    TOOL = "tool", "Tool"
    PROTOCOL = "protocol", "Protocol"
    PRACTICE = "practice", "Practice"


class OpenSource(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not stated"


class Lifecycle(models.TextChoices):
    """Whether its makers still keep a technology; what comes after an ended one is told by a relation."""

    ACTIVE = "active", "Active"
    MAINTENANCE = "maintenance", "Maintenance only"
    ENDED = "ended", "Ended"
    UNKNOWN = "unknown", "Not stated"


_spdx_licensing = cache(get_spdx_licensing)  # it reads its list anew at each call


def validate_licence(text: str) -> None:
    """An SPDX expression of known licences, in their official spelling: `Apache-2.0 OR MIT`."""
    try:
        found = _spdx_licensing().parse(text, validate=True, strict=True)
    except Exception as error:  # it answers "MIT OR" with an error of its own, "()" with an IndexError
        raise ValidationError(f"“{text}” is no SPDX expression of known licences.", code="not_spdx") from error
    if str(found) != text:
        raise ValidationError(f"SPDX writes it {found}.", code="not_spdx")


class Technology(Addressed, Reviewed):
    """A language, framework, service, practice, ... that companies can be said to use."""

    name = models.CharField(
        max_length=100, help_text="The official name, spelt as its makers spell it. It is an alias by itself."
    )
    slug = models.SlugField(
        max_length=100,
        unique=True,
        help_text="Part of the address. When it changes, the old address leads to the new one.",
    )
    kind = models.CharField(max_length=12, choices=Kind)
    summary = models.CharField(max_length=200, blank=True, help_text="One line in our own words: what it is.")
    website = WebField(help_text="The official address.")
    repository = WebField(help_text="Where the source lives, if it is public.")
    licence = models.CharField(
        max_length=100,
        blank=True,
        validators=[validate_licence],
        help_text="SPDX expression, such as Apache-2.0 or Apache-2.0 OR MIT. Leave empty when not sure.",
    )
    open_source = models.CharField(max_length=7, choices=OpenSource, default=OpenSource.UNKNOWN)
    lifecycle = models.CharField(
        max_length=11,
        choices=Lifecycle,
        default=Lifecycle.UNKNOWN,
        help_text="Whether its makers still keep it. Anything but unknown needs a source.",
    )
    lifecycle_on = PartialDateField(
        verbose_name="since", help_text="When that began: 2022, 2022-03 or 2022-03-31. Leave empty when not stated."
    )
    lifecycle_source = WebField(help_text="The address where its makers, or somebody who keeps track, say so.")
    icon = models.CharField(max_length=100, blank=True, editable=False)
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        related_name="technologies",
        help_text="Its home: the second-level category where people look for it.",
    )
    sort_key = SortKeyField()
    search_text = models.TextField(blank=True, editable=False)
    companies_count = models.PositiveIntegerField(default=0, editable=False)
    added = AddedField()

    objects: ClassVar = TechnologyQuerySet.as_manager()
    history = keep_history(excluded_fields=["sort_key", "search_text", "companies_count", "added"])
    derived_fields = frozenset({"search_text", "companies_count"})

    class Meta:
        ordering = ["sort_key", "slug"]
        verbose_name_plural = "technologies"
        permissions = [("publish_technology", "Can publish and retract technologies")]
        constraints = [
            models.CheckConstraint(
                condition=Q(lifecycle=Lifecycle.UNKNOWN, lifecycle_on="")
                | (~Q(lifecycle=Lifecycle.UNKNOWN) & ~Q(lifecycle_source="")),
                name="a_lifecycle_has_its_source",
                violation_error_code="lifecycle_source",
                violation_error_message="Say where the lifecycle was read, or leave it unknown and undated.",
            ),
        ]
        indexes = [
            models.Index(fields=["sort_key", "slug"], name="technology_by_name", condition=Q(state="published")),
            # the ranking over all: most used first
            models.Index(
                fields=["-companies_count", "sort_key", "slug"],
                name="technology_by_count",
                condition=Q(state="published"),
            ),
            models.Index(
                fields=["category", "sort_key", "slug"], name="technology_in_category", condition=Q(state="published")
            ),
            # what waits for review
            models.Index(fields=["id"], name="technology_proposed", condition=Q(state="proposed")),
        ]

    def __str__(self):
        return self.name

    def natural_key(self):
        return (self.slug,)

    def get_absolute_url(self):
        return reverse("technology", args=[self.slug])

    def check_invariants(self):
        check_slug_is_free(self)
        check_second_level(self.category_id and self.category, "category")
        check_name_is_free(TechnologyAlias, self)

    def after_save(self):
        keep_own_name(self)


class IdentifierScheme(models.TextChoices):
    WIKIDATA = "wikidata", "Wikidata"
    PURL = "purl", "Package URL"
    ENDOFLIFE = "endoflife", "endoflife.date"
    REPOLOGY = "repology", "Repology"
    CNCF = "cncf", "CNCF landscape"
    STACKSHARE = "stackshare", "StackShare"


class Identifier(Owned):
    """How others call the same thing; `patterns` tells for each scheme what a value looks like."""

    patterns: ClassVar[dict[str, str]]
    scheme: Any

    value = models.CharField(max_length=200)

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.scheme}:{self.value}"

    def check_invariants(self):
        pattern = self.patterns.get(self.scheme)
        if pattern and not re.fullmatch(pattern, self.value):
            raise ValidationError({"value": f"“{self.value}” does not look like an identifier of {self.scheme}."})


class TechnologyIdentifier(Identifier):
    owner_field = "technology"
    patterns: ClassVar = {
        "wikidata": r"Q[1-9]\d*",
        "purl": r"pkg:[a-z][a-z0-9.+-]*/\S+",
        "endoflife": r"[a-z0-9][a-z0-9.+-]*",
        "repology": r"[a-z0-9:][a-z0-9.:+_-]*",
        "cncf": r"[a-z0-9][a-z0-9-]*",
        "stackshare": r"[a-z0-9][a-z0-9._-]*",
    }

    technology = models.ForeignKey(Technology, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=10, choices=IdentifierScheme)

    history = keep_history()

    class Meta:
        ordering = ["scheme", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="technology_identifier_leads_to_one",
                violation_error_message="This identifier already belongs to a technology.",
            ),
        ]


class RelationKind(models.TextChoices):
    MANAGED_FORM_OF = "managed_form_of", "managed form of"
    FORK_OF = "fork_of", "fork of"
    COMPATIBLE_WITH = "compatible_with", "compatible with"
    PART_OF = "part_of", "part of"
    BUILT_ON = "built_on", "built on"
    SUCCESSOR_OF = "successor_of", "successor of"


class TechnologyRelation(Curated):
    """`subject` is a `kind` `object`: Amazon MSK is a managed form of Apache Kafka."""

    subject = models.ForeignKey(Technology, on_delete=models.CASCADE, related_name="relations")
    kind = models.CharField(max_length=16, choices=RelationKind)
    object = models.ForeignKey(Technology, on_delete=models.CASCADE, related_name="reverse_relations")

    history = keep_history()

    class Meta:
        ordering = ["subject__sort_key", "kind", "object__sort_key", "object__slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind", "object"],
                name="relation_is_told_once",
                violation_error_message="This relation is there already.",
            ),
            models.CheckConstraint(
                condition=~Q(subject=models.F("object")),
                name="relation_joins_two",
                violation_error_message="A technology cannot be related to itself.",
            ),
        ]

    def __str__(self):
        return f"{self.subject} {self.get_kind_display()} {self.object}"

    def check_invariants(self):
        if not (self.subject_id and self.object_id and self.kind):
            return
        edges: dict[int, set[int]] = {}
        for subject, obj in (
            TechnologyRelation.objects.filter(kind=self.kind).exclude(pk=self.pk).values_list("subject", "object")
        ):
            edges.setdefault(subject, set()).add(obj)
        seen, ahead = set(), [self.object_id]
        while ahead:
            here = ahead.pop()
            if here == self.subject_id:
                kind = self.get_kind_display()
                raise ValidationError(
                    {"object": f"{self.object} is, step by step, a {kind} {self.subject} already: a circle."}
                )
            if here not in seen:
                seen.add(here)
                ahead.extend(edges.get(here, ()))

    def concerns(self):
        return [("Technology", self.subject_id)]


class TechnologyCount(models.Model):
    """How many companies use a technology in a category at present; derived, see `stacks.derived`."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="counts")
    technology = models.ForeignKey(Technology, on_delete=models.CASCADE, related_name="counts")
    companies = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "technology"], name="one_count_per_category_and_technology"),
        ]
        indexes = [
            # the ranking within a category
            models.Index(fields=["category", "-companies", "technology"], name="count_in_category"),
        ]

    def __str__(self):
        return f"{self.technology} in {self.category}: {self.companies}"


def check_second_level(category, field: str) -> None:
    if category and category.is_area:
        raise ValidationError({field: f"{category} is an area. Choose one of its categories."})
