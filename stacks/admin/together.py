"""One change for the usages that are ticked in their list: a page says what it does to each, before it does it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import csrf_protect_m
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from stacks.fingerprint import fingerprints
from stacks.models import Category, Evidence, Source, Stage, Usage
from stacks.together import CATEGORY, END, SOURCE, STAGE, VERIFIED, Cited, Refused, check_date, look, write

from . import kept
from .forms import KnownAutocomplete, is_key
from .review import MOST_ROWS, ReviewedAdmin
from .typed_dates import TypedDateField

_MOST_TOLD = 10


class _Asked(forms.Form):
    """What is asked for before anything can be told; `value()` is what each usage is to have."""

    def __init__(self, data=None, *, admin_site=None):
        super().__init__(data)

    def value(self) -> Any:
        (value,) = self.cleaned_data.values()
        return value


class _StageForm(_Asked):
    stage = forms.ChoiceField(choices=Stage.choices, label="The stage of each")


class _EndForm(_Asked):
    ended = TypedDateField(label="The end of each", help_text="2026, 2026-11 or 2026-11-27: as exactly as it is known.")

    def clean_ended(self):
        return check_date(self.cleaned_data["ended"])


class _CategoryForm(_Asked):
    def __init__(self, data=None, *, admin_site):
        super().__init__(data)
        self.fields["category"] = forms.ModelChoiceField(
            Category.objects.filter(parent__isnull=False),
            label="The category of each",
            widget=KnownAutocomplete(Usage._meta.get_field("category"), admin_site),
        )


class _SourceForm(_Asked):
    def __init__(self, data=None, *, admin_site):
        super().__init__(data)
        self.fields["source"] = forms.ModelChoiceField(
            Source.objects.all(),
            label="The source that each cites",
            help_text="Its address, title or publisher. It has to say so of every one of them.",
            widget=KnownAutocomplete(Evidence._meta.get_field("source"), admin_site),
        )
        self.fields["edition_on"] = TypedDateField(
            required=False,
            label="Which edition of it",
            help_text="Where the page has had several: 2026, 2026-11 or 2026-11-27. Otherwise leave it empty.",
        )

    def clean_edition_on(self):
        edition = self.cleaned_data["edition_on"]
        return check_date(edition) if edition else ""

    def value(self):
        return Cited(self.cleaned_data["source"], self.cleaned_data["edition_on"])


class _VerifiedForm(_Asked):
    """Nothing is asked: it is today."""

    def value(self):
        return f"{timezone.localdate():%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class _Change:
    label: str
    form: Any
    says: str = ""


CHANGES = {
    STAGE: _Change("Set the stage", _StageForm, "How far each of them is now. The stage that an edition tells stays."),
    END: _Change("End", _EndForm, "They are in use no more since that day. What was true once is ended, not deleted."),
    CATEGORY: _Change("File in another category", _CategoryForm, "The category of its role at that company."),
    SOURCE: _Change("Cite a source", _SourceForm, "Each gets this evidence, without a quote; it is read today."),
    VERIFIED: _Change(
        "Verified today",
        _VerifiedForm,
        "You say that you have opened the sources of each of these today, and that they still say so.",
    ),
}


class ChangesTogether(ReviewedAdmin):
    """Adds the actions to the list of usages."""

    actions: ClassVar[Any] = (
        *ReviewedAdmin.actions, "stage_selected", "end_selected", "file_selected", "cite_selected", "verify_selected",
    )  # fmt: skip

    def get_urls(self):
        view = self.admin_site.admin_view(self.together_view)
        return [path("together/<slug:what>/", view, name="stacks_usage_together"), *super().get_urls()]

    @admin.action(permissions=["change"], description="Set the stage of selected %(verbose_name_plural)s…")
    def stage_selected(self, request, queryset):
        return self._begin(request, queryset, STAGE)

    @admin.action(permissions=["change"], description="End selected %(verbose_name_plural)s…")
    def end_selected(self, request, queryset):
        return self._begin(request, queryset, END)

    @admin.action(permissions=["change"], description="File selected %(verbose_name_plural)s in another category…")
    def file_selected(self, request, queryset):
        return self._begin(request, queryset, CATEGORY)

    @admin.action(permissions=["change"], description="Cite a source for selected %(verbose_name_plural)s…")
    def cite_selected(self, request, queryset):
        return self._begin(request, queryset, SOURCE)

    @admin.action(permissions=["change"], description="Selected %(verbose_name_plural)s are verified today…")
    def verify_selected(self, request, queryset):
        return self._begin(request, queryset, VERIFIED)

    def _begin(self, request, queryset, what):
        rows = list(queryset.select_related("company", "technology", "category")[: MOST_ROWS + 1])
        if len(rows) > MOST_ROWS:
            messages.error(request, f"At most {MOST_ROWS} rows are changed at once: choose fewer, by a filter.")
            return None
        form = CHANGES[what].form(admin_site=self.admin_site) if CHANGES[what].form is not _VerifiedForm else None
        return self._together_page(request, what, rows, form or _VerifiedForm({}))

    @csrf_protect_m
    def together_view(self, request, what):
        if what not in CHANGES:
            raise Http404("There is no such change.")
        kept.unpack(request)
        listed = HttpResponseRedirect(reverse("admin:stacks_usage_changelist"))
        if request.method != "POST" or not self.has_change_permission(request):
            return listed
        seen = dict(text.partition(".")[::2] for text in request.POST.get("rows", "").split())
        keys = [key for key in seen if is_key(key)][: MOST_ROWS + 1]
        joined = ("company", "technology", "category")
        rows = list(Usage.objects.filter(pk__in=keys).select_related(*joined).order_by("-pk"))
        form = CHANGES[what].form(request.POST, admin_site=self.admin_site)
        if not rows or len(keys) > MOST_ROWS:
            messages.error(request, "None of these rows is there any more.")
            return listed
        if kept.held(request):
            return self._together_page(request, what, rows, form, [kept.held(request)])
        if "_write" in request.POST and form.is_valid() and request.POST.get("told") == str(form.value()):
            refused = self._write(request, what, rows, seen, form.value())
            if not refused:
                return listed
            return self._together_page(request, what, rows, form, refused)
        return self._together_page(request, what, rows, form)

    def _write(self, request, what, rows, seen, value) -> list[str]:
        """Why nothing was written; empty when all was."""
        now = fingerprints(rows)
        changed = [row for row in rows if now[row.pk] != seen[str(row.pk)]]
        if changed or len(rows) != len(seen):
            told = [f"“{row}” is not what you read any more." for row in changed]
            return told or ["Some of the rows are not there any more."]
        try:
            written, proposed = write(rows, what, value, request.user)
        except Refused as error:
            return error.reasons
        told = [f"{written} changed"] if written else []
        told += [f"{proposed} proposed" if written else f"{proposed} changes proposed"] if proposed else []
        text = f"{CHANGES[what].label}, {value}: {' and '.join(told) or 'nothing had to be changed'}."
        review = format_html(' A reviewer accepts: <a href="{}">the review</a>.', reverse("admin:stacks_review_queue"))
        messages.success(request, format_html("{}{}", text, review if proposed else ""))
        return []

    def _together_page(self, request, what, rows, form, refused=()):
        outcomes = look(rows, what, form.value(), request.user) if form.is_bound and form.is_valid() else []
        read = fingerprints(rows)
        change = CHANGES[what]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{change.label}: {len(rows)} usage{'' if len(rows) == 1 else 's'}",
            "change": change,
            "form": form,
            "media": self.media + form.media,
            "address": reverse("admin:stacks_usage_together", args=[what]),
            "rows": rows,
            "outcomes": outcomes,
            "seen": " ".join(f"{pk}.{text}" for pk, text in read.items()),
            "fine": " ".join(f"{one.usage.pk}.{read[one.usage.pk]}" for one in outcomes if not one.problem),
            "told": str(form.value()) if outcomes else "",
            "stand_in_the_way": sum(bool(each.problem) for each in outcomes),
            "changing": sum(each.changes for each in outcomes),
            "proposing": sum(each.changes and each.proposed for each in outcomes),
            "refused": list(refused)[:_MOST_TOLD],
        }
        request.current_app = self.admin_site.name
        status = 409 if refused and not kept.held(request) else 200
        return TemplateResponse(request, "admin/stacks/together.html", context, status=status)
