"""The state machine of reviewed rows: who may propose, publish and retract; the only place that changes a state."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied

from stacks.curating import curating
from stacks.models import Company, Migration, Reviewed, Stance, State, Technology, Usage

CURATOR, REVIEWER = "Curator", "Reviewer"
REVIEWED = (Technology, Company, Usage, Migration)
# Reviewers only: what the public sees or may no longer see is deleted by nobody else.
_KEPT_FROM_CURATORS = {"company", "technology", "category", "usage", "migration", "source"}


class Refused(Exception):
    """A transition that cannot be; `reasons` has one sentence per row, naming it."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Transition:
    """`permission` is the prefix of the model permission it takes: change, publish."""

    name: str
    label: str
    done: str
    sources: tuple[State, ...]
    target: State
    permission: str


PROPOSE = Transition("propose", "Propose", "proposed", (State.DRAFT,), State.PROPOSED, "change")
PUBLISH = Transition(
    "publish", "Publish", "published", (State.DRAFT, State.PROPOSED, State.RETRACTED), State.PUBLISHED, "publish"
)
RETURN = Transition(
    "return", "Return to draft", "returned to draft", (State.PROPOSED, State.RETRACTED), State.DRAFT, "publish"
)
RETRACT = Transition("retract", "Retract", "retracted", (State.PUBLISHED,), State.RETRACTED, "publish")
TRANSITIONS = {t.name: t for t in (PROPOSE, PUBLISH, RETURN, RETRACT)}


def may(user: Any, transition: Transition, model: type[Reviewed]) -> bool:
    """Whether the user holds the permission that the transition takes on this kind of row."""
    return user.has_perm(f"stacks.{transition.permission}_{model._meta.model_name}")


def open_transitions(row: Reviewed, user: Any) -> list[Transition]:
    """The transitions that start at the row's state and that the user may make, for buttons."""
    return [t for t in TRANSITIONS.values() if row.state in t.sources and may(user, t, type(row))]


def move(rows: Iterable[Reviewed], transition: Transition, user: Any) -> int:
    """Move all the rows or none. Raises PermissionDenied, or Refused naming each row that stands in the way.

    Returns how many rows moved; rows that are in the target state already are left as they are.
    """
    with curating():
        rows = [type(row).objects.select_for_update(of=("self",)).get(pk=row.pk) for row in rows]
        for model in {type(row) for row in rows}:
            if not may(user, transition, model):
                raise PermissionDenied(f"{transition.label}: {model._meta.verbose_name_plural}")
        rows = [row for row in rows if row.state != transition.target]
        reasons = []
        for row in rows:
            # one after the other: of two twins, the second finds the first open
            if reason := _obstacle(row, transition):
                reasons.append(reason)
                continue
            row.state = transition.target
            row._change_reason = transition.done
            row.save()
        if reasons:
            raise Refused(reasons)  # and with it, nothing is kept
        return len(rows)


def _obstacle(row: Any, transition: Transition) -> str:
    if row.state not in transition.sources:
        return f"{row} is {row.get_state_display().lower()} and cannot be {transition.done}."
    if (
        transition is PUBLISH
        and isinstance(row, Usage | Migration)
        and not row.evidence.filter(stance=Stance.SUPPORTS).exists()
    ):
        return f"{row} has no source yet: add the evidence first."
    if isinstance(row, Usage) and row.state == State.RETRACTED and _has_open_twin(row):
        return f"{row} has an open twin already: change that one."
    return ""


def _has_open_twin(usage: Usage) -> bool:
    if usage.ended or usage.stage == "retired":
        return False
    twins = Usage.objects.open().filter(
        company=usage.company_id, technology=usage.technology_id, category=usage.category_id
    )
    return twins.exclude(pk=usage.pk).exists()


def make_groups() -> None:
    """Curators write and propose; reviewers also publish, retract and delete.

    Runs after each migrate; adds what is missing, removes nothing.
    """
    permissions = Permission.objects.filter(content_type__app_label="stacks").select_related("content_type")
    curator, _ = Group.objects.get_or_create(name=CURATOR)
    reviewer, _ = Group.objects.get_or_create(name=REVIEWER)
    for permission in permissions:
        verb, _, model = permission.codename.partition("_")
        if model.startswith("historical") or model in ("counter", "technologycount"):
            continue
        reviewer.permissions.add(permission)
        if verb in ("add", "change", "view") or (verb == "delete" and model not in _KEPT_FROM_CURATORS):
            curator.permissions.add(permission)
