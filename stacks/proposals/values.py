"""Values of a row as a line keeps them: text, number or null; another row by its slug or uid.

A slug that has changed since, or was merged away, is followed by its redirect.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models

from stacks.models import (
    Category,
    Company,
    CompanyAlias,
    CompanyFact,
    CompanyIdentifier,
    Coverage,
    Evidence,
    Homonym,
    Migration,
    Redirect,
    Source,
    Technology,
    TechnologyAlias,
    TechnologyIdentifier,
    TechnologyRelation,
    Usage,
)
from stacks.redirects import find

# What can be proposed to be changed, by the name that a line calls it.
KINDS: dict[str, Any] = {
    str(model._meta.model_name): model
    for model in (
        Company, CompanyAlias, CompanyIdentifier, CompanyFact, Coverage, Usage, Migration, Evidence, Source, Category,
        Technology, TechnologyAlias, TechnologyIdentifier, TechnologyRelation, Homonym, Redirect,
    )
}  # fmt: skip


def kind_of(row: Any) -> str:
    return str(row._meta.model_name)


def fields_of(model: Any) -> list[Any]:
    """The fields that somebody can type, in the order of the model."""
    return [field for field in model._meta.concrete_fields if field.editable and not field.primary_key]


def field_of(model: Any, name: str) -> Any:
    """Raises ValidationError for a field that nobody types."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        field = None
    if field is None or field not in fields_of(model):
        raise ValidationError(f"A {model._meta.verbose_name} has no field “{name}” that can be changed.")
    return field


def value_of(row: Any, name: str) -> Any:
    """What stands in a field of the row, as a line keeps it."""
    return as_told(getattr(row, name))


def as_told(value: Any) -> Any:
    """Another row becomes its slug or uid."""
    if not isinstance(value, models.Model):
        return value
    return value.slug if hasattr(value, "slug") else value.uid  # type: ignore[attr-defined]


def one_break(text: str) -> str:
    """The text with one character for a line break, as forms of today store it."""
    return text.replace("\r\n", "\n")


def is_other(told: Any, new: Any) -> bool:
    """Whether two values, as they are told, say something else; how their lines are broken is nothing said."""
    if isinstance(told, str) and isinstance(new, str):
        return one_break(told) != one_break(new)
    return bool(told != new)


def values_of(row: Any) -> dict[str, Any]:
    return {field.name: value_of(row, field.name) for field in fields_of(type(row))}


def read(model: Any, name: str, value: Any) -> Any:
    """The value for the field of a row. Raises ValidationError where the row that it names is gone."""
    field = field_of(model, name)
    if field.related_model is None or value is None:
        return value
    row = _named(field.related_model, [str(value)]).get(str(value))
    if row is None:
        raise ValidationError({name: f"The {field.related_model._meta.verbose_name} “{value}” is not there any more."})
    return row


def _named(model: Any, keys: Iterable[str]) -> dict[str, Any]:
    """Rows by their slug or uid, old slugs included. One query, two more where some are old."""
    wanted = sorted(set(keys))
    if not hasattr(model, "slug"):
        joined = [field.name for field in model._meta.concrete_fields if field.related_model is not None]
        return {row.uid: row for row in model._base_manager.filter(uid__in=wanted).select_related(*joined)}
    found = find(model, wanted, model.objects.all())
    rows = {row.slug: row for row in found.rows}
    return {asked: rows[slug] for asked, slug in zip(wanted, found.slugs, strict=True) if slug}


class Words:
    """What values are called for a reader: the names of the rows that are named, the labels of choices.

    One query for each kind of row that is named, however many lines are told.
    """

    def __init__(self, told: Iterable[tuple[Any, str, Any]]):
        """Of each value the model, the field and the value, as `told` asks for it later; a dict holds many."""
        wanted: defaultdict[Any, set[str]] = defaultdict(set)
        for model, name, value in _each(told):
            related = _related(model, name)
            if related is not None and value not in (None, ""):
                wanted[related].add(str(value))
        self.names = {model: _named(model, keys) for model, keys in wanted.items()}

    @staticmethod
    def noun(kind: str) -> str:
        """What a row of this kind is called."""
        return str(KINDS[kind]._meta.verbose_name) if kind in KINDS else "row"

    def knows(self, model: Any, name: str, value: Any) -> bool:
        """Whether the row that a value names is there; so it is for what names none."""
        return _related(model, name) is None or self.row(model, name, value) is not None

    def row(self, model: Any, name: str, value: Any) -> Any:
        """The row that a value names."""
        return self.names.get(_related(model, name), {}).get(str(value))

    def present(self, model: Any, name: str, value: Any) -> Any:
        """The value as it would be told today: a row that was renamed since is the same row."""
        row = self.row(model, name, value) if _related(model, name) is not None else None
        return value if row is None else as_told(row)

    def tell(self, model: Any, name: str, value: Any) -> str:
        """Empty for what is empty."""
        if value in (None, ""):
            return ""
        related = _related(model, name)
        if related is not None:
            row = self.row(model, name, value)
            return str(row) if row is not None else str(value)
        field = model._meta.get_field(name)
        return str(dict(field.flatchoices).get(value, value))


def _each(told: Iterable[tuple[Any, str, Any]]) -> Iterator[tuple[Any, str, Any]]:
    for model, name, value in told:
        if isinstance(value, dict):
            yield from ((model, each, part) for each, part in value.items())
        else:
            yield model, name, value


def _related(model: Any, name: str) -> Any:
    try:
        return model._meta.get_field(name).related_model
    except FieldDoesNotExist:
        return None
