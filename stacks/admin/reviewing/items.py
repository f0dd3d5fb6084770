"""What a reviewer sees of each proposal: a row that is proposed, or a change that waits, with what speaks for it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime

from stacks.fingerprint import parts_of
from stacks.links import at_quotation
from stacks.models import (
    Company,
    Evidence,
    Hosting,
    ImportAction,
    ImportLine,
    ImportState,
    Lifecycle,
    Migration,
    OpenSource,
    Review,
    Stance,
    State,
    Technology,
    Usage,
)
from stacks.proposals.values import Words, fields_of, value_of
from stacks.proposals.waiting import DONE, GONE, MOVED, Difference, Waiting

JOINED: dict[Any, tuple[str, ...]] = {
    Usage: ("company", "technology", "category__parent", "via"),
    Migration: ("company", "from_technology", "to_technology", "category__parent"),
    Company: ("parent",),
    Technology: ("category__parent",),
}
_IN_THE_TITLE = {"usage", "migration", "company"}
_IN_THE_CITE = {"source", "edition_on", "quote", "locator", "technology_version", "stage", "stance"}
_STATUS = {
    MOVED: "Somebody changed this since it was proposed: it says something else by now.",
    GONE: "What this is about was deleted meanwhile. It can only be returned.",
    DONE: "It says so already.",
}


@dataclass(frozen=True, slots=True)
class Cite:
    """Who says so; `url` opens at the quoted sentence."""

    quote: str
    url: str
    source: str
    details: str
    contradicts: bool


@dataclass(frozen=True, slots=True)
class Side:
    """What one of several proposes for a field, beside what the others do; `key` is the place of its proposal."""

    who: str
    new: str
    key: str


@dataclass(slots=True)
class Item:
    """One proposal. `read` is the version that the page shows, `mark` what this reviewer said of it."""

    subject: Any  # the row, or what waits
    kind: str
    pk: int
    read: str
    title: str
    place: str
    purpose: str = ""
    facts: list[str] = field(default_factory=list)
    text: str = ""
    parts: list[str] = field(default_factory=list)
    cites: list[Cite] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    warning: str = ""
    sides: list[Side] = field(default_factory=list)  # its own first; empty where nobody proposes otherwise
    together: str = ""  # the keys of all that was suggested with it, beginning with itself
    together_count: int = 0
    mark: str = ""  # accepted, changed
    since: list[str] = field(default_factory=list)
    edit: str = ""
    take: str = ""  # the change that the form is filled in with
    origin: str = ""  # the import that it comes from
    history: str = ""
    reason: str = ""  # for returning it: what was typed before somebody had to log in again
    may_accept: bool = False
    may_return: bool = False
    may_take_back: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"

    @property
    def version(self) -> str:
        return f"{self.kind}.{self.pk}.{self.read}"

    @property
    def is_accepted(self) -> bool:
        return self.mark == "accepted"

    @property
    def short(self) -> str:
        """What it says, in a line."""
        told = [f"{each.label}: {each.new or 'nothing'}" for each in self.differences]
        text = self.purpose or "; ".join(told) or "".join(cite.quote for cite in self.cites[:1])
        return f"{self.place}: {text}" if text else self.place

    @property
    def needs_source(self) -> bool:
        """Whether it is odd that no source stands behind it."""
        return self.kind in ("usage", "migration")

    @property
    def is_line(self) -> bool:
        return self.kind == "importline"


def item_of_row(row: Any, read: str) -> Item:
    """What the row itself says."""
    kind = str(row._meta.model_name)
    item = Item(row, kind, row.pk, read, "", "")
    item.edit = reverse(f"admin:stacks_{kind}_change", args=[row.pk])
    item.history = reverse(f"admin:stacks_{kind}_history", args=[row.pk])
    if isinstance(row, Usage):
        item.title, item.place = str(row.technology), f"in {row.category}"
        item.purpose, item.text = row.purpose, row.remarks
        item.facts = _told(
            row.get_stage_display().lower(),
            "" if row.hosting == Hosting.UNKNOWN else row.get_hosting_display().lower(),
            row.via and f"via {row.via}",
            row.scope and f"for {row.scope}",
            _span(row),
        )
    elif isinstance(row, Migration):
        item.title = f"{row.from_technology or 'Unknown'} → {row.to_technology}"
        item.place, item.purpose = f"in {row.category}", row.reason
        item.facts = _told(row.get_stage_display().lower(), _span(row))
    elif isinstance(row, Technology):
        item.title, item.place, item.purpose = (
            row.name,
            f"{row.get_kind_display().lower()} in {row.category}",
            row.summary,
        )
        item.facts = _told(
            row.website,
            row.repository,
            row.licence,
            "" if row.open_source == OpenSource.UNKNOWN else f"open source: {row.get_open_source_display().lower()}",
            "" if row.lifecycle == Lifecycle.UNKNOWN else f"{row.get_lifecycle_display().lower()} {row.lifecycle_on}",
        )
    else:
        item.title, item.place, item.purpose = row.name, "the company itself", row.summary
        item.facts = _told(row.industry, row.country, row.founded, row.website, row.engineering_blog)
        item.text = "\n\n".join(_told(row.story, row.lessons))
    return item


def item_of_line(seen: Waiting) -> Item:
    """What would change of which row."""
    line = seen.line
    item = Item(seen, "importline", line.pk, seen.read, str(seen.row or line.name), "")
    noun = line.kind and Words.noun(line.kind)
    item.place = {
        ImportAction.ADD: f"{noun}, to be added",
        ImportAction.REMOVE: f"{noun}, to be removed",
        ImportAction.SAID_AGAIN: "said again",
        ImportAction.END: f"{noun}, ended",
    }.get(line.action, f"{noun}, changed")  # type: ignore[call-overload]
    if line.kind == "evidence":
        item.title = str(line.usage or line.migration or line.company or item.title)
        item.place += f", from {seen.row.source}" if seen.row is not None else ""
    elif line.technology and not line.company_id and line.kind != "technology":
        item.place += f", of {line.technology}"
    if line.action == ImportAction.SAID_AGAIN:
        item.purpose = f"The edition of {line.new or 'an unknown date'} says it too, and becomes further evidence."
    shown_elsewhere = _IN_THE_TITLE | (_IN_THE_CITE if seen.names.get("source") and line.kind == "evidence" else set())
    item.differences = [each for each in seen.differences if each.field not in shown_elsewhere]
    item.warning = _STATUS.get(seen.status, "")
    if seen.rivals:
        item.sides = [
            Side(str(each.line.author or "An import"), difference.new or "nothing", f"{item.kind}-{each.line.pk}")
            for each in (seen, *seen.rivals)
            for difference in each.differences
        ]
    source = line.batch.source
    if source is not None:
        item.cites = [
            _cite(
                source,
                line.quote,
                line.edition_on,
                line.locator,
                line.technology_version,
                line.stage,
                contradicts=False,
            )
        ]
    elif line.kind == "evidence" and "source" in seen.names:
        new = defaultdict(str, line.new or {})
        item.cites = [
            _cite(
                seen.names["source"], new["quote"], new["edition_on"], new["locator"], new["technology_version"],
                new["stage"], contradicts=new["stance"] == Stance.CONTRADICTS,
            )
        ]  # fmt: skip
    where = f", line {line.number} of an import" if line.number else ""
    item.origin = _batch(line.batch_id) if line.batch.text else ""
    item.told = [f"Proposed by {line.proposer}, {_when(line.batch.made_at)}{where}"]
    if seen.row is not None:
        item.edit = reverse(f"admin:stacks_{line.kind}_change", args=[line.row])
        item.take = str(line.pk) if line.field else ""
        item.history = reverse(f"admin:stacks_{line.kind}_history", args=[line.row])
    return item


def fill_in(items: Sequence[Item]) -> None:
    """What speaks for the rows among the items, and what became of them before. Some queries for each kind."""
    by_model: defaultdict[Any, dict[int, Item]] = defaultdict(dict)
    changed: defaultdict[Any, defaultdict[int, list[Item]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        if not item.is_line:
            by_model[type(item.subject)][item.pk] = item
        elif isinstance(item.subject.row, Usage | Migration) and not item.cites:
            changed[type(item.subject.row)][item.subject.row.pk].append(item)
    for model, lines in changed.items():
        for pk, cite in _cites(model, lines):
            for item in lines[pk]:
                item.cites.append(cite)
    for model, found in by_model.items():
        for pk, cite in _cites(model, found):
            found[pk].cites.append(cite)
        if model in (Company, Technology):
            for pk, part in _parts(model, found):
                found[pk].parts.append(part)
        _tell_who(model, found)
        _tell_published(model, found)


def _cites(model: Any, pks: Iterable[int]) -> Iterator[tuple[int, Cite]]:
    if model is Technology:
        return
    owner = str(model._meta.model_name)
    for row in Evidence.objects.filter(**{f"{owner}__in": list(pks)}).select_related("source").order_by("pk"):
        cite = _cite(
            row.source, row.quote, row.edition_on, row.locator, row.technology_version, row.stage,
            contradicts=row.stance == Stance.CONTRADICTS,
        )  # fmt: skip
        yield getattr(row, f"{owner}_id"), cite


def _cite(source, quote, edition, locator, version, stage, *, contradicts) -> Cite:
    details = _told(edition or source.edition, locator, version and f"version {version}", stage.replace("_", " "))
    return Cite(quote, at_quotation(source.url, quote), str(source), " · ".join(details), contradicts)


def _parts(model: Any, pks: Iterable[int]) -> Iterator[tuple[int, str]]:
    for part in parts_of(model):
        if part.related_model is Evidence:
            continue
        rows = part.related_model._base_manager.filter(**{f"{part.field.name}__in": list(pks)}).order_by("pk")
        joined = [each.name for each in part.related_model._meta.concrete_fields if each.related_model is not None]
        for row in rows.select_related(*joined):
            yield getattr(row, part.field.attname), f"{capfirst(row._meta.verbose_name)}: {row}"


def _tell_who(model: Any, found: dict[int, Item]) -> None:
    """Who proposed it, from which import, and who edited it since."""
    owner = str(model._meta.model_name)
    proposed: dict[int, datetime] = {}
    lines: dict[int, ImportLine] = {}
    if model in (Usage, Migration):
        noted = ImportLine.objects.filter(
            **{f"{owner}__in": list(found)}, action=ImportAction.ADD, state=ImportState.APPLIED, batch__text__gt=""
        )
        lines = {getattr(line, f"{owner}_id"): line for line in noted.only(owner, "number", "batch")}
    for review in Review.objects.filter(**{f"{owner}__in": list(found)}).select_related("author"):
        pk = getattr(review, f"{owner}_id")
        proposed[pk] = review.proposed_at
        where = f", line {lines[pk].number} of an import" if pk in lines else ""
        found[pk].origin = _batch(lines[pk].batch_id) if pk in lines else ""
        found[pk].told.append(f"Proposed by {review.author or 'an import'}, {_when(review.proposed_at)}{where}")
    if not proposed:
        return
    records = model.history.filter(id__in=list(proposed), history_date__gt=min(proposed.values()), history_type="~")
    for record in records.select_related("history_user").order_by("history_date"):
        if record.history_date > proposed[record.id] and not (record.history_change_reason or "").startswith(
            "proposed"
        ):
            found[record.id].told.append(f"Edited by {record.history_user or 'somebody'}, {_when(record.history_date)}")


def _tell_published(model: Any, found: dict[int, Item]) -> None:
    """What it said when the public saw it last, where that was something else."""
    last: dict[int, Any] = {}
    for record in model.history.filter(id__in=list(found), state=State.PUBLISHED).order_by(
        "history_date", "history_id"
    ):
        last[record.id] = record.instance
    told = [
        (pk, each.name, value_of(old, each.name), value_of(found[pk].subject, each.name))
        for pk, old in last.items()
        for each in fields_of(model)
        if getattr(old, each.attname) != getattr(found[pk].subject, each.attname)
    ]
    words = Words((model, name, value) for _, name, *values in told for value in values)
    for pk, name, old, new in told:
        label = str(model._meta.get_field(name).verbose_name)
        was, now = words.tell(model, name, old), words.tell(model, name, new)
        found[pk].differences.append(Difference(name, f"{label}, as published before", was, was, now))


def _batch(pk: int) -> str:
    return reverse("admin:stacks_importbatch_change", args=[pk])


def _when(moment: datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")


def _told(*texts: Any) -> list[str]:
    return [str(text) for text in texts if text]


def _span(row: Any) -> str:
    if not (row.started or row.ended):
        return ""
    return f"{row.started or 'unknown'} to {row.ended}" if row.ended else f"since {row.started}"
