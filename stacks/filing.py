"""How rows of the catalogue stand in files: Django's fixture format with natural keys, for loading and exporting."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import models

from stacks.models import (
    Audit,
    AuditItem,
    AuditJudgement,
    Category,
    Company,
    CompanyAlias,
    CompanyFact,
    CompanyIdentifier,
    Coverage,
    Evidence,
    Homonym,
    ImportBatch,
    ImportChoice,
    ImportDecision,
    ImportLine,
    Migration,
    Objection,
    Redirect,
    Review,
    Source,
    Technology,
    TechnologyAlias,
    TechnologyIdentifier,
    TechnologyRelation,
    Usage,
    Watch,
)

# Each refers to those before it; what refers to its own kind or to a later one is filled in when all are there.
ORDER: tuple[Any, ...] = (
    Category, Technology, Homonym, TechnologyAlias, TechnologyIdentifier, TechnologyRelation,
    Company, Objection, Source, CompanyAlias, CompanyIdentifier, CompanyFact,
    Usage, Migration, Evidence, Coverage, Redirect,
    Review, ImportBatch, ImportLine, ImportChoice, ImportDecision, Watch,
    Audit, AuditItem, AuditJudgement,
)  # fmt: skip
# By what a row is told from the others of its kind, where files do not refer to it by a key.
IDENTITY: dict[Any, tuple[str, ...]] = {
    Homonym: ("technology", "name"),
    TechnologyAlias: ("name",),
    TechnologyIdentifier: ("scheme", "value"),
    TechnologyRelation: ("subject", "kind", "object"),
    CompanyAlias: ("name",),
    CompanyIdentifier: ("scheme", "value"),
    CompanyFact: ("company", "label", "observed_on"),
    Evidence: ("usage", "migration", "company", "source", "edition_on", "quote", "locator"),
    Redirect: ("kind", "old_slug"),
}
# What a reader looks for is told even where it is what it would be anyway.
_ALWAYS_TOLD = {"state", "stage", "hosting", "stance", "open_source", "position"}
# Each database counts its own; what a line of an import speaks of is told by identity instead.
_LEFT_OUT = {"version", "updated_at", "row"}


@dataclass(frozen=True, slots=True)
class Column:
    """A field as a file has it. `path` is what a query reads: of a foreign key, the natural key at its end."""

    name: str
    path: str
    default: Any
    refers: bool
    state: str = ""  # the path to the state of what it refers to; empty where that has none
    is_json: bool = False  # empty is a value, too

    def is_told(self, value: Any) -> bool:
        if self.is_json:
            return value != self.default
        if value in (None, ""):
            return False
        return self.name in _ALWAYS_TOLD or value != self.default

    def written(self, value: Any) -> Any:
        if self.refers:
            return [value]
        if self.is_json:  # the databases keep its keys in different orders
            return json.loads(json.dumps(value, sort_keys=True))
        return value.isoformat() if isinstance(value, datetime) else value


def key_of(model: Any) -> str:
    """The field by which files refer to a row; empty where nothing refers to one."""
    names = [field.name for field in model._meta.concrete_fields]
    return next((name for name in ("uid", "slug") if name in names), "")


def identity_of(model: Any) -> tuple[str, ...]:
    """The fields by which a row is told from the others of its kind."""
    return IDENTITY.get(model) or (key_of(model),)


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
        if field.name in names - _LEFT_OUT and not field.primary_key and field.related_model is not get_user_model()
    ]
    key = key_of(model)
    fields.sort(key=lambda field: (field.name != key, field.name in shared))
    return tuple(_column(field) for field in fields)


def _column(field: Any) -> Column:
    if not isinstance(field, models.ForeignKey):
        is_json = isinstance(field, models.JSONField)
        return Column(field.name, field.name, field.get_default(), refers=False, is_json=is_json)
    other: Any = field.related_model
    state = f"{field.name}__state" if any(f.name == "state" for f in other._meta.fields) else ""
    return Column(field.name, f"{field.name}__{key_of(other)}", None, refers=True, state=state)
