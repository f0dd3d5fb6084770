"""What a record says, for a reader: names in place of keys, also of what is gone; whole values."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.text import capfirst

from stacks.models import Migration, Usage

from .parts import newest

# No news to anybody: they move with each save.
UNTOLD = {"version", "updated_at"}
# From so many letters on, a change is shown within the text.
_LONG = 60
# Two stretches with more pairs of words than this are told one after the other.
_MOST_COMPARED = 400_000
_WORDS = re.compile(r"\s*\S+\s*|\s+")
_JOINED: dict[Any, tuple[str, ...]] = {
    Usage: ("technology", "category", "company"),
    Migration: ("from_technology", "to_technology", "company"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: `how` is same, gone or new."""

    how: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Of one field, whole: what it was and what it became; `pieces` of a long text that changed in places."""

    field: str
    label: str
    old: str
    new: str
    pieces: tuple[Piece, ...] = ()

    @property
    def weight(self) -> int:
        return len(self.old) + len(self.new)


class Names:
    """What the rows are called that records name, those that are gone by their last record.

    Two queries for each kind that is named, one more where some are gone.
    """

    def __init__(self, records: Iterable[Any]):
        wanted: defaultdict[Any, set[int]] = defaultdict(set)
        for record in records:
            self._want(record, wanted)
        self.found: dict[Any, dict[int, str]] = {}
        owners = {model: self._read(model, wanted[model]) for model in (Usage, Migration) if wanted[model]}
        for records_of_gone in owners.values():
            for record in records_of_gone:
                self._want(record, wanted)
        for model in [model for model in wanted if model not in (Usage, Migration)]:
            for record in self._read(model, wanted[model]):
                self.found[model][record.id] = name_of(record, self)
        for model, gone in owners.items():
            for record in gone:
                self.found[model][record.id] = name_of(record, self)

    @staticmethod
    def _want(record: Any, wanted: defaultdict[Any, set[int]]) -> None:
        for field in record.tracked_fields:
            if field.related_model is not None and (pk := getattr(record, field.attname)) is not None:
                wanted[field.related_model].add(pk)

    def _read(self, model: Any, pks: set[int]) -> list[Any]:
        """Notes the names of the rows that are there; returns the last record of each that is gone."""
        rows = model._base_manager.select_related(*_JOINED.get(model, ())).in_bulk(pks)
        self.found[model] = {pk: _name_of_row(row) for pk, row in rows.items()}
        gone = pks - rows.keys()
        return list(newest(model, gone).values()) if gone and hasattr(model, "history") else []

    def of(self, model: Any, pk: int | None) -> str:
        if pk is None:
            return ""
        return self.found.get(model, {}).get(pk) or f"{capfirst(model._meta.verbose_name)} {pk}, which is gone"


def _name_of_row(row: Any) -> str:
    if isinstance(row, Usage):
        return f"{row.company}: {row.technology} ({row.category})"
    if isinstance(row, get_user_model()):
        return row.get_username()
    return str(row)


def name_of(record: Any, names: Names) -> str:
    """What the row of a record was called then, as its own model would call it."""
    said = {field.name: record_value(record, field, names) for field in record.tracked_fields}
    pattern = _NAMED.get(str(record.instance_type._meta.model_name))
    if pattern is None:
        pattern = next((f"{{{name}}}" for name in ("name", "title", "label") if said.get(name)), "{id}")
    return pattern.format_map(defaultdict(str, said)).strip(" :,") or f"number {record.id}"


_NAMED = {
    "usage": "{company}: {technology} ({category})",
    "migration": "{company}: {from_technology} to {to_technology}",
    "coverage": "{company}: {category}, {outcome}",
    "evidence": "{source}: {usage}{migration}{company}",
    "companyfact": "{label}: {value}",
    "companyidentifier": "{scheme}: {value}",
    "technologyidentifier": "{scheme}: {value}",
    "technologyrelation": "{subject} {kind} {object}",
    "homonym": "{name}: {technology}",
    "redirect": "{kind} {old_slug} → {new_slug}",
}


def record_value(record: Any, field: Any, names: Names) -> str:
    """A value in words; empty for what is empty."""
    value = getattr(record, field.attname)
    if value in (None, ""):
        return ""
    if field.related_model is not None:
        return names.of(field.related_model, value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def differences(older: Any, newer: Any, names: Names) -> list[Difference]:
    """What two records of one row, one of which may be None, say differently; of one alone all that it says."""
    told = []
    for field in (newer or older).tracked_fields:
        if field.primary_key or field.name in UNTOLD:
            continue
        both = older is not None and newer is not None
        if both and getattr(older, field.attname) == getattr(newer, field.attname):
            continue
        old = record_value(older, field, names) if older is not None else ""
        new = record_value(newer, field, names) if newer is not None else ""
        if old or new:
            told.append(Difference(field.name, str(capfirst(field.verbose_name)), old, new, pieces(old, new)))
    return told


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Both texts at once, whole, where they are long and differ in places; nothing for short ones."""
    if not old or not new or max(len(old), len(new)) < _LONG:
        return ()
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    shorter = min(len(before), len(after))
    start = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    rest = shorter - start
    end = next((at for at in range(rest) if before[-1 - at] != after[-1 - at]), rest)
    inner_before, inner_after = before[start : len(before) - end], after[start : len(after) - end]
    found = [("same", before[:start]), *_between(inner_before, inner_after), ("same", before[len(before) - end :])]
    return tuple(Piece(how, "".join(words)) for how, words in found if words)


def _between(before: list[str], after: list[str]) -> list[tuple[str, list[str]]]:
    if len(before) * len(after) > _MOST_COMPARED:
        return [("gone", before), ("new", after)]
    found: list[tuple[str, list[str]]] = []
    for how, a, b, c, d in difflib.SequenceMatcher(None, before, after).get_opcodes():
        found += [("same", before[a:b])] if how == "equal" else [("gone", before[a:b]), ("new", after[c:d])]
    return found


def weigh(told: Sequence[Difference]) -> int:
    return sum(each.weight for each in told)
