"""Changes that a story tells over several sentences: what was there, and later what took its place.

The sentence of the change names only the new one ("In 2019 we switched to Y", "Y took its place"). What was left is the
nearest name of its kind above of which the text says that it was, and of which it says nothing else below.
"""

import re
from collections import defaultdict

from .categories import is_kin
from .findings import Findings
from .mentions import Mention
from .places import Place
from .segments import Kind
from .sentences import Move, Said
from .words import Section

_FAR, _NEAR = 25, 12  # lines
_READ, _CLAUSE, _NEXT = 120, 30, 250  # characters beside a name, before a cue, between two sentences
_SILENT = (Section.SKIP, Section.CUSTOMERS, Section.ALTERNATIVES)
_PAST = ("retired", "retiring")
_WORDS = r"(?:[\w'’-]+ ){0,3}"
_OPENED = r"[\"“‘'(\[*_]{0,2}"
# before the new one, in its sentence
_TO_IT = re.compile(
    r"\b(?:mov(?:e|ed|ing)|migrat(?:e|ed|ing|ion)|switch(?:ed|ing)?|transition(?:ed|ing)?|shift(?:ed|ing)?|jump(?:ed)?|port(?:ed|ing)?|"
    rf"convert(?:ed|ing)?|changed|went over|turned)\b[^.;:!?,]{{0,40}}?(?<!thanks )(?<!due )\b(?:to|onto|into) {_WORDS}{_OPENED}$"
    rf"|\b(?:rewrote|rewritten|rebuilt|re-?implemented|redone)\b[^.;:!?]{{0,40}}?\b(?:in|with|on|using) {_WORDS}{_OPENED}$"
    rf"|\breplaced (?:with|by) {_WORDS}{_OPENED}$"
    rf"|\b(?:replac|swap|exchang)(?:ed|ing|ped|ping)\b (?:it|them|that|this|these|those|all of it|everything)\b[^.;:!?]{{0,20}}?\b(?:with|by|for) {_WORDS}$"
    rf"|\b(?:settled on|went with|opted for|went for) {_WORDS}$",
    re.IGNORECASE,
)
# behind it
_IN_ITS_PLACE = re.compile(
    r"[^.;:!?]{0,20}?\b(?:took|has taken|takes|is taking) (?:its|their|over the) (?:place|role|job)\b"
    r"|[^.;:!?]{0,20}?\breplac(?:ed|es) (?:it|that|them|all of (?:it|that))\b|[^.;:!?]{0,20}?\btook over\b",
    re.IGNORECASE,
)
# told as of today, where the old one is told as gone
_NOWADAYS = re.compile(
    r"\b(?:now|today|these days|nowadays|our new \w+|the new \w+|new \w+ (?:is|are))\b[^.;:!?]{0,60}$", re.IGNORECASE
)
_IS_NOW = re.compile(r"[^.;:!?]{0,40}?\b(?:now|today|these days|nowadays|instead)\b", re.IGNORECASE)
# no way of the company's own
_ANOTHER = re.compile(
    r"\b(?!We|It|They|The|This|That|I|In|So|After|Then|Now|Today|Last|By|Our|All|Everything|Most)[A-Z]\w+ (?:has |have |also |then )?(?:moved|switched|migrated|transitioned|shifted|went|settled|opted)\b"
    r"|\bI (?:\w+ ){0,2}?(?:moved|switched|came|went|transitioned|migrated)\b"
)
_TO_COME = re.compile(
    r"\b(?:will|going to|plan\w*|want\w*|hop(?:e|es|ing)|intend\w*|would|could|might|should|next|goal)\b|['’]ll\b",
    re.IGNORECASE,
)
_UNDER_WAY = re.compile(
    r"\b(?:are|is|am|['’]re|currently|slowly|gradually|now) (?:\w+ )?(?:mov|migrat|switch|rewrit|port|convert|transition)ing\b",
    re.IGNORECASE,
)
_NOT_OURS = re.compile(
    r"\b(?:(?:part|some|a few|parts|many|half) of|if|unless|why not|instead of|rather than|decided against|did(?:n['’]t| not)|never|not|consider\w*|thought (?:about|of)|evaluat\w+|compar\w+|"
    r"customers?|clients?|users|people|companies|teams (?:who|that)|you|your)\b",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:still|today|currently|now|these days|to this day|remains?|continues?)\b", re.IGNORECASE)
# how it was: before the old one, behind it
_WAS = re.compile(
    r"\b(?:ran|used|relied|was|were|started|began|begun|launched|lived)\b[^.;:!?,]{0,40}$"
    r"|\b(?:previously|formerly|before that|back then|used to|early prototypes|(?:was|were|been) using)\b[^.;:!?]{0,100}$",
    re.IGNORECASE,
)
_OWNER = re.compile(r"[’']s\b")  # "Ruby's configuration files"
_IT_WAS = re.compile(
    r"(?:[’']s)?(?: \w+){0,2}? (?:was|were|had|ran|powered|served|handled|looked|sat|did|got|fell|couldn['’]t|could not|became|began|kept|struggled|lacked|started|didn['’]t)\b",
    re.IGNORECASE,
)
_TOO_MUCH = re.compile(
    r"(?: \w+){0,2}? (?:was|were|got|became|had become|proved|turned out) (?:\w+ ){0,2}?(?:too|expensive|slow|costly|unreliable|painful|brittle|hard|unmaintain\w+)\b",
    re.IGNORECASE,
)
# "still running on X for the time being, but we hope to move them to Y"
_FOR_NOW = re.compile(r"[^.;:!?]{0,30}? for (?:the time being|now)\b", re.IGNORECASE)
_ALL_OF_IT = re.compile(
    r"\b(?:it|them|everything|all (?:of (?:it|them|this|that)|(?:our|the) \w+)|the rest)\b", re.IGNORECASE
)
_IS = re.compile(r"\b(?:use|uses|run|runs|rely|relies|is|are|keep|keeps|write|writes|deploy|deploys)\b", re.IGNORECASE)


def find(found: Findings) -> list[Move]:
    """The changes that no sentence tells as a whole."""
    told = {mention.slug for move in found.moves for mention in move.new if move.old}
    by_slug: dict[str, list[Mention]] = defaultdict(list)
    for mention in found.mentions:
        by_slug[mention.slug].append(mention)
    before: list[Mention] = []
    moves: list[Move] = []
    for mention in sorted(found.mentions, key=lambda one: (one.line, one.start)):
        said = found.said.get(id(mention))
        if said and mention.segment.kind is Kind.HEADING and said.stage in _PAST:
            before.append(mention)  # "Moving off X"
        if said is None or not _speaks(mention, said, found.place(mention.segment)):
            continue
        if mention.slug not in told and (stage := _change(mention, said, found)):
            olds = (one for one in reversed(before) if stage != "now" or _is_gone(one, mention, found))
            old = next((one for one in olds if _is_left(one, mention, found, by_slug[one.slug])), None)
            if old is not None:
                told.add(mention.slug)
                moves.append(Move((old,), (mention,), "done" if stage == "now" else stage, said.sentence, mention.line))
        if not said.negated:
            before = [*before[-60:], mention]
    return moves


def _speaks(mention: Mention, said: Said, place: Place) -> bool:
    """Whether a sentence of the company's own story names it."""
    return (
        bool(said.sentence)
        and mention.segment.kind in (Kind.PARAGRAPH, Kind.ITEM)
        and not (said.generic or said.defined or said.contact or mention.small)
        and mention.verdict in ("used", "offered")
        and place.section not in _SILENT
    )


def _change(mention: Mention, said: Said, found: Findings) -> str:
    """How far the change to it has come, where its sentence tells one; "now" where it only says that it is there."""
    before, after = _beside(mention, said)
    to_it = _TO_IT.search(before)
    if said.negated or said.stage in (*_PAST, "trial") or _OWNER.match(after) or _is_of_another(before, found):
        return ""
    clause = max(0, to_it.start() - _CLAUSE) if to_it else 0
    if _NOT_OURS.search(before, clause):
        return ""
    if to_it and any(0 < mention.start - one.start < len(before) - to_it.start() for one in found.of(mention.segment)):
        return ""  # "switched to Kubernetes running on AWS"
    if not (to_it or _IN_ITS_PLACE.match(after)):
        return "now" if _NOWADAYS.search(before) or _IS_NOW.match(after) else ""
    if said.stage == "planned" or _TO_COME.search(before, clause):
        return "planned"
    return "under_way" if _UNDER_WAY.search(before, clause) else "done"


def _beside(mention: Mention, said: Said) -> tuple[str, str]:
    """What its sentence says before the name and behind it."""
    text = mention.segment.text
    at = text.rfind(said.sentence, 0, mention.start + len(said.sentence)) if len(said.sentence) < len(text) else 0
    end = max(mention.end, mention.reach)
    stop = at + len(said.sentence) if 0 <= at <= mention.start else len(text)
    return text[max(0, at, mention.start - _READ) : mention.start], text[end : min(stop, end + _READ)]


def _is_left(old: Mention, new: Mention, found: Findings, named: list[Mention]) -> bool:
    if old.slug == new.slug or new.line - old.line > _FAR or not _may_stand_in(old, new, found):
        return False
    said, change = found.said[id(old)], found.said[id(new)]
    if _is_to_be_left(old, new, found):
        return True
    if (said.sentence == change.sentence and not said.stage) or not _was(old, said):
        return False
    return not any(_is_in_use(one, found, after=new) for one in named if one is not old)


def _is_to_be_left(old: Mention, new: Mention, found: Findings) -> bool:
    """ "It all runs on X. Next year we will move everything to Y": what is there is to be left."""
    said, change = found.said[id(old)], found.said[id(new)]
    before, _ = _beside(new, change)
    to_it = _TO_IT.search(before)
    if old.segment is not new.segment or new.start - old.end > _NEXT or not to_it or not _ALL_OF_IT.search(to_it[0]):
        return False
    if said.sentence == change.sentence and not _FOR_NOW.match(_beside(old, said)[1]):
        return False
    return (
        said.used
        and not said.stage
        and bool(change.stage == "planned" or _TO_COME.search(before) or _UNDER_WAY.search(before))
    )


def _may_stand_in(old: Mention, new: Mention, found: Findings) -> bool:
    """Of one kind; Kafka Streams makes no way for Kafka, nor an image of Docker for Kubernetes."""
    one, other = found.vocabulary.category(old.slug), found.vocabulary.category(new.slug)
    shared = set(old.slug.split("-")) & set(new.slug.split("-")) - {"apache", "amazon", "google", "aws", "azure"}
    if new.slug.split("-")[0] in ("amazon", "aws", "google", "azure") and one == "cloud-platforms":
        return False  # "we moved batch jobs to AWS Lambda" leaves no AWS
    return is_kin(one, other) and not shared and ("containers" not in (one, other) or one == other)


def _is_gone(old: Mention, new: Mention, found: Findings) -> bool:
    """Told as left, near, and of the very category: then a sentence on how it is today is enough."""
    said, category = found.said[id(old)], found.vocabulary.category
    if new.line - old.line > _NEAR or category(old.slug) != category(new.slug):
        return False
    return said.stage == "retired" or bool(_TOO_MUCH.match(_beside(old, said)[1]))


def _is_of_another(before: str, found: Findings) -> bool:
    match = _ANOTHER.search(before)
    return match is not None and match[0].split()[0].lower() != found.given.company.lower()


def _was(mention: Mention, said: Said) -> bool:
    if _ANOTHER.search(said.sentence):
        return False
    if said.stage:
        return said.stage in _PAST
    before, after = _beside(mention, said)
    if _NOW.search(said.sentence) or _OWNER.match(after):
        return False
    return bool(_WAS.search(before) or _IT_WAS.match(after))


def _is_in_use(mention: Mention, found: Findings, after: Mention) -> bool:
    """Whether another sentence says that it is there: in a list, as of today, or after the change."""
    said = found.said.get(id(mention))
    if mention.part and mention.segment.kind in (Kind.ITEM, Kind.CELL) and mention.verdict == "used":
        return not mention.stage
    if said is None or said.stage or said.negated or not said.used:
        return False
    before, behind = _beside(mention, said)
    if _NOW.search(said.sentence):
        return True
    return mention.line > after.line and bool(_IS.search(before + behind)) and not _was(mention, said)
