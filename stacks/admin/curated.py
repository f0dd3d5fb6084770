"""What every admin of a curated row shares: the curating transaction, versions, history, who may change what."""

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import flatten
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import localtime
from simple_history.admin import SimpleHistoryAdmin

from stacks.changes import LeftWithoutSourceError
from stacks.curating import curating, in_hand
from stacks.marks import mark
from stacks.models import Category, Homonym, Redirect, sentence_about
from stacks.models.fields import PartialDateField
from stacks.models.objections import read_once

from . import kept
from .deleting import TellsWhatGoes
from .form_pages import share
from .forms import KnownAutocomplete, Lines, VersionedForm, is_key
from .formsets import CuratedFormSet
from .markdown import FIELDS
from .next_row import WorksThroughLists
from .past import TellsThePast
from .sides import sides_of
from .suggesting import (
    CannotBeProposedError,
    after,
    fill_in,
    propose_form,
    propose_removals,
    review_of,
    save_or_propose,
    settle_taken,
    suggested,
    suggests,
    tell,
    waiting_for,
    writes,
)
from .typed_dates import TypedDateField, tell_taken

# Where on the page of a review somebody was.
_PLACE = re.compile(r"[a-z]+-\d+")
SYSTEM_FIELDS = ("version", "updated_at")
BUSY = (
    "Somebody else is writing to the catalogue just now, so nothing is saved. "
    "What you typed is still here: save once more in a moment."
)


def kept_by_the_system(*fields):
    """The last fieldset of every form: what nobody types."""
    return "Kept by the system", {"fields": (*fields, *SYSTEM_FIELDS), "classes": ("collapse",)}


class Related(admin.options.BaseModelAdmin):
    """A related row may be added or changed beside the field; deleting it from there is never what one wants."""

    formfield_overrides: ClassVar[Any] = {PartialDateField: {"form_class": TypedDateField}}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
        if field and isinstance(field.widget, forms.Textarea):
            field.widget = Lines(field.widget.attrs)
        return field


class CuratedInline(Related, admin.options.InlineModelAdmin):
    """Rows that are part of another: who may change that one may change these."""

    form = VersionedForm
    formset = CuratedFormSet
    extra = 0
    fields: ClassVar[Any] = ()
    joined: ClassVar[tuple[str, ...]] = ()
    view_on_site = False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.joined)

    def get_fields(self, request, obj=None):
        return [*self.fields, "seen_version"] if self.has_change_permission(request, obj) else self.fields

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return super().formfield_for_foreignkey(db_field, request, **with_autocomplete(self, db_field, request, kwargs))


def with_autocomplete(model_admin, db_field, request, kwargs):
    if db_field.name in model_admin.get_autocomplete_fields(request):
        kwargs.setdefault("widget", KnownAutocomplete(db_field, model_admin.admin_site))
    return kwargs


class CuratedTable(CuratedInline, admin.TabularInline):
    template = "admin/stacks/edit_inline/tabular.html"


class HoldsFilter(admin.SimpleListFilter):
    """Of what somebody ends, and that stays."""

    title = "whether it holds"
    parameter_name = "holds"

    def lookups(self, request, model_admin):
        return (("yes", "Holds"), ("no", "Ended"))

    def queryset(self, request, queryset):
        return queryset.filter(ended_at__isnull=self.value() == "yes") if self.value() else queryset


class OnlyRead(admin.ModelAdmin):
    """Written by the application alone."""

    list_per_page = 100
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class CuratedAdmin(WorksThroughLists, TellsThePast, TellsWhatGoes, Related, SimpleHistoryAdmin):
    """An admin whose writes are recorded and do not overwrite each other.

    What the public sees is written by who may publish it; a save of anybody else is a proposal.
    """

    form = VersionedForm
    list_per_page = 50
    show_full_result_count = False
    readonly_fields: ClassVar[Any] = SYSTEM_FIELDS

    # A form is read and validated first, which never takes the lock of the feed. Only one that can be saved takes it,
    # before any row: taken later, writers deadlock. Where somebody has written since the form was read, it is read and
    # validated once more under the lock.

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if "restore" in request.GET:
            form_url = self._forget_restore(request)
        if request.method != "POST":
            return self._changeform_view(request, object_id, form_url, extra_context)
        kept.unpack(request)
        self.look_ahead(request, object_id)
        try:
            try:
                with read_once(), ExitStack() as request.under_lock:
                    request.mark = mark()
                    return self._changeform_view(request, object_id, form_url, extra_context)
            except _MovedMeanwhileError:
                with curating():
                    return self._changeform_view(request, object_id, form_url, extra_context)
        except LeftWithoutSourceError as error:
            kept.hold(request, " ".join(error.messages))
            return self._changeform_view(request, object_id, form_url, extra_context)
        except CannotBeProposedError as error:
            kept.hold(request, f"This cannot be proposed: {error}")
            return self._changeform_view(request, object_id, form_url, extra_context)
        except OperationalError:
            kept.hold(request, BUSY)
            return self._answer_busy(request, object_id, form_url, extra_context)

    def _answer_busy(self, request, object_id, form_url, extra_context):
        try:
            answer = self._changeform_view(request, object_id, form_url, extra_context).render()
        except OperationalError:
            answer = kept.way_back(request, request.get_full_path(), BUSY, at_once=False)
        answer.status_code = 503
        answer["Retry-After"] = "5"
        return answer

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """What was typed into a row that somebody deleted meanwhile becomes the form of a new one."""
        if request.method != "POST" or not self.has_add_permission(request):
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        request.POST = kept.as_new(request.POST)
        kept.hold(request, self._tell_deletion(object_id))
        return self._changeform_view(request, None, reverse(f"admin:{opts.app_label}_{opts.model_name}_add"), None)

    def _tell_deletion(self, object_id):
        gone = self.model.history.filter(id=object_id, history_type="-") if is_key(object_id) else None
        record = gone.select_related("history_user").first() if gone else None
        if record is None:
            who = f"This {self.opts.verbose_name} is not there any more."
        else:
            when = date_format(localtime(record.history_date), "DATETIME_FORMAT")
            who = f"{record.history_user or 'Somebody'} deleted this {self.opts.verbose_name} on {when}."
        return f"{who} Nothing you typed is lost: saving makes it a new one."

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type("HeldForm", (form,), {"held": kept.held(request)}) if kept.held(request) else form

    def _create_formsets(self, request, obj, change):
        formsets, inlines = super()._create_formsets(request, obj, change)
        if change and request.method != "POST":
            share([formset for formset in formsets if isinstance(formset, CuratedFormSet)], request.GET)
        return formsets, inlines

    def delete_view(self, request, *args, **kwargs):
        if request.method != "POST":
            return super().delete_view(request, *args, **kwargs)
        request.POST  # noqa: B018 - read before the lock is taken: a slow sender holds nobody up
        with curating():
            return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request, extra_context=None):
        """Each action takes the lock itself. What is no key of a row is not selected."""
        if request.method == "POST":
            selected = [key for key in request.POST.getlist(ACTION_CHECKBOX_NAME) if is_key(key)]
            request.POST = request.POST.copy()
            request.POST.setlist(ACTION_CHECKBOX_NAME, selected)
        deleted = f"{reverse('admin:stacks_deleted')}?{urlencode({'kind': self.opts.model_name})}"
        return super().changelist_view(request, {"deleted_address": deleted} | (extra_context or {}))

    def save_model(self, request, obj, form, change):
        """A row in which nothing changed stays as it is: saving its inlines leaves no empty line in its history."""
        if in_hand() is None:
            request.under_lock.enter_context(curating())
            if mark() != request.mark:
                raise _MovedMeanwhileError
        request.is_suggestion = suggests(request, obj)
        if request.is_suggestion:
            return
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        tell_taken(request, [form, *(each for formset in formsets for each in formset.forms)])
        if not is_suggestion(request):
            super().save_related(request, form, formsets, change)
            settle_taken(request, form.instance)
            return
        tell(request, form.instance, propose_form(request, form.instance, form, formsets))

    def save_formset(self, request, form, formset, change):
        """A short form that leads to something public alone is shared by a reviewer only, whoever owns the draft."""
        if formset.model is Homonym:
            save_or_propose(request, formset)
        else:
            super().save_formset(request, form, formset, change)

    def log_addition(self, request, obj, message):
        return None if is_suggestion(request) else super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        return None if is_suggestion(request) else super().log_change(request, obj, message)

    def response_add(self, request, obj, post_url_continue=None):
        return after(obj) if is_suggestion(request) else super().response_add(request, obj, post_url_continue)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and not context.get("is_popup"):
            context["waiting"] = waiting_for(obj)
            context["review_address"] = review_of(obj)
            context["objection"] = sentence_about(obj)
        context["suggests"] = self._proposes(request, obj)
        if kept.held(request):  # which is no error of a field
            context["held"], context["errors"] = True, None
        context["markdown"] = [name for name in FIELDS.get(self.model, ()) if name in context["adminform"].form.fields]
        context["sides"] = sides_of(context["adminform"].form, context["inline_admin_formsets"])
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _proposes(self, request, obj):
        """Whether what is saved here waits for a reviewer: of a new row that has no owner yet, if it always does."""
        if obj is None:
            return issubclass(self.model, Category | Redirect) and not writes(request, self.model())
        return self.has_change_permission(request, obj) and not writes(request, obj)

    def delete_model(self, request, obj):
        """Of what the public sees, too, the deletion is proposed by who may not publish."""
        request.is_suggestion = suggests(request, obj)
        if request.is_suggestion:
            tell(request, obj, propose_removals(request, [obj]))
        else:
            super().delete_model(request, obj)

    def log_deletions(self, request, queryset):
        """The history tells who deleted what, at the moment it happens; a proposal is no deletion."""
        rows = list(queryset)
        if not suggested(request, rows):
            super().log_deletions(request, queryset)

    def response_delete(self, request, obj_display, obj_id):
        if is_suggestion(request):
            return HttpResponseRedirect(reverse(f"admin:stacks_{self.opts.model_name}_change", args=[obj_id]))
        return super().response_delete(request, obj_display, obj_id)

    def get_queryset(self, request):
        joined = self.get_list_select_related(request)
        return super().get_queryset(request).select_related(*(joined or ()))

    def get_fieldsets(self, request, obj=None):
        """The version that the form was made from travels with it; an add form leaves out what the system keeps."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            unwritten = set(self.get_readonly_fields(request))
            return [pair for pair in fieldsets if not unwritten.issuperset(flatten(pair[1]["fields"]))]
        if not self.has_change_permission(request, obj):
            return fieldsets
        (name, options), *others = fieldsets
        return [(name, {**options, "fields": (*options["fields"], "seen_version")}), *others]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs = with_autocomplete(self, db_field, request, kwargs)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def response_change(self, request, obj):
        """Who came from the review of a proposal goes back to it, who works through a list to its next row."""
        if is_suggestion(request):
            return self.leads_on(request, after(obj))
        response = self.leads_on(request, super().response_change(request, obj))
        place = request.GET.get("review", "")
        if "_save" not in request.POST or not _PLACE.fullmatch(place) or not isinstance(response, HttpResponseRedirect):
            return response
        return HttpResponseRedirect(f"{review_of(obj)}#{place}")

    def view_on_site(self, obj):
        """Only what the public can see has a page."""
        published = getattr(type(obj).objects, "published", None)
        if published is None or not hasattr(obj, "get_absolute_url") or not published().filter(pk=obj.pk).exists():
            return None
        return obj.get_absolute_url()

    def get_object(self, request, object_id, from_field=None):
        obj = super().get_object(request, object_id, from_field)
        if obj is not None and restored(request):
            self._fill_in_old_version(request, obj)
        elif request.method == "GET" and "take" in request.GET:
            fill_in(request, obj)
        return obj

    def _forget_restore(self, request):
        """The address of the form without the version to restore: it is filled in once, and not again by a save."""
        query = request.GET.copy()
        version = query.pop("restore")[-1]
        request.GET, request.META["QUERY_STRING"] = query, query.urlencode()
        if request.method == "GET":
            request.restored_version = version
        return request.get_full_path()

    def _fill_in_old_version(self, request, obj):
        try:
            old = type(obj).history.get(pk=restored(request), **{obj._meta.pk.attname: obj.pk})
        except (ObjectDoesNotExist, ValueError) as error:
            raise Http404("There is no such version.") from error
        for field in obj._meta.concrete_fields:
            if field.editable and not field.primary_key and hasattr(old, field.attname):
                setattr(obj, field.attname, getattr(old, field.attname))
        when = date_format(localtime(old.history_date), "DATETIME_FORMAT")
        messages.info(request, f"The form shows the version of {when}. Nothing is restored until you save.")


def is_suggestion(request) -> bool:
    """Whether this save became a proposal."""
    return getattr(request, "is_suggestion", False)


class _MovedMeanwhileError(Exception):
    """The form is valid by what was read, and somebody has written since."""


def restored(request) -> str:
    """The version that this form is to be filled in with, or nothing."""
    return getattr(request, "restored_version", "")


def is_filled_in(request) -> bool:
    """Whether the form shows something else than what stands."""
    return bool(restored(request)) or "take" in request.GET


def add_link(model: str, **values) -> str:
    """The address of an add form with some of its fields filled in."""
    return f"{reverse(f'admin:stacks_{model}_add')}?{urlencode(values)}"


def list_link(model: str, **filters) -> str:
    return f"{reverse(f'admin:stacks_{model}_changelist')}?{urlencode(filters)}"


def stay_with(request, response, address: Callable[[], str]):
    """Where “Save and add another” leads: to a form that keeps what the next row will share."""
    if "_addanother" in request.POST and isinstance(response, HttpResponseRedirect):
        return HttpResponseRedirect(address())
    return response
