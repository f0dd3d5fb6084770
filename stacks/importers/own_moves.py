"""Which changes of a story are sure: those that it tells as the company's own, as done or decided.

What could be done, is done by others, is shown to a reader or is only what a product does is offered, not ticked.
"""

import re

from .categories import is_kin
from .findings import Findings
from .mentions import Mention
from .segments import Kind
from .sentences import Move

# in the nine languages of the cues; a Japanese sentence names nobody
_OWN = re.compile(
    r"\b(?:[Ww]e|[Oo]urs?|us|I|[Mm]y|[Tt]hey|[Tt]heir|[Tt]he (?:[\w-]+ )?(?:team(?! at\b)|company)|"
    r"[Nn]ous|[Nn]otre|[Nn]os|[Ww]ir|[Uu]nser\w*|[Nn]osotros|[Nn]uestr[oa]s?|[Nn]oss[oa]s?|\w+[aei]mos|"
    r"[Мм]ы|[Нн]аш\w*)\b|[\u3040-\u9fff\uac00-\ud7af]"
)
_ONE_PERSON = re.compile(r"\b(?:I|[Mm]y)\b")
_READ = 600  # characters of a sentence
_MOVING = r"(?:mov|migrat|switch|transition|replac|rewrit|port)ing"
# as in a list of what a talk is about: "Switching from X to Y", "Our road from X to Y"
_TITLE = re.compile(
    rf"^\W*(?:[\d:]+\W+)?(?:from|{_MOVING}|"
    r"(?:[\w’'.-]+ ){0,3}(?:migration|move|switch|journey|transition|road|story))\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:moved|switched|migrated|replaced|rewrote|rewritten|ported|swapped|dropped|decided|migrate|migration|"
    rf"transition\w*|instead of|{_MOVING})\b",
    re.IGNORECASE,
)
_SHOWN = re.compile(
    r"\b(?:you|your|how (?:to|do|does|easy)|guide|in this (?:article|section|tutorial))\b|\?\W*$", re.IGNORECASE
)
_POSSIBLE = re.compile(
    r"\b(?:if|whether|unless|could|might|would|may|consider\w*|eas(?:y|ily|ier)|worth|not sure|should be)\b|"
    r"\bcan (?:\w+ )?(?:move|migrate|switch|replace)\b",
    re.IGNORECASE,
)
_WHO_CHANGED = re.compile(
    r"\b(?:we|they|I|the (?:\w+ )?team|the company)\b(?:\s[\w’'-]+){0,4}?\s"
    r"(?:mov|migrat|switch|replac|rewr|port|swap|dropp|decid|transition)\w*"
    r"|\bdecided to (?:move|migrate|switch|replace)\b"
    r"|\b(?:was|were|been)\b(?:\s\w+){0,2}?\s(?:rewritten|replaced|moved|migrated|ported)\b",
    re.IGNORECASE,
)
_ALL_OF_IT = re.compile(r"\b(?:everything|it|them|all (?:of|our|the))\b", re.IGNORECASE)
_A_PART = re.compile(r"(?:[’']s)? (?!(?:I|We|In|On|VMs?|DB)\b)[A-Z][\w-]*[A-Za-z]")  # "VPC CNI", "the Git CLI"
_MOST_OF_A_TITLE = 15  # words
_OF_OTHERS = re.compile(r"\b(?:companies|people|users|customers?|everyone|community)\b", re.IGNORECASE)
_OF_A_TALK = re.compile(r"\b(?:talk|session) (?:from|by)\b", re.IGNORECASE)
_FOR_ALL = re.compile(r"\b(?:replaces?|replacement for|in place of)\b", re.IGNORECASE)
_OURS = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE)
_TOLD_TO_DO = re.compile(r"^\W*(?:switch|replace|move|migrate|change|swap|upgrade)\b", re.IGNORECASE)
_CARRIED = re.compile(
    r"\b(?:replicat|synchroni|copy|export|getting|convert(?:ing|ed)? (?:\w+ )?files)\w*\b", re.IGNORECASE
)


def is_sure(move: Move, old: Mention, new: Mention, found: Findings) -> bool:
    """Whether the change from the one to the other is ticked."""
    if not found.told or not move.sentence:
        return True  # the columns of a table say it
    sentence = move.sentence[:_READ]
    taught = found.taught and not (move.stage == "done" and _OURS.search(sentence))
    if taught or _is_only_possible(sentence, move, old, new) or _is_of_all(sentence, new, found):
        return False
    if _is_pieced(move, old, new, found):
        near = old.segment is new.segment and _ALL_OF_IT.search(sentence)  # "Next year we move everything to Y"
        return (move.stage == "done" or bool(near)) and bool(_WHO_CHANGED.search(sentence))
    if old.segment.kind is Kind.HEADING:
        return True
    if _TOLD_TO_DO.match(sentence) or _A_PART.match(old.segment.text, max(old.end, old.reach)):
        return False
    return _is_own(sentence, found) or _is_title(sentence, move) or _is_plain(sentence, old, new, found)


def _is_only_possible(sentence: str, move: Move, old: Mention, new: Mention) -> bool:
    """Shown to others, weighed up, or data that are carried over."""
    last = max((one for one in (old, new) if one.segment is new.segment), key=lambda one: one.end)
    text = new.segment.text
    begin = max(text.rfind(move.sentence, 0, last.start + len(move.sentence)), last.end - _READ, 0)
    return bool(
        _SHOWN.search(sentence) or _CARRIED.search(sentence) or _POSSIBLE.search(text[min(begin, last.end) : last.end])
    )


def _is_of_all(sentence: str, new: Mention, found: Findings) -> bool:
    """ "Yarn replaces npm", whoever uses it."""
    said = found.said.get(id(new))
    if said and (said.generic or said.defined):
        return True
    return bool(_OF_A_TALK.search(sentence) or (_FOR_ALL.search(sentence) and not _OURS.search(sentence)))


def _is_pieced(move: Move, old: Mention, new: Mention, found: Findings) -> bool:
    """Put together from what two sentences say."""
    return any(found.said[id(one)].sentence != move.sentence for one in (old, new) if id(one) in found.said)


def _is_own(sentence: str, found: Findings) -> bool:
    if _OWN.search(sentence):
        one_person = _ONE_PERSON.search(sentence) and not _OURS.search(sentence)
        return not one_person or bool(_CHANGED.search(sentence))
    company = found.given.company.split()
    return bool(company) and company[0].lower() in sentence.lower()


def _is_title(sentence: str, move: Move) -> bool:
    return len(sentence.split()) <= _MOST_OF_A_TITLE and (move.arrow or bool(_TITLE.match(sentence)))


def _is_plain(sentence: str, old: Mention, new: Mention, found: Findings) -> bool:
    """ "The queue was moved from A to B": nobody is named, but of one kind and over."""
    if _OF_OTHERS.search(sentence) or not _CHANGED.search(sentence):
        return False
    category = found.vocabulary.category
    return not (old.slug and new.slug) or is_kin(category(old.slug), category(new.slug))
