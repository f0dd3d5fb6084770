"""An import written down: proposals for what is new, and lines that wait where something stands already.

All or nothing, in one curating transaction. What stands in the catalogue, published or not, is never written.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from stacks.bulk import add_all
from stacks.curating import curating
from stacks.loading import sentence_of
from stacks.models import (
    BatchState,
    Company,
    CompanyFact,
    Evidence,
    ImportAction,
    ImportBatch,
    ImportLine,
    ImportState,
    Migration,
    Source,
    SourceKind,
    Stage,
    Technology,
    Usage,
)
from stacks.models.fields import url_key
from stacks.proposals.proposing import propose_rows, refusals
from stacks.review import note_proposed

from .citing import Pages, lead_to_saved, of_the_company
from .companies import new_company
from .decisions import Making, load_decisions, settle
from .lines import Line, Reading
from .load import find_company
from .news import Proposed, Said, chosen
from .plan import Plan, make_plan
from .rows import Rows, evidence_of
from .sources import InvalidAddress, check_address, find_source, source_at

_LOOKED_UP = {"company", "technology", "category", "via", "from_technology", "to_technology"}


class Refused(Exception):
    """The import as a whole cannot be written; the message says what is missing. Nothing was written."""


def apply(
    path: str,
    text: str,
    reading: Reading,
    *,
    company: str = "",
    source: str = "",
    edition: str = "",
    user: Any = None,
) -> Plan:
    """Write what is ticked, by the plan made anew under the lock. `company` is a slug or a name, a new one perhaps.

    A line that cannot be written says so in its `problem`, and the others are written. Where each line names its own
    source, and none is given, each source has a batch of its own. Raises Refused.
    """
    if not source and any(line.source for line in reading.lines):
        return apply_each(path, text, reading, company=company, edition=edition, user=user)
    address = _address(source or reading.source)
    with curating():
        whose = find_company(company or reading.company) if company or reading.company else None
        deciding = settle(reading, remembered=load_decisions(whose, find_source(address)))
        plan = make_plan(
            path,
            reading,
            company=whose,
            company_name=company,
            source=address,
            edition=edition,
            deciding=deciding,
        )
        if any(not plan.key_of(line) for line in chosen(plan)):
            raise Refused("Whose stack this is stands nowhere: say it with --company.")
        return write(plan, text, user)


@dataclass(frozen=True, slots=True)
class Cited:
    """What a curator says of the page; of a page that is a source already its own title and publisher hold."""

    title: str = ""
    publisher: str = ""
    own_words: bool = False
    accessed_on: str = ""


def write(
    plan: Plan, text: str, user: Any = None, batch: ImportBatch | None = None, cited: Cited | None = None
) -> Plan:
    """Write the plan, which was made in this very transaction: into that batch, or into one made when it is needed."""
    return _Writer(plan, text, user, batch, cited or Cited()).write()


def apply_each(path: str, text: str, reading: Reading, *, but: str = "", **given: Any) -> Plan:
    """Source by source: first what is new, then which other sources say it as well. `but`: a page that is left out.

    There is a line of another page. Raises Refused.
    """
    left_out = url_key(but) if but else ""
    groups: dict[tuple[bool, str], list[Line]] = {}
    for line in reading.lines:
        if line.source and (page := url_key(_address(line.source))) != left_out:
            groups.setdefault((line.further, page), []).append(line)
    with curating():
        parts = []
        for _, lines in sorted(groups.items(), key=lambda group: group[0][0]):
            one = replace(reading, lines=lines, problems=[], source=lines[0].source, title=lines[0].source_title)
            parts.append(apply(path, text, one, source=lines[0].source, **given))
    written = [part.written or {} for part in parts]
    told = [line for part in parts for line in part.reading.lines]
    told += [line for line in reading.lines if not line.source]
    return replace(
        parts[0],
        reading=replace(reading, lines=told).ordered(),
        company=parts[-1].company,
        further=list(dict.fromkeys(each["batch"] for each in written if each["batch"])),
        written={
            "batch": next((each["batch"] for each in written if each["batch"]), None),
            "source": next((each["source"] for each in written if each["source"]), None),
            **{name: [one for each in written for one in each[name]] for name in ("companies", "usages", "migrations")},
            "waiting": sum(each["waiting"] for each in written),
        },
    )


def fingerprint(text: str, edition: str) -> str:
    """The same for the same text of the same edition."""
    return hashlib.sha256(f"{edition}\n{text}".encode()).hexdigest()


def _address(url: str) -> str:
    if not url:
        raise Refused("Where this stands on the web is not told: say it with --source.")
    try:
        return check_address(url)
    except InvalidAddress as error:
        raise Refused(str(error)) from error


class _Writer:
    """What one import has looked up and made so far; source, companies and batch are made when first needed."""

    def __init__(self, plan: Plan, text: str, user: Any, batch: ImportBatch | None, cited: Cited):
        self.plan, self.text, self.user, self.cited = plan, text, user, cited
        self.source = source_at(plan.source or "", cited.title or plan.reading.title, plan.whole)
        self.fingerprint = fingerprint(text, plan.edition)
        self.batch: ImportBatch | None = None
        self.given = batch
        self.now = timezone.now()
        lines = chosen(plan)
        self.rows = Rows(lines, plan.technology or "")
        self.said = Said(self.source, [*plan.rows.values(), *plan.missing])
        self.before = Proposed(self.source, self.fingerprint)
        self.unmade: dict[str, str] = {}  # why a company could not be made, by folded name
        self.companies: list[str] = []
        self.usages: list[str] = []
        self.migrations: list[str] = []
        self.notes: list[tuple[Line, Usage | Migration, ImportAction, dict[str, Any]]] = []
        self.facts: list[tuple[Line, CompanyFact]] = []
        self.further = 0  # lines that wait for facts, and for further evidence of what stands
        owners = [owner for owner in {plan.whole, *plan.owners.values()} if owner is not None]
        urls = [*(url for line in lines for url in line.links), *(one.url for one in plan.reading.references)]
        self.pages = Pages(plan.reading.references, self.source, urls if plan.deciding.pages else [], owners)
        self.proposed: list[Usage | Migration] = []
        self.evidence: list[Evidence] = []

    def write(self) -> Plan:
        lines = {id(line) for line in chosen(self.plan)}
        for place, line in enumerate(self.plan.reading.lines):
            if id(line) not in lines:
                continue
            try:
                row = self.plan.rows.get(place)
                if row is not None:
                    self._wait(line, row)
                    self._propose_pages(line, row)
                elif line.kind == "fact" and line.action == "add":
                    self._propose_fact(line)
                elif line.action == "add":
                    self._add(line, self.plan.deciding.making.get(place))
            except ValidationError as error:
                line.problem, line.action = sentence_of(error), "none"
        for usage in self.plan.missing:
            if usage.uid in self.plan.deciding.ended:
                self._end(usage)
        self._cite_for_company()
        for kind in (Usage, Migration):
            add_all([row for row in self.proposed if isinstance(row, kind)], reason="imported", user=None)
        for evidence in self.evidence:
            lead_to_saved(evidence)
        add_all(self.evidence, reason="imported", user=None)
        noted = [self._noted(*note) for note in self.notes]
        ImportLine.objects.bulk_create(noted, batch_size=500)
        self._propose_facts()
        self.further += self.pages.write(self._kept_batch)
        self._tell_pages()
        note_proposed(self.proposed, self.user)
        self.plan.company = self.plan.whole.slug if self.plan.whole else self.plan.company
        self.plan.made = [row.slug for row in self.rows.made.values()]
        self.plan.written = {
            "batch": self.batch.uid if self.batch else None,
            "source": self.source.uid if self.source.pk else None,
            "companies": self.companies,
            "usages": self.usages,
            "migrations": self.migrations,
            "waiting": sum(line.state == ImportState.WAITING for line in noted) + self.further,
        }
        return self.plan

    def _add(self, line: Line, making: Making | None) -> None:
        """A proposal with its evidence, unless this very text was taken for it before, whatever became of that."""
        technology = self._made(making) if making else self.rows.technology_of(line)
        owner = self.plan.owners.get(self.plan.key_of(line))
        if owner and self.before.has(line, owner.pk, technology.pk):
            line.action = "same"
            line.why = f"{line.why}; proposed from this text before"
            return
        row = self.rows.row_of(line, technology)
        row.clean_fields(exclude=_LOOKED_UP)
        row.clean()
        evidence = evidence_of(line, self.cited.accessed_on)
        row.company = self._company(line)
        row.check_invariants()
        evidence.usage, evidence.migration = (row, None) if isinstance(row, Usage) else (None, row)
        evidence.source = self._kept_source()
        evidence.check_invariants()
        self.evidence.append(evidence)
        if isinstance(row, Usage):
            line.usage = row.uid
            self.usages.append(row.uid)
        else:
            self.migrations.append(row.uid)
        self.proposed.append(row)
        if self.plan.deciding.pages:
            self.pages.add(row, line.links, evidence.stage)
        self._note(line, row, ImportAction.ADD, state=ImportState.APPLIED, decided_by=self.user, decided_at=self.now)

    def _propose_pages(self, line: Line, row: Usage | Migration) -> None:
        if self.plan.deciding.pages and line.links:
            said = {"number": line.line, "text": line.text[:200], "name": line.name[:200]}
            self.pages.propose(row, line.links, line, **said)

    def _cite_for_company(self) -> None:
        """What stands under "References" and is cited for no line of its own."""
        whole = self.plan.whole or next((owner for owner in self.plan.owners.values() if owner), None)
        references = self.plan.reading.references if self.plan.deciding.pages else []
        if whole is not None and references and self.plan.company_name and self.batch is not None:
            taken = {url for line in chosen(self.plan) for url in line.links}
            urls = of_the_company(references, taken)
            if whole.slug in self.companies:
                self.pages.add(whole, urls)
            else:
                self.pages.propose(whole, urls, None, name="A page that the text refers to")

    def _tell_pages(self) -> None:
        if self.batch is not None and self.pages.cited:
            self.batch.outcome |= {"pages": self.pages.made, "cited": self.pages.cited}
            self.batch.save(update_fields=["outcome"])

    def _propose_fact(self, line: Line) -> None:
        """A figure of scale has no state of its own: it waits as a line until a reviewer accepts it."""
        owner = self.plan.owners.get(self.plan.key_of(line))
        if owner and self.before.has(line, owner.pk, None):
            line.action = "same"
            line.why = f"{line.why}; proposed from this text before"
            return
        fact = CompanyFact(
            company=self._company(line),
            label=line.name,
            value=line.value,
            observed_on=line.edition_on or "",
            source=self._kept_source(),
        )
        self._kept_batch()
        self.facts.append((line, fact))

    def _propose_facts(self) -> None:
        told = []
        for (line, fact), error in zip(self.facts, refusals([fact for _, fact in self.facts]), strict=True):
            if error is None:
                told.append((line, fact))
            else:
                line.problem, line.action = sentence_of(error), "none"
        if told:
            said = [_said_of(line) | {"edition_on": line.edition_on or ""} for line, _ in told]
            self.further += len(propose_rows(self._kept_batch(), [fact for _, fact in told], said))

    def _made(self, making: Making) -> Technology:
        technology = self.rows.make(making)
        if not technology.pk:
            self._save(technology)
        return technology

    def _wait(self, line: Line, row: Usage | Migration) -> None:
        """What stands is not written: what this edition says otherwise, or once more, waits for a decision."""
        for action, name, old, new in self.said.note(line, row, self.plan.deciding.again):
            self._note(line, row, action, field=name, old=old, new=new)

    def _end(self, usage: Usage) -> None:
        """What an older edition said and this one does not, as somebody says that it has ended."""
        line = Line(0, "", name=usage.technology.name, stage=Stage.RETIRED, edition_on=self.plan.edition, action="end")
        line.why = "said by an older edition, and not by this one"
        self._wait(line, usage)

    def _note(self, line: Line, row: Usage | Migration, action: ImportAction, **values: Any) -> None:
        self._kept_batch()
        self.notes.append((line, row, action, values))

    def _noted(self, line: Line, row: Usage | Migration, action: ImportAction, values: dict[str, Any]) -> ImportLine:
        return ImportLine(
            **_said_of(line),
            batch=self._kept_batch(),
            company_id=row.company_id,
            technology_id=row.technology_id if isinstance(row, Usage) else row.to_technology_id,
            action=action,
            author=self.user,
            kind=str(row._meta.model_name),
            row=row.pk,
            usage=row if isinstance(row, Usage) else None,
            migration=row if isinstance(row, Migration) else None,
            edition_on=line.edition_on or "",
            locator=line.locator[:120],
            stage=line.stage or "",
            technology_version=line.technology_version[:40],
            **values,
        )

    def _kept_source(self) -> Source:
        if not self.source.pk:
            whole = self.plan.whole
            if self.cited.own_words and whole is not None and self.source.company is None:
                self.source.company, self.source.kind = whole, SourceKind.ENGINEERING_BLOG
                self.source.publisher = whole.name
            self.source.publisher = self.cited.publisher or self.source.publisher
            self.source.clean_fields(exclude={"company", "url_key"})
            self._save(self.source)
        return self.source

    def _kept_batch(self) -> ImportBatch:
        if self.batch is None:
            batch = self.given or ImportBatch(text=self.text, made_by=self.user)
            batch.state, batch.written_at = BatchState.WRITTEN, self.now
            batch.source, batch.company = self._kept_source(), self.plan.whole
            batch.technology = self.rows.technologies.get(self.plan.technology or "")
            batch.format, batch.edition_on = self.plan.reading.form, self.plan.edition
            batch.fingerprint = self.fingerprint
            batch.save()
            self.batch = batch
        return self.batch

    def _company(self, line: Line) -> Company:
        """Whose the line is; a company that is new is made as a draft."""
        key = self.plan.key_of(line)
        owner = self.plan.owners.get(key)
        if owner is not None:
            return owner
        if key in self.unmade:
            raise ValidationError(self.unmade[key])
        try:
            owner = new_company(line.company or self.plan.company_name)
        except ValidationError as error:
            self.unmade[key] = sentence_of(error)
            raise
        self._save(owner)
        self.plan.owners[key] = owner
        self.companies.append(owner.slug)
        return owner

    @staticmethod
    def _save(row: Any) -> None:
        row._change_reason = "imported"
        row.save()


def _said_of(line: Line) -> dict[str, Any]:
    return {"number": line.line, "text": line.text[:200], "name": line.name[:200], "quote": line.quote[:400]}
