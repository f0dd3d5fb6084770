"""Who uses a technology, used it or plans to: a row for each company, and where more of them are listed."""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar

from django.conf import settings
from django.urls import reverse

from stacks import keyset
from stacks.comparison.load import load_facts
from stacks.comparison.matrix import Fact, Place, Ref
from stacks.comparison.period import find_used
from stacks.comparison.sets import Sets
from stacks.models import Technology, Usage
from stacks.pages.parts import NOT_STATED, Link, UseView, show_use

MOST = 50
_BY_NAME = ["company__sort_key", "company__slug", "added"]

Told = tuple[Ref, Fact, Place]
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class UserView:
    """One usage."""

    company: Link
    category: Link
    use: UseView
    fact: Fact


@dataclass(frozen=True, slots=True)
class AdopterView:
    """One company with all its usages of the technology; each date empty where no source says it."""

    company: Link
    uses: list[UserView]

    @property
    def since(self) -> str:
        """The start, or the earliest edition that says it is in use."""
        started = [view.fact.started for view in self.uses if view.fact.started]
        known = [view.fact.known_since for view in self.uses if view.fact.known_since]
        if started and min(started) <= min(known, default=min(started)):
            return min(started)
        return f"by {min(known)[:7]}" if known else NOT_STATED

    @property
    def last_said(self) -> str:
        return max(view.fact.last_said for view in self.uses)[:7] or NOT_STATED

    @property
    def left(self) -> str:
        """The end, or the earliest edition that says so."""
        ended = [view.fact.ended for view in self.uses if view.fact.ended]
        known = [view.fact.known_until for view in self.uses if view.fact.known_until]
        if ended:
            return max(ended)
        return f"by {max(known)[:7]}" if known else NOT_STATED


@dataclass(frozen=True, slots=True)
class Cut:
    """The first rows, and where the rest is, if there is more."""

    rows: list
    rest: Link | None


def cut(rows: Sequence[_Row], name: str, url: str) -> Cut:
    """`rows` are one more than are shown, where there are more."""
    return Cut(list(rows[:MOST]), Link(name, url) if len(rows) > MOST else None)


def past_link(technology: Technology) -> str:
    """Where all that is not in use is listed."""
    return f"{reverse('api-root')}usages/?technology={technology.slug}&current=false"


def load_first(usages: Any, found: Sequence[tuple[int, int]], sets: Sets) -> list[Usage]:
    """Of these, told as companies and usages, the first by company, and one more than are shown: read are those of as
    many companies. One query if there are any."""
    names = {company: sets.names[company] for company, _ in found if company in sets.names}
    first = set(heapq.nsmallest(MOST + 1, names, key=names.__getitem__))
    if not first:
        return []
    rows = usages.filter(pk__in=[usage for company, usage in found if company in first]).for_display()
    return list(rows.order_by(*_BY_NAME)[: MOST + 1])


def load_users(technology: Technology, sets: Sets, cursor: str) -> keyset.Page:
    """A page of those who use it at present, by name: read are the usages of as many companies as it has room for.

    One query. Raises InvalidCursor.
    """
    usages = Usage.objects.published().current().filter(technology=technology).for_display()
    using = sets.technologies.get(technology.pk, 0)

    def read(steps: list[str], values: list[Any] | None) -> list[Usage]:
        near = _nearest(using, sets, values[0] if values else None, steps != _BY_NAME)
        return list(keyset.beyond(usages.filter(company__in=near), steps, values, MOST))

    of = keyset.list_of(f"users of technology {technology.pk}")
    return keyset.page_of(read, _BY_NAME, MOST, cursor, of=of)


def _nearest(using: int, sets: Sets, beside: str | None, backwards: bool) -> list[int]:
    """The companies of one page: those of that name, and the next ones after it or before it; all of one name."""
    near: list[int] = []
    ahead, last = 0, None
    for key in sets.by_name(using, beside, backwards=backwards):
        name = sets.names[key].sort_key
        if ahead > MOST and name != last:
            break
        near.append(key)
        ahead, last = ahead + (name != beside), name
    return near


def show_users(usages: Iterable[Usage], newest: str) -> list[UserView]:
    """The rows with what they cite; keeps their order. `newest` is the newest edition of the catalogue."""
    usages = list(usages)
    facts = read_facts(usages)
    aged = {fact.uid: fact for fact in find_used(facts.values(), "", newest, settings.STALE_YEARS)}
    return [
        UserView(
            Link(u.company.name, u.company.get_absolute_url()),
            Link(u.category.name, u.category.get_absolute_url()),
            show_use(aged.get(u.uid, facts[u.uid])),
            facts[u.uid],
        )
        for u in usages
    ]


def by_company(users: Iterable[UserView]) -> list[AdopterView]:
    return [AdopterView(company, list(uses)) for company, uses in groupby(users, key=lambda view: view.company)]


def tell(usages: Iterable[Any]) -> list[Told]:
    """For the other forms of the page."""
    usages = list(usages)
    facts = read_facts(usages)
    return [
        (
            Ref(u.company.slug, u.company.name),
            facts[u.uid],
            Place(Ref(u.category.parent.slug, u.category.parent.name), Ref(u.category.slug, u.category.name), ()),
        )
        for u in usages
    ]


def read_facts(usages: Iterable[Usage]) -> dict[str, Fact]:
    return {fact.uid: fact for fact in load_facts(Usage.objects.filter(pk__in=[u.pk for u in usages]))}
