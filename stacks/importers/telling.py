"""Findings told line by line: the last step, the only one in which tables and prose differ."""

from collections import Counter, defaultdict

from . import categories
from .context import last_title
from .findings import TICKED_FROM, Findings
from .lines import Line, excerpt
from .mentions import Mention
from .persons import is_of_persons
from .quoted import hosting_of, quote_of, shortened
from .segments import Kind, Segment
from .sentences import Move
from .tables import is_weak
from .weighing import OFFERED_ABOVE, TICKED_ABOVE, Weighed, weigh
from .words import Column, Section

_LEFT = ("retired", "retiring")
_ENTRIES = (Kind.ITEM, Kind.CELL, Kind.TAG)
_ENTRY_SURE = 0.75
_OFFERED, _ASIDE = 0.5, 0.4
_OTHERS = (Column.ALTERNATIVES,)


def tell(found: Findings, lines: list[str]) -> list[Line]:
    """One line for each line of the text and technology; in prose one for each technology."""
    groups: dict[tuple[int, str], list[Mention]] = defaultdict(list)
    drawn = _drawn_only(found)
    for mention in found.mentions:
        if mention.segment.drawn and not found.told and mention is not drawn.get(mention.slug):
            continue
        if mention.verdict in ("used", "offered", "mentioned", "skip"):
            alone = (
                not found.told or mention.segment.kind in (Kind.CELL, Kind.BADGE) or id(mention.segment) in found.listed
            )
            groups[mention.line if alone else 0, mention.slug].append(mention)
    weighed = weigh(found) if found.told else {}
    listed = {slug for (line, slug), group in groups.items() if line and any(m.verdict == "used" for m in group)}
    told = [
        _line(_best(group, found, None if line else weighed.get(slug)), found, lines)
        for (line, slug), group in groups.items()
        if line or slug not in listed or any(m.moved or m.via for m in group)
    ]
    rejected = [
        Line(
            one.segment.line_at(one.start),
            text_of(one.segment, one.segment.line_at(one.start), lines),
            kind="skip",
            name=one.name,
            technology=one.slug,
            stage=None,
            sure=0.1,
            why=one.why,
        )
        for one in found.rejected
    ]
    return told + _moves(found, lines) + rejected


def _drawn_only(found: Findings) -> dict[str, Mention]:
    """Of what only a drawing names, the first box: lists and tables say the rest better."""
    written = {one.slug for one in found.mentions if not one.segment.drawn and one.verdict in ("used", "offered")}
    first: dict[str, Mention] = {}
    for mention in found.mentions:
        if mention.segment.drawn and mention.slug not in written:
            first.setdefault(mention.slug, mention)
    return first


def _best(group: list[Mention], found: Findings, weighed: Weighed | None) -> Mention:
    """The mention that says most, and what the weighing of all of them makes of it."""

    def weight(mention: Mention) -> tuple:
        return (
            mention.verdict == "used",
            mention.sure >= TICKED_FROM,
            mention.moved,
            bool(mention.via or mention.via_name),
            mention.sure,
            -mention.line,
        )

    best = max(group, key=weight)
    if not found.told and best.verdict == "mentioned" and _may_be_an_entry(best, found):
        best.verdict, best.sure = "offered", _ASIDE
        best.why.append("an entry of its own all the same")
    if weighed and best.verdict != "skip" and not best.moved and not best.small:
        _set_by_weight(best, weighed, found.taught)
    if found.told:
        best.via = best.via or next((mention.via for mention in group if mention.via and mention.verdict == "used"), "")
        best.stage = _stage_of_all(best, [mention for mention in group if mention.verdict == "used"], found)
    return best


def _may_be_an_entry(mention: Mention, found: Findings) -> bool:
    """A whole entry of a list or table is shown, whatever its column or heading says, unless others are asked for."""
    if (
        not mention.part
        or mention.small
        or mention.segment.kind not in (Kind.CELL, Kind.ITEM)
        or is_weak(mention, found)
    ):
        return False
    others = found.place(mention.segment).section in (Section.ALTERNATIVES, Section.CUSTOMERS)
    return not others and found.role(mention.segment) not in _OTHERS


def _set_by_weight(mention: Mention, weighed: Weighed, taught: bool) -> None:
    """Ticked, offered or left aside; what the rules had for used is at least offered, and a tutorial is for others."""
    if weighed.score > TICKED_ABOVE and (mention.verdict == "used" or not taught):
        mention.verdict, mention.sure = "used", max(mention.sure, TICKED_FROM)
    elif mention.verdict == "used" or weighed.score > OFFERED_ABOVE:
        mention.verdict, mention.sure = "offered", min(mention.sure, _OFFERED)
    mention.why.append(weighed.why)


def _stage_of_all(best: Mention, used: list[Mention], found: Findings) -> str:
    """In a story one name has many sentences: what was left stays left, what is in use somewhere is in use."""
    moved = next((mention.stage for mention in used if mention.moved and mention.stage in _LEFT), "")
    if moved or not any(mention.stage for mention in used):
        return moved or best.stage
    stages = Counter(mention.stage for mention in used if mention.stage or _speaks_of_own(mention, found))
    plain = sum(not mention.stage for mention in used)
    if not stages[""] and plain <= 2 * stages.total():
        return max(stages, key=lambda stage: (stages[stage], stage == best.stage))
    if stages[""] and best.stage in ("planned", "trial"):
        return ""
    entries = any(m.segment.kind in _ENTRIES and m.sure >= _ENTRY_SURE and not m.stage for m in used)
    left = stages["retired"] + stages["retiring"]
    if best.stage in _LEFT:  # once so, and perhaps listed as it is now
        return "" if entries or plain > left else max(_LEFT, key=lambda one: (stages[one], one == best.stage))
    last = max(used, key=lambda mention: (mention.line, mention.start))
    if not best.stage and last.stage in _LEFT and plain <= left and not entries:
        return last.stage  # "built on Heroku … we outgrew Heroku"
    return best.stage


def _speaks_of_own(mention: Mention, found: Findings) -> bool:
    """What a thing is, or what others do with it, says nothing of the stage it has here."""
    said = found.said.get(id(mention))
    return said is None or said.ours or mention.part or mention.moved


def _line(mention: Mention, found: Findings, lines: list[str]) -> Line:
    kind = "usage" if mention.verdict in ("used", "offered") else mention.verdict
    said = found.said.get(id(mention))
    engine = found.vocabulary.engine(mention.slug) if not mention.via else ""
    return Line(
        mention.line,
        text_of(mention.segment, mention.line, lines),
        kind=kind,
        name=mention.name,
        technology=engine or mention.slug,
        category=category_of(mention, found, engine),
        purpose=mention.purpose[:200],
        remarks=mention.remarks,
        stage=(mention.stage or "in_use") if kind == "usage" else None,
        via=(mention.slug if engine else mention.via) or None,
        via_name=mention.via_name,
        technology_version=mention.version.removeprefix("v"),
        locator=last_title(mention.segment.path),
        quote=quote_of(mention, said.sentence if said else "", found),
        hosting=hosting_of(mention, said.sentence if said else "", found) if kind == "usage" else None,
        how=mention.how,
        sure=mention.sure,
        ticked=mention.verdict == "used" and mention.sure >= TICKED_FROM,
        why="; ".join(dict.fromkeys(mention.why)),
    )


def text_of(segment: Segment, line: int, lines: list[str]) -> str:
    """The line as it is written; of a table without the columns of persons."""
    row = segment.row
    if row is None or not any(is_of_persons(row, n) for n in range(len(row.cells))):
        return raw(lines, line)
    return excerpt(" | ".join(cell.text for n, cell in enumerate(row.cells) if not is_of_persons(row, n)))


def category_of(mention: Mention, found: Findings, engine: str = "") -> str | None:
    vocabulary = found.vocabulary
    return (vocabulary.category(engine) if engine else categories.chosen(mention, vocabulary)) or None


def raw(lines: list[str], number: int) -> str:
    return excerpt(lines[number - 1]) if 0 < number <= len(lines) else ""


def _moves(found: Findings, lines: list[str]) -> list[Line]:
    told: dict[tuple[str, str], Line] = {}
    for move in sorted(found.moves, key=lambda one: not one.sure):
        for old in move.old:
            for new in move.new:
                key = (old.slug or old.name, new.slug or new.name)
                if key[0] != key[1]:
                    line = told.setdefault(key, _move(move, old, new, found, lines))
                    line.reason = line.reason or move.reason
    return list(told.values())


def _move(move: Move, old: Mention, new: Mention, found: Findings, lines: list[str]) -> Line:
    return Line(
        move.line,
        text_of(old.segment, move.line, lines),
        kind="migration",
        name=f"{old.name} → {new.name}",
        technology=new.slug or new.name,
        new=not new.slug,
        origin=old.slug or None,
        from_name="" if old.slug else old.name,
        category=category_of(new, found) if new.slug else None,
        stage=move.stage,
        quote=shortened(move.sentence),
        reason=move.reason,
        sure=0.8 if move.sure else _OFFERED,
        ticked=move.sure and bool(old.slug or new.slug),
        why="told as a change from one to the other" if move.sure else "told in parts, as a possibility or of others",
    )
