"""How rows of the catalogue stand in files: Django's fixture format with natural keys, for loading and exporting."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
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

# Each refers to those before it; what refers to its own kind or to a later one is filled in when all are there.
ORDER: tuple[Any, ...] = (
    Category, Technology, Homonym, TechnologyAlias, TechnologyIdentifier, TechnologyRelation,
    Company, Source, CompanyAlias, CompanyIdentifier, CompanyFact,
    Usage, Migration, Evidence, Coverage, Redirect,
)  # fmt: skip
# The file that names what was added last, in that order, where the order of the other files does not tell it.
ADDED = "added.json"
# What a reader looks for is told even where it is what it would be anyway.
_ALWAYS_TOLD = {"state", "stage", "hosting", "stance", "open_source", "position"}
_OF_THE_ROW = {"version", "updated_at"}  # each database counts its own


@dataclass(frozen=True, slots=True)
class Column:
    """A field as a file has it. `path` is what a query reads: of a foreign key, the natural key at its end."""

    name: str
    path: str
    default: Any
    refers: bool
    state: str  # the path to the state of what it refers to; empty where that has none

    def is_told(self, value: Any) -> bool:
        if value in (None, ""):
            return False
        return self.name in _ALWAYS_TOLD or value != self.default

    def written(self, value: Any) -> Any:
        if self.refers:
            return [value]
        return value.isoformat() if isinstance(value, datetime) else value


def key_of(model: Any) -> str:
    """The field by which files refer to a row; empty where nothing refers to one."""
    names = [field.name for field in model._meta.concrete_fields]
    return next((name for name in ("uid", "slug") if name in names and hasattr(model, "natural_key")), "")


@cache
def columns_of(model: Any) -> tuple[Column, ...]:
    """What a file tells of a row, in this order: its key, its own fields, those that it shares with other kinds.

    Left out are the keys of the database, whoever did it, and what is derived: the history does not keep it either.
    """
    kept = model.history.model if hasattr(model, "history") else model
    names = {field.name for field in kept._meta.concrete_fields}
    shared = {field.name for base in model.__mro__[1:] if hasattr(base, "_meta") for field in base._meta.local_fields}
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.name in names - _OF_THE_ROW and not field.primary_key and field.related_model is not get_user_model()
    ]
    key = key_of(model)
    fields.sort(key=lambda field: (field.name != key, field.name in shared))
    return tuple(_column(field) for field in fields)


def _column(field: Any) -> Column:
    if not isinstance(field, models.ForeignKey):
        return Column(field.name, field.name, field.get_default(), refers=False, state="")
    other: Any = field.related_model
    state = f"{field.name}__state" if any(f.name == "state" for f in other._meta.fields) else ""
    return Column(field.name, f"{field.name}__{key_of(other)}", None, refers=True, state=state)
