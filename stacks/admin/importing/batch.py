"""What became of an import: what was written by area, what waits, how each line was decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from stacks.admin.curated import list_link
from stacks.importers.opened import ELSEWHERE
from stacks.models import ImportAction, ImportBatch, ImportLine, ImportState, State, Usage
from stacks.proposals.waiting import look

_LISTED = 50  # of what waits; the plan and the review have all
_NAMED = 40  # of an area
_LINES = 100  # of the text at once
_SHOWN = 20_000  # characters of the text


@dataclass(slots=True)
class Area:
    name: str
    technologies: list[str]
    proposed: int = 0
    published: int = 0
    other: int = 0

    @property
    def named(self) -> str:
        return f"{', '.join(self.technologies[:_NAMED])}{', …' if self.technologies[_NAMED:] else ''}"

    @property
    def count(self) -> int:
        return len(self.technologies)


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the text, and what was decided about it."""

    line: int
    name: str
    outcome: str
    why: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """The first of many, or a page of them."""

    rows: list[Any]
    count: int

    @property
    def further(self) -> int:
        return self.count - len(self.rows)


@dataclass(slots=True)
class BatchView:
    areas: list[Area]
    changes: Part  # what waits for a reviewer beside what stands; of a suggestion all of it
    to_review: int
    undecided: Part
    failed: Part
    lines: Part
    lines_from: int  # the place of the first of them among all
    lines_asked: bool
    text: str
    text_is_whole: bool
    companies: list[str]
    technologies: list[str]
    decided: int
    kept: list[str]
    review_url: str
    written: int

    @property
    def previous(self) -> int | None:
        return max(self.lines_from - _LINES, 0) if self.lines_from else None

    @property
    def following(self) -> int | None:
        after = self.lines_from + len(self.lines.rows)
        return after if after < self.lines.count else None

    @property
    def where(self) -> str:
        return f"{self.lines_from + 1:,} to {self.lines_from + len(self.lines.rows):,} of {self.lines.count:,}"


def show_batch(batch: ImportBatch, lines_from: int | None = None) -> BatchView:
    """A handful of queries, however many lines it wrote; of its text and lines a part.

    What was suggested has no text: its lines are shown whatever became of them.
    """
    lines = batch.lines.exclude(state=ImportState.TAKEN_BACK).select_related(
        "technology",
        "usage__technology",
        "usage__category__parent",
        "migration__to_technology",
        "migration__from_technology",
        "migration__category__parent",
    )
    areas: dict[str, Area] = {}
    changes = [line for line in lines if line.state == ImportState.WAITING or not batch.text]
    waiting = sum(line.state == ImportState.WAITING for line in changes)
    written = 0
    for line in lines if batch.text else ():
        row = line.usage or line.migration
        if row is None or not _is_written(line):
            continue
        written += 1
        parent = row.category.parent
        area = areas.setdefault(parent.name if parent else "", Area(parent.name if parent else "", []))
        if isinstance(row, Usage):
            area.technologies.append(row.technology.name)
        else:
            area.technologies.append(f"{row.from_technology or 'something'} → {row.to_technology}")
        area.proposed += row.state == State.PROPOSED
        area.published += row.state == State.PUBLISHED
        area.other += row.state not in (State.PROPOSED, State.PUBLISHED)
    outcome = batch.outcome or {}
    told = outcome.get("lines", [])
    start = lines_from if lines_from is not None and lines_from < len(told) else 0
    return BatchView(
        areas=list(areas.values()),
        changes=Part(look(changes[:_LISTED]), len(changes)),
        to_review=waiting + sum(area.proposed for area in areas.values()),
        undecided=_first(one for one in told if _is_undecided(one)),
        failed=_first(one for one in told if one["problem"] and one["ticked"]),
        lines=Part([_told(one) for one in told[start : start + _LINES]], len(told)),
        lines_from=start,
        lines_asked=lines_from is not None,
        text=batch.text[:_SHOWN],
        text_is_whole=len(batch.text) <= _SHOWN,
        companies=outcome.get("companies", []),
        technologies=outcome.get("technologies", []),
        decided=outcome.get("decided", 0),
        kept=outcome.get("kept", []),
        review_url=_review(batch, changes),
        written=written,
    )


def _is_written(line: ImportLine) -> bool:
    """Whether it became a row of its own when the import was confirmed; other lines are decided one by one."""
    is_own = line.kind in ("usage", "migration", "")
    return is_own and line.action == ImportAction.ADD and line.state != ImportState.WAITING


def _first(lines: Iterable[dict[str, Any]]) -> Part:
    found = list(lines)
    return Part([_told(one) for one in found[:_LISTED]], len(found))


def _is_undecided(one: dict[str, Any]) -> bool:
    return one["kind"] in ("usage", "migration") and not one["ticked"] and not one["answer"]


def _told(one: dict[str, Any]) -> Told:
    if one["problem"]:
        outcome = one["problem"]
    elif one["answer"] == "never":
        outcome = "never a technology"
    elif one["answer"] == ELSEWHERE:
        outcome = "in another import"
    elif one["answer"] == "skip":
        outcome = "left out"
    elif one["kind"] == "fact":
        outcome = "a figure, to be reviewed" if one["ticked"] else "a figure"
    elif one["kind"] in ("mentioned", "skip"):
        outcome = "left aside"
    elif not one["ticked"]:
        outcome = "not decided"
    elif one["answer"] and one["technology"] != one["read"]:
        outcome = f"decided: {one['technology']}"
    else:
        outcome = str(one["technology"])
    return Told(one["line"], one["name"], outcome, one["why"], one["text"])


def _review(batch: ImportBatch, changes: list[ImportLine]) -> str:
    """Where the proposals are read; of an import, or a suggestion, for several the list of them."""
    if batch.text and batch.company is None:
        return list_link("usage", state__exact=State.PROPOSED)
    if not batch.text and len({(line.company_id, line.technology_id) for line in changes}) > 1:
        return list_link("importline", batch__id__exact=batch.pk)
    for about in (batch.company, batch.technology):
        if about is not None:
            return reverse(f"admin:stacks_{about._meta.model_name}_review", args=[about.pk])
    return reverse("admin:stacks_vocabulary_review")
