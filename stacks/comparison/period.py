"""When a usage counts as in use, how far it was then, and what is old. Pure.

`querysets.UsageQuerySet` says the same to the database; `derived.find_times` finds since and until when it is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from operator import attrgetter

from stacks import dates
from stacks.comparison.matrix import Fact

NOT_CURRENT = ("planned", "retired")
_FIELDS = [field.name for field in fields(Fact)]
_STAGE, _OLD, _DISCONTINUED = (_FIELDS.index(name) for name in ("stage", "old", "discontinued"))
_values_of = attrgetter(
    *_FIELDS
)  # a comparison marks a hundred facts, for which `dataclasses.replace` takes as long again


def in_use(fact: Fact, as_of: str = "") -> bool:
    """At present, or on the last day that `as_of` covers."""
    if not as_of:
        return not fact.ended and fact.stage not in NOT_CURRENT
    last = dates.last_day(as_of)
    if fact.stage == "planned" or not fact.known_since or fact.known_since > last:
        return False
    return fact.until > last if fact.until else fact.stage != "retired"


def is_undated(fact: Fact) -> bool:
    """Whether nobody tells of a day on which it was in use, so that no `as_of` has it; a plan never was in use."""
    if fact.stage == "planned":
        return False
    if not fact.known_since:
        return True
    return fact.known_since >= fact.until if fact.until else fact.stage == "retired"


def stage_on(stage: str, last_said: str, said: Sequence[tuple[str, str]], as_of: str) -> str:
    """How far a usage that is known to be in use on that day was then.

    From the newest edition that supports it on it is what the catalogue says today, unless that is not in use; before,
    what the newest edition of the time said, and where there was none: in use.
    """
    last = dates.last_day(as_of)
    if stage not in NOT_CURRENT and last_said <= last:
        return stage
    return next((says for edition, says in reversed(said) if edition <= last), "") or "in_use"


def is_old(last_said: str, newest: str, years: int, as_of: str = "") -> bool:
    """Whether it was last said more than `years` before the newest edition of the catalogue, or before `as_of`."""
    measure = min(newest, dates.last_day(as_of)) if as_of else newest
    if not last_said or not measure:
        return False
    return dates.compare(last_said, f"{max(0, int(measure[:4]) - years):04d}{measure[4:]}") < 0


def is_discontinued(lifecycle: str, lifecycle_on: str, as_of: str = "") -> bool:
    """Whether a technology has ended, or had on that day; where nobody says when, no day of the past is called so."""
    if lifecycle != "ended":
        return False
    return not as_of or ("" < lifecycle_on <= dates.last_day(as_of))


def find_used(facts: Iterable[Fact], as_of: str = "", newest: str = "", years: int = 0) -> list[Fact]:
    """Those in use, at present or as of a date, as far as they were then.

    Marked where they were last said long ago, and where their technology has ended.

    `newest` is the newest edition of the catalogue; without it nothing is old.
    """
    return [
        _as_it_was(fact, as_of, is_old(fact.last_said, newest, years, as_of)) for fact in facts if in_use(fact, as_of)
    ]


def _as_it_was(fact: Fact, as_of: str, old: bool) -> Fact:
    stage = stage_on(fact.stage, fact.last_said, fact.said, as_of) if as_of else fact.stage
    discontinued = is_discontinued(fact.lifecycle, fact.lifecycle_on, as_of)
    if (stage, old, discontinued) == (fact.stage, fact.old, fact.discontinued):
        return fact
    values = list(_values_of(fact))
    values[_STAGE], values[_OLD], values[_DISCONTINUED] = stage, old, discontinued
    return Fact(*values)


def count_undated(facts: Iterable[Fact], as_of: str = "") -> int:
    """How many `as_of` leaves out because they bear no date; without `as_of` how many of those in use it would."""
    return sum(1 for fact in facts if is_undated(fact) and (as_of or in_use(fact)))
