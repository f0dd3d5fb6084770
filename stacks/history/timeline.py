"""Who changed what of a row and of all that hangs on it, when, from what to what, newest first, a page at a time.

Besides the records of each row: what was proposed and what became of it, imports, merges.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.text import capfirst

from stacks.models import (
    Company,
    ImportAction,
    ImportBatch,
    ImportLine,
    ImportState,
    Merge,
    Migration,
    Source,
    Technology,
    Usage,
)
from stacks.proposals.values import KINDS, Words

from .parts import curated_models, kind_of, past_of
from .words import Difference, Names, differences, name_of, weigh

ON_A_PAGE = 50
# A page ends early where what it tells is this long.
_MOST_LETTERS = 60_000
_PROPOSED, _DECIDED, _IMPORTED, _MERGED, _UNDONE = "proposed", "decided", "imported", "merged", "undone"
_DONE = {"+": "added", "~": "changed", "-": "deleted"}
# The record of what an import or a merge wrote is older than its own row by no more than this.
_AN_ACT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Link:
    """To the row of the kind, which tells more."""

    label: str
    kind: str
    pk: int


@dataclass(slots=True)
class Entry:
    """One thing that happened: `name` is the row it happened to, `record` its record where it is one."""

    at: Any
    who: str
    noun: str
    name: str
    did: str
    reason: str = ""
    differences: list[Difference] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    record: Any = None
    is_newest: bool = False  # of the records of its row

    @property
    def weight(self) -> int:
        return 400 + weigh(self.differences) + len(self.reason)


@dataclass(slots=True)
class Act:
    """What one person did in one go."""

    at: Any
    who: str
    reason: str
    entries: list[Entry]
    links: list[Link] = field(default_factory=list)


@dataclass(slots=True)
class Timeline:
    acts: list[Act]
    count: int
    start: int
    shown: int

    @property
    def first(self) -> int:
        return self.start + 1

    @property
    def last(self) -> int:
        return self.start + self.shown

    @property
    def following(self) -> int | None:
        return self.last if self.last < self.count else None

    @property
    def newer(self) -> int | None:
        return max(self.start - ON_A_PAGE, 0) if self.start else None


def timeline(model: Any, pk: int, *, may_see: Any, start: int = 0, kind: str = "", who: int | None = None) -> Timeline:
    """A page of the past of a row, from the entry `start` on; `may_see` says of a model whether it is shown.

    At most two queries for each kind of row that is on the page, and two for each kind that they name.
    """
    told = {part: where for part, where in past_of(model, pk).items() if may_see(part) and kind in ("", kind_of(part))}
    branches = [_records(part, where, who) for part, where in told.items()]
    if not kind:
        branches += _others(model, pk, may_see, who)
    if not branches:
        return Timeline([], 0, 0, 0)
    whole = branches[0].union(*branches[1:], all=True) if branches[1:] else branches[0]
    count = whole.count()
    start = min(start, max(count - 1, 0))
    keys = list(whole.order_by("-at", "rank", "-key")[start : start + ON_A_PAGE])
    entries = _fit(_read(keys))
    return Timeline(_acts(entries), count, start, len(entries))


def _records(model: Any, where: Q, who: int | None) -> Any:
    rank = curated_models().index(model)
    records = model.history.model.objects.filter(where).order_by()
    if who is not None:
        records = records.filter(history_user=who)
    return records.annotate(
        what=Value(kind_of(model)), key=F("history_id"), at=F("history_date"), rank=Value(rank)
    ).values_list("what", "key", "at", "rank")


def _others(model: Any, pk: int, may_see: Any, who: int | None) -> list[Any]:
    """Proposals with what became of them, imports and merges."""
    found = []

    def note(rows: Any, what: str, at: Any, rank: int, person: str) -> None:
        if who is not None:
            rows = rows.filter(**{person: who})
        annotated = rows.order_by().annotate(what=Value(what), key=F("pk"), at=at, rank=Value(rank))
        found.append(annotated.values_list("what", "key", "at", "rank"))

    if may_see(ImportLine):
        lines = ImportLine.objects.filter(_lines_of(model, pk))
        proposed = lines.exclude(action=ImportAction.ADD, batch__text__gt="")
        note(proposed, _PROPOSED, F("batch__made_at"), 100, "author")
        note(proposed.exclude(decided_at=None), _DECIDED, F("decided_at"), 90, "decided_by")
    if may_see(ImportBatch):
        own = kind_of(model) if model in (Company, Technology, Source) else ""
        where = Q(pk__in=ImportLine.objects.filter(_lines_of(model, pk)).order_by().values("batch"))
        batches = ImportBatch.objects.filter(where | Q(**{own: pk}) if own else where, text__gt="")
        note(batches, _IMPORTED, Coalesce("written_at", "made_at"), 80, "made_by")
    if may_see(Merge):
        merges = Merge.objects.filter(_merges_of(model, pk), kind=kind_of(model))
        note(merges, _MERGED, F("made_at"), 80, "made_by")
        note(merges.exclude(undone_at=None), _UNDONE, F("undone_at"), 80, "undone_by")
    return found


def _lines_of(model: Any, pk: int) -> Q:
    own = Q(kind=kind_of(model), row=pk)
    if model is Company:
        return own | Q(company=pk)
    if model is Technology:
        return own | Q(technology=pk, company=None)
    if model in (Usage, Migration):
        return own | Q(**{kind_of(model): pk})
    return own


def _merges_of(model: Any, pk: int) -> Q:
    records = model.history.model.objects.filter(id=pk).order_by()
    key = "slug" if "slug" in {each.name for each in model._meta.concrete_fields} else "uid"
    if key not in {each.name for each in model._meta.concrete_fields}:
        return Q(kept_pk=pk)
    return Q(kept_pk=pk) | Q(gone__in=records.values(key))


def _read(keys: Sequence[tuple]) -> list[Entry]:
    """The entries, in the order of the keys."""
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for what, key, *_ in keys:
        wanted[what].append(key)
    found: dict[tuple[str, int], Entry] = {}
    records = {
        model: _with_older(model, wanted[kind_of(model)]) for model in curated_models() if kind_of(model) in wanted
    }
    names = Names(record for pairs in records.values() for pair in pairs for record in pair if record is not None)
    for model, pairs in records.items():
        for newer, older in pairs:
            found[kind_of(model), newer.pk] = _entry(model, newer, older, names)
    found |= _read_lines(wanted[_PROPOSED], wanted[_DECIDED])
    found |= _read_batches(wanted[_IMPORTED])
    found |= _read_merges(wanted[_MERGED], wanted[_UNDONE])
    return [found[what, key] for what, key, *_ in keys if (what, key) in found]


def _with_older(model: Any, keys: Collection[int]) -> list[tuple[Any, Any]]:
    """Records, each with the one of the same row before it, or None. Two queries."""
    history = model.history.model.objects
    before = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    after = history.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id")).order_by()
    records = list(
        history.filter(pk__in=keys)
        .select_related("history_user")
        .annotate(older_key=Subquery(before.values("history_id")[:1]), is_newest=~Exists(after))
    )
    older = history.in_bulk([record.older_key for record in records if record.older_key])
    return [(record, older.get(record.older_key)) for record in records]


def _entry(model: Any, record: Any, older: Any, names: Names) -> Entry:
    kind = record.history_type
    told = differences(older if kind == "~" else None, record, names)
    if kind == "-":
        told = [Difference(each.field, each.label, each.new, "") for each in told]
    brought_back = kind == "+" and older is not None
    return Entry(
        at=record.history_date,
        who=str(record.history_user or "the system"),
        noun=str(model._meta.verbose_name),
        name=name_of(record, names),
        did="brought back" if brought_back else _DONE[kind],
        reason=record.history_change_reason or "",
        differences=told,
        record=record,
        is_newest=record.is_newest,
    )


def _read_lines(proposed: Collection[int], decided: Collection[int]) -> dict[tuple[str, int], Entry]:
    rows = ImportLine.objects.select_related("batch", "author", "decided_by").in_bulk({*proposed, *decided})
    words = Words((KINDS[line.kind], line.field, value) for line in rows.values() if line.kind in KINDS
                  for value in (line.old, line.new))  # fmt: skip
    found = {}
    for what, keys in ((_PROPOSED, proposed), (_DECIDED, decided)):
        for key in keys:
            line = rows[key]
            made = what == _PROPOSED
            person = line.author if made else line.decided_by
            done = {"applied": "accepted", "refused": "returned", "taken_back": "taken back"}.get(
                line.state, line.state
            )
            found[what, key] = Entry(
                at=line.batch.made_at if made else line.decided_at,
                who=str(person or ("an import" if made else "the system")),
                noun=words.noun(line.kind),
                name=line.name,
                did=f"{_LINES[line.action]} proposed" if made else f"proposal of {line.author or 'an import'} {done}",
                reason="" if made or line.state == ImportState.APPLIED else line.reason,
                differences=_of_line(line, words),
                links=[Link("the proposal", "importline", line.pk)],
            )
    return found


_LINES: dict[str, str] = {
    ImportAction.ADD: "adding",
    ImportAction.CHANGE: "change",
    ImportAction.END: "end",
    ImportAction.SAID_AGAIN: "further edition",
    ImportAction.REMOVE: "removal",
}


def _of_line(line: ImportLine, words: Words) -> list[Difference]:
    model = KINDS.get(line.kind)
    if model is None:
        return []
    olds, news = (value if isinstance(value, dict) else {line.field: value} for value in (line.old, line.new))
    told: list[Difference] = []
    for name in [*dict.fromkeys([*olds, *news])]:
        if not name:
            continue
        old, new = (words.tell(model, name, values.get(name)) for values in (olds, news))
        if old or new:
            told.append(Difference(name, str(capfirst(model._meta.get_field(name).verbose_name)), old, new))
    return told


def _read_batches(keys: Collection[int]) -> dict[tuple[str, int], Entry]:
    rows = ImportBatch.objects.filter(pk__in=keys).select_related("made_by", "source").annotate(count=Count("lines"))
    found = {}
    for batch in rows.defer("text", "outcome"):
        lines = f"{batch.count} line{'' if batch.count == 1 else 's'}"
        found[_IMPORTED, batch.pk] = Entry(
            at=batch.written_at or batch.made_at,
            who=str(batch.made_by or "the system"),
            noun="import",
            name=str(batch.source or batch.path or batch.format),
            did=f"{lines} written" if batch.written_at or batch.count else "opened",
            links=[Link("the import", "importbatch", batch.pk)],
        )
    return found


def _read_merges(merged: Collection[int], undone: Collection[int]) -> dict[tuple[str, int], Entry]:
    rows = Merge.objects.select_related("made_by", "undone_by").defer("events").in_bulk({*merged, *undone})
    found = {}
    for what, keys in ((_MERGED, merged), (_UNDONE, undone)):
        for key in keys:
            row, made = rows[key], what == _MERGED
            found[what, key] = Entry(
                at=row.made_at if made else row.undone_at,
                who=str((row.made_by if made else row.undone_by) or "the system"),
                noun="merge",
                name=str(row),
                did="made" if made else "undone",
                links=[Link("the merge", "merge", row.pk)],
            )
    return found


def _fit(entries: Sequence[Entry]) -> list[Entry]:
    """As many as a page holds, at least one."""
    told: list[Entry] = []
    length = 0
    for entry in entries:
        length += entry.weight
        if told and length > _MOST_LETTERS:
            break
        told.append(entry)
    return told


def _acts(entries: Iterable[Entry]) -> list[Act]:
    acts: list[Act] = []
    for entry in entries:
        if acts and (acts[-1].at, acts[-1].who) == (entry.at, entry.who):
            acts[-1].entries.append(entry)
            acts[-1].reason = acts[-1].reason or entry.reason
        else:
            acts.append(Act(entry.at, entry.who, entry.reason, [entry]))
    _link_acts(acts)
    return acts


def _link_acts(acts: Sequence[Act]) -> None:
    """What an import or a merge wrote leads there: to the first that was written after it. Two queries at most."""
    for starts, model, moment, label in (
        ("imported", ImportBatch, Coalesce("written_at", "made_at"), "the import"),
        ("Merged ", Merge, F("made_at"), "the merge"),
    ):
        those = [act for act in acts if act.reason.startswith(starts) and any(each.record for each in act.entries)]
        if not those:
            continue
        rows: Any = model
        between = (min(act.at for act in those), max(act.at for act in those) + _AN_ACT)
        written = rows.objects.annotate(at=moment).filter(at__range=between).order_by("at", "pk")
        moments = list(written.values_list("at", "pk"))
        for act in those:
            key = next((pk for at, pk in moments if act.at <= at <= act.at + _AN_ACT), None)
            if key is not None:
                act.links.append(Link(label, kind_of(model), key))
