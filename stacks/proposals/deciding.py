"""Proposals decided: accepted, refused with a reason, or taken back by who made them. Decided lines stay for ever."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import ProtectedError

from stacks import dates, derived
from stacks.changes import left_without_source
from stacks.curating import curating, in_hand
from stacks.folding import alias_key
from stacks.loading import sentence_of
from stacks.models import Alias, Evidence, ImportAction, ImportLine, ImportState, Migration, Stage, State, Usage
from stacks.review import Refused

from .proposing import check_row
from .rights import may_decide, permission_of_line
from .values import KINDS, read
from .waiting import GONE, MOVED, Waiting, look

_LONGEST_TOLD = 100  # what the history takes


class Conflict(Refused):
    """Something else stands where a proposal would write, or nothing does any more; `waiting` shows each."""

    def __init__(self, waiting: Sequence[Waiting]):
        super().__init__([_sentence(each) for each in waiting])
        self.waiting = waiting


def accept(lines: Iterable[ImportLine], user: Any, *, seen: dict[int, str] | None = None) -> list[Any]:
    """Write what the lines propose, all or nothing; returns the rows written, those deleted left out.

    A line whose row moved meanwhile is a Conflict, unless `seen` has, by the key of the line, the `Waiting.read` of
    what the decider was shown. What is gone is always one. Lines of one row are written together. Raises Refused with
    a sentence for each line that breaks a rule by now, PermissionDenied.
    """
    with curating():
        found = _under_lock(lines, user)
        if reasons := _obstacles(found, user):
            raise Refused(reasons)
        seen = seen or {}
        conflicts = [
            each
            for each in found
            if each.status == GONE
            or (each.line.pk in seen and seen[each.line.pk] != each.read)
            or (each.status == MOVED and each.line.pk not in seen)
        ]
        if conflicts:
            raise Conflict(conflicts)
        rows, reasons = [], []
        for group in _by_row(found):
            try:
                row = _write(group, user)
            except ValidationError as error:
                reasons.append(f"{group[0].line.name}: {sentence_of(error)}")
            except ProtectedError:
                reasons.append(f"{group[0].line.name}: something leans on it by now, so it stays.")
            else:
                rows += [row] if row is not None else []
        if reasons := reasons or _left_bare(found):
            raise Refused(reasons)
        for each in found:
            if each.line.action == ImportAction.ADD:
                each.line.save(update_fields=["row"])
        _decide([each.line for each in found], ImportState.APPLIED, user)
        return rows


def refuse(lines: Iterable[ImportLine], user: Any, reason: str) -> int:
    """The reason is kept with the line and reaches its author."""
    if not reason.strip():
        raise ValidationError("Say why: its author reads it.")
    with curating():
        found = _under_lock(lines, user)
        _decide([each.line for each in found], ImportState.REFUSED, user, reason=reason.strip())
        return len(found)


def settle(lines: Iterable[ImportLine], user: Any) -> int:
    """Decide lines whose row the decider has just written himself, with what they propose before him."""
    with curating():
        found = [line for line in lines if line.state == ImportState.WAITING]
        _decide([each.line for each in _under_lock(found, user)], ImportState.APPLIED, user, reason="Edited first.")
        return len(found)


def take_back(lines: Iterable[ImportLine], user: Any) -> int:
    """By the author alone."""
    with curating():
        found = _locked(lines)
        if any(line.author_id is None or line.author_id != user.pk for line in found):
            raise PermissionDenied("Only who proposed it takes it back.")
        _decide(found, ImportState.TAKEN_BACK, user)
        return len(found)


def lead_on(pairs: Sequence[tuple[Any, Any]]) -> dict[int, int]:
    """What waits for rows, of one kind, that are merged into others waits for those: the row of before, by line."""
    new, kind = {old.pk: new.pk for old, new in pairs}, pairs[0][0]._meta.model_name
    led: dict[int, int] = {}
    for chunk in derived.chunks(new):
        lines = ImportLine.objects.filter(kind=kind, row__in=chunk).order_by("pk")
        led |= {line.pk: line.row or 0 for line in lines.only("row")}
    derived.set_each(ImportLine, ("row",), [(pk, {"row": new[old]}) for pk, old in led.items()])
    return led


def may_accept(user: Any, each: Waiting) -> bool:
    """Whether the user decides about the line at all, by right and, where the site asks for it, as somebody else."""
    return may_decide_about(user, each) and not _is_own(user, each.line)


def _is_own(user: Any, line: ImportLine) -> bool:
    return settings.REVIEW_BY_ANOTHER and line.author_id is not None and line.author_id == user.pk


def may_decide_about(user: Any, each: Waiting) -> bool:
    """By right, whoever proposed it."""
    if each.row is not None:
        return may_decide(user, each.row)
    model = KINDS.get(each.line.kind)
    return model is not None and user.has_perm(permission_of_line(each.line, model))


def _under_lock(lines: Iterable[ImportLine], user: Any) -> list[Waiting]:
    """The lines as they are now, beside their rows."""
    found = look(_locked(lines))
    if not all(may_decide_about(user, each) for each in found):
        raise PermissionDenied("Only who may publish these rows decides about them.")
    return found


def _locked(lines: Iterable[ImportLine]) -> list[ImportLine]:
    pks = [line.pk for line in lines]
    present = ImportLine.objects.select_for_update(of=("self",)).select_related("batch__source").in_bulk(pks)
    found = [present[pk] for pk in pks if pk in present]
    if decided := [line for line in found if line.state != ImportState.WAITING]:
        raise Refused([f"{line.name} is {line.get_state_display().lower()} by now." for line in decided])
    return found


def _obstacles(found: Sequence[Waiting], user: Any) -> list[str]:
    reasons = [
        f"{each.line.name}: you proposed this, so somebody else accepts it."
        for each in found
        if _is_own(user, each.line)
    ]
    taken: set[tuple] = set()
    for each in found:
        key = (each.line.kind, each.line.row, each.line.field)
        if each.line.field and key in taken:
            reasons.append(f"{each.line.name}: two values for one field; accept one and refuse the other.")
        taken.add(key)
    return reasons


def _by_row(found: Sequence[Waiting]) -> list[list[Waiting]]:
    """Changes of one row together; removals last, as what is added may need their place no more than what stays."""
    groups: defaultdict[Any, list[Waiting]] = defaultdict(list)
    for each in found:
        groups[(each.line.kind, each.line.row) if each.line.field else each.line.pk].append(each)
    return sorted(groups.values(), key=lambda group: group[0].line.action != ImportAction.REMOVE)


def _write(group: Sequence[Waiting], user: Any) -> Any:
    line, row = group[0].line, group[0].row
    if line.action == ImportAction.REMOVE:
        _check_removal(row)
        _tell_history(row, line, user)
        row.delete()
        return None
    if line.action == ImportAction.ADD:
        row = _built(line)
        _save(row, line, user)
        line.row = row.pk
        return row
    if line.action != ImportAction.SAID_AGAIN:
        for each in group:
            setattr(row, each.line.field, read(type(row), each.line.field, each.line.new))
        _save(row, line, user)
    for each in group:
        _cite(each.line, row, user)
    return row


def _check_removal(row: Any) -> None:
    """The name of an owner leads to it as long as it is the name."""
    if isinstance(row, Alias) and row.key == alias_key(getattr(row, row.owner_field).name):
        raise ValidationError(f"“{row.name}” is the name now, so it leads here in any case: leave it.")


def _left_bare(found: Sequence[Waiting]) -> list[str]:
    """What is published has a source that supports it, however many citations go."""
    reasons = []
    for model, owner in ((Usage, "usage"), (Migration, "migration")):
        cited = {getattr(each.line, f"{owner}_id") for each in found if each.line.kind == "evidence"}
        published: Any = model.objects.filter(pk__in=cited - {None}, state=State.PUBLISHED)
        reasons += [left_without_source(row) for row in published.unsourced()]
    return reasons


def _save(row: Any, line: ImportLine, user: Any) -> None:
    check_row(row)
    _tell_history(row, line, user)
    row.save()


def _tell_history(row: Any, line: ImportLine, user: Any) -> None:
    """Who proposed it, and who accepted it, where no request tells that either."""
    row._change_reason = f"proposal of {line.author or 'an import'} accepted"[:_LONGEST_TOLD]
    row._history_user = user  # noqa: SLF001 - where django-simple-history looks for it


def _built(line: ImportLine) -> Any:
    """The row that would be added, unsaved. Raises ValidationError where something that it names is gone."""
    model = KINDS.get(line.kind)
    if model is None or not isinstance(line.new, dict):
        raise ValidationError("Nobody can tell what this would be.")
    row = model(**{name: read(model, name, value) for name, value in line.new.items()})
    gone = model.history.filter(id=line.row).first() if line.row is not None else None
    if gone is not None and gone.history_type == "-":  # it was deleted and is to be there again as the same row
        for each in gone.tracked_fields:
            if not each.editable:
                setattr(row, each.attname, getattr(gone, each.attname))
        row.pk = gone.id
    return row


def _cite(line: ImportLine, row: Any, user: Any) -> None:
    """The edition that an import read becomes evidence of what it says, once."""
    source = line.batch.source
    if source is None or not isinstance(row, Usage | Migration):
        return
    evidence = Evidence(
        source=source,
        edition_on=line.edition_on,
        quote=line.quote,
        locator=line.locator,
        stage=_stage_said(line) if isinstance(row, Usage) else "",
        technology_version=line.technology_version,
        **{str(row._meta.model_name): row},
    )
    same = {name: getattr(evidence, name) for name in ("edition_on", "quote", "locator")}
    if not row.evidence.filter(source=source, **same).exists():
        _save(evidence, line, user)


def _stage_said(line: ImportLine) -> str:
    """What the edition says of the stage: in use where it says nothing else, retired where it tells of the end."""
    stage = line.stage
    if line.action == ImportAction.END:
        is_over = line.field == "stage" or not line.edition_on or dates.compare(line.edition_on, str(line.new)) >= 0
        stage = Stage.RETIRED if is_over else stage
    return "" if stage == Stage.IN_USE else stage


def _decide(lines: Sequence[ImportLine], state: str, user: Any, reason: str = "") -> None:
    now = in_hand().moment
    for line in lines:
        line.state, line.decided_by, line.decided_at, line.reason = state, user, now, reason
    ImportLine.objects.bulk_update(lines, ["state", "decided_by", "decided_at", "reason"], batch_size=500)


def _sentence(each: Waiting) -> str:
    name = each.line.name
    if each.status == GONE:
        return f"{name} was deleted meanwhile, or something that the proposal names."
    told = [
        f"{difference.label} was “{difference.then}”, is “{difference.now}” by now, and would become “{difference.new}”"
        for difference in each.differences
        if difference.moved or each.status == MOVED
    ]
    return f"{name} has changed since: {'; '.join(told)}." if told else f"{name} is not what you saw any more."
