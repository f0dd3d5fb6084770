"""Technology radars: the CSV and JSON of build-your-own-radar, and the JSON of Zalando's."""

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from stacks.importers import categories
from stacks.importers.findings import Given
from stacks.importers.lines import Line, Problem, Reading, Unreadable, excerpt, plain_cell
from stacks.importers.mentions import Mention
from stacks.importers.neighbours import Neighbours
from stacks.importers.reasons import clause_of
from stacks.importers.scanning import find
from stacks.importers.segments import Kind, Segment
from stacks.importers.sentences import Move, moves_of
from stacks.importers.settling import settle
from stacks.importers.vocabulary import Vocabulary

from .own import told_by_us

RINGS = {"adopt": "in_use", "trial": "trial", "assess": "planned", "hold": "retiring"}
_ALSO = {
    "use": "in_use",
    "keep": "in_use",
    "invest": "in_use",
    "default": "in_use",
    "standard": "in_use",
    "maintain": "in_use",
    "experiment": "trial",
    "pilot": "trial",
    "explore": "planned",
    "evaluate": "planned",
    "caution": "retiring",
    "stop": "retiring",
    "retire": "retiring",
    "avoid": "retiring",
    "drop": "retired",
    "retired": "retired",
}
_OWN = ("purpose", "technology_slug", "category_slug", "via_slug", "hosting", "scope", "started", "uid")
_DEEP = 200  # open brackets
_NUMBERED = ("adopt", "trial", "assess", "hold")
_LONGEST = 2_000
_ENOUGH = 0.3  # of a blip's name must be the technology's
_MOVED = re.compile(
    r"\b(?:migrat|mov|switch|transition|replac)\w*\b[^.!?]{0,60}?\b(?:to|by|with)\b|\bfavou?r(?:ed|ing)?\b|"
    r"\bin favou?r of\b",
    re.IGNORECASE,
)
_TECHNIQUES = re.compile(r"technique|method|process|practice|pattern", re.IGNORECASE)


@dataclass(slots=True)
class Blip:
    line: int
    name: str
    ring: str
    quadrant: str = ""
    description: str = ""
    address: str = ""
    text: str = field(default="")
    own: dict[str, str] = field(default_factory=dict)  # what our own export tells beside


def looks_like(text: str) -> bool:
    head = text.lstrip()[:3_000].lower()
    first = head.split("\n", 1)[0].replace('"', "")
    if first.startswith(("name,", "name;", "name\t")) and "ring" in first:
        return True
    return (
        head.startswith(("{", "["))
        and '"ring"' in text[:20_000]
        and ('"quadrant"' in text[:20_000] or '"entries"' in text[:20_000])
    )


def parse(text: str, vocabulary: Vocabulary, given: Given) -> Reading:
    """Raises Unreadable for what is neither."""
    reading = Reading()
    blips = list((_from_json if text.lstrip().startswith(("{", "[")) else _from_csv)(text, reading))
    lines = text.split("\n")
    found = [(blip, _segment(blip), _description(blip)) for blip in blips if _is_whole(blip, reading)]
    segments = [segment for _, *both in found for segment in both]
    mentions = _settled(segments, vocabulary)
    for blip, segment, description in found:
        blip.text = excerpt(lines[blip.line - 1]) if blip.line <= len(lines) else ""
        reading.lines.extend(_tell(blip, segment, description, mentions, vocabulary))
    return reading.ordered()


def _is_whole(blip: Blip, reading: Reading) -> bool:
    if blip.name and blip.ring in RINGS.values():
        return True
    ring = f"The ring “{excerpt(blip.ring)}” is not known." if blip.ring else "Its ring is none of this radar's."
    reading.problems.append(Problem(blip.line, ring if blip.name else "This blip has no name."))
    return False


def _segment(blip: Blip) -> Segment:
    return Segment(blip.name[:200], blip.line, Kind.ENTRY, path=(blip.quadrant,), lead=blip.description[:300])


def _description(blip: Blip) -> Segment:
    return Segment(blip.description[:_LONGEST], blip.line, Kind.PARAGRAPH, path=(blip.quadrant,))


def _settled(segments: list[Segment], vocabulary: Vocabulary) -> dict[int, list[Mention]]:
    sure, doubtful = find(segments, vocabulary)
    neighbours = Neighbours(segments, sure, vocabulary)
    for doubt in doubtful:
        settled = settle(doubt, neighbours)
        if isinstance(settled, Mention):
            sure.append(settled)
    by_segment: dict[int, list[Mention]] = {}
    for mention in sorted(sure, key=lambda one: one.start):
        by_segment.setdefault(id(mention.segment), []).append(mention)
    return by_segment


def _tell(
    blip: Blip, segment: Segment, description: Segment, mentions: dict[int, list[Mention]], vocabulary: Vocabulary
) -> Iterator[Line]:
    mention = _named(blip, segment, mentions, vocabulary)
    line = Line(blip.line, blip.text, name=blip.name, stage=blip.ring, purpose="", locator=blip.quadrant[:100])
    if blip.own.get("technology_slug") in vocabulary.technologies:
        line.locator = ""
        yield told_by_us(line, blip.own, vocabulary, "a blip of an export of a catalogue")
        return
    line.quote = " ".join(blip.description.split()[:25]) if len(blip.description.split()) > 3 else ""
    if mention is None:
        if _TECHNIQUES.search(blip.quadrant):
            line.kind, line.stage, line.why, line.sure = "skip", None, "a technique, not a technology", 0.3
        else:
            line.technology, line.new, line.how, line.sure = blip.name, True, "new", 0.5
            line.address = blip.address
            line.why = "a blip that the catalogue does not know"
        yield line
        return
    engine = vocabulary.engine(mention.slug)
    line.technology, line.via = engine or mention.slug, mention.slug if engine else None
    line.category = vocabulary.category(engine) if engine else categories.chosen(mention, vocabulary)
    known = vocabulary.technologies.get(mention.slug)
    practice = known is not None and known.kind == "practice"
    line.how, line.ticked = mention.how, not practice
    line.sure = 0.5 if practice else 0.95 if mention.part or mention.whole else 0.8
    line.technology_version = mention.version
    line.why = f"a blip of the radar: {blip.ring.replace('_', ' ')}"
    yield line
    yield from _moves(blip, mention, mentions.get(id(description), []), vocabulary)


def _named(blip: Blip, segment: Segment, mentions: dict[int, list[Mention]], vocabulary: Vocabulary) -> Mention | None:
    whole = vocabulary.scanner.whole(blip.name)
    if whole and not whole.names[0].homonym and len(whole.names) == 1:
        one = whole.names[0]
        how = "exact" if whole.text == one.written else "alias"
        return Mention(segment, 0, len(blip.name), blip.name, one.slug, how, whole.version, whole=True)
    here = mentions.get(id(segment), [])
    known = [m for m in here if m.end - m.start >= len(blip.name) * _ENOUGH]
    return max(known, key=lambda m: m.end - m.start) if known else None


def _moves(blip: Blip, mention: Mention, others: list[Mention], vocabulary: Vocabulary) -> Iterator[Line]:
    """ "On hold: we are migrating to X", or "we favour X over this"."""
    moves = moves_of(blip.description[:_LONGEST], others)
    ends = [(old, new, move) for move in moves for old in move.old for new in move.new]
    if not ends and blip.ring in ("retiring", "retired"):
        targets = _targets(blip, mention, others)
        ends = [
            (mention, target, Move((mention,), (target,), "under_way", blip.description, blip.line))
            for target in targets
        ]
    for old, new, move in ends:
        if mention.slug in (old.slug, new.slug) and not _denied(move.sentence):
            yield Line(
                blip.line,
                blip.text,
                kind="migration",
                name=f"{old.name} → {new.name}",
                technology=new.slug,
                origin=old.slug,
                category=vocabulary.category(new.slug) or None,
                stage=move.stage,
                quote=" ".join(move.sentence.split()[:25]),
                reason=clause_of(move.sentence),
                sure=0.75,
                ticked=True,
                why="told in the description of the blip",
            )


def _targets(blip: Blip, mention: Mention, others: list[Mention]) -> list[Mention]:
    for match in _MOVED.finditer(blip.description[:_LONGEST]):
        after = [m for m in others if 0 <= m.start - match.end() < 40 and m.slug != mention.slug]
        if after and not _denied(blip.description[max(0, match.start() - 60) : match.end()]):
            return after[:1]
    return []


def _denied(sentence: str) -> bool:
    return bool(re.search(r"\b(?:no|not|never|don['’]t|doesn['’]t|isn['’]t)\b", sentence))


def _from_csv(text: str, reading: Reading) -> Iterator[Blip]:
    head = text.lstrip("\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    columns: dict[str, int] = {}
    before = 0
    try:
        for row in rows:
            line, before = before + 1, rows.line_num
            if not any(cell.strip() for cell in row):
                continue
            if not columns:
                columns = {cell.strip().lower(): n for n, cell in enumerate(row)}
                if "name" not in columns or "ring" not in columns:
                    raise Unreadable("A radar needs the columns name and ring.", line)
                continue
            yield Blip(
                line,
                _cell(row, columns, "name"),
                _ring(_cell(row, columns, "ring")),
                _cell(row, columns, "quadrant"),
                html.unescape(re.sub(r"<[^<>]{0,500}>", " ", _cell(row, columns, "description"))),
                own={name: _cell(row, columns, name) for name in _OWN if name in columns},
            )
    except csv.Error as error:
        raise Unreadable("This is no CSV that can be read.", rows.line_num) from error
    if not columns:
        raise Unreadable("The file is empty.", 1)


def _cell(row: list[str], columns: dict[str, int], name: str) -> str:
    at = columns.get(name, -1)
    return plain_cell(row[at])[:20_000] if 0 <= at < len(row) else ""


def _ring(word: object, names: list[str] | None = None) -> str:
    if isinstance(word, float) and word.is_integer():
        word = int(word)
    if isinstance(word, bool) or not isinstance(word, (int, str)):
        return ""
    if isinstance(word, int) or str(word).isdigit():
        at = int(word) if len(str(word)) < 4 else -1
        names = names or list(_NUMBERED)
        word = names[at] if 0 <= at < len(names) else ""
    word = str(word).strip().lower()
    return RINGS.get(word) or _ALSO.get(word) or word


def _line_too_deep(text: str) -> int:
    """Where more than some hundred brackets are open; the first line where there are no such."""
    depth = 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > _DEEP:
            return text.count("\n", 0, bracket.start()) + 1
    return 1


def _from_json(text: str, reading: Reading) -> Iterator[Blip]:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise Unreadable("This is no JSON that can be read.", error.lineno) from error
    except (RecursionError, ValueError) as error:
        message = "This JSON is nested too deeply, or holds a number that is too large."
        raise Unreadable(message, _line_too_deep(text)) from error
    entries = (
        data if isinstance(data, list) else data.get("entries") or data.get("blips") if isinstance(data, dict) else None
    )
    if isinstance(data, dict) and data.keys() >= {"revision", "licence"}:
        raise Unreadable(
            "This is the JSON of a page of Stacks: its CSV tells the same, and can be read (?format=csv).", 1
        )
    if not isinstance(entries, list):
        raise Unreadable("This JSON is no radar: it has no list of entries.", 1)
    rings = _titles(data, "rings")
    quadrants = _titles(data, "quadrants")
    place = _Places(text)
    for entry in entries:
        if not isinstance(entry, dict):
            reading.problems.append(Problem(place.line, "This entry is no object."))
            continue
        label = entry.get("label") or entry.get("name") or entry.get("title")
        name = label if isinstance(label, str) else ""
        yield Blip(
            place.of(name),
            name.strip()[:200],
            _ring(_ring_of(entry), rings),
            _quadrant(entry.get("quadrant"), quadrants),
            _text(entry.get("description")),
            _text(entry.get("link") or entry.get("url")),
        )


def _ring_of(entry: dict) -> object:
    timeline = entry.get("timeline")
    if isinstance(timeline, list) and timeline and isinstance(timeline[0], dict):
        return timeline[0].get("ringId", timeline[0].get("ring", ""))
    return entry.get("ring", "")


def _titles(data: object, key: str) -> list[str]:
    listed = data.get(key) if isinstance(data, dict) else None
    if not isinstance(listed, list):
        return []
    return [_text(one.get("name") or one.get("title") if isinstance(one, dict) else one) for one in listed]


def _quadrant(value: object, names: list[str]) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return names[value] if 0 <= value < len(names) else ""
    return _text(value)


def _text(value: object) -> str:
    return value[:20_000] if isinstance(value, str) else ""


class _Places:
    """Lines of the labels, looked for one after the other."""

    def __init__(self, text: str):
        self.text = text
        self.at = 0
        self.line = 1

    def of(self, label: str) -> int:
        for written in (json.dumps(label), json.dumps(label, ensure_ascii=False)):
            found = self.text.find(written, self.at)
            if found >= 0:
                self.line += self.text.count("\n", self.at, found)
                self.at = found
                break
        return self.line
