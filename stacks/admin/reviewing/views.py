"""The doors of the review: everybody who may see the subject reads the page; each press is a POST of its own.

What is posted names the versions that the page showed. A mark is kept for exactly that version; publishing takes the
marks, reads all rows again under the lock, and moves nothing where one of them says something else by now.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from stacks.curating import curating
from stacks.fingerprint import fingerprints
from stacks.models import ImportLine, Mark, sentence_about
from stacks.proposals.deciding import accept, refuse, take_back
from stacks.review import PUBLISH, RETURN, REVIEWED, TAKE_BACK, Refused, hidden_by, move

from .. import kept
from ..forms import is_key
from ..review import tell_blanks
from .items import Item
from .page import Page, Subject, load_page, load_queue

_MODELS: dict[str, Any] = {str(model._meta.model_name): model for model in REVIEWED}
_MOST_TOLD = 10
_SUBJECTS = 300  # on a page of the queue


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: Any, site: Any, subject: Subject) -> Any:
    """GET shows the page, POST does one thing and leads back to it, at the next proposal."""
    if request.method != "POST":
        return _show(request, site, subject)
    kept.unpack(request)
    if kept.held(request):
        messages.warning(request, "Nothing was done. What you typed is where you typed it; press once more.")
        return _show(request, site, subject)
    did = _DOORS.get(request.POST.get("do", ""))
    if did is None:
        return HttpResponseRedirect(subject.url)
    with curating():
        page = load_page(subject, request.user, tell=False)
        return did(request, page)


def queue(request: Any, site: Any) -> Any:
    """All that waits for review, by subject."""
    page = Paginator(load_queue(), _SUBJECTS).get_page(request.GET.get("p"))
    context = {**site.each_context(request), "title": "Review", "queue": list(page), "page": page}
    request.current_app = site.name
    return TemplateResponse(request, "admin/stacks/review/queue.html", context)


def _show(request: Any, site: Any, subject: Subject) -> Any:
    start = request.GET.get("from", "")
    area = request.POST.get("area") or request.GET.get("area", "")
    page = load_page(subject, request.user, area=area, start=int(start) if is_key(start) else 0)
    for item in page.items:
        if request.POST.get("reason") and item.version in request.POST.get("rows", ""):
            item.reason = request.POST["reason"]
    context = {
        **site.each_context(request),
        "title": f"Review of {subject.name}",
        "page": page,
        "objection": sentence_about(subject.row) if subject.row is not None else "",
        "bar": _bar(page),
        "following": next((each for each in load_queue() if each.url != subject.url), None) if not page.items else None,
    }
    request.current_app = site.name
    return TemplateResponse(request, "admin/stacks/review/page.html", context)


def _bar(page: Page) -> dict[str, str]:
    """What publishing will do, and what it will not."""
    chosen = [str(companion.row) for companion in page.companions if companion.is_chosen]
    count = len(page.accepted)
    rest = len(page.items) - count
    tells = f"{count} accepted, {rest} left." if page.items else ""
    return {
        "tells": tells,
        "hidden": f"{page.hidden} of them {'stays' if page.hidden == 1 else 'stay'} out of sight"
        if page.hidden
        else "",
        "button": f"Publish {count}{''.join(f' and {name}' for name in chosen[:2])}{' and more' if chosen[2:] else ''}",
    }


# Each door gets the page as it is under the lock, and what the posted versions name of it.


def _accept(request: Any, page: Page) -> Any:
    chosen, stale = _chosen(request, page)
    allowed = [item for item in chosen if item.may_accept]
    if len(allowed) < len(chosen):
        raise PermissionDenied
    Mark.objects.bulk_create(
        [Mark(user=request.user, kind=item.kind, row=item.pk, read=item.read) for item in allowed],
        update_conflicts=True, unique_fields=["user", "kind", "row"], update_fields=["read", "at"], batch_size=500,
    )  # fmt: skip
    for item in stale[:_MOST_TOLD]:
        messages.error(request, f"“{item.title}” is not what you read any more: look at it again.")
    return _back(request, page, _after(page, [*chosen, *stale]))


def _undo(request: Any, page: Page) -> Any:
    chosen, stale = _chosen(request, page)
    _forget(request.user, [*chosen, *stale])
    return _back(request, page, next(iter([*chosen, *stale]), None))


def _return(request: Any, page: Page) -> Any:
    """To its author, with the reason: rows become drafts, lines are refused."""
    chosen, stale = _chosen(request, page)
    if not all(item.may_return for item in chosen):
        raise PermissionDenied
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, "Say why it goes back: its author reads it.")
        return _back(request, page, next(iter(chosen), None))
    if stale:
        _tell_stale(request, stale)
        return _back(request, page, stale[0])
    return _decide(request, page, chosen, "returned", lambda rows: move(rows, RETURN, request.user, reason=reason),
                   lambda lines: refuse(lines, request.user, reason))  # fmt: skip


def _take_back(request: Any, page: Page) -> Any:
    chosen, stale = _chosen(request, page)
    if not all(item.may_take_back for item in chosen):
        raise PermissionDenied
    if stale:
        _tell_stale(request, stale)
        return _back(request, page, stale[0])
    return _decide(request, page, chosen, "taken back", lambda rows: move(rows, TAKE_BACK, request.user),
                   lambda lines: take_back(lines, request.user))  # fmt: skip


def _decide(request: Any, page: Page, chosen: Sequence[Item], done: str, rows: Any, lines: Any) -> Any:
    following = _after(page, chosen)
    try:
        with transaction.atomic():
            for found in _by_model(chosen).values():
                rows(found)
            if waiting := _lines(chosen):
                lines(waiting)
            _forget(request.user, chosen)
    except (Refused, ValidationError) as error:
        _tell_reasons(request, error)
        return _back(request, page, next(iter(chosen), None))
    if chosen:
        messages.success(request, f"{chosen[0].title if len(chosen) == 1 else len(chosen)} {done}.")
    return _back(request, page, following)


def _publish(request: Any, page: Page) -> Any:
    """All that was accepted, with what was chosen to go along, or nothing."""
    if page.changed:
        _tell_stale(request, page.changed)
        messages.error(request, "Nothing is published yet.")
        return _back(request, page, page.changed[0])
    if request.POST.get("seen") != page.seen:
        messages.error(request, "What you accepted is not what this page showed: look again, then publish.")
        return _back(request, page)
    chosen = page.accepted
    companions = _companions(request, page)
    if companions is None:
        messages.error(
            request, "What was to go along says something else by now. Look again: nothing is published yet."
        )
        return _back(request, page)
    try:
        with transaction.atomic():
            for rows in (*_by_kind(companions).values(), *_by_model(chosen).values()):
                move(rows, PUBLISH, request.user)
            if lines := _lines(chosen):
                accept(lines, request.user, seen={item.pk: item.read for item in chosen if item.is_line})
            _forget(request.user, chosen)
    except (Refused, ValidationError) as error:
        _tell_reasons(request, error)
        messages.error(request, "Nothing is published yet.")
        return _back(request, page)
    along = "".join(f", {row}" for row in companions)
    if chosen:
        messages.success(request, f"{len(chosen)} published{along}.")
    _tell_hidden(request, chosen)
    tell_blanks(request, [row for rows in _by_model(chosen).values() for row in rows])
    return _back(request, page)


_DOORS = {
    "accept": _accept, "undo": _undo, "return": _return, "take_back": _take_back, "publish": _publish,
}  # fmt: skip


def _chosen(request: Any, page: Page) -> tuple[list[Item], list[Item]]:
    """What the posted versions name: as it was read, and what says something else by now."""
    found: dict[str, Item] = {}
    by_key = {item.key: item for item in page.items}
    same: list[Item] = []
    other: list[Item] = []
    for version in request.POST.get("rows", "").split():
        kind, _, rest = version.partition(".")
        pk, _, read = rest.partition(".")
        item = by_key.get(f"{kind}-{pk}")
        if item is None or item.key in found:
            continue
        found[item.key] = item
        (same if item.read == read else other).append(item)
    if not found:
        messages.warning(request, "That is decided already.")
    return same, other


def _companions(request: Any, page: Page) -> list[Any] | None:
    """The rows that were ticked to go along; None where one is not what the page showed."""
    wanted: defaultdict[Any, dict[int, str]] = defaultdict(dict)
    for version in request.POST.getlist("with"):
        kind, _, rest = version.partition(".")
        pk, _, read = rest.partition(".")
        if kind in _MODELS and is_key(pk):
            wanted[_MODELS[kind]][int(pk)] = read
    offered = {(type(each.row), each.row.pk) for each in page.companions}
    rows: list[Any] = []
    for model, versions in wanted.items():
        found = list(model.objects.filter(pk__in=versions).order_by("pk"))
        now = fingerprints(found)
        if any(now[row.pk] != versions[row.pk] or (model, row.pk) not in offered for row in found):
            return None
        rows += found
    return rows


def _by_model(items: Sequence[Item]) -> dict[Any, list[Any]]:
    """The rows among the items; technologies and companies first, as the others need them to be seen."""
    return _by_kind([item.subject for item in items if not item.is_line])


def _by_kind(rows: Sequence[Any]) -> dict[Any, list[Any]]:
    kinds: dict[Any, list[Any]] = {}
    for model in REVIEWED:
        if found := [row for row in rows if type(row) is model]:
            kinds[model] = found
    return kinds


def _lines(items: Sequence[Item]) -> list[ImportLine]:
    return [item.subject.line for item in items if item.is_line]


def _forget(user: Any, items: Sequence[Item]) -> None:
    kinds: defaultdict[str, list[int]] = defaultdict(list)
    for item in items:
        kinds[item.kind].append(item.pk)
    for kind, pks in kinds.items():
        Mark.objects.filter(user=user, kind=kind, row__in=pks).delete()


def _tell_stale(request: Any, items: Sequence[Item]) -> None:
    for item in items[:_MOST_TOLD]:
        since = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in item.since))
        messages.error(
            request, format_html("“{}” is not what you read any more. Look at it again.<ul>{}</ul>", item.title, since)
        )


def _tell_reasons(request: Any, error: Refused | ValidationError) -> None:
    reasons = error.reasons if isinstance(error, Refused) else error.messages
    for reason in reasons[:_MOST_TOLD]:
        messages.error(request, reason)


def _tell_hidden(request: Any, chosen: Sequence[Item]) -> None:
    """Once for each row that keeps what was published out of sight."""
    kept: dict[tuple[str, Any], list[Any]] = defaultdict(list)
    for rows in _by_model(chosen).values():
        for hidden in hidden_by(rows):
            kept[hidden.label, hidden.owner].append(hidden.row)
    for (label, owner), rows in list(kept.items())[:_MOST_TOLD]:
        one = len(rows) == 1
        messages.warning(
            request,
            format_html(
                '{} published, and not wholly in sight: {} {} <a href="{}">{}</a> is not published.',
                f"“{rows[0]}” is" if one else f"{len(rows)} of them are",
                "its" if one else "their",
                label,
                reverse(f"admin:stacks_{owner._meta.model_name}_change", args=[owner.pk]),
                owner,
            ),
        )


def _after(page: Page, items: Sequence[Item]) -> Item | None:
    """The next proposal in which something is left to do."""
    ordered = [item for area in page.areas for item in area.items]
    last = max((place for place, item in enumerate(ordered) if item in items), default=-1)
    left = [item for item in ordered[last + 1 :] if not item.is_accepted and item not in items]
    return next(iter(left), None)


def _back(request: Any, page: Page, item: Item | None = None) -> HttpResponseRedirect:
    """To the page, where the item stands; without one to the area that was open."""
    slug, start = request.POST.get("area", ""), 0
    area = next((each for each in page.areas if item in each.items), None) if item is not None else None
    if area is not None and item is not None:
        slug, start = area.slug, area.start_of(item)
    query = {"area": slug} if slug.replace("-", "").isalnum() else {}
    query |= {"from": str(start)} if start else {}
    place = f"#{item.key}" if item is not None else ""
    return HttpResponseRedirect(f"{page.subject.url}{f'?{urlencode(query)}' if query else ''}{place}")
