"""Many rows of one kind written together: told in feed and history like a save of each, in few queries however many.

They bear neither slug nor name, and are held against every rule before.
"""

from collections.abc import Sequence
from copy import copy
from typing import Any

from django.db import models

from stacks import derived
from stacks.curating import in_hand
from stacks.models import Evidence

_COUNTED = ("version", "updated_at")  # what each save moves


def set_on_all(rows: Sequence[Any], values: dict[str, Any], *, reason: str, user: Any) -> None:
    """The same values on all of them; the rows themselves are brought up to date."""
    set_on_each([(row, values) for row in rows], reason=reason, user=user)


def set_on_each(told: Sequence[tuple[Any, dict[str, Any]]], *, reason: str, user: Any) -> None:
    """As `set_on_all`, with values of the same fields for each row."""
    if not told:
        return
    rows = [row for row, _ in told]
    model, now = type(rows[0]), in_hand().moment
    names = {model._meta.get_field(name).attname for name in told[0][1]}
    in_hand().about_to_set(rows, names)
    for row, values in told:
        was = copy(row)
        row.version += 1
        row.updated_at = now
        for name, value in values.items():
            setattr(row, name, value)
        if isinstance(row, Evidence):
            in_hand().note_less_cited(was, row)
    in_hand().about_to_set(rows, names)  # and what they come to hang on
    derived.set_each(model, tuple(told[0][1]), [(row.pk, values) for row, values in told])
    written = {"version": models.F("version") + 1, "updated_at": now}
    derived.set_values(model, [row.pk for row in rows], written)
    model.history.bulk_history_create(
        rows, batch_size=500, update=True, default_user=user, default_change_reason=reason, default_date=now
    )


def save_all(rows: Sequence[Any], *, reason: str, user: Any) -> None:
    """Stored rows, changed as they are here."""
    if not rows:
        return
    fields = [each for each in rows[0]._meta.concrete_fields if not each.primary_key and each.name not in _COUNTED]
    stored = derived.in_bulk(type(rows[0])._base_manager, [row.pk for row in rows])
    told = []
    for row in rows:
        values = {each.attname: each.pre_save(row, add=False) for each in fields}  # keys that are made of others
        told.append((stored[row.pk], values))
    set_on_each(told, reason=reason, user=user)
    for row in rows:
        row.version, row.updated_at = stored[row.pk].version, stored[row.pk].updated_at


def add_all(rows: Sequence[Any], *, reason: str, user: Any) -> None:
    """New rows."""
    if not rows:
        return
    model, now = type(rows[0]), in_hand().moment
    in_hand().capture_concerned(rows)
    for row in rows:
        row.version += 1
        row.updated_at = now
    added = model._base_manager.bulk_create(rows, batch_size=500)
    for row in added:
        in_hand().created(row, raw=False)
    model.history.bulk_history_create(
        added, batch_size=500, default_user=user, default_change_reason=reason, default_date=now
    )
