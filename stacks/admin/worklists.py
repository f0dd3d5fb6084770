"""What is waiting for somebody, as links to filtered lists; counted only for lists that the reader may open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from stacks.models import (
    BatchState,
    Company,
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


@dataclass(frozen=True, slots=True)
class Worklist:
    """`action` is the address of what does the first thing of the list, where it is not the list itself."""

    label: str
    count: int
    url: str
    group: str = YOURS
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
    """What waits for others, counted from indexes, then at most one query for each kind of row."""
    lists = _waiting(user)

    def look(model, **questions):
        name = model._meta.model_name
        if not _may_look(user, model):
            return
        counts = model._base_manager.order_by().aggregate(
            **{key: Count("pk", filter=where) for key, (_, where, *_) in questions.items()}
        )
        lists.extend(
            Worklist(label, counts[key], list_link(name, **query), group, *action)
            for key, (group, _, label, query, *action) in questions.items()
        )

    waiting = Q(state=State.PROPOSED)
    # A published usage has evidence, which `check_derived` proves: so the many are not searched for the few.
    unsourced = Q(state__in=(State.DRAFT, State.PROPOSED)) & ~Exists(
        Evidence.objects.filter(usage=OuterRef("pk")).order_by()
    )
    published = Q(state=State.PUBLISHED)
    drafts = Q(state=State.DRAFT)
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    said_before = str(today.year - settings.STALE_YEARS)
    looked_before = today - _A_YEAR
    look(
        Usage,
        proposed=(YOURS, waiting, "usages to review", {"state__exact": State.PROPOSED}),
        unsourced=(YOURS, unsourced, "usages without evidence", {"evidence": "none"}),
        drafts=(YOURS, drafts, "draft usages", {"state__exact": State.DRAFT}),
        hidden=(WRONG, published & Q(visible=False), "usages published, but out of sight", {"shown": "no"}),
        said=(
            OLD,
            published & Q(ended="", last_said__gt="", last_said__lt=said_before) & ~Q(stage=Stage.RETIRED),
            f"usages that nobody has said since {said_before}",
            {
                "state__exact": State.PUBLISHED,
                "ended__exact": "",
                "last_said__gt": "",
                "last_said__lt": said_before,
                "stage__in": ",".join(stage for stage in Stage if stage != Stage.RETIRED),
            },
        ),
    )
    look(
        Migration,
        proposed=(YOURS, waiting, "migrations to review", {"state__exact": State.PROPOSED}),
        drafts=(YOURS, drafts, "draft migrations", {"state__exact": State.DRAFT}),
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
        ),
    )
    used = Q(companies_count__gt=0)
    look(
        Technology,
        proposed=(YOURS, waiting, "technologies to review", {"state__exact": State.PROPOSED}),
        drafts=(YOURS, drafts, "draft technologies", {"state__exact": State.DRAFT}),
        ended=(
            OLD,
            used & Q(lifecycle=Lifecycle.ENDED),
            "technologies that have ended, and are in use somewhere",
            {"lifecycle__exact": Lifecycle.ENDED, "companies_count__gt": 0},
        ),
        unknown=(
            INCOMPLETE,
            used & Q(lifecycle=Lifecycle.UNKNOWN),
            "technologies in use without a lifecycle",
            {"lifecycle__exact": Lifecycle.UNKNOWN, "companies_count__gt": 0},
        ),
        plain=(
            INCOMPLETE,
            used & Q(icon=""),
            "technologies in use without an icon",
            {"icon__exact": "", "companies_count__gt": 0},
        ),
    )
    look(
        Company,
        proposed=(YOURS, waiting, "companies to review", {"state__exact": State.PROPOSED}),
        drafts=(YOURS, drafts, "draft companies", {"state__exact": State.DRAFT}),
        still=(
            OLD,
            published & Q(revised_at__lt=looked_before),
            "companies that nobody has looked at for a year",
            {"state__exact": State.PUBLISHED, "revised_at__lt": looked_before.isoformat()},
        ),
    )
    look(
        Source,
        lost=(
            WRONG,
            Q(check_result__in=("gone", "unreachable")),
            "sources gone or unreachable",
            {"check_result__in": "gone,unreachable"},
        ),
        unchecked=(INCOMPLETE, Q(checked_at=None), "sources never checked", {"checked_at__isempty": 1}),
    )
    may_check = user.has_perm("stacks.change_evidence")
    look(
        Evidence,
        misquoted=(WRONG, Q(quote_found=False), "quotes that are not on their page", {"quote_found__exact": 0}),
        unverified=(
            INCOMPLETE,
            Q(verified_on=""),
            "quotes and citations nobody has checked twice",
            {"verified_on__isempty": 1},
            reverse("admin:stacks_source_check_first") if may_check else "",
        ),
    )
    unread = Q(failures__gt=0)
    look(Watch, unread=(INCOMPLETE, unread, "followed sources that could not be read", {"errors": "yes"}))
    doubles = count_doubles(user)
    if doubles is not None:
        lists.append(Worklist("names that look like doubles", doubles, reverse("admin:stacks_doubles"), INCOMPLETE))
    gave_up = ~Q(off_why="")
    look(Webhook, gave_up=(WRONG, gave_up, "webhooks that gave up", {"off_why__isempty": 0}))
    unfinished = Q(state=BatchState.OPEN)
    look(ImportBatch, open=(YOURS, unfinished, "imports not finished", {"state__exact": BatchState.OPEN}))
    return lists


def _waiting(user) -> list[Worklist]:
    """What others wait for, and what came back to the reader. Up to eight queries, each of an index of its own."""
    lists = []
    kinds = [model for model in REVIEWED if _may_look(user, model)]
    if kinds:
        proposed = sum(model._base_manager.filter(state=State.PROPOSED).order_by().count() for model in kinds)
        lists.append(Worklist("proposed and waiting", proposed, reverse("admin:stacks_review_queue")))
    if _may_look(user, ImportLine):
        changes = ImportLine.objects.waiting().order_by().count()
        lists.append(Worklist("proposed changes", changes, reverse("admin:stacks_review_queue")))
        returned = Review.objects.filter(author=user).exclude(reason="").order_by().count()
        returned += ImportLine.objects.returned_to(user).order_by().count()
        lists.append(Worklist("returned to me", returned, reverse("admin:stacks_returned")))
    return lists


def _may_look(user, model) -> bool:
    name = model._meta.model_name
    return user.has_perm(f"stacks.view_{name}") or user.has_perm(f"stacks.change_{name}")
