"""Two rows become one: what refers to the one refers to the other, its names and addresses lead there.

`stacks.unmerge` is the way back.

What refers to a row is found from the models' relations, so that no new model is forgotten. Rows that would say the
same twice are told apart: evidence, relations and homonyms fall together by themselves; where usages, blanks and
figures meet, somebody chooses.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core import serializers
from django.core.exceptions import ValidationError

from stacks.bulk import set_on_all, set_on_each
from stacks.changes import LeftWithoutSourceError, leave_redirect
from stacks.curating import curating, delete_with_all, in_hand
from stacks.derived import chunks
from stacks.doubles import lead_on_apart
from stacks.models import (
    Category,
    Company,
    CompanyFact,
    Coverage,
    Curated,
    Evidence,
    Mark,
    Merge,
    Migration,
    Redirect,
    Source,
    Technology,
    TechnologyCount,
    TechnologyRelation,
    Usage,
)
from stacks.models.slugs import was_public_at
from stacks.proposals.deciding import lead_on
from stacks.proposals.values import as_told
from stacks.rivals import Rivals, is_unique, say_the_same

MERGED: tuple[Any, ...] = (Company, Technology, Source, Category)
# What the system counts for itself is counted anew.
_DERIVED = {TechnologyCount}
# Where two of these meet, they may say different things: somebody chooses which one stays.
_CHOSEN = {Usage, Coverage, CompanyFact}
# Of these many rows may move at once, in few statements; and may fall away at once.
MANY = {Usage, Migration, Evidence, Coverage, CompanyFact, Source, Technology}
FALLING = {Usage, Migration, Evidence, Coverage, CompanyFact}
# No choice between two rows: the address stays the survivor's, and what the system keeps is kept by the system.
_NEVER_CHOSEN = {"slug", "url", "uid", "url_key", "sort_key", "search_text", "state"}
LONGEST_TOLD = 100  # of a reason, what the history takes
KEPT, MOVED = "kept", "moved"  # the row that stood there already stays, or the one that comes


class Refused(Exception):
    """These two cannot be merged; the message says why. Nothing was written."""


class Unresolved(Refused):
    """Rows meet, and nobody has chosen between them."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two rows that would say the same thing; `key` names the choice: KEPT (`stands`) or MOVED (`comes`)."""

    key: str
    gone: Any
    comes: Any
    stands: Any


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """What both rows say in one field; `take` is the name of the side whose value is taken unless somebody chooses."""

    name: str
    label: str
    gone: Any
    kept: Any
    take: str

    @property
    def differs(self) -> bool:
        return self.gone != self.kept and self.gone not in ("", None)


@dataclass(slots=True)
class Report:
    """What a merge does, or would do."""

    fields: list[FieldChoice] = field(default_factory=list)
    moved: list[tuple[Any, str]] = field(default_factory=list)  # row and name of the field
    handed: list[Evidence] = field(default_factory=list)  # of rows that fall away, to those that say the same
    led: list[tuple[Any, list[int]]] = field(default_factory=list)  # model and keys of what keeps no version of itself
    dropped: list[Any] = field(default_factory=list)  # said twice, or of itself
    conflicts: list[Conflict] = field(default_factory=list)
    redirect: tuple[str, str] | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    read: list[tuple[str, int, int]] = field(default_factory=list)  # kind, pk and version of all that was looked at

    @property
    def fingerprint(self) -> str:
        """Another one when anything that moves, meets or is chosen between has changed; the same for every choice."""
        meets = sorted(conflict.key for conflict in self.conflicts)
        return hashlib.sha256(json.dumps([sorted(self.read), meets]).encode()).hexdigest()[:24]


def references(model: Any) -> tuple[tuple[Any, str], ...]:
    """What refers to rows of this kind, as (model, name of the field); histories keep what was."""
    relations: Any = model._meta
    return tuple(
        (relation.related_model, relation.field.name)
        for relation in relations.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and not hasattr(relation.related_model, "instance_type")
        and relation.related_model not in _DERIVED
    )


def look(gone: Any, kept: Any) -> Report:
    """What merging `gone` into `kept` would do, with every conflict decided for what stands. Raises Refused.

    It writes nothing and takes no lock: what only shows when all has moved, the merge itself refuses.
    """
    report = Report()
    _Merger(gone, kept, report, only_looking=True).run()
    return report


def merge(
    gone: Any,
    kept: Any,
    *,
    user: Any,
    fields: Mapping[str, str] | None = None,
    conflicts: Mapping[str, str] | None = None,
    seen: str = "",
) -> Merge:
    """Make `gone` and `kept` one, under the name and address of `kept`, in one transaction.

    `fields` and `conflicts` say which side is taken (KEPT or MOVED) by name of the field and key of the conflict;
    `seen` is the fingerprint of what was looked at. Raises Refused, or Unresolved where a conflict is left.
    """
    with curating():
        report = Report()
        _Merger(gone, kept, report, fields=fields, choices=conflicts, user=user).run()
        if seen and report.fingerprint != seen:
            raise Refused("Something of the two has changed since you looked: look again.")
        return Merge.objects.create(
            kind=kept._meta.model_name,
            gone=as_told(gone),
            gone_name=str(gone)[:300],
            kept=as_told(kept),
            kept_name=str(kept)[:300],
            kept_pk=kept.pk,
            events=report.events,
            made_by=user,
        )


class _Merger:
    def __init__(
        self,
        gone: Any,
        kept: Any,
        report: Report,
        *,
        fields: Mapping[str, str] | None = None,
        choices: Mapping[str, str] | None = None,
        user: Any = None,
        only_looking: bool = False,
    ):
        self.model = type(kept)
        if self.model not in MERGED or type(gone) is not self.model:
            raise Refused("Two companies, two technologies, two sources or two categories become one.")
        if gone.pk == kept.pk:
            raise Refused("It is the same row twice.")
        found = self.model._base_manager.in_bulk([gone.pk, kept.pk])
        if len(found) < 2:
            raise Refused("One of the two is not there any more.")
        self.gone, self.kept = found[gone.pk], found[kept.pk]
        if self.model is Category and bool(self.gone.parent_id) != bool(self.kept.parent_id):
            raise Refused("An area and a category within one are different things.")
        self.fields, self.choices = fields or {}, choices or {}
        self.report, self.user, self.only_looking = report, user, only_looking
        self.reason = f"Merged {self.gone} into {self.kept}"[:LONGEST_TOLD]
        self._note_read([self.gone, self.kept])

    def run(self) -> None:
        was_public = self.model is not Source and was_public_at(self.gone, self.gone.slug)
        self.report.fields = list(self._field_choices())
        for model, name in references(self.model):
            if issubclass(model, Curated):
                self._move_all(model, name)
            else:
                self._lead_on(model, name)
        open_ones = [each for each in self.report.conflicts if self.choices.get(each.key) not in (KEPT, MOVED)]
        if open_ones and not self.only_looking:
            raise Unresolved(f"{len(open_ones)} rows meet others, and nobody has chosen between them.")
        if was_public:
            self.report.redirect = (self.gone.slug, self.kept.slug)
        if not self.only_looking:
            self._delete_gone()
            self._take_fields()
            check_sources()

    def _field_choices(self) -> Iterator[FieldChoice]:
        for told in self.model._meta.concrete_fields:
            if not told.editable or told.primary_key or told.name in _NEVER_CHOSEN:
                continue
            gone, kept = getattr(self.gone, told.name), getattr(self.kept, told.name)
            gone = None if gone == self.kept else gone  # a company is not its own parent
            is_blank = kept in ("", None, "unknown") and gone not in ("", None)
            take = self.fields.get(told.name, MOVED if is_blank else KEPT)
            yield FieldChoice(told.name, told.verbose_name, gone, kept, take)

    def _move_all(self, model: Any, name: str) -> None:
        rows = list(model._base_manager.filter(**{name: self.gone}).order_by("pk"))
        self._note_read(rows)
        rivals = Rivals(model, name, self.gone, self.kept)
        falling: list[tuple[Any, Any]] = []  # with what says the same, or nothing
        coming: list[Any] = []
        for row in rows:
            rival = rivals.of(row)
            comes = self._comes(row, rival) if rival else not self._says_nothing(row, name)
            if comes:
                coming.append(row)
                rivals.come(row)
            if rival or not comes:
                falling.append((rival, row) if comes else (row, rival))
        self._fall(falling)
        alone: dict[tuple[tuple[str, Any], ...], list[Any]] = defaultdict(list)
        for row in coming:
            if model in MANY and not self._runs_through_itself(row, name):
                alone[tuple(self._said_along(row, name).items())].append(row)
            else:
                self._lead(row, name)
        for said, same in alone.items():
            self._lead_together(same, name, dict(said))

    def _said_along(self, row: Any, name: str) -> dict[str, Any]:
        """What a row says otherwise once it has moved: a citation without an edition is of the one that it was of."""
        if isinstance(row, Evidence) and name == "source" and not row.edition_on and self.gone.edition:
            return {"edition_on": self.gone.edition}
        return {}

    def _lead_together(self, rows: Sequence[Any], name: str, said: Mapping[str, Any]) -> None:
        events = self._note_moves(rows, name, {told: getattr(rows[0], told) for told in said})
        if self.only_looking:
            return
        unseen = {"quote_found": None} if type(rows[0]) is Evidence and name == "source" else {}
        set_on_all(rows, {name: self.kept, **said, **unseen}, reason=self.reason, user=self.user)
        for event, row in zip(events, rows, strict=True):
            event["version"] = row.version

    def _comes(self, row: Any, rival: Any) -> bool:
        """Of two that meet that which stands stays, unless they differ and somebody chose that which comes."""
        if type(row) not in _CHOSEN or say_the_same(row, rival):
            return False
        self._note_read([rival])
        conflict = Conflict(f"{row._meta.model_name}-{row.pk}-{rival.pk}", self.gone, row, rival)
        self.report.conflicts.append(conflict)
        return self.choices.get(conflict.key, KEPT) == MOVED

    def _fall(self, pairs: Sequence[tuple[Any, Any]]) -> None:
        """These go, each with its evidence to the row that stays in its place; some queries for all of them."""
        met = [(row, to) for row, to in pairs if to is not None and isinstance(row, Usage)]
        if met:
            self._hand_over(met)
            self._lead_lines(met)
        if pairs:
            self._drop([row for row, _ in pairs])

    def _lead(self, row: Any, name: str) -> None:
        was: dict[str, Any] = {}
        for told, value in self._said_along(row, name).items():
            was[told] = getattr(row, told)
            setattr(row, told, value)
        through_itself = self._runs_through_itself(row, name)
        if through_itself:
            was["via"] = row.via_id
        (event,) = self._note_moves([row], name, was)
        setattr(row, name, self.kept)
        if through_itself:
            row.via = None
        row._change_reason = self.reason
        try:
            self._write(row)
        except ValidationError as error:
            raise Refused(f"{row._meta.verbose_name} “{row}”: {' '.join(error.messages)}") from error
        event["version"] = row.version

    def _write(self, row: Any) -> None:
        row.is_led = True
        if self.only_looking:
            row.check_invariants()
        else:
            row.save()

    def _runs_through_itself(self, row: Any, name: str) -> bool:
        """A usage of one of the two through the other."""
        other = {"technology": "via_id", "via": "technology_id"}.get(name, "")
        return isinstance(row, Usage) and bool(other) and getattr(row, other) == self.kept.pk

    def _says_nothing(self, row: Any, name: str) -> bool:
        """A relation or a move from one of the two to the other."""
        other: int | None
        if isinstance(row, TechnologyRelation):
            other = row.object_id if name == "subject" else row.subject_id
        elif isinstance(row, Migration) and name in ("from_technology", "to_technology"):
            other = row.to_technology_id if name == "from_technology" else row.from_technology_id
        elif isinstance(row, Company):  # the survivor belonged to the other
            other = row.pk
        else:
            return False
        return other == self.kept.pk

    def _hand_over(self, met: Sequence[tuple[Any, Any]]) -> None:
        """The evidence of a usage that goes belongs to the one that says the same, unless that has it already."""
        evidence = evidence_of("usage", [row for pair in met for row in pair])
        handed: list[tuple[Evidence, dict[str, Any]]] = []
        for row, to in met:
            there = {as_said(each) for each in evidence[to.pk]}  # what is there already goes with its usage
            handed += [(each, {"usage_id": to.pk}) for each in evidence[row.pk] if as_said(each) not in there]
        self.report.handed += [each for each, _ in handed]
        events = [
            {"do": "moved", "model": "evidence", "pk": each.pk, "was": {"usage": each.usage_id}} for each, _ in handed
        ]
        self.report.events += events
        if self.only_looking:
            return
        set_on_each(handed, reason=self.reason, user=self.user)
        for event, (each, _) in zip(events, handed, strict=True):
            event["version"] = each.version

    def _lead_lines(self, pairs: Sequence[tuple[Any, Any]]) -> None:
        """What waits for the one waits for the other."""
        if self.only_looking:
            return
        for pk, was in lead_on(pairs).items():
            self.report.events.append({"do": "lines", "pks": [pk], "was": was})

    def _drop(self, rows: Sequence[Any]) -> None:
        self.report.dropped += rows
        model = type(rows[0])
        for row in rows:
            row._change_reason = self.reason
        if model is Company:  # it is not deleted: it belongs to nobody any more
            for row, event in zip(rows, self._note_moves(rows, "parent"), strict=True):
                row.parent = None
                self._write(row)
                event["version"] = row.version
            return
        if self.only_looking:
            return
        hanging = evidence_of(model._meta.model_name, rows) if model in (Usage, Migration) else {}
        along = [each for found in hanging.values() for each in found]
        self.report.events += [{"do": "dropped", "row": _frozen(each)} for each in (*along, *rows)]
        if model in FALLING:
            delete_with_all(rows)
            return
        for row in rows:
            row.delete()

    def _note_read(self, rows: Iterable[Any]) -> None:
        self.report.read += [(row._meta.model_name, row.pk, row.version) for row in rows]

    def _note_moves(self, rows: Iterable[Any], name: str, was: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """The events, which want the version that the move gives."""
        events = []
        for row in rows:
            self.report.moved.append((row, name))
            told = {name: self.gone.pk, **(was or {})}
            events.append({"do": "moved", "model": row._meta.model_name, "pk": row.pk, "was": told})
        self.report.events += events
        return events

    def _lead_on(self, model: Any, name: str) -> None:
        """What keeps no version of itself: imports, reviews."""
        told = model._meta.get_field(name)
        rows = model._base_manager.filter(**{name: self.gone})
        if told.unique and model._base_manager.filter(**{name: self.kept}).exists():
            return  # it goes with its row
        pks = list(rows.order_by("pk").values_list("pk", flat=True))
        if any(name in constraint.fields for constraint in model._meta.constraints if is_unique(constraint)):
            rivals = Rivals(model, name, self.gone, self.kept)
            pks = [row.pk for row in rows if rivals.of(row) is None]  # the others go with their row
        if pks:
            self.report.led.append((model, pks))
        if self.only_looking:
            return
        model._base_manager.filter(pk__in=pks).update(**{name: self.kept})
        if pks:
            self.report.events.append(
                {"do": "led", "model": model._meta.model_name, "pks": pks, "field": name, "was": self.gone.pk}
            )

    def _delete_gone(self) -> None:
        kind = self.model._meta.model_name
        self._lead_lines([(self.gone, self.kept)])
        Mark.objects.filter(kind=kind, row=self.gone.pk).delete()
        if apart := lead_on_apart(self.gone, self.kept):
            self.report.events.append({"do": "apart", "model": kind, "pk": self.kept.pk, "pks": apart})
        led: list[str] = []
        if self.model is not Source:
            led = list(Redirect.objects.filter(kind=kind, new_slug=self.gone.slug).values_list("old_slug", flat=True))
        self.report.events.append({"do": "deleted", "row": _frozen(self.gone), "led": led})
        slug = getattr(self.gone, "slug", "")
        if led:
            # before it goes, as what leads to a row that is deleted goes with it
            Redirect.objects.filter(kind=kind, new_slug=slug).update(new_slug=self.kept.slug)
        # what counts or reviews it goes along; all else has moved
        gone = self.model._base_manager.get(pk=self.gone.pk)
        gone._change_reason = self.reason
        gone.delete()
        if self.report.redirect:
            leave_redirect(kind, *self.report.redirect)

    def _take_fields(self) -> None:
        kept = self.model._base_manager.get(pk=self.kept.pk)
        before = {told.attname: getattr(kept, told.attname) for told in self.model._meta.concrete_fields}
        for choice in self.report.fields:
            if choice.take == MOVED and choice.differs:
                setattr(kept, choice.name, choice.gone)
        changed = [name for name, value in before.items() if getattr(kept, name) != value]
        if changed:
            try:
                kept.full_clean()
                kept._change_reason = self.reason
                kept.save()
            except ValidationError as error:
                raise Refused(" ".join(error.messages)) from error
        self.report.events.append(
            {
                "do": "fields",
                "model": self.model._meta.model_name,
                "pk": kept.pk,
                "was": {name: _plain(before[name]) for name in changed},
                "version": kept.version,
            }
        )


def evidence_of(owner: str, rows: Iterable[Any]) -> dict[int, list[Evidence]]:
    """The evidence of many usages, or of many migrations, by key of its row."""
    found: dict[int, list[Evidence]] = defaultdict(list)
    for chunk in chunks(row.pk for row in rows):
        for each in Evidence.objects.filter(**{f"{owner}__in": chunk}).order_by("pk"):
            found[getattr(each, f"{owner}_id")].append(each)
    return found


def as_said(evidence: Evidence) -> tuple:
    return evidence.source_id, evidence.edition_on, evidence.quote, evidence.locator


def _frozen(row: Any) -> Any:
    return json.loads(serializers.serialize("json", [row]))[0]


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def check_sources() -> None:
    """What is published keeps a source, whatever fell together or moved."""
    try:
        in_hand().refuse_unsourced()
    except LeftWithoutSourceError as error:
        raise Refused(" ".join(error.messages)) from error
