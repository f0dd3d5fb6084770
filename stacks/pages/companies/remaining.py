"""How many companies the filters of the list leave, and how many would be left with each value of each filter."""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_
from typing import Any

from stacks.comparison.sets import Sets, bits, count, members, union
from stacks.filtersets import industries_meant, with_their_categories
from stacks.models import Company
from stacks.pages.filters import Filters

_FEW = 500  # of more, a page is soon full in the order of names


class Remaining:
    """Counted by sets, whatever is asked for; one query for each filter whose companies no set has."""

    def __init__(self, filters: Filters, sets: Sets):
        self.sets = sets
        self._left = {name: self._of(filters, name) for name in filters.values}

    def without(self, *names: str) -> int:
        """The companies that all filters leave but these."""
        return reduce(and_, (left for name, left in self._left.items() if name not in names), self.sets.public)

    def count(self, sets: Mapping[Any, int], name: str) -> dict[Any, int]:
        """How many of those that all filters but this one leave are in each of the sets; none that is empty."""
        return count(sets, self.without(name))

    def rows(self) -> Any:
        """The companies by their keys, where they are few and filtered, else None."""
        left = self.without()
        if not self._left or left.bit_count() > _FEW:
            return None
        return Company.objects.published().filter(pk__in=members(left))

    def _of(self, filters: Filters, name: str) -> int:
        asked = filters.asked(name)
        if read := None if filters.asked("said_since") and name in _USING else _SETS.get(name):
            return read(self.sets, asked)
        rows = filters.filterset.filters[name].filter(filters.queryset, asked)
        return bits(rows.order_by().values_list("pk", flat=True))


_USING = ("uses", "uses_all", "category")  # which ask for what an edition of a date says as well, where one is given
_SETS: dict[str, Callable[[Sets, Any], int]] = {
    "uses": lambda sets, found: union(sets.technologies.get(row.pk, 0) for row in found),
    "uses_all": lambda sets, found: reduce(and_, (sets.technologies.get(row.pk, 0) for row in found)),
    "category": lambda sets, found: union(sets.categories.get(pk, 0) for pk in with_their_categories(found)),
    "industry": lambda sets, found: union(sets.industries.get(name, 0) for name in industries_meant(found)),
    "country": lambda sets, found: union(sets.countries.get(name, 0) for name in found),
    "team_size": lambda sets, told: sets.telling_team_size if told else sets.public & ~sets.telling_team_size,
    "letter": lambda sets, letter: sets.letters.get(letter, 0),
}
