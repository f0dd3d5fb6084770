"""What leads to technologies and companies by name: aliases, each to one, and homonyms, which several share."""

from functools import cache
from typing import Any, ClassVar

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Max, Q
from django.utils.text import get_text_list

from stacks.among import Keyed, KeyedRows
from stacks.curating import curating
from stacks.folding import alias_key, sort_key
from stacks.querysets import HomonymQuerySet

from .base import Owned, keep_history
from .fields import AliasKeyField, NearKeyField, SecondKeyField
from .slugs import is_public, was_public_with


class Caution(models.TextChoices):
    FREE = "free", "Free"
    AS_WRITTEN = "as_written", "As written"
    ENTRY_ONLY = "entry_only", "Entry only"
    ONLY_NEAR = "only_near", "Only near"
    LINK_ONLY = "link_only", "Link only"


class Alias(Owned):
    """A name that leads to one owner. An import reads it as `caution` says; a search always takes it for its owner.

    `known_to_be_free` is set on the instance by who has looked, in this transaction, that nothing else bears the name.
    """

    known_to_be_free = False

    name = models.CharField(
        max_length=100, help_text="Another name, an old name, an abbreviation or a common misspelling."
    )
    key = AliasKeyField(unique=True, error_messages={"unique": "This name already leads somewhere."})
    second_key = SecondKeyField()
    near_key = NearKeyField()
    caution = models.CharField(
        max_length=10,
        choices=Caution,
        default=Caution.FREE,
        help_text="Where an import takes the word for this name: anywhere; only as it is written here, in this letter "
        "case; only as a whole entry, cell or tag; only near one of the names beside it; only as a link to its site.",
    )
    beside = models.CharField(
        max_length=300,
        blank=True,
        help_text="What must stand near it: names of technologies, makers or categories, separated by commas.",
    )

    class Meta:
        abstract = True
        constraints: ClassVar[Any] = [
            models.CheckConstraint(
                condition=~Q(caution=Caution.ONLY_NEAR) | ~Q(beside=""),
                name="%(class)s_tells_what_it_is_near",
                violation_error_message="Say what must stand near it: names, separated by commas.",
            ),
        ]

    def __str__(self):
        return self.name

    def check_invariants(self):
        key = alias_key(self.name)
        if not key:
            raise ValidationError({"name": "A name needs at least one letter or digit."})
        if self.known_to_be_free:
            return
        taken = type(self).objects.filter(key=key).exclude(pk=self.pk).select_related(self.owner_field).first()
        if taken:
            raise ValidationError({"name": f"“{self.name}” already leads to {getattr(taken, self.owner_field)}."})


class TechnologyAlias(Alias):
    owner_field = "technology"

    technology = models.ForeignKey("stacks.Technology", on_delete=models.CASCADE, related_name="aliases")

    history = keep_history(excluded_fields=["key", "second_key", "near_key"])

    class Meta(Alias.Meta):
        ordering = ["key"]
        verbose_name_plural = "technology aliases"

    def check_invariants(self):
        super().check_invariants()
        if self.known_to_be_free:
            return
        sharers = Homonym.objects.filter(key=alias_key(self.name)).order_by("position", "technology__slug")
        if names := list(sharers.values_list("technology__name", flat=True)):
            message = f"“{self.name}” is shared by {get_text_list(names, 'and')}: it leads to none by itself."
            raise ValidationError({"name": message})


class CompanyAlias(Alias):
    owner_field = "company"

    company = models.ForeignKey("stacks.Company", on_delete=models.CASCADE, related_name="aliases")

    history = keep_history(excluded_fields=["key", "second_key", "near_key"])

    class Meta(Alias.Meta):
        ordering = ["key"]
        verbose_name_plural = "company aliases"


def aliases_of(model: Any) -> Any:
    """The model of the names that lead to companies, or to technologies."""
    return model._meta.get_field("aliases").related_model


class Homonym(Owned):
    """A short form that several technologies share: by itself it leads to none of them, and a search shows them all.

    A key is an alias or a homonym, never both. A technology whose own name is a homonym is one of those that share it
    and has no alias of that name.
    """

    owner_field = "technology"

    technology = models.ForeignKey("stacks.Technology", on_delete=models.CASCADE, related_name="homonyms")
    name = models.CharField(max_length=100, help_text="The short form: “Sentinel”.")
    key = AliasKeyField()
    near = models.CharField(
        max_length=300,
        blank=True,
        help_text="What stands near where this technology is meant: names of technologies, makers or categories, "
        "separated by commas.",
    )
    position = models.PositiveIntegerField(default=0, help_text="The likelier first: smaller numbers.")

    objects: ClassVar = HomonymQuerySet.as_manager()
    history = keep_history(excluded_fields=["key"])

    class Meta:
        ordering = ["key", "position", "technology__slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "technology"],
                name="a_homonym_names_each_technology_once",
                violation_error_message="This technology shares this name already.",
            ),
        ]

    def __str__(self):
        return f"{self.name}: {self.technology}"

    def check_invariants(self):
        key = alias_key(self.name)
        if not key:
            raise ValidationError({"name": "A name needs at least one letter or digit."})
        if Homonym.objects.filter(key=key, technology=self.technology_id).exclude(pk=self.pk).exists():
            raise ValidationError({"name": f"{self.technology} shares “{self.name}” already."})
        taken = TechnologyAlias.objects.filter(key=key).select_related("technology").first()
        if taken and alias_key(taken.technology.name) != key:
            message = f"“{taken.name}” leads to {taken.technology} alone: take it from its other names first."
            raise ValidationError({"name": message})

    def after_save(self):
        """The technology that bears the name becomes one of those that share it."""
        own = TechnologyAlias.objects.filter(key=alias_key(self.name)).select_related("technology").first()
        if own:
            own.delete()
            keep_own_name(own.technology)

    def delete(self, *args, **kwargs):
        with curating():
            gone = super().delete(*args, **kwargs)
            for bearer in apps.get_model("stacks", "Technology").objects.filter(sort_key=sort_key(self.name)):
                if alias_key(bearer.name) == alias_key(self.name):
                    keep_own_name(bearer)
            return gone


def check_name_is_free(alias_model: Any, owner: Any) -> None:
    if not alias_key(owner.name):
        raise ValidationError({"name": "A name needs at least one letter or digit."})
    for taken in _bearers(alias_model)([alias_key(owner.name)]):
        if getattr(taken, f"{alias_model.owner_field}_id") != owner.pk and not owner.names_follow:
            raise ValidationError({"name": f"“{owner.name}” already leads to {taken.owner_name}."})


@cache
def _bearers(alias_model: Any) -> KeyedRows:
    """By their keys names, each with that of its owner."""
    owner_name = F(f"{alias_model.owner_field}__name")
    return KeyedRows(
        lambda keys: alias_model.objects.order_by().filter(key__in=keys).annotate(owner_name=owner_name),
        ["owner_name"],
        "text",
    )


_SHARERS = Keyed(lambda keys: Homonym.objects.order_by().filter(key__in=keys).values_list("technology"), "text")


def keep_own_name(owner: Any) -> None:
    """A name is stored as an alias too, so that one unique key covers both.

    Where others share the name, its bearer becomes one of them instead. A former name stays an alias where the public
    has seen it or somebody typed it as one; what a draft was called before leaves no trace.
    """
    key = alias_key(owner.name)
    aliases = owner.aliases.model
    if aliases is TechnologyAlias and (sharers := _SHARERS([key])):
        if [owner.pk] not in sharers:
            last = Homonym.objects.filter(key=key).aggregate(last=Max("position"))["last"]
            Homonym(technology=owner, name=owner.name, position=last + 1).save()
    else:
        own = next(iter(_bearers(aliases)([key])), None) or aliases(**{aliases.owner_field: owner})
        if own.name != owner.name and getattr(own, f"{aliases.owner_field}_id") == owner.pk:
            own.name = owner.name
            own.known_to_be_free = True
            own.save()
    if not is_public(owner) and not owner.former_name_stays:
        _forget_former_name(owner, key)


def _forget_former_name(owner: Any, key: str) -> None:
    kinds = (owner.aliases, owner.homonyms) if owner.aliases.model is TechnologyAlias else (owner.aliases,)
    for name in owner.history.values_list("name", flat=True)[1:2]:
        for kind in kinds:
            former = kind.filter(key=alias_key(name)).exclude(key=key).first()
            if former and _came_with_the_name(former, owner) and not was_public_with(owner, "name", name):
                former.delete()


def _came_with_the_name(row: Any, owner: Any) -> bool:
    """Whether the name was not typed as one: its row bears the name that its owner had when it was made."""
    made = row.history.order_by("history_id").values_list("history_date", flat=True).first()
    then = owner.history.filter(history_date__lte=made).values_list("name", flat=True).first() if made else None
    return then is not None and alias_key(then) == row.key
