"""Who may not publish edits what is published all the same: the save becomes a proposal and writes nothing else."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from stacks.curating import curating
from stacks.derived import chunks, in_bulk
from stacks.loading import sentence_of
from stacks.models import Company, ImportBatch, ImportLine, ImportState, Migration, Reviewed, Source, Technology, Usage
from stacks.proposals import proposing
from stacks.proposals.deciding import settle
from stacks.proposals.proposing import (
    Proposed,
    check_rows,
    open_batch,
    propose_changes,
    propose_on_each,
    propose_row,
    propose_rows,
)
from stacks.proposals.rights import is_seen, may_decide, may_write, permission_for, place_of
from stacks.proposals.values import fields_of, read
from stacks.proposals.waiting import Waiting, look

from .forms import is_key

# So many of the changes that wait for a row are told beside its form.
_MOST_TOLD = 50


class CannotBeProposedError(Exception):
    """What was typed breaks a rule together with what stands; the message says which."""


def suggests(request: Any, row: Any) -> bool:
    """Whether a save of this row, as it stands or as the form has it, is a proposal of this user."""
    if row is None:
        return False
    if isinstance(row, Reviewed):
        return not writes(request, row)  # by its state, which no form has
    return not all(writes(request, each) for each in (row, _stored(row)) if each is not None)


def writes(request: Any, row: Any) -> bool:
    """Whether this user's save of the row is written at once. Where the site asks for two, nobody's is that visitors
    see."""
    return may_write(request.user, row) and not (settings.REVIEW_BY_ANOTHER and is_seen(row))


def suggested(request: Any, rows: Iterable[Any]) -> list[Any]:
    """Those of the rows, of one kind and as they are stored, of which this user's save or deletion is a proposal."""
    rows = list(rows)
    if not rows or not isinstance(rows[0], Source):
        return [row for row in rows if not writes(request, row)]
    if request.user.has_perm(permission_for(rows[0])) and not settings.REVIEW_BY_ANOTHER:
        return []
    seen: set[int] = set()
    for chunk in chunks(row.pk for row in rows):
        seen |= set(Source.objects.published().filter(pk__in=chunk).order_by().values_list("pk", flat=True))
    return [row for row in rows if row.pk in seen]


def propose_form(request: Any, row: Any, form: Any, formsets: Any) -> list[ImportLine]:
    """A line for each field that was changed, and for each row of the formsets that was added, changed or removed.

    Nothing of the form is saved. Raises CannotBeProposedError.
    """
    for formset in formsets:
        formset.save(commit=False)
    try:
        with curating():
            batch = open_batch(request.user, about=_stored(row) or row)
            lines = _of_form(batch, row, form)
            for formset in formsets:
                lines += _of_formset(batch, formset)
            if not lines:
                batch.delete()
            return lines
    except ValidationError as error:
        raise CannotBeProposedError(sentence_of(error)) from error


def _stored(row: Any) -> Any:
    return type(row)._base_manager.filter(pk=row.pk).first() if row.pk else None


def _of_form(batch: ImportBatch, row: Any, form: Any) -> list[ImportLine]:
    if row.pk is None:
        return propose_row(batch, row)
    changed = [name for name in form.changed_data if name in form.cleaned_data]
    return propose_changes(batch, row, {name: value for name, value in _typed(row).items() if name in changed})


def _of_formset(batch: ImportBatch, formset: Any) -> list[ImportLine]:
    changed = dict(formset.changed_objects)
    stored = _as_stored(formset.model, [*formset.deleted_objects, *changed])
    lines = proposing.propose_removals(batch, [stored[row.pk] for row in formset.deleted_objects])
    check_rows(list(changed))
    typed = {
        row: {name: value for name, value in _typed(row).items() if name in fields} for row, fields in changed.items()
    }
    lines += propose_on_each(batch, [Proposed(stored[row.pk], values) for row, values in typed.items()])
    check_rows(formset.new_objects)
    return lines + propose_rows(batch, formset.new_objects)


def _as_stored(model: Any, rows: Sequence[Any]) -> dict[int, Any]:
    joined = [field.name for field in model._meta.concrete_fields if field.is_relation]
    return in_bulk(model._base_manager.select_related(*joined), [row.pk for row in rows])


def save_or_propose(request: Any, formset: Any) -> None:
    """Rows of an owner that is written at once, of which one may take something from what visitors see."""
    rows = formset.save(commit=False)
    for row in formset.deleted_objects:
        row.delete()
    proposed: list[ImportLine] = []
    for row in rows:
        if not suggests(request, row):
            row.save()
            continue
        batch = open_batch(request.user, about=row)
        try:
            proposed += propose_row(batch, row) if row.pk is None else propose_changes(batch, row, _typed(row))
        except ValidationError as error:
            raise CannotBeProposedError(sentence_of(error)) from error
    if proposed:
        tell(request, rows[0], proposed)


def _typed(row: Any) -> dict[str, Any]:
    """What a form may write of the row, as it has it."""
    return {field.name: getattr(row, field.name) for field in fields_of(type(row))}


def taken(request: Any, row: Any) -> list[ImportLine]:
    """The changes of this row that its form is to be filled in with: that of the query string, and those made with it.

    What waits, for everybody; what was refused, for its author.
    """
    key = request.GET.get("take", "")
    if not is_key(key) or row is None or row.pk is None:
        return []
    lines = ImportLine.objects.filter(kind=row._meta.model_name, row=row.pk).exclude(field="")
    lines = lines.filter(state=ImportState.WAITING) | lines.filter(state=ImportState.REFUSED, author=request.user)
    line = lines.filter(pk=key).first()
    if line is None:
        return []
    return list(lines.filter(batch=line.batch_id, state=line.state).select_related("author", "batch", "decided_by"))


def fill_in(request: Any, row: Any) -> None:
    """The form shows what is proposed; what stands is written by no look at it."""
    lines = taken(request, row)
    for line in lines:
        with suppress(ValidationError):  # what it names is gone
            setattr(row, line.field, read(type(row), line.field, line.new))
    if lines:
        messages.info(request, f"The form shows what {lines[0].proposer} proposed. Nothing is saved yet.")
    for reason, by in {(line.reason, line.decided_by): None for line in lines if line.reason}:
        messages.warning(request, f"Returned by {by or 'a reviewer'}: {reason}")


def settle_taken(request: Any, row: Any) -> None:
    """What was proposed, and has just been written by a reviewer as he edited it, waits no more."""
    waiting = [line for line in taken(request, row) if line.state == ImportState.WAITING]
    if waiting and may_decide(request.user, row):
        settle(waiting, request.user)


def propose_removals(request: Any, rows: Sequence[Any]) -> list[ImportLine]:
    """Of rows that a reviewer deletes."""
    with curating():
        batch = open_batch(request.user, about=rows[0] if len({place_of(row) for row in rows}) == 1 else None)
        lines = proposing.propose_removals(batch, rows)
        if not lines:
            batch.delete()
        return lines


def tell(request: Any, row: Any, lines: list[ImportLine]) -> None:
    """What became of a save that proposes."""
    if not lines:
        messages.warning(request, "Nothing is proposed: what you typed stands already, or waits already.")
        return
    number = "1 change is" if len(lines) == 1 else f"{len(lines)} changes are"
    messages.success(
        request,
        format_html(
            '{} proposed. Visitors see what stood before until a reviewer accepts: <a href="{}">the review</a>.',
            number, review_of(row),
        ),
    )  # fmt: skip


def review_of(row: Any) -> str:
    """The page on which what is proposed for the row is reviewed."""
    company, technology = place_of(row)
    if company:
        return reverse("admin:stacks_company_review", args=[company])
    if technology:
        return reverse("admin:stacks_technology_review", args=[technology])
    return reverse("admin:stacks_vocabulary_review")


def after(row: Any) -> HttpResponseRedirect:
    """Where a save that proposes leads: to the row as it stands, or to the list where there is none yet."""
    name = row._meta.model_name
    if row.pk is None:
        return HttpResponseRedirect(reverse(f"admin:stacks_{name}_changelist"))
    return HttpResponseRedirect(reverse(f"admin:stacks_{name}_change", args=[row.pk]))


def waiting_for(row: Any) -> list[Waiting]:
    """What waits for the row and for what is part of it, to be told beside its form."""
    waiting = ImportLine.objects.waiting()
    if isinstance(row, Usage):
        lines = waiting.filter(company=row.company_id, usage=row.pk)
    elif isinstance(row, Migration):
        lines = waiting.filter(company=row.company_id, migration=row.pk)
    elif isinstance(row, Company):
        lines = waiting.filter(company=row.pk, usage=None, migration=None)
    elif isinstance(row, Technology):
        lines = waiting.in_review_of(row)
    else:
        lines = waiting.filter(kind=row._meta.model_name, row=row.pk)
    found = list(lines.select_related("batch__source", "author").order_by("pk")[:_MOST_TOLD])
    return look(found) if found else []
