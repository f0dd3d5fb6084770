"""One change for many usages: what it would do to each, then all of it or nothing, in few queries however many.

What a user may not write himself is proposed, line by line as if he had saved each form.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from stacks import dates
from stacks.bulk import add_all, set_on_all
from stacks.curating import curating
from stacks.derived import chunks
from stacks.models import Category, Evidence, Kind, Source, Stage, State, Technology, Usage, standing
from stacks.models.usages import check_order
from stacks.proposals.proposing import open_batch, propose_on_all, propose_rows
from stacks.proposals.rights import is_seen, may_write

STAGE, END, CATEGORY, SOURCE, VERIFIED = "stage", "end", "category", "source", "verified"
_REASON = "Changed together with others"


class Refused(Exception):
    """Rows stand in the way; nothing was written. `reasons` has one sentence for each."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Cited:
    """A source that says so, and the edition that does."""

    source: Source
    edition_on: str = ""

    def __str__(self) -> str:
        return f"{self.source}{f', {self.edition_on}' if self.edition_on else ''}"


@dataclass(slots=True)
class Outcome:
    """What the change does to one usage. `problem`: why it cannot; `same`: nothing, as it stands so already."""

    usage: Usage
    now: str
    then: str
    problem: str = ""
    same: bool = False
    proposed: bool = False

    @property
    def changes(self) -> bool:
        return not self.problem and not self.same


def look(usages: Sequence[Usage], what: str, value: Any, user: Any) -> list[Outcome]:
    """For each usage, with company, technology and category joined, what the change would do. Up to five queries."""
    outcomes = _LOOK[what](usages, value)
    # of a company that objects it may be said that something is over, and that somebody looked
    objections = {} if what in (END, VERIFIED) or value == Stage.RETIRED else standing()
    for outcome in outcomes:
        if objection := objections.get(outcome.usage.company_id):
            outcome.problem = outcome.problem or objection.sentence
        seen = settings.REVIEW_BY_ANOTHER and is_seen(outcome.usage)
        outcome.proposed = seen or not may_write(user, outcome.usage)
    return outcomes


def write(usages: Sequence[Usage], what: str, value: Any, user: Any) -> tuple[int, int]:
    """Change them all, or raise Refused: how many were written, and how many proposed."""
    with curating():
        outcomes = look(usages, what, value, user)
        if reasons := [f"{each.usage}: {each.problem}" for each in outcomes if each.problem]:
            raise Refused(reasons)
        written = [each.usage for each in outcomes if each.changes and not each.proposed]
        proposed = [each.usage for each in outcomes if each.changes and each.proposed]
        if written:
            _WRITE[what](written, value, user)
        if proposed:
            companies = {usage.company_id for usage in proposed}
            batch = open_batch(user, about=proposed[0].company if len(companies) == 1 else None)
            _PROPOSE[what](batch, proposed, value)
        return len(written), len(proposed)


# A field of the usage itself.

_FIELD = {STAGE: "stage", END: "ended", CATEGORY: "category"}


def _look_at_stage(usages: Sequence[Usage], stage: Stage) -> list[Outcome]:
    open_again = [usage for usage in usages if usage.stage == Stage.RETIRED and stage != Stage.RETIRED]
    twins = _twins([usage for usage in open_again if not usage.ended], {})
    return [
        Outcome(
            usage,
            usage.get_stage_display(),
            str(Stage(stage).label),
            problem=twins.get(usage.pk, ""),
            same=usage.stage == stage,
        )
        for usage in usages
    ]


def _look_at_end(usages: Sequence[Usage], ended: str) -> list[Outcome]:
    outcomes = []
    for usage in usages:
        outcome = Outcome(usage, usage.ended or "no end", ended, same=usage.ended == ended)
        before, usage.ended = usage.ended, ended
        try:
            check_order(usage)
        except ValidationError as error:
            outcome.problem = " ".join(error.messages)
        finally:
            usage.ended = before
        outcomes.append(outcome)
    return outcomes


def _look_at_category(usages: Sequence[Usage], category: Category) -> list[Outcome]:
    moving = [usage for usage in usages if usage.category_id != category.pk]
    twins = _twins([usage for usage in moving if _is_open(usage)], {"category_id": category.pk})
    products = Technology.objects.filter(category=category).exclude(kind=Kind.PRACTICE).exists()
    outcomes = []
    for usage in usages:
        outcome = Outcome(usage, str(usage.category), str(category), same=usage.category_id == category.pk)
        outcome.problem = twins.get(usage.pk, "")
        if not outcome.same and products and usage.technology.kind == Kind.PRACTICE:
            outcome.problem = f"{usage.technology} is a practice, and {category} holds products."
        outcomes.append(outcome)
    return outcomes


def _is_open(usage: Usage) -> bool:
    return not usage.ended and usage.stage != Stage.RETIRED and usage.state != State.RETRACTED


def _twins(usages: Sequence[Usage], moved: dict[str, int]) -> dict[int, str]:
    """Those that would stand beside an open usage of the same, by key, with what is told of it. One query."""
    if not usages:
        return {}

    def place(usage: Usage) -> tuple[Any, ...]:
        names = ("company_id", "technology_id", "scope_key", "category_id")
        return tuple(moved.get(name, getattr(usage, name)) for name in names)

    taken = {}
    for chunk in chunks({usage.company_id for usage in usages}):
        others = Usage.objects.filter(company__in=chunk, ended="").exclude(stage=Stage.RETIRED)
        others = others.exclude(state=State.RETRACTED).filter(technology__in={usage.technology_id for usage in usages})
        for pk, *key in others.values_list("pk", "company", "technology", "scope_key", "category"):
            taken[tuple(key)] = pk
    told = {}
    for usage in usages:
        if usage.state == State.RETRACTED:
            continue
        if taken.setdefault(place(usage), usage.pk) != usage.pk:
            told[usage.pk] = "The company has an open usage of this technology there already: add the purpose there."
    return told


def _write_field(what: str) -> Callable[[Sequence[Usage], Any, Any], None]:
    def write_field(usages: Sequence[Usage], value: Any, user: Any) -> None:
        set_on_all(usages, {_FIELD[what]: value}, reason=_REASON, user=user)

    return write_field


def _propose_field(what: str) -> Callable[[Any, Sequence[Usage], Any], None]:
    def propose_field(batch: Any, usages: Sequence[Usage], value: Any) -> None:
        propose_on_all(batch, usages, {_FIELD[what]: value})

    return propose_field


# A source that is cited for each.


def _look_at_source(usages: Sequence[Usage], cited: Cited) -> list[Outcome]:
    known = _evidence_of(usages, source=cited.source, edition_on=cited.edition_on)
    return [
        Outcome(usage, "cited already" if known.get(usage.pk) else "not cited", str(cited), same=usage.pk in known)
        for usage in usages
    ]


def _cite(usages: Sequence[Usage], cited: Cited) -> list[Evidence]:
    today = f"{timezone.localdate():%Y-%m-%d}"
    said = {"source": cited.source, "edition_on": cited.edition_on, "accessed_on": today}
    # what a source that is cited for what is planned says is that, and no more
    return [Evidence(usage=usage, stage=usage.stage if usage.stage != Stage.IN_USE else "", **said) for usage in usages]


def _write_source(usages: Sequence[Usage], cited: Cited, user: Any) -> None:
    add_all(_cite(usages, cited), reason=_REASON, user=user)


def _propose_source(batch: Any, usages: Sequence[Usage], cited: Cited) -> None:
    propose_rows(batch, _cite(usages, cited))


# That somebody has looked at all its sources today.


def _look_at_verified(usages: Sequence[Usage], today: str) -> list[Outcome]:
    found = _evidence_of(usages)
    outcomes = []
    for usage in usages:
        evidence = found.get(usage.pk, [])
        dated = sorted(row.verified_on for row in evidence)
        outcome = Outcome(usage, (dated[0] or "not verified") if dated else "no evidence", today)
        if not evidence:
            outcome.problem = "It has no evidence that could be verified."
        outcome.same = bool(evidence) and all(row.verified_on == today for row in evidence)
        outcomes.append(outcome)
    return outcomes


def _to_verify(usages: Sequence[Usage], today: str) -> list[Evidence]:
    return [row for rows in _evidence_of(usages).values() for row in rows if row.verified_on != today]


def _write_verified(usages: Sequence[Usage], today: str, user: Any) -> None:
    set_on_all(_to_verify(usages, today), {"verified_on": today, "verified_by": user}, reason=_REASON, user=user)


def _propose_verified(batch: Any, usages: Sequence[Usage], today: str) -> None:
    propose_on_all(batch, _to_verify(usages, today), {"verified_on": today})


def _evidence_of(usages: Collection[Usage], **which: Any) -> dict[int, list[Evidence]]:
    by_pk = {usage.pk: usage for usage in usages}
    found: dict[int, list[Evidence]] = {}
    for chunk in chunks(by_pk):
        rows = Evidence.objects.filter(usage__in=chunk, **which).select_related("source").order_by("pk")
        for row in rows:
            usage = by_pk[row.usage_id or 0]
            row.usage = usage
            found.setdefault(usage.pk, []).append(row)
    return found


def check_date(text: str) -> str:
    """A date as it is stored. Raises ValidationError for what is none, and for one that lies in the future."""
    try:
        dates.parse(text)
    except dates.InvalidDate as error:
        raise ValidationError(str(error)) from error
    if dates.compare(text, f"{timezone.localdate():%Y-%m-%d}") > 0:
        raise ValidationError("It lies in the future.")
    return text


_LOOK: dict[str, Callable[..., list[Outcome]]] = {
    STAGE: _look_at_stage,
    END: _look_at_end,
    CATEGORY: _look_at_category,
    SOURCE: _look_at_source,
    VERIFIED: _look_at_verified,
}
_WRITE: dict[str, Callable[..., None]] = {
    **{what: _write_field(what) for what in _FIELD},
    SOURCE: _write_source,
    VERIFIED: _write_verified,
}
_PROPOSE: dict[str, Callable[..., None]] = {
    **{what: _propose_field(what) for what in _FIELD},
    SOURCE: _propose_source,
    VERIFIED: _propose_verified,
}
