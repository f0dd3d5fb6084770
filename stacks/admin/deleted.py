"""What was deleted: found, and brought back by a page that says before what comes along and what stands in the way."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.text import capfirst

from stacks.curating import curating
from stacks.history.deleted import find, merge_of
from stacks.history.parts import curated_models, kind_of
from stacks.history.restoring import NotRestoredError, built
from stacks.history.returning import Returned, bring_back, find_record, look
from stacks.models import Reviewed, State

from .forms import is_key
from .past import may_bring_back, may_see
from .suggesting import tell, writes

_FIELD = "row"


def urls(site: Any) -> list[Any]:
    """Of the whole admin: rows of each kind stand in one list."""
    return [
        path("deleted/", site.admin_view(partial(list_view, site=site)), name="stacks_deleted"),
        path(
            "deleted/<slug:kind>/<path:key>/",
            site.admin_view(partial(bring_back_view, site=site)),
            name="stacks_bring_back",
        ),
    ]


def list_view(request, site):
    models = [model for model in curated_models() if may_see(request.user, model)]
    if not models:
        raise PermissionDenied
    q, kind, start = (request.GET.get(name, "").strip() for name in ("q", "kind", "start"))
    kinds = [(kind_of(model), capfirst(model._meta.verbose_name_plural)) for model in models]
    page = find(models, q=q, kind=kind, start=int(start) if is_key(start) else 0)
    context = {
        **site.each_context(request),
        "title": "Deleted",
        "page": page,
        "q": q,
        "kind": kind,
        "kinds": kinds,
        "may_bring_back": {kind_of(model) for model in models if may_bring_back(request.user, model)},
        "older": _page(page.older, q, kind),
        "newer": _page(page.newer, q, kind),
    }
    request.current_app = site.name
    return TemplateResponse(request, "admin/stacks/deleted.html", context)


def _page(start: int | None, q: str, kind: str) -> str:
    asked: dict[str, Any] = {"start": start, "q": q, "kind": kind}
    return "" if start is None else urlencode({name: value for name, value in asked.items() if value})


def bring_back_view(request, site, kind, key):
    """GET says what would come back, POST brings it."""
    model = next((model for model in curated_models() if kind_of(model) == kind), None)
    if model is None or not is_key(key):
        raise Http404("Nothing like this was deleted.")
    if not may_see(request.user, model):
        raise PermissionDenied
    record = find_record(model, int(key))
    if record is None:
        return _is_there(site, model, key)
    if not may_bring_back(request.user, model):
        raise PermissionDenied
    return _BringBack(request, site, model, record).answer()


def _is_there(site, model, key):
    if model._base_manager.filter(pk=key).exists() and site.is_registered(model):
        return HttpResponseRedirect(reverse(f"admin:stacks_{kind_of(model)}_change", args=[key]))
    raise Http404("Nothing like this was deleted.")


class _BringBack:
    def __init__(self, request: Any, site: Any, model: Any, record: Any):
        self.request, self.site, self.model, self.record = request, site, model, record
        self.found = look(model, record)
        self.merged = merge_of(model, record)
        self.refused = ""
        self.foreseen: dict[str, list[str]] = {}  # what stands in the way before anything was posted, by field
        self.left: list[tuple[str, str, list[str]]] = []  # what came along and cannot: key, name, why
        posted = request.POST.getlist("asks") if request.method == "POST" else []
        typed = {each.name for each in model._meta.concrete_fields if each.editable and not each.primary_key}
        self.asks = [name for name in dict.fromkeys([*posted, *self.found.errors]) if name in typed]
        self.form = self._form()

    def answer(self) -> Any:
        if self.request.method != "POST" or self.merged:
            for name, told in self.found.errors.items():
                self._tell(name, told)
            return self._show(200)
        if not self.form.is_valid():
            self.refused = "Nothing is brought back yet: see the fields below."
            return self._show(409)
        try:
            done = self._bring_back()
        except NotRestoredError as error:
            return self._refuse(error)
        if done is None:
            return _is_there(self.site, self.model, self.record.id)
        self._tell_done(done)
        if done.row is None or not self.site.is_registered(self.model):
            return HttpResponseRedirect(reverse("admin:stacks_deleted"))
        return HttpResponseRedirect(reverse(f"admin:stacks_{kind_of(self.model)}_change", args=[done.row.pk]))

    def _bring_back(self) -> Returned | None:
        """None where somebody else was first."""
        with curating():
            if find_record(self.model, self.record.id) is None:
                return None
            return bring_back(
                self.found,
                values=self.form.cleaned_data,
                without=self.request.POST.getlist("without"),
                user=self.request.user,
                writes=partial(writes, self.request),
            )

    def _tell_done(self, done: Returned) -> None:
        if done.row is None:
            tell(self.request, built(self.record), done.lines)
            return
        rest = f" {done.left} of what hung on it takes a reviewer, and is found here still." if done.left else ""
        messages.success(self.request, f"{done.row} is there again.{rest}")
        for why in done.drafts:
            messages.warning(self.request, f"It is a draft for now: {why}")

    def _refuse(self, error: NotRestoredError) -> Any:
        own = error.errors.get("", {})
        more = [name for name in own if name in self._typed() and name not in self.asks]
        if more:
            self.asks += more
            self.form = self._form()
            self.form.is_valid()
        for name, sentences in own.items():
            self._tell(name, sentences)
        names = {each.key: each for each in self.found.along}
        for key, found in error.errors.items():
            if key in names:
                each = names[key]
                why = [sentence for told in found.values() for sentence in told]
                self.left.append((key, f"{each.model._meta.verbose_name} {each.record.id}", why))
        self.refused = "Nothing is brought back yet: see what stands in the way."
        return self._show(409)

    def _typed(self) -> set[str]:
        return {each.name for each in self.model._meta.concrete_fields if each.editable and not each.primary_key}

    def _form(self) -> forms.Form:
        """The fields that stand in the way, with what they said."""
        row = built(self.record)
        own = self.site.get_model_admin(self.model) if self.site.is_registered(self.model) else None
        data = self.request.POST.copy() if self._is_posted() else None
        form = forms.Form(data, prefix=_FIELD)
        for name in self.asks:
            told = self.model._meta.get_field(name)
            formfield = own.formfield_for_dbfield(told, self.request) if own is not None else told.formfield()
            formfield.initial = getattr(row, told.attname)
            if told.related_model and not told.related_model._base_manager.filter(pk=formfield.initial).exists():
                formfield.initial = None
            form.fields[name] = formfield
            if data is not None and form.add_prefix(name) not in data and formfield.initial is not None:
                data[form.add_prefix(name)] = formfield.initial
        return form

    def _is_posted(self) -> bool:
        return self.request.method == "POST" and not self.merged

    def _tell(self, name: str, told: list[str]) -> None:
        if name in self.form.fields:
            if self.form.is_bound:
                self.form.add_error(name, told)
            else:
                self.foreseen[name] = told
        else:
            self.refused = " ".join([self.refused, *told]).strip()

    def _show(self, status: int) -> Any:
        row = built(self.record)
        missing = {
            name: reverse("admin:stacks_bring_back", args=[kind_of(told.related_model), getattr(row, told.attname)])
            for name in self.asks
            if (told := self.model._meta.get_field(name)).related_model and getattr(row, told.attname)
            and not told.related_model._base_manager.filter(pk=getattr(row, told.attname)).exists()
        }  # fmt: skip
        fields = [
            (bound, list(bound.errors) or self.foreseen.get(bound.name, []), missing.get(bound.name, ""))
            for bound in self.form
        ]
        context = {
            **self.site.each_context(self.request),
            "title": f"Bring back {self.found.name}",
            "opts": self.model._meta,
            "found": self.found,
            "record": self.record,
            "kinds": self.found.named(),
            "fields": fields,
            "asks": self.asks,
            "left": self.left,
            "merged": self.merged,
            "refused": self.refused,
            "media": self.form.media,
            "becomes": self._becomes(row),
            "let_go": len(self.found.let_go),
            "listed": self.site.is_registered(self.model),
        }
        self.request.current_app = self.site.name
        return TemplateResponse(self.request, "admin/stacks/bring_back.html", context, status=status)

    def _becomes(self, row: Any) -> str:
        """In which state it comes back, in a sentence."""
        if not isinstance(row, Reviewed):
            return (
                "" if writes(self.request, row) else "Visitors would see it: it is proposed, and a reviewer accepts it."
            )
        if row.state == State.DRAFT:
            return "It comes back as the draft that it was."
        was = row.get_state_display().lower()
        if not writes(self.request, row):
            return f"It was {was} and comes back as a draft: what visitors see is published by a reviewer."
        return f"It comes back {was}, as it was."
