"""Rows of the work of curators, which no visitor sees: without versions; what was typed outlives the session too."""

from django import forms
from django.contrib import admin
from django.contrib.admin.options import csrf_protect_m
from django.core.exceptions import ValidationError

from stacks.curating import curating

from . import kept
from .curated import Related, with_autocomplete
from .forms import UncutForm
from .typed_dates import tell_taken


class WorkForm(UncutForm):
    # why it is shown once more and not saved
    held = ""

    def clean(self):
        data = super().clean()
        if self.held:
            raise ValidationError(self.held, code="held")
        return data


class WorkAdmin(Related, admin.ModelAdmin):
    form: type[forms.ModelForm] = WorkForm
    list_per_page = 50
    show_full_result_count = False
    # what a list is for, told where nothing is in it
    empty = ""

    def changelist_view(self, request, extra_context=None):
        answer = super().changelist_view(request, extra_context)
        listed = getattr(answer, "context_data", None) or {}
        if "cl" in listed and not listed["cl"].result_count and not request.GET:
            listed["subtitle"] = self.empty
        return answer

    @csrf_protect_m
    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST":
            kept.unpack(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type("HeldForm", (form,), {"held": kept.held(request)}) if kept.held(request) else form

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return super().formfield_for_foreignkey(db_field, request, **with_autocomplete(self, db_field, request, kwargs))

    def save_model(self, request, obj, form, change):
        with curating():
            super().save_model(request, obj, form, change)
        tell_taken(request, [form])

    def delete_model(self, request, obj):
        with curating():
            super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        with curating():
            super().delete_queryset(request, queryset)
