"""The page of the grid: shown, filled from a sibling, and saved as a whole."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import csrf_protect_m
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse, reverse_lazy

from stacks.admin import kept
from stacks.admin.curated import BUSY, CuratedAdmin
from stacks.admin.evidence import SHARED
from stacks.admin.forms import KnownAutocomplete, is_key, uncut
from stacks.admin.suggesting import review_of
from stacks.admin.typed_dates import TypedDateField, tell_taken
from stacks.curating import curating
from stacks.folding import alias_key
from stacks.loading import sentence_of
from stacks.models import Company, CompanyAlias, Evidence, Source, sentence_about
from stacks.models.objections import read_once

from .rows import COLUMNS, told
from .sheet import Saved, Sheet, copied_from, with_blanks


class _Saying(forms.Form):
    """Who says so of the new rows, and the sibling whose rows are taken."""

    edition_on = TypedDateField(required=False, label="Which edition", help_text="Where the page has had several.")
    accessed_on = TypedDateField(required=False, label="Read on", help_text="Empty: today.")
    sibling = forms.CharField(
        required=False,
        max_length=100,
        label="Copy the rows of",
        widget=forms.TextInput(
            {"data-suggest": "company", "data-from": reverse_lazy("admin:stacks_importbatch_names")}
        ),
    )

    def __init__(self, data=None, *, admin_site, initial=None):
        super().__init__(data, initial=initial)
        uncut(self)
        self.fields["source"] = forms.ModelChoiceField(
            Source.objects.all(),
            required=False,
            label="Who says so of the new rows",
            help_text="Its address, title or publisher. Each new row gets it as evidence, with the quote of the row.",
            widget=KnownAutocomplete(Evidence._meta.get_field("source"), admin_site),
        )
        self.order_fields(["source"])


class HasGrid(CuratedAdmin):
    """Adds the grid to a company, for those who may change usages."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.stack_view)
        return [path("<path:object_id>/stack/", view, name="stacks_company_stack"), *super().get_urls()]

    def grid_tools(self, request, company) -> list[tuple[str, str]]:
        if not _may(request.user):
            return []
        return [("Stack as a grid", reverse("admin:stacks_company_stack", args=[company.pk]))]

    @csrf_protect_m
    def stack_view(self, request, object_id):
        if not _may(request.user):
            raise PermissionDenied
        key = unquote(object_id)
        company = Company.objects.filter(pk=key).first() if is_key(key) else None
        if company is None:
            raise Http404("There is no such company.")
        if request.method != "POST":
            return self._grid_page(request, Sheet(company, request.GET.get("p")), self._saying(request, company))
        kept.unpack(request)
        if "_copy" in request.POST:
            return self._copy(request, company)
        if "_more" in request.POST:
            return self._grid_page(request, self._sheet(request, company, with_blanks(request.POST)))
        return self._save(request, company)

    def _save(self, request, company):
        """As a form of the admin: read first, and under the lock once more before anything is written."""
        try:
            with read_once():
                sheet, saying = self._sheet(request, company), self._saying(request)
                if kept.held(request) or not (sheet.is_valid() and saying.is_valid()):
                    return self._grid_page(request, sheet, saying, wrong=True)
            with curating():
                sheet, saying = self._sheet(request, company), self._saying(request)
                if not (sheet.is_valid() and saying.is_valid()):
                    return self._grid_page(request, sheet, saying, wrong=True)
                said = saying.cleaned_data
                saved = sheet.save(request, said["edition_on"], said["accessed_on"])
        except ValidationError as error:
            kept.hold(request, f"Nothing is saved: {sentence_of(error)}")
        except OperationalError:
            kept.hold(request, BUSY)
        else:
            return self._after(request, company, sheet, saved)
        status = 503 if kept.held(request) == BUSY else 200
        return self._grid_page(request, self._sheet(request, company), wrong=True, status=status)

    def _after(self, request, company, sheet: Sheet, saved: Saved):
        tell_taken(request, sheet.typed)
        messages.success(request, str(saved))
        here = f"{request.path}?{request.META['QUERY_STRING']}" if request.META["QUERY_STRING"] else request.path
        return HttpResponseRedirect(review_of(company) if "_review" in request.POST else here)

    def _copy(self, request, company):
        name = request.POST.get("sibling", "").replace("\x00", "").strip()
        known = CompanyAlias.objects.filter(key=alias_key(name)).exclude(company=company).select_related("company")
        sibling = known.first()
        if sibling is None:
            messages.error(request, f"No other company is called “{name}”." if name else "Say which company.")
            return self._grid_page(request, self._sheet(request, company))
        rows = copied_from(sibling.company, company, request.POST)
        if not rows:
            messages.info(request, f"{company} has all that {sibling.company} has.")
            return self._grid_page(request, self._sheet(request, company))
        messages.info(
            request,
            f"{len(rows)} rows of {sibling.company} stand below, and none is saved yet. What another company runs is "
            "no evidence: leave out what no source says of this one.",
        )
        return self._grid_page(request, self._sheet(request, company, with_blanks(request.POST, rows)))

    def _sheet(self, request, company, data=None) -> Sheet:
        return Sheet(company, request.GET.get("p"), data or request.POST)

    def _saying(self, request, company=None) -> _Saying:
        if company is None:
            return _Saying(request.POST, admin_site=self.admin_site)
        newest = Evidence.objects.filter(usage__company=company).order_by("-pk").first()
        shared = (
            {name: getattr(newest, f"{name}_id" if name == "source" else name) for name in SHARED} if newest else {}
        )
        return _Saying(admin_site=self.admin_site, initial=shared)

    def _grid_page(self, request, sheet: Sheet, saying: Any = None, *, wrong=False, status=200):
        saying = saying or self._saying(request)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{sheet.company}: the whole stack",
            "opts": self.opts,
            "company": sheet.company,
            "objection": sentence_about(sheet.company),
            "sheet": sheet,
            "saying": saying,
            "columns": [(name, _head(name)) for name in COLUMNS],
            "rows": [_Row(form, wrong=wrong) for form in sheet.existing],
            "new_rows": [_Row(form, wrong=wrong) for form in sheet.new],
            "categories": [(each.name, told(each)) for each in sheet.categories],
            "wrong": wrong,
            "sides": [form.sides for form in sheet.existing if form.sides],
            "held": kept.held(request),
            "media": self.media + saying.media,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/stacks/grid/page.html", context, status=status)


class _Row:
    """A row as it is printed: its cells, and what is wrong with it as a whole."""

    def __init__(self, form: Any, *, wrong: bool):
        self.form, self.usage = form, form.instance
        shown = wrong and form.is_typed
        self.problems = form.non_field_errors() if shown else ""
        self.cells = [(_css(name), form[name], form[name].errors if shown else "") for name in COLUMNS]
        self.said = [
            (name, form[name], form[name].errors if shown else "")
            for name in ("quote", "locator")
            if name in form.fields
        ]
        self.leave = form["leave"] if "leave" in form.fields else None
        self.citations = getattr(form.instance, "citations", 0)
        self.keys = [(f"{form.prefix}-id", form.instance.pk)] if form.instance.pk else []
        if form.instance.pk:
            self.keys.append((f"{form.prefix}-seen_version", form["seen_version"].value()))


def _css(name: str) -> str:
    """Below the cells with names, what is called so is offered."""
    return f"c-{name} combo" if name in ("technology", "via") else f"c-{name}"


_HEADS = {"via": "Run through", "position": "Order"}


def _head(name: str) -> str:
    return _HEADS.get(name, name.capitalize())


def _may(user: Any) -> bool:
    return user.has_perm("stacks.change_usage") and user.has_perm("stacks.add_usage")
