"""What the forms for other tools tell of the technologies of a stack."""

from stacks.comparison.matrix import Slug
from stacks.comparison.stack import Stack
from stacks.exporters.interchange import Product
from stacks.models import Technology


def load_products(stack: Stack) -> dict[Slug, Product]:
    """The technologies that the stack names, by slug. One query."""
    slugs = {fact.technology.slug for fact, _ in stack.placed}
    rows = Technology.objects.published().filter(slug__in=slugs).order_by()
    columns = ("slug", "kind", "website", "licence", "open_source")
    return {slug: Product(*told) for slug, *told in rows.values_list(*columns)}
