"""The columns of a comparison in the list that changes what is compared."""

from django.utils.safestring import SafeString

from stacks.pages.skeletons import skeleton


def column_line(name: str, *, earlier: str, without: str) -> SafeString:
    """With the addresses of the comparison with this one further to the left, and without it; empty where none is."""
    values = {"name": name}
    values |= {"earlier": earlier} if earlier else {}
    values |= {"without": without} if without else {}
    return skeleton("stacks/compare/_column.html", *values).fill(**values)
