"""What came back to its author: rows with the reason for which they are drafts again, and changes that were refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from stacks.models import ImportLine, Review
from stacks.proposals.values import KINDS
from stacks.proposals.waiting import Difference, Waiting, look

from ..forms import is_key

# So many stand on the page; the rest follows as these are worked off.
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Returned:
    """`line` is the key of a refused change, which can be put aside; a row is proposed again or deleted."""

    title: str
    noun: str
    url: str
    reason: str
    by: Any
    at: datetime
    differences: tuple[Difference, ...] = ()
    line: int | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def returned(request: Any, site: Any) -> Any:
    """The reader's own list; POST puts a refused change aside."""
    if request.method == "POST":
        key = request.POST.get("line", "")
        mine = ImportLine.objects.returned_to(request.user)
        if is_key(key) and mine.filter(pk=key).update(put_aside=True):
            messages.success(request, "Put aside.")
        return HttpResponseRedirect(reverse("admin:stacks_returned"))
    context = {
        **site.each_context(request),
        "title": "Returned to me",
        "returned": [*_rows(request.user), *_lines(request.user)],
    }
    request.current_app = site.name
    return TemplateResponse(request, "admin/stacks/review/returned.html", context)


def _rows(user: Any) -> list[Returned]:
    reviews = Review.objects.filter(author=user).exclude(reason="").order_by("-returned_at", "-pk")
    joined = reviews.select_related(
        "returned_by", "company", "technology", "usage__company", "usage__technology", "usage__category",
        "migration__company", "migration__from_technology", "migration__to_technology",
    )  # fmt: skip
    return [
        Returned(
            str(row),
            str(row._meta.verbose_name),
            reverse(f"admin:stacks_{row._meta.model_name}_change", args=[row.pk]),
            review.reason,
            review.returned_by,
            review.returned_at or review.proposed_at,
        )
        for review in joined[:_SHOWN]
        for row in [review.usage or review.migration or review.company or review.technology]
        if row is not None
    ]


def _lines(user: Any) -> list[Returned]:
    lines = ImportLine.objects.returned_to(user).select_related("decided_by", "batch__source").order_by("-decided_at")
    return [
        Returned(
            str(seen.row or seen.line.name),
            str(KINDS[seen.line.kind]._meta.verbose_name) if seen.line.kind in KINDS else "row",
            _form_of(seen),
            seen.line.reason,
            seen.line.decided_by,
            seen.line.decided_at or seen.line.batch.made_at,
            tuple(seen.differences),
            seen.line.pk,
        )
        for seen in look(lines[:_SHOWN])
    ]


def _form_of(seen: Waiting) -> str:
    """The form of the row, filled in with what was proposed."""
    if seen.row is None:
        return ""
    address = reverse(f"admin:stacks_{seen.line.kind}_change", args=[seen.line.row])
    return f"{address}?take={seen.line.pk}" if seen.line.field else address
