"""The page of one review: proposals by area and category, the reviewer's marks, and what publishing would show."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from stacks.fingerprint import fingerprints, told_since
from stacks.folding import fold
from stacks.models import Company, ImportLine, Mark, Migration, State, Technology, Usage
from stacks.proposals.deciding import may_accept, may_decide_about
from stacks.proposals.waiting import GONE, Waiting, look
from stacks.review import PUBLISH, RETURN, TAKE_BACK, kept_from, may, proposed_by

from .items import JOINED, Item, fill_in, item_of_line, item_of_row

# Up to so many proposals stand open at once; of more one area, and of a larger area so many.
_MOST_OPEN = 60
# Of so many that changed since they were accepted the page tells what; the others say that they did.
_MOST_TOLD = 3
# Areas beside those of the vocabulary, in front of them or behind.
_ITSELF, _MOVES, _REST = "The company", "Moves", "Sources, categories and addresses"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose proposals are reviewed: a company's, a technology's, or, with neither, the vocabulary's."""

    row: Any = None

    @property
    def name(self) -> str:
        return str(self.row) if self.row is not None else "the vocabulary"

    @property
    def url(self) -> str:
        if self.row is None:
            return reverse("admin:stacks_vocabulary_review")
        return reverse(f"admin:stacks_{self.row._meta.model_name}_review", args=[self.row.pk])

    def rows(self) -> dict[Any, list[Any]]:
        """What is proposed, by kind, in the order of reading."""
        if isinstance(self.row, Company):
            kinds: dict[Any, Q] = {
                Company: Q(pk=self.row.pk), Usage: Q(company=self.row.pk), Migration: Q(company=self.row.pk)
            }  # fmt: skip
        else:
            kinds = {Technology: Q(pk=self.row.pk) if self.row is not None else Q()}
        return {
            model: list(
                model.objects.filter(where, state=State.PROPOSED)
                .select_related(*JOINED[model])
                .order_by(*_ORDER[model])
            )
            for model, where in kinds.items()
        }

    def lines(self) -> list[ImportLine]:
        """What waits."""
        waiting = ImportLine.objects.waiting()
        lines = waiting.in_review_of(self.row) if self.row is not None else waiting.of_vocabulary()
        return list(
            lines.select_related(
                "batch__source", "author", "company", "technology__category__parent",
                "usage__company", "usage__technology", "usage__category__parent",
                "migration__company", "migration__from_technology", "migration__to_technology",
            ).order_by("kind", "row", "batch", "pk")
        )  # fmt: skip


_ORDER: dict[Any, tuple[str, ...]] = {
    Company: ("pk",),
    Technology: ("category__parent__position", "category__position", "sort_key", "pk"),
    Usage: ("category__parent__position", "category__position", "position", "pk"),
    Migration: ("pk",),
}


@dataclass(slots=True)
class Group:
    """The proposals of one category."""

    name: str
    items: list[Item] = field(default_factory=list)

    @property
    def versions(self) -> str:
        """What “accept these” accepts."""
        return " ".join(item.version for item in self.items if item.may_accept and not item.is_accepted)

    @property
    def open_count(self) -> int:
        return len(self.versions.split())


@dataclass(slots=True)
class Area:
    name: str
    slug: str
    position: tuple[int, str]
    groups: dict[str, Group] = field(default_factory=dict)
    is_open: bool = False
    start: int = 0  # the first that is shown

    @property
    def shown(self) -> list[Group]:
        """The groups of what is shown: all, or so many from `start` on."""
        groups, place = [], 0
        for group in self.groups.values():
            first, last = self.start - place, self.start + _MOST_OPEN - place
            if items := group.items[max(first, 0) : max(last, 0)]:
                groups.append(Group(group.name, items))
            place += len(group.items)
        return groups

    @property
    def following(self) -> int | None:
        """Where the next part of the area begins."""
        return self.start + _MOST_OPEN if self.start + _MOST_OPEN < self.count else None

    @property
    def previous(self) -> int | None:
        return max(self.start - _MOST_OPEN, 0) if self.start else None

    def start_of(self, item: Item) -> int:
        """Where the part begins in which the item is shown."""
        return self.items.index(item) // _MOST_OPEN * _MOST_OPEN

    @property
    def items(self) -> list[Item]:
        return [item for group in self.groups.values() for item in group.items]

    @property
    def count(self) -> int:
        return len(self.items)

    @property
    def accepted(self) -> int:
        return sum(item.is_accepted for item in self.items)

    @property
    def names(self) -> str:
        first = list(dict.fromkeys(item.title for item in self.items))
        return ", ".join(first[:8]) + (" …" if first[8:] else "")

    @property
    def versions(self) -> str:
        """What “accept all shown” accepts."""
        return " ".join(filter(None, (group.versions for group in self.shown)))


@dataclass(frozen=True, slots=True)
class Companion:
    """What has to be public before all that was accepted is seen; `version` publishes it along."""

    row: Any
    version: str
    url: str
    state: str
    why: str
    is_chosen: bool
    may_publish: bool


@dataclass(slots=True)
class Page:
    subject: Subject
    areas: list[Area]
    items: list[Item]
    companions: list[Companion]
    hidden: int  # of those accepted, how many stay out of sight even with what is chosen

    @property
    def accepted(self) -> list[Item]:
        return [item for item in self.items if item.is_accepted]

    @property
    def changed(self) -> list[Item]:
        return [item for item in self.items if item.mark == "changed"]

    @property
    def is_for_reviewers(self) -> bool:
        return any(item.may_accept for item in self.items)

    @property
    def seen(self) -> str:
        """What the button of the page publishes: all that is accepted, in the versions that were read."""
        said = "\n".join(sorted(item.version for item in self.accepted))
        return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()

    def item(self, key: str) -> Item | None:
        return next((item for item in self.items if item.key == key), None)


def load_page(subject: Subject, user: Any, *, area: str = "", start: int = 0, tell: bool = True) -> Page:
    """All proposals, in a number of queries that does not grow with them. `tell`: with all that a reader sees.

    `area` is the one that stands open where there are many, from the proposal `start` on; without it the first in which
    something is left to do.
    """
    items: list[Item] = []
    areas: dict[str, Area] = {}
    for model, rows in subject.rows().items():
        if not rows:
            continue
        read = fingerprints(rows)
        publishes, returns = may(user, PUBLISH, model), may(user, RETURN, model)
        kept = kept_from(rows, user)
        own = proposed_by(user, rows) if may(user, TAKE_BACK, model) else set()
        for row in rows:
            item = item_of_row(row, read[row.pk])
            item.may_accept, item.may_return = publishes and row.pk not in kept, returns
            item.may_take_back = row.pk in own
            items.append(item)
            _place(areas, item, *_area_of(row))
    for seen in look(subject.lines()):
        item = item_of_line(seen)
        item.may_accept = may_accept(user, seen) and seen.status != GONE
        item.may_return = may_decide_about(user, seen)
        item.may_take_back = seen.line.author_id == user.pk
        items.append(item)
        _place(areas, item, *_area_of_line(seen))
    _put_together(items)
    _mark(items, user, tell=tell)
    ordered = sorted(areas.values(), key=lambda each: each.position)
    if tell:
        _open(ordered, area, start)
        fill_in([item for each in ordered if each.is_open for group in each.shown for item in group.items])
    companions, hidden = _companions(items, user)
    return Page(subject, ordered, items, companions, hidden)


def _place(areas: dict[str, Area], item: Item, name: str, category: str, position: tuple[int, str]) -> None:
    slug = "-".join(fold(name).split())
    area = areas.setdefault(name, Area(name, "".join(c for c in slug if c.isalnum() or c == "-"), position))
    area.groups.setdefault(category, Group(category)).items.append(item)


def _area_of(row: Any) -> tuple[str, str, tuple[int, str]]:
    if isinstance(row, Company):
        return _ITSELF, "", (0, "")
    if isinstance(row, Migration):
        return _MOVES, "", (2, "")
    parent = row.category.parent
    return parent.name, row.category.name, (1, f"{parent.position:06}{parent.name}")


def _area_of_line(seen: Waiting) -> tuple[str, str, tuple[int, str]]:
    line = seen.line
    if line.kind == "technology" and isinstance(seen.row, Technology):
        return _area_of(line.technology or seen.row)
    if line.usage_id and line.usage:
        return _area_of(line.usage)
    if line.migration_id:
        return _MOVES, "", (2, "")
    if line.company_id:
        return _ITSELF, "", (0, "")
    if line.technology_id and line.technology:
        return _area_of(line.technology)
    return _REST, "", (3, "")


def _put_together(items: Sequence[Item]) -> None:
    """What was suggested for one row at once can be accepted at once."""
    suggested: defaultdict[tuple, list[Item]] = defaultdict(list)
    for item in items:
        if item.is_line and item.may_accept:
            line = item.subject.line
            suggested[line.batch_id, line.usage_id or line.kind, None if line.usage_id else line.row].append(item)
    for together in suggested.values():
        if len(together) > 1:
            together[0].together = " ".join(item.version for item in together)
            together[0].together_count = len(together)


def _mark(items: Sequence[Item], user: Any, *, tell: bool) -> None:
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for item in items:
        wanted[item.kind].append(item.pk)
    where = Q(pk=None)
    for kind, pks in wanted.items():
        where |= Q(kind=kind, row__in=pks)
    marks = {(mark.kind, mark.row): mark for mark in Mark.objects.filter(where, user=user)}
    told = 0
    for item in items:
        mark = marks.get((item.kind, item.pk))
        if mark is None:
            continue
        item.mark = "accepted" if mark.read == item.read and item.may_accept else "changed"
        if item.mark == "changed" and tell and not item.is_line and told < _MOST_TOLD:
            item.since = told_since(item.subject, mark.at)
            told += 1


def _open(areas: Sequence[Area], wanted: str, start: int) -> None:
    if sum(area.count for area in areas) <= _MOST_OPEN:
        chosen = list(areas)
    else:
        chosen = [area for area in areas if area.slug == wanted]
        chosen = chosen or [area for area in areas if area.accepted < area.count][:1] or list(areas[:1])
    for area in chosen:
        area.is_open = True
        if area.slug == wanted and 0 <= start < area.count:
            area.start = start // _MOST_OPEN * _MOST_OPEN
        elif area.slug != wanted and (left := [item for item in area.items if not item.is_accepted]):
            area.start = area.start_of(left[0])


def _companions(items: Sequence[Item], user: Any) -> tuple[list[Companion], int]:
    """What the accepted rows name that is not public yet and not accepted itself, with what hangs on it."""
    accepted = {(item.kind, item.pk) for item in items if item.is_accepted}
    rows = [item.subject for item in items if item.is_accepted and not item.is_line]
    waits: Counter[tuple[Any, bool]] = Counter()
    needs: list[set[Any]] = []
    for row in rows:
        named = [(name, getattr(row, name)) for name in _NAMED.get(type(row), ())]
        missing = {
            (owner, name != "via")
            for name, owner in named
            if owner is not None
            and owner.state != State.PUBLISHED
            and (str(owner._meta.model_name), owner.pk) not in accepted
        }
        waits.update(missing)
        needs.append({owner for owner, wholly in missing if wholly})
    owners = sorted(
        dict.fromkeys(owner for owner, _ in waits), key=lambda owner: (type(owner) is not Company, owner.name)
    )
    read: dict[Any, str] = {}
    for model in {type(owner) for owner in owners}:
        found = [owner for owner in owners if type(owner) is model]
        versions = fingerprints(found)
        read |= {owner: versions[owner.pk] for owner in found}
    companions = [_companion(owner, read[owner], waits, user) for owner in owners]
    chosen = {companion.row for companion in companions if companion.is_chosen}
    return companions, sum(bool(need - chosen) for need in needs)


_NAMED: dict[Any, tuple[str, ...]] = {
    Usage: ("company", "technology", "via"),
    Migration: ("company", "from_technology", "to_technology"),
}


def _companion(owner: Any, read: str, waits: Counter, user: Any) -> Companion:
    kind = str(owner._meta.model_name)
    whole, part = waits[owner, True], waits[owner, False]
    why = []
    if whole:
        why.append(f"Without it {whole} of what you accepted {'stays' if whole == 1 else 'stay'} out of sight.")
    if part:
        why.append(f"Without it {part} {'is' if part == 1 else 'are'} shown without being run through it.")
    if not owner.summary:
        why.append("It has no summary yet.")
    may_publish = may(user, PUBLISH, type(owner)) and not kept_from([owner], user)
    return Companion(
        owner,
        f"{kind}.{owner.pk}.{read}",
        reverse(f"admin:stacks_{kind}_change", args=[owner.pk]),
        owner.get_state_display().lower(),
        " ".join(why),
        bool(owner.summary) and may_publish and owner.state != State.RETRACTED,
        may_publish,
    )


@dataclass(frozen=True, slots=True)
class Queued:
    """One subject in which something waits for review."""

    name: str
    url: str
    proposals: int
    changes: int


def load_queue() -> list[Queued]:
    """All subjects, those with most first. Eight queries."""
    counts: defaultdict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
    for kind, model, owner in (
        ("company", Usage, "company"), ("company", Migration, "company"), ("company", Company, "pk"),
        ("technology", Technology, "pk"),
    ):  # fmt: skip
        proposed = model.objects.filter(state=State.PROPOSED).order_by().values_list(owner)
        for pk, number in proposed.annotate(number=Count("pk")):
            counts[kind, pk][0] += number
    rest = 0
    waiting = ImportLine.objects.waiting().order_by()
    for company, number in waiting.exclude(company=None).values_list("company").annotate(number=Count("pk")):
        counts["company", company][1] += number
    for technology, number in waiting.filter(company=None).values_list("technology").annotate(number=Count("pk")):
        if technology:
            counts["technology", technology][1] += number
        else:
            rest += number
    names = {
        **{("company", pk): name for pk, name in _names(Company, counts, "company")},
        **{("technology", pk): name for pk, name in _names(Technology, counts, "technology")},
    }
    queue = [
        Queued(names[key], reverse(f"admin:stacks_{key[0]}_review", args=[key[1]]), *both)
        for key, both in counts.items()
        if key in names
    ]
    queue.sort(key=lambda each: (-each.proposals - each.changes, each.name))
    if rest:
        queue.append(Queued(_REST, reverse("admin:stacks_vocabulary_review"), 0, rest))
    return queue


def _names(model: Any, counts: Any, kind: str) -> Any:
    pks = [pk for each, pk in counts if each == kind]
    return model.objects.filter(pk__in=pks).order_by().values_list("pk", "name")
