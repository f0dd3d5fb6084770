"""What a curating transaction makes of the usages it concerns: what is derived, what is counted, what the feed tells.

Of a technology that many use all of it is worked out before the lock that everybody waits for, and holds under it
unless somebody has written meanwhile.
"""

from collections import Counter as Counted
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stacks import derived
from stacks.documents import KINDS, Document
from stacks.marks import Mark, mark
from stacks.models import Usage, Verb
from stacks.moves import Line, Move
from stacks.sights import (
    Said,
    Sight,
    before_and_after,
    hanging_on,
    is_visible,
    look,
    look_again,
    named,
    sources_leaning_on,
    unpublished_sources_of,
)

Seen = Mapping[int, Document | None]
Hung = tuple[Line, set[int | None]]  # a line, and the companies that what it tells of hangs or hung on


@dataclass(frozen=True, slots=True)
class Told:
    """What the feed tells of rows of one kind, and those that go by another slug."""

    appeared: list[Hung] = field(default_factory=list)
    changed: list[Hung] = field(default_factory=list)
    gone: list[Hung] = field(default_factory=list)
    moved: list[Move] = field(default_factory=list)


def tell(model: Any, befores: Seen, afters: Seen) -> Told:
    """The difference of what visitors saw and see."""
    told, kind = Told(), KINDS[model]
    for pk, before in befores.items():
        after = afters.get(pk)
        if before is None and after is not None:
            told.appeared.append((Line(Verb.ADDED, kind, after.object, dict(after.places)), {after.company}))
        elif before is not None and after is None:
            told.gone.append((Line(Verb.REMOVED, kind, before.object, {}), {before.company}))
        elif before is not None and after is not None and before.fields != after.fields:
            fields = sorted(name for name, value in after.fields.items() if before.fields[name] != value)
            payload: dict[str, Any] = dict(after.places) | {"fields": fields}
            told.changed.append((Line(Verb.CHANGED, kind, after.object, payload), {before.company, after.company}))
            if before.object != after.object:
                told.moved.append(Move(kind, pk, before.object, after.object))
    return told


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of usages: which come to be `visible` or no more, what else is `wrong` of what is derived, and by
    how many more or fewer a technology, a category and a company are `counted` together."""

    visible: dict[bool, list[int]]
    wrong: list[derived.Difference]
    counted: "Counted[tuple[int, int, int]]"
    fallen: list[int]  # that visitors see no more, be it that they are gone
    told: Told
    updated: list[int]  # of which the feed tells, but for those that come to be visible

    def write(self, now: datetime) -> None:
        """What is derived of the usages, and when what visitors see of them changed: each is written once."""
        derived.set_values(Usage, self.visible[False], {"visible": False})
        derived.set_values(Usage, self.visible[True], {"visible": True, "updated_at": now})
        derived.set_values(Usage, self.updated, {"updated_at": now})
        derived.write(self.wrong)


def turn(
    before: Mapping[int, Sight | None], now: Mapping[int, Sight], said: Mapping[int, Said], says: Mapping[int, Said]
) -> Turn:
    """From one sight of them to the next; what is derived is brought up to date as it is seen, not yet as it is stored.
    `says` is there for those of which the times may move, `said` where what was said before is to be compared."""
    visible: dict[bool, list[int]] = {True: [], False: []}
    wrong = []
    for difference in derived.usage_differences(now, says):
        now[int(difference.pk)].columns[str(difference.field)] = difference.right
        if difference.field == "visible":
            visible[difference.right].append(int(difference.pk))
        else:
            wrong.append(difference)
    counted: Counted[tuple[int, int, int]] = Counted()
    fallen = []
    for pk, was in before.items():
        sight = now.get(pk)
        old, new = was and was.counted, sight and sight.counted
        if old != new:
            if old:
                counted[old] -= 1
            if new:
                counted[new] += 1
        if is_visible(was) and not is_visible(sight):
            fallen.append(pk)
    told = tell(Usage, *before_and_after(before, now, said, says))
    named_now = {line.object for line, _ in (*told.appeared, *told.changed)}
    updated = [pk for pk, sight in now.items() if sight.columns["uid"] in named_now] if named_now else []
    appear = set(visible[True])
    return Turn(visible, wrong, counted, fallen, told, [pk for pk in updated if pk not in appear])


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What becomes of the usages that hang on these rows, once they are `named` so, by slug and state.

    `leaning` are the sources that may fall with them, as no other usage cites them, and `appearing` those that come.
    """

    mark: Mark
    model: Any
    named: dict[int, list[str]]
    before: dict[int, Sight]
    turn: Turn
    leaning: list[int]
    appearing: list[int]


def foresee(model: Any, pks: Collection[int], state: str) -> Foreseen:
    """What another state of these companies or technologies makes of the usages that hang on them.

    Five queries: how far writing has come, the rows, their usages by key and whole, and the sources of what falls or of
    what appears.
    """
    told = mark()
    names = {pk: [slug, state] for pk, (slug, _) in named(model, pks).items()}
    before = look(hanging_on(model, pks))
    now = look_again(before, {model: names})
    become = turn(before, now, {}, {})
    leaning = sources_leaning_on(model, pks, become.fallen) if become.fallen else []
    appearing = [pk for pk, _ in unpublished_sources_of(become.visible[True])]
    return Foreseen(told, model, names, before, become, leaning, appearing)
