"""What was decided about the lines of a text: in this import, and in earlier ones of the same company or source.

A choice is kept under the key of its line, which is made of the words and of how often they came before, not of the
number of the line: a text that is corrected above it keeps what was decided. Reads only, but for `remember`.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q
from django.utils import timezone

from stacks.folding import alias_key
from stacks.models import Category, Company, ImportBatch, ImportDecision, Source, Technology, Verdict

from .lines import Line, Reading

TAKE, SKIP, NEVER, MAKE, KEEP, END = "take", "skip", "never", "make", "keep", "end"
PAGES = "pages"  # the key of "what the text refers to is cited as well"
AGAIN = "again"  # the key of "the new edition is further evidence of all that it says again"
_NULLED = (
    "technology",
    "origin",
    "category",
    "hosting",
    "via",
    "started",
    "ended",
    "edition_on",
)  # none where they are empty
_WORDS = ("stage", "purpose", "remarks", "reason", "scope", "quote", "name", "value")


@dataclass(frozen=True, slots=True)
class Making:
    """A technology that a curator wants made: a draft."""

    name: str
    category: str
    kind: str
    website: str = ""

    @property
    def key(self) -> str:
        return f"new {alias_key(self.name)}"


@dataclass(frozen=True, slots=True)
class AsRead:
    """A line before anybody decided about it here; `kind` even before anybody ever did."""

    kind: str
    technology: str | None
    category: str | None
    stage: str | None
    ticked: bool


@dataclass(slots=True)
class Deciding:
    """What was decided, by the place of the line. `own` are the answers given to the line itself."""

    keys: list[str] = field(default_factory=list)
    read: list[AsRead] = field(default_factory=list)
    own: dict[int, str] = field(default_factory=dict)
    making: dict[int, Making] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)  # uids of usages that are said to have ended
    kept: set[str] = field(default_factory=set)
    sections: dict[str, dict[str, str]] = field(default_factory=dict)
    stages: dict[str, str] = field(default_factory=dict)
    again: bool = True
    pages: bool = True
    lost: int = 0  # choices whose words are in the text no more


def keys_of(lines: Sequence[Line]) -> list[str]:
    seen: Counter[str] = Counter()
    keys = []
    for line in lines:
        kind = line.kind if line.kind in ("migration", "fact") else ""
        words = (kind, line.name, line.origin or line.from_name if kind == "migration" else "", line.company or "")
        base = "\x1f".join(alias_key(word or "") or (word or "") for word in words)
        seen[base] += 1
        keys.append(f"l{_short(base, str(seen[base]))}")
    return keys


def section_key(heading: str) -> str:
    return f"s{_short(heading)}"


def stage_key(stage: str) -> str:
    return f"stage:{stage}"


def missing_key(uid: str) -> str:
    return f"missing:{uid}"


def _short(*words: str) -> str:
    return hashlib.blake2s("\x1f".join(words).encode("utf-8", "replace"), digest_size=8).hexdigest()


Remembered = Mapping[tuple[str, str], ImportDecision]


def load_decisions(company: Company | None, source: Source | None) -> Remembered:
    """What was decided before about words of the company's texts, or of the source, which goes first. One query."""
    if company is None and (source is None or not source.pk):
        return {}
    where = Q(company=company) if company else Q()
    where |= Q(source=source) if source and source.pk else Q()
    found = ImportDecision.objects.filter(where, ended_at=None).select_related("technology__category", "category")
    return {
        (decision.key, decision.kind_read): decision
        for decision in sorted(found, key=lambda one: (one.source_id or 0, one.pk))
        if decision.verdict == Verdict.NEVER or decision.technology is not None
    }


def _recall(line: Line, decision: ImportDecision) -> None:
    if line.kind not in ("usage", "mentioned", "skip"):
        return
    told = f"decided on {decision.made_at:%Y-%m-%d}"
    technology = decision.technology
    if decision.verdict == Verdict.NEVER:
        line.kind, line.ticked, line.action = "skip", False, "none"
        line.technology, line.new, line.why = None, False, f"never a technology: {told}"
    elif technology is None:
        return
    elif decision.verdict == Verdict.IS_NOT:
        if line.technology != technology.slug:
            return
        line.kind, line.ticked, line.why = "mentioned", False, f"not {technology.name}: {told}"
    else:
        line.category = decision.category.slug if decision.category else line.category or technology.category.slug
        line.kind, line.technology, line.new, line.ticked = "usage", technology.slug, False, True
        line.via = None if line.via == technology.slug else line.via
        if decision.stage and (line.stage or "in_use") == decision.stage_read:
            line.stage = decision.stage
        line.stage = line.stage or "in_use"
        line.sure, line.why = max(line.sure, 0.95), told
    line.how = "decided"


def settle(
    reading: Reading, choices: Mapping[str, Mapping[str, Any]] | None = None, remembered: Remembered | None = None
) -> Deciding:
    """Let what was decided hold: before, then here for the whole file, then for sections, then for single lines."""
    deciding = Deciding(keys_of(reading.lines))
    waiting = dict(choices or {})
    for place, line in enumerate(reading.lines):
        kind, key = line.kind, alias_key(line.name)
        decision = (remembered or {}).get((key, kind)) or (remembered or {}).get((key, ""))
        told = replace(line)
        if decision is not None:
            _recall(told, decision)
        deciding.read.append(AsRead(kind, told.technology, told.category, told.stage, told.ticked))
        if deciding.keys[place] not in waiting:  # what is decided here is said of the line as the text has it
            reading.lines[place] = told
    deciding.pages = waiting.pop(PAGES, {}).get("answer") != SKIP
    deciding.again = waiting.pop(AGAIN, {}).get("answer") != SKIP
    for key in [key for key in waiting if key.startswith("missing:")]:
        answer = waiting.pop(key).get("answer")
        (deciding.ended if answer == END else deciding.kept).add(key.partition(":")[2])
    for key in [key for key in waiting if key.startswith("stage:")]:
        deciding.stages[key.partition(":")[2]] = str(waiting.pop(key).get("stage", ""))
    for line in reading.lines:
        values = waiting.get(section_key(line.locator))
        if values is not None:
            deciding.sections[line.locator] = dict(values)
    for place, (key, line) in enumerate(zip(deciding.keys, reading.lines, strict=True)):
        if line.kind == "usage" and line.ticked:
            line.stage = deciding.stages.get(line.stage or "") or line.stage
            section = deciding.sections.get(line.locator, {})
            line.stage = section.get("stage") or line.stage
            line.ticked = section.get("answer") != SKIP
        if values := waiting.pop(key, None):
            _choose(line, values, place, deciding)
    deciding.lost = sum(key.startswith("l") for key in waiting)
    return deciding


def _choose(line: Line, values: Mapping[str, Any], place: int, deciding: Deciding) -> None:
    answer = str(values.get("answer", TAKE))
    deciding.own[place] = answer
    for name in (*_NULLED, *_WORDS):
        if name in values:
            setattr(line, name, values[name] or (None if name in _NULLED else ""))
    if answer in (SKIP, NEVER):
        line.ticked = False
        return
    if line.kind not in ("usage", "migration", "fact"):
        line.kind = "usage"
    line.how, line.ticked, line.new = "decided", True, False
    line.stage = line.stage or ("in_use" if line.kind == "usage" else None)
    if "technology" in values or answer == MAKE:
        line.problem = ""
    if answer == MAKE:
        deciding.making[place] = Making(**values["new"])
        line.technology, line.category = None, values["new"]["category"]


@dataclass(frozen=True, slots=True)
class _Told:
    """What would be remembered of a line; two lines of the same words that differ in it are not remembered."""

    verdict: Verdict
    technology: str | None
    category: str = ""
    stage: str = ""
    stage_read: str = ""
    section: bool = False  # said of a whole section: that is of this page, and says nothing of others


def remember(reading: Reading, deciding: Deciding, batch: ImportBatch, company: Company | None, user: Any) -> int:
    """Keep what was decided otherwise than it was read, for the next text of the company, or of the source.

    Returns how many decisions were written. Words that were decided in two ways are not remembered.
    """
    told: defaultdict[tuple[str, str], dict[_Told | None, str]] = defaultdict(dict)
    for place, (line, read) in enumerate(zip(reading.lines, deciding.read, strict=True)):
        if line.kind in ("usage", "mentioned", "skip"):
            told[alias_key(line.name), read.kind][_told(line, read, deciding, place)] = line.name
    new = {
        key: (next(iter(verdicts)), next(iter(verdicts.values())))
        for key, verdicts in told.items()
        if len(verdicts) == 1 and None not in verdicts and key[0]
    }
    slugs = {one.technology for one, _ in new.values() if one and one.technology}
    technologies = {row.slug: row for row in Technology.objects.filter(slug__in=slugs)}
    named = {one.category for one, _ in new.values() if one and one.category}
    categories = dict(Category.objects.filter(slug__in=named).values_list("slug", "pk"))
    known: defaultdict[tuple[int | None, str], list[ImportDecision]] = defaultdict(list)
    whose = Q(pk=None)
    whose |= Q(source=batch.source) if batch.source else Q()
    whose |= Q(company=company) if company else Q()
    for standing in ImportDecision.objects.filter(whose, ended_at=None):
        known[standing.company_id, standing.key].append(standing)
    made, over = list[ImportDecision](), set[int]()
    for (key, kind), (one, words) in new.items():
        technology = technologies.get(one.technology or "") if one else None
        if one is None or (one.verdict != Verdict.NEVER and technology is None):
            continue
        of_kind = "" if one.verdict == Verdict.NEVER else kind
        owner = company if not one.section else None
        if owner is None and batch.source is None:
            continue
        decision = ImportDecision(
            company=owner,
            source=None if owner else batch.source,
            words=words[:200],
            key=key[:200],
            verdict=one.verdict,
            technology=technology,
            category_id=categories.get(one.category),
            kind_read=of_kind,
            stage=one.stage,
            stage_read=one.stage_read,
            batch=batch,
            made_by=user,
        )
        before = [
            standing
            for standing in known[decision.company_id, decision.key]
            if standing.kind_read == of_kind or "" in (standing.kind_read, of_kind)
        ]
        if any(all(getattr(one, name) == getattr(decision, name) for name in _COMPARED) for one in before):
            continue
        over.update(one.pk for one in before)
        made.append(decision)
    ImportDecision.objects.filter(pk__in=over).update(ended_by=user, ended_at=timezone.now())
    ImportDecision.objects.bulk_create(made, batch_size=500)
    return len(made)


_COMPARED = ("verdict", "technology_id", "category_id", "kind_read", "stage", "stage_read")


def _told(line: Line, read: AsRead, deciding: Deciding, place: int) -> _Told | None:
    """None where the line stands as it was read, or as a technology of its own name that is made for it."""
    answer = deciding.own.get(place, "")
    if answer == NEVER:
        return _Told(Verdict.NEVER, None)
    if not line.ticked:
        rejected = answer == SKIP or (read.ticked and not answer)
        return _Told(Verdict.IS_NOT, read.technology, section=not answer) if rejected and read.technology else None
    if answer == MAKE:
        return None
    category = line.category if line.category != read.category else ""
    stage = (line.stage or "") if line.stage != read.stage and read.stage else ""
    if read.ticked and line.technology == read.technology and not category and not stage:
        return None
    return _Told(Verdict.IS, line.technology, category or "", stage, read.stage or "" if stage else "")
