"""What changed in one company's stack between two dates. Pure: facts in, dataclasses out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from stacks import dates
from stacks.comparison.matrix import Fact, Move, Slug
from stacks.comparison.period import find_used, in_use

COMPARED = ("stage", "hosting", "via", "purpose", "started")


@dataclass(frozen=True, slots=True)
class Kept:
    """A technology in the same role on both sides; `changed` names the fields that differ, in the order of COMPARED."""

    before: Fact
    after: Fact
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Each fact of the one side is in `left` or `kept`, each of the other in `arrived` or `kept`; all in page order."""

    arrived: tuple[Fact, ...]
    left: tuple[Fact, ...]
    kept: tuple[Kept, ...]

    @property
    def changed(self) -> tuple[Kept, ...]:
        return tuple(kept for kept in self.kept if kept.changed)

    @property
    def same(self) -> tuple[Kept, ...]:
        return tuple(kept for kept in self.kept if not kept.changed)

    @property
    def begun(self) -> tuple[Fact, ...]:
        """Arrivals with a documented start."""
        return tuple(fact for fact in self.arrived if fact.started)

    @property
    def first_told(self) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
        """Arrivals that a source first says to be in use in that time, by the date; perhaps they were before."""
        by_date: defaultdict[str, list[Fact]] = defaultdict(list)
        for fact in self.arrived:
            if fact.known_since and not fact.started:
                by_date[fact.known_since].append(fact)
        return tuple((day, tuple(by_date[day])) for day in sorted(by_date))

    @property
    def ended(self) -> tuple[Fact, ...]:
        """What left with a documented end."""
        return tuple(fact for fact in self.left if fact.ended)

    @property
    def called_retired(self) -> tuple[Fact, ...]:
        """What a source first calls retired in that time; the end itself is not documented."""
        return tuple(fact for fact in self.left if not fact.ended)

    @property
    def undated(self) -> tuple[Fact, ...]:
        """Arrivals for which nobody gives any date: they are in today's stack and in that of no date."""
        return tuple(fact for fact in self.arrived if not fact.known_since and not fact.started)


def find_difference(before: Iterable[Fact], after: Iterable[Fact]) -> Difference:
    """Facts meet when technology and category are the same: a usage that ended and was taken up again is kept, not new.

    Where a role has several facts on a side, a usage meets itself first, then the earliest meets the earliest.
    """
    ours, theirs = list(before), list(after)
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for likeness in (_usage, _role):
        free: defaultdict[tuple, list[int]] = defaultdict(list)
        for n, fact in enumerate(theirs):
            if n not in taken:
                free[likeness(fact)].append(n)
        for group in free.values():
            group.sort(key=lambda n: (theirs[n].started, theirs[n].uid), reverse=True)
        for n in sorted(range(len(ours)), key=lambda n: (ours[n].started, ours[n].uid)):
            if n not in pairs and free[likeness(ours[n])]:
                pairs[n] = free[likeness(ours[n])].pop()
                taken.add(pairs[n])
    return Difference(
        arrived=tuple(fact for n, fact in enumerate(theirs) if n not in taken),
        left=tuple(fact for n, fact in enumerate(ours) if n not in pairs),
        kept=tuple(
            Kept(fact, theirs[pairs[n]], _changed(fact, theirs[pairs[n]])) for n, fact in enumerate(ours) if n in pairs
        ),
    )


def _role(fact: Fact) -> tuple[Slug, ...]:
    return (fact.company, fact.category, fact.technology.slug)


def _usage(fact: Fact) -> tuple[Slug, ...]:
    return (*_role(fact), fact.uid)


def _changed(before: Fact, after: Fact) -> tuple[str, ...]:
    return tuple(name for name in COMPARED if getattr(before, name) != getattr(after, name))


def compare_dates(facts: Iterable[Fact], before: str, after: str = "") -> Difference:
    """The stack as of `before` against that as of `after`, or today's; the facts are all there are of the company."""
    facts = list(facts)
    return find_difference(find_used(facts, before), find_used(facts, after))


def find_passed(facts: Iterable[Fact], before: str, after: str = "") -> tuple[Fact, ...]:
    """What ended between the two dates and was not known at the first: it is in neither stack."""
    return tuple(
        fact
        for fact in facts
        if fact.until > dates.last_day(before)
        and (not after or fact.until <= dates.last_day(after))
        and fact.stage != "planned"
        and not in_use(fact, before)
    )


def earliest_date(facts: Iterable[Fact]) -> str:
    """The first date at which anything is documented to be in use; empty when nothing is dated."""
    return min((fact.known_since for fact in facts if fact.known_since and fact.stage != "planned"), default="")


def moves_between(moves: Iterable[Move], before: str, after: str = "") -> tuple[Move, ...]:
    """Migrations that began or were done after `before` and by `after`, if given; the undated are left out."""

    def within(text: str) -> bool:
        return bool(text) and text > dates.last_day(before) and (not after or text <= dates.last_day(after))

    return tuple(move for move in moves if within(move.started) or within(move.ended))
