"""What a sentence says of the names in it: used, left, planned, tried, only named."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from .changes import (
    ARROW,
    ARROW_ASIDE,
    CARRIED,
    CHANGING,
    LIKELY,
    MIGRATIONS,
    NOWADAYS,
    ONGOING,
    TURNED,
    WAY_OF_OTHERS,
    WILL,
)
from .cues import (
    BYGONE,
    CAPABLE,
    CHOSEN,
    COMING,
    COMING_AFTER,
    COMING_ELSEWHERE,
    CONTACT,
    DEFINED,
    DENIED,
    ELSEWISE,
    FACT,
    GENERIC_SUBJECT,
    GONE,
    GONE_AFTER,
    GONE_BEFORE,
    GONE_ELSEWHERE,
    IT_WAS,
    JOINED,
    LEAVING,
    LEAVING_AFTER,
    LEAVING_ELSEWHERE,
    LIKENED,
    LISTED,
    MENTIONED,
    NAME,
    NEGATED,
    NEGATED_AFTER,
    OF_A_THING,
    OF_OTHERS,
    OLD_THING,
    OURS,
    PLACED,
    PLURAL_US,
    PREFERRED,
    REPLACED_THAT,
    SENTENCE_END,
    STILL,
    TO_COME,
    TRYING,
    TRYING_AFTER,
    USED,
    USED_ELSEWHERE,
    USED_SUCH,
    USES,
    WEIGHED,
    WITH,
    WITH_FOR,
)
from .mentions import Mention
from .staging import is_on_condition, staged

_NEAR = 40
_FARTHEST = 160  # characters from a cue to a name
_OWNS = re.compile(r"[’']s?\s+(?:[\w-]+\s+){0,3}")
_ASKED = re.compile(r"\?\W*$")
_ONLY_COMMAS = re.compile(r"\band\b|\bor\b|&", re.IGNORECASE)
_AS_EXAMPLE = re.compile(
    r"for example|for instance|e\.g\.|i\.e\.|such as"
)  # of what they use, where they speak of themselves
_FIRST = re.compile(r"\b(?:we|our|us|ours|i(?!\.e)|my|we['’](?:re|ve|ll|d))\b")
_OURSELVES = re.compile(r"\b(?:we|our|us|ours|i(?!\.e)|my|we['’](?:re|ve|ll|d)|they|their)\b")


@dataclass(slots=True)
class Said:
    """What one sentence says of one name."""

    used: bool = False
    negated: bool = False
    contact: bool = False
    defined: bool = False
    counted: bool = False
    stage: str = ""
    cue: str = ""
    clause: bool = False  # the stage is what its clause says
    sentence: str = ""
    ours: bool = False
    first: bool = False  # it says "we" or "I"
    generic: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """From these to those; `stage` is planned, under_way or done."""

    old: tuple[Mention, ...]
    new: tuple[Mention, ...]
    stage: str
    sentence: str
    line: int
    standing: bool = False  # the new one is in use already
    loose: bool = False  # planned by its heading alone, if nothing else of the text has the new one in use
    arrow: bool = False  # no word between the two but an arrow: a change, or the way that data take
    likely: bool = False  # it counts only between things of one kind; without `old` that is told above
    next: bool = False  # right above, in the sentence before
    again: bool = False  # "we rewrote it in": what the sentence before speaks of
    reason: str = ""  # why, in the words of the text
    sure: bool = True  # else it is offered, and says nothing of its ends


@dataclass(slots=True)
class _Sentence:
    start: int
    end: int
    masked: str
    before: str = ""  # the sentence before it, in small letters
    lists: list[tuple[int, list[Mention]]] = field(default_factory=list)  # position in `masked`, what it stands for

    def reach(self) -> tuple[int, int]:
        """From where to where a cue may stand: a long sentence is looked at near its names."""
        return max(0, self.lists[0][0] - _FARTHEST), self.lists[-1][0] + _FARTHEST

    def within(self, start: int, end: int) -> list[Mention]:
        return [mention for at, mentions in self.lists if start <= at < end for mention in mentions]


def read(text: str, mentions: list[Mention]) -> tuple[dict[int, Said], list[Move]]:
    """`mentions` are those of one segment, in order; the answer is by their identity."""
    said: dict[int, Said] = {}
    moves: list[Move] = []
    for sentence in _sentences(text, mentions):
        if match := REPLACED_THAT.search(sentence.masked):
            new = sentence.within(match.start("new"), match.end("new"))
            moves.append(Move((), tuple(new), "done", text[sentence.start : sentence.end].strip(), new[0].line))
        here = [mention for _, listed in sentence.lists for mention in listed]
        first = bool(_FIRST.search(sentence.masked))
        of_all = Said(
            sentence=text[sentence.start : sentence.end].strip(),
            ours=bool(PLURAL_US.search(sentence.masked)),
            first=first,
            generic=not first and bool(GENERIC_SUBJECT.search(sentence.masked)),
        )
        for mention in here:
            said[id(mention)] = replace(of_all)
        _judge(sentence, said)
        moves.extend(_moves(sentence, text) or _turns(sentence, text))
    for mention in mentions:
        said.setdefault(id(mention), Said())
    return said, moves


def moves_of(text: str, mentions: list[Mention]) -> list[Move]:
    """Only what changed for what, where nothing else is asked."""
    if not mentions or not CHANGING.search(text):
        return []
    return [move for sentence in _sentences(text, mentions) for move in _moves(sentence, text)]


def _sentences(text: str, mentions: list[Mention]) -> list[_Sentence]:
    found, last, at = [], 0, 0
    bounds = [
        match.start()
        for match in SENTENCE_END.finditer(text)
        if not any(m.start <= match.start() < m.end for m in mentions)
    ]
    waiting = list(mentions)
    for end in [*bounds, len(text)]:
        here = [mention for mention in waiting if mention.start < end]
        waiting = waiting[len(here) :]
        if here:
            found.append(_mask(text, at, end, here))
            found[-1].before = text[last:at].lower()
        last, at = at, end
    return found


def lowered(text: str) -> str:
    """In small letters, character by character: the cues are written so, and places stay what they are."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _mask(text: str, start: int, end: int, mentions: list[Mention]) -> _Sentence:
    parts, at, order = [], start, []
    for mention in mentions:
        if mention.start < at or _owns_the_next(mention, mentions, text):
            continue
        parts += [text[at : mention.start], NAME]
        order.append(mention)
        at = max(mention.end, min(mention.reach, end))
    parts.append(text[at:end])
    masked = "".join(parts).replace(LISTED, " ")
    sentence = _Sentence(start, end, "")
    out, last, number = [], 0, 0
    for match in JOINED.finditer(masked):
        out.append(masked[last : match.start()])
        count = match[0].count(NAME)
        sentence.lists.append((sum(map(len, out)), order[number : number + count]))
        # the words of a list stay readable: whether it has an "and" tells how far a cue reaches
        out.append(LISTED)
        for mention in order[number : number + count]:
            mention.listed = number if _ONLY_COMMAS.search(match[0]) or count == 1 else -number - 2
        number += count
        last = match.end()
    out.append(masked[last:])
    sentence.masked = lowered("".join(out))
    return sentence


def _owns_the_next(mention: Mention, mentions: list[Mention], text: str) -> bool:
    """ "from OpenShift's own Ansible playbooks to Puppet": it is Ansible that was left."""
    after = text[max(mention.end, mention.reach) :][:_NEAR]
    match = _OWNS.match(after)
    return match is not None and any(
        0 < other.start - mention.end <= match.end() + 1 for other in mentions if other is not mention
    )


_STAGES = (
    ("trial", (TRYING, TRYING_AFTER)),
    ("planned", (COMING, COMING_AFTER, COMING_ELSEWHERE)),
    ("retired", (GONE, GONE_AFTER, GONE_BEFORE, GONE_ELSEWHERE)),
    ("retiring", (LEAVING, LEAVING_AFTER, LEAVING_ELSEWHERE)),
)


def _judge(sentence: _Sentence, said: dict[int, Said]) -> None:
    masked = sentence.masked
    weak = (WITH,) if _OURSELVES.search(masked) else (WITH_FOR,) if PLURAL_US.search(masked) else ()
    for mention, _ in _met((USED, USED_SUCH, USES, OURS, PLACED, USED_ELSEWHERE, *weak), sentence):
        said[id(mention)].used = True
    _judge_stages(sentence, said)
    asked = bool(_ASKED.search(masked))
    for mention, words in chain(
        _negated(sentence), _met((DENIED, LIKENED, NEGATED_AFTER, PREFERRED, *OF_OTHERS), sentence)
    ):
        if not said[id(mention)].clause:
            said[id(mention)].negated, said[id(mention)].cue = True, words
    own = bool(_FIRST.search(masked))
    for mention, words in _met((MENTIONED,), sentence):
        if not said[id(mention)].used and not (own and _AS_EXAMPLE.match(words)):
            said[id(mention)].negated, said[id(mention)].cue = True, words
    for mention, _ in _met((FACT,), sentence):
        said[id(mention)].counted = True
    defined, contact = bool(DEFINED.match(masked)), bool(CONTACT.search(masked))
    capable = not own and bool(CAPABLE.match(masked))
    for mention, _ in _met((OF_A_THING,), sentence) if not own else ():
        said[id(mention)].defined = True
    for number, (_, listed) in enumerate(sentence.lists):
        for mention in listed:
            first = number == 0 and (defined or masked.lstrip(" \"'*_“").startswith((LISTED, "the ", "this ")))
            said[id(mention)].defined = said[id(mention)].defined or ((defined or capable) and not first)
            said[id(mention)].contact = contact
            said[id(mention)].generic = said[id(mention)].generic or asked


def _judge_stages(sentence: _Sentence, said: dict[int, Said]) -> None:
    masked = sentence.masked
    awaited = {id(mention) for at, listed in sentence.lists if is_on_condition(masked, at) for mention in listed}
    for stage, patterns in _STAGES:
        for mention, words in _met(patterns, sentence):
            if stage == "retired" and (_SINCE_THEN.search(words) or id(mention) in awaited):
                continue  # "what used to run there now runs on X"
            said[id(mention)].stage, said[id(mention)].cue = stage, words
    for at, stage, words in staged(masked):
        for mention in sentence.within(at, at + 1):
            one = said[id(mention)]
            if not one.stage:
                one.stage, one.cue, one.used, one.clause = stage, words, True, True
    for mention, words in _going_on(sentence):
        one = said[id(mention)]
        if not one.stage:
            one.stage, one.cue, one.used = "planned", words, True
    if IT_WAS.match(masked) and OLD_THING.search(sentence.before) and not STILL.search(masked):
        _all_bygone(sentence, said, 0)
    if (bygone := BYGONE.match(masked)) and not STILL.search(masked):
        _all_bygone(sentence, said, bygone.end())


_SINCE_THEN = re.compile(r"\bused to\b.*\b(?:now|today)\b")


def _going_on(sentence: _Sentence) -> Iterator[tuple[Mention, str]]:
    """ "It will be written in Go with Gin, use Redis and be served by NGINX": a plan goes on to its end."""
    for match in TO_COME.finditer(sentence.masked):
        end = ELSEWISE.search(sentence.masked, match.end())
        for mention in sentence.within(match.end(), end.start() if end else len(sentence.masked)):
            yield mention, match[0].replace(LISTED, "…")[:60]


def _all_bygone(sentence: _Sentence, said: dict[int, Said], start: int) -> None:
    """ "The first version of the AWS part was PHP": that was PHP, and AWS is as it was."""
    for at, listed in sentence.lists:
        for mention in listed if at >= start - 1 else ():
            said[id(mention)].stage = "retired"
            said[id(mention)].cue = sentence.masked[:40].replace(LISTED, "…")


def _met(patterns: Iterable[re.Pattern[str]], sentence: _Sentence) -> Iterator[tuple[Mention, str]]:
    """The names that the cues reach, and the words of the cue."""
    reach = sentence.reach()
    for pattern in patterns:
        for match in pattern.finditer(sentence.masked, *reach):
            start, end = match.span("of") if "of" in pattern.groupindex and match["of"] else match.span()
            reached = sentence.within(start, end)
            if _IN_BRACKETS.match(sentence.masked, match.start()):
                reached = reached[-1:]  # "Go, Python (legacy)"
            for mention in reached:
                yield mention, match[0].replace(LISTED, "…")[:60]


_IN_BRACKETS = re.compile(rf"{LISTED}\s*[(（]")


def _negated(sentence: _Sentence) -> Iterator[tuple[Mention, str]]:
    for match in NEGATED.finditer(sentence.masked):
        reached = sentence.within(match.start(), match.end())
        if match.start() <= 2 and len(reached) > 1 and reached[0].listed < -1:
            reached = reached[:1]  # "Unlike A, B does this": the comma ends what it speaks of
        if WEIGHED.match(match[0]):  # "considered a system like A and others like B, but chose C"
            end = CHOSEN.search(sentence.masked, match.end())
            reached = sentence.within(match.start(), end.start() if end else len(sentence.masked))
        for mention in reached:
            yield mention, match[0].replace(LISTED, "…")[:60]


def _moves(sentence: _Sentence, text: str) -> list[Move]:
    found: list[Move] = []
    seen: set[tuple] = set()
    reach = sentence.reach()
    for pattern in (*MIGRATIONS, *LIKELY) if len(sentence.lists) > 1 else ():  # it takes two
        for match in pattern.finditer(sentence.masked, *reach):
            old = sentence.within(match.start("old"), match.end("old"))
            end = "new" if match["new"] else "doing"
            new = sentence.within(match.start(end), match.end(end))
            old = [m for m in old if m.slug not in {n.slug for n in new}]
            if (
                CARRIED.match(match[0])
                or _is_of_one_person(sentence.masked)
                or _is_likened(match, sentence.masked)
                or _is_of_others(sentence.masked)
            ):
                continue  # "to move data from MongoDB to Redshift" every night
            if not old or not new or len(old) * len(new) > 9:
                continue
            key = (tuple(m.slug for m in old), tuple(m.slug for m in new))
            if key in seen or (key[1], key[0]) in seen:
                continue
            seen.add(key)
            around = (
                sentence.masked[max(0, match.start() - 60) : match.end()]
                + _ELSE.split(sentence.masked[match.end() : match.end() + 20])[0]
            )
            stage = "planned" if _is_wish(around) else "under_way" if ONGOING.search(around) else "done"
            told = text[sentence.start : sentence.end].strip()
            arrow = bool(ARROW.search(match[0])) and not ARROW_ASIDE.search(match[0])
            found.append(Move(tuple(old), tuple(new), stage, told, old[0].line, arrow=arrow, likely=pattern in LIKELY))
    return found


def _is_of_one_person(masked: str) -> bool:
    """ "I originally moved from C++ to Ruby": a way of one's own, not the company's."""
    return bool(_I_CAME.search(masked)) and not _OTHERS_TOO.search(masked)


_I_CAME = re.compile(r"\bi (?:\w+ ){0,2}?(?:moved|switched|came|went|transitioned|migrated) (?:over )?(?:from|to)\b")
_OTHERS_TOO = re.compile(r"\b(?:we|our|us|the team|the company|they|their)\b")


def _is_of_others(masked: str) -> bool:
    """ "Many teams move from MongoDB to PostgreSQL", "if you want to switch", "a talk about moving from"."""
    return bool(WAY_OF_OTHERS.search(masked)) or (bool(GENERIC_SUBJECT.search(masked)) and not _FIRST.search(masked))


def _is_likened(match: re.Match[str], masked: str) -> bool:
    """ "Built as a Rails clone, it now leverages Crystal"."""
    return _CLONE.match(masked, match.end("old")) is not None


_CLONE = re.compile(r"\s+(?:clone|alternative|competitor|wrapper|fork|port)\b")


def _turns(sentence: _Sentence, text: str) -> list[Move]:
    """ "The team then switched to Kubernetes": from what, an earlier sentence says."""
    nowadays = NOWADAYS.search(sentence.masked)
    match = nowadays or TURNED.search(sentence.masked)
    if not match or NEGATED.search(sentence.masked):
        return []
    group = next(name for name, words in match.groupdict().items() if words)
    new = sentence.within(match.start(group), match.end(group))
    around = sentence.masked[max(0, match.start() - 60) : match.end()]
    stage = "planned" if _is_wish(around) else "under_way" if ONGOING.search(around) else "done"
    told = text[sentence.start : sentence.end].strip()
    again = group == "anew" and bool(_IT.search(match[0]))
    return (
        [Move((), tuple(new), stage, told, new[0].line, likely=True, next=bool(nowadays), again=again)] if new else []
    )


_IT = re.compile(r"\b(?:it|this|that|them|everything)\b")
_ELSE = re.compile(r",|;| and | but ")
_PAST = re.compile(
    r"\b(?:moved|migrated|switched|replaced|completed|finished|executed|performed|carried out|"
    r"transitioned|rewrote|dropped|decided|have|has)\b",
    re.IGNORECASE,
)


_TO_BE_DONE = re.compile(
    r"^\W*(?:use|adopt|introduce)\s|"
    r"\b(?:will|shall|should|must|ought to)(?: \w+)? be (?:replaced|migrated|moved|switched|dropped)\b|"
    r"\b(?:we|they|it) (?:should|ought to|must)(?: \w+)? (?:replace|migrate|move|switch|drop)\b",
    re.IGNORECASE,
)
_WISH_ELSEWHERE = re.compile(r"计划|打算|准备|将来|后续|予定|検討|planeamos|prévoyons|geplant")


def _is_wish(text: str) -> bool:
    if _WISH_ELSEWHERE.search(text) or _TO_BE_DONE.search(text):
        return True
    return bool(WILL.search(text) and not _PAST.search(text))
