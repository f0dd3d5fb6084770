"""A heading that is a name says: what follows is about it."""

import re
from collections import defaultdict

from . import tables
from .context import decide
from .findings import Findings
from .mentions import Mention, parts_of
from .segments import Kind, Outline, Segment
from .words import Section

_LONGEST = 14  # words
_PLAIN = ("free", "as_written")
_SIGN = re.compile(r"[:：]\s*|\s[-–—]\s")
_SILENT = (Section.SKIP, Section.ALTERNATIVES, Section.CUSTOMERS)


def judge(outline: Outline, found: Findings) -> None:
    found.listed = _listed(outline, found)
    title = True
    for number, segment in enumerate(outline.segments):
        if segment.kind is not Kind.HEADING:
            title = False  # a heading after the first text is the title of a part
            continue
        following = outline.segments[number + 1 : number + 4]
        under = any(s.kind in (Kind.PARAGRAPH, Kind.ITEM) for s in following)
        place = found.place(segment)
        silent = place.section in _SILENT or (id(segment) not in found.listed and (title or not under))
        named = [] if place.section in _SILENT else _named_after_sign(segment, found)
        for mention in found.of(segment) if not is_sentence(segment) else ():
            said = found.said.get(id(mention))
            mention.stage = (said.stage if said else "") or place.stage
            spoken = [m.verdict for s in following for m in found.of(s) if m.slug == mention.slug]
            if not title and mention.part and len(found.of(segment)) > 1 and not under:
                decide(mention, "used", 0.8, "a line of names")
            elif not title and mention in named:
                decide(mention, "used", 0.75, "one of the names that the heading lists")
            elif not silent and not title and not found.told and _is_said_of(mention, found):
                decide(mention, "offered", 0.45, "named in a heading, for what stands below it")
            elif silent or not mention.part or tables.is_weak(mention, found):
                decide(mention, "mentioned", 0.3, "in a heading")
            elif id(segment) in found.listed:
                decide(mention, "used", 0.75, "one of several headings that are names")
            elif spoken and set(spoken) == {"mentioned"}:
                decide(mention, "mentioned", 0.3, "in a heading")
            elif "used" in spoken:
                decide(mention, "used", 0.7, "a heading of its own, and used in the text below")
            else:
                decide(mention, "used", 0.62, "a heading of its own")
        title = False


def _named_after_sign(segment: Segment, found: Findings) -> list[Mention]:
    """ "Backend: Spring Boot + MySQL + Redis": a list, written as a heading."""
    sign = _SIGN.search(segment.text)
    if sign is None:
        return []
    names = [one for one in found.of(segment) if one.start >= sign.end() and not tables.is_weak(one, found)]
    parts = parts_of(segment.text, sign.end())
    listed = sum(any(part.start <= one.start and one.end <= part.end for one in names) for part in parts)
    return names if listed > 1 and listed * 2 > len(parts) else []


def _is_said_of(mention: Mention, found: Findings) -> bool:
    """ "Frontend (React + TypeScript)", "Backend – Laravel"; and what a verb of use stands before."""
    if mention.part or tables.is_weak(mention, found) or mention.caution not in _PLAIN or mention.small:
        return False
    before = mention.segment.text[: mention.start]
    said = found.said.get(id(mention))
    behind = before.count("(") > before.count(")") or before.count("（") > before.count("）")
    return behind or bool(_SIGN.search(before)) or bool(said and said.used)


def is_sentence(segment: Segment) -> bool:
    """ "In 2015 a team at the company prototyped a platform based on X": as large as a heading, and none."""
    return len(segment.text.split()) > _LONGEST


def _listed(outline: Outline, found: Findings) -> set[int]:
    """Headings of one level of which most are names: a list, written large."""
    levels: dict[int, list[Segment]] = defaultdict(list)
    for segment in outline.segments:
        if segment.kind is Kind.HEADING and segment.row is None:
            levels[len(segment.path)].append(segment)
    listed: set[int] = set()
    for headings in levels.values():
        names = [one for one in headings if any(mention.part for mention in found.of(one))]
        if len(names) > 2 and len(names) * 2 > len(headings):
            listed |= {id(one) for one in names}
    return listed
