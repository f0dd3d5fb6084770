"""The one mechanism: every write happens in a curating transaction, which keeps feed, revisions and derived values.

A ledger takes the lock of the counter row before any other row, notes what the public saw of each row about to be
written, and when the block of `curating()` ends compares that with what the public sees then. django-simple-history
keeps the history in the same transaction. `stacks.signals` reports the writes.
"""

from collections import Counter as Counted
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.deletion import Collector
from django.utils import timezone

from stacks import derived
from stacks.among import Keyed
from stacks.bulk import set_on_all
from stacks.curating import in_hand, open_with
from stacks.documents import KINDS, Document, documents
from stacks.marks import mark
from stacks.models import (
    Category,
    Company,
    CompanyFact,
    Counter,
    Coverage,
    Curated,
    Evidence,
    Migration,
    Redirect,
    Source,
    Stance,
    State,
    Technology,
    TechnologyRelation,
    Usage,
    Verb,
)
from stacks.models.slugs import is_public, was_public_at
from stacks.moves import Address, Line, Move, Moves, append
from stacks.revisions import lock_counter
from stacks.sights import (
    Foreseen,
    Said,
    Sight,
    before_and_after,
    hanging_on,
    is_visible,
    listen,
    look,
    look_again,
    sources_lost_with,
)

# What others refer to comes first when it appears and last when it goes.
_ORDER = [Category, Technology, Source, Company, Usage, Migration, Coverage]
_BY_NAME: dict[str, type[models.Model]] = {model.__name__: model for model in _ORDER}
_SLUGGED = (Category, Technology, Company)


def _sources(model: Any, owner: str) -> Keyed:
    return Keyed(
        lambda pks: model.objects.filter(**{f"{owner}__in": pks}, source__isnull=False).order_by().values_list("source")
    )


_SOURCES_OF: dict[type[models.Model], list[Keyed]] = {
    Usage: [_sources(Evidence, "usage")],
    Migration: [_sources(Evidence, "migration")],
    Company: [_sources(Evidence, "company"), _sources(CompanyFact, "company")],
    Coverage: [_sources(Coverage, "pk")],
}


def _redirects(kind: str) -> Keyed:
    """From and to these slugs."""
    rows = Redirect.objects.filter(kind=kind).order_by().values_list("pk")
    return Keyed(lambda slugs: rows.filter(Q(old_slug__in=slugs) | Q(new_slug__in=slugs)), "text")


_REDIRECTS = {KINDS[model]: _redirects(KINDS[model]) for model in _SLUGGED}
_TAKES_A_SOURCE: dict[Any, str] = {Usage: "usage", Migration: "migration"}
_MOST_NAMED = 3
_Seen = Mapping[int, Document | None]
# What a row appears and disappears with, and what moves when a usage is known to have begun and ended.
_APPEARS_WITH = ("state", "company_id", "technology_id", "from_technology_id", "to_technology_id")
_USAGE_APPEARS_WITH = ("state", "company_id", "technology_id")
_TIMES = ("stage", "started", "ended")
_NAMED_BY = ("slug", "state")  # by which what hangs on a row is told


class LeftWithoutSourceError(ValidationError):
    """What is published would have no source any more that supports it. Nothing was written."""

    def __init__(self, rows: Sequence[Any]):
        super().__init__([left_without_source(row) for row in rows[:_MOST_NAMED]], code="left_without_source")


def left_without_source(row: Any) -> str:
    """What who takes the last source from a published row is told, with the way out."""
    noun = row._meta.verbose_name
    return (
        f"“{row}” is published, and this is the last source that supports it. "
        f"Add another source first, or retract the {noun}: then visitors no longer see it."
    )


def register() -> None:
    """Let every curating transaction keep a ledger, from the lock of the counter row on."""
    open_with(lambda: Ledger(lock_counter()))


def current_ledger() -> "Ledger | None":
    return in_hand()


class Ledger:
    """What one curating transaction touches, with what the public saw before it."""

    def __init__(self, counter: Counter):
        self.counter = counter
        # Of all that this transaction writes into the history: no other has the same, and none is earlier than what the
        # feed told last, whatever was done to the clock.
        newest = getattr(counter, "newest_at", None)
        self.moment = max(timezone.now(), newest + timedelta(microseconds=1)) if newest else timezone.now()
        # of usages sights, of all others documents; None is what was not there, or was not public
        self.before: dict[type[models.Model], dict[int, Any]] = {model: {} for model in _ORDER}
        self.said: dict[int, Said] = {}  # of visible usages whose evidence is written, as it was
        self.foreseen: dict[int, Sight] = {}  # usages that nobody has written since they were looked at
        self.retimed: set[int] = set()  # usages of which the known times may move
        self.sourced: dict[type[models.Model], set[int]] = defaultdict(set)  # whose sources stand or fall with them
        self.written: set[int] = set()  # usages
        self.named: dict[type[models.Model], set[int]] = defaultdict(set)  # rows with another slug or state
        self.raw: set[int] = set()  # companies with a number of usages of their own
        self.moves = Moves()
        self.renamed: dict[tuple[str, int], str] = {}
        self.settling: set[Address] = set()  # of rows that are new, renamed or in another state
        self.deleted: set[Address] = set()
        self.records: list[Any] | None = None  # of what goes together, until it is gone
        self.cited_less: dict[type[models.Model], set[int]] = {model: set() for model in _TAKES_A_SOURCE}

    def about_to_write(self, instance: Any) -> None:
        """Note what the public sees of all that a save of `instance` may change."""
        model = type(instance)
        if model is Usage:
            self._about_to_write_usage(instance)
            return
        stored = model._base_manager.filter(pk=instance.pk).order_by() if instance.pk else ()
        old = next(iter(stored), None)
        moves = {name for name in _APPEARS_WITH if old and getattr(old, name, None) != getattr(instance, name, None)}
        if old and any(getattr(old, name, None) != getattr(instance, name, None) for name in _NAMED_BY):
            self.named[model].add(old.pk)
        self.capture_concerned((instance, old), with_sources=bool(moves))
        self._note_addresses(instance, old, deleting=False)
        if old is None:
            return
        if model is Evidence and old.stance == Stance.SUPPORTS:
            self.note_less_cited(old, instance)
        if model in (Company, Technology) and old.state != instance.state:
            self.capture_dependents(model, [old.pk])
        if model is Source and old.edition != instance.edition:
            self._capture_cited_by([old.pk])

    def _about_to_write_usage(self, usage: Usage) -> None:
        """By the first sight of it: what was moved before, and is moved back, was noted then."""
        if not usage.pk:
            return
        self.capture(Usage, [usage.pk], with_sources=False)
        self.written.add(usage.pk)
        first = self.before[Usage][usage.pk]
        if first and any(first.columns[name] != getattr(usage, name) for name in _USAGE_APPEARS_WITH):
            self.capture(Usage, [usage.pk])
        if first and any(first.columns[name] != getattr(usage, name) for name in _TIMES):
            self.retimed.add(usage.pk)

    def about_to_set(self, rows: Sequence[Any], names: set[str]) -> None:
        """Note what the public sees of all that these columns of these rows, of one kind, may change."""
        self.capture_concerned(rows, with_sources=not names.isdisjoint(_APPEARS_WITH))
        model, pks = type(rows[0]), {row.pk for row in rows}
        if model is Usage:
            self.written |= pks
            if not names.isdisjoint(_TIMES):
                self.retimed |= pks
        elif not names.isdisjoint(_NAMED_BY):
            self.named[model] |= pks

    def about_to_delete(self, rows: Sequence[Any]) -> None:
        """Note what the public sees of all that the deletion of these rows, of one kind, may change.

        Some queries, however many they are.
        """
        model = type(rows[0])
        stored: dict[int, Any] = derived.in_bulk(model._base_manager, [row.pk for row in rows])
        self.capture_concerned([*rows, *stored.values()])
        if model is Usage:
            self.written |= stored.keys()
        for row in rows:
            old = stored.get(row.pk)
            self._note_addresses(row, old, deleting=True)
            if isinstance(old, Evidence) and old.stance == Stance.SUPPORTS:
                self.note_less_cited(old, None)
        if model in (Company, Technology):
            self.capture_dependents(model, stored)
        if model is Source:
            self._capture_cited_by(stored)
        if model is Company:
            # the database would let go of them too, but past their history
            for other, name in ((Source, "company"), (Company, "parent")):
                named = [
                    row
                    for chunk in derived.chunks(stored)
                    for row in other._base_manager.filter(**{f"{name}__in": chunk}).order_by("pk")
                ]
                staying = [row for row in named if other is Source or row.pk not in stored]
                set_on_all(staying, {name: None}, reason="", user=None)

    def about_to_move(self, rows: Sequence[Any], state: str) -> None:
        """Note what the public sees of all that another state of these companies or technologies changes."""
        for row in rows:
            moved = copy(row)
            moved.state = state
            self._note_addresses(moved, row, deleting=False)
        self.capture_dependents(type(rows[0]), [row.pk for row in rows])

    def delete(self, collector: Collector) -> tuple[int, dict[str, int]]:
        """Delete what was collected, with one record in the history of each row."""
        for model, rows in collector.data.items():
            if issubclass(model, Curated) and rows:
                self.about_to_delete(list(rows))
        outer, self.records = self.records, []
        try:
            gone = collector.delete()
            records = self.records
        finally:
            self.records = outer
        for model in dict.fromkeys(type(record) for record in records):
            model.objects.bulk_create([each for each in records if type(each) is model], batch_size=500)
        return gone

    def capture_concerned(self, rows: Iterable[Any], *, with_sources: bool = True) -> None:
        """What the rows belong to; with the sources of it, unless it neither appears nor disappears."""
        concerned: dict[str, dict[int, None]] = defaultdict(dict)  # in the order of the rows
        spoken_of: set[int] = set()
        for row in rows:
            for name, pk in row.concerns() if row else ():
                if pk:
                    concerned[name][pk] = None
            if isinstance(row, Evidence) and row.usage_id:
                spoken_of.add(row.usage_id)
        for name, pks in concerned.items():
            self.capture(_BY_NAME[name], pks, with_sources=with_sources)
        self.retimed |= spoken_of
        seen = self.before[Usage]
        new = [pk for pk in spoken_of if pk not in self.said and seen.get(pk) and seen[pk].columns["visible"]]
        if new:
            self.said |= listen(new)

    def _capture_cited_by(self, sources: Iterable[int]) -> None:
        """The usages whose dates are those of an edition."""
        for chunk in derived.chunks(sources):
            cited = Evidence.objects.filter(source__in=chunk, usage__isnull=False)
            usages = set(cited.order_by().values_list("usage", flat=True))
            self.capture(Usage, usages, with_sources=False)
            self.retimed |= usages

    def note_less_cited(self, old: Evidence, new: Evidence | None) -> None:
        """What loses the support of a piece of evidence: it goes, moves elsewhere or says the contrary."""
        for owner, name in _TAKES_A_SOURCE.items():
            pk = getattr(old, f"{name}_id")
            stays = new is not None and new.stance == Stance.SUPPORTS and getattr(new, f"{name}_id") == pk
            if pk and not stays:
                self.cited_less[owner].add(pk)

    def refuse_unsourced(self) -> None:
        """What was published with a source has one at the end, whichever door took it. Raises LeftWithoutSourceError.

        Two queries where evidence went, none elsewhere.
        """
        left: list[Any] = []
        for owner, pks in self.cited_less.items():
            for chunk in derived.chunks(pks):
                rows: Any = owner
                published = rows.objects.filter(pk__in=chunk, state=State.PUBLISHED)
                left += published.unsourced().order_by("pk")[: _MOST_NAMED + 1]
        if left:
            raise LeftWithoutSourceError(left)

    def _note_addresses(self, instance: Any, old: Any, *, deleting: bool) -> None:
        model = type(instance)
        if model is Redirect:
            for row in (instance, old):
                if row:
                    self.moves.touch(row.kind, old=row.old_slug)
        if model not in _SLUGGED:
            return
        kind = KINDS[model]
        if old is None or deleting or old.slug != instance.slug or is_public(old) != is_public(instance):
            self.moves.touch(kind, borne={row.slug for row in (instance, old) if row})
            self.settling.add((kind, instance.slug))
        if deleting:
            self.deleted.add((kind, instance.slug))
        elif old is not None and old.slug != instance.slug:
            self.renamed[kind, old.pk] = old.slug

    def created(self, instance: Any, *, raw: bool) -> None:
        """A row that was not there before; only a raw load may bring what hangs on it before it."""
        model = type(instance)
        if model in self.before:
            self.before[model].setdefault(instance.pk, None)
        if model is Usage:
            self.written.add(instance.pk)
        if raw and model in (Company, Technology):
            self.capture_dependents(model, [instance.pk])

    def saved(self, instance: Any, *, created: bool, raw: bool) -> None:
        """Old addresses follow a row that was renamed; what is public owns its slug."""
        model = type(instance)
        if created:
            self.created(instance, raw=raw)
        if raw and model is Company:
            self.raw.add(instance.pk)
        if model not in _SLUGGED or (KINDS[model], instance.slug) not in self.settling:
            return
        kind, slug = KINDS[model], instance.slug
        old_slug = self.renamed.pop((kind, instance.pk), None)
        led_here = Q(old_slug=slug) if is_public(instance) else Q(old_slug=slug, new_slug=old_slug or "")
        if (created and not raw) or old_slug:
            # what led to a row that is gone does not come to lead to this one
            led_here |= Q(new_slug=slug)
        if _REDIRECTS[kind]([slug]):
            Redirect.objects.filter(led_here, kind=kind).delete()
        if old_slug:
            self.moves.saved(Move(kind, instance.pk, old_slug, slug))
            if was_public_at(instance, old_slug):
                leave_redirect(kind, old_slug, slug)
            else:
                _lead_on(kind, old_slug, slug)

    def capture(self, model: type[models.Model], pks: Iterable[int], *, with_sources: bool = True) -> None:
        """Keep the first sight of each row, and of the sources that stand or fall with it."""
        asked, known = list(pks), self.before[model]
        new = [pk for pk in asked if pk not in known]
        if new:
            found: dict[int, Any] = self._look(new) if model is Usage else documents(model, new)
            known.update({pk: found.get(pk) for pk in new})
        if with_sources:
            self._capture_sources(model, [pk for pk in asked if pk not in self.sourced[model]])

    def expect(self, foreseen: Foreseen) -> None:
        """Spare the lock what was looked at before it, unless somebody has written meanwhile."""
        if foreseen.mark == mark():
            self.foreseen = foreseen.sights

    def _look(self, usages: list[int]) -> dict[int, Sight]:
        foreseen = {pk: self.foreseen[pk] for pk in usages if pk in self.foreseen}
        unforeseen = [pk for pk in usages if pk not in foreseen]
        return foreseen | look(unforeseen) if unforeseen else foreseen

    def _capture_sources(self, model: type[models.Model], pks: list[int]) -> None:
        """What a visible usage cites is public until the transaction is settled: it is asked for then."""
        self.sourced[model] |= set(pks)
        if model is Usage:
            pks = [pk for pk in pks if not is_visible(self.before[Usage][pk])]
        for sources_of in _SOURCES_OF.get(model, ()) if pks else ():
            self.capture(Source, {source for (source,) in sources_of(pks)})

    def capture_dependents(self, model: type[models.Model], pks: Iterable[int]) -> None:
        """What appears and disappears with companies or technologies."""
        for chunk in derived.chunks(pks):
            if model is Company:
                migrations = Q(company__in=chunk)
                self.capture(Source, Source.objects.filter(company__in=chunk).values_list("pk", flat=True))
                self.capture(Company, Company.objects.filter(parent__in=chunk).values_list("pk", flat=True))
                self.capture(Coverage, Coverage.objects.filter(company__in=chunk).values_list("pk", flat=True))
            else:
                migrations = Q(from_technology__in=chunk) | Q(to_technology__in=chunk)
                related = TechnologyRelation.objects.filter(object__in=chunk)
                self.capture(Technology, related.values_list("subject", flat=True))
            self.capture(Usage, hanging_on(model, chunk))
            self.capture(Migration, Migration.objects.filter(migrations).order_by("pk").values_list("pk", flat=True))

    def settle(self) -> None:
        """Bring the derived values up to date, then write the difference into the feed and move the revisions."""
        self.refuse_unsourced()
        self._drop_redirects()
        sights, said = self._bring_usages_up_to_date()
        moved = self._counted_otherwise(sights)
        derived.refresh(
            technologies=self.before[Technology].keys(),
            companies=self.before[Company].keys(),
            technologies_to_count={technology for technology, _, _ in moved},
        )
        self._record(self._differences(sights, said), moved)

    def _bring_usages_up_to_date(self) -> tuple[dict[int, Sight], dict[int, Said]]:
        """The usages as they are now, and what is said of those whose times may have moved. Two queries, and one for
        each kind of what those hang on that were not written themselves."""
        before = self.before[Usage]
        own = [pk for pk, sight in before.items() if sight is None or pk in self.written]
        hanging = {pk: sight for pk, sight in before.items() if sight is not None and pk not in self.written}
        sights = (look(own) if own else {}) | look_again(hanging, self.named)
        retimed = {pk for pk in sights if before[pk] is None or pk in self.retimed}
        said = listen(retimed) if retimed else {}
        derived.refresh_usages(sights, said)
        return sights, said

    def _counted_otherwise(self, sights: dict[int, Sight]) -> "Counted[tuple[int, int, int]]":
        """Where usages are counted that were not before, or no more, and how many."""
        moved: Counted[tuple[int, int, int]] = Counted()
        for pk, before in self.before[Usage].items():
            was = before.counted if before else None
            now = sights[pk].counted if pk in sights else None
            if was != now:
                if was:
                    moved[was] -= 1
                if now:
                    moved[now] += 1
        return moved

    def _drop_redirects(self) -> None:
        """What led to a row that is gone, and was led nowhere else by a merge, goes too."""
        for kind, model in _BY_NAME.items():
            slugs = {slug for each, slug in self.deleted if each == kind.lower()}
            for chunk in derived.chunks(slugs):
                borne = set(model._base_manager.filter(slug__in=chunk).values_list("slug", flat=True))
                Redirect.objects.filter(kind=kind.lower(), new_slug__in=set(chunk) - borne).delete()

    def _differences(self, sights: dict[int, Sight], said: dict[int, Said]) -> list[tuple[Line, Document | None]]:
        """Redirects come first, after what leaves the slug that another takes."""
        appeared, changed, gone = [], [], []
        moved: list[Move] = []
        for model in _ORDER:
            befores, afters = self._before_and_after(model, sights, said)
            for pk, before in befores.items():
                after = afters.get(pk)
                if before is None and after is not None:
                    appeared.append((_line(Verb.ADDED, model, after), after))
                elif before is not None and after is None:
                    gone.append((_line(Verb.REMOVED, model, before, tombstone=True), before))
                elif before is not None and after is not None and before.fields != after.fields:
                    fields = sorted(name for name, value in after.fields.items() if before.fields[name] != value)
                    changed.append((_line(Verb.CHANGED, model, after, fields=fields), after))
                    if model in _SLUGGED and before.object != after.object:
                        moved.append(Move(KINDS[model], pk, before.object, after.object))
        new = {(line.kind, line.object) for line, _ in appeared}
        taken = self.moves.taken() | new
        left = [(line, before) for line, before in gone if (line.kind, line.object) in taken]
        kept = [(line, before) for line, before in gone[::-1] if (line.kind, line.object) not in taken]
        redirects: list[tuple[Line, Document | None]] = [(line, None) for line in self.moves.lines(moved, appeared=new)]
        return [*left, *redirects, *appeared, *changed, *kept]

    def _before_and_after(
        self, model: type[models.Model], sights: dict[int, Sight], said: dict[int, Said]
    ) -> tuple[_Seen, _Seen]:
        """What is said of usages is compared where it was written."""
        befores: _Seen = self.before[model]
        if model is Usage:
            return before_and_after(self.before[Usage], sights, self.said, said)
        # of what was not public before it is told that it is there, not what is in it
        told = [pk for pk, before in befores.items() if before is not None]
        afters = documents(model, told) | documents(model, befores.keys() - told, whole=False)
        if model is Source:
            befores = self._fallen(sights) | self.before[Source]
        return befores, afters

    def _fallen(self, sights: dict[int, Sight]) -> dict[int, Document | None]:
        """The sources that only usages cited that are not visible any more."""
        before = self.before[Usage]
        gone = [pk for pk in self.sourced[Usage] if is_visible(before[pk]) and not is_visible(sights.get(pk))]
        return {pk: Document(uid, {}, {}) for pk, uid in sources_lost_with(gone)}

    def _record(self, differences: list[tuple[Line, Document | None]], moved: "Counted[tuple[int, int, int]]") -> None:
        stacks: Counted[int] = Counted()
        for (_, _, company), more in moved.items():
            stacks[company] += more
        known = self.before[Company]
        anew = {pk for pk in stacks if pk in known and known[pk] is None} | self.raw
        if not differences:
            derived.set_stacks(stacks, anew, set(), {})
            return
        lines = [line for line, _ in differences]
        now = max(timezone.now(), self.moment)
        append(lines, self.counter.revision + 1, now)
        newest = self.counter.revision + len(lines)
        self.counter.revision = newest
        if any(line.kind in ("category", "technology", "source") for line in lines):
            self.counter.vocabulary_revision = newest
        self.counter.save()
        companies = {document.company for _, document in differences if document and document.company}
        derived.set_stacks(stacks, anew, companies, {"revision": newest, "revised_at": now})
        touched = defaultdict(set)
        for line in lines:
            if line.verb != Verb.REMOVED:
                touched[line.kind].add(line.object)
        derived.set_values(Usage, touched["usage"], {"updated_at": now}, by="uid")


def leave_redirect(kind: str, old_slug: str, new_slug: str) -> None:
    """Lead an old slug that nothing bears any more to its new place, and with it all that led to the old one.

    Before the transaction ends: what leads to a row that is deleted goes with it.
    """
    _lead_on(kind, old_slug, new_slug)
    existing = Redirect.objects.filter(kind=kind, old_slug=old_slug).first() or Redirect(kind=kind, old_slug=old_slug)
    existing.new_slug = new_slug
    existing.save()


def _lead_on(kind: str, old_slug: str, new_slug: str) -> None:
    Redirect.objects.filter(kind=kind, new_slug=old_slug).update(new_slug=new_slug)


def _line(
    verb: Verb,
    model: type[models.Model],
    document: Document,
    *,
    fields: list[str] | None = None,
    tombstone: bool = False,
) -> Line:
    payload: dict[str, Any] = {} if tombstone else dict(document.places)
    if fields:
        payload["fields"] = fields
    return Line(verb, KINDS[model], document.object, payload)
