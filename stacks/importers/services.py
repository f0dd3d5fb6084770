"""Managed services: where the engine stands beside its service, the usage is of the engine, via the service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .mentions import Mention
from .segments import Kind, Outline, Segment

if TYPE_CHECKING:
    from .recognise import Findings

_THROUGH = re.compile(
    r"^[’']?s?\s*(?:,?\s*(?:which is |is |are |being )?(?:operated|managed|hosted|run|provided|deployed|served|offered)\s+(?:by|on|with|via|through|using|in)\s+|\s*\(\s*(?:using|via|managed by|through|operated by|run by|hosted (?:on|by|with)|on|with)\s+|\s+(?:via|through)\s+)(?:the\s+)?"
)
_OPERATOR = re.compile(r"^\(\s*(?:using|via|managed by|through|operated by)\s+(?:the\s+)?([A-Z][\w.+-]*(?:\s[A-Z][\w.+-]*){0,3})\s*\)")
_NEAREST = 120  # characters between an engine and its service in one sentence


def apply(outline: Outline, found: Findings) -> None:
    seen: set[int] = set()
    for segment in outline.segments:
        if segment.row is not None:
            if id(segment.row) not in seen:
                seen.add(id(segment.row))
                _pair([m for cell in segment.row.cells if cell.kind is Kind.CELL for m in found.of(cell)], found, same=True)
                for cell in segment.row.cells:
                    _operators(cell, found)
        elif found.of(segment):
            _pair(found.of(segment), found, same=False)
            _operators(segment, found)


def _alive(mention: Mention) -> bool:
    return mention.verdict in ("used", "engine", "offered", "purpose") or (mention.verdict == "mentioned" and mention.sure >= 0.3)


def _pair(mentions: list[Mention], found: Findings, same: bool) -> None:
    """`same`: they stand in one row, however far apart."""
    alive = [mention for mention in mentions if _alive(mention)]
    for service in alive:
        engines = found.vocabulary.engines.get(service.slug)
        if not engines or service.verdict not in ("used", "offered"):
            continue
        near = [e for e in alive if e.slug in engines and not e.via and (same or _close(e, service, found))]
        if not near:
            continue
        nearest = min(_distance(e, service) for e in near)
        for engine in near if same else [e for e in near if _distance(e, service) == nearest]:
            engine.via = service.slug
            engine.verdict, engine.sure = "used", max(engine.sure, service.sure, 0.6) if service.verdict == "used" else max(engine.sure, 0.5)
            engine.why.append(f"via {service.name}, which stands beside it")
            engine.purpose = engine.purpose or service.purpose
            engine.stage = engine.stage or service.stage
        service.verdict = "via"
    _hosts(alive, found)


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
    """ "ECS on Fargate": what is built on, or part of, the thing that runs it."""
    for mention in mentions:
        for other in mentions:
            if mention is other or mention.via or other.verdict != "used" or mention.verdict != "used":
                continue
            if mention.segment is other.segment and mention.end <= other.start:
                between = mention.segment.text[mention.end : other.start]
                if _THROUGH.match(between) and len(between) < 40 and _is_service(other, found):
                    mention.via = other.slug
                    mention.why.append(f"via {other.name}")


def _is_service(mention: Mention, found: Findings) -> bool:
    known = found.vocabulary.technologies.get(mention.slug)
    return bool(known) and known.kind in ("service", "platform", "tool")  # type: ignore[union-attr]


def _operators(segment: Segment, found: Findings) -> None:
    """ "Redis (using Redis Operator)": what runs it stands in brackets, known or not."""
    for mention in found.of(segment):
        if mention.verdict != "used" or mention.via:
            continue
        after = segment.text[max(mention.end, mention.reach) :].lstrip()[:80]
        match = _OPERATOR.match(after)
        if not match:
            continue
        inside = [m for m in found.of(segment) if m.start > mention.end and m.name in match[1] and m.end - mention.end < 80]
        whole = next((m for m in inside if len(m.name) == len(match[1])), None)
        if whole:
            mention.via = whole.slug
            whole.verdict = "via"
        else:
            mention.via_name = match[1]
            for other in inside:
                other.verdict = "via"
        mention.why.append(f"via {match[1]}")
