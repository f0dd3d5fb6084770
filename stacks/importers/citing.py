"""The further pages that a text cites, written: evidence of what is proposed, and lines that wait for what stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from stacks.bulk import add_all
from stacks.derived import chunks
from stacks.loading import sentence_of
from stacks.models import Company, Evidence, ImportLine, Migration, Source, Usage, url_key
from stacks.proposals.proposing import propose_rows, refusals
from stacks.proposals.values import as_told

from .sources import InvalidAddress, check_address, find_sources, identifiers_of, new_source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stacks.models import ImportBatch

    from .lines import Line, Reference

_MOST_OF_A_COMPANY = 20
_OWNERS = ("usage", "migration", "company")


@dataclass(frozen=True, slots=True)
class _Proposed:
    evidence: Evidence
    line: Line | None
    said: dict[str, Any]


class Pages:
    """What one import cites beside its own source: noted line by line, and written all at once.

    A page that is no source yet becomes one. Nobody has read it: its evidence has no quote and no day.
    """

    def __init__(self, references: list[Reference], own: Source, urls: Sequence[str], companies: Sequence[Company]):
        self.titles = {_key(one.url): one.title for one in references}
        self.own = _key(own.url)
        self.found: dict[str, Source | None] = {}
        self.known = find_sources(urls)
        self.identifiers = identifiers_of(companies) if urls else []
        self.made: list[str] = []  # uids of new sources
        self.cited: list[str] = []
        self.new: list[Source] = []
        self.evidence: list[Evidence] = []
        self.proposed: list[_Proposed] = []

    def add(self, row: Usage | Migration | Company, urls: Any, stage: str = "") -> None:
        """Evidence of a row that this import makes."""
        for source in self._sources(urls, row):
            evidence = Evidence(**_of(row), source=self._kept(source), stage=stage)
            evidence.clean_fields(exclude={*_OWNERS, "source"})
            self.evidence.append(evidence)

    def propose(self, row: Usage | Migration | Company, urls: Any, line: Line | None, **said: Any) -> None:
        """A line that waits, of a row that stands; none for what is cited, or was proposed, before.

        Where it is refused, the line of the text says why.
        """
        found = (Evidence(**_of(row), source=source) for source in self._sources(urls, row))
        self.proposed += [_Proposed(evidence, line, said) for evidence in found]

    def write(self, batch: Callable[[], ImportBatch]) -> int:
        """How many lines wait. What they belong to is saved by now."""
        new = self._unknown()
        for each in new:
            self._kept(each.evidence.source)
        add_all(self.new, reason="imported", user=None)
        for evidence in (*self.evidence, *(each.evidence for each in new)):
            lead_to_saved(evidence)
        add_all(self.evidence, reason="imported", user=None)
        kept = []
        for each, error in zip(new, refusals([each.evidence for each in new]), strict=True):
            if error is None:
                kept.append(each)
            elif each.line is None:
                raise error
            else:
                each.line.problem, each.line.action = sentence_of(error), "none"
        rows = [each.evidence for each in kept]
        return len(propose_rows(batch(), rows, [each.said for each in kept])) if rows else 0

    def _unknown(self) -> list[_Proposed]:
        """What the pages are not cited for, and were not proposed for, whatever became of that."""
        stored = [each.evidence for each in self.proposed if each.evidence.source.pk]
        cited, told = _cited(stored), _told_before(stored)
        known = {id(each) for each in stored if _place(each) in cited or _place_told(each) in told}
        return [each for each in self.proposed if id(each.evidence) not in known]

    def _sources(self, urls: Any, row: Usage | Migration | Company) -> list[Source]:
        company = row if isinstance(row, Company) else row.company
        keys = {_key(url): url for url in urls}
        found = (self._source(key, url, company) for key, url in keys.items() if key and key != self.own)
        return [source for source in found if source is not None]

    def _source(self, key: str, url: str, company: Company) -> Source | None:
        if key not in self.found:
            try:
                address, title = check_address(url), self.titles.get(key, "")
                self.found[key] = self.known.get(key) or new_source(address, title, company, self.identifiers)
            except InvalidAddress:
                self.found[key] = None
        return self.found[key]

    def _kept(self, source: Source) -> Source:
        if not source.pk and source.uid not in self.made:
            source.clean_fields(exclude={"company", "url_key"})
            self.new.append(source)
            self.made.append(source.uid)
        if source.uid not in self.cited:
            self.cited.append(source.uid)
        return source


def of_the_company(references: list[Reference], taken: set[str]) -> list[str]:
    """What the text refers to for no line of its own: pages about the company."""
    return [one.url for one in references if one.url not in taken][:_MOST_OF_A_COMPANY]


def _cited(rows: Sequence[Evidence]) -> set[tuple[Any, ...]]:
    return {
        place
        for chunk in chunks({row.source_id for row in rows})
        for place in Evidence.objects.filter(source__in=chunk).values_list("source", *_OWNERS)
    }


def _place(row: Evidence) -> tuple[Any, ...]:
    return row.source_id, row.usage_id, row.migration_id, row.company_id


def _told_before(rows: Sequence[Evidence]) -> set[tuple[Any, ...]]:
    lines = ImportLine.objects.filter(kind="evidence")
    return {
        (new["source"], *(new.get(owner) for owner in _OWNERS))
        for chunk in chunks({row.source.uid for row in rows})
        for new in lines.filter(new__source__in=chunk).values_list("new", flat=True)
        if new
    }


def _place_told(row: Evidence) -> tuple[Any, ...]:
    owners = (getattr(row, name) for name in _OWNERS)
    return row.source.uid, *(owner and as_told(owner) for owner in owners)


def lead_to_saved(evidence: Evidence) -> None:
    """What it refers to had no key yet when it was noted."""
    for name in (*_OWNERS, "source"):
        setattr(evidence, name, getattr(evidence, name))


def _of(row: Usage | Migration | Company) -> dict[str, Any]:
    return {str(row._meta.model_name): row}


def _key(url: str) -> str:
    try:
        return url_key(url)
    except (ValueError, ValidationError):
        return ""
