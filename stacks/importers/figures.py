"""Figures of scale: "400K rps" in a row called Traffic, "we have 1,200 engineers", "3 PB of data"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stacks.folding import alias_key

from . import tables
from .findings import TICKED_FROM
from .lines import Line, excerpt
from .persons import is_of_persons
from .places import cleaned
from .quoted import shortened
from .segments import OBJECT, Kind
from .telling import text_of
from .words import FACT_LABELS, Column, Section

if TYPE_CHECKING:
    from .findings import Findings
    from .segments import Outline, Segment

_MOST = 50
_LONGEST = 120  # characters of what is counted, and of the figure
_COUNTED_FROM = 10  # three servers are no scale

_ABOUT = r"(?:(?:about|around|approximately|approx\.?|over|more than|nearly|almost|roughly|some|~|≈|>)\s?)?"
_NUMBER = r"(?P<number>\d[\d.,]{0,14})\+?"
_TIMES = r"(?:\s?(?:k|m|mn|bn|b|million|billion|thousand|lakh|crore|Mio\.?|millions?|mil)(?![^\W\d_]))?"
_EACH = (
    r"(?:(?:\s?/\s?|\s+(?:per|a|an|each|every|pro|par|por)\s+)"
    r"(?:sec(?:ond)?|s|min(?:ute)?|hour|day|week|month|year|Tag|jour|día)\b)?"
)
_THINGS = (
    r"engineers|developers|employees|people|staff|micro-?services|services|servers|machines|instances|nodes|hosts|vms|"
    r"virtual machines|pods|containers|clusters|databases|tables|brokers|topics|repositories|repos|deployments|deploys|"
    r"releases|users|customers|merchants|drivers|riders|sellers|shops|stores|players|visitors|members|subscribers|"
    r"clients|orders|transactions|payments|trades|requests|queries|calls|messages|events|jobs|builds|emails|rows|"
    r"notifications|downloads|lines of code|records|documents|images|videos|devices|sessions|page ?views|countries|"
    r"teams|data ?cent(?:er|re)s|Mitarbeiter(?:innen)?|Entwickler(?:innen)?|Nutzer(?:innen)?|Kunden|ingénieurs|"
    r"développeurs|utilisateurs|serveurs|ingenieros|desarrolladores|usuarios|servidores|engenheiros|desenvolvedores|"
    r"usuários"
)
_RATES = {
    "rps": "requests per second",
    "req/s": "requests per second",
    "qps": "queries per second",
    "tps": "transactions per second",
    "rpm": "requests per minute",
    "mau": "monthly active users",
    "dau": "daily active users",
}
_DATA = r"(?:worth\s+)?(?:of\s+)?(?P<data>(?:\w+\s+)?(?:data|logs?|storage|images|videos?|files|metrics|events))\b"
_FIGURE = re.compile(
    rf"(?<![\w.,/$€£¥-])(?P<value>{_ABOUT}{_NUMBER}{_TIMES}\+?)\s*(?:"
    rf"(?P<rate>rps|req/s|qps|tps|rpm|mau|dau)\b"
    rf"|(?P<size>[TPE]i?B|terabytes?|petabytes?)\b\s+{_DATA}(?P<often>{_EACH})"
    rf"|(?<=\s)(?P<what>(?:[^\W\d_][\w.+#-]{{0,24}}\s+){{0,2}}?(?:{_THINGS})\b{_EACH}))",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.!?](?!\s|$)[^.!?;\n]*)*[.!?]?")
_NOT_SO = re.compile(
    r"\b(?:if|could|would|may|might|should|can|up to|at most|at least|limit\w*|expect\w*|goals?|target\w*|"
    r"plan(?:s|ned)?|hope|imagine|suppose|compet\w+|unlike|such as|minimum|maximum|max|min|require\w*|prerequisites?|"
    r"free tier|example|e\.g\.?|estimated?|first|top|another|more|other|benchmark\w*|tests?)\b",
    re.IGNORECASE,
)
_OURS = re.compile(r"\b(?:we|our|us|ours|nous|notre|nos|wir|unser\w*|nosotros|nuestr\w+|noss[ao]s?)\b", re.IGNORECASE)
_YEAR = re.compile(
    r"\b(?:in|as of|by|during|since|en|im jahr|em)\s+(?:early |late |mid-?)?((?:19|20)\d\d)\b", re.IGNORECASE
)
_PER_PIECE = re.compile(
    r"\s*(?:per|/|of|for each|each)\s*(?:node|pod|server|instance|host|container|broker|machine|ram|memory|vcpus?)\b",
    re.IGNORECASE,
)
_ROLES = (Column.TECHNOLOGY, Column.UNKNOWN, Column.REMARKS, Column.PURPOSE)
_SILENT = (Section.SKIP, Section.ALTERNATIVES, Section.CUSTOMERS)


def read_figures(outline: Outline, found: Findings, lines: list[str]) -> list[Line]:
    """What the text counts, each figure once."""
    told: dict[tuple[str, str], Line] = {}
    for segment in outline.segments:
        if len(told) >= _MOST:
            break
        if segment.kind not in (Kind.CELL, Kind.ITEM, Kind.PARAGRAPH) or found.place(segment).section in _SILENT:
            continue
        line = _under_label(segment, found, lines)
        for one in [line] if line else _in_sentences(segment, found, lines):
            told.setdefault((alias_key(one.name), alias_key(one.value)), one)
    return list(told.values())


_DIGIT = re.compile(r"\d")


def _under_label(segment: Segment, found: Findings, lines: list[str]) -> Line | None:
    """ "Traffic | 400K rps": the row says what is counted."""
    if segment.row is None or found.role(segment) not in (Column.TECHNOLOGY, Column.UNKNOWN, Column.REMARKS):
        return None
    purpose = tables.purpose_of(segment, found)
    label = cleaned(purpose)
    if not re.search(r"\d", segment.text) or not (
        FACT_LABELS.fullmatch(label) or (FACT_LABELS.match(label) and _FIGURE.search(segment.text))
    ):
        return None
    here = [mention for mention in found.of(segment) if not mention.linked]
    if any(mention.part and not found.said[id(mention)].counted for mention in here):
        return None
    for mention in here:
        mention.verdict, mention.sure = "mentioned", 0.3
        mention.why.append("a figure of scale, not a choice")
    value = " ".join(segment.text.replace(OBJECT, " ").split())
    line = _fact(segment, 0, purpose, value, found, lines)
    line.remarks, line.sure, line.ticked, line.why = excerpt(segment.text), 0.7, True, f"a figure under “{purpose}”"
    return line


def _in_sentences(segment: Segment, found: Findings, lines: list[str]) -> list[Line]:
    if not _DIGIT.search(segment.text) or found.place(segment).stage == "planned":
        return []
    if segment.row is not None and (found.role(segment) not in _ROLES or is_of_persons(segment.row, segment.column)):
        return []
    told = []
    for sentence in _SENTENCE.finditer(segment.text):
        told += [
            _of_sentence(segment, sentence, match, label, found, lines)
            for match in _FIGURE.finditer(sentence[0])
            if (label := _counted(match, sentence[0]))
            and not _is_version(segment, sentence.start() + match.start("number"), found)
        ]
    return told


def _is_version(segment: Segment, start: int, found: Findings) -> bool:
    """ "Java 17 servers" are no seventeen."""
    return any(m.start < start and not segment.text[m.end : start].strip(" v") for m in found.of(segment))


def _counted(match: re.Match[str], sentence: str) -> str:
    """What the figure counts; empty where it is no scale of theirs."""
    number = match["number"].rstrip(".,")
    if not match["size"] and number.replace(",", "").isdigit() and match["value"].strip().endswith(number):
        count = int(number.replace(",", ""))
        if count < _COUNTED_FROM or (1900 <= count <= 2100 and "," not in number):
            return ""
    if _PER_PIECE.match(sentence, match.end()) or _NOT_SO.search(sentence[max(0, match.start() - 60) : match.start()]):
        return ""
    if match["rate"]:
        return _RATES[match["rate"].lower()]
    if match["size"]:
        return f"{match['data'] or 'data'}{match['often'] or ''}".strip()
    return " ".join(match["what"].split())


def _of_sentence(
    segment: Segment, sentence: re.Match[str], match: re.Match[str], label: str, found: Findings, lines: list[str]
) -> Line:
    size = f" {match['size']}" if match["size"] else ""
    value = " ".join(f"{match['value']}{size}".split())
    line = _fact(segment, sentence.start() + match.start(), label, value, found, lines)
    line.quote = shortened(sentence[0].replace(OBJECT, " "))
    years = set(_YEAR.findall(sentence[0]))
    line.edition_on = next(iter(years)) if len(years) == 1 else None
    company = found.given.company
    ours = bool(_OURS.search(sentence[0])) or bool(company and company.casefold() in sentence[0].casefold())
    line.sure, line.ticked = (0.7, True) if ours else (0.5, False)
    line.why = "a figure of their own" if ours else "a figure, unclear whose"
    return line


def _fact(segment: Segment, start: int, label: str, value: str, found: Findings, lines: list[str]) -> Line:
    number = segment.line_at(start)
    text = text_of(segment, number, lines)
    return Line(
        number,
        text,
        kind="fact",
        name=label[:_LONGEST],
        value=value[:_LONGEST],
        remarks=text,
        stage=None,
        sure=TICKED_FROM,
    )
