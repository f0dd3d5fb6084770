"""Who writes what himself, and who only proposes it: what the public sees is written by those who may publish it."""

from typing import Any

from stacks.folding import alias_key
from stacks.models import (
    Category,
    Company,
    Evidence,
    Homonym,
    ImportLine,
    Migration,
    Redirect,
    Reviewed,
    Source,
    State,
    Technology,
    TechnologyAlias,
    Usage,
)

# Whose right it takes, where a row has no state: of the rows that it belongs to, or that stand in it or lean on it.
_TAKES: dict[Any, str] = {Category: "technology", Source: "usage"}
_OWNERS = ("usage", "migration", "company", "technology", "subject")


def permission_for(row: Any) -> str:
    """The permission that it takes to write this row where the public sees it, and to accept a change to it."""
    model = type(row)
    if isinstance(row, Reviewed):
        return f"stacks.publish_{model._meta.model_name}"
    if isinstance(row, Redirect):
        return f"stacks.publish_{'technology' if row.kind == 'category' else row.kind}"
    if model in _TAKES:
        return f"stacks.publish_{_TAKES[model]}"
    owner = next(iter(owners_of(row)), None)
    return f"stacks.publish_{owner._meta.model_name if owner is not None else 'company'}"


def permission_of_line(line: ImportLine, model: Any) -> str:
    """The same for a line whose row is gone, or not there yet, by what the line says it hangs on."""
    if issubclass(model, Reviewed):
        name = str(model._meta.model_name)
    elif model in _TAKES:
        name = _TAKES[model]
    elif model is Evidence:
        name = "migration" if line.migration_id else "usage" if line.technology_id else "company"
    elif model is Redirect:
        kind = (line.new or line.old or {}).get("kind", "") if line.action in ("add", "remove") else ""
        name = kind if kind in ("company", "technology") else "technology"
    else:
        name = "company" if "company" in {field.name for field in model._meta.concrete_fields} else "technology"
    return f"stacks.publish_{name}"


def owners_of(row: Any) -> list[Any]:
    """The rows with a state that this one is part of; of a row with a state itself alone."""
    if isinstance(row, Reviewed):
        return [row]
    if isinstance(row, Category | Redirect | Source):
        return []
    names = [name for name in _OWNERS if name in {field.name for field in row._meta.concrete_fields}]
    return [owner for name in names if (owner := getattr(row, name)) is not None]


def is_seen(row: Any) -> bool:
    """Whether the public sees the row or has seen it: published, retracted, or part of what is."""
    if isinstance(row, Category | Redirect):
        return True
    if isinstance(row, Homonym) and _takes_a_name(row):
        return True
    if isinstance(row, Source):
        return row.pk is not None and Source.objects.published().filter(pk=row.pk).exists()
    return any(owner.state not in (State.DRAFT, State.PROPOSED) for owner in owners_of(row))


def _takes_a_name(row: Homonym) -> bool:
    """Whether the short form leads to something public alone so far, and would do so no more."""
    names = TechnologyAlias.objects.filter(key=alias_key(row.name)).exclude(technology=row.technology_id)
    return names.exclude(technology__state__in=(State.DRAFT, State.PROPOSED)).exists()


def may_write(user: Any, row: Any) -> bool:
    """Whether the user's own save may change this row, or add it; who may not proposes it."""
    return user.has_perm(permission_for(row)) or not is_seen(row)


def may_decide(user: Any, row: Any) -> bool:
    """Whether the user accepts and refuses what is proposed for this row."""
    return user.has_perm(permission_for(row))


def place_of(row: Any) -> tuple[int | None, int | None]:
    """Company and technology, by key, on whose page what is proposed for the row is reviewed."""
    if isinstance(row, Company):
        return row.pk, None
    if isinstance(row, Technology):
        return None, row.pk
    if isinstance(row, Usage):
        return row.company_id, row.technology_id
    if isinstance(row, Migration):
        return row.company_id, row.to_technology_id
    if isinstance(row, Evidence):
        return place_of(row.usage or row.migration or row.company)
    company = getattr(row, "company_id", None)
    return company, None if company else getattr(row, "technology_id", None) or getattr(row, "subject_id", None)
