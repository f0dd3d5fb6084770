"""What was deleted comes back, under its key and uid, with what went along: by the ordinary rules, all or nothing."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import SET_NULL
from django.utils.formats import date_format
from django.utils.timezone import localtime

from stacks.bulk import add_all, set_on_all
from stacks.curating import curating
from stacks.derived import chunks, in_bulk
from stacks.models import (
    Category,
    Company,
    CompanyFact,
    Coverage,
    Evidence,
    ImportLine,
    Migration,
    Redirect,
    Reviewed,
    State,
    Technology,
    Usage,
)
from stacks.proposals.proposing import open_batch, propose_row
from stacks.review import PUBLISH, Refused, move, note_proposed

from .deleted import last_records
from .parts import ADDRESSED, curated_models, hangs_on, kind_of
from .restoring import Errors, NotRestoredError, built, by_field, check, refuse, take_on, twin_of
from .words import Difference, Names, differences, name_of

# Of each kind that comes along so many are told by name.
NAMED = 20
_DEPTH = 3
# Of these many may come along, in few statements.
_MANY = {Usage, Migration, Evidence, Coverage, CompanyFact}
_MOST_TOLD = 10


@dataclass(slots=True)
class Along:
    """A row that went at the same moment. `blocked` says why it cannot come back as it was."""

    record: Any
    model: Any
    owner: str = ""  # the name of the field by which it hangs on what comes back before it
    blocked: str = ""

    @property
    def key(self) -> str:
        return f"{kind_of(self.model)}-{self.record.id}"


@dataclass(frozen=True, slots=True)
class LetGo:
    """A row that is there and stopped naming the one that went."""

    model: Any
    field: str
    pk: int


@dataclass(slots=True)
class Returning:
    """What would come back: the row itself with what it said, what went along with it, what named it."""

    model: Any
    record: Any
    name: str
    said: list[Difference]
    along: list[Along]
    let_go: list[LetGo]
    names: Names
    errors: Errors = field(default_factory=dict)  # of the row itself, by field

    def named(self) -> list[tuple[str, int, list[tuple[str, str]]]]:
        """By kind: what it is called, how many, and the first by name, with what stands in the way of each."""
        kinds: defaultdict[Any, list[Along]] = defaultdict(list)
        for each in self.along:
            kinds[each.model].append(each)
        return [
            (
                str(model._meta.verbose_name if len(rows) == 1 else model._meta.verbose_name_plural),
                len(rows),
                [(name_of(each.record, self.names), each.blocked) for each in self._first(rows)],
            )
            for model, rows in kinds.items()
        ]

    @property
    def told(self) -> list[Along]:
        kinds: defaultdict[Any, list[Along]] = defaultdict(list)
        for each in self.along:
            kinds[each.model].append(each)
        return [each for rows in kinds.values() for each in self._first(rows)]

    @staticmethod
    def _first(rows: Sequence[Along]) -> list[Along]:
        return sorted(rows, key=lambda each: not each.blocked)[:NAMED]


def find_record(model: Any, pk: int) -> Any:
    """The record of the row's deletion; None where it is there, or never was."""
    return last_records(model).filter(id=pk).select_related("history_user").first()


def look(model: Any, record: Any) -> Returning:
    """What would come back with the row. Reads only; a bounded number of queries, however much hung on it."""
    along = _along(model, record)
    let_go = _let_go(model, record)
    found = Returning(model, record, "", [], along, let_go, Names([record]))
    _block(found)
    found.names = Names([record, *(each.record for each in found.told)])
    found.name = name_of(record, found.names)
    typed = {each.name for each in model._meta.concrete_fields if each.editable or each.name in ("uid", "state")}
    found.said = [each for each in differences(None, record, found.names) if each.field in typed]
    found.errors = _errors_of(record)
    return found


def _along(model: Any, record: Any) -> list[Along]:
    """In the order in which they come back."""
    found: dict[tuple[Any, int], Along] = {}
    owners: dict[Any, set[int]] = {model: {record.id}}
    for _ in range(_DEPTH):
        further: defaultdict[Any, set[int]] = defaultdict(set)
        for owner, keys in owners.items():
            for part, told in hangs_on(owner):
                for chunk in chunks(keys):
                    where = {"history_date": record.history_date, f"{told.attname}__in": chunk}
                    for each in last_records(part).filter(**where).order_by("id"):
                        if (part, each.id) not in found and (part, each.id) != (model, record.id):
                            found[part, each.id] = Along(each, part, told.name)
                            further[part].add(each.id)
        owners = further
    if model in ADDRESSED:
        led = last_records(Redirect).filter(history_date=record.history_date, kind=kind_of(model), new_slug=record.slug)
        for each in led.order_by("id"):
            found[Redirect, each.id] = Along(each, Redirect)
    order = curated_models()
    return sorted(found.values(), key=lambda each: (order.index(each.model), each.record.id))


def _let_go(model: Any, record: Any) -> list[LetGo]:
    found = []
    for part in curated_models():
        for told in part._meta.concrete_fields:
            if told.related_model is not model or told.remote_field.on_delete is not SET_NULL:
                continue
            history = part.history.model.objects
            if told.attname not in {each.attname for each in history.model.tracked_fields}:
                continue
            cut = history.filter(history_date=record.history_date, history_type="~", **{told.attname: None})
            keys = set(cut.order_by().values_list("id", flat=True))
            before = history.filter(id__in=keys, history_date__lt=record.history_date, **{told.attname: record.id})
            named = set(before.order_by().values_list("id", flat=True))
            free = part._base_manager.filter(pk__in=named, **{told.attname: None}).order_by("pk")
            found += [LetGo(part, told.name, pk) for pk in free.values_list("pk", flat=True)]
    return found


def _errors_of(record: Any) -> Errors:
    """What stands in the way of the row itself."""
    row, missing = built(record), _missing(record)
    if missing:
        return missing
    try:
        check(row)
    except ValidationError as error:
        return by_field(error)
    return {}


def _missing(record: Any) -> Errors:
    """What the row names and is not there any more, by field."""
    gone: Errors = {}
    for told in record.tracked_fields:
        key = getattr(record, told.attname)
        if told.related_model is None or key is None or not told.editable:
            continue
        if not told.related_model._base_manager.filter(pk=key).exists():
            noun = told.related_model._meta.verbose_name
            way = "choose another, or leave it empty" if told.null else "bring that back first, or choose another"
            gone[told.name] = [f"The {noun} that it names is not there any more: {way}."]
    return gone


def _block(found: Returning) -> None:
    """Notes what stands in the way of what comes along: what it names is gone, or another has its place."""
    coming: defaultdict[Any, set[int]] = defaultdict(set)
    coming[found.model].add(found.record.id)
    for each in found.along:
        coming[each.model].add(each.record.id)
    kinds: defaultdict[Any, list[Along]] = defaultdict(list)
    for each in found.along:
        kinds[each.model].append(each)
    for model, rows in kinds.items():
        for told in model._meta.concrete_fields:
            if told.related_model is not None and told.editable and not told.null:
                _block_nameless(rows, told, coming)
        for constraint, names in _unique(model):
            if not any(each.owner in names for each in rows if each.owner):
                _block_rivals(model, rows, names, constraint)


def _block_nameless(rows: Sequence[Along], told: Any, coming: Mapping[Any, set[int]]) -> None:
    keys = {getattr(each.record, told.attname) for each in rows} - coming[told.related_model] - {None}
    there = {
        pk
        for chunk in chunks(keys)
        for pk in told.related_model._base_manager.filter(pk__in=chunk).values_list("pk", flat=True)
    }
    for each in rows:
        if getattr(each.record, told.attname) in keys - there:
            each.blocked = f"The {told.related_model._meta.verbose_name} that it names is not there any more."


def _unique(model: Any) -> Iterator[tuple[str, list[str]]]:
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields and not constraint.condition:
            yield str(constraint.get_violation_error_message()), list(constraint.fields)
    for told in model._meta.concrete_fields:
        if told.unique and not told.primary_key and told.name != "uid":
            yield "This name already leads somewhere.", [told.name]


def _block_rivals(model: Any, rows: Sequence[Along], names: Sequence[str], why: str) -> None:
    fields = [model._meta.get_field(name) for name in names]
    wanted = {each.key: tuple(_kept(built(each.record), told) for told in fields) for each in rows}
    first = fields[0].attname
    taken = {
        values
        for chunk in chunks({values[0] for values in wanted.values()})
        for values in model._base_manager.filter(**{f"{first}__in": chunk}).values_list(
            *(told.attname for told in fields)
        )
    }
    for each in rows:
        if wanted[each.key] in taken:
            each.blocked = why


def _kept(row: Any, told: Any) -> Any:
    """What the column would hold: a key is made from what it is the key of."""
    return type(told).fold(getattr(row, told.source)) if hasattr(told, "fold") else getattr(row, told.attname)


@dataclass(slots=True)
class Returned:
    """`row` is None where it is proposed. `left` rows stay deleted, as they take another right; `drafts` says of what
    was published why it is not again."""

    row: Any = None
    lines: list[ImportLine] = field(default_factory=list)
    left: int = 0
    drafts: list[str] = field(default_factory=list)


def bring_back(
    found: Returning,
    *,
    values: Mapping[str, Any],
    without: Collection[str] = (),
    user: Any,
    writes: Callable[[Any], bool],
) -> Returned:
    """Write it, all or nothing: `values` are said otherwise of the row itself, `without` stays where it is.

    What had a state comes back in it where `writes` says that this user's save of it is written at once, else as a
    draft; it is published by the rules of every publishing. What has none, and is seen by the public, is proposed. What
    is blocked is left out. Raises NotRestoredError.
    """
    with curating():
        returner = _Returner(found, user, writes)
        returner.bring(values)
        if returner.done.row is not None:
            chosen = [each for each in found.along if not each.blocked and each.key not in without]
            for model, same in groupby(chosen, key=lambda each: each.model):
                if model in _MANY:
                    returner.bring_along_together(model, list(same))
                elif model is not Redirect:
                    for each in same:
                        returner.bring_along(each)
            returner.publish()
            for each in chosen:
                if each.model is Redirect:
                    returner.bring_along(each)
            returner.name_again(found.let_go)
        return returner.finish()


class _Returner:
    def __init__(self, found: Returning, user: Any, writes: Callable[[Any], bool]):
        self.found, self.user, self.writes = found, user, writes
        when = date_format(localtime(found.record.history_date), "DATETIME_FORMAT")
        self.reason = f"brought back, deleted on {when}"[:100]
        self.errors: dict[str, Errors] = {}
        self.done = Returned()
        self.proposed: list[Any] = []
        self.published: defaultdict[Any, list[Any]] = defaultdict(list)  # what was, and may be again
        self.known: dict[tuple[Any, int], bool] = {}

    def bring(self, values: Mapping[str, Any]) -> None:
        row = self._built(self.found.record)
        missing = {name: why for name, why in _missing(self.found.record).items() if name not in values}
        if missing:
            raise NotRestoredError({"": missing})
        for name, value in values.items():
            setattr(row, name, value)
        self._settle_state(row)
        try:
            if not isinstance(row, Reviewed) and not self.writes(row):
                self.done.lines = propose_row(open_batch(self.user, about=row), row)
                return
            check(row)
            self._save(row)
        except ValidationError as error:
            raise NotRestoredError({"": by_field(error)}) from error
        self.done.row = row

    def bring_along(self, each: Along) -> None:
        """The rules that concern others were looked at for all of a kind together; each keeps those of its own."""
        row = self._built(each.record)
        if isinstance(row, Redirect):
            row.new_slug = self.done.row.slug
        self._settle_state(row)
        if not self._may_come(row):
            self.done.left += 1
            return
        twin = twin_of(row)
        try:
            if twin is not None:
                take_on(twin, row, self.reason)
                return
            with transaction.atomic():
                self._save(row)
        except ValidationError as error:
            self.errors[each.key] = by_field(error)
        except IntegrityError:
            self.errors[each.key] = {"": ["Something else has its place by now."]}

    def bring_along_together(self, model: Any, along: Sequence[Along]) -> None:
        """As `bring_along` of each, in some queries for all of them."""
        coming: list[tuple[Along, Any]] = []
        for each, row in zip(along, self._built_together(model, along), strict=True):
            self._settle_state(row)
            if not self._may_come(row):
                self.done.left += 1
                continue
            try:
                row.check_invariants()
                coming.append((each, row))
            except ValidationError as error:
                self.errors[each.key] = by_field(error)
        try:
            with transaction.atomic():
                add_all([row for _, row in coming], reason=self.reason, user=self.user)
        except IntegrityError:
            for each, _ in coming:  # one by one, to tell which of them has lost its place
                self.bring_along(each)
            return
        self.proposed += [row for _, row in coming if isinstance(row, Reviewed) and row.state == State.PROPOSED]

    def _built_together(self, model: Any, along: Sequence[Along]) -> list[Any]:
        """Each with the rows that it names. What may be empty and names what is gone is emptied."""
        rows = [built(each.record) for each in along]
        for told in model._meta.concrete_fields:
            if told.related_model is None:
                continue
            there = in_bulk(told.related_model._base_manager, {getattr(row, told.attname) for row in rows} - {None})
            for row in rows:
                key = getattr(row, told.attname)
                if key in there:
                    setattr(row, told.name, there[key])
                elif told.null:
                    setattr(row, told.attname, None)
        return rows

    def name_again(self, let_go: Sequence[LetGo]) -> None:
        """What stopped naming the row, and may be written."""
        for (model, name), same in groupby(let_go, key=lambda gone: (gone.model, gone.field)):
            keys = [gone.pk for gone in same]
            found = [row for chunk in chunks(keys) for row in model._base_manager.filter(pk__in=chunk).order_by("pk")]
            rows = [row for row in found if self.writes(row)]
            self.done.left += len(keys) - len(rows)
            set_on_all(rows, {name: self.done.row}, reason=self.reason, user=self.user)

    def publish(self) -> None:
        """By the rules of every publishing; what they refuse stays a draft."""
        for model in (Technology, Company, Usage, Migration):
            rows = self.published[model]
            if model in (Usage, Migration):
                bare = {
                    pk
                    for chunk in chunks([row.pk for row in rows])
                    for pk in model.objects.filter(pk__in=chunk).unsourced().values_list("pk", flat=True)
                }
                self.done.drafts += [f"{row} has no source any more." for row in rows if row.pk in bare][:_MOST_TOLD]
                rows = [row for row in rows if row.pk not in bare]
            try:
                with transaction.atomic():
                    move(rows, PUBLISH, self.user)
            except Refused as error:
                self.done.drafts += error.reasons[:_MOST_TOLD]
            except ValidationError as error:
                self.done.drafts += error.messages[:_MOST_TOLD]

    def finish(self) -> Returned:
        note_proposed(self.proposed, self.user)
        refuse(self.errors)
        if self.done.row is not None:
            self.done.row.refresh_from_db()
        return self.done

    def _may_come(self, row: Any) -> bool:
        """What is not public leaves no address that leads to it."""
        if isinstance(row, Redirect) and self.found.model is not Category:
            target = self.found.model._base_manager.filter(slug=row.new_slug).first()
            if target is None or target.state in (State.DRAFT, State.PROPOSED):
                return False
        return isinstance(row, Reviewed) or self.writes(row)

    def _settle_state(self, row: Any) -> None:
        """What was published begins as a draft, and is moved from there."""
        if not isinstance(row, Reviewed) or row.state == State.DRAFT:
            return
        may = self.writes(row)
        if may and row.state == State.PUBLISHED:
            self.published[type(row)].append(row)
        if not may or row.state == State.PUBLISHED:
            row.state = State.DRAFT

    def _built(self, record: Any) -> Any:
        """Without what may be empty and names what is gone: who confirmed a citation, whose words a source has."""
        row = built(record)
        own = record is self.found.record
        for told in row._meta.concrete_fields:
            key = getattr(row, told.attname)
            if told.related_model is None or not told.null or key is None or (own and told.editable):
                continue
            if (told.related_model, key) not in self.known:
                self.known[told.related_model, key] = told.related_model._base_manager.filter(pk=key).exists()
            if not self.known[told.related_model, key]:
                setattr(row, told.attname, None)
        return row

    def _save(self, row: Any) -> None:
        row._change_reason = self.reason
        row.save(force_insert=True)
        if isinstance(row, Reviewed) and row.state == State.PROPOSED:
            self.proposed.append(row)
