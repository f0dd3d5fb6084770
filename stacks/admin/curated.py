"""What every admin of a curated row shares: the curating transaction, versions, history, who may change what."""

from contextlib import nullcontext
from itertools import pairwise
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import localtime
from simple_history.admin import SimpleHistoryAdmin

from stacks.curating import curating
from stacks.models import Reviewed, State

from .forms import UNTOLD, CuratedFormSet, KnownAutocomplete, VersionedForm

SYSTEM_FIELDS = ("version", "updated_at")


def kept_by_the_system(*fields):
    """The last fieldset of every form: what nobody types."""
    return "Kept by the system", {"fields": (*fields, *SYSTEM_FIELDS), "classes": ("collapse",)}


def may_change_content(user, row) -> bool:
    """What the public sees, or saw, is changed only by those who may publish it."""
    if not isinstance(row, Reviewed) or row.state in (State.DRAFT, State.PROPOSED):
        return True
    return user.has_perm(f"stacks.publish_{row._meta.model_name}")


def unpublished(model, user):
    """The rows of a reviewed model that this user may hang something on."""
    if user.has_perm(f"stacks.publish_{model._meta.model_name}"):
        return model.objects.all()
    return model.objects.filter(state__in=(State.DRAFT, State.PROPOSED))


class Related(admin.options.BaseModelAdmin):
    """A related row may be added or changed beside the field; deleting it from there is never what one wants."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
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

    def has_add_permission(self, request, obj):  # type: ignore[override]  # as in Django's own inlines
        return super().has_add_permission(request, obj) and may_change_content(request.user, obj)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and may_change_content(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and may_change_content(request.user, obj)


def with_autocomplete(model_admin, db_field, request, kwargs):
    if db_field.name in model_admin.get_autocomplete_fields(request):
        kwargs.setdefault("widget", KnownAutocomplete(db_field, model_admin.admin_site))
    return kwargs


class CuratedTable(CuratedInline, admin.TabularInline):
    template = "admin/stacks/edit_inline/tabular.html"


class CuratedAdmin(Related, SimpleHistoryAdmin):
    """An admin whose writes are recorded and do not overwrite each other.

    `belongs_to` names the reviewed rows that a row is part of: where they are published, only a reviewer changes it.
    """

    form = VersionedForm
    belongs_to: ClassVar[tuple[str, ...]] = ()
    list_per_page = 50
    show_full_result_count = False
    object_history_template = "admin/stacks/object_history.html"
    object_history_list_template = "admin/stacks/object_history_list.html"
    readonly_fields: ClassVar[Any] = SYSTEM_FIELDS

    # Each POST takes the lock of the feed before it reads the row that it is about to change: taken later, writers
    # deadlock.

    def changeform_view(self, request, *args, **kwargs):
        with _curating_posts(request):
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request, *args, **kwargs):
        with _curating_posts(request):
            return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request, *args, **kwargs):
        with _curating_posts(request):
            return super().changelist_view(request, *args, **kwargs)

    def save_model(self, request, obj, form, change):
        """A row in which nothing changed stays as it is: saving its inlines leaves no empty line in its history."""
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)

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
        if db_field.name in self.belongs_to:
            kwargs.setdefault("queryset", unpublished(db_field.related_model, request.user))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field and db_field.name in self.belongs_to:
            field.error_messages["invalid_choice"] = "This is published, so only a reviewer changes what belongs to it."
        return field

    def view_on_site(self, obj):
        """Only what the public can see has a page."""
        published = getattr(type(obj).objects, "published", None)
        return obj.get_absolute_url() if published and published().filter(pk=obj.pk).exists() else None

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._is_open(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._is_open(request, obj)

    def _is_open(self, request, obj):
        if obj is None:
            return True
        rows = [obj, *(getattr(obj, name) for name in self.belongs_to)]
        return all(may_change_content(request.user, row) for row in rows if row is not None)

    # An old version is restored through the change form itself, with its permission, version and validity checks. The
    # form of simple_history would write the whole old row, its state included, for anybody who may see it.

    def get_urls(self):
        return super(SimpleHistoryAdmin, self).get_urls()

    def get_object(self, request, object_id, from_field=None):
        obj = super().get_object(request, object_id, from_field)
        if obj is not None and request.method == "GET" and "restore" in request.GET:
            self._fill_in_old_version(request, obj)
        return obj

    def _fill_in_old_version(self, request, obj):
        try:
            old = type(obj).history.get(pk=request.GET["restore"], **{obj._meta.pk.attname: obj.pk})
        except (ObjectDoesNotExist, ValueError) as error:
            raise Http404("There is no such version.") from error
        for field in obj._meta.concrete_fields:
            if field.editable and not field.primary_key and hasattr(old, field.attname):
                setattr(obj, field.attname, getattr(old, field.attname))
        when = date_format(localtime(old.history_date), "DATETIME_FORMAT")
        messages.info(request, f"The form shows the version of {when}. Nothing is restored until you save.")

    def history_view(self, request, object_id, extra_context=None):
        exists = self.model._base_manager.filter(pk=object_id).exists() if str(object_id).isdecimal() else False
        return super().history_view(request, object_id, {"still_exists": exists} | (extra_context or {}))

    def set_history_delta_changes(self, request, historical_records, foreign_keys_are_objs=True):
        records = list(historical_records)
        for newer, older in pairwise(records):
            delta = newer.diff_against(older, excluded_fields=UNTOLD, foreign_keys_are_objs=foreign_keys_are_objs)
            helper = self.get_historical_record_context_helper(request, newer)
            newer.history_delta_changes = helper.context_for_delta_changes(delta)


def _curating_posts(request):
    return curating() if request.method == "POST" else nullcontext()


def add_link(model: str, **values) -> str:
    """The address of an add form with some of its fields filled in."""
    return f"{reverse(f'admin:stacks_{model}_add')}?{urlencode(values)}"


def list_link(model: str, **filters) -> str:
    return f"{reverse(f'admin:stacks_{model}_changelist')}?{urlencode(filters)}"


def stay_with(request, response, address: str):
    """Where “Save and add another” leads: to a form that keeps what the next row will share."""
    if "_addanother" in request.POST and isinstance(response, HttpResponseRedirect):
        return HttpResponseRedirect(address)
    return response
