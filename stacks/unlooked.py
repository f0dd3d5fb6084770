"""Blanks that nobody has looked at: categories that companies commonly document, at companies that are well documented
otherwise, in which there is neither a usage nor a blank."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Sum

from stacks.models import Category, Company, Coverage, State, TechnologyCount, Usage

WELL_DOCUMENTED = 20  # current usages
_COMMON = 12  # categories, those in which most is used


def well_documented() -> Any:
    """The most documented first."""
    companies = Company.objects.filter(state=State.PUBLISHED, usages_count__gte=WELL_DOCUMENTED)
    return companies.order_by("-usages_count", "pk")


def common_categories() -> list[int]:
    counts = TechnologyCount.objects.values("category").annotate(companies=Sum("companies"))
    return list(counts.order_by("-companies", "category").values_list("category", flat=True)[:_COMMON])


def count_unlooked() -> int:
    """Three queries."""
    categories = common_categories()
    if not categories:
        return 0
    companies = well_documented()
    return companies.count() * len(categories) - _looked_at(companies.order_by().values("pk"), categories).count()


def unlooked(companies: Sequence[Company]) -> list[tuple[Company, list[Category]]]:
    """For each of the companies, the categories in which nobody has looked. Three queries."""
    categories = Category.objects.in_bulk(common_categories())
    seen: defaultdict[int, set[int]] = defaultdict(set)
    for company, category in _looked_at([company.pk for company in companies], list(categories)):
        seen[company].add(category)
    ordered = sorted(categories.values(), key=lambda category: (category.position, category.pk))
    return [(company, [one for one in ordered if one.pk not in seen[company.pk]]) for company in companies]


def _looked_at(companies: Any, categories: list[int]) -> Any:
    """Company and category of what is documented or was looked for, each pair once."""
    places = {"company__in": companies, "category__in": categories}
    used = Usage.objects.filter(**places).exclude(state=State.RETRACTED).order_by()
    looked = Coverage.objects.filter(**places).order_by()
    return used.values_list("company", "category").union(looked.values_list("company", "category"))
