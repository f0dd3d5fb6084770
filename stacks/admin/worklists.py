"""What is waiting for somebody, as links to filtered lists; counted only for lists that the reader may open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from stacks.models import (
    Audit,
    BatchState,
    Company,
    Coverage,
    Evidence,
    ImportBatch,
    ImportLine,
    Lifecycle,
    Migration,
    Review,
    Source,
    Stage,
    State,
    Technology,
    Usage,
    Watch,
    Webhook,
)
from stacks.review import REVIEWED
from stacks.unlooked import count_unlooked

from .again import newer_than_cited
from .curated import list_link
from .doubling import count_doubles

YOURS, WRONG, OLD, INCOMPLETE = "With you", "Wrong in public", "Getting old", "Incomplete"
_WHY = {
    YOURS: "others wait, or your own work is open",
    WRONG: "a visitor can run into it now",
    OLD: "true once; look whether it still is",
    INCOMPLETE: "what is there says less than it could",
}
_A_YEAR = timedelta(days=365)
# Of these there are many, and a list has few of them: each is counted from an index of its own.
_COUNTED_APART = {Usage, Evidence}


@dataclass(frozen=True, slots=True)
class Worklist:
    """`does` is what works the list off, and `action` its address where that is not the list itself."""

    label: str
    count: int
    url: str
    group: str = YOURS
    does: str = "Open the list"
    action: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Lists of one urgency; those with nothing in them are told last, as proof that it was looked for."""

    name: str
    why: str
    lists: list[Worklist]


def grouped(lists: Iterable[Worklist]) -> list[Group]:
    """By urgency, without what has nothing in it."""
    lists = [each for each in lists if each.count]
    groups = [Group(name, why, [each for each in lists if each.group == name]) for name, why in _WHY.items()]
    return [group for group in groups if group.lists]


def worklists(user) -> list[Worklist]:
    """What waits for others, counted from indexes, then a fixed number of queries for each kind of row."""
    lists = _waiting(user)

    def look(model, **questions):
        name = model._meta.model_name
        if not _may_look(user, model):
            return
        wheres = {key: where for key, (_, where, *_) in questions.items()}
        counts = _count_apart(model, wheres) if model in _COUNTED_APART else _count_together(model, wheres)
        lists.extend(
            Worklist(label, counts[key], list_link(name, **query), group, *action)
            for key, (group, _, label, query, *action) in questions.items()
        )

    def mine(model):
        made = model.history.filter(history_type="+", history_user=user)
        return drafts & Q(pk__in=made.order_by().values("id"))

    def to_do(model):
        publishes = user.has_perm(f"stacks.publish_{model._meta.model_name}")
        return "Publish or return them" if publishes else "Look through them"

    waiting = Q(state=State.PROPOSED)
    published = Q(state=State.PUBLISHED)
    drafts = Q(state=State.DRAFT)
    # A published usage has evidence, which `check_derived` proves: so the many are not searched for the few.
    without = ~Exists(Evidence.objects.filter(usage=OuterRef("pk")).order_by())
    unsourced = (waiting & without, drafts & without)
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    said_before = str(today.year - settings.STALE_YEARS)
    looked_before = today - _A_YEAR
    own = {"state__exact": State.DRAFT, "mine": "yes"}
    check = reverse("admin:stacks_source_check_first") if user.has_perm("stacks.change_evidence") else ""
    look(
        Usage,
        proposed=(YOURS, waiting, "usages to review", {"state__exact": State.PROPOSED}, to_do(Usage)),
        unsourced=(YOURS, unsourced, "usages without evidence", {"evidence": "none"}, "Cite a source for them"),
        mine=(YOURS, mine(Usage), "my drafts: usages", own, "Propose them"),
        drafts=(YOURS, drafts, "draft usages", {"state__exact": State.DRAFT}, "Propose them"),
        hidden=(
            WRONG,
            Q(pk__in=Usage.objects.out_of_sight().order_by().values("pk")),
            "usages published, but out of sight",
            {"shown": "no"},
            "Publish what they name",
        ),
        said=(
            OLD,
            Q(visible=True, ended="", last_said__gt="", last_said__lt=said_before) & ~Q(stage=Stage.RETIRED),
            f"usages that nobody has said since {said_before}",
            {
                "visible__exact": 1,
                "ended__exact": "",
                "last_said__gt": "",
                "last_said__lt": said_before,
                "stage__in": ",".join(stage for stage in Stage if stage != Stage.RETIRED),
            },
            "Verify or end them",
        ),
    )
    look(
        Migration,
        proposed=(YOURS, waiting, "migrations to review", {"state__exact": State.PROPOSED}, to_do(Migration)),
        mine=(YOURS, mine(Migration), "my drafts: migrations", own, "Propose them"),
        drafts=(YOURS, drafts, "draft migrations", {"state__exact": State.DRAFT}, "Propose them"),
        hidden=(
            WRONG,
            published
            & (
                ~Q(company__state=State.PUBLISHED)
                | ~Q(to_technology__state=State.PUBLISHED)
                | (Q(from_technology__isnull=False) & ~Q(from_technology__state=State.PUBLISHED))
            ),
            "migrations published, but out of sight",
            {"shown": "no"},
            "Publish what they name",
        ),
    )
    used = Q(companies_count__gt=0)
    look(
        Technology,
        proposed=(YOURS, waiting, "technologies to review", {"state__exact": State.PROPOSED}, to_do(Technology)),
        mine=(YOURS, mine(Technology), "my drafts: technologies", own, "Propose them"),
        drafts=(YOURS, drafts, "draft technologies", {"state__exact": State.DRAFT}, "Propose them"),
        ended=(
            OLD,
            used & Q(lifecycle=Lifecycle.ENDED),
            "technologies that have ended, and are in use somewhere",
            {"lifecycle__exact": Lifecycle.ENDED, "companies_count__gt": 0},
            "Look who still uses them",
        ),
        homeless=(
            INCOMPLETE,
            used & Q(website="", repository=""),
            "technologies in use without a home: neither website nor repository",
            {"website__exact": "", "repository__exact": "", "companies_count__gt": 0},
            "Say where they are at home",
        ),
        unknown=(
            INCOMPLETE,
            used & Q(lifecycle=Lifecycle.UNKNOWN),
            "technologies in use without a lifecycle",
            {"lifecycle__exact": Lifecycle.UNKNOWN, "companies_count__gt": 0},
            "Look it up",
        ),
        plain=(
            INCOMPLETE,
            used & Q(icon=""),
            "technologies in use without an icon",
            {"icon__exact": "", "companies_count__gt": 0},
            "See which",
        ),
    )
    look(
        Company,
        proposed=(YOURS, waiting, "companies to review", {"state__exact": State.PROPOSED}, to_do(Company)),
        mine=(YOURS, mine(Company), "my drafts: companies", own, "Propose them"),
        drafts=(YOURS, drafts, "draft companies", {"state__exact": State.DRAFT}, "Propose them"),
        still=(
            OLD,
            published & Q(revised_at__lt=looked_before),
            "companies that nobody has looked at for a year",
            {"state__exact": State.PUBLISHED, "revised_at__lt": looked_before.isoformat()},
            "Check their sources again",
        ),
    )
    look(
        Source,
        lost=(
            WRONG,
            Q(check_result__in=("gone", "unreachable")),
            "sources gone or unreachable",
            {"check_result__in": "gone,unreachable"},
            "Check the first source",
            f"{check}?of=lost" if check else "",
        ),
        newer=(
            OLD,
            newer_than_cited(),
            "sources with a newer edition than the one that is cited",
            {"edition": "newer"},
            "Check the first source",
            f"{check}?of=newer" if check else "",
        ),
        unchecked=(
            INCOMPLETE,
            Q(checked_at=None),
            "sources never checked",
            {"checked_at__isempty": 1},
            "Check the first source",
            f"{check}?of=unchecked" if check else "",
        ),
    )
    look(
        Evidence,
        misquoted=(
            WRONG,
            Q(quote_found=False),
            "quotes that are not on their page",
            {"quote_found__exact": 0},
            "Mend the quotes",
        ),
        unverified=(
            INCOMPLETE,
            Q(verified_on=""),
            "quotes and citations nobody has checked twice",
            {"verified_on__isempty": 1},
            "Check the first source",
            check,
        ),
    )
    if _may_look(user, Coverage):
        unlooked = "blanks that nobody has looked at, of companies that are well documented otherwise"
        address = reverse("admin:stacks_unlooked")
        lists.append(Worklist(unlooked, count_unlooked(), address, INCOMPLETE, "Look, and say what you found"))
    unread, errors = "followed sources that could not be read", {"errors": "yes"}
    look(Watch, unread=(INCOMPLETE, Q(failures__gt=0), unread, errors, "See what went wrong"))
    unjudged = {"finished_at__isempty": 1}
    look(Audit, open=(YOURS, Q(finished_at=None), "audits not finished", unjudged, "Judge what is left"))
    doubles = count_doubles(user)
    if doubles is not None:
        address = reverse("admin:stacks_doubles")
        lists.append(Worklist("names that look like doubles", doubles, address, INCOMPLETE, "Merge, or keep apart"))
    gave_up = ~Q(off_why="")
    look(Webhook, gave_up=(WRONG, gave_up, "webhooks that gave up", {"off_why__isempty": 0}))
    unfinished = {"state__exact": BatchState.OPEN}
    look(ImportBatch, open=(YOURS, Q(state=BatchState.OPEN), "imports not finished", unfinished, "Go on"))
    return lists


def _count_together(model, wheres: dict[str, Q]) -> dict[str, int]:
    return model._base_manager.order_by().aggregate(**{key: Count("pk", filter=where) for key, where in wheres.items()})


def _count_apart(model, wheres: dict[str, Any]) -> dict[str, int]:
    """Each by itself; of several conditions, of which no two hold for one row, the sum."""
    conditions = {key: where if isinstance(where, tuple) else (where,) for key, where in wheres.items()}
    return {
        key: sum(model._base_manager.filter(where).order_by().count() for where in several)
        for key, several in conditions.items()
    }


def _waiting(user) -> list[Worklist]:
    """What others wait for, and what came back to the reader. Up to eight queries, each of an index of its own."""
    lists: list[Any] = []
    kinds = [model for model in REVIEWED if _may_look(user, model)]
    queue = reverse("admin:stacks_review_queue")
    if kinds:
        proposed = sum(model._base_manager.filter(state=State.PROPOSED).order_by().count() for model in kinds)
        lists.append(Worklist("proposed and waiting", proposed, queue, does="Review"))
    if _may_look(user, ImportLine):
        changes = ImportLine.objects.waiting().order_by().count()
        lists.append(Worklist("proposed changes", changes, queue, does="Review"))
        returned = Review.objects.filter(author=user).exclude(reason="").order_by().count()
        returned += ImportLine.objects.returned_to(user).order_by().count()
        lists.append(Worklist("returned to me", returned, reverse("admin:stacks_returned"), does="Propose again"))
    return lists


def _may_look(user, model) -> bool:
    name = model._meta.model_name
    return user.has_perm(f"stacks.view_{name}") or user.has_perm(f"stacks.change_{name}")
