"""How many companies use a technology, in all and in each category: by how many of its usages came and went.

Not by counting its users again: who adds a usage of what many use would hold everybody up for as long as that takes.
"""

from collections import Counter as Counted
from collections.abc import Collection, Mapping

from django.db.models import Count, F
from django.db.models.functions import Greatest

from stacks import derived
from stacks.among import Keyed, many
from stacks.models import Technology, Usage


def _current(owner: str) -> Keyed:
    """Technology, category and company of what the public sees as current, and how often."""
    return Keyed(
        lambda pks: (
            Usage.objects.published()
            .current()
            .filter(**{f"{owner}__in": pks})
            .order_by()
            .values_list("technology", "category", "company")
            .annotate(n=Count("*"))
        )
    )


_of_companies, _of_technologies = _current("company"), _current("technology")


def move_counts(moved: Mapping[tuple[int, int, int], int]) -> None:
    """After usages of a technology, in a category, by a company came to be counted, or no more: by so many. Two
    queries, from the fewer of companies and technologies, and what is to be written."""
    if not moved:
        return
    now = _now({company for _, _, company in moved}, {technology for technology, _, _ in moved})
    in_all, in_category = Counted[int](), Counted[tuple[int, int]]()
    more: Counted[tuple[int, int]] = Counted()  # of a technology by a company, whatever the category
    for (technology, category, company), by in moved.items():
        in_category[category, technology] += _step(now[technology, category, company], by)
        more[technology, company] += by
    using: Counted[tuple[int, int]] = Counted()
    for (technology, _, company), n in now.items():
        using[technology, company] += n
    for (technology, company), by in more.items():
        in_all[technology] += _step(using[technology, company], by)
    alike: dict[int, list[int]] = {}
    for technology, by in in_all.items():
        if by:
            alike.setdefault(by, []).append(technology)
    for by, technologies in alike.items():
        # never below nothing: a number that was wrong stands in nobody's way, and `check_derived` tells of it
        derived.set_values(Technology, technologies, {"companies_count": Greatest(F("companies_count") + by, 0)})
    derived.move_counts_in_categories({pair: by for pair, by in in_category.items() if by})


def _step(n: int, by: int) -> int:
    """1 where something came to be used, -1 where it is used no more: of which there are n now, and were n less by."""
    return int(n > 0) - int(n > by)


def _now(companies: Collection[int], technologies: Collection[int]) -> "Counted[tuple[int, int, int]]":
    asked = (_of_companies, companies) if len(companies) <= len(technologies) else (_of_technologies, technologies)
    found: Counted[tuple[int, int, int]] = Counted()
    rows_of, keys = asked
    for chunk in many(keys):
        for technology, category, company, n in rows_of(chunk):
            if technology in technologies:
                found[technology, category, company] = n
    return found
