"""Managed services: where the engine stands beside its service, the usage is of the engine, via the service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .mentions import Mention
from .segments import Kind, Outline, Segment

if TYPE_CHECKING:
    from .findings import Findings

_THROUGH = re.compile(
    r"^\s*,?\s*(?:which (?:is|are) |is |are |being )?(?:operated|managed|hosted|provided|run|offered)\s+(?:by|"
    r"with|via|through)\s+(?:the\s+)?"
)
_OPERATOR = re.compile(
    r"^[(（]\s*(?:using|via|managed by|through|operated by|run by|"
    r"hosted by)\s+(?:the\s+)?([A-Z][\w.+-]*(?:\s[A-Z][\w.+-]*){0,3})\s*[)）]"
)
_RUN_BY = re.compile(
    r"[\s/(+&-]{0,3}(?:(?:running |hosted |deployed )?(?:on|with|via|using|and|in)\s+)?(?:(?:AWS|Amazon)\s+|\()?"
)
_PRODUCT = re.compile(
    r"\b(?:Operator|Cloud|Enterprise|Service|Platform|Managed|Hosting|PaaS|DBaaS)\b|[a-z][A-Z]|\w\.\w"
)
_NAME = re.compile(r"([A-Z][\w+-]*(?:\.\w+)?(?:\s[A-Z][\w.+-]*){0,2})")
_NEAREST = 120  # characters between an engine and its service in one sentence


def apply(outline: Outline, found: Findings) -> None:
    seen: set[int] = set()
    left = _left_for_another(found)
    for segment in outline.segments:
        if segment.row is not None:
            if id(segment.row) not in seen:
                seen.add(id(segment.row))
                _pair(
                    [m for cell in segment.row.cells if cell.kind is Kind.CELL for m in found.of(cell)],
                    found,
                    left,
                    same=True,
                )
                for cell in segment.row.cells:
                    _operators(cell, found)
        elif found.of(segment):
            _pair(found.of(segment), found, left, same=False)
            _operators(segment, found)


def _alive(mention: Mention) -> bool:
    return mention.verdict in ("used", "engine", "offered", "purpose") or (
        mention.verdict == "mentioned" and mention.sure >= 0.3
    )


def _pair(mentions: list[Mention], found: Findings, left: set[int], same: bool) -> None:
    """`same`: they stand in one row, however far apart."""
    alive = [mention for mention in mentions if _alive(mention)]
    for service in alive:
        engines = found.vocabulary.beside.get(service.slug)
        if not engines or service.verdict not in ("used", "offered") or id(service) in left:
            continue
        near = [e for e in alive if e.slug in engines and not e.via and (same or _close(e, service, found))]
        if not near:
            _on_base(service, alive, found)
            continue
        nearest = min(_distance(e, service) for e in near)
        for engine in near if same else [e for e in near if _distance(e, service) == nearest]:
            engine.via = service.slug
            engine.verdict, engine.sure = (
                "used",
                max(engine.sure, service.sure, 0.6) if service.verdict == "used" else max(engine.sure, 0.5),
            )
            engine.why.append(f"via {service.name}, which stands beside it")
            engine.purpose = engine.purpose or service.purpose
            engine.stage = engine.stage or service.stage
        service.verdict = "via"
    _managed(alive, found)
    _hosts(alive, found)


def _left_for_another(found: Findings) -> set[int]:
    """ "Redis: Heroku Redis -> Upstash": one service was left for another of the same engine, which stays."""
    beside = found.vocabulary.beside
    return {
        id(old)
        for move in found.moves
        for old in move.old
        for new in move.new
        if _row_or_segment(old) is _row_or_segment(new)
        and set(beside.get(old.slug, ())) & {*beside.get(new.slug, ()), new.slug}
    }


def _row_or_segment(mention: Mention) -> object:
    return mention.segment.row or mention.segment


_MANAGED = re.compile(r"^\s*[(（]\s*(?:fully[- ])?(?:managed|hosted)\s+$")


def _managed(mentions: list[Mention], found: Findings) -> None:
    """ "Railway (managed PostgreSQL + Redis)": engines that a platform runs."""
    for platform in mentions:
        text = platform.segment.text
        inside = [m for m in mentions if m.segment is platform.segment and m.start > platform.end and m is not platform]
        if not inside or not _MANAGED.match(text[platform.end : inside[0].start]):
            continue
        end = next((n for n in (text.find(c, inside[0].start) for c in ")）") if n >= 0), len(text))
        for engine in inside:
            if engine.start < end and not engine.via:
                engine.via, engine.verdict = platform.slug, "used"
                engine.sure = max(engine.sure, min(platform.sure, 0.8))
                engine.why.append(f"via {platform.name}, which runs it")


def _on_base(service: Mention, alive: list[Mention], found: Findings) -> None:
    """ "BullMQ on Upstash": what is built on the engine that the service runs."""
    engines = set(found.vocabulary.beside.get(service.slug, ()))
    for mention in alive:
        if mention.segment is service.segment and mention.end < service.start and not mention.via:
            between = service.segment.text[mention.end : service.start]
            if re.fullmatch(r"\s+(?:on|via|through)\s+", between) and engines & found.vocabulary.bases.get(
                mention.slug, frozenset()
            ):
                mention.via = service.slug
                mention.why.append(f"via {service.name}")
                service.verdict = "via"


def _close(engine: Mention, service: Mention, found: Findings) -> bool:
    if _distance(engine, service) > _NEAREST:
        return False
    one, other = found.said.get(id(engine)), found.said.get(id(service))
    return one is None or other is None or one.sentence == other.sentence


def _distance(one: Mention, other: Mention) -> int:
    if one.segment is not other.segment:
        return 0
    return max(one.start, other.start) - min(one.end, other.end)


def _hosts(mentions: list[Mention], found: Findings) -> None:
    """ "ECS on Fargate": what runs containers, run without servers."""
    vocabulary = found.vocabulary
    for mention in mentions:
        if mention.via or mention.verdict != "used" or vocabulary.category(mention.slug) != "container-orchestration":
            continue
        for other in mentions:
            if (
                other.verdict == "used"
                and other is not mention
                and vocabulary.category(other.slug) == "serverless"
                and _is_run_by(mention, other)
            ):
                mention.via = other.slug
                mention.why.append(f"via {other.name}, which stands beside it")
                other.verdict = "via"
                break


def _is_run_by(orchestrator: Mention, other: Mention) -> bool:
    """ "ECS on Fargate", "ECS (Fargate)", "ECS Fargate", two cells of a row; not "EKS (GPU nodes), Lambda"."""
    if orchestrator.segment is not other.segment:
        return True
    return bool(_RUN_BY.fullmatch(other.segment.text[orchestrator.end : other.start]))


def _operators(segment: Segment, found: Findings) -> None:
    """ "Redis (using Redis Operator)", "MongoDB, operated by MongoHQ": what runs it, known or not."""
    for mention in found.of(segment):
        if mention.verdict != "used" or mention.via:
            continue
        after = segment.text[max(mention.end, mention.reach) :][:100]
        match = _OPERATOR.match(after.lstrip())
        name = match[1] if match else ""
        if name and not _PRODUCT.search(name) and not any(m.name in name for m in found.of(segment)):
            name = ""  # "(through Dynamic Replication)"
        if not name and (through := _THROUGH.match(after)) and (named := _NAME.match(after, through.end())):
            name = named[1]
        if name:
            _operated(mention, name, segment, found)


def _operated(mention: Mention, name: str, segment: Segment, found: Findings) -> None:
    inside = [m for m in found.of(segment) if mention.end < m.start < mention.end + 60 and m.name in name]
    whole = next((m for m in inside if len(m.name) == len(name)), None)
    if whole and (whole.slug == mention.slug or found.vocabulary.category(whole.slug) == "cloud-platforms"):
        return
    if whole:
        mention.via = whole.slug
    else:
        mention.via_name = name
    for other in inside:
        other.verdict = "via"
    mention.why.append(f"via {name}")
