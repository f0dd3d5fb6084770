"""The further pages that a text cites, written: evidence of what is proposed, and lines that wait for what stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from stacks.models import Company, Evidence, ImportLine, Migration, Source, Usage, url_key
from stacks.proposals.proposing import propose_row

from .sources import InvalidAddress, check_address, source_at

if TYPE_CHECKING:
    from .lines import Reference

_MOST_OF_A_COMPANY = 20


class Pages:
    """What one import cites beside its own source.

    A page that is no source yet becomes one. Nobody has read it: its evidence has no quote and no day.
    """

    def __init__(self, references: list[Reference], own: Source):
        self.titles = {_key(one.url): one.title for one in references}
        self.own = _key(own.url)
        self.found: dict[str, Source | None] = {}
        self.made: list[str] = []  # uids of new sources
        self.cited: list[str] = []

    def add(self, row: Usage | Migration | Company, urls: Any, stage: str = "") -> None:
        """Evidence of a row that this import made."""
        for source in self._sources(urls, row):
            evidence = Evidence(**_of(row), source=self._kept(source), stage=stage)
            evidence.clean_fields(exclude={"usage", "migration", "company", "source"})
            _save(evidence)

    def propose(self, batch: Any, row: Usage | Migration | Company, urls: Any, **said: Any) -> int:
        """Lines that wait, for a row that stands; none for what is cited, or was proposed, before."""
        count = 0
        for source in self._sources(urls, row):
            if source.pk and _is_known(source, row):
                continue
            evidence = Evidence(**_of(row), source=self._kept(source))
            count += len(propose_row(batch(), evidence, **said))
        return count

    def _sources(self, urls: Any, row: Usage | Migration | Company) -> list[Source]:
        company = row if isinstance(row, Company) else row.company
        keys = {_key(url): url for url in urls}
        found = (self._source(key, url, company) for key, url in keys.items() if key and key != self.own)
        return [source for source in found if source is not None]

    def _source(self, key: str, url: str, company: Company) -> Source | None:
        if key not in self.found:
            try:
                self.found[key] = source_at(check_address(url), self.titles.get(key, ""), company)
            except InvalidAddress:
                self.found[key] = None
        return self.found[key]

    def _kept(self, source: Source) -> Source:
        if not source.pk:
            source.clean_fields(exclude={"company", "url_key"})
            _save(source)
            self.made.append(source.uid)
        if source.uid not in self.cited:
            self.cited.append(source.uid)
        return source


def of_the_company(references: list[Reference], taken: set[str]) -> list[str]:
    """What the text refers to for no line of its own: pages about the company."""
    return [one.url for one in references if one.url not in taken][:_MOST_OF_A_COMPANY]


def _is_known(source: Source, row: Any) -> bool:
    if Evidence.objects.filter(source=source, **_of(row)).exists():
        return True
    told = ImportLine.objects.filter(kind="evidence", new__source=source.uid)
    return told.filter(**{f"new__{name}": _told(owner) for name, owner in _of(row).items()}).exists()


def _told(owner: Any) -> str:
    return owner.slug if isinstance(owner, Company) else owner.uid


def _of(row: Usage | Migration | Company) -> dict[str, Any]:
    return {str(row._meta.model_name): row}


def _key(url: str) -> str:
    try:
        return url_key(url)
    except (ValueError, ValidationError):
        return ""


def _save(row: Any) -> None:
    row._change_reason = "imported"
    row.save()
