"""Proposals made: each is validated as if it were written now, and nothing but its line is written."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from stacks.among import among
from stacks.constraints import doubtful
from stacks.curating import curating
from stacks.derived import chunks
from stacks.models import (
    SUGGESTION,
    ImportAction,
    ImportBatch,
    ImportLine,
    ImportState,
    Source,
    Stage,
)

from .rights import place_of
from .values import KINDS, as_told, field_of, is_other, kind_of, value_of, values_of

_LONGEST_NAME = 200


def open_batch(user: Any, *, form: str = SUGGESTION, source: Source | None = None, about: Any = None) -> ImportBatch:
    """What one save of a form, one import or one update proposes together. `about`: the company or technology, or a
    row of theirs."""
    company, technology = place_of(about) if about is not None else (None, None)
    return ImportBatch.objects.create(
        format=form, source=source, made_by=user, company_id=company, technology_id=None if company else technology
    )


def propose_changes(
    batch: ImportBatch, row: Any, values: Mapping[str, Any], *, action: str = ImportAction.CHANGE, **said: Any
) -> list[ImportLine]:
    """A line for each field of the stored row in which the value differs from what stands. Raises ValidationError.

    `values` are those of the model's fields, other rows as rows. The row as given is not touched: the changes are held
    against every rule together, as they may need each other. What the same author proposes already makes no second
    line; another value of somebody else for the same field stands beside it. `said` are further fields: `name`,
    `edition_on`, `quote`, `locator`, `stage`, `technology_version`, `number`, `text`.
    """
    with curating():
        stored = type(row)._base_manager.get(pk=row.pk)
        standing = copy(stored)
        told = {name: as_told(value) for name, value in values.items()}
        differing = {name: new for name, new in told.items() if is_other(value_of(stored, name), new)}
        before = {name: value_of(stored, name) for name in differing}
        for name in differing:
            field_of(type(row), name)
            setattr(stored, name, values[name])
        if not differing:
            return []
        check_row(stored)
        waiting = ImportLine.objects.waiting().filter(kind=kind_of(row), row=row.pk, author=batch.made_by)
        known = {(line.field, _hashable(line.new)) for line in waiting.exclude(field="")}
        lines = [
            _line(batch, standing, _action(action, name, new), field=name, old=before[name], new=new, **said)
            for name, new in differing.items()
            if (name, _hashable(new)) not in known
        ]
        _supersede(batch, lines, waiting)
        ImportLine.objects.bulk_create(lines, batch_size=500)
        _put_aside(lines)
        return lines


def propose_row(batch: ImportBatch, row: Any, **said: Any) -> list[ImportLine]:
    """A further row, unsaved: evidence, a figure, a name, ... What it hangs on is saved. Raises ValidationError.

    One line, or none where the same is proposed by the same author already.
    """
    with curating():
        check_row(row)
        new = values_of(row)
        company, _ = place_of(row)
        waiting = ImportLine.objects.waiting().filter(
            kind=kind_of(row), action=ImportAction.ADD, author=batch.made_by, company=company
        )
        if any(line.new == new for line in waiting):
            return []
        line = _line(batch, row, ImportAction.ADD, new=new, **said)
        line.save()
        return [line]


@dataclass(frozen=True, slots=True)
class Proposed:
    """Other values for fields of a stored row; `said` as in `propose_changes`."""

    row: Any
    values: Mapping[str, Any]
    action: str = ImportAction.CHANGE
    said: Mapping[str, Any] = field(default_factory=dict)

    def as_proposed(self) -> Any:
        """The row with these values, to be held against every rule."""
        row = copy(self.row)
        for name, value in self.values.items():
            setattr(row, name, value)
        return row


def propose_on_all(batch: ImportBatch, rows: Sequence[Any], values: Mapping[str, Any]) -> list[ImportLine]:
    """The same values for many stored rows of one kind, as `propose_on_each`."""
    return propose_on_each(batch, [Proposed(row, values) for row in rows])


def propose_on_each(batch: ImportBatch, proposed: Sequence[Proposed]) -> list[ImportLine]:
    """`propose_changes` for many rows of one kind, as they are stored, in few queries however many they are.

    Who calls it has held each row against every rule.
    """
    if not proposed:
        return []
    with curating():
        kind, author = kind_of(proposed[0].row), batch.made_by
        pks = {each.row.pk for each in proposed}
        waiting = _of_rows(ImportLine.objects.waiting().filter(kind=kind, author=author), pks)
        known = {(line.row, line.field, _hashable(line.new)) for line in waiting}
        lines = []
        for each in proposed:
            for name, new in ((name, as_told(value)) for name, value in each.values.items()):
                old, place = value_of(each.row, name), (each.row.pk, name, _hashable(new))
                if is_other(old, new) and place not in known:
                    known.add(place)
                    action = _action(each.action, name, new)
                    lines.append(_line(batch, each.row, action, field=name, old=old, new=new, **each.said))
        anew = {(line.row, line.field) for line in lines}
        if before := [line.pk for line in waiting if (line.row, line.field) in anew]:
            _take_back(batch, ImportLine.objects.filter(pk__in=among(before)))
        returned = ImportLine.objects.filter(author=author, state=ImportState.REFUSED, put_aside=False, kind=kind)
        if aside := [line.pk for line in _of_rows(returned, pks) if (line.row, line.field) in anew]:
            ImportLine.objects.filter(pk__in=among(aside)).update(put_aside=True)
        ImportLine.objects.bulk_create(lines, batch_size=500)
        return lines


def _of_rows(lines: Any, pks: Collection[int]) -> list[ImportLine]:
    """Those that propose another value for a field of these rows."""
    return list(lines.filter(row__in=among(pks)).exclude(field="").order_by("pk"))


def propose_rows(
    batch: ImportBatch, rows: Sequence[Any], said: Sequence[Mapping[str, Any]] | None = None
) -> list[ImportLine]:
    """`propose_row` for many rows of one kind, in few queries; `said` of each, where something is.

    Who calls it has held each against every rule.
    """
    if not rows:
        return []
    with curating():
        waiting = ImportLine.objects.waiting().filter(
            kind=kind_of(rows[0]), action=ImportAction.ADD, author=batch.made_by
        )
        known = {
            _hashable(new)
            for chunk in chunks({place_of(row)[0] for row in rows})
            for new in waiting.filter(company__in=chunk).values_list("new", flat=True)
        }
        lines = []
        for row, further in zip(rows, said or [{}] * len(rows), strict=True):
            new = values_of(row)
            if _hashable(new) not in known:
                known.add(_hashable(new))
                lines.append(_line(batch, row, ImportAction.ADD, new=new, **further))
        ImportLine.objects.bulk_create(lines, batch_size=500)
        return lines


def propose_removal(batch: ImportBatch, row: Any, **said: Any) -> list[ImportLine]:
    """That the row goes; `old` keeps what it said."""
    with curating():
        return propose_removals(batch, [type(row)._base_manager.get(pk=row.pk)], **said)


def propose_removals(batch: ImportBatch, rows: Sequence[Any], **said: Any) -> list[ImportLine]:
    """`propose_removal` of many rows of one kind, as they are stored, in few queries."""
    if not rows:
        return []
    with curating():
        waiting = ImportLine.objects.waiting().filter(kind=kind_of(rows[0]), author=batch.made_by)
        waiting = waiting.filter(action=ImportAction.REMOVE)
        known = {
            pk
            for chunk in chunks(row.pk for row in rows)
            for pk in waiting.filter(row__in=chunk).values_list("row", flat=True)
        }
        lines = [
            _line(batch, row, ImportAction.REMOVE, old=values_of(row), **said) for row in rows if row.pk not in known
        ]
        ImportLine.objects.bulk_create(lines, batch_size=500)
        return lines


def check_row(row: Any, *, validate_constraints: bool = True) -> None:
    """Hold a row against every rule of its model, with the keys that a save would fill in. Raises ValidationError."""
    _fill_in_keys(row)
    row.full_clean(validate_constraints=validate_constraints)


def check_rows(rows: Sequence[Any]) -> None:
    """`check_row` of many rows of one kind, in few queries however many they are. Raises ValidationError.

    What they refer to has just been read, and none has another uid or slug than before.
    """
    for error in refusals(rows):
        if error is not None:
            raise error


def refusals(rows: Sequence[Any]) -> list[ValidationError | None]:
    """What `check_rows` refuses each of the rows for; None where it does not."""
    for row in rows:
        _fill_in_keys(row)
    found: list[ValidationError | None] = []
    for row, constraints in zip(rows, doubtful([(row, ()) for row in rows]), strict=True):
        try:
            row.clean_fields(exclude={each.name for each in row._meta.concrete_fields if each.is_relation})
            row.clean()
            for constraint in constraints:
                constraint.validate(type(row), row)
        except ValidationError as error:
            found.append(error)
        else:
            found.append(None)
    return found


def _fill_in_keys(row: Any) -> None:
    for each in row._meta.concrete_fields:
        if hasattr(each, "fold"):
            with suppress(ValueError):  # what it is made from cannot be read, as that field says
                each.pre_save(row, row._state.adding)  # noqa: SLF001 - as a save does


def _line(batch: ImportBatch, row: Any, action: str, **values: Any) -> ImportLine:
    if kind_of(row) not in KINDS:
        raise TypeError(f"{kind_of(row)} is nothing that can be proposed.")
    company, technology = place_of(row)
    values.setdefault("name", str(row)[:_LONGEST_NAME])
    return ImportLine(
        batch=batch,
        author=batch.made_by,
        action=action,
        kind=kind_of(row),
        row=row.pk,
        company_id=company,
        technology_id=technology,
        **{name: stored for name in ("usage", "migration") if (stored := _stored(row, name))},
        **values,
    )


def _stored(row: Any, name: str) -> Any:
    """The usage or migration that the row is, or belongs to."""
    owner = row if kind_of(row) == name else getattr(row, name, None)
    return owner if owner is not None and owner.pk else None


def _action(action: str, name: str, new: Any) -> str:
    """A change that says something is over is an end."""
    is_end = action == ImportAction.CHANGE and new and (name == "ended" or (name, new) == ("stage", Stage.RETIRED))
    return ImportAction.END if is_end else action


def _supersede(batch: ImportBatch, lines: list[ImportLine], waiting: Any) -> None:
    """Who suggests another value for a field takes back what he suggested for it before."""
    if batch.made_by is None or batch.format != SUGGESTION or not lines:
        return
    _take_back(batch, waiting.filter(field__in=[line.field for line in lines]))


def _take_back(batch: ImportBatch, waiting: Any) -> None:
    before = waiting.filter(batch__format=SUGGESTION)
    before.update(state=ImportState.TAKEN_BACK, decided_by=batch.made_by, decided_at=timezone.now())


def _put_aside(lines: list[ImportLine]) -> None:
    """What is proposed anew is not on its author's list of refusals any more."""
    for line in lines:
        if line.author_id:
            returned = ImportLine.objects.filter(author=line.author_id, state=ImportState.REFUSED, put_aside=False)
            returned.filter(kind=line.kind, row=line.row, field=line.field).update(put_aside=True)


def _hashable(value: Any) -> Any:
    return tuple(sorted(value.items())) if isinstance(value, dict) else value
