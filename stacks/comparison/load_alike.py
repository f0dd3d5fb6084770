"""The queries behind `alike`."""

from collections.abc import Sequence

from django.db.models import Count

from stacks.comparison.alike import find_alike
from stacks.comparison.matrix import Alikeness, Bases, Ref, Slug
from stacks.models import Company, Technology, Usage

CANDIDATES = 50


def load_alike(company: Company, technologies: Sequence[Slug], bases: Bases, most: int = 5) -> list[Alikeness]:
    """The published companies most alike to one that uses `technologies` at present.

    Measured are the 50 that share most technologies with it, relatives included: so the cost hangs on the company, not on
    the catalogue. Two queries.
    """
    if not technologies:
        return []
    own = {base for slug in technologies for base in bases.get(slug, (slug,))}
    meant = own | {slug for slug, above in bases.items() if not own.isdisjoint(above)}
    current = Usage.objects.published().current()
    candidates = (
        current.filter(technology__in=Technology.objects.filter(slug__in=meant).order_by().values("pk"))
        .exclude(company=company)
        .order_by()
        .values("company", "company__slug", "company__name")
        .annotate(shared=Count("technology", distinct=True))
        .order_by("-shared", "company")[:CANDIDATES]
    )
    others = {row["company"]: Ref(row["company__slug"], row["company__name"]) for row in candidates}
    held = (
        current.filter(company__in=[company.pk, *others])
        .order_by()
        .values_list("company__slug", "category__slug", "technology__slug")
    )
    return find_alike(Ref(company.slug, company.name), others.values(), held, bases, most)
