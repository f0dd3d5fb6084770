"""How much belongs to each area: counted in one way, wherever areas are listed."""

from dataclasses import dataclass

from django.db.models import Count, Q

from stacks.models import Category, State
from stacks.pages.parts import Link


@dataclass(frozen=True, slots=True)
class AreaCount:
    """`total` technologies are at home in the area's categories; companies use `used` of them, in whatever role."""

    pk: int
    link: Link
    categories: int
    total: int
    used: int

    @property
    def words(self) -> str:
        noun = "technology" if self.total == 1 else "technologies"
        return f"{self.used} in use of {self.total} {noun}"


def count_areas() -> list[AreaCount]:
    """In page order. One query."""
    public = Q(children__technologies__state=State.PUBLISHED)
    rows = Category.objects.areas().annotate(
        below=Count("children", distinct=True),
        total=Count("children__technologies", filter=public, distinct=True),
        used=Count(
            "children__technologies", filter=public & Q(children__technologies__companies_count__gt=0), distinct=True
        ),
    )
    return [
        AreaCount(row.pk, Link(row.name, row.get_absolute_url()), row.below, row.total, row.used)
        for row in rows.order_by("position", "slug")
    ]
