"""ADOPTERS.md: one technology, many companies. No person's name, handle or address is kept."""

import re
from collections import Counter

from stacks.folding import alias_key, fold
from stacks.importers.blocks import outline
from stacks.importers.changes import CHANGING
from stacks.importers.findings import Given
from stacks.importers.lines import Line, Problem, Reading, excerpt, problems_of
from stacks.importers.listed import OWN_HEAD, Adopter, adopters_of
from stacks.importers.mentions import Mention
from stacks.importers.persons import HANDLE
from stacks.importers.reasons import clause_of
from stacks.importers.scanning import as_written, names_in
from stacks.importers.segments import OBJECT, Kind, Outline, Segment
from stacks.importers.sentences import Move, moves_of
from stacks.importers.stages import (
    ADOPTION_PLANNED,
    ADOPTION_TRIED,
    LIVE,
    NOT_YET,
    PLANS_IT,
    PREVIEW,
    TRIES_IT,
    USES_IT,
)
from stacks.importers.vocabulary import Vocabulary

from .own import category_of

_OWN_ADDRESS = re.compile(r"<https?://[^<>\s]{1,300}/technologies/([\w-]{1,100})/>")
_MOST_READ = 1_000  # characters of what an adopter says
_BRIEF = 30  # characters of what only says how far an adopter is


def looks_like(text: str) -> bool:
    heads = re.findall(r"^#{1,2}\s+(.{1,80})$", text[:5_000], re.MULTILINE)
    return bool(heads) and bool(
        re.search(r"\badopters?\b|\bproduction users\b|\bwho (?:is using|uses)\b", heads[0], re.IGNORECASE)
    )


def parse(text: str, vocabulary: Vocabulary, given: Given) -> Reading:
    found = outline(text)
    reading = Reading(problems=problems_of(found.problems), title=found.title)
    told = _given(given.technology, vocabulary) or _told_by_us(text, vocabulary)
    reading.technology = told or _technology(found, vocabulary, given.path)
    if not reading.technology:
        reading.problems.append(Problem(1, "Which technology these companies use is not told: choose it."))
    seen: set[tuple[str, str, str]] = set()
    for adopter in adopters_of(found):
        key = (alias_key(adopter.name), adopter.category, fold(adopter.scope))
        if not key[0] or key in seen:
            continue
        seen.add(key)
        reading.lines.append(_line(adopter, reading.technology, vocabulary))
        if not adopter.category:  # of our own export it is the purpose of one usage
            reading.lines.extend(_moves(adopter, reading.technology, vocabulary))
    if not reading.lines:
        reading.problems.append(Problem(1, "No list of companies was found."))
    return reading.ordered()


def _line(adopter: Adopter, technology: str | None, vocabulary: Vocabulary) -> Line:
    about = " ".join(HANDLE.sub("", adopter.about).replace(OBJECT, "").split()).strip(" :–—-|,")
    stage, why = _stage(adopter, about)
    place = category_of("", adopter.category, vocabulary)
    via = vocabulary.scanner.names_of(alias_key(adopter.via))
    return Line(
        adopter.line,
        excerpt(f"{adopter.name}: {about}" if about else adopter.name),  # not the line: persons stand in it
        name=adopter.name,
        company=adopter.name,
        technology=technology,
        category=place or (vocabulary.category(technology) if technology else "") or None,
        stage=stage,
        purpose=about[:300] if adopter.category else "",
        scope=adopter.scope,
        via=via[0].slug if len(via) == 1 else None,
        via_name=adopter.via if len(via) != 1 else "",
        remarks="" if adopter.category else excerpt(about),
        sure=0.9,
        ticked=True,
        why=f"listed as an adopter{f'; {why}' if why else ''}",
    )


def _is_weak(slug: str, vocabulary: Vocabulary) -> bool:
    known = vocabulary.technologies.get(slug)
    return known is None or known.kind in ("practice", "protocol")


_REPLACED = re.compile(r"\breplac(?:e|es|ed|ing)\s+(?:the |our |their )?(?:\w+ )?$", re.IGNORECASE)


def _replaced(segment: Segment, mentions: list[Mention], technology: str | None, vocabulary: Vocabulary) -> list[Move]:
    """ "In production, replacing Terraform and Ansible": by the technology that the list is of."""
    known = vocabulary.technologies.get(technology or "")
    if known is None:
        return []
    new = Mention(segment, 0, 0, known.name, known.slug)
    left: list[Mention] = []
    for mention in mentions:
        between = segment.text[left[-1].end : mention.start] if left else ""
        joined = bool(left) and bool(re.fullmatch(r"\s*(?:,|\+|/|&|and)\s*", between))
        if joined or _REPLACED.search(segment.text[max(0, mention.start - 40) : mention.start]):
            left.append(mention)
    return [Move(tuple(left), (new,), "done", segment.text[:200], segment.line)] if left else []


def _moves(adopter: Adopter, technology: str | None, vocabulary: Vocabulary) -> list[Line]:
    """ "We migrated from Terraform to it": what a company left for the technology, or the other way."""
    segment = Segment(adopter.about[:_MOST_READ], adopter.line, Kind.PARAGRAPH)
    if not CHANGING.search(segment.text):
        return []
    found = [
        one
        for one in names_in(segment.text, vocabulary)
        if len(one.names) == 1 and not one.names[0].homonym and as_written(one)
    ]
    mentions = [
        Mention(segment, one.start, one.end, one.text, one.names[0].slug, reach=max(one.end, one.reach))
        for one in found
    ]
    moves = moves_of(segment.text, mentions)
    moves += _replaced(segment, mentions, technology, vocabulary)
    ends = [
        (old, new, move)
        for move in moves
        for old in move.old
        for new in move.new
        if technology in (old.slug, new.slug) and old.slug != new.slug and not _is_weak(old.slug, vocabulary)
    ]
    return [
        Line(
            adopter.line,
            excerpt(move.sentence),
            kind="migration",
            name=f"{old.name} → {new.name}",
            company=adopter.name,
            technology=new.slug,
            origin=old.slug,
            category=vocabulary.category(new.slug) or None,
            stage=move.stage,
            reason=clause_of(move.sentence),
            sure=0.75,
            ticked=True,
            why="told in what the adopter says",
        )
        for old, new, move in ends
    ]


def _stage(adopter: Adopter, about: str) -> tuple[str, str]:
    if adopter.stage:
        return adopter.stage, adopter.why
    head = about[:400]
    uses = bool(USES_IT.search(head))
    planned, tried = (PLANS_IT, TRIES_IT) if len(head) > _BRIEF else (ADOPTION_PLANNED, ADOPTION_TRIED)
    match: re.Match[str] | None
    for match, stage, says in (
        (NOT_YET.search(head), "", True),
        (LIVE.search(head), "in_use", True),
        (PREVIEW.search(head), "trial", True),
        (planned.search(head), "planned", not uses),
        (tried.search(head), "trial", not uses),
    ):
        if match and says:
            told = stage or ("planned" if "plan" in match[0].lower() else "trial")
            return told, f"“{match[0]}”" if told != "in_use" else ""
    return "in_use", ""


def _given(name: str, vocabulary: Vocabulary) -> str | None:
    names = vocabulary.scanner.names_of(alias_key(name))
    return name if name in vocabulary.technologies else names[0].slug if names else None


def _told_by_us(text: str, vocabulary: Vocabulary) -> str | None:
    """Our own export ends with the address of the technology."""
    addresses = _OWN_ADDRESS.findall(text) if f"| {' | '.join(OWN_HEAD)} |" in text else []
    return addresses[-1] if addresses and addresses[-1] in vocabulary.technologies else None


def _technology(found: Outline, vocabulary: Vocabulary, path: str) -> str | None:
    """What the headings, the first sentences and the file speak of; the most named one."""
    counts: Counter[str] = Counter()
    for number, segment in enumerate(found.segments[:60]):
        weight = (
            8
            if segment.kind is Kind.HEADING and number == 0
            else 4
            if segment.kind is Kind.HEADING
            else 2
            if segment.kind is Kind.PARAGRAPH
            else 1
        )
        for slug in {
            one.names[0].slug for one in vocabulary.scanner.find(segment.text[:600]) if not one.names[0].homonym
        }:
            counts[slug] += weight
    for one in vocabulary.scanner.find(re.sub(r"[_./-]", " ", path)):
        counts[one.names[0].slug] += 10
    best = counts.most_common(1)
    return best[0][0] if best and best[0][1] >= 3 else None
