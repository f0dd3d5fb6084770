"""What is read once for all visitors and kept for a day, with the stamp of all it was made from.

Each thing has one name: what is newer takes the place of what was older, so the names bound what a cache holds. What
bears another stamp than the one asked for is as good as not there.
"""

from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from django.core.cache import cache
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
_Value = TypeVar("_Value")


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


def once(request: HttpRequest, name: str, read: Callable[[], _Value]) -> _Value:
    """What is kept under `name` of the catalogue as it is now, else what `read` gives, which is then kept."""
    revision = revision_of(request)
    return _once(revision, name, revision.of_catalogue, read)


def while_alike(
    request: HttpRequest, name: str, of: Technology | Category, read: Callable[[], _Value], *, beside: str = ""
) -> _Value:
    """What `read` gives of the public usages of a technology or in a category, kept until one of them comes, goes or
    changes, or `beside` does; of the names that they refer to it may tell nothing.

    Where it is kept one query, of what the feed has told since, if anything; and two more where usages went.
    """
    return _while_untold(request, name, beside, lambda told: _tells_nothing_of(of, told), read)


def while_moves_stand(request: HttpRequest, name: str, read: Callable[[], _Value]) -> _Value:
    """What `read` gives of all public migrations, kept until one of them comes, goes or changes, or something that they
    name is called otherwise. One query where it is kept, if anything was told."""
    return _while_untold(request, name, "", _tells_nothing_of_moves, read)


def _while_untold(
    request: HttpRequest, name: str, beside: str, holds: Callable[[list[_Told]], bool], read: Callable[[], _Value]
) -> _Value:
    revision, stamps = revision_of(request), {name: beside}
    kept: _Read | None = kept_under(revision, stamps).get(name)
    told = kept and _told_since(kept, revision)
    if kept is None or told is None or not holds(told):
        kept = _Read(*_newest(revision), read())
        keep(revision, stamps, {name: kept})
    elif revision.revision - kept.seq > _COUNTED_ON // 2:
        keep(revision, stamps, {name: _Read(*_newest(revision), kept.value)})
    return kept.value


def _told_since(kept: _Read, revision: Revision) -> list[_Told] | None:
    """None where the feed tells too much, or is another's."""
    if (kept.seq, kept.at) == _newest(revision):
        return []
    if not 0 <= revision.revision - kept.seq <= _COUNTED_ON:
        return None
    lines = Change.objects.filter(seq__gte=kept.seq, seq__lte=revision.revision).order_by("seq")
    told = list(lines.values_list("seq", "at", "kind", "verb", "object", "payload"))
    return [_Told(*line[2:]) for line in told[1:]] if told and told[0][:2] == (kept.seq, kept.at) else None


def _tells_nothing_of(of: Technology | Category, told: list[_Told]) -> bool:
    """Of no usage there; nor of renames, after which places are called otherwise."""
    kind, went = KINDS[type(of)], []
    for line in told:
        if line.kind == kind and line.verb == Verb.REDIRECTED:
            return False
        if line.kind == "usage" and (line.payload.get(kind) == of.slug or kind in line.payload.get("fields", ())):
            return False
        if line.kind == "usage" and line.verb == Verb.REMOVED:
            went.append(line.object)
    # where it was, which the feed does not tell any more, is in its history; it may have moved on since, unseen
    there = {"uid__in": went, kind: of.pk}
    return not went or not (Usage.objects.filter(**there).exists() or Usage.history.filter(**there).exists())


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
