"""Back to an earlier state of a row that is there, with what hung on it: told before it happens, chosen, then written
like any other change, by the ordinary rules and rights."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.timezone import localtime

from stacks.changes import LeftWithoutSourceError
from stacks.curating import curating, in_hand
from stacks.folding import alias_key
from stacks.models import Alias, Homonym, ImportBatch, ImportLine, Reviewed
from stacks.proposals.proposing import check_row, open_batch, propose_changes, propose_removal, propose_row

from .parts import hangs_on, kind_of
from .words import Difference, Names, differences, name_of

CHANGE, ADD, REMOVE = "change", "add", "remove"
Errors = dict[str, list[str]]


class NotRestoredError(Exception):
    """Rules stand in the way; `errors` are told by key of the step and name of the field. Nothing was written."""

    def __init__(self, errors: Mapping[str, Errors]):
        super().__init__(" ".join(why for each in errors.values() for told in each.values() for why in told))
        self.errors = dict(errors)


@dataclass(slots=True)
class Step:
    """One row that would change, come back or go. `blocked` says why it cannot; `ticked` unless somebody chooses."""

    key: str
    do: str
    name: str
    noun: str
    differences: list[Difference]
    record: Any = None  # the state that is wanted
    row: Any = None  # what stands
    ticked: bool = True
    blocked: str = ""
    errors: Errors = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Restoring:
    """`own` is the row's step, with each field a choice of its own; None where it says the same as then."""

    row: Any
    record: Any
    own: Step | None
    steps: list[Step]

    @property
    def is_empty(self) -> bool:
        return self.own is None and not self.steps

    @property
    def fingerprint(self) -> str:
        """The same as long as the same would change."""
        own = [self.own] if self.own else []
        said = [[step.key, step.do, [(each.label, each.old, each.new) for each in step.differences]]
                for step in (*own, *self.steps)]  # fmt: skip
        return hashlib.blake2b(json.dumps(said).encode(), digest_size=8).hexdigest()

    def foresee(self) -> None:
        """Notes at the row's own fields what stands in the way of all that it said."""
        if self.own is not None:
            then, row = built(self.record), copy(self.row)
            try:
                for each in self.own.differences:
                    setattr(row, each.field, named(then, each.field))
                check(row)
            except ValidationError as error:
                self.own.errors = by_field(error)


def look(row: Any, record: Any, moment: Any = None) -> Restoring:
    """What would bring the row back to the state that one of its own records tells of. Reads only.

    What hung on it is that of the moment, or of the last one at which the row said so. Three queries for each kind that
    hangs on it, and two for each that they name.
    """
    model = type(row)
    found = list(_parts(row, _until(record, moment)))
    now = _as_record(row)
    records = [record, now]
    records += [each for _, at, live in found for each in (at, live and _as_record(live)) if each is not None]
    names = Names(records)
    told = _without_own_name(row, _told(now, record, names))
    own = Step(kind_of(model), CHANGE, str(row), str(model._meta.verbose_name), told, record, row) if told else None
    steps = [step for part, at, live in found if (step := _step(row, part, at, live, names)) is not None]
    return Restoring(row, record, own, steps)


def _until(record: Any, moment: Any) -> models.Q:
    """The records that were written by then."""
    if moment is not None:
        return models.Q(history_date__lte=moment)
    later = type(record).objects.filter(id=record.id, history_id__gt=record.history_id)
    following = later.order_by("history_id").values_list("history_date", flat=True).first()
    return models.Q() if following is None else models.Q(history_date__lt=following)


def _parts(row: Any, until: models.Q) -> Iterator[tuple[tuple[Any, Any], Any, Any]]:
    """What hung on the row then or hangs on it now, without a state of its own: ((model, field), record, row)."""
    for part, owner in hangs_on(type(row)):
        if issubclass(part, Reviewed) or owner.name == "object":
            continue
        history = part.history.model.objects
        keys = history.filter(**{owner.attname: row.pk}).order_by().values("id")
        then: dict[int, Any] = {}
        for record in history.filter(until, id__in=keys).order_by("history_date", "history_id"):
            then[record.id] = record
        then = {
            pk: record
            for pk, record in then.items()
            if record.history_type != "-" and getattr(record, owner.attname) == row.pk
        }
        hanging = models.Q(**{owner.name: row.pk}) | models.Q(pk__in=then)
        joined = [each.name for each in part._meta.concrete_fields if each.related_model is not None]
        live = part._base_manager.filter(hanging).select_related(*joined).in_bulk()
        named = {each.key: each for each in live.values()} if issubclass(part, Alias | Homonym) else {}
        again = {pk: named.get(alias_key(then[pk].name)) for pk in then if named and pk not in live}  # made anew
        taken = {each.pk for each in again.values() if each is not None}
        for pk in sorted({*then, *live} - (taken - then.keys())):
            yield (part, owner), then.get(pk), live.get(pk) or again.get(pk)


def _step(row: Any, where: tuple[Any, Any], then: Any, live: Any, names: Names) -> Step | None:
    part, owner = where
    if isinstance(live, Alias) and then is None and live.key == alias_key(row.name):
        return None  # its name now leads here in any case
    key, noun = f"{kind_of(part)}-{(then or live).pk if then is None else then.id}", str(part._meta.verbose_name)
    if live is None:
        return Step(key, ADD, name_of(then, names), noun, _told(None, then, names), then)
    now = _as_record(live)
    if then is None:
        return Step(key, REMOVE, name_of(now, names), noun, _told(now, None, names), row=live, ticked=False)
    told = _without_own_name(live, _told(now, then, names))
    if not told:
        return None
    step = Step(key, CHANGE, name_of(now, names), noun, told, then, live)
    if getattr(live, owner.attname) != row.pk:
        step.ticked, step.blocked = False, f"It hangs on {getattr(live, owner.name)} by now: it stays there."
    return step


def _without_own_name(row: Any, told: list[Difference]) -> list[Difference]:
    """The alias of its owner's own name follows that name."""
    if not isinstance(row, Alias) or row.key != alias_key(getattr(row, row.owner_field).name):
        return told
    return [each for each in told if each.field not in ("name", row.owner_field)]


def _told(now: Any, then: Any, names: Names) -> list[Difference]:
    """Of the fields that somebody can type: a state is moved by the review alone, and the rest follows."""
    model = (then or now).instance_type
    typed = {each.name for each in model._meta.concrete_fields if each.editable}
    return [each for each in differences(now, then, names) if each.field in typed]


def _as_record(row: Any) -> Any:
    """The row as its own history would have it."""
    history = type(row).history.model
    values = {each.attname: getattr(row, each.attname) for each in history.tracked_fields}
    return history(**values)


def built(record: Any) -> Any:
    """The row of a record, unsaved, with its key, its uid and all that its history keeps."""
    values = {
        each.attname: getattr(record, each.attname) for each in record.tracked_fields if each.name != "updated_at"
    }
    return record.instance_type(**values)


def twin_of(row: Any) -> Any:
    """The row that the name of its owner has made anew in the place of this one, or None."""
    if isinstance(row, Alias):
        owner = {row.owner_field: getattr(row, f"{row.owner_field}_id")}
        return type(row).objects.filter(key=alias_key(row.name), **owner).first()
    if isinstance(row, Homonym):
        return Homonym.objects.filter(key=alias_key(row.name), technology=row.technology_id).first()
    return None


def take_on(twin: Any, row: Any, reason: str) -> None:
    """Let the row that stands say what the other says."""
    changed = [
        told.attname
        for told in row._meta.concrete_fields
        if told.editable and not told.primary_key and getattr(twin, told.attname) != getattr(row, told.attname)
    ]
    for name in changed:
        setattr(twin, name, getattr(row, name))
    if changed:
        twin._change_reason = reason
        twin.save()


def restore(
    found: Restoring,
    *,
    fields: Collection[str],
    steps: Collection[str],
    user: Any,
    writes: Callable[[Any], bool],
) -> list[ImportLine]:
    """Write what was chosen, all or nothing: `fields` of the row itself, `steps` by key.

    What `writes` says of a row that this user's save would not change at once is proposed; returns those proposals.
    Raises NotRestoredError.
    """
    reason = f"restored as of {date_format(localtime(found.record.history_date), 'DATETIME_FORMAT')}"[:100]
    with curating():
        writer = _Writer(found.row, reason, user, writes)
        chosen = [step for step in found.steps if step.key in steps and not step.blocked]
        for step in sorted(chosen, key=lambda step: (REMOVE, CHANGE, ADD).index(step.do)):
            if step.do == REMOVE:
                writer.do(step)
        if found.own is not None and fields:
            writer.do(found.own, fields)
        for step in chosen:
            if step.do != REMOVE:
                writer.do(step)
        return writer.finish()


def named(row: Any, name: str) -> Any:
    """The value of a field; raises ValidationError where the row that it names is gone."""
    told = row._meta.get_field(name)
    if told.related_model is None or getattr(row, told.attname) is None:
        return getattr(row, name)
    other = told.related_model._base_manager.filter(pk=getattr(row, told.attname)).first()
    if other is None:
        noun = told.related_model._meta.verbose_name
        raise ValidationError({name: f"This {noun} was deleted: bring it back first, or leave this out."})
    return other


def refuse(errors: dict[str, Errors]) -> None:
    """Raise NotRestoredError for what was wrong with a row, or for what would be left without a source after all."""
    if not errors:
        try:
            in_hand().refuse_unsourced()
        except LeftWithoutSourceError as error:
            errors[""] = by_field(error)
    if errors:
        raise NotRestoredError(errors)


class _Writer:
    def __init__(self, owner: Any, reason: str, user: Any, writes: Callable[[Any], bool]):
        self.owner, self.reason, self.user, self.writes = owner, reason, user, writes
        self.errors: dict[str, Errors] = {}
        self.lines: list[ImportLine] = []
        self.batch: ImportBatch | None = None

    def do(self, step: Step, fields: Collection[str] | None = None) -> None:
        try:
            {CHANGE: self._change, ADD: self._add, REMOVE: self._remove}[step.do](step, fields)
        except ValidationError as error:
            self.errors[step.key] = by_field(error)

    def finish(self) -> list[ImportLine]:
        refuse(self.errors)
        if self.batch is not None and not self.lines:
            self.batch.delete()
        return self.lines

    def _open(self) -> ImportBatch:
        self.batch = self.batch or open_batch(self.user, about=self.owner)
        return self.batch

    def _change(self, step: Step, fields: Collection[str] | None) -> None:
        told = [each.field for each in step.differences if fields is None or each.field in fields]
        row, then = step.row, built(step.record)
        values = {name: named(then, name) for name in told}
        if not self.writes(row):
            self.lines += propose_changes(self._open(), row, values)
            return
        for name, value in values.items():
            setattr(row, name, value)
        check(row)
        self._save(row)

    def _add(self, step: Step, fields: Collection[str] | None) -> None:
        row = built(step.record)
        for told in row._meta.concrete_fields:
            if told.related_model is None:
                continue
            if told.editable:
                setattr(row, told.name, named(row, told.name))
            elif not told.related_model._base_manager.filter(pk=getattr(row, told.attname)).exists():
                setattr(row, told.attname, None)  # who confirmed a citation
        if not self.writes(row):
            self.lines += propose_row(self._open(), row)
            return
        twin = twin_of(row)  # the name that was restored has made it
        if twin is not None:
            take_on(twin, row, self.reason)
            return
        check(row)
        self._save(row, force_insert=True)

    def _remove(self, step: Step, fields: Collection[str] | None) -> None:
        if not self.writes(step.row):
            self.lines += propose_removal(self._open(), step.row)
            return
        step.row._change_reason = self.reason
        step.row.delete()

    def _save(self, row: Any, **options: Any) -> None:
        row._change_reason = self.reason
        row.save(**options)


def check(row: Any) -> None:
    """Hold a row against every rule, each told at a field that somebody can type. Raises ValidationError."""
    errors: dict[str, list[str]] = {}
    try:
        check_row(row, validate_constraints=False)
    except ValidationError as error:
        errors = by_field(error)
    for model, constraints in row.get_constraints():
        for constraint in constraints:
            try:
                constraint.validate(model, row, exclude=set(errors))
            except ValidationError as error:
                errors.setdefault(_where(row, constraint), []).extend(error.messages)
    if errors:
        raise ValidationError({name or NON_FIELD_ERRORS: told for name, told in errors.items()})


def _where(row: Any, constraint: Any) -> str:
    """The field to mend: the one that the constraint names; of several the one that a key is made from, or the last."""
    typed = {each.name for each in row._meta.concrete_fields if each.editable}
    if constraint.violation_error_code in typed:
        return str(constraint.violation_error_code)
    names = list(getattr(constraint, "fields", ()))
    sources = [getattr(row._meta.get_field(name), "source", "") for name in names]
    shown = [name for name in (*names, *sources) if name in typed]
    return shown[-1] if shown else ""


def by_field(error: ValidationError) -> Errors:
    """What a row broke, by the name of the field, under an empty name what concerns all of it."""
    if not hasattr(error, "error_dict"):
        return {"": list(error.messages)}
    return {"" if name == NON_FIELD_ERRORS else name: list(told) for name, told in error.message_dict.items()}
