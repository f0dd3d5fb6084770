"""Reading the change feed: what each line is about today, with nothing told of what is no longer public."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from stacks.documents import KINDS
from stacks.models import Change, Verb

_MODELS = {kind: model for model, kind in KINDS.items()}
_JOINS = {
    "usage": ("company", "technology", "category"),
    "migration": ("company", "from_technology", "to_technology"),
    "coverage": ("company", "category"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A change with the public row it is about; `row` is None when that is gone, and then `payload` is empty."""

    change: Change
    row: Any

    @property
    def payload(self) -> dict[str, Any]:
        return self.change.payload if self.row is not None else {}


def read(changes: Iterable[Change]) -> list[Line]:
    """The lines of the changes, in their order. One query per kind of object among them, seven at most."""
    changes = list(changes)
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    for change in changes:
        wanted[change.kind].add(_present_name(change))
    rows = {kind: _public_rows(kind, names) for kind, names in wanted.items()}
    return [Line(change, rows[change.kind].get(_present_name(change))) for change in changes]


def _present_name(change: Change) -> str:
    return change.payload["to"] if change.verb == Verb.REDIRECTED else change.object


def _public_rows(kind: str, names: set[str]) -> dict[str, Any]:
    model: Any = _MODELS[kind]
    rows = model.objects.published()
    if joins := _JOINS.get(kind):
        rows = rows.select_related(*joins)
    if kind in ("usage", "migration", "coverage", "source"):
        return {row.uid: row for row in rows.filter(uid__in=names)}
    return {row.slug: row for row in rows.filter(slug__in=names)}
