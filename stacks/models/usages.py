from collections import defaultdict
from collections.abc import Collection
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length, Substr
from django.urls import reverse
from django.utils.text import get_text_list

from stacks import dates
from stacks.querysets import CoverageQuerySet, MigrationQuerySet, UsageQuerySet

from .base import Curated, Reviewed, State, keep_history
from .catalogue import Category, Kind, RelationKind, Technology, TechnologyRelation, check_second_level
from .companies import Company
from .fields import AddedField, PartialDateField, ScopeKeyField, UidField, scope_key
from .objections import check_objection

# At the shorter precision, so that 2019-06 to 2019 is no contradiction.
END_FOLLOWS_START = Q(started="") | Q(ended="") | Q(ended__gte=Substr("started", 1, Length("ended")))


class Stage(models.TextChoices):
    PLANNED = "planned", "Planned"
    TRIAL = "trial", "Trial"
    IN_USE = "in_use", "In use"
    RETIRING = "retiring", "Retiring"
    RETIRED = "retired", "Retired"


class Hosting(models.TextChoices):
    SELF_HOSTED = "self_hosted", "Self-hosted"
    MANAGED = "managed", "Managed"
    SAAS = "saas", "SaaS"
    EMBEDDED = "embedded", "Embedded"
    UNKNOWN = "unknown", "Not stated"


class Usage(Reviewed):
    """One company uses one technology for one role: the heart of the catalogue."""

    uid = UidField(unique=True)
    added = AddedField()
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="usages")
    technology = models.ForeignKey(Technology, on_delete=models.PROTECT, related_name="usages")
    category = models.ForeignKey(
        Category,
        on_delete=models.PROTECT,
        related_name="usages",
        help_text="The category of its role here, usually the technology's home.",
    )
    scope = models.CharField(
        max_length=120,
        blank=True,
        help_text="The team, product or platform that the source speaks of. Leave empty for the company as a whole.",
    )
    scope_key = ScopeKeyField()
    purpose = models.CharField(
        max_length=300,
        blank=True,
        help_text="The role in a few words: “Events between microservices”. A second role joins the first.",
    )
    remarks = models.TextField(blank=True, help_text="Markdown, our own words: how it is used and why it was chosen.")
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.IN_USE)
    hosting = models.CharField(
        max_length=11,
        choices=Hosting,
        default=Hosting.UNKNOWN,
        help_text="Who runs it. Unknown when the sources do not say.",
    )
    via = models.ForeignKey(
        Technology,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="usages_via",
        help_text="The technology it is run through: PostgreSQL via Amazon RDS.",
    )
    started = PartialDateField(help_text="2019, 2019-06 or 2019-06-03. Leave empty when no source says it.")
    ended = PartialDateField(help_text="The same for the end. Leave empty while it is in use.")
    position = models.PositiveIntegerField(default=0, help_text="Order within its category: smaller numbers first.")
    visible = models.BooleanField(default=False, editable=False)
    known_since = PartialDateField(editable=False)
    known_until = PartialDateField(editable=False)
    last_said = PartialDateField(editable=False)

    objects: ClassVar = UsageQuerySet.as_manager()
    history = keep_history(excluded_fields=["scope_key", "visible", "known_since", "known_until", "last_said", "added"])
    derived_fields = frozenset({"visible", "known_since", "known_until", "last_said"})

    class Meta:
        ordering = ["company__sort_key", "category__position", "position", "uid"]
        permissions = [("publish_usage", "Can publish and retract usages")]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "technology", "scope_key", "category"],
                name="one_open_usage",
                condition=Q(ended="") & ~Q(stage="retired") & ~Q(state="retracted"),
                violation_error_message=(
                    "This company has an open usage of this technology in this category and scope: "
                    "add the purpose there."
                ),
            ),
            models.CheckConstraint(
                condition=END_FOLLOWS_START,
                name="usage_ends_after_start",
                violation_error_message="The end precedes the start.",
            ),
            models.CheckConstraint(
                condition=Q(via__isnull=True) | ~Q(via=models.F("technology")),
                name="usage_not_via_itself",
                violation_error_message="A technology is not run through itself.",
            ),
        ]
        indexes = [
            # None holds `visible` or depends on it: a technology that many use goes and comes without a word in any of
            # them, and PostgreSQL writes its usages where they stand. What is read past is most often visible.
            # the users of a technology, by id (the API's order) and counted by company
            models.Index(fields=["technology", "company", "uid"], name="usage_of_technology"),
            models.Index(fields=["category", "technology", "company", "uid"], name="usage_in_category"),
            # which companies use something in a category
            models.Index(fields=["category", "company", "ended", "stage"], name="usage_companies_of_category"),
            # in the order of adding, of which the column has an index for all: those of a technology or category
            models.Index(fields=["technology", "added"], name="usage_added_of_technology"),
            models.Index(fields=["category", "added"], name="usage_added_in_category"),
            # what was written last: of all, and of each technology and category
            models.Index(fields=["updated_at", "uid"], name="usage_by_update"),
            models.Index(fields=["technology", "updated_at"], name="usage_updated_of_technology"),
            models.Index(fields=["category", "updated_at"], name="usage_updated_in_category"),
            # the newest edition of the catalogue, and what was said since a date
            models.Index(fields=["last_said", "uid"], name="usage_by_last_said"),
            # what waits for review, and what else the worklists count
            models.Index(fields=["company", "id"], name="usage_proposed", condition=Q(state="proposed")),
            models.Index(fields=["id"], name="usage_draft", condition=Q(state="draft")),
        ]

    def __str__(self):
        return f"{self.company}: {self.technology} ({self.category})"

    def natural_key(self):
        return (self.uid,)

    def get_absolute_url(self):
        return f"{reverse('company', args=[self.company.slug])}#usage-{self.uid}"

    def check_invariants(self):
        check_second_level(self.category_id and self.category, "category")
        check_order(self)
        check_objection(self, self.company_id)
        self.scope_key = scope_key(self.scope)

    # what who looks at many usages has read for all of them
    filing: "Filing | None" = None
    as_filed: tuple[Any, Any] | None = None  # technology and category, as the database had them

    @classmethod
    def from_db(cls, *args: Any, **options: Any) -> "Usage":
        row = super().from_db(*args, **options)
        row.as_filed = row.__dict__.get("technology_id"), row.__dict__.get("category_id")
        return row

    def after_save(self):
        super().after_save()
        self.as_filed = self.technology_id, self.category_id

    def clean(self):
        """What stood before a rule came stays as it is until somebody files it anew."""
        super().clean()
        if self.technology_id and self.as_filed != (self.technology_id, self.category_id):
            filing = self.filing or Filing([self.technology], [self.category_id] if self.category_id else [])
            filing.check(self)

    @property
    def is_current(self) -> bool:
        return not self.ended and self.stage not in (Stage.PLANNED, Stage.RETIRED)


class MigrationStage(models.TextChoices):
    PLANNED = "planned", "Planned"
    UNDER_WAY = "under_way", "Under way"
    DONE = "done", "Done"


class Migration(Reviewed):
    """A company's move from one technology (perhaps not known) to another, and why."""

    uid = UidField(unique=True)
    added = AddedField()
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="migrations")
    from_technology = models.ForeignKey(
        Technology,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="migrations_from",
        help_text="Leave empty when the sources do not say.",
    )
    to_technology = models.ForeignKey(Technology, on_delete=models.PROTECT, related_name="migrations_to")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="migrations")
    stage = models.CharField(max_length=9, choices=MigrationStage, default=MigrationStage.DONE)
    started = PartialDateField(help_text="2019, 2019-06 or 2019-06-03. Leave empty when no source says it.")
    ended = PartialDateField(help_text="When it was done. Leave empty while it goes on.")
    reason = models.TextField(blank=True, help_text="Markdown, our own words: why they moved.")

    objects: ClassVar = MigrationQuerySet.as_manager()
    history = keep_history(excluded_fields=["added"])

    class Meta:
        ordering = ["-added"]
        permissions = [("publish_migration", "Can publish and retract migrations")]
        constraints = [
            models.CheckConstraint(
                condition=END_FOLLOWS_START,
                name="migration_ends_after_start",
                violation_error_message="The end precedes the start.",
            ),
            models.CheckConstraint(
                condition=Q(from_technology__isnull=True) | ~Q(from_technology=models.F("to_technology")),
                name="migration_moves",
                violation_error_message="A migration leads to another technology.",
            ),
        ]
        indexes = [
            # what waits for review
            models.Index(fields=["company", "id"], name="migration_proposed", condition=Q(state="proposed")),
        ]

    def __str__(self):
        return f"{self.company}: {self.from_technology or 'not stated'} to {self.to_technology}"

    def natural_key(self):
        return (self.uid,)

    def get_absolute_url(self):
        return f"{reverse('migrations')}?company={self.company.slug}#migration-{self.uid}"

    def check_invariants(self):
        check_second_level(self.category_id and self.category, "category")
        check_order(self)
        check_objection(self, self.company_id)


class Outcome(models.TextChoices):
    NOT_USED = "not_used", "Stated as not used"
    NOTHING_FOUND = "nothing_found", "Looked, nothing found"


class Coverage(Curated):
    """An honest blank: somebody looked, and this is what came of it."""

    uid = UidField(unique=True)
    added = AddedField()
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="coverage")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="coverage")
    looked_on = PartialDateField(help_text="When somebody looked: 2026-11 or 2026-11-21.")
    outcome = models.CharField(max_length=13, choices=Outcome)
    source = models.ForeignKey(
        "stacks.Source",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="coverage",
        help_text="Needed where a source states the non-use.",
    )

    objects: ClassVar = CoverageQuerySet.as_manager()
    history = keep_history(excluded_fields=["added"])

    class Meta:
        ordering = ["company__sort_key", "category__position", "uid"]
        verbose_name_plural = "coverage"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "category"],
                name="one_blank_per_company_and_category",
                violation_error_message="This blank is there already: change it.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="not_used") | Q(source__isnull=False),
                name="non_use_needs_a_source",
                violation_error_message="“Stated as not used” needs the source that states it.",
            ),
            models.CheckConstraint(
                condition=~Q(looked_on=""),
                name="a_look_has_a_date",
                violation_error_message="Say when somebody looked.",
            ),
        ]

    def __str__(self):
        return f"{self.company}: {self.category}, {self.get_outcome_display().lower()}"

    def natural_key(self):
        return (self.uid,)

    def get_absolute_url(self):
        return reverse("company", args=[self.company.slug])

    def check_invariants(self):
        check_second_level(self.category_id and self.category, "category")
        check_objection(self, self.company_id)

    def clean(self):
        super().clean()
        same = {name: getattr(self, name) for name in ("company_id", "category_id", "looked_on", "outcome")}
        if self._state.adding or not Coverage._base_manager.filter(pk=self.pk, **same).exists():
            check_blank(self)

    def concerns(self):
        return [("Coverage", self.pk), ("Source", self.source_id)]


def check_order(row) -> None:
    if row.started and row.ended and dates.compare(row.ended, row.started) < 0:
        raise ValidationError({"ended": f"The end ({row.ended}) precedes the start ({row.started})."})


# So many usages are named in the way of a blank.
_NAMED = 3


def check_blank(blank: Coverage) -> None:
    """A blank says that nothing was there on its day, so the company had nothing in use in that category then.

    What nobody dates, and is in use, was in use on any day.
    """
    if not (blank.company_id and blank.category_id and blank.looked_on):
        return
    here = Usage.objects.filter(company=blank.company_id, category=blank.category_id).exclude(state=State.RETRACTED)
    used = here.in_use_on_or_undated(blank.looked_on).select_related("technology").order_by("pk")[: _NAMED + 1]
    names = [usage.technology.name for usage in used]
    if names:
        listed = get_text_list([*names[:_NAMED], *(["others"] if names[_NAMED:] else [])], "and")
        raise ValidationError(
            {"category": f"{blank.company} used {listed} in {blank.category} on {blank.looked_on}: that is no blank."}
        )


class Filing:
    """What must be known to file usages of these technologies in these categories, read at once for all of them."""

    def __init__(self, technologies: Collection[Technology], categories: Collection[int]):
        engines = TechnologyRelation.objects.filter(kind=RelationKind.MANAGED_FORM_OF)
        engines = engines.filter(subject__in={each.pk for each in technologies}).order_by("object__slug")
        self.engines: defaultdict[int, list[str]] = defaultdict(list)
        for service, engine in engines.values_list("subject", "object__name") if technologies else ():
            self.engines[service].append(engine)
        self.categories = categories

    @cached_property
    def of_products(self) -> set[int]:
        """Those of the categories that are home to something else than practices."""
        products = Technology.objects.filter(category__in=self.categories).exclude(kind=Kind.PRACTICE).order_by()
        return set(products.values_list("category", flat=True).distinct())

    def check(self, usage: Usage) -> None:
        """A service of one single engine stands in `via`, a practice among practices: else comparisons tell differences
        that are none. Raises ValidationError."""
        engines = self.engines[usage.technology_id]
        if len(engines) == 1:
            service, engine = usage.technology, engines[0]
            message = f"{service} always runs {engine}: choose {engine}, and {service} as what it is run through."
            raise ValidationError({"technology": message})
        if usage.technology.kind == Kind.PRACTICE and usage.category_id in self.of_products:
            message = (
                f"{usage.technology} is a practice, and {usage.category} holds products: "
                f"choose a category of practices, such as {usage.technology.category}."
            )
            raise ValidationError({"category": message})
