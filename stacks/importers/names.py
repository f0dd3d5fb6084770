"""Entries that the vocabulary does not know: offered as new technologies, made only when a curator says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .lines import Line
from .mentions import Mention, parts_of
from .persons import is_of_persons, is_profile
from .places import label_of, role_of, section_of
from .segments import Kind, Link, Outline, Segment
from .tables import is_name, purpose_of
from .telling import text_of
from .words import PURPOSES, Column, Section

if TYPE_CHECKING:
    from .findings import Findings

_NOT_A_NAME = re.compile(
    r"^(?:none|n/?a|tbd|todo|yes|no|other|others|misc|various|custom|in-?house|internal|own|self|etc|and more|"
    r"more|read more|table of contents|overview|introduction|notes?|example|version|status|name|description|"
    r"total.*|the|a|all|any|.*\b(?:team|squad|department|monthly|weekly|daily|hours?|minutes?|days?|weeks?|"
    r"months?|years?|users?|requests?|instances?|services|per|million|billion|cost|engineers?|customers?)\b.*|"
    r"\W*\d[\d.,%$€kKmMgGtTbB/+ -]*)$",
    re.IGNORECASE,
)
_SITE = re.compile(r"^https?://(?:www\.)?([\w.-]+)/?(?:[\w-]+/?)?$")
_REPOSITORY = re.compile(r"^https?://(?:www\.)?(?:github|gitlab)\.com/([\w.-]+)/([\w.-]+)/?$")
_OF_ITS_KIND = re.compile(
    r"^(?:the|our|a|an)\s+|\s+(?:library|framework|tool|package|service|gem|plugin)$", re.IGNORECASE
)
_MOST = 300


def new_names(outline: Outline, found: Findings, lines: list[str]) -> list[Line]:
    told: list[Line] = []
    seen: set[str] = set()
    for segment in outline.segments:
        if len(told) >= _MOST:
            break
        for name, start, address in _candidates(segment, found):
            key = name.casefold()
            if (
                key in seen
                or key == found.given.company.casefold()
                or _says_what_for(name)
                or found.vocabulary.scanner.find(name)
            ):
                continue
            seen.add(key)
            number = segment.line_at(start)
            purpose = label_of(segment).text or purpose_of(segment, found) or found.place(segment).purpose
            told.append(
                Line(
                    number,
                    text_of(segment, number, lines),
                    name=name,
                    technology=name,
                    new=True,
                    how="new",
                    category=_guess(purpose),
                    purpose=purpose[:200],
                    address=address,
                    sure=0.5,
                    stage=found.place(segment).stage or "in_use",
                    why="an entry that the catalogue does not know"
                    if not address
                    else "a name with its own address that the catalogue does not know",
                )
            )
    return told


def linked_strangers(segment: Segment, mentions: list[Mention]) -> list[Mention]:
    """Links to the site or repository of something that the catalogue lacks: it may be the end of a migration."""
    return [
        Mention(segment, link.start, link.end, name, "", "new", verdict="new", sure=0.5, reach=link.end)
        for link in segment.links
        if not any(m.start < link.end and link.start < max(m.end, m.reach) for m in mentions)
        and (name := _linked_name(segment, link))
    ]


def strangers_named(segment: Segment, names: list[str], mentions: list[Mention]) -> list[Mention]:
    """The same, where they are named without a link later on."""
    found: list[Mention] = []
    for name in names:
        at = segment.text.find(name)
        end = at + len(name)
        whole = (
            at >= 0 and not segment.text[max(0, at - 1) : at].isalnum() and not segment.text[end : end + 1].isalnum()
        )
        if whole and not any(m.start < end and at < max(m.end, m.reach) for m in (*mentions, *found)):
            found.append(Mention(segment, at, end, name, "", "new", verdict="new", sure=0.5, reach=end))
    return found


def _says_what_for(name: str) -> bool:
    """ "Frontend", "Caching", "Notes": a word of headings and columns, no name."""
    if _NOT_A_NAME.match(name) or section_of(name) is not Section.PLAIN or role_of(name) is not Column.UNKNOWN:
        return True
    return any(pattern.fullmatch(name) for _, pattern in PURPOSES)


def _candidates(segment: Segment, found: Findings) -> list[tuple[str, int, str]]:
    place = found.place(segment)
    if segment.row is not None and is_of_persons(segment.row, segment.column):
        return []
    if place.section in (Section.SKIP, Section.ALTERNATIVES, Section.CUSTOMERS):
        return []
    mentions = found.of(segment)
    free = [link for link in segment.links if not any(m.start < link.end and link.start < m.end for m in mentions)]
    named = [(n, link.start, link.url) for link in free if (n := _linked_name(segment, link))]
    if segment.kind is Kind.CELL and found.role(segment) in (Column.TECHNOLOGY, Column.OLD, Column.NEW):
        return named + _parts(segment, found, 0)
    if segment.kind is Kind.ITEM and (place.section in (Section.STACK, Section.LIBRARIES) or mentions):
        label = label_of(segment)
        return named + (_parts(segment, found, label.body) if len(segment.text) - label.body < 120 else [])
    return named


def _parts(segment: Segment, found: Findings, begin: int) -> list[tuple[str, int, str]]:
    mentions = found.of(segment)
    result = []
    for part in parts_of(segment.text, begin):
        text = re.sub(r"\s*\([^()]*\)", "", segment.text[part.start : part.end]).strip(" *_`\"'.:;")
        text = re.sub(r"\s+v?\d[\w.]*$", "", text)
        if any(part.start <= m.start < part.end or m.start <= part.start < m.end for m in mentions) or not is_name(
            text
        ):
            continue
        if len(text.split()) > 3 or not text[:1].isalnum():
            continue
        result.append((text, part.start, ""))
    return result


def _linked_name(segment: Segment, link: Link) -> str:
    text = _OF_ITS_KIND.sub("", segment.text[link.start : link.end].strip(" *_`"))
    repository = _REPOSITORY.match(link.url)
    if repository and (text == repository[2] or "/" in text or text == "\ufffc"):
        return repository[2]
    if not text or len(text.split()) > 3 or len(text) > 40 or not re.search(r"[A-Za-z]", text):
        return ""
    if is_profile(text, link.url):
        return ""
    return text if (repository or _SITE.match(link.url)) and (is_name(text) or repository) else ""


def _guess(purpose: str) -> str | None:
    return next((category for category, pattern in PURPOSES if purpose and pattern.search(purpose)), None)
