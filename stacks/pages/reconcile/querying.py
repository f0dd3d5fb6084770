"""Names as others write them, resolved: candidates for each, and whether one of them is surely meant."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stacks.pages.reconcile.properties import (
    MODELS,
    NAMES,
    PROPERTIES,
    Unanswerable,
    agrees,
    by_identifier,
    entity_id,
    is_identifier,
)
from stacks.search import Hit, search
from stacks.search.sureness import sureness, the_one

MOST_QUERIES, MOST_CANDIDATES, CANDIDATES = 50, 50, 10
SECONDS = 2.0
_LONGEST = 200  # letters of a name
_AGREES, _DISAGREES = 0.05, 0.75
_KEYS = {"query", "type", "limit", "properties", "type_strict"}


class TooMuch(Exception):
    """It would take too long: ask for less at once."""


@dataclass(frozen=True, slots=True)
class Question:
    """`properties` are what is known besides the name, as (property, values)."""

    text: str
    kinds: tuple[str, ...]
    limit: int
    properties: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    kind: str
    pk: int
    slug: str
    name: str
    what: str
    sure: float
    meant: bool


def read_question(asked: Any) -> Question:
    """Raises Unanswerable."""
    if not isinstance(asked, dict) or asked.keys() - _KEYS:
        raise Unanswerable(
            "A query is an object with query, type, limit, properties and type_strict, and nothing else."
        )
    text, limit = asked.get("query", ""), asked.get("limit", CANDIDATES)
    if not isinstance(text, str) or isinstance(limit, bool) or not isinstance(limit, int | float):
        raise Unanswerable("query is a text, limit a number.")
    properties = tuple(_property(each) for each in _listed(asked.get("properties")))
    if not text.strip() and not properties:
        raise Unanswerable("A query asks for a name (query), or for what has certain properties.")
    most = int(max(1, min(limit, MOST_CANDIDATES)))
    return Question(text[:_LONGEST], _kinds(asked.get("type")), most, properties)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _kinds(told: Any) -> tuple[str, ...]:
    """All of ours where none is asked for; none where only types of others are."""
    asked = [one.get("id") if isinstance(one, dict) else one for one in _listed(told)]
    return tuple(kind for kind in MODELS if not [one for one in asked if one] or kind in asked)


def _property(told: Any) -> tuple[str, tuple[str, ...]]:
    if not isinstance(told, dict) or not isinstance(told.get("pid"), str) or "v" not in told:
        raise Unanswerable("A property is an object with pid and v.")
    values = [one.get("id", "") if isinstance(one, dict) else one for one in _listed(told["v"])]
    return told["pid"], tuple(str(one)[:_LONGEST] for one in values if not isinstance(one, list) and str(one).strip())


def answer(questions: dict[str, Question], deadline: float) -> dict[str, Any]:
    """`deadline` in seconds of work of this thread. Raises TooMuch."""
    found = {}
    for key, question in questions.items():
        if time.thread_time() > deadline:
            raise TooMuch
        found[key] = {"result": [_told(one) for one in _candidates(question)[: question.limit]]}
    return found


def _candidates(question: Question) -> list[_Candidate]:
    """The surest first. What bears the identifier that was given is meant, whatever it is called."""
    named = [one for kind in question.kinds for one in _identified(question, kind)]
    if not question.text.strip():
        return named
    one_kind = question.kinds[0] if len(question.kinds) == 1 else ""
    answered = search(question.text, kind=one_kind) if question.kinds else None
    hits = [hit for hit in answered.best if hit.kind in question.kinds] if answered else []
    known = {(one.kind, one.pk) for one in named}
    meant = the_one(question.text, hits) if not named else None
    others = [_of_hit(question, hit, hit is meant) for hit in hits if (hit.kind, hit.pk) not in known]
    return [*named, *sorted(_weighed(question, others), key=lambda one: -one.sure)]


def _of_hit(question: Question, hit: Hit, meant: bool) -> _Candidate:
    return _Candidate(hit.kind, hit.pk, hit.slug, hit.name, hit.what, sureness(question.text, hit), meant)


def _identified(question: Question, kind: str) -> list[_Candidate]:
    pks: set[int] = set()
    for pid, values in question.properties:
        if is_identifier(kind, pid):
            pks |= by_identifier(kind, pid, values)
    rows = MODELS[kind].objects.filter(pk__in=pks).order_by("sort_key", "pk") if pks else []
    return [_Candidate(kind, row.pk, row.slug, row.name, NAMES[kind], 1.0, len(pks) == 1) for row in rows]


def _weighed(question: Question, candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """What is known besides the name speaks for a candidate or against it. One query for each property and kind."""
    asked = [(pid, values) for pid, values in question.properties if values]
    if not asked or not candidates:
        return list(candidates)
    sure = {(one.kind, one.pk): (one.sure, one.meant) for one in candidates}
    for kind in {one.kind for one in candidates}:
        pks = [one.pk for one in candidates if one.kind == kind]
        for pid, values in asked:
            if (known := PROPERTIES[kind].get(pid)) is None:
                continue
            told = known.read(pks, 0)
            for pk in pks:
                if not told.get(pk):
                    continue  # nothing is known of it
                was, meant = sure[kind, pk]
                if any(agrees(value, told[pk]) for value in values):
                    sure[kind, pk] = min(1.0, was + _AGREES), meant
                else:
                    sure[kind, pk] = was * _DISAGREES, False
    return [_Candidate(one.kind, one.pk, one.slug, one.name, one.what, *sure[one.kind, one.pk]) for one in candidates]


def _told(one: _Candidate) -> dict[str, Any]:
    return {
        "id": entity_id(one.kind, one.slug),
        "name": one.name,
        "description": one.what,
        "score": round(100 * one.sure, 1),
        "match": one.meant,
        "type": [{"id": one.kind, "name": NAMES[one.kind]}],
    }
