"""From segments to lines: which names are used, for what, in which stage, and how sure that is.

The order of the decisions: all names -> borders and longest -> letter case and class -> links -> place -> the company's
own name -> figures -> contacts -> negation -> stage -> migrations -> managed services -> category -> one line for each.
What is rejected is kept, told as "mentioned" or "skip", so that a curator can take it back.
"""

import re
from dataclasses import replace

from stacks.folding import alias_key

from . import headings, own_moves, reasons, services, stories, tables
from .categories import is_kin
from .changes import CHANGES, CHANGES_ELSEWHERE, CHANGING
from .cues import TUTORIAL
from .figures import read_figures
from .findings import TICKED_FROM, Findings, Given, Rejected
from .judging import judge
from .lines import Line, Reading, excerpt, problems_of
from .mentions import Mention, around, is_bare, parts_of
from .names import linked_strangers, new_names, strangers_named
from .nearly import Nearly
from .neighbours import Neighbours
from .persons import without_lists_of_persons
from .places import label_of
from .references import cite
from .scanning import MOST_MENTIONS, find
from .segments import Kind, Outline, Segment
from .sentences import Move, read
from .settling import perhaps, settle
from .telling import tell
from .vocabulary import Vocabulary
from .words import HOSTS, Column, Section

_COMPANY_KEYS = ("company", "organization", "organisation")
_ADDRESS_KEYS = ("source", "canonical_url", "canonical", "url")
_ADDRESS = re.compile(r"https?://\S+$")
_DATE_KEYS = ("updated", "lastmod", "last_modified", "date")
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?(?!\d)", re.ASCII)
_WHAT_FOR = re.compile(r"\s*[^()\n:\s][^()\n:]{2,59}\s\((?P<names>[^()\n]{2,120})\)\s*$")
_PLAIN = 0.85  # an entry of its own
_REMEMBERED = 30
_MOST_STRANGERS = 40
_NEAR, _FAR = 4, 25  # lines
_NEXT = 200  # characters
_LONGEST_LIST = 300  # characters
_MOST_READ = 1_000_000  # characters that are read as sentences
_PAST = ("retired", "retiring")
_WAS = re.compile(r"\b(?:was|were|had been)\b", re.IGNORECASE)
_STEPS = ["", "planned", "under_way", "done"]
_LEFT = {"done": "retired", "under_way": "retiring", "planned": "retiring"}


def recognise(outline: Outline, vocabulary: Vocabulary, given: Given, lines: list[str], told: bool) -> Reading:
    """`told`: the text is prose, and each technology one line; else each line of the text is looked at by itself."""
    outline.segments = without_lists_of_persons(outline.segments)
    reading = Reading(problems=problems_of(outline.problems), title=outline.title)
    _read_front_matter(outline, reading)
    found, facts = judged(outline, vocabulary, replace(given, company=given.company or reading.company), lines, told)
    reading.lines = tell(found, lines) + new_names(outline, found, lines) + facts
    reading.references, reading.relative = cite(outline, found, reading.lines)
    return reading.ordered()


def judged(
    outline: Outline, vocabulary: Vocabulary, given: Given, lines: list[str], told: bool
) -> tuple[Findings, list[Line]]:
    """What the rules say of each name, and the figures."""
    tables.settle_heads(outline, vocabulary)
    found = collect(outline, vocabulary, given, told)
    for segment in outline.segments:
        if found.of(segment) and (segment.kind is not Kind.HEADING or headings.is_sentence(segment)):
            judge(segment, found)
    headings.judge(outline, found)
    tables.apply(outline, found)
    facts = read_figures(outline, found, lines)
    services.apply(outline, found)
    if told:
        found.moves += stories.find(found)
    _apply_moves(found)
    reasons.find(outline, found)
    return found, facts


def _read_front_matter(outline: Outline, reading: Reading) -> None:
    """Where and when the page itself says that it was published, and whose it is."""
    meta = {key: value for key, value, _ in outline.meta}
    reading.company = next((excerpt(meta[key]) for key in _COMPANY_KEYS if key in meta), "")
    reading.source = next((meta[key] for key in _ADDRESS_KEYS if _ADDRESS.match(meta.get(key, ""))), "")
    dates = (_DAY.match(meta.get(key, "")) for key in _DATE_KEYS)
    reading.edition = next((match[0] for match in dates if match), "")


def collect(outline: Outline, vocabulary: Vocabulary, given: Given, told: bool) -> Findings:
    """Every name with good borders, settled by its neighbours, and what the sentences say of each."""
    found = Findings(vocabulary, given, told, taught=told and _teaches(outline))
    mentions = _all_mentions(outline, found)
    mentions += _near_spellings(outline, mentions, found)
    own = _plain_key(given.company)
    for mention in sorted(mentions, key=lambda one: one.start):
        known = found.vocabulary.technologies.get(mention.slug)
        if own and (
            own in (_plain_key(mention.name), _plain_key(known.name) if known else "")
            or _is_short_for_company(mention, given.company)
        ):
            found.rejected.append(
                Rejected(mention.segment, mention.start, mention.name, mention.slug, "the company itself")
            )
            continue
        found.by_segment.setdefault(id(mention.segment), []).append(mention)
        found.mentions.append(mention)
    _read_sentences(outline, found)
    tables.find_roles(outline, found)
    return found


_AT = re.compile(r"\b(?:at|chez|bei|join(?:ed|ing)?|within)\s+$", re.IGNORECASE)


def _is_short_for_company(mention: Mention, company: str) -> bool:
    """ "At Bedrock" in a story of Bedrock Streaming."""
    first, _, more = company.partition(" ")
    return bool(more) and mention.name == first and bool(_AT.search(mention.segment.text[: mention.start][-20:]))


def _plain_key(name: str) -> str:
    """ "Let’s Encrypt" is Let's Encrypt."""
    return alias_key(name.replace("’", "'"))


def _teaches(outline: Outline) -> bool:
    """A tutorial: what it has its readers install is no stack."""
    return any(
        TUTORIAL.search(segment.text) for segment in outline.segments if segment.kind in (Kind.HEADING, Kind.PARAGRAPH)
    )


def _read_sentences(outline: Outline, found: Findings) -> None:
    left, before, named = _MOST_READ, list[Mention](), dict[str, None]()
    own = alias_key(found.given.company)
    for segment in outline.segments:
        here = found.of(segment)
        if segment.kind is Kind.BADGE:
            continue
        strangers = linked_strangers(segment, here)
        named.update(
            dict.fromkeys(one.name for one in strangers if one.name[:1].isupper() and alias_key(one.name) != own)
        )
        if not here:
            continue
        mark_entries(segment, here)
        if left <= 0:
            outline.problems.append(
                (segment.line, "The text is very long: from here on only entries and tables are read.")
            )
            break
        left -= len(segment.text)
        practices = [mention for mention in here if _is_practice(mention, found)]
        if named and CHANGING.search(segment.text):
            strangers += strangers_named(segment, list(named)[:_MOST_STRANGERS], [*here, *strangers])
        ends = [mention for mention in here if mention not in practices] + strangers
        said, moves = read(segment.text, sorted(ends, key=lambda mention: mention.start))
        if practices:  # "from a monolith to microservices in Go": they are no ends of a move
            said = read(segment.text, here)[0]
        found.said.update(said)
        before = [*before, *here][-_REMEMBERED:]
        found.moves.extend(_with_what_was(move, before, found) for move in moves)


def _is_practice(mention: Mention, found: Findings) -> bool:
    known = found.vocabulary.technologies.get(mention.slug)
    return known is not None and known.kind == "practice"


def _with_what_was(move: Move, before: list[Mention], found: Findings) -> Move:
    """ "They replaced all of that with Elixir": that is what was told before as the past."""
    if move.old:
        return move
    if not move.likely:
        old = [m for m in _left_before(move, before, found, _NEAR) if found.said[id(m)].stage == "retired"]
        return replace(move, old=tuple({m.slug: m for m in old}.values()))
    old = _left_before(move, before, found, _FAR)
    new = [n for n in move.new if any(_is_kin(m, n, found) for m in old)]
    if not new and move.next:
        old = [m for m in old if m.segment is move.new[0].segment and move.new[0].start - m.end < _NEXT]
        new = list(move.new)
    else:
        old = [m for m in old if any(_is_kin(m, n, found) for n in new)]
    return replace(move, old=tuple({m.slug: m for m in old}.values()), new=tuple(new))


def _left_before(move: Move, before: list[Mention], found: Findings, lines: int) -> list[Mention]:
    """What the sentences above the move say was left."""
    new, first = {mention.slug for mention in move.new}, move.new[0]
    return [
        m
        for m in before
        if (found.said[id(m)].stage in _PAST or (move.again and _WAS.search(found.said[id(m)].sentence)))
        and m.slug not in new
        and m.line >= move.line - lines
        and not (m.segment is first.segment and m.start > first.start)
    ]


def _is_kin(old: Mention, new: Mention, found: Findings) -> bool:
    return is_kin(found.vocabulary.category(old.slug), found.vocabulary.category(new.slug))


def _all_mentions(outline: Outline, found: Findings) -> list[Mention]:
    sure, doubtful = find(outline.segments, found.vocabulary)
    if len(sure) + len(doubtful) > MOST_MENTIONS:
        line = sure[-1].segment.line if sure else doubtful[-1].segment.line
        outline.problems.append((line, f"More than {MOST_MENTIONS:,} names: what stands below is not read."))
    neighbours = Neighbours(outline.segments, sure, found.vocabulary)
    rejected: list[Rejected] = []
    for _ in range(2):  # what the first round has settled is a neighbour in the second
        waiting, rejected = [], []
        for doubt in doubtful:
            settled = settle(doubt, neighbours)
            if isinstance(settled, Mention):
                sure.append(settled)
                neighbours.note(settled)
            else:
                waiting.append(doubt)
                name, why = settled
                rejected.append(Rejected(doubt.segment, doubt.found.start, name, doubt.found.names[0].slug, why))
        doubtful = waiting
    unsure = [perhaps(doubt, neighbours) for doubt in doubtful]
    sure += [mention for mention in unsure if mention]
    found.rejected.extend(one for one, mention in zip(rejected, unsure, strict=True) if mention is None)
    return sure


def _near_spellings(outline: Outline, mentions: list[Mention], found: Findings) -> list[Mention]:
    nearly = Nearly(found.vocabulary)
    by_segment: dict[int, list[Mention]] = {}
    for mention in mentions:
        by_segment.setdefault(id(mention.segment), []).append(mention)
    near = []
    for segment in outline.segments:
        if segment.kind not in (Kind.ITEM, Kind.CELL, Kind.TAG, Kind.ENTRY):
            continue
        here = by_segment.get(id(segment), [])
        if here and len(segment.text) <= _LONGEST_LIST and not found.told:
            near += nearly.parts(segment, here)
        elif not here and not found.vocabulary.scanner.find(segment.text[:60]) and (slip := nearly.of(segment)):
            near.append(slip)
    return near


def mark_entries(segment: Segment, mentions: list[Mention]) -> None:
    """Which names are the whole entry, or a part of it."""
    label = label_of(segment)
    parts = [(label.start, label.end)] if label.text else []
    parts += [(part.start, part.end) for part in around(parts_of(segment.text, label.body), mentions)]
    if (match := _WHAT_FOR.match(segment.text)) and all(m.start >= match.start("names") for m in mentions):
        begin = match.start("names")  # "Orchestration (Airflow / Dagster)"
        parts = [(begin + part.start, begin + part.end) for part in parts_of(match["names"])]
    names: list[Mention] = []
    bare = 0
    for start, end in parts:
        here = [m for m in mentions if start <= m.start and m.end <= end]
        if not here:
            continue
        rest, at = [], start
        for mention in here:
            rest.append(segment.text[at : mention.start])
            at = max(at, mention.end, min(mention.reach, end))
        rest.append(segment.text[at:end])
        if is_bare(" ".join(rest)):
            bare += 1
            names += here
    if segment.kind is Kind.HEADING and bare < len(parts):
        return
    if segment.kind is Kind.PARAGRAPH and bare * 2 <= len(parts):
        names = [mention for mention in names if mention.start < label.end]  # a sentence has parts, but is no list
    for mention in names:
        mention.part = True
        mention.whole = mention.whole or len(parts) == 1


def _apply_moves(found: Findings) -> None:
    """A migration sets the stage of both ends."""
    kept = []
    for move in found.moves:
        old = tuple(_engine_of(m, found) for m in move.old if m.verdict != "skip")
        new = tuple(m for m in move.new if m.verdict not in ("skip", "via") or _is_service_for(m, old, found))
        if old and not new and move.new:
            kept.append(Move(old, move.new, move.stage, move.sentence, move.line))  # run by a service from now on
        if not old or not new or (move.arrow and not _is_change(move, found)):
            continue
        if found.place(old[0].segment).section in (Section.SKIP, Section.CUSTOMERS):
            continue  # under "Related posts"
        if found.taught and move.sentence and not _is_of_own(move, found):
            continue
        if move.likely and not move.next and not any(_is_kin(o, n, found) for o in old for n in new):
            continue
        kin = [(o, n) for o in old for n in new if _is_kin(o, n, found)] if move.likely else []
        stage = "planned" if _is_planned(move, found) else move.stage
        if stage == "done" and any(m.stage in ("trial", "planned") for m in new) and move.sentence:
            stage = "planned"
        pairs = [((o,), (n,)) for o, n in kin] if len(old) > 1 and len(new) > 1 and kin else [(old, new)]
        kept += [replace(move, old=olds, new=news, stage=stage) for olds, news in pairs]
    found.moves = _at_last(kept) if found.told else kept
    found.moves = [one for move in found.moves for one in _parted(move, found)]
    standing = _standing(found)
    for move in found.moves:
        if move.sure:
            _mark_ends(move, standing)


def _parted(move: Move, found: Findings) -> list[Move]:
    """What is sure of a change, and what of it is only offered."""
    pairs = [(o, n, own_moves.is_sure(move, o, n, found)) for o in move.old for n in move.new]
    if all(sure for *_, sure in pairs):
        return [move]
    return [replace(move, old=(o,), new=(n,), sure=sure) for o, n, sure in pairs]


def _is_of_own(move: Move, found: Findings) -> bool:
    """Where others are taught, a change counts that they who write tell of themselves."""
    return any(said.first for end in (*move.old, *move.new) if (said := found.said.get(id(end))))


def _at_last(moves: list[Move]) -> list[Move]:
    """A change that is told twice has come as far as the one that tells most: "we decided to move … we have moved"."""
    furthest: dict[tuple[str, str], str] = {}
    for move in moves:
        for ends in _pairs(move):
            furthest[ends] = max(furthest.get(ends, ""), move.stage, key=_STEPS.index)
    return [replace(move, stage=max((furthest[ends] for ends in _pairs(move)), key=_STEPS.index)) for move in moves]


def _pairs(move: Move) -> list[tuple[str, str]]:
    return [(old.slug or old.name, new.slug or new.name) for old in move.old for new in move.new]


def _standing(found: Findings) -> set[str]:
    """What the text has in use apart from what it says of changes: a plan to move to it makes it no plan."""
    ends = {id(mention) for move in found.moves for mention in (*move.old, *move.new)}
    return {
        mention.slug
        for mention in found.mentions
        if mention.verdict == "used"
        and mention.part
        and mention.sure >= _PLAIN
        and mention.stage == ""
        and mention.segment.kind in (Kind.CELL, Kind.ITEM)
        and found.role(mention.segment) in (Column.TECHNOLOGY, Column.UNKNOWN)
        and id(mention) not in ends
        and not found.place(mention.segment).stage
    }


def _mark_ends(move: Move, standing: set[str]) -> None:
    for mention in move.old:
        if mention.slug and mention.verdict != "via":
            mention.stage, mention.moved = _LEFT[move.stage], True
            _raise(mention, "what was left")
    for mention in move.new:
        if mention.slug and mention.verdict != "via":
            if mention.stage != "trial" or move.stage != "planned":
                stands = move.standing or (move.loose and mention.slug in standing)
                mention.stage = "planned" if move.stage == "planned" and not stands else ""
            _raise(mention, "what was chosen instead")


def _engine_of(end: Mention, found: Findings) -> Mention:
    """What "Redis on ElastiCache (to be replaced)" leaves is Redis, whatever runs it."""
    if end.verdict != "via":
        return end
    return next((m for m in found.of(end.segment) if m.via == end.slug), end)


def _is_service_for(new: Mention, old: tuple[Mention, ...], found: Findings) -> bool:
    """ "Heroku Redis -> Upstash": of one engine each, so the services are the ends."""
    beside = found.vocabulary.beside
    return new.verdict == "via" and any(set(beside.get(new.slug, ())) & set(beside.get(o.slug, ())) for o in old)


def _is_change(move: Move, found: Findings) -> bool:
    """ "MySQL → PostgreSQL"; not "Debezium → Kafka", the way that data take."""
    old, new = ({found.vocabulary.category(m.slug) for m in ms} for ms in (move.old, move.new))
    if old & new or (old <= HOSTS and new <= HOSTS):
        return True
    segment = move.old[0].segment
    if segment.kind is Kind.HEADING:
        return True
    around = " ".join([segment.text, segment.lead, *segment.path])
    return bool(CHANGES.search(around) or CHANGES_ELSEWHERE.search(around))


def _is_planned(move: Move, found: Findings) -> bool:
    """Told under "Roadmap"."""
    segment = move.old[0].segment
    return bool(move.sentence) and not segment.ticked and found.place(segment).stage == "planned"


def _raise(mention: Mention, why: str) -> None:
    if mention.verdict != "used" or mention.sure < TICKED_FROM:
        mention.verdict, mention.sure = "used", max(mention.sure, 0.8)
        mention.why.append(why)
