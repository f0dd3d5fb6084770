"""Old addresses within one curating transaction: the feed lines that tell what became of them.

A mirror follows the lines one by one: `redirected` takes an object from its old slug to its new one. It is never in
doubt, as a slug is told to be free before another object takes it. What the feed told last is what mirrors believe.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db import connection

from stacks.among import Keyed, as_array
from stacks.documents import KINDS
from stacks.models import Change, Redirect, Verb

_MODELS: dict[str, Any] = {kind: model for model, kind in KINDS.items()}

Address = tuple[str, str]  # kind and slug
Leads = dict[Address, str | None]  # an old slug and where it leads, None where it leads nowhere any more


@dataclass(frozen=True, slots=True)
class Move:
    """A row that goes from one slug to another."""

    kind: str
    pk: int
    old: str
    new: str


class Line(NamedTuple):
    """A line of the feed that is not numbered yet. What many use goes with thousands of them."""

    verb: Verb
    kind: str
    object: str
    payload: dict[str, Any]


def append(lines: Sequence[Line], first: int, at: datetime) -> None:
    """Write lines of the feed, from this number on, by one statement."""
    moment = Change._meta.get_field("at").get_db_prep_save(at, connection)
    told = [
        (line.verb.value, line.kind, line.object, json.dumps(line.payload) if line.payload else "{}") for line in lines
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO stacks_change (seq, at, verb, kind, object, payload) "
                "SELECT %s + n - 1, %s, verb, kind, object, payload::jsonb "
                "FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY "
                "AS line (verb, kind, object, payload, n)",
                [first, moment, *(as_array(each) for each in zip(*told, strict=True))],
            )
        else:
            cursor.executemany(
                "INSERT INTO stacks_change (seq, at, verb, kind, object, payload) VALUES (%s, %s, %s, %s, %s, %s)",
                [(seq, moment, *each) for seq, each in enumerate(told, first)],
            )


class Moves:
    """What one transaction writes that old addresses depend on."""

    def __init__(self) -> None:
        self._old: set[Address] = set()
        self._borne: set[Address] = set()
        self._saved: list[Move] = []

    def touch(self, kind: str, *, old: str = "", borne: Iterable[str] = ()) -> None:
        """A redirect of this old slug, or a row that bears or bore these slugs, is written."""
        if old:
            self._old.add((kind, old))
        self._borne |= {(kind, slug) for slug in borne}

    def saved(self, move: Move) -> None:
        self._saved.append(move)
        self.touch(move.kind, old=move.old)

    def lines(self, moved: Iterable[Move], appeared: set[Address]) -> list[Line]:
        """The lines about rows that were public before and after, and about redirects that came, went or turned.

        A redirect to what is not public is told when that appears; that it leads nowhere meanwhile needs no line.
        """
        told, now, again = self._look_up(appeared)
        lines = []

        def tell(address: Address, to: str | None) -> None:
            told[address] = to
            lines.append(Line(Verb.REDIRECTED, *address, {"to": to}))

        for address in sorted(told):
            if told[address] is not None and now.get(address) is None:
                tell(address, None)
        for move in self._in_order(list(moved)):
            if told.get((move.kind, move.new)) is not None:
                tell((move.kind, move.new), None)
            tell((move.kind, move.old), move.new)
        said = {(line.kind, line.object) for line in lines}
        for address in sorted(told.keys() | now.keys()):
            if told.get(address) != now.get(address) or (address in again and address not in said):
                tell(address, now.get(address))
        return lines

    def taken(self) -> set[Address]:
        """The slugs that rows took in this transaction, and those that lead elsewhere now."""
        return self._old | {(move.kind, move.new) for move in self._saved}

    def _look_up(self, appeared: set[Address]) -> tuple[Leads, Leads, set[Address]]:
        """What the feed told last, where each old slug leads now, and which of them lead to a row that appears."""
        told, now, again = Leads(), Leads(), set[Address]()
        for kind in sorted({kind for kind, _ in self._old | self._borne}):
            olds, borne = ({slug for of, slug in some if of == kind} for some in (self._old, self._borne))
            rows = _leads(kind, "old_slug")(olds) if olds else []
            rows += _leads(kind, "new_slug")(borne) if borne else []
            leads = {old: new for old, new in rows}  # noqa: C416 - dict() knows no lists of two
            asked = olds | leads.keys()
            told |= {(kind, old): said["to"] for old, said in _told(kind)(asked)} if asked else {}
            public = {slug for (slug,) in _public(kind)(set(leads.values()))} if leads else set()
            for old, new in leads.items():
                now[kind, old] = new if new in public else told.get((kind, old))
                if (kind, new) in appeared:
                    again.add((kind, old))
        return told, now, again

    def _in_order(self, moved: list[Move]) -> list[Move]:
        """A slug is left before it is taken; rows that change places go the way on which they were saved."""
        ordered: list[Move] = []
        while moved:
            left = {(move.kind, move.old) for move in moved}
            free = [move for move in moved if (move.kind, move.new) not in left]
            if not free:
                circling = {(move.kind, move.pk) for move in moved}
                return ordered + [move for move in self._saved if (move.kind, move.pk) in circling]
            ordered += free
            moved = [move for move in moved if move not in free]
        return ordered


@cache
def _leads(kind: str, column: str) -> Keyed:
    """Old slugs and where they lead, by one of the two."""
    rows = Redirect.objects.filter(kind=kind).order_by().values_list("old_slug", "new_slug")
    return Keyed(lambda slugs: rows.filter(**{f"{column}__in": slugs}), "text")


@cache
def _told(kind: str) -> Keyed:
    """What the feed told of old slugs, the last line last."""

    def rows_of(slugs: Any) -> Any:
        lines = Change.objects.of_objects(kind, slugs).filter(verb=Verb.REDIRECTED)
        return lines.order_by("seq").values_list("object", "payload")

    return Keyed(rows_of, "text")


@cache
def _public(kind: str) -> Keyed:
    """Of these slugs those that the public may see."""
    rows = _MODELS[kind].objects.published().order_by().values_list("slug")
    return Keyed(lambda slugs: rows.filter(slug__in=slugs), "text")
