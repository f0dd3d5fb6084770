"""The state machine of reviewed rows: who may propose, publish and retract; the only place that changes a state."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from stacks.bulk import set_on_all
from stacks.curating import curating, in_hand
from stacks.derived import chunks, in_bulk
from stacks.folding import alias_key
from stacks.models import (
    Change,
    Company,
    Coverage,
    Evidence,
    Migration,
    Redirect,
    Review,
    Reviewed,
    Stance,
    State,
    Technology,
    Usage,
    standing,
)
from stacks.models.names import aliases_of
from stacks.turns import foresee

CURATOR, REVIEWER = "Curator", "Reviewer"
# Gives no permission: who is in it chooses a password of his own at the next log-in, and is in it no longer.
NEW_ACCOUNT = "Has to choose a password"
REVIEWED = (Technology, Company, Usage, Migration)
# Reviewers only: what the public sees or may no longer see is deleted by nobody else.
_KEPT_FROM_CURATORS = {"audit", "objection", "company", "technology", "category", "usage", "migration", "source"}


# What no curator needs, and what an administrator answers for.
_OF_ADMINISTRATORS = {"apikey", "counter", "delivery", "technologycount", "webhook"}


class Refused(Exception):
    """A transition that cannot be; `reasons` has one sentence per row, naming it."""

    def __init__(self, reasons: list[str]):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Transition:
    """`permission` is the prefix of the model permission it takes: change, publish. `reasoned`: it takes a reason."""

    name: str
    label: str
    done: str
    sources: tuple[State, ...]
    target: State
    permission: str
    reasoned: bool = False


PROPOSE = Transition("propose", "Propose", "proposed", (State.DRAFT,), State.PROPOSED, "change")
PUBLISH = Transition(
    "publish", "Publish", "published", (State.DRAFT, State.PROPOSED, State.RETRACTED), State.PUBLISHED, "publish"
)
RETURN = Transition(
    "return", "Return to draft", "returned to draft", (State.PROPOSED, State.RETRACTED), State.DRAFT, "publish",
    reasoned=True,
)  # fmt: skip
TAKE_BACK = Transition("take_back", "Take back", "taken back", (State.PROPOSED,), State.DRAFT, "change")
RETRACT = Transition("retract", "Retract", "retracted", (State.PUBLISHED,), State.RETRACTED, "publish")
TRANSITIONS = {t.name: t for t in (PROPOSE, PUBLISH, RETURN, TAKE_BACK, RETRACT)}


def may(user: Any, transition: Transition, model: type[Reviewed]) -> bool:
    """Whether the user holds the permission that the transition takes on this kind of row."""
    return user.has_perm(f"stacks.{transition.permission}_{model._meta.model_name}")


def open_transitions(row: Reviewed, user: Any) -> list[Transition]:
    """The transitions that start at the row's state and that the user may make, for buttons."""
    steps = [t for t in TRANSITIONS.values() if row.state in t.sources and may(user, t, type(row))]
    if TAKE_BACK in steps and row.pk not in proposed_by(user, [row]):
        steps.remove(TAKE_BACK)
    if PUBLISH in steps and row.pk in kept_from([row], user):
        steps.remove(PUBLISH)
    return steps


def move(rows: Iterable[Reviewed], transition: Transition, user: Any, *, reason: str = "") -> int:
    """Move all the rows, of one kind, or none. Raises PermissionDenied, or Refused naming each that stands in the way.

    Returns how many rows moved; rows that are in the target state already are left as they are. Any number costs few
    queries; companies and technologies whose name or address is another's, or was, are saved one by one. `reason` is
    what the author of a returned row reads.
    """
    asked, reason = list(rows), reason.strip()
    for model in {type(row) for row in asked}:
        if not may(user, transition, model):
            raise PermissionDenied(f"{transition.label}: {model._meta.verbose_name_plural}")
    if not asked:
        return 0
    if transition.reasoned and not reason:
        raise Refused(["Say why: the author reads it."])
    model = type(asked[0])
    with curating_states(model, [row.pk for row in asked], transition.target):
        present = _read_again(model, [row.pk for row in asked])
        gone = [f"{row} is not there any more." for row in asked if row.pk not in present]
        moving = [row for row in present.values() if row.state != transition.target]
        if reasons := gone + _obstacles(moving, transition, user):
            raise Refused(reasons)
        done = f"{transition.done}: {reason}"[:_LONGEST_TOLD] if reason else transition.done
        together = moving if model in (Usage, Migration) else _with_own_address(moving, transition.target)
        if together and model in (Company, Technology):
            in_hand().about_to_move(together, transition.target)
        set_on_all(together, {"state": transition.target}, reason=done, user=user)
        for row in moving:
            if row.state != transition.target:
                row.state = transition.target
                row._change_reason = done
                row.save()
        _note(moving, transition, user, reason)
        return len(moving)


@contextmanager
def curating_states(model: Any, pks: Collection[int], target: State) -> Iterator[None]:
    """A curating transaction in which these rows, of one kind, come or go.

    What becomes of all that hangs on companies and technologies is worked out before its lock: what many use would hold
    everybody up.
    """
    foreseen = foresee(model, pks, target) if model in (Company, Technology) and not in_hand() else None
    with curating() as ledger:
        if foreseen:
            ledger.expect(foreseen)
        yield


def _with_own_address(rows: Sequence[Any], target: State) -> list[Any]:
    """Those of the companies or technologies that a move cannot bring in the way of others: their names lead to them,
    and, where they appear by it, nothing else ever had their slug. Four queries."""
    if not rows:
        return []
    model = type(rows[0])
    kind, aliases = str(model._meta.model_name), aliases_of(model)
    owners: dict[str, int] = {}
    taken: set[str] = set()
    for chunk in chunks(rows):
        keys, slugs = [alias_key(row.name) for row in chunk], [row.slug for row in chunk]
        owners |= dict(aliases.objects.filter(key__in=keys).values_list("key", aliases.owner_field))
        if target == State.PUBLISHED:
            taken |= set(Redirect.objects.filter(kind=kind, old_slug__in=slugs).values_list("old_slug", flat=True))
            taken |= set(Change.objects.of_objects(kind, slugs).values_list("object", flat=True))
            had = model.history.filter(slug__in=slugs).order_by().values_list("slug", "id").distinct()
            own = {row.slug: row.pk for row in chunk}
            taken |= {slug for slug, pk in had if own[slug] != pk}
    return [row for row in rows if owners.get(alias_key(row.name)) == row.pk and row.slug not in taken]


# So much of a reason stands in the history of a row; the whole of it in its review.
_LONGEST_TOLD = 100


def note_proposed(rows: Iterable[Reviewed], user: Any) -> None:
    """Who proposed rows that were proposed from the start. Three queries for each kind."""
    kinds: dict[Any, list[Any]] = {}
    for row in rows:
        kinds.setdefault(type(row), []).append(row)
    for proposed in kinds.values():
        _note(proposed, PROPOSE, user, "")


def _note(rows: Sequence[Any], transition: Transition, user: Any, reason: str) -> None:
    """Keep what the review of the rows, of one kind, has come to; what is over is in their history."""
    if not rows:
        return
    owner, now = str(type(rows[0])._meta.model_name), timezone.now()
    known: set[int] = set()
    for chunk in chunks([row.pk for row in rows]):
        reviews = Review.objects.filter(**{f"{owner}__in": chunk})
        if transition is RETURN:
            known |= set(reviews.values_list(owner, flat=True))
            reviews.update(reason=reason, returned_by=user, returned_at=now)
        else:
            reviews.delete()
    if transition is PROPOSE:
        values = {"author": user, "proposed_at": now}
    elif transition is RETURN:
        values = {"proposed_at": now, "reason": reason, "returned_by": user, "returned_at": now}
    else:
        return
    new = [Review(**{owner: row}, **values) for row in rows if row.pk not in known]
    Review.objects.bulk_create(new, batch_size=500)


def proposed_by(user: Any, rows: Sequence[Any]) -> set[int]:
    """Those of the rows, of one kind, that this user proposed. One query."""
    owner = str(type(rows[0])._meta.model_name) if rows else ""
    own = Review.objects.filter(author=user).order_by()
    return {
        pk
        for chunk in chunks([row.pk for row in rows])
        for pk in own.filter(**{f"{owner}__in": chunk}).values_list(owner, flat=True)
    }


def made_by(user: Any, rows: Sequence[Any]) -> set[int]:
    """Those of the rows, of one kind, that this user made and that the public has never seen. Two queries."""
    if not rows:
        return set()
    history: Any = type(rows[0]).history
    own: set[int] = set()
    for chunk in chunks([row.pk for row in rows]):
        made = history.filter(id__in=chunk, history_type="+", history_user=user)
        seen = history.filter(id__in=chunk, state__in=(State.PUBLISHED, State.RETRACTED))
        own |= set(made.values_list("id", flat=True)) - set(seen.values_list("id", flat=True))
    return own


def kept_from(rows: Sequence[Any], user: Any) -> set[int]:
    """Those of the rows, of one kind, that somebody else has to publish, where the site asks for it."""
    if not settings.REVIEW_BY_ANOTHER:
        return set()
    drafts = [row for row in rows if row.state == State.DRAFT]
    return proposed_by(user, rows) | made_by(user, drafts)


_JOINED: dict[Any, tuple[str, ...]] = {
    Usage: ("company", "technology", "category"),
    Migration: ("company", "from_technology", "to_technology", "category"),
}


def _read_again(model: Any, pks: Sequence[int]) -> dict[int, Any]:
    """The rows as they are under the lock, in the order asked for."""
    rows = model.objects.select_for_update(of=("self",)).select_related(*_JOINED.get(model, ()))
    found = in_bulk(rows, pks)
    return {pk: found[pk] for pk in pks if pk in found}


def _obstacles(rows: Sequence[Any], transition: Transition, user: Any) -> list[str]:
    reasons = []
    own = proposed_by(user, rows) if transition is TAKE_BACK else set()
    kept = kept_from(rows, user) if transition is PUBLISH else set()
    supported = _supported(rows) if transition is PUBLISH else set()
    objections = standing() if transition is PUBLISH else {}
    open_now: set[tuple] = set()
    for row in rows:
        objection = objections.get(row.pk if isinstance(row, Company) else getattr(row, "company_id", 0))
        if row.state not in transition.sources:
            reasons.append(f"{row} is {row.get_state_display().lower()} and cannot be {transition.done}.")
        elif transition is TAKE_BACK and row.pk not in own:
            reasons.append(f"{row} was proposed by somebody else, who may take it back; a reviewer returns it.")
        elif objection is not None:
            reasons.append(f"{row} cannot be published. {objection.sentence}")
        elif row.pk in kept:
            reasons.append(f"{row} was proposed by you, so somebody else publishes it.")
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


def blanks_against(rows: Sequence[Any]) -> list[Coverage]:
    """The blanks that the published usages among the rows speak against: of the same company and category, where one
    is in use today or was on the day of the look. Two queries, one more for each blank beside what is past.
    """
    used: dict[tuple[int, int], list[Usage]] = {}
    for chunk in chunks([row.pk for row in rows if isinstance(row, Usage)]):
        for usage in Usage.objects.filter(pk__in=chunk, state=State.PUBLISHED):
            used.setdefault((usage.company_id, usage.category_id), []).append(usage)
    if not used:
        return []
    companies, categories = ({place[n] for place in used} for n in (0, 1))
    blanks = Coverage.objects.filter(company__in=companies, category__in=categories).select_related(
        "company", "category"
    )
    return [
        blank
        for blank in blanks.order_by("pk")
        if _speak_against(used.get((blank.company_id, blank.category_id), []), blank)
    ]


def _speak_against(usages: Sequence[Usage], blank: Coverage) -> bool:
    if any(usage.is_current for usage in usages):
        return True
    return bool(usages) and Usage.objects.filter(pk__in=[each.pk for each in usages]).as_of(blank.looked_on).exists()


def make_groups() -> None:
    """Curators write and propose; reviewers also publish, retract and delete.

    Runs after each migrate; adds what is missing, removes nothing.
    """
    permissions = Permission.objects.filter(content_type__app_label="stacks").select_related("content_type")
    curator, _ = Group.objects.get_or_create(name=CURATOR)
    reviewer, _ = Group.objects.get_or_create(name=REVIEWER)
    for permission in permissions:
        verb, _, model = permission.codename.partition("_")
        if model.startswith("historical") or model in _OF_ADMINISTRATORS:
            continue
        reviewer.permissions.add(permission)
        if verb in ("add", "change", "view") or (verb == "delete" and model not in _KEPT_FROM_CURATORS):
            curator.permissions.add(permission)
