"""What is waiting for somebody, as links to filtered lists; counted only for lists that the reader may open."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from stacks.models import (
    BatchState,
    Company,
    Evidence,
    ImportBatch,
    ImportLine,
    Migration,
    Review,
    Source,
    State,
    Technology,
    Usage,
)
from stacks.review import REVIEWED

from .curated import list_link


@dataclass(frozen=True, slots=True)
class Worklist:
    label: str
    count: int
    url: str


def worklists(user) -> list[Worklist]:
    """What waits for others, counted from indexes, then at most one query for each kind of row."""
    lists = _waiting(user)

    def look(model, **questions):
        name = model._meta.model_name
        if not _may_look(user, model):
            return
        counts = model._base_manager.order_by().aggregate(
            **{key: Count("pk", filter=where) for key, (where, _, _) in questions.items()}
        )
        lists.extend(
            Worklist(label, counts[key], list_link(name, **query)) for key, (_, label, query) in questions.items()
        )

    waiting = Q(state=State.PROPOSED)
    # A published usage has evidence, which `check_derived` proves: so the many are not searched for the few.
    unsourced = Q(state__in=(State.DRAFT, State.PROPOSED)) & ~Exists(
        Evidence.objects.filter(usage=OuterRef("pk")).order_by()
    )
    published = Q(state=State.PUBLISHED)
    drafts = Q(state=State.DRAFT)
    look(
        Usage,
        proposed=(waiting, "usages to review", {"state__exact": State.PROPOSED}),
        unsourced=(unsourced, "usages without evidence", {"evidence": "none"}),
        hidden=(published & Q(visible=False), "usages published, but out of sight", {"shown": "no"}),
        drafts=(drafts, "draft usages", {"state__exact": State.DRAFT}),
    )
    look(
        Migration,
        proposed=(waiting, "migrations to review", {"state__exact": State.PROPOSED}),
        hidden=(
            published
            & (
                ~Q(company__state=State.PUBLISHED)
                | ~Q(to_technology__state=State.PUBLISHED)
                | (Q(from_technology__isnull=False) & ~Q(from_technology__state=State.PUBLISHED))
            ),
            "migrations published, but out of sight",
            {"shown": "no"},
        ),
        drafts=(drafts, "draft migrations", {"state__exact": State.DRAFT}),
    )
    for model in (Technology, Company):
        names = model._meta.verbose_name_plural
        look(
            model,
            proposed=(waiting, f"{names} to review", {"state__exact": State.PROPOSED}),
            drafts=(drafts, f"draft {names}", {"state__exact": State.DRAFT}),
        )
    look(
        Source,
        unchecked=(Q(checked_at=None), "sources never checked", {"checked_at__isempty": 1}),
        lost=(
            Q(check_result__in=("gone", "unreachable")),
            "sources gone or unreachable",
            {"check_result__in": "gone,unreachable"},
        ),
    )
    look(
        Evidence,
        unverified=(Q(verified_on=""), "quotes and citations nobody has checked twice", {"verified_on__isempty": 1}),
    )
    look(ImportBatch, unfinished=(Q(state=BatchState.OPEN), "imports not finished", {"state__exact": BatchState.OPEN}))
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
