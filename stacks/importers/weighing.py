"""In a story, whether a technology is used is weighed by all that the text says of it.

Each sign speaks for it or against it. How much it weighs (`weights.csv`) was learned from labelled texts by
`benchmarks.learn_weights`; a sign that is not in the file weighs nothing. The signs of one text are counted once.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .findings import Findings
from .mentions import Mention
from .segments import within
from .sentences import Said
from .vocabulary import Vocabulary

TICKED_ABOVE, OFFERED_ABOVE = 0.5, -2.0  # in log odds
BASE = "any name"  # the sign of each
_WEIGHTS = Path(__file__).with_name("weights.csv")
_LEAST_TOLD = 0.2  # a sign that weighs less is not named
_MOST_TOLD = 2
_READ = 400  # characters of a sentence
_BEFORE, _AFTER = 100, 40


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_IN_SENTENCE = {
    "says “we”": _words(r"we|our|us|ours|i(?!\.e)|my|we['’](?:re|ve|ll|d)"),
    "says “they”": _words(r"they|their|them|the (?:team|company)|he|she"),
    "says “you”": _words(r"you|your|yourself|you['’]\w+"),
    "could or should": _words(r"would|could|might|may|should|can|must"),
    "if": _words(r"if|unless|whether|imagine|suppose|let['’]s say"),
    "or": _words(r"or"),
    "not": re.compile(r"\b(?:not|never|no longer|without|avoid\w*|neither|nor)\b|n['’]t\b", re.IGNORECASE),
    "others use it": _words(
        r"companies|many|most|people|everyone|others|community|industry|users|customers|clients|developers"
    ),
    "compared": _words(
        r"vs\.?|versus|than|compared|unlike|instead of|alternatives?|similar|rather than|as opposed|"
        r"competitors?|equivalent"
    ),
    "support for it": _words(
        r"supports?|supported|compatible|integrat\w+|works? with|plugins?|drivers?|clients? for|sdks?|bindings?|"
        r"connectors?|options?|available"
    ),
    "of the past": _words(r"previously|formerly|initially|originally|used to|before|at the time|back then|years ago"),
    "of the future": _words(r"will|going to|plan(?:s|ning|ned)?|future|roadmap|soon|next|eventually|someday"),
    "of today": _words(r"now|currently|today|already|at present|these days"),
    "proposed": _words(r"propos\w+|possib\w+|potential\w*|wish\w*|ideally|recommend\w*"),
    "weighed up": _words(
        r"considered|evaluat\w+|looked (?:at|into)|compar\w+|investigat\w+|research\w*|candidates?|tried|explored"
    ),
    "of a former job": _words(
        r"previous (?:li[fv]es?|jobs?|compan\w+|roles?|experience)|career|last job|former(?:ly)? at|"
        r"years? of experience|background|worked (?:with|at|on)|familiar"
    ),
    "of a talk or a book": _words(
        r"conference|meetup|book|talk|blog|podcast|article|tutorial|documentation|docs|guide|course|guest|episode|"
        r"author|founder|creator|engineer at"
    ),
    "a verb of use": _words(
        r"use[sd]?|using|runs?|running|ran|built|written|hosted|deploy\w*|power\w*|rel(?:y|ies|ied|ying)|chose|"
        r"adopt\w*|implement\w*|stor(?:e|es|ed|ing)|manag\w+|monitor\w*|migrat\w+|mov(?:e|ed|ing)|switch\w*"
    ),
    "written or built in it": _words(r"(?:written|built|implemented|developed|coded|based) (?:in|on|with|using)"),
    "asked": re.compile(r"\?\W*$"),
}
_USED_BY = _words(
    r"(?:we|they|it|team|company|i) (?:\w+ ){0,2}(?:use[sd]?|run|runs|ran|rely|chose|adopted|moved|migrated|"
    r"switched|deploy\w*|host\w*|built|write|wrote)"
)
_LIKE = re.compile(
    r"(?:\blike|such as|e\.g\.,?|for example,?|for instance,?|similar to|\bas in)\W*(?:[\w./+-]+,? ){0,4}$"
)
_AND = re.compile(r"(?:\band|,|/|\+)\s*$")
_OR_BEFORE, _OR_AFTER = re.compile(r"\bor\s*$"), re.compile(r"\s*,?\s*or\b")
_THING = re.compile(
    r"(?:[’']s)?\s+(?:clusters?|databases?|instances?|servers?|pods?|queues?|buckets?|tables?|jobs?|pipelines?|apps?|"
    r"applications?|services?|containers?|stack|deployment|dashboards?|workers?|nodes?|backend|frontend|api|code|"
    r"codebase|infrastructure|environment|topics?|functions?)\b",
    re.IGNORECASE,
)
_PEOPLE = re.compile(
    r"\s+(?:developers?|community|docs|documentation|website|team|conference|project|experts?|engineers?|ecosystem|"
    r"world|users|versions?|releases?)\b",
    re.IGNORECASE,
)
_STARTS = re.compile(r"(?:^|[.!?:]\s)\W*$")
_TOLD = {
    "used": "",
    "offered": "unclear by the rules",
    "mentioned": "only named by the rules",
    "skip": "no use by the rules",
}
_SURE, _VERB, _SAID_SO = 0.8, 0.72, 0.25
_MANY_NAMES = 15
_MOSTLY = 0.6


@cache
def weights() -> dict[str, float]:
    with _WEIGHTS.open(newline="", encoding="utf-8") as file:
        return {row["sign"]: float(row["weight"]) for row in csv.DictReader(file)}


@dataclass(frozen=True, slots=True)
class Weighed:
    """What came out for one technology: above 0 it is used rather than not."""

    score: float
    why: str


def weigh(found: Findings) -> dict[str, Weighed]:
    """Each technology of a story that rules alone do not decide."""
    known = weights()
    return {slug: _weighed(signs, known) for slug, signs in signs_of(found).items()}


def _weighed(signs: Iterable[str], known: dict[str, float]) -> Weighed:
    heavy = sorted(((known[sign], sign) for sign in signs if sign in known), key=lambda one: (-abs(one[0]), one[1]))
    score = known.get(BASE, 0.0) + sum(weight for weight, _ in heavy)
    parts = []
    for word, side in (("for it", 1), ("against it", -1)):
        named = [sign for weight, sign in heavy if weight * side > _LEAST_TOLD][:_MOST_TOLD]
        parts += [f"{word}: {', '.join(named)}"] if named else []
    return Weighed(score, "weighed, " + "; ".join(parts) if parts else "weighed")


def signs_of(found: Findings) -> dict[str, set[str]]:
    """By technology: what is so of one of its mentions, of all of them ("always"), and of the text."""
    groups: dict[str, list[Mention]] = defaultdict(list)
    for mention in found.mentions:
        if mention.verdict in _TOLD and not mention.small and not _is_practice(mention.slug, found.vocabulary):
            groups[mention.slug].append(mention)
    sentences: dict[str, frozenset[str]] = {}
    of_text = _of_text(found, groups)
    used = defaultdict(set)
    for slug, group in groups.items():
        if any(mention.verdict == "used" for mention in group):
            used[found.vocabulary.category(slug)].add(slug)
    result = {}
    for slug, group in groups.items():
        each = [_of_mention(mention, found, sentences) for mention in group]
        signs = set().union(*each) | {f"always {sign}" for sign in set.intersection(*each)} | of_text
        lines = len({mention.line for mention in group})
        signs |= {f"named on {least} lines" for least in (2, 3, 5) if lines >= least}
        known = found.vocabulary.technologies.get(slug)
        signs.add(f"a {known.kind}" if known else "unknown")
        if used[found.vocabulary.category(slug)] - {slug}:
            signs.add("another of its kind is used")
        result[slug] = signs
    return result


def _is_practice(slug: str, vocabulary: Vocabulary) -> bool:
    known = vocabulary.technologies.get(slug)
    return known is not None and known.kind == "practice"


def _of_text(found: Findings, groups: dict[str, list[Mention]]) -> set[str]:
    mentions = [mention for group in groups.values() for mention in group]
    if not mentions:
        return set()
    said = [found.said[id(mention)] for mention in mentions if id(mention) in found.said]
    signs = {
        "a tutorial": found.taught,
        "a text of many names": len(groups) > _MANY_NAMES,
        "a text that mostly names": sum(m.verdict == "used" for m in mentions) < _MOSTLY * len(mentions),
        "a text that seldom says “we”": sum(one.first for one in said) * 5 < len(said),
    }
    return {sign for sign, so in signs.items() if so}


def _of_mention(mention: Mention, found: Findings, sentences: dict[str, frozenset[str]]) -> set[str]:
    segment, said = mention.segment, found.said.get(id(mention), Said())
    end = max(mention.end, mention.reach)
    before, after = segment.text[max(0, mention.start - _BEFORE) : mention.start], segment.text[end : end + _AFTER]
    near = before[-60:]
    signs = {
        "an entry or part of a list": mention.part,
        "a link to its own site": mention.linked,
        "an ordinary word too": mention.caution != "free",
        "in small letters": mention.name.islower(),
        "by another name": mention.how == "alias",
        "in code": mention.in_code,
        "in bold": within(segment.bold, mention.start, mention.end),
        "the only name there": len(found.of(segment)) == 1,
        "one of many names there": len(found.of(segment)) > 4,
        "used by the sentence": said.used,
        "negated": said.negated,
        "said of others": said.generic,
        "describes another": said.defined,
        "of another stage": bool(said.stage),
        "begins a sentence": mention.caution == "free" and bool(_STARTS.search(near)),
        "“we use” before it": bool(_USED_BY.search(before)),
        "after “like”": bool(_LIKE.search(near)),
        "after “and”": bool(_AND.search(near)),
        "beside “or”": bool(_OR_BEFORE.search(near) or _OR_AFTER.match(after)),
        "in brackets": near.rfind("(") > near.rfind(")"),
        "a cluster or server of it": bool(_THING.match(after)),
        "beside the company's name": bool(found.given.company) and found.given.company.lower() in segment.text.lower(),
        "the people or documents of it": bool(_PEOPLE.match(after)),
        f"in a {segment.kind.value}": True,
        f"under a heading of kind {found.place(segment).section.value}": True,
    }
    text = (said.sentence or segment.text)[:_READ]
    if text not in sentences:
        sentences[text] = frozenset(sign for sign, pattern in _IN_SENTENCE.items() if pattern.search(text))
    return {sign for sign, so in signs.items() if so} | sentences[text] | {_by_rules(mention)}


def _by_rules(mention: Mention) -> str:
    if mention.verdict == "mentioned" and mention.sure <= _SAID_SO:
        return "ruled out by the rules"
    if mention.verdict != "used":
        return _TOLD[mention.verdict]
    return (
        "used and sure by the rules"
        if mention.sure >= _SURE
        else "used by the rules"
        if mention.sure >= _VERB
        else "hardly used by the rules"
    )
