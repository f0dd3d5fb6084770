from functools import cache
from typing import Any, ClassVar

from django.db import models
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from stacks.curating import curating, delete_with_all, in_hand
from stacks.querysets import CuratedQuerySet


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    PROPOSED = "proposed", "Proposed"
    PUBLISHED = "published", "Published"
    RETRACTED = "retracted", "Retracted"


class KeptHistoryManager(HistoryManager):
    """The same manager, of a class that is made once: simple_history makes one each time a history is asked for."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class, class_name=None):
        return super().from_queryset(queryset_class, class_name)


class KeptRecords(HistoricalRecords):
    """What goes together is written together: the running transaction takes the records of what it deletes."""

    def post_delete(self, instance: Any, using: Any = None, **kwargs: Any) -> None:
        records = getattr(in_hand(), "records", None)
        if records is None:
            super().post_delete(instance, using=using, **kwargs)
        else:
            records.append(self._of_deletion(instance, using))

    def _of_deletion(self, instance: Any, using: Any) -> Any:
        """As django-simple-history writes one."""
        return instance.history.model(
            history_date=instance._history_date,  # noqa: SLF001 - where django-simple-history looks for it
            history_type="-",
            history_user=self.get_history_user(instance),
            history_change_reason=self.get_change_reason_for_object(instance, "-", using),
            **{field.attname: getattr(instance, field.attname) for field in self.fields_included(instance)},
        )


def keep_history(**options: Any) -> HistoricalRecords:
    """The history of a curated row: each version of it, with when, by whom and why."""
    return KeptRecords(history_manager=KeptHistoryManager, **options)


class Curated(models.Model):
    """A row that people curate: each write is recorded by `stacks.changes`, whichever door it comes through.

    `version` counts the saves, so that a form can tell that somebody else saved in between.
    """

    _change_reason: str  # set before a save, django-simple-history writes it into the record of that save

    version = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(auto_now=True, editable=False)

    # What `stacks.derived` and the ledger write: whoever saves a row may have read it before they did.
    derived_fields: ClassVar[frozenset[str]] = frozenset()

    objects = CuratedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with curating():
            self.check_invariants()
            self.version += 1
            fields = kwargs.get("update_fields")
            if fields is None and self.derived_fields and not self._state.adding and not kwargs.get("force_insert"):
                left_out = self.derived_fields | self.get_deferred_fields() | {self._meta.pk.attname}
                fields = [each.name for each in self._meta.concrete_fields if each.attname not in left_out]
            if fields is not None:
                kwargs["update_fields"] = {*fields, "version", "updated_at"}
            super().save(*args, **kwargs)
            self.after_save()

    def delete(self, using=None, keep_parents=False):
        if self.pk is None:
            raise ValueError(f"This {self._meta.verbose_name} was never saved: there is nothing to delete.")
        return delete_with_all([self], keep_parents=keep_parents)

    def clean(self):
        super().clean()
        self.check_invariants()

    def check_invariants(self) -> None:
        """Raise ValidationError for what neither a field nor a database constraint can refuse."""

    def after_save(self) -> None:
        """What must follow a save in the same transaction."""

    def concerns(self) -> list[tuple[str, int | None]]:
        """The public objects whose appearance this row belongs to, as (name of the model, pk)."""
        return [(type(self).__name__, self.pk)]


class Owned(Curated):
    """A row that is part of what its owner shows."""

    owner_field: ClassVar[str]

    class Meta:
        abstract = True

    def concerns(self):
        owner: Any = self._meta.get_field(self.owner_field).related_model
        return [(owner.__name__, getattr(self, f"{self.owner_field}_id"))]


class Reviewed(Curated):
    """A curated row with a state of its own; only `stacks.review` moves it."""

    state = models.CharField(
        max_length=10,
        choices=State,
        default=State.DRAFT,
        editable=False,
        help_text="Moved by the actions propose, publish and retract.",
    )

    class Meta:
        abstract = True
