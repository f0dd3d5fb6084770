"""When a usage counts as in use. Pure; `querysets.UsageQuerySet` says the same to the database."""

from stacks import dates
from stacks.comparison.matrix import Fact

NOT_CURRENT = ("planned", "retired")


def in_use(fact: Fact, as_of: str = "") -> bool:
    """At present, or on the last day that `as_of` covers."""
    if not as_of:
        return not fact.ended and fact.stage not in NOT_CURRENT
    last = dates.last_day(as_of)
    if fact.stage == "planned" or not fact.known_since or fact.known_since > last:
        return False
    return fact.ended > last if fact.ended else fact.stage != "retired"
