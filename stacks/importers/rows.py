"""Rows as lines tell them: what is proposed, before it has a company, a source and its place in the database."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError

from stacks import dates
from stacks.derived import chunks
from stacks.models import (
    Category,
    Evidence,
    Hosting,
    Migration,
    MigrationStage,
    Stage,
    State,
    Technology,
    Usage,
)
from stacks.models.evidence import QUOTE_WORDS
from stacks.models.usages import Filing

from .decisions import Making
from .lines import Line
from .technologies import new_technology

_UID = re.compile(r"[a-z0-9]{1,16}")


class Rows:
    """Technologies and categories that the lines of an import name, looked up once for all of them."""

    def __init__(self, lines: list[Line], technology: str):
        slugs = {slug for line in lines for slug in (line.technology, line.origin, line.via) if slug}
        slugs |= {technology} if technology else set()
        kept = Technology.objects.exclude(state=State.RETRACTED)
        self.technologies = _by_slug(kept, slugs)
        self.categories = _by_slug(Category.objects.second_level(), {line.category for line in lines if line.category})
        self.filing = Filing(self.technologies.values(), {category.pk for category in self.categories.values()})
        self.taken = _taken_uids(lines)
        self.made: dict[str, Technology] = {}  # by the key of what was to be made

    def row_of(self, line: Line, technology: Technology) -> Usage | Migration:
        return self._migration(line, technology) if line.kind == "migration" else self._usage(line, technology)

    def technology_of(self, line: Line) -> Technology:
        technology = self.technologies.get(line.technology or "")
        if technology is None:
            raise ValidationError(f"“{line.technology or line.name}” is not in the catalogue.")
        if line.kind == "migration" and line.origin == line.technology:
            raise ValidationError("A migration leads to another technology.")
        return technology

    def make(self, making: Making) -> Technology:
        """The technology that a curator wants made, once however many lines name it."""
        if making.key not in self.made:
            category = self.categories.get(making.category)
            self.made[making.key] = new_technology(making, category)
        return self.made[making.key]

    def _usage(self, line: Line, technology: Technology) -> Usage:
        via = self.technologies.get(line.via or "")
        usage = Usage(
            **self._own_uid(line),
            technology=technology,
            category=self._category(line),
            scope=line.scope,
            purpose=line.purpose,
            remarks=line.remarks,
            stage=line.stage or Stage.IN_USE,
            hosting=line.hosting or Hosting.UNKNOWN,
            via=via if via != technology else None,
            started=line.started or "",
            ended=line.ended or "",
            state=State.PROPOSED,
        )
        usage.filing = self.filing
        return usage

    def _migration(self, line: Line, technology: Technology) -> Migration:
        if line.origin and line.origin not in self.technologies:
            raise ValidationError(f"“{line.origin}” is not in the catalogue any more.")
        return Migration(
            **self._own_uid(line),
            reason=line.reason,
            from_technology=self.technologies.get(line.origin or ""),
            to_technology=technology,
            category=self._category(line),
            stage=line.stage or MigrationStage.DONE,
            started=line.started or "",
            ended=line.ended or "",
            state=State.PROPOSED,
        )

    def _own_uid(self, line: Line) -> dict[str, str]:
        """A row of an export keeps its identity, unless another has it here."""
        place = _kind_of(line), line.uid
        if not _UID.fullmatch(line.uid) or place in self.taken:
            return {}
        self.taken.add(place)
        return {"uid": line.uid}

    def _category(self, line: Line) -> Category:
        category = self.categories.get(line.category or "")
        if category is None:
            raise ValidationError("Its category is not told.")
        return category


def evidence_of(line: Line, accessed_on: str) -> Evidence:
    quote = line.quote if len(line.quote.split()) <= QUOTE_WORDS and len(line.quote) <= 400 else ""
    evidence = Evidence(
        edition_on=line.edition_on or "",
        quote=quote,
        locator=line.locator[:120],
        stage=_stage_said(line) if line.kind == "usage" else "",
        technology_version=line.technology_version if len(line.technology_version) <= 40 else "",
        accessed_on=accessed_on,
    )
    evidence.clean_fields(exclude={"usage", "migration", "company", "source"})
    return evidence


def _kind_of(line: Line) -> Any:
    return Migration if line.kind == "migration" else Usage


def _taken_uids(lines: Iterable[Line]) -> set[tuple[Any, str]]:
    """Which of the rows of an export have another's identity here."""
    told = [line for line in lines if _UID.fullmatch(line.uid)]
    return {
        (kind, uid)
        for kind in (Usage, Migration)
        for chunk in chunks({line.uid for line in told if _kind_of(line) is kind})
        for uid in kind._base_manager.filter(uid__in=chunk).values_list("uid", flat=True)
    }


def _by_slug(rows: Any, slugs: Iterable[str]) -> dict[str, Any]:
    return {row.slug: row for chunk in chunks(slugs) for row in rows.filter(slug__in=chunk)}


def _stage_said(line: Line) -> str:
    """What the edition says of the stage; a usage that had ended by then is retired in it."""
    ended = line.ended and (not line.edition_on or dates.compare(line.edition_on, line.ended) >= 0)
    stage = Stage.RETIRED if ended else line.stage or ""
    return "" if stage == Stage.IN_USE else stage
