"""The one mechanism: every write happens in a curating transaction, which keeps feed, revisions and derived values.

A ledger takes the lock of the counter row before any other row, notes what the public saw of each row about to be
written, and when the block of `curating()` ends compares that with what the public sees then. django-simple-history
keeps the history in the same transaction. `stacks.signals` reports the writes.
"""

from collections import Counter as Counted
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.deletion import Collector
from django.utils import timezone

from stacks import derived, users
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
)
from stacks.models.slugs import is_public, was_public_at
from stacks.moves import Address, Move, Moves, append
from stacks.revisions import lock_counter
from stacks.sights import (
    Said,
    Sight,
    hanging_on,
    is_visible,
    listen,
    look,
    look_again,
    named,
    unpublished_sources,
    unpublished_sources_of,
)
from stacks.turns import Foreseen, Hung, Seen, Told, Turn, tell, turn

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
_VOCABULARY = ("category", "technology", "source")  # of which the lines move its revision
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
        self.foreseen: Foreseen | None = None  # unless somebody has written since
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
            self.foreseen = foreseen

    def _look(self, usages: list[int]) -> dict[int, Sight]:
        known = self.foreseen.before if self.foreseen else {}
        if not known:
            return look(usages)
        foreseen = {pk: known[pk] for pk in usages if pk in known}
        unforeseen = [pk for pk in usages if pk not in foreseen]
        return foreseen | look(unforeseen) if unforeseen else foreseen

    def _capture_sources(self, model: type[models.Model], pks: list[int]) -> None:
        """What a visible usage cites is public until the transaction is settled: it is asked for then."""
        self.sourced[model] |= set(pks)
        if model is Usage:
            if self.foreseen and len(pks) == len(self.foreseen.before) and self.foreseen.before.keys() >= set(pks):
                self.capture(Source, self.foreseen.appearing)
                return
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
            self.capture(Usage, self._hanging_on(model, chunk))
            self.capture(Migration, Migration.objects.filter(migrations).order_by("pk").values_list("pk", flat=True))

    def _hanging_on(self, model: type[models.Model], pks: list[int]) -> Iterable[int]:
        foreseen = self.foreseen
        if foreseen and foreseen.model is model and foreseen.named.keys() == set(pks):
            return foreseen.before
        return hanging_on(model, pks)

    def settle(self) -> None:
        """Bring the derived values up to date, then write the difference into the feed and move the revisions."""
        self.refuse_unsourced()
        self._drop_redirects()
        become = self._as_foreseen() or self._look_again()
        now = max(timezone.now(), self.moment)
        become.write(now)
        known = self.before[Technology]
        # those that come or go do so with all that uses them, and maybe with a number of their own
        coming = self.named[Technology] | {pk for pk, before in known.items() if before is None}
        anew = coming.intersection(technology for technology, _, _ in become.counted)
        derived.refresh(technologies=known.keys(), companies=self.before[Company].keys(), technologies_to_count=anew)
        users.move_counts({place: by for place, by in become.counted.items() if place[0] not in anew})
        self._record(self._differences(become), become.counted, now)

    def _as_foreseen(self) -> Turn | None:
        """What was worked out before the lock, where the rows came to be as it was said, and nothing else is written
        that their usages depend on. One query."""
        foreseen = self.foreseen
        if foreseen is None or self.written or self.retimed or self.before[Usage].keys() != foreseen.before.keys():
            return None
        others = [model for model, pks in self.named.items() if pks and model is not foreseen.model]
        pks = self.named[foreseen.model]
        if others or foreseen.named.keys() != pks or named(foreseen.model, pks) != foreseen.named:
            return None
        return foreseen.turn

    def _look_again(self) -> Turn:
        """The usages as they are now, and what is said of those whose times may have moved. Two queries, and one for
        each kind of what those hang on that were not written themselves."""
        before = self.before[Usage]
        own = [pk for pk, sight in before.items() if sight is None or pk in self.written]
        hanging = {pk: sight for pk, sight in before.items() if sight is not None and pk not in self.written}
        names = {model: named(model, self.named[model]) for model in _SLUGGED if hanging and self.named.get(model)}
        sights = (look(own) if own else {}) | look_again(hanging, names)
        retimed = {pk for pk in sights if before[pk] is None or pk in self.retimed}
        return turn(before, sights, self.said, listen(retimed) if retimed else {})

    def _drop_redirects(self) -> None:
        """What led to a row that is gone, and was led nowhere else by a merge, goes too."""
        for kind, model in _BY_NAME.items():
            slugs = {slug for each, slug in self.deleted if each == kind.lower()}
            for chunk in derived.chunks(slugs):
                borne = set(model._base_manager.filter(slug__in=chunk).values_list("slug", flat=True))
                Redirect.objects.filter(kind=kind.lower(), new_slug__in=set(chunk) - borne).delete()

    def _differences(self, become: Turn) -> dict[type[models.Model], Told]:
        return {
            model: become.told if model is Usage else tell(model, *self._before_and_after(model, become))
            for model in _ORDER
        }

    def _before_and_after(self, model: type[models.Model], become: Turn) -> tuple[Seen, Seen]:
        befores: Seen = self.before[model]
        # of what was not public before it is told that it is there, not what is in it
        told = [pk for pk, before in befores.items() if before is not None]
        afters = documents(model, told) | documents(model, befores.keys() - told, whole=False)
        if model is Source:
            befores = self._fallen(become) | self.before[Source]
        return befores, afters

    def _fallen(self, become: Turn) -> dict[int, Document | None]:
        """The sources that only usages cited that are not visible any more."""
        if self.foreseen and become is self.foreseen.turn:
            lost = unpublished_sources(self.foreseen.leaning)
        else:
            lost = unpublished_sources_of(self.sourced[Usage].intersection(become.fallen))
        return {pk: Document(uid, {}, {}) for pk, uid in lost}

    def _in_order(self, told: Mapping[type[models.Model], Told]) -> list[Hung]:
        """What others refer to comes first, and goes last. Redirects come before all but what leaves the slug that
        another takes."""
        appeared = [hung for each in told.values() for hung in each.appeared]
        new = {(line.kind, line.object) for line, _ in appeared}
        taken = self.moves.taken() | new
        kinds = {kind for kind, _ in taken}
        left: list[Hung] = []
        kept: list[Hung] = []
        for model, each in told.items():
            if KINDS[model] in kinds:
                left += [hung for hung in each.gone if hung[0][1:3] in taken]
                kept += [hung for hung in each.gone if hung[0][1:3] not in taken]
            else:
                kept += each.gone
        moved = [move for each in told.values() for move in each.moved]
        redirects: list[Hung] = [(line, set()) for line in self.moves.lines(moved, appeared=new)]
        return [*left, *redirects, *appeared, *(hung for each in told.values() for hung in each.changed), *kept[::-1]]

    def _record(
        self, told: Mapping[type[models.Model], Told], moved: "Counted[tuple[int, int, int]]", now: datetime
    ) -> None:
        stacks: Counted[int] = Counted()
        for (_, _, company), more in moved.items():
            stacks[company] += more
        known = self.before[Company]
        anew = {pk for pk in stacks if pk in known and known[pk] is None} | self.raw
        hung = self._in_order(told)
        if not hung:
            derived.set_stacks(stacks, anew, set(), {})
            return
        append([line for line, _ in hung], self.counter.revision + 1, now)
        newest = self.counter.revision + len(hung)
        self.counter.revision = newest
        if any(line.kind in _VOCABULARY for line, _ in reversed(hung)):
            self.counter.vocabulary_revision = newest
        self.counter.save()
        companies = {company for _, hung_on in hung for company in hung_on if company}
        derived.set_stacks(stacks, anew, companies, {"revision": newest, "revised_at": now})


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
