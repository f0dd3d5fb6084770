"""What waits, each beside what stands now: what it was when it was proposed, what it is, what it would become."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from stacks.derived import in_bulk
from stacks.models import ImportAction, ImportLine

from .values import KINDS, Words, fields_of, value_of

# What a proposal has come to while it waited.
OPEN, MOVED, DONE, GONE = "open", "moved", "done", "gone"


@dataclass(frozen=True, slots=True)
class Difference:
    """Of one field, in words: what stood when it was proposed, what stands now, what is proposed."""

    field: str
    label: str
    then: str
    now: str
    new: str

    @property
    def moved(self) -> bool:
        return self.now not in (self.then, self.new)


@dataclass(slots=True)
class Waiting:
    """A line beside the row that it speaks of.

    `status` is open; moved (something else stands there by now); done (it stands there already); gone (the row, or what
    it hangs on, was deleted meanwhile). `read` is the same as long as the line and what stands say the same. `rivals`
    are the other lines that wait for the same field of the same row; `names` the rows that a further row would name.
    """

    line: ImportLine
    row: Any
    status: str
    differences: list[Difference]
    read: str
    rivals: list["Waiting"] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)

    @property
    def is_possible(self) -> bool:
        return self.status != GONE


def look(lines: Iterable[ImportLine]) -> list[Waiting]:
    """Each line beside what stands, in the order given. One query for each kind of row, and of what values name."""
    ordered = list(lines)
    rows = _rows(ordered)
    words = Words(_told(ordered, rows))
    found = [_look(line, rows.get((line.kind, line.row)), words) for line in ordered]
    same: defaultdict[tuple, list[Waiting]] = defaultdict(list)
    for each in found:
        if each.line.field:
            same[each.line.kind, each.line.row, each.line.field].append(each)
    for rivals in same.values():
        for each in rivals:
            each.rivals = [other for other in rivals if other is not each]
    return found


def _rows(lines: Sequence[ImportLine]) -> dict[tuple[str, int | None], Any]:
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for line in lines:
        if line.row is not None and line.kind in KINDS:
            wanted[line.kind].add(line.row)
    rows: dict[tuple[str, int | None], Any] = {}
    for kind, pks in wanted.items():
        model = KINDS[kind]
        names = [each.name for each in fields_of(model) if each.related_model is not None]
        found = in_bulk(model._base_manager.select_related(*names), pks)
        rows |= {(kind, pk): row for pk, row in found.items()}
    return rows


def _told(lines: Sequence[ImportLine], rows: dict[tuple[str, int | None], Any]) -> Iterator[tuple[Any, str, Any]]:
    for line in lines:
        model = KINDS.get(line.kind)
        if model is None:
            continue
        row = rows.get((line.kind, line.row))
        yield from ((model, line.field, value) for value in (line.old, line.new))
        if row is not None and line.field:
            yield model, line.field, value_of(row, line.field)


def _look(line: ImportLine, row: Any, words: Words) -> Waiting:
    model = KINDS.get(line.kind)
    now: Any = None
    names: dict[str, Any] = {}
    if row is None and (line.action != ImportAction.ADD or model is None):
        status, differences = GONE, _of_gone(line, model, words)
    elif line.action == ImportAction.ADD:
        named = {name: value for name, value in (line.new or {}).items() if value not in (None, "")}
        gone = [name for name, value in named.items() if not words.knows(model, name, value)]
        status = GONE if gone else OPEN
        differences = [_difference(model, name, words, new=value) for name, value in named.items()]
        names = {name: other for name, value in named.items() if (other := words.row(model, name, value))}
    elif line.action == ImportAction.REMOVE:
        now = {each.name: value_of(row, each.name) for each in fields_of(model)}
        old = {name: words.present(model, name, value) for name, value in (line.old or {}).items()}
        status = OPEN if now == old else MOVED
        differences = [
            _difference(model, name, words, then=(line.old or {}).get(name), now=value)
            for name, value in now.items()
            if value not in (None, "")
        ]
    elif line.action == ImportAction.SAID_AGAIN:
        status, differences = OPEN, []
    else:
        now = value_of(row, line.field)
        old, new = (words.present(model, line.field, value) for value in (line.old, line.new))
        status = OPEN if now == old else DONE if now == new else MOVED
        if line.new not in (None, "") and not words.knows(model, line.field, line.new):
            status = GONE
        differences = [_difference(model, line.field, words, then=line.old, now=now, new=line.new)]
    said = [line.pk, line.state, line.new, now, status, str(row)]
    return Waiting(line, row, status, differences, _short(said), names=names)


def _of_gone(line: ImportLine, model: Any, words: Words) -> list[Difference]:
    if model is None or not line.field:
        return []
    return [_difference(model, line.field, words, then=line.old, new=line.new)]


def _difference(model: Any, name: str, words: Words, then: Any = None, now: Any = None, new: Any = None) -> Difference:
    label = str(model._meta.get_field(name).verbose_name)
    return Difference(
        name, label, words.tell(model, name, then), words.tell(model, name, now), words.tell(model, name, new)
    )


def _short(said: list[Any]) -> str:
    return hashlib.blake2b(json.dumps(said, default=str).encode(), digest_size=8).hexdigest()
