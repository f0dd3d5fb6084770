"""What was deleted, by whom and when, and what went along with it: found, searched, a page at a time."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, TextField, Value
from django.utils.text import capfirst

from stacks.models import Company, Merge, Redirect, Source, Technology

from .parts import ADDRESSED, curated_models, hangs_on, kind_of
from .words import Names, name_of

ON_A_PAGE = 50
_MOST_WORDS = 12
# Rows that are known by a name of their own, under which one looks for what belonged to them.
_NAMED: dict[Any, str] = {Company: "name", Technology: "name", Source: "title"}


@dataclass(frozen=True, slots=True)
class Deleted:
    """A row that is no more; `along` is what went with it, in words, `merged` the merge that took it."""

    kind: str
    pk: int
    noun: str
    name: str
    at: Any
    who: str
    reason: str
    along: list[str]
    merged: int | None


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Deleted]
    count: int
    start: int

    @property
    def first(self) -> int:
        return self.start + 1

    @property
    def last(self) -> int:
        return self.start + len(self.rows)

    @property
    def older(self) -> int | None:
        return self.last if self.last < self.count else None

    @property
    def newer(self) -> int | None:
        return max(self.start - ON_A_PAGE, 0) if self.start else None


def last_records(model: Any) -> Any:
    """Of each row of the kind that is no more, the record of its deletion."""
    records = model.history.model.objects
    later = records.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id")).order_by()
    there = model._base_manager.filter(pk=OuterRef("id")).order_by()
    return records.filter(~Exists(later), ~Exists(there), history_type="-").order_by()


def find(models: Collection[Any], *, q: str = "", kind: str = "", start: int = 0) -> Page:
    """The newest first. What went along with something else is told there, and listed where it is looked for.

    One query for the page, one for its count, and some for each kind that is on it.
    """
    asked = [model for model in models if kind in ("", kind_of(model))]
    rows = [_found(model, q, alone=not q and not kind) for model in asked]
    if not rows:
        return Page([], 0, 0)
    whole = rows[0].union(*rows[1:], all=True) if rows[1:] else rows[0]
    count = whole.count()
    start = min(start, max(count - 1, 0))
    keys = list(whole.order_by("-at", "rank", "-key")[start : start + ON_A_PAGE])
    return Page(_read(keys), count, start)


def _found(model: Any, q: str, *, alone: bool) -> Any:
    records = last_records(model)
    for word in q.split()[:_MOST_WORDS]:
        records = records.filter(_holds(model, word))
    if alone:
        for went in _went_with(model):
            records = records.filter(~Exists(went))
    rank = curated_models().index(model)
    return records.annotate(
        what=Value(kind_of(model)), key=F("history_id"), at=F("history_date"), rank=Value(rank)
    ).values_list("what", "key", "at", "rank")


def _holds(model: Any, word: str) -> Q:
    found = Q()
    for told in model.history.model.tracked_fields:
        if isinstance(told, CharField | TextField) and not told.choices:
            found |= Q(**{f"{told.name}__icontains": word})
        elif told.related_model in _NAMED:
            past = told.related_model.history.model.objects
            named = past.filter(**{f"{_NAMED[told.related_model]}__icontains": word}).order_by()
            found |= Q(**{f"{told.attname}__in": named.values("id")})
    return found


def _went_with(model: Any) -> list[Any]:
    """The deletions with which a row of the kind went along: of what it hung on, at the same moment."""
    found = []
    for owner in curated_models():
        for part, told in hangs_on(owner):
            if part is model:
                gone = owner.history.model.objects.filter(history_type="-", history_date=OuterRef("history_date"))
                found.append(gone.filter(id=OuterRef(told.attname)).order_by())
    if model is Redirect:
        for owner in ADDRESSED:
            gone = owner.history.model.objects.filter(history_type="-", history_date=OuterRef("history_date"))
            found.append(gone.filter(slug=OuterRef("new_slug")).order_by())
    return found


def _read(keys: Sequence[tuple]) -> list[Deleted]:
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for what, key, *_ in keys:
        wanted[what].append(key)
    records = {
        model: model.history.model.objects.select_related("history_user").in_bulk(wanted[kind_of(model)])
        for model in curated_models()
        if kind_of(model) in wanted
    }
    names = Names(record for found in records.values() for record in found.values())
    along = {model: _along(model, list(found.values())) for model, found in records.items()}
    merged = _merged(records)
    told = {
        (kind_of(model), key): Deleted(
            kind=kind_of(model),
            pk=record.id,
            noun=str(capfirst(model._meta.verbose_name)),
            name=name_of(record, names),
            at=record.history_date,
            who=str(record.history_user or "the system"),
            reason=record.history_change_reason or "",
            along=along[model].get((record.id, record.history_date), []),
            merged=merged.get((kind_of(model), record.id)),
        )
        for model, found in records.items()
        for key, record in found.items()
    }
    return [told[what, key] for what, key, *_ in keys if (what, key) in told]


def _along(model: Any, records: Sequence[Any]) -> dict[tuple[int, Any], list[str]]:
    """How much of each kind went along with each, in words. One query for each kind that hangs on such rows."""
    found: defaultdict[tuple[int, Any], list[str]] = defaultdict(list)
    for part, told in hangs_on(model):
        gone = part.history.model.objects.filter(
            history_type="-",
            history_date__in=[record.history_date for record in records],
            **{f"{told.attname}__in": [record.id for record in records]},
        )
        counted = gone.order_by().values(told.attname, "history_date").annotate(count=Count("id", distinct=True))
        for each in counted:
            meta = part._meta
            noun = meta.verbose_name if each["count"] == 1 else meta.verbose_name_plural
            found[each[told.attname], each["history_date"]].append(f"{each['count']} {noun}")
    return found


def _merged(records: dict[Any, dict[int, Any]]) -> dict[tuple[str, int], int]:
    """The merges that took these rows and stand, by kind and key of the row. One query."""
    names = {
        (kind_of(model), getattr(record, "slug", "") or getattr(record, "uid", "")): record
        for model, found in records.items()
        for record in found.values()
    }
    merges = Merge.objects.filter(gone__in={name for _, name in names if name}, undone_at=None).order_by("pk")
    return {
        (kind, names[kind, gone].id): pk
        for kind, gone, pk in merges.values_list("kind", "gone", "pk")
        if (kind, gone) in names
    }


def merge_of(model: Any, record: Any) -> int | None:
    """The merge that took the row, where it stands."""
    return _merged({model: {record.pk: record}}).get((kind_of(model), record.id))
