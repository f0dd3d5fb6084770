"""The names of the vocabulary, read for the scanner."""

from typing import Any

from stacks.folding import fold
from stacks.matching.scan import Name, Scanner
from stacks.models import Homonym, State, Technology


def split_beside(text: str) -> tuple[str, ...]:
    """Names separated by commas, folded: "Azure, SIEM" is ("azure", "siem")."""
    return tuple(folded for part in text.split(",") if (folded := fold(part)))


def load_names(model: Any = Technology, *, public: bool = True) -> list[Name]:
    """Every name that leads to a technology or company, homonyms included; with `public` of public ones alone.

    Two queries for technologies, one for companies.
    """
    aliases = model._meta.get_field("aliases").related_model
    owner = aliases.owner_field
    counts = f"{owner}__companies_count" if model is Technology else "pk"
    rows = _of(aliases.objects.all(), owner, public)
    names = [
        Name(slug, written, key, caution, split_beside(beside), used=used if model is Technology else 0)
        for slug, written, key, caution, beside, used in rows.order_by("key").values_list(
            f"{owner}__slug", "name", "key", "caution", "beside", counts
        )
    ]
    if model is not Technology:
        return names
    shared = _of(Homonym.objects.all(), owner, public).order_by("key", "position", "technology__slug")
    return names + [
        Name(slug, written, key, "only_near", split_beside(near), homonym=True, position=position, used=used)
        for slug, written, key, near, position, used in shared.values_list(
            "technology__slug", "name", "key", "near", "position", "technology__companies_count"
        )
    ]


def load_scanner(*, public: bool = True) -> Scanner:
    """A scanner of the technologies' names. It takes some 50 ms to build: keep it as long as the vocabulary stands."""
    return Scanner(load_names(Technology, public=public))


def _of(rows: Any, owner: str, public: bool) -> Any:
    if public:
        return rows.filter(**{f"{owner}__state": State.PUBLISHED})
    return rows.exclude(**{f"{owner}__state": State.RETRACTED})
