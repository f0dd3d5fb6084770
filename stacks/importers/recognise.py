"""From segments to lines: which names are used, for what, in which stage, and how sure that is.

Each step leaves its reason. What is rejected is kept, told as "mentioned" or "skip", so that a curator can take it back.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from stacks.folding import alias_key

from . import categories, services, tables
from .lines import Line, Reading, excerpt, problems_of
from .mentions import Mention, Neighbours, find, is_bare, link_at, nearly, parts_of, settle, stands_alone
from .names import new_names
from .places import Label, Place, cleaned, label_of, place_of
from .segments import Kind, Outline, Segment
from .sentences import Move, Said, read
from .vocabulary import Vocabulary
from .words import FACT_LABELS, LISTED, SCALE, Column, Section

TICKED_FROM = 0.6
OFFERED_FROM = 0.4
_TERSE = 12  # words: a longer text is read as sentences
_MOST_MENTIONS = 20_000
_LONGEST_QUOTE = 25
_WEAK_KINDS = ("practice", "protocol")


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a text before it is read."""

    company: str = ""
    technology: str = ""
    path: str = ""


@dataclass(slots=True)
class _Rejected:
    segment: Segment
    start: int
    name: str
    slug: str
    why: str


@dataclass(slots=True)
class Findings:
    """All that was found in a text, before it is told line by line."""

    vocabulary: Vocabulary
    given: Given
    mentions: list[Mention] = field(default_factory=list)
    rejected: list[_Rejected] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    facts: list[Line] = field(default_factory=list)
    by_segment: dict[int, list[Mention]] = field(default_factory=dict)
    said: dict[int, Said] = field(default_factory=dict)
    roles: dict[int, list[Column]] = field(default_factory=dict)
    places: dict[tuple[str, ...], Place] = field(default_factory=dict)

    def of(self, segment: Segment) -> list[Mention]:
        return self.by_segment.get(id(segment), [])

    def role(self, segment: Segment) -> Column:
        if segment.row is None or segment.row.table is None:
            return Column.UNKNOWN
        roles = self.roles.get(id(segment.row.table), [])
        return roles[segment.column] if 0 <= segment.column < len(roles) else Column.UNKNOWN

    def place(self, segment: Segment) -> Place:
        return place_of(segment.path, self.places)


def recognise(outline: Outline, vocabulary: Vocabulary, given: Given, lines: list[str], by_line: bool) -> Reading:
    """`by_line`: one entry for each line and technology (tables and lists); else one for each technology (prose)."""
    found = collect(outline, vocabulary, given)
    for segment in outline.segments:
        if found.of(segment) and segment.kind is not Kind.HEADING:
            _judge(segment, found)
    _judge_headings(outline, found)
    tables.apply(outline, found)
    for segment in outline.segments:
        _read_facts(segment, found)
    services.apply(outline, found)
    _apply_moves(found)
    categories.apply(found.mentions, vocabulary)
    reading = Reading(problems=problems_of(outline.problems))
    reading.lines = _tell(found, lines, by_line) + new_names(outline, found, lines) + found.facts
    return reading.ordered()


def collect(outline: Outline, vocabulary: Vocabulary, given: Given) -> Findings:
    """Every name with good borders, settled by its neighbours, and what the sentences say of each."""
    found = Findings(vocabulary, given)
    sure, doubtful = find(outline.segments, vocabulary)
    neighbours = Neighbours(outline.segments, sure, vocabulary)
    for _ in range(2):  # what the first round has settled is a neighbour in the second
        waiting = []
        for doubt in doubtful:
            settled = settle(doubt, neighbours)
            if isinstance(settled, Mention):
                sure.append(settled)
                neighbours.note(settled)
            else:
                waiting.append((doubt, settled))
        doubtful = [doubt for doubt, _ in waiting]
    own = alias_key(given.company)
    for doubt, (name, why) in waiting:
        found.rejected.append(_Rejected(doubt.segment, doubt.found.start, name, doubt.found.names[0].slug, why))
    keys = [key for key in vocabulary.keys if len(key) >= 6]
    with_names = {id(mention.segment) for mention in sure}
    for segment in outline.segments:
        if id(segment) not in with_names and segment.kind in (Kind.ITEM, Kind.CELL, Kind.TAG) and len(segment.text) < 60:
            close = nearly(segment, vocabulary, keys)
            if close:
                sure.append(close)
    sure = sure[:_MOST_MENTIONS]
    for mention in sorted(sure, key=lambda one: one.start):
        if own and alias_key(mention.name) == own:
            found.rejected.append(_Rejected(mention.segment, mention.start, mention.name, mention.slug, "the company itself"))
            continue
        found.by_segment.setdefault(id(mention.segment), []).append(mention)
        found.mentions.append(mention)
    for segment in outline.segments:
        here = found.of(segment)
        if here and segment.kind is not Kind.BADGE:
            _alone(segment, here)
            said, moves = read(segment.text, here)
            found.said.update(said)
            found.moves.extend(moves)
    tables.find_roles(outline, found)
    return found


def _alone(segment: Segment, mentions: list[Mention]) -> None:
    """Which names are the entry, or a part of it."""
    label = label_of(segment)
    inside = [(label.start, label.end)] if label.text else []
    for begin in (label.body,) if label.body else (0,):
        inside += [(part.start, part.end) for part in parts_of(segment.text, begin)]
    for start, end in inside:
        here = [m for m in mentions if start <= m.start and m.end <= end]
        if not here:
            continue
        rest, at = [], start
        for mention in here:
            rest.append(segment.text[at : mention.start])
            at = max(at, mention.end, min(mention.reach, end))
        rest.append(segment.text[at:end])
        if is_bare(" ".join(rest)):
            for mention in here:
                mention.part = True
                mention.whole = mention.whole or (len(inside) == 1)


# judging


def _judge(segment: Segment, found: Findings) -> None:
    place, role, label = found.place(segment), found.role(segment), label_of(segment)
    mentions = found.of(segment)
    body = _text_around(segment.text, mentions)
    terse = segment.kind in (Kind.TAG, Kind.BADGE, Kind.ENTRY) or (len(body.split()) <= _TERSE and not re.search(r"[.!?]\s+[A-Z]", segment.text))
    labelled = any(label.text and m.start < label.end and m.part for m in mentions)
    for mention in mentions:
        said = found.said.get(id(mention), Said())
        context = _Context(segment, place, role, label, terse, labelled, said, len(mentions))
        for rule in _RULES:
            if rule(mention, context, found):
                break
        _set_stage(mention, context, found)
        mention.purpose = _purpose(mention, context, found)
        if mention.caution != "free" and mention.how != "near" and mention.sure and not mention.linked:
            mention.sure = round(mention.sure - 0.05, 2)
        if mention.how == "near" and mention.verdict == "used":
            mention.sure = min(mention.sure, 0.7)


def _text_around(text: str, mentions: list[Mention]) -> str:
    out, at = [], 0
    for mention in mentions:
        out.append(text[at : mention.start])
        at = max(at, mention.end)
    return " ".join([*out, text[at:]])


@dataclass(frozen=True, slots=True)
class _Context:
    segment: Segment
    place: Place
    role: Column
    label: Label
    terse: bool
    labelled: bool
    said: Said
    many: int


def _decide(mention: Mention, verdict: str, sure: float, why: str) -> bool:
    mention.verdict, mention.sure = verdict, sure
    mention.why.append(why)
    return True


def _in_place(mention: Mention, context: _Context, found: Findings) -> bool:
    section = context.place.section
    if section is Section.SKIP and not (context.segment.kind in (Kind.TAG, Kind.BADGE)):
        return _decide(mention, "mentioned", 0.2, f"stands under “{_last(context.segment.path)}”")
    if section is Section.ALTERNATIVES and not context.place.stage:
        return _decide(mention, "mentioned", 0.2, f"stands under “{_last(context.segment.path)}”")
    if section is Section.CUSTOMERS:
        return _decide(mention, "mentioned", 0.2, f"stands under “{_last(context.segment.path)}”")
    return False


def _in_column(mention: Mention, context: _Context, found: Findings) -> bool:
    role = context.role
    if role is Column.UNKNOWN:
        return False
    if role in (Column.TECHNOLOGY, Column.OLD, Column.NEW):
        return _in_technology_column(mention, context)
    if role is Column.VIA:
        return _decide(mention, "used", 0.85, "named as what it runs on")
    if role is Column.PURPOSE:
        return _decide(mention, "purpose", 0.3, "stands in the column that says what it is for")
    if role is Column.REMARKS:
        return False
    return _decide(mention, "mentioned", 0.2, f"stands in the column “{_head(context.segment)}”")


def _in_technology_column(mention: Mention, context: _Context) -> bool:
    said = context.said
    if said.negated and not (mention.part and context.terse):
        return _decide(mention, "mentioned", 0.25, f"named, not used: “{said.cue}”")
    if said.counted and not mention.part and SCALE.search(context.segment.text):
        return _decide(mention, "mentioned", 0.3, "a figure")
    sure = 0.95 if mention.whole or mention.part else 0.85 if context.terse else 0.7
    column = _head(context.segment)
    return _decide(mention, "used", sure, f"{'an entry' if mention.part else 'named'} under “{column}”" if column else "an entry of the table")


def _by_sentence(mention: Mention, context: _Context, found: Findings) -> bool:
    said = context.said
    if said.contact and not mention.part:
        return _decide(mention, "skip", 0.1, "a contact, not a technology in use")
    if said.negated:
        return _decide(mention, "mentioned", 0.25, f"named, not used: “{said.cue}”")
    if said.counted and not said.used and SCALE.search(said.sentence) and not mention.part:
        return _decide(mention, "mentioned", 0.3, "a figure")
    return False


def _as_entry(mention: Mention, context: _Context, found: Findings) -> bool:
    segment, label = context.segment, context.label
    if segment.kind is Kind.BADGE:
        return _decide(mention, "used", 0.8 if mention.linked else 0.5, "a badge")
    if segment.kind in (Kind.TAG, Kind.ENTRY):
        return _decide(mention, "used", 0.85, "an entry of its own")
    if context.labelled and label.text and mention.start >= label.end and not mention.part:
        return False  # "TypeScript: builds on JavaScript": the rest speaks of the label
    stacklike = context.place.section in (Section.STACK, Section.LIBRARIES) or bool(context.place.stage)
    if mention.part and (context.terse or mention.start < label.end):
        if context.labelled and label.text and mention.start >= label.end:
            return _decide(mention, "used", 0.8, f"listed under “{label.text}”")
        if segment.kind is Kind.PARAGRAPH and not mention.start < label.end and not (label.text or context.many > 1 or mention.linked):
            return _decide(mention, "offered", 0.45, "a line of its own")
        return _decide(mention, "used", 0.95 if stacklike else 0.85, "an entry of its own" + (f" under “{context.place.purpose}”" if context.place.purpose else ""))
    if context.terse and segment.kind in (Kind.ITEM, Kind.CELL) and (stacklike or label.text or context.many > 1 or context.said.used):
        return _decide(mention, "used", 0.75, "named in a short entry")
    return False


def _by_use(mention: Mention, context: _Context, found: Findings) -> bool:
    said = context.said
    if said.generic:
        return _decide(mention, "mentioned", 0.3, "said of others, not of the company")
    if said.defined:
        return _decide(mention, "mentioned", 0.35, "named in the description of another")
    if said.used or said.stage:
        return _decide(mention, "used", 0.85 if said.ours else 0.75, "named with a verb of use")
    return False


def _unclear(mention: Mention, context: _Context, found: Findings) -> bool:
    known = found.vocabulary.technologies.get(mention.slug)
    weak = known is not None and known.kind in _WEAK_KINDS
    if context.role is Column.REMARKS:
        return _decide(mention, "offered" if not weak else "mentioned", 0.45, "named in the remarks")
    if mention.linked:
        return _decide(mention, "used", 0.62, "named with a link to its own site")
    return _decide(mention, "mentioned" if weak else "offered", 0.45, "named, unclear whether it is used")


_RULES = (_in_place, _in_column, _by_sentence, _as_entry, _by_use, _unclear)


def _last(path: tuple[str, ...]) -> str:
    return next((cleaned(title) for title in reversed(path) if title), "")


def _head(segment: Segment) -> str:
    table = segment.row.table if segment.row else None
    return table.head[segment.column] if table and 0 <= segment.column < len(table.head) else ""


def _set_stage(mention: Mention, context: _Context, found: Findings) -> None:
    segment, said = context.segment, context.said
    if any(span.start < mention.end and mention.start < span.end for span in segment.struck):
        mention.stage = "retired"
        mention.why.append("struck through")
    elif said.stage:
        mention.stage = said.stage
        mention.why.append(f"{said.stage}: “{said.cue.strip()}”")
    elif segment.unticked:
        mention.stage = "planned"
        mention.why.append("its box is not ticked")
    elif context.place.stage and context.role is Column.UNKNOWN:
        mention.stage = context.place.stage
        mention.why.append(f"{context.place.stage}: under “{context.place.title}”")


def _purpose(mention: Mention, context: _Context, found: Findings) -> str:
    label = context.label
    if label.text and mention.start >= label.end and not context.labelled:
        return label.text
    row_purpose = tables.purpose_of(context.segment, found)
    return row_purpose or ("" if context.segment.kind is Kind.TAG else context.place.purpose)


def _judge_headings(outline: Outline, found: Findings) -> None:
    """A heading that is a name says: what follows is about it. Used where the text under it does not say otherwise."""
    title = True
    for number, segment in enumerate(outline.segments):
        if segment.kind is not Kind.HEADING:
            continue
        mentions = found.of(segment)
        place = found.place(segment)
        following = outline.segments[number + 1 : number + 4]
        under = next((s for s in following if s.kind in (Kind.PARAGRAPH, Kind.ITEM)), None)
        for mention in mentions:
            mention.stage = place.stage
            if not mention.part or title or place.section in (Section.SKIP, Section.ALTERNATIVES, Section.CUSTOMERS) or under is None:
                _decide(mention, "mentioned", 0.3, "in a heading")
            elif any(m.slug == mention.slug and m.verdict == "used" for s in following for m in found.of(s)):
                _decide(mention, "used", 0.7, "a heading of its own, and used in the text below")
            else:
                _decide(mention, "used", 0.62, "a heading of its own")
        title = False


def _read_facts(segment: Segment, found: Findings) -> None:
    """ "Traffic | 400K rps": a figure of scale, told as a fact."""
    if segment.row is None or found.role(segment) not in (Column.TECHNOLOGY, Column.UNKNOWN, Column.REMARKS):
        return
    purpose = tables.purpose_of(segment, found)
    if not FACT_LABELS.search(purpose) or not re.search(r"\d", segment.text):
        return
    for mention in found.of(segment):
        if not mention.linked:
            mention.verdict, mention.sure = "mentioned", 0.3
            mention.why.append("a figure of scale, not a choice")
    found.facts.append(
        Line(segment.line, excerpt(segment.text), kind="fact", name=purpose, remarks=excerpt(segment.text), stage=None, sure=0.7, why=f"a figure under “{purpose}”")
    )


def _apply_moves(found: Findings) -> None:
    """A migration sets the stage of both ends."""
    kept = []
    for move in found.moves:
        ends = [*move.old, *move.new]
        if any(m.verdict in ("skip", "") for m in ends):
            continue
        kept.append(move)
        for mention in move.old:
            if mention.slug:
                mention.stage = {"done": "retired", "under_way": "retiring", "planned": "retiring"}[move.stage]
                _raise(mention, "what was left")
        for mention in move.new:
            if mention.slug:
                if move.stage == "planned":
                    mention.stage = "planned"
                elif mention.stage in ("retired", "retiring", "planned"):
                    mention.stage = ""
                _raise(mention, "what was chosen instead")
    found.moves = kept


def _raise(mention: Mention, why: str) -> None:
    if mention.verdict != "used" or mention.sure < TICKED_FROM:
        mention.verdict, mention.sure = "used", max(mention.sure, 0.8)
        mention.why.append(why)


# telling


def _tell(found: Findings, lines: list[str], by_line: bool) -> list[Line]:
    groups: dict[tuple[int, str], list[Mention]] = defaultdict(list)
    for mention in found.mentions:
        if mention.verdict in ("used", "offered", "mentioned"):
            groups[mention.line if by_line else 0, mention.slug].append(mention)
    told = [_line(_best(group, by_line), found, lines) for group in groups.values()]
    sources = _move_lines(found, lines)
    rejected = [
        Line(one.segment.line_at(one.start), _raw(lines, one.segment.line_at(one.start)), kind="skip", name=one.name, technology=one.slug, stage=None, sure=0.1, why=one.why)
        for one in found.rejected
    ]
    return told + sources + rejected


def _best(group: list[Mention], by_line: bool) -> Mention:
    """The mention that says most; what the text says at its end of a technology's stage outweighs a bare name."""

    def weight(mention: Mention) -> tuple:
        return (mention.verdict == "used", mention.sure >= TICKED_FROM, bool(mention.via or mention.via_name), mention.sure, -mention.line)

    best = max(group, key=weight)
    if not by_line and not best.via:
        best.via = next((m.via for m in group if m.via and m.verdict == "used"), "")
    return best


def _line(mention: Mention, found: Findings, lines: list[str]) -> Line:
    kind = "usage" if mention.verdict in ("used", "offered") else "mentioned"
    ticked = mention.verdict == "used" and mention.sure >= TICKED_FROM
    said = found.said.get(id(mention))
    engine = found.vocabulary.engine(mention.slug) if not mention.via else ""
    line = Line(
        mention.line,
        _raw(lines, mention.line),
        kind=kind,
        name=mention.name,
        technology=engine or mention.slug,
        category=mention_category(mention, found, engine),
        purpose=mention.purpose[:200],
        remarks=mention.remarks,
        stage=mention.stage or "in_use",
        via=(mention.slug if engine else mention.via) or None,
        via_name=mention.via_name,
        technology_version=mention.version.removeprefix("v"),
        locator=_last(mention.segment.path),
        quote=_quote(said.sentence) if said and mention.segment.kind is Kind.PARAGRAPH else "",
        how=mention.how,
        sure=mention.sure,
        ticked=ticked,
        why="; ".join(dict.fromkeys(mention.why)),
    )
    if kind == "mentioned":
        line.stage = None
    return line


def mention_category(mention: Mention, found: Findings, engine: str) -> str | None:
    return (found.vocabulary.category(engine) if engine else categories.chosen(mention, found.vocabulary)) or None


def _quote(sentence: str) -> str:
    words = sentence.split()
    return " ".join(words[:_LONGEST_QUOTE]) if len(words) > 2 else ""


def _raw(lines: list[str], number: int) -> str:
    return excerpt(lines[number - 1]) if 0 < number <= len(lines) else ""


def _move_lines(found: Findings, lines: list[str]) -> list[Line]:
    told, seen = [], set()
    for move in found.moves:
        for old in move.old:
            for new in move.new:
                key = (old.slug or old.name, new.slug or new.name)
                if key in seen or key[0] == key[1]:
                    continue
                seen.add(key)
                told.append(
                    Line(
                        move.line, _raw(lines, move.line), kind="migration", name=f"{old.name} → {new.name}", technology=new.slug or None,
                        origin=old.slug or None, from_name="" if old.slug else old.name, new=not new.slug,
                        category=mention_category(new, found, "") if new.slug else None,
                        stage=move.stage, quote=_quote(move.sentence), sure=0.8, ticked=bool(old.slug or new.slug), why="told as a change from one to the other",
                    )
                )  # fmt: skip
    return told


def segments_of(outline: Outline, kinds: Iterable[Kind]) -> list[Segment]:
    wanted = set(kinds)
    return [segment for segment in outline.segments if segment.kind in wanted]


__all__ = ["Findings", "Given", "recognise", "collect", "link_at", "stands_alone", "LISTED"]
