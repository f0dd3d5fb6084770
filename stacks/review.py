"""The state machine of reviewed rows: who may propose, publish and retract; the only place that changes a state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError

from stacks.changes import set_on_all
from stacks.curating import curating
from stacks.derived import chunks
from stacks.models import Company, Evidence, Migration, Reviewed, Stance, State, Technology, Usage

CURATOR, REVIEWER = "Curator", "Reviewer"
# Gives no permission: who is in it chooses a password of his own at the next log-in, and is in it no longer.
NEW_ACCOUNT = "Has to choose a password"
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
    """Move all the rows, of one kind, or none. Raises PermissionDenied, or Refused naming each that stands in the way.

    Returns how many rows moved; rows that are in the target state already are left as they are. Of usages and
    migrations any number costs few queries; companies and technologies, on whose state others depend, are saved one by
    one.
    """
    asked = list(rows)
    for model in {type(row) for row in asked}:
        if not may(user, transition, model):
            raise PermissionDenied(f"{transition.label}: {model._meta.verbose_name_plural}")
    if not asked:
        return 0
    with curating():
        model = type(asked[0])
        present = _read_again(model, [row.pk for row in asked])
        gone = [f"{row} is not there any more." for row in asked if row.pk not in present]
        moving = [row for row in present.values() if row.state != transition.target]
        if reasons := gone + _obstacles(moving, transition):
            raise Refused(reasons)
        if moving and model in (Usage, Migration):
            set_on_all(moving, {"state": transition.target}, reason=transition.done, user=user)
        elif moving:
            for row in moving:
                row.state = transition.target
                row._change_reason = transition.done
                row.save()
        return len(moving)


_JOINED: dict[Any, tuple[str, ...]] = {
    Usage: ("company", "technology", "category"),
    Migration: ("company", "from_technology", "to_technology", "category"),
}


def _read_again(model: Any, pks: Sequence[int]) -> dict[int, Any]:
    """The rows as they are under the lock, in the order asked for."""
    found: dict[int, Any] = {}
    for chunk in chunks(pks):
        rows = model.objects.select_for_update(of=("self",)).select_related(*_JOINED.get(model, ()))
        found |= rows.in_bulk(chunk)
    return {pk: found[pk] for pk in pks if pk in found}


def _obstacles(rows: Sequence[Any], transition: Transition) -> list[str]:
    reasons = []
    supported = _supported(rows) if transition is PUBLISH else set()
    open_now: set[tuple] = set()
    for row in rows:
        if row.state not in transition.sources:
            reasons.append(f"{row} is {row.get_state_display().lower()} and cannot be {transition.done}.")
        elif transition is PUBLISH and isinstance(row, Usage | Migration) and row.pk not in supported:
            reasons.append(f"{row} has no source yet: add the evidence first.")
        elif isinstance(row, Usage) and row.state == State.RETRACTED and _has_open_twin(row, open_now, transition):
            reasons.append(f"{row} has an open twin already: change that one.")
    return reasons


def _supported(rows: Sequence[Any]) -> set[int]:
    """Those of the usages or migrations that a source supports."""
    owner = _OWNER_OF_EVIDENCE.get(type(rows[0])) if rows else None
    if owner is None:
        return set()
    supporting = Evidence.objects.filter(stance=Stance.SUPPORTS).order_by()
    return {
        pk
        for chunk in chunks([row.pk for row in rows])
        for pk in supporting.filter(**{f"{owner}__in": chunk}).values_list(owner, flat=True)
    }


_OWNER_OF_EVIDENCE: dict[Any, str] = {Usage: "usage", Migration: "migration"}
_ONE_OPEN_USAGE: Any = next(each for each in Usage._meta.constraints if each.name == "one_open_usage")


def _has_open_twin(usage: Usage, open_now: set[tuple], transition: Transition) -> bool:
    """Among the stored rows, or among those that are moved with it and came before: `open_now` notes them."""
    if usage.ended or usage.stage == "retired":
        return False
    fields: Any = [Usage._meta.get_field(name) for name in _ONE_OPEN_USAGE.fields]
    key = tuple(getattr(usage, field.attname) for field in fields)
    if key in open_now:
        return True
    open_now.add(key)
    state, usage.state = usage.state, transition.target
    try:
        _ONE_OPEN_USAGE.validate(Usage, usage)
    except ValidationError:
        return True
    finally:
        usage.state = state
    return False


@dataclass(frozen=True, slots=True)
class Hidden:
    """A published row that nobody sees, because it names `owner`, which is not published; `label` says how."""

    row: Any
    label: str
    owner: Any


# By what fields a row names what has to be public before it can be seen itself; `via` hides only its own name.
_NAMES: dict[Any, tuple[str, ...]] = {
    Usage: ("company", "technology", "via"),
    Migration: ("company", "from_technology", "to_technology"),
}


def hidden_by(rows: Sequence[Any]) -> list[Hidden]:
    """What keeps the published ones among the rows, of one kind, out of sight, wholly or in part. One query."""
    names = _NAMES.get(type(rows[0]), ()) if rows else ()
    hidden = []
    for chunk in chunks([row.pk for row in rows]) if names else ():
        for row in type(rows[0]).objects.filter(pk__in=chunk, state=State.PUBLISHED).select_related(*names, "category"):
            owners = [(name, getattr(row, name)) for name in names]
            hidden += [
                Hidden(row, name.replace("_", " "), owner)
                for name, owner in owners
                if owner is not None and owner.state != State.PUBLISHED
            ]
    return hidden


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
