"""Why something was left for something else: the clause or sentence of the text that says so, at most 25 words.

First the sentence of the change itself ("because …", "to cut costs"), then what stands right after it ("The reason was
…"), then what was wrong before it ("MySQL was too slow."). In a table the cell that says why.
"""

import re
from bisect import bisect
from collections.abc import Iterable
from dataclasses import replace

from .cues import SENTENCE_END
from .findings import Findings
from .quoted import shortened
from .segments import OBJECT, Kind, Outline, Segment
from .sentences import Move
from .words import Column, words

_FEWEST = 3  # words
_LONGEST = 600  # characters of a sentence that are looked at
_BACK = 3  # sentences before the change
_PARAGRAPHS = 2  # and so many paragraphs around it

_TO = (
    r"(?:reduc|cut|sav|improv|increas|avoid|simplif|gain|get rid|allow|enabl|handl|support|scal|speed|lower|keep|"
    r"eliminat|minimi[sz]|escap|make|achiev|ensur|help|mak|get (?:better|more|rid)|be able|take advantage|benefit|"
    r"address|solv|fix|overcom|optimi[sz]|deal|cope|meet|unify|consolidat|standardi[sz]|control|own|regain|free)"
)
_CLAUSE = re.compile(
    r"\b(?:because(?: of)?|since (?!\w+ed\b|then\b|(?:19|20)\d\d|\d|last\b|day one|we (?:moved|migrated|switched)|(?:the|that|our) (?:move|migration|switch))|"
    r"due to|owing to|thanks to|as a result of|(?:given|considering) (?:that|the|how|our)|so that|so (?:we|they|it|our|I) (?:could|can|would)|"
    rf"(?:in order|so as) to|to (?:\w+ly )?{_TO}\w*|for (?:better|more|lower|faster|higher|greater|improved|easier|simpler|increased|(?:\w+ ){{0,2}}?reasons?|the sake of|(?:its|their) (?:\w+ ){{0,2}}?\w+)|"
    r"as (?:it|they|we|this|our|the \w+) (?:was|were|did|had|has|could|couldn['’]t|can|cannot|grew|became|got|needed|wanted|is|are|offers?|gives?)|"
    r"(?:driven|motivated|prompted|forced|triggered|caused) by|out of|which (?:was|were|had (?:become|been)|proved|turned out|gave|gives|allow(?:s|ed)|made|makes|reduced|cut|meant|could(?:n['’]t| not)?|did(?:n['’]t| not)?)|"
    r"weil|da (?:wir|es|die|der|das)|wegen|aufgrund|um [^.,;]{3,80}? zu \w+|damit|parce que|car|afin de|pour (?:des raisons|réduire|améliorer|éviter|gagner|simplifier|mieux)|en raison d|à cause d|grâce à|"
    r"porque|debido a|ya que|para (?:reducir|mejorar|evitar|simplificar|poder|escalar|reduzir|melhorar)|por (?:motivos|razones|causa)|pois|devido a)\b",
    re.IGNORECASE,
)  # fmt: skip
_AND_SO = re.compile(
    r",?\s+(?:and|so)\s+(?:we|they|it|I|the team)\s+(?:decided|moved|switched|migrated|chose|started)\b"
)
_CLAUSE_EAST = re.compile(r"因为|由于|为了|出于|ため|ので|から、|理由")
_BEFORE_EAST = re.compile(r"(?:因为|由于|为了|出于)[^，,。；]{2,60}|[^。、]{2,60}(?:のため|ために|ため|ので)")
_AFTER = re.compile(
    r"^\W*(?:(?:the|our|their|one|a|some|another) (?:\w+ ){0,3}?(?:reasons?|motivations?|drivers?|goal|idea|benefit|advantage|problem|issue)\b|"
    r"why\b|this (?:was|has|gave|gives|allow\w*|let|lets|made|makes|help\w*|enabl\w*|cut|reduc\w*|sav\w*|mean\w*)\b|"
    r"(?:it|that|they) (?:gave|gives|allow\w*|lets?|made|makes|help\w*|enabl\w*|cut|reduc\w*|sav\w*|was (?:too|more|much)|were (?:too|more))\b|"
    r"der grund|die gründe|la raison|les raisons|la razón|el motivo|o motivo|a razão|理由は|原因是)",
    re.IGNORECASE,
)
_WRONG = words(
    r"too (?:\w+ ){0,2}?\w+", r"slow\w*", r"expensive", r"costs?", r"costly", r"pric(?:e|es|ey|ing)", r"outgr\w+", r"limit(?:s|ed|ations?|ing)?", r"bottlenecks?", r"struggl\w+", r"suffer\w*",
    r"problem\w*", r"issues?", r"pains?", r"painful", r"hard(?:er)?", r"difficult\w*", r"brittle", r"fragile", r"unreliab\w+", r"crash\w*", r"fail\w*", r"outages?", r"downtime",
    r"could(?:n['’]t| not)", r"can(?:not|['’]t)", r"did(?:n['’]t| not) scale", r"(?:does|do)(?:n['’]t| not) scale", r"lack(?:s|ed|ing)?", r"missing", r"no longer (?:supported|maintained|enough|fit)",
    r"complex\w*", r"cumbersome", r"overhead", r"burden", r"unmaintain\w+", r"end[- ]of[- ]life", r"lock-?in", r"licen[cs]\w+", r"breaking", r"nightmare", r"frustrat\w+", r"inefficien\w+", r"tedious", r"trouble\w*", r"challeng\w+", r"not enough", r"weakness\w*", r"drawbacks?", r"downsides?",
    r"langsam", r"teuer", r"lent\w*", r"cher", r"car[oa]s?", r"problèmes?", r"problemas?", r"grenzen", r"limites?", r"probleme",
)  # fmt: skip


def find(outline: Outline, found: Findings) -> None:
    """Give each change its reason, where the text has one."""
    if not found.moves:
        return
    around = _Around(outline, found)
    found.moves = [move if move.reason else replace(move, reason=_of(move, found, around)) for move in found.moves]


class _Around:
    """The sentences of a paragraph, the paragraphs beside it under the same heading, and what is said of each name."""

    def __init__(self, outline: Outline, found: Findings):
        self.all = [one for one in outline.segments if one.kind in (Kind.PARAGRAPH, Kind.ITEM, Kind.HEADING)]
        self.places = {id(one): place for place, one in enumerate(self.all)}
        self.known: dict[int, list[str]] = {}
        self.said: dict[str, list[tuple[int, str]]] = {}  # of each technology: line and sentence, where it went wrong
        for mention in found.mentions:
            said = found.said.get(id(mention))
            if said and not said.generic and mention.segment.kind is not Kind.HEADING and _is_wrong(said.sentence):
                self.said.setdefault(mention.slug, []).append((mention.line, said.sentence))
        for told in self.said.values():
            told.sort()

    def sentences(self, segment: Segment) -> list[str]:
        if id(segment) not in self.known:
            parts = (part.strip() for part in SENTENCE_END.split(segment.text))
            self.known[id(segment)] = [part for part in parts if part]
        return self.known[id(segment)]

    def beside(self, segment: Segment, step: int) -> list[str]:
        """The sentences before (-1) or after (1), the nearest first; below a heading what stands under it."""
        place, told = self.places.get(id(segment), -1), list[str]()
        far = _PARAGRAPHS * (2 if segment.kind is Kind.HEADING else 1)
        for number in range(1, far + 1) if place >= 0 else ():
            at = place + number * step
            if not 0 <= at < len(self.all) or self.all[at].kind is Kind.HEADING:
                break
            told += self.sentences(self.all[at])[::step]
        return told

    def nearest(self, slug: str, line: int) -> str:
        """The sentence nearest to the line that tells what was wrong with a technology."""
        told = self.said.get(slug, [])
        at = bisect(told, (line, ""))
        return min(told[max(0, at - 1) : at + 1], key=lambda one: abs(one[0] - line), default=(0, ""))[1]


def _of(move: Move, found: Findings, around: _Around) -> str:
    segment = (move.new or move.old)[0].segment
    if segment.row is not None:
        return _in_row(segment, found) or clause_of(move.sentence)
    if told := clause_of(move.sentence, [mention.name for mention in move.new]):
        return told
    here = around.sentences(segment)
    at = here.index(move.sentence) if move.sentence in here else len(here) - 1
    after = [*here[at + 1 :], *around.beside(segment, 1)]
    names = [mention.name.lower() for mention in move.old]
    if segment.kind is Kind.HEADING:
        told = _first(after, names)
    elif after and _AFTER.match(after[0]):
        told = after[0]
    else:
        told = _first([*here[:at][::-1], *around.beside(segment, -1)][:_BACK], names)
    return _told(told or next((one for m in move.old if (one := around.nearest(m.slug, move.line))), ""))


def _first(sentences: list[str], names: list[str]) -> str:
    """The nearest sentence that tells what was wrong with what was left, else the nearest that tells what was wrong."""
    wrong = [one for one in sentences if _is_wrong(one)]
    return next((one for one in wrong if any(name in one.lower() for name in names)), wrong[0] if wrong else "")


def _is_wrong(sentence: str) -> bool:
    return bool(_WRONG.search(sentence[:_LONGEST]))


def clause_of(sentence: str, names: Iterable[str] = ()) -> str:
    """What follows "because", "to cut costs", "so that": the clause to its end.

    A purpose that has one of `names` in it is the change itself: "to make the move to PostgreSQL".
    """
    text = sentence[:_LONGEST]
    if match := _BEFORE_EAST.search(text) if _CLAUSE_EAST.search(text) else None:
        return _plain(match[0])
    for match in _CLAUSE.finditer(text):
        rest = text[match.start() :]
        if match.start() < 3:  # "Because it was slow, we moved": to the comma
            rest = rest.partition(", ")[0]
        rest = _AND_SO.split(rest, maxsplit=1)[0]
        if rest[:3].lower() == "to " and any(name in rest for name in names):
            continue
        if len(rest.split()) >= _FEWEST:
            return _told(rest)
    return ""


def _told(text: str) -> str:
    return shortened(_plain(text)) if text else ""


def _plain(text: str) -> str:
    return " ".join(text.replace(OBJECT, " ").split()).strip(" ,;:–—-")


def _in_row(segment: Segment, found: Findings) -> str:
    """The cell that says why, else a clause of the remarks."""
    cells = segment.row.cells if segment.row else []
    why = next((cell for cell in cells if found.role(cell) is Column.WHY and cell.text.strip()), None)
    if why is not None:
        return _told(why.text)
    remarks = (cell for cell in cells if found.role(cell) in (Column.REMARKS, Column.STAGE))
    return next((told for cell in remarks if (told := clause_of(cell.text))), "")
