"""What hangs on a row, and how the histories of the two lead to each other."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import CASCADE, Q

from stacks.models import (
    Category,
    Company,
    CompanyFact,
    Coverage,
    Curated,
    Evidence,
    Migration,
    Redirect,
    Source,
    Technology,
    Usage,
)

ADDRESSED: tuple[Any, ...] = (Category, Technology, Company)


def curated_models() -> list[Any]:
    """Each kind of row that keeps a history, what others refer to first."""
    models: list[Any] = [model for model in apps.get_app_config("stacks").get_models() if issubclass(model, Curated)]
    first = [Category, Technology, Company, Source, Usage, Migration]
    return sorted(models, key=lambda model: first.index(model) if model in first else len(first))


def kind_of(model: Any) -> str:
    return str(model._meta.model_name)


def fields_to(model: Any, owner: Any) -> list[Any]:
    """The fields of a kind by which its rows go along when a row of the kind `owner` is deleted."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.related_model is owner and field.remote_field.on_delete is CASCADE
    ]


def hangs_on(model: Any) -> list[tuple[Any, Any]]:
    """What goes along with a row of this kind, as (model, field that leads here); one step, in the order of making."""
    return [(part, field) for part in curated_models() for field in fields_to(part, model)]


def past_of(model: Any, pk: int) -> dict[Any, Q]:
    """By kind, the records of a row and of all that hangs on it or ever did; of what moved away, where it went too."""
    found: dict[Any, Q] = {model: Q(id=pk)}
    if model is Source:
        for part in (Evidence, CompanyFact, Coverage):
            found[part] = _ever(part, Q(source=pk))
        return found
    for part, field in hangs_on(model):
        found[part] = found.get(part, Q()) | Q(**{field.attname: pk})
    for part in [part for part in found if part is not model]:
        found[part] = _ever(part, found[part])
        for deeper, field in hangs_on(part):
            keys = part.history.model.objects.filter(found[part]).order_by().values("id")
            further = _ever(deeper, Q(**{f"{field.attname}__in": keys}))
            found[deeper] = found[deeper] | further if deeper in found else further
    if model in ADDRESSED:
        slugs = model.history.model.objects.filter(id=pk).order_by().values("slug")
        found[Redirect] = _ever(Redirect, Q(kind=kind_of(model), new_slug__in=slugs))
    return found


def _ever(model: Any, where: Q) -> Q:
    return Q(id__in=model.history.model.objects.filter(where).order_by().values("id"))


def newest(model: Any, pks: Iterable[int]) -> dict[int, Any]:
    """The last record of each row, by key. One query, however many versions there are."""
    records = model.history.model.objects
    keys = set(pks)
    later = records.filter(id__in=keys).order_by("id", "history_date", "history_id")
    return {record.id: record for record in later} if keys else {}
