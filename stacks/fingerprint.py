"""What a reviewer reads of a row before it is published: its own words and those of its parts, in one short text.

Two fingerprints of a row are alike as long as it, its evidence with the sources cited, its figures, names, relations
and blanks say the same.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import CASCADE

from stacks.derived import chunks
from stacks.models import Curated, Reviewed, Source

# What another technology is to this one is said there.
_SAID_ELSEWHERE = {"reverse_relations"}
_MOST_TOLD = 10


def parts_of(model: type[Reviewed]) -> list[Any]:
    """The relations to rows that are part of a row of this kind: they go with it, and have no state of their own."""
    return [
        relation
        for relation in model._meta.related_objects
        if relation.on_delete is CASCADE
        and issubclass(relation.related_model, Curated)
        and not issubclass(relation.related_model, Reviewed)
        and relation.get_accessor_name() not in _SAID_ELSEWHERE
    ]


def fingerprints(rows: Sequence[Any]) -> dict[int, str]:
    """By key, for rows of one kind as they stand in memory, with their parts as they are stored.

    One query per kind of part.
    """
    if not rows:
        return {}
    model = type(rows[0])
    said: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        said[row.pk].append([getattr(row, name) for name in _typed(model)])
    for part in parts_of(model):
        names = [*_typed(part.related_model), *_cited(part.related_model)]
        for chunk in chunks(said):
            found = part.related_model._base_manager.filter(**{f"{part.field.name}__in": chunk}).order_by("pk")
            for owner, *values in found.values_list(part.field.attname, *names):
                said[owner].append([part.name, *values])
    return {pk: _short(said[pk]) for pk in said}


def _typed(model: Any) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if field.editable and not field.primary_key]


def _cited(model: Any) -> list[str]:
    """Of what a part cites, all that the reader sees."""
    return [
        f"{field.name}__{name}"
        for field in model._meta.concrete_fields
        if field.related_model is Source
        for name in _typed(Source)
    ]


def _short(said: list[Any]) -> str:
    return hashlib.blake2b(json.dumps(said, default=str).encode(), digest_size=8).hexdigest()


def told_since(row: Any, moment: datetime | None) -> list[str]:
    """What was saved in a row, its parts and what they cite after a moment, oldest first, in a sentence each.

    Where nothing is found, as the moment is not known or somebody was just saving, the newest that is known.
    """
    since = sorted(_records(row, moment), key=lambda record: record.history_date) if moment else []
    records = since or sorted(_records(row, None), key=lambda record: record.history_date)[-1:]
    sentences = [sentence for record in records for sentence in _sentences(record)]
    return [
        *sentences[:_MOST_TOLD],
        *([f"… and {len(sentences) - _MOST_TOLD} more."] if sentences[_MOST_TOLD:] else []),
    ]


def _records(row: Any, moment: datetime | None) -> Iterator[Any]:
    histories = [type(row).history.filter(id=row.pk)]
    cited: set[int] = set()
    for part in parts_of(type(row)):
        histories.append(part.related_model.history.filter(**{part.field.attname: row.pk}))
        for field in part.related_model._meta.concrete_fields:
            if field.related_model is Source:
                parts = part.related_model._base_manager.filter(**{part.field.name: row.pk}).order_by()
                cited.update(parts.exclude(**{field.name: None}).values_list(field.attname, flat=True))
    histories.append(Source.history.filter(id__in=cited))
    for history in histories:
        newest = history.select_related("history_user").order_by("-history_date", "-history_id")
        yield from newest.filter(history_date__gt=moment)[: _MOST_TOLD * 2] if moment else newest[:1]


def _sentences(record: Any) -> list[str]:
    who = record.history_user or "Somebody"
    noun = record.instance_type._meta.verbose_name
    if record.history_type != "~":
        return [f"{who} {'added' if record.history_type == '+' else 'deleted'} {noun} {_name(record)}."]
    older = record.prev_record
    if older is None:
        return [f"{who} changed {noun} {_name(record)}."]
    changes = record.diff_against(older, excluded_fields=("version",), foreign_keys_are_objs=True).changes
    fields = {change.field: record.instance_type._meta.get_field(change.field).verbose_name for change in changes}
    return [
        f"{who} changed {fields[change.field]} of {noun}: “{_shown(change.old)}” became “{_shown(change.new)}”."
        for change in changes
    ]


def _name(record: Any) -> str:
    try:
        return f"“{record.instance}”"
    except ObjectDoesNotExist:
        return "(what it names is gone)"


def _shown(value: Any) -> str:
    return "(empty)" if value in ("", None) else str(value)
