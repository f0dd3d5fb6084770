"""A technology that an import speaks of, that the catalogue lacks, and that a curator wants made."""

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from stacks.folding import fold
from stacks.models import Category, State, Technology

from .decisions import Making
from .load import find_technology

_LONGEST_SLUG = 100


def new_technology(making: Making, category: Category | None) -> Technology:
    """A draft, not saved yet, under a slug that is free; or the technology that somebody made meanwhile.

    Raises ValidationError where the name cannot be one.
    """
    found = find_technology(making.name)
    if found is not None:
        return found
    if category is None:
        raise ValidationError("Its category is not told.")
    spelt = making.name.replace("+", " plus ").replace("#", " sharp ")
    base = slugify(fold(spelt))[: _LONGEST_SLUG - 4].strip("-")
    if not base:
        raise ValidationError(f"No address can be made of the name “{making.name}”: add the technology first.")
    technology = Technology(
        name=making.name,
        slug=base,
        kind=making.kind,
        website=making.website,
        category=category,
        state=State.DRAFT,
    )
    technology.clean_fields(exclude={"sort_key", "category"})
    number = 1
    while not _is_free(technology):
        number += 1
        technology.slug = f"{base}-{number}"
    return technology


def _is_free(technology: Technology) -> bool:
    """Whether nobody has, or had, the slug. Raises ValidationError for anything else that is wrong."""
    if Technology.objects.filter(slug=technology.slug).exists():
        return False
    try:
        technology.check_invariants()
    except ValidationError as error:
        if "slug" in getattr(error, "error_dict", {}):
            return False
        raise
    return True
