"""A company that an import speaks of and the catalogue lacks."""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from stacks.folding import fold
from stacks.models import Company, State

_LONGEST_SLUG = 100


def new_company(name: str) -> Company:
    """A draft, not saved yet, under a slug that is free. Raises ValidationError where the name is taken or none."""
    name = " ".join("".join(c for c in name if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf")).split())
    base = slugify(fold(name))[: _LONGEST_SLUG - 4].strip("-")
    if not base:
        raise ValidationError(f"No address can be made of the name “{name}”: add the company first.")
    company = Company(name=name, slug=base, state=State.DRAFT)
    company.clean_fields(exclude={"sort_key"})
    number = 1
    while not _is_free(company):
        number += 1
        company.slug = f"{base}-{number}"
    return company


def _is_free(company: Company) -> bool:
    """Whether nobody has, or had, the slug. Raises ValidationError for anything else that is wrong."""
    if Company.objects.filter(slug=company.slug).exists():
        return False
    try:
        company.check_invariants()
    except ValidationError as error:
        if "slug" in getattr(error, "error_dict", {}):
            return False
        raise
    return True
