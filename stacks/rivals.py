"""Where two rows become one: which of the rows that hang on them would say the same thing twice."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from stacks.models import CompanyFact, Coverage, Evidence, Usage

# In which a usage says something of its own beside where it meets another.
_OF_A_USAGE = ("via_id", "purpose", "remarks", "stage", "hosting", "started", "ended", "state")


class Rivals:
    """By every unique constraint, the row that would say the same as one of another owner, once that has moved."""

    def __init__(self, model: Any, name: str, gone: Any, kept: Any):
        self.moved_to = {model._meta.get_field(name).attname: kept.pk}
        self.edition = gone.edition if model is Evidence and name == "source" else ""
        self.kinds: list[tuple[list[str], set[int] | None, dict[tuple, Any]]] = []
        for constraint in model._meta.constraints:
            if not is_unique(constraint) or name not in constraint.fields:
                continue
            comes, stands = (model._base_manager.filter(**{name: owner}) for owner in (gone, kept))
            concerned = None
            if constraint.condition:
                concerned = set(comes.filter(constraint.condition).order_by().values_list("pk", flat=True))
                stands = stands.filter(constraint.condition)
            attributes = [model._meta.get_field(told).attname for told in constraint.fields]
            self.kinds.append((attributes, concerned, {self._key(row, attributes): row for row in stands}))

    def of(self, row: Any) -> Any:
        for attributes, concerned, there in self.kinds:
            key = self._key(row, attributes)
            if None in key or (concerned is not None and row.pk not in concerned):
                continue
            rival = there.get(key)
            if rival is not None and rival.pk != row.pk:
                return rival
        return None

    def come(self, row: Any) -> None:
        """It has moved: the next ones may meet it."""
        for attributes, concerned, there in self.kinds:
            if concerned is None or row.pk in concerned:
                there[self._key(row, attributes)] = row

    def _key(self, row: Any, attributes: Sequence[str]) -> tuple:
        values = {told: getattr(row, told) for told in attributes} | self.moved_to
        if self.edition and not values.get("edition_on", "-"):
            values["edition_on"] = self.edition
        return tuple(values[told] for told in attributes)


def say_the_same(row: Any, rival: Any) -> bool:
    """Two usages, figures or blanks that differ in nothing but whose they are."""
    if isinstance(row, Usage):
        return all(getattr(row, name) == getattr(rival, name) for name in _OF_A_USAGE)
    if isinstance(row, CompanyFact):
        return (row.value, row.source_id) == (rival.value, rival.source_id)
    if isinstance(row, Coverage):
        return (row.outcome, row.looked_on, row.source_id) == (rival.outcome, rival.looked_on, rival.source_id)
    return False


def is_unique(constraint: Any) -> bool:
    return isinstance(constraint, models.UniqueConstraint)
