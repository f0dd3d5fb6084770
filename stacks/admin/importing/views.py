"""The steps of an import: text, plan, batch. Each view asks for the right itself; what changes something is posted."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from stacks.admin import kept
from stacks.curating import curating
from stacks.importers import opened
from stacks.importers.apply import Refused
from stacks.importers.decisions import MAKE
from stacks.importers.lines import Unreadable
from stacks.importers.plan import Plan
from stacks.importers.sources import find_source
from stacks.models import BatchState, ImportBatch
from stacks.search import search

from . import choosing, text
from .batch import show_batch
from .showing import STAGES, show

_NEEDED = ("add_importbatch", "add_usage", "add_migration", "add_evidence", "add_source")
_SUGGESTED = 8
_UNFINISHED = 50
_SEEN_FOR = 12 * 60 * 60
_LONGEST_NUMBER = 6  # digits of a page
_PROBLEMS_TOLD = 20


def may_import(user: Any) -> bool:
    """Importing proposes, and adds sources: whoever may do that by forms may do it here."""
    return all(user.has_perm(f"stacks.{codename}") for codename in _NEEDED)


def _check(request: HttpRequest) -> None:
    if not may_import(request.user):
        raise PermissionDenied


def _batch(pk: int) -> ImportBatch:
    return get_object_or_404(ImportBatch.objects.select_related("company", "technology", "source", "made_by"), pk=pk)


def _with_text(pk: int) -> ImportBatch:
    """What curators suggest in other ways is kept as a batch too: there is nothing in it to read again."""
    batch = _batch(pk)
    if not batch.text:
        raise Http404("Nothing was imported by it: there is no text.")
    return batch


def _to(name: str, *args: Any) -> str:
    return reverse(f"admin:stacks_importbatch_{name}", args=args)


def _number(text: str | None) -> int | None:
    """In plain digits, not too many; None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER else None


def _is_fetched(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


# The text


def give_text(request: HttpRequest, site: Any, pk: int | None = None) -> HttpResponse:
    """What is posted is stored at once, and shown again where something is missing."""
    _check(request)
    batch = _with_text(pk) if pk is not None else None
    if batch is not None and batch.state != BatchState.OPEN:
        return HttpResponseRedirect(_to("change", batch.pk))
    if request.method == "POST":
        return _take_text(request, site, batch)
    first = text.first_values(batch) if batch else {"accessed": localdate().isoformat(), **_asked_for(request)}
    return _text_page(request, site, text.TextForm(initial=first), batch)


def _take_text(request: HttpRequest, site: Any, batch: ImportBatch | None) -> HttpResponse:
    kept.unpack(request)
    form = text.TextForm(request.POST, request.FILES)
    valid = form.is_valid()
    if form.text_problem or kept.held(request):
        return _text_page(request, site, form, batch)
    with curating():
        batch = form.keep(batch, request.user)
    if valid and "_later" in request.POST:
        messages.success(request, "The text is kept. It stands among the unfinished imports.")
        return HttpResponseRedirect(_to("add"))
    if valid and (problem := _cannot_be_planned(batch)):
        form.add_error(*problem)
    if form.errors:
        return _text_page(request, site, form, batch)
    return HttpResponseRedirect(_to("plan", batch.pk))


def _asked_for(request: HttpRequest) -> dict[str, str]:
    """What a link to this page may fill in."""
    return {name: request.GET[name][:500] for name in ("company", "url") if name in request.GET}


def _cannot_be_planned(batch: ImportBatch) -> tuple[str, str] | None:
    try:
        reading = opened.read(batch)
    except Unreadable as error:
        where = f"Line {error.line}: " if error.line else ""
        return "text", f"{where}{error.message}"
    if not reading.lines:
        return "text", "No technology is found in it. Read it as something else?"
    plan = opened.plan_of(batch, reading)
    if not plan.source:
        return "url", "Where does it stand on the web? The text does not say so."
    if any(not plan.key_of(line) for line in reading.lines if line.kind in ("usage", "migration")):
        return "company", "Whose stack is it? The text does not say so."
    return None


def _text_page(request: HttpRequest, site: Any, form: text.TextForm, batch: ImportBatch | None) -> HttpResponse:
    others = ImportBatch.objects.filter(state=BatchState.OPEN).select_related("company", "technology", "made_by")
    others = others.exclude(pk=batch.pk) if batch else others
    form.attend()
    context = {
        **site.each_context(request),
        "title": "Import a write-up",
        "form": form,
        "batch": batch,
        "held": kept.held(request),
        "limits": text.LIMITS,
        "unfinished": others.defer("text").order_by("-pk")[:_UNFINISHED],
        "source_url": _to("source"),
        "is_nav_sidebar_enabled": False,
    }
    return TemplateResponse(request, "admin/stacks/imports/text.html", context)


# The plan


@require_safe
def plan(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """The plan by today's catalogue, a page of it where it is long; who turns its pages reads on what was read."""
    _check(request)
    batch = _with_text(pk)
    read = opened.read_again if request.GET else opened.read
    try:
        made = opened.plan_of(batch, read(batch))
    except Unreadable as error:
        messages.error(request, error.message)
        return HttpResponseRedirect(_to("text", batch.pk))
    return _plan_page(request, site, batch, made)


def _plan_page(
    request: HttpRequest,
    site: Any,
    batch: ImportBatch,
    made: Plan,
    changed: frozenset[str] = frozenset(),
    status: int = 200,
) -> HttpResponse:
    find = request.GET.get("find", "")[:100].strip()
    view = show(made, changed, page=_number(request.GET.get("page")) or 1, at=request.GET.get("at", ""), find=find)
    cache.set(_seen(request, batch), opened.marks(made), _SEEN_FOR)
    context = {
        **site.each_context(request),
        "title": f"{_whose(batch, made)}: the plan",
        "batch": batch,
        "plan": made,
        "view": view,
        "read_as": text.FORMAT_NAMES.get(made.reading.form, made.reading.form),
        "source": find_source(made.source or ""),
        "is_new_company": bool(made.company_name and not made.whole),
        "alike": _alike(made),
        "stages": STAGES,
        "changed": changed,
        "problems": made.reading.problems[:_PROBLEMS_TOLD],
        "further_problems": max(len(made.reading.problems) - _PROBLEMS_TOLD, 0),
        "is_nav_sidebar_enabled": False,
    }
    return TemplateResponse(request, "admin/stacks/imports/plan.html", context, status=status)


def _alike(made: Plan) -> str:
    """Companies whose names are near that of a company that would be made."""
    if made.whole or not made.company_name:
        return ""
    return ", ".join(hit.name for hit in search(made.company_name, 3, "company", public=False).best)


def _whose(batch: ImportBatch, made: Plan) -> str:
    return str(made.whole or made.company_name or batch.technology or "Several companies")


def _seen(request: HttpRequest, batch: ImportBatch) -> str:
    return f"import-seen:{batch.uid}:{request.user.pk}"


@require_POST
def choose(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """One press, stored at once; what it changes on the page comes back."""
    _check(request)
    batch = _with_text(pk)
    try:
        reading = opened.read_again(batch)
        key = choosing.choose(batch, reading, request.POST.get("do", ""), request.user)
    except (choosing.Unchoosable, Unreadable) as error:
        if _is_fetched(request):
            return JsonResponse({"problem": str(error)}, status=400)
        messages.error(request, str(error))
        return HttpResponseRedirect(_to("plan", batch.pk))
    if not _is_fetched(request):
        return HttpResponseRedirect(_line_of_plan(batch, key))
    return _answer(request, batch, key)


def _line_of_plan(batch: ImportBatch, key: str) -> str:
    """The page of the plan on which the line stands, or the section that was decided."""
    if not key.startswith(("l", "missing")):
        return f"{_to('plan', batch.pk)}#{key}"
    return f"{_to('plan', batch.pk)}?{urlencode({'at': key})}#l-{key}"


def _answer(request: HttpRequest, batch: ImportBatch, key: str) -> JsonResponse:
    """The line anew, and the totals; a choice of many lines asks for the whole page."""
    made = opened.plan_of(batch, opened.read_again(batch))
    view = show(made, at=key)
    row = view.row(key)
    if row is None:
        return JsonResponse({"reload": True})
    cache.set(_seen(request, batch), opened.marks(made), _SEEN_FOR)
    parts = {"row": row, "batch": batch}
    return JsonResponse(
        {
            "row": render_to_string("admin/stacks/imports/_row.html", parts, request),
            "totals": render_to_string("admin/stacks/imports/_totals.html", {"totals": view.totals}, request),
            "bar": render_to_string("admin/stacks/imports/_bar.html", {"bar": view.bar, "batch": batch}, request),
        }
    )


def line(request: HttpRequest, site: Any, pk: int, key: str) -> HttpResponse:
    """The form of one line: as a page of its own, or as a part of the plan's page."""
    _check(request)
    batch = _with_text(pk)
    try:
        read = choosing.line_at(opened.read_again(batch), key)
    except (choosing.Unchoosable, Unreadable) as error:
        raise Http404(str(error)) from error
    made = opened.plan_of(batch, opened.read_again(batch))
    place = made.deciding.keys.index(key)
    making = made.deciding.making.get(place)
    if request.method == "POST":
        kept.unpack(request)
        form = choosing.form_of(read)(request.POST, line=read, user=request.user)
        if kept.held(request):
            messages.warning(request, kept.held(request))
        elif form.is_valid():
            values = form.values()
            if values["answer"] == MAKE and not request.user.has_perm("stacks.add_technology"):
                raise PermissionDenied
            choosing.store(batch, key, values, request.user)
            if _is_fetched(request):
                return _answer(request, batch, key)
            return HttpResponseRedirect(_line_of_plan(batch, key))
    else:
        first = choosing.first_values(read, made.reading.lines[place], making.name if making else "")
        if making:
            first |= {"new_kind": making.kind, "new_website": making.website}
        form = choosing.form_of(read)(initial=first, line=read, user=request.user)
    settled = made.reading.lines[place].technology or read.technology or ""
    context: dict[str, Any] = {
        "form": form,
        "batch": batch,
        "key": key,
        "read": read,
        "for_all": choosing.for_all(read, settled, request.user) if read.kind != "fact" else [],
    }
    if _is_fetched(request):
        part = render_to_string("admin/stacks/imports/_editor.html", context, request)
        return JsonResponse({"editor": part}, status=400 if form.errors else 200)
    context |= site.each_context(request)
    context |= {"title": f"Line {read.line}: {read.name}", "is_nav_sidebar_enabled": False}
    return TemplateResponse(request, "admin/stacks/imports/line.html", context)


@require_POST
def confirm(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """Write what the plan says, if it still says what was seen."""
    _check(request)
    batch = _with_text(pk)
    try:
        if not request.user.has_perm("stacks.add_company") and _makes_companies(batch):
            raise PermissionDenied
        others = "others" in request.POST
        made = opened.confirm(batch.pk, request.POST.get("fingerprint", ""), request.user, others=others)
    except opened.CameOutDifferent as different:
        seen = cache.get(_seen(request, batch)) or {}
        now = opened.marks(different.plan)
        changed = frozenset(key for key, mark in now.items() if seen and seen.get(key) != mark)
        messages.warning(request, "The plan came out different from the one you saw: nothing is written. Look again.")
        return _plan_page(request, site, _batch(pk), different.plan, changed, status=409)
    except (Refused, Unreadable) as error:
        messages.error(request, str(error) or "Nothing could be written.")
        return HttpResponseRedirect(_to("plan", batch.pk))
    failed = [one for one in made.reading.lines if one.problem and one.ticked]
    if failed:
        messages.warning(request, f"{len(failed)} of its lines could not be written; the batch says why.")
    if made.further:
        messages.success(request, _told_of_others(made.further))
    return HttpResponseRedirect(_to("change", batch.pk))


def _told_of_others(uids: list[str]) -> str:
    """Where the imports of the other pages are found."""
    count = len(uids)
    told = "{} more {} written, one for each page that the text names: <a href='{}'>all imports</a>."
    return format_html(told, count, "import was" if count == 1 else "imports were", _to("changelist"))


def _makes_companies(batch: ImportBatch) -> bool:
    made = opened.plan_of(batch, opened.read_again(batch))
    return any(owner is None for owner in made.owners.values())


# The batch


def batch_page(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    batch = _batch(pk)
    if batch.state == BatchState.OPEN and may_import(request.user):
        return HttpResponseRedirect(_to("plan", batch.pk))
    view = show_batch(batch, _number(request.GET.get("lines")))
    context = {
        **site.each_context(request),
        "title": f"{'Import' if batch.text else 'Suggestion'}: {batch}",
        "batch": batch,
        "view": view,
        "may_import": may_import(request.user),
        "may_take_back": may_take_back(request.user, batch) and bool(batch.text or view.to_review),
        "is_nav_sidebar_enabled": False,
    }
    return TemplateResponse(request, "admin/stacks/imports/batch.html", context)


@require_safe
def given(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """The whole text, as it was given: to be read, never run."""
    batch = _with_text(pk)
    if not (may_import(request.user) or request.user.has_perm("stacks.view_importbatch")):
        raise PermissionDenied
    answer = HttpResponse(batch.text, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="import-{batch.uid}.txt"'
    return answer


def may_take_back(user: Any, batch: ImportBatch) -> bool:
    """Her own proposals; those of others are a reviewer's."""
    return may_import(user) and (batch.made_by_id == user.pk or user.has_perm("stacks.publish_usage"))


@require_POST
def take_back(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    batch = _batch(pk)
    if not may_take_back(request.user, batch):
        raise PermissionDenied
    gone, left = opened.take_back(batch.pk, request.user)
    told = f"{gone} {'proposal is' if gone == 1 else 'proposals are'} taken back."
    kept = " The text and what was decided are kept." if batch.text else ""
    stays = f" {left} stay: somebody has reviewed, changed or cited them since." if left else ""
    messages.success(request, told + kept + stays)
    return HttpResponseRedirect(_to("change", batch.pk))


def discard(request: HttpRequest, site: Any, pk: int) -> HttpResponse:
    """Asks first; only what has written nothing goes."""
    batch = _batch(pk)
    if not may_take_back(request.user, batch):
        raise PermissionDenied
    if request.method != "POST":
        context = {
            **site.each_context(request),
            "title": "Discard this import?",
            "batch": batch,
            "choices": batch.choices.count(),
            "lines": batch.text.count("\n") + 1,
        }
        return TemplateResponse(request, "admin/stacks/imports/discard.html", context)
    try:
        opened.discard(batch.pk)
    except Refused as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(_to("change", batch.pk))
    messages.success(request, "The import is discarded.")
    return HttpResponseRedirect(_to("add"))


# What the pages ask for while somebody types


@require_safe
def names(request: HttpRequest, site: Any) -> HttpResponse:
    """As the public search answers, drafts included."""
    _check(request)
    kind = request.GET.get("kind", "")
    if kind not in ("company", "technology"):
        return JsonResponse({"results": [], "suggestions": []})
    found = search(request.GET.get("q", "")[:200], _SUGGESTED, kind, public=False)

    def told(hits: Any) -> list[dict[str, str]]:
        return [{"name": hit.name, "kind": hit.kind, "matched": hit.matched, "slug": hit.slug} for hit in hits]

    return JsonResponse({"results": told(found.results), "suggestions": told(found.suggestions)})


@require_safe
def source(request: HttpRequest, site: Any) -> HttpResponse:
    """What is known of the page at an address: null where it is no source yet."""
    _check(request)
    known = find_source(request.GET.get("url", "")[:500].strip())
    if known is None:
        return JsonResponse({"source": None})
    told = {
        "title": known.title,
        "publisher": known.publisher,
        "company": known.company.name if known.company else "",
        "cited": known.evidence.count(),
        "edition": known.edition,
    }
    return JsonResponse({"source": told})
