"""An import in the making: the text as it is kept, what was decided about it, and the plan of both.

The text is read before the lock is taken, the plan is made under it, so that a long text holds nobody up and two
imports at once make no doubles.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from stacks.curating import curating, delete_with_all
from stacks.derived import chunks
from stacks.models import (
    BatchState,
    Company,
    CompanyAlias,
    ImportAction,
    ImportBatch,
    ImportDecision,
    ImportLine,
    ImportState,
    Migration,
    Source,
    State,
    Technology,
    TechnologyAlias,
    Usage,
)

from .apply import Cited, Refused, apply_each, fingerprint, write
from .decisions import load_decisions, remember, settle
from .findings import Given
from .formats import parse
from .lines import Reading
from .load import find_company, load_vocabulary
from .news import chosen
from .plan import OTHERS_SAY_SO, Plan, make_plan
from .sources import InvalidAddress, check_address, find_source

_KEPT_FOR = 30 * 60
ELSEWHERE = "elsewhere"  # in an outcome: the answer for a line that another import of the same text has taken
_TAKEN_BACK = "import taken back"


class CameOutDifferent(Exception):
    """The plan is not the one that was seen; nothing was written."""

    def __init__(self, plan: Plan):
        super().__init__("The plan came out different.")
        self.plan = plan


def read(batch: ImportBatch) -> Reading:
    """What the text says by today's vocabulary; kept for a while, for the choices that follow. Raises Unreadable."""
    name = batch.company.name if batch.company else batch.company_name
    given = Given(name, batch.technology.slug if batch.technology else "", batch.path)
    form = batch.asked_format or batch.format or ("adopters" if batch.technology else "")
    reading = parse(batch.text, load_vocabulary(), given, form)
    cache.set(_kept(batch), _copied(reading), _KEPT_FOR)
    return reading


def read_again(batch: ImportBatch) -> Reading:
    """As it was read for the page that asks. Raises Unreadable."""
    found = cache.get(_kept(batch))
    return _copied(found) if found is not None else read(batch)


def _copied(reading: Reading) -> Reading:
    """What is decided is written into the lines: what is kept has its own."""
    return replace(reading, lines=[replace(line) for line in reading.lines], problems=list(reading.problems))


def _kept(batch: ImportBatch) -> str:
    """Never that of another text, format or owner."""
    words = (
        batch.text,
        batch.asked_format,
        batch.format,
        batch.path,
        batch.company_name,
        str(batch.company_id),
        str(batch.uid),
    )
    return f"reading:{hashlib.sha256(json.dumps([*words, batch.technology_id]).encode()).hexdigest()}"


def plan_of(batch: ImportBatch, reading: Reading) -> Plan:
    """Ten queries at most, however long the text."""
    company = batch.company or (find_company(batch.company_name) if batch.company_name else None)
    address = batch.url or (batch.source.url if batch.source else reading.source)
    choices = dict(batch.choices.values_list("key", "values"))
    deciding = settle(reading, choices, load_decisions(company, find_source(address)))
    plan = make_plan(
        batch.path,
        reading,
        company=company,
        company_name=company.name if company else batch.company_name,
        source=address,
        edition=batch.edition_on,
        deciding=deciding,
    )
    plan.text_mark = fingerprint(batch.text, plan.edition)
    return plan


def marks(plan: Plan) -> dict[str, str]:
    """What is to become of each line, in one short text by the key of the line."""
    deciding, found = plan.deciding, {}
    for place, (key, line) in enumerate(zip(deciding.keys, plan.reading.lines, strict=True)):
        row, making = plan.rows.get(place), deciding.making.get(place)
        told = (
            line.kind,
            line.kind == "fact" and [line.name, line.value],
            line.technology,
            line.origin,
            line.category,
            line.scope,
            line.purpose,
            line.remarks,
            line.reason,
        )
        more = (line.stage, line.hosting, line.via, line.started, line.ended, line.quote, line.edition_on)
        fate = (line.ticked, line.action, line.problem, line.company, row and row.version, making and making.key)
        found[key] = _mark([*told, *more, *fate])
    for usage in plan.missing:
        found[f"missing:{usage.uid}"] = _mark([usage.version, usage.uid in deciding.ended])
    return found


def mark_of(plan: Plan) -> str:
    """The fingerprint of the whole plan: what is posted to confirm it."""
    many = [plan.deciding.again, plan.deciding.pages]
    whole = [plan.company, plan.technology, plan.source, plan.edition, *many, sorted(marks(plan).items())]
    return hashlib.sha256(json.dumps(whole, default=str).encode()).hexdigest()


def _mark(told: list[Any]) -> str:
    return hashlib.blake2s(json.dumps(told, default=str).encode("utf-8", "replace"), digest_size=6).hexdigest()


def obstacles(plan: Plan) -> list[str]:
    """What is missing before anything of the plan can be written, in a sentence each."""
    told = []
    try:
        if not plan.source:
            told.append("The address of the page is not told.")
        else:
            check_address(plan.source)
    except InvalidAddress as error:
        told.append(str(error))
    if plan.objection:
        told.append(plan.objection)
    if any(not plan.key_of(line) for line in chosen(plan)):
        told.append("Whose stack this is is not told.")
    return told


def confirm(pk: int, seen: str, user: Any, *, others: bool = False) -> Plan:
    """Write what was decided; with `others` also what the text has of other pages, an import for each of them.

    Raises CameOutDifferent, Refused, Unreadable, and ImportBatch.DoesNotExist.
    """
    batches = ImportBatch.objects.select_related("company", "technology", "source")
    before = batches.get(pk=pk)
    reading = read(before)
    with curating():
        batch = batches.select_for_update(of=("self",)).get(pk=pk)
        reading = reading if _kept(batch) == _kept(before) else read(batch)
        whole = _copied(reading)  # a plan takes from its lines what other pages say
        plan = plan_of(batch, reading)
        if mark_of(plan) != seen:
            raise CameOutDifferent(plan)
        if told := obstacles(plan):
            raise Refused(" ".join(told))
        cited = Cited(batch.title, batch.publisher, batch.own_words, batch.accessed_on)
        write(plan, batch.text, user, batch, cited)
        batch.source = batch.source or find_source(plan.source or "")
        decided = remember(plan.reading, plan.deciding, batch, plan.whole, user)
        goes_on = others and bool(plan.of_others)
        if decided or goes_on:
            batch.state, batch.written_at = BatchState.WRITTEN, batch.written_at or timezone.now()
        _keep_outcome(batch, plan, decided)
        if goes_on:
            named = plan.whole.slug if plan.whole else batch.company_name
            given = {"company": named, "edition": "", "user": user}
            plan.further = apply_each(batch.path, batch.text, whole, but=plan.source or "", **given).further
            for told in batch.outcome["lines"]:
                if told["why"] == OTHERS_SAY_SO:
                    told |= {"answer": ELSEWHERE, "why": "read for the page that says so, in an import of its own"}
            batch.save(update_fields=["outcome"])
    return plan


def propose(batch: ImportBatch, reading: Reading) -> Plan:
    """Write what a text would add that nobody has looked at yet, in the name of who the batch is of.

    What was proposed from the same source before and turned down since is offered only. Within the curating transaction
    of the caller, with a batch that is not stored: it stays so where nothing is written. Raises Refused.
    """
    batch.save()  # what is decided about a line hangs on it
    plan = plan_of(batch, reading)
    if told := obstacles(plan):
        raise Refused(" ".join(told))
    _leave_out_declined(plan)
    write(
        plan, batch.text, batch.made_by, batch, Cited(batch.title, batch.publisher, batch.own_words, batch.accessed_on)
    )
    if plan.written and plan.written["batch"]:
        _keep_outcome(batch, plan, 0)
    else:
        batch.delete()
    return plan


def _leave_out_declined(plan: Plan) -> None:
    """What a page says again that somebody has deleted or retracted is no news. Two queries."""
    source = find_source(plan.source or "")
    owners = [owner.pk for owner in plan.owners.values() if owner]
    if source is None or not owners:
        return
    before = ImportLine.objects.filter(
        batch__source=source, action=ImportAction.ADD, state=ImportState.APPLIED, company__in=owners
    )
    declined = set(before.filter(usage=None, migration=None).values_list("company", "technology__slug"))
    retracted = Usage.objects.filter(company__in=owners, state=State.RETRACTED, evidence__source=source)
    declined |= set(retracted.values_list("company", "technology__slug"))
    for line in plan.reading.lines:
        owner = plan.owners.get(plan.key_of(line))
        if line.ticked and line.action == "add" and owner and (owner.pk, line.technology) in declined:
            line.ticked, line.why = False, "proposed from this page before, and turned down"


def _keep_outcome(batch: ImportBatch, plan: Plan, decided: int) -> None:
    written = plan.written or {}
    before = batch.outcome
    deciding = plan.deciding
    batch.outcome = {
        "companies": [*before.get("companies", []), *written.get("companies", [])],
        "technologies": [*before.get("technologies", []), *plan.made],
        "decided": before.get("decided", 0) + decided,
        "pages": before.get("pages", []),
        "cited": before.get("cited", []),
        "lines": [
            {
                "line": line.line,
                "key": key,
                "kind": line.kind,
                "name": line.name[:100],
                "technology": deciding.making[place].name if place in deciding.making else line.technology,
                "ticked": line.ticked,
                "answer": deciding.own.get(place, ""),
                "read": deciding.read[place].technology,
                "why": line.why[:200],
                "problem": line.problem,
                "text": line.text[:100],
            }
            for place, (key, line) in enumerate(zip(deciding.keys, plan.reading.lines, strict=True))
        ],
        "kept": [usage.technology.name for usage in plan.missing if usage.uid not in deciding.ended],
    }
    batch.save()


def _standing(batch: ImportBatch) -> Any:
    return batch.lines.exclude(state=ImportState.TAKEN_BACK)


def discard(pk: int) -> None:
    """An import that has written nothing goes, with its text and what was decided. Raises Refused."""
    with curating():
        batch = ImportBatch.objects.select_for_update().get(pk=pk)
        if batch.state != BatchState.OPEN or _standing(batch).exists():
            raise Refused("It has written proposals by now: take those back first.")
        batch.delete()


def take_back(pk: int, user: Any) -> tuple[int, int]:
    """Delete what this import proposed and nobody has touched since; its text and choices stay, to be corrected.

    Returns how many rows went, and how many stay as somebody changed, reviewed or cited them.
    """
    with curating():
        batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("source").get(pk=pk)
        lines = _standing(batch).filter(action=ImportAction.ADD, state=ImportState.APPLIED)
        taken = set(batch.lines.filter(state=ImportState.WAITING).values_list("pk", flat=True))
        left = 0
        lines = lines.select_related("usage", "migration").prefetch_related("usage__evidence", "migration__evidence")
        pages = Source.objects.filter(uid__in=batch.outcome.get("cited", []))
        cited = {batch.source_id, *pages.values_list("pk", flat=True)}
        others = _touched_by_others(batch)
        going: dict[Any, dict[int, Any]] = {Usage: {}, Migration: {}}
        for line in lines:
            row = line.usage or line.migration
            if row is None:
                continue
            if row not in others and _is_untouched(row, cited):
                row._change_reason = _TAKEN_BACK
                going[type(row)][row.pk] = row
                taken.add(line.pk)
            else:
                left += 1
        for rows in going.values():
            if rows:
                delete_with_all(list(rows.values()))
        now = timezone.now()
        for chunk in chunks(taken):
            batch.lines.filter(pk__in=chunk).update(state=ImportState.TAKEN_BACK, decided_by=user, decided_at=now)
        gone = len(taken)
        _take_back_what_it_made(batch)
        batch.decisions.filter(ended_at=None).update(ended_by=user, ended_at=now)
        if batch.text and not _standing(batch).exists():
            batch.state, batch.outcome, batch.written_at = BatchState.OPEN, {}, None
        batch.save()
    return gone, left


def _touched_by_others(batch: ImportBatch) -> set[Any]:
    """What this import proposed and other imports or curators speak of."""
    named: set[Any] = set()
    own = batch.lines.filter(action=ImportAction.ADD)
    for name, model in (("usage", Usage), ("migration", Migration)):
        others = ImportLine.objects.filter(**{f"{name}__in": own.filter(**{f"{name}__isnull": False}).values(name)})
        others = others.exclude(batch=batch).exclude(state=ImportState.TAKEN_BACK)
        named |= {model(pk=pk) for pk in others.order_by().values_list(name, flat=True)}
    return named


def _is_untouched(row: Usage | Migration, cited: set[int | None]) -> bool:
    return (
        row.state == State.PROPOSED
        and row.version == 1
        and all(one.source_id in cited and one.version == 1 for one in row.evidence.all())
    )


def _take_back_what_it_made(batch: ImportBatch) -> None:
    """Drafts of companies and technologies that it made and that nothing leans on, and its sources."""
    outcome = batch.outcome
    for technology in Technology.objects.filter(slug__in=outcome.get("technologies", [])):
        if technology.state == State.DRAFT and technology.version == 1 and not _is_used(technology, ()):
            _delete(technology)
    for company in Company.objects.filter(slug__in=outcome.get("companies", [])):
        for evidence in company.evidence.filter(source__uid__in=outcome.get("cited", []), version=1):
            _delete(evidence)
        own = (CompanyAlias, Source, ImportBatch)
        if company.state == State.DRAFT and company.version == 1 and not _is_used(company, own):
            if batch.company_id == company.pk:
                batch.company = None
            _delete(company)
    for page in Source.objects.filter(uid__in=outcome.get("pages", []), version=1):
        if not _is_used(page, ()):
            _delete(page)
    source = batch.source
    if source is not None and source.version == 1 and not _is_used(source, (ImportBatch,)):
        batch.source = None
        batch.save(update_fields=["source", "company"])
        _delete(source)


def _is_used(row: Any, own: Iterable[type]) -> bool:
    """Whether anything refers to the row but its own names and the import that made it."""
    apart = (*own, ImportDecision, ImportLine, TechnologyAlias)
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row.pk}).exists()
        for relation in row._meta.related_objects
        if relation.related_model not in apart and not relation.related_model._meta.model_name.startswith("historical")
    )


def _delete(row: Any) -> None:
    row._change_reason = _TAKEN_BACK
    row.delete()
