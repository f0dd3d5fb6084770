"""What is read once for all visitors and kept for a day, with the stamp of all it was made from.

Each thing has one name: what is newer takes the place of what was older, so the names bound what a cache holds. What
bears another stamp than the one asked for is as good as not there.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, NamedTuple, TypeVar

from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest

from stacks.comparison.load import load_bases, load_newest_edition
from stacks.comparison.matrix import Bases
from stacks.conditional import code_version, revision_of
from stacks.documents import KINDS
from stacks.finished import Finished
from stacks.models import Category, Change, Source, Technology, Usage, Verb
from stacks.revisions import Revision
from stacks.revisions import revision as read_revision

A_DAY = 24 * 3600
_SOURCES = "sources"
_COUNTED_ON = 2_000  # lines of the feed; behind more the sources themselves are counted
_OF_BASES = 1_000  # bytes that a technology with relatives takes
_AT_HAND: Finished[Any] = Finished(8 * 2**20)
_CALLED_BY = {"name", "slug"}
_MOVED_BY = {"company", "technology", "category"}
_WHOLE = -1
_BITS = 8  # of a company's key that are left out where parts are told apart: 256 of them in each
_Value = TypeVar("_Value")
Counts = Counter[tuple[str, Any]]  # a kind, and of what it is counted how often


class _Counted(NamedTuple):
    """The sources as of a line of the feed and its moment."""

    seq: int
    at: datetime | None
    sources: int


class _Read(NamedTuple):
    """What was read at a line of the feed and its moment, or later."""

    seq: int
    at: datetime | None
    value: Any


class _Told(NamedTuple):
    """A line of the feed."""

    kind: str
    verb: str
    object: str
    payload: dict[str, Any]


class _Parts(NamedTuple):
    """What is told of what was counted, and under which marks that is kept: of each part, and of all together."""

    told: Any
    marks: dict[int, str]


def once(request: HttpRequest, name: str, read: Callable[[], _Value]) -> _Value:
    """What is kept under `name` of the catalogue as it is now, else what `read` gives, which is then kept."""
    revision = revision_of(request)
    return _once(revision, name, revision.of_catalogue, read)


def in_parts(
    request: HttpRequest,
    name: str,
    of: Technology | Category,
    read: Callable[[Q], Mapping[int, Counts]],
    tell: Callable[[Counts], _Value],
    *,
    beside: str = "",
) -> _Value:
    """What `tell` makes of what is counted of the public usages of a technology or in a category, kept until one of
    them comes, goes or changes, or `beside` does; of the names that they refer to it may tell nothing.

    `read` counts those of the usages that it is given the condition of, by the part that `part_of` gives of their
    companies. Where one came, went or changed, only those of its part are counted again.

    Where it is kept one query, of what the feed has told since, if anything. One more where that told of usages there,
    two where one went, and that of `read`.
    """
    revision, stamps = revision_of(request), {name: beside}
    kept: _Read | None = kept_under(revision, stamps).get(name)
    told = kept and _told_since(kept, revision)
    moved = None if told is None else _find_parts(of, told)
    if kept is not None and moved == set():
        _follow(revision, stamps, name, kept)
        return kept.value.told
    value = _count_again(revision, name, kept.value, moved, read, tell) if kept is not None and moved else None
    if value is None:
        parts = read(Q())
        whole = added_up(parts.values())
        value = _keep_parts(revision, name, tell(whole), {}, {**parts, _WHOLE: whole})
    keep(revision, stamps, {name: _Read(*_newest(revision), value)})
    return value.told


def part_of(company: int) -> int:
    """Companies are put into parts by their keys."""
    return company >> _BITS


def added_up(parts: Iterable[Counts]) -> Counts:
    whole: Counts = Counter()
    for counts in parts:
        whole.update(counts)
    return whole


def by_kind(counts: Counts) -> defaultdict[str, Counter[Any]]:
    found: defaultdict[str, Counter[Any]] = defaultdict(Counter)
    for (kind, what), n in counts.items():
        found[kind][what] = n
    return found


def _count_again(
    revision: Revision,
    name: str,
    kept: _Parts,
    moved: set[int],
    read: Callable[[Q], Mapping[int, Counts]],
    tell: Callable[[Counts], Any],
) -> _Parts | None:
    """None where not all that is to be counted on is kept any more."""
    asked = {f"{name}:{part}": kept.marks[part] for part in (*moved, _WHOLE) if part in kept.marks}
    found = kept_under(revision, asked)
    if len(found) < len(asked):
        return None
    within = Q()
    for part in sorted(moved):
        within |= Q(company__gte=part << _BITS, company__lt=(part + 1) << _BITS)
    now = read(within)
    whole = found.pop(f"{name}:{_WHOLE}")
    for before in found.values():
        whole.subtract(before)
    for counts in now.values():
        whole.update(counts)
    whole = +whole
    others = {part: mark for part, mark in kept.marks.items() if part not in moved}
    return _keep_parts(revision, name, tell(whole), others, {**now, _WHOLE: whole})


def _keep_parts(
    revision: Revision, name: str, told: Any, others: Mapping[int, str], made: Mapping[int, Counts]
) -> _Parts:
    """Each under a mark of its own, so that nothing is counted on that another process has counted meanwhile."""
    marks = {part: token_hex(8) for part in made}
    keep(
        revision,
        {f"{name}:{part}": mark for part, mark in marks.items()},
        {f"{name}:{part}": counts for part, counts in made.items()},
    )
    return _Parts(told, {**others, **marks})


def while_moves_stand(request: HttpRequest, name: str, read: Callable[[], _Value]) -> _Value:
    """What `read` gives of all public migrations, kept until one of them comes, goes or changes, or something that they
    name is called otherwise. One query where it is kept, if anything was told."""
    revision, stamps = revision_of(request), {name: ""}
    kept: _Read | None = kept_under(revision, stamps).get(name)
    told = kept and _told_since(kept, revision)
    if kept is None or told is None or not _tells_nothing_of_moves(told):
        kept = _Read(*_newest(revision), read())
        keep(revision, stamps, {name: kept})
    else:
        _follow(revision, stamps, name, kept)
    return kept.value


def _follow(revision: Revision, stamps: Mapping[str, str], name: str, kept: _Read) -> None:
    """Keep what still holds as of now, before the feed tells too much since."""
    if revision.revision - kept.seq > _COUNTED_ON // 2:
        keep(revision, stamps, {name: _Read(*_newest(revision), kept.value)})


def _told_since(kept: _Read, revision: Revision) -> list[_Told] | None:
    """None where the feed tells too much, or is another's."""
    if (kept.seq, kept.at) == _newest(revision):
        return []
    if not 0 <= revision.revision - kept.seq <= _COUNTED_ON:
        return None
    lines = Change.objects.filter(seq__gte=kept.seq, seq__lte=revision.revision).order_by("seq")
    told = list(lines.values_list("seq", "at", "kind", "verb", "object", "payload"))
    return [_Told(*line[2:]) for line in told[1:]] if told and told[0][:2] == (kept.seq, kept.at) else None


def _find_parts(of: Technology | Category, told: list[_Told]) -> set[int] | None:
    """Those of the companies of whose usages there something is told; None after a rename, after which places are
    called otherwise."""
    kind, changed, went = KINDS[type(of)], set(), set()
    for line in told:
        if line.kind == kind and line.verb == Verb.REDIRECTED:
            return None
        if line.kind == "usage" and line.verb == Verb.REMOVED:
            went.add(line.object)
        elif line.kind == "usage":
            fields = line.payload.get("fields", ())
            if line.payload.get(kind) == of.slug or kind in fields:
                changed.add(line.object)
            if not _MOVED_BY.isdisjoint(fields):
                went.add(line.object)
    # where one was, which the feed does not tell any more, is in its history; it may have moved on since, unseen
    companies = set(_companies(Usage.objects.filter(uid__in=changed))) if changed else set()
    if went:
        there = {"uid__in": went, kind: of.pk}
        companies |= {*_companies(Usage.objects.filter(**there)), *_companies(Usage.history.filter(**there))}
    return {part_of(company) for company in companies}


def _companies(usages: Any) -> Iterable[int]:
    return usages.order_by().values_list("company", flat=True)


def _tells_nothing_of_moves(told: list[_Told]) -> bool:
    return not any(
        line.kind in ("migration", "technology", "category")
        or line.verb == Verb.REDIRECTED
        or (line.kind == "company" and not _CALLED_BY.isdisjoint(line.payload.get("fields", ())))
        for line in told
    )


def load_kept_bases(request: HttpRequest) -> Bases:
    """What is a managed form or fork of what; read anew when the vocabulary moves."""
    revision = revision_of(request)
    return _at_hand(revision, "bases", revision.of_vocabulary, load_bases, lambda bases: _OF_BASES * len(bases))


def load_kept_newest_edition(request: HttpRequest) -> str:
    """The newest edition of the catalogue, against which is measured what is old."""
    revision = revision_of(request)
    return _at_hand(revision, "newest-edition", revision.of_catalogue, load_newest_edition, len)


def load_kept_source_count(request: HttpRequest) -> int:
    """How many sources something public cites: counted once, and from then on by what the feed tells of them."""
    revision, stamps = revision_of(request), {_SOURCES: ""}
    kept: _Counted | None = kept_under(revision, stamps).get(_SOURCES)
    counted = kept and _count_on(kept, revision)
    if counted is None:
        counted = _Counted(*_newest(revision), Source.objects.published().count())
        if read_revision() != revision:  # of which of the two it is, nobody knows
            return counted.sources
    if counted != kept:
        keep(revision, stamps, {_SOURCES: counted})
    return counted.sources


def _count_on(kept: _Counted, revision: Revision) -> _Counted | None:
    """None where it cannot be told from the feed, or not quickly."""
    lines = Change.objects.filter(seq__gte=kept.seq, seq__lte=revision.revision).order_by("seq")
    told = list(lines.values_list("seq", "at", "kind", "verb")[:_COUNTED_ON])
    since = [verb for _, _, kind, verb in told[1:] if kind == "source"]
    if not told or told[0][:2] != kept[:2] or told[-1][0] != revision.revision or Verb.REDIRECTED in since:
        return None
    return _Counted(*told[-1][:2], kept.sources + since.count(Verb.ADDED) - since.count(Verb.REMOVED))


def _newest(revision: Revision) -> tuple[int, datetime | None]:
    """The newest line of the feed and its moment, which SQLite tells without its time zone."""
    at = datetime.fromisoformat(revision.moved_at) if revision.moved_at else None
    return revision.revision, at and (at if at.tzinfo else at.replace(tzinfo=UTC))


def kept_under(revision: Revision, stamps: Mapping[str, str]) -> dict[str, Any]:
    """What is kept of these names with just these stamps."""
    keys = {_key(revision, name): name for name in stamps}
    found = cache.get_many(keys)
    return {name: found[key][1] for key, name in keys.items() if key in found and found[key][0] == stamps[name]}


def keep(revision: Revision, stamps: Mapping[str, str], made: Mapping[str, Any]) -> None:
    cache.set_many({_key(revision, name): (stamps[name], value) for name, value in made.items()}, A_DAY)


def _once(revision: Revision, name: str, stamp: str, read: Callable[[], _Value]) -> _Value:
    stamps = {name: stamp}
    kept = kept_under(revision, stamps)
    if name not in kept:
        kept = {name: read()}
        keep(revision, stamps, kept)
    return kept[name]


def _at_hand(
    revision: Revision, name: str, stamp: str, read: Callable[[], _Value], size: Callable[[_Value], int]
) -> _Value:
    """As `_once`, of what many pages need and none changes: this process has it at hand."""
    names: dict[Hashable, Hashable] = {(revision.identity, name): stamp}
    found = _AT_HAND.get(names.items())
    if not found:
        value = _once(revision, name, stamp, read)
        _AT_HAND.put(names, dict.fromkeys(names, (value, size(value))))
        return value
    return next(iter(found.values()))


def _key(revision: Revision, name: str) -> str:
    """Two catalogues may share a cache, and so may two releases, neither of which can read what the other wrote."""
    return f"{code_version()}:{revision.identity}:{name}"
