"""API keys: handed out here, shown once, ended here."""

from django.contrib import admin, messages
from django.contrib.admin.options import csrf_protect_m
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from stacks.limits import last_used
from stacks.models import ApiKey
from stacks.models.keys import make_key

from . import shown_once
from .curated import HoldsFilter, OnlyRead
from .forms import UncutForm


@admin.register(ApiKey)
class ApiKeyAdmin(OnlyRead):
    """For who asks more than a visitor may. The key is shown when it is made, and stored as a digest only."""

    form = UncutForm
    list_display = ("name", "starts", "made_by", "made_at", "used_on", "ended_by", "ended_at")
    list_filter = (HoldsFilter, "made_at")
    list_select_related = ("made_by", "ended_by")
    search_fields = ("name", "contact", "begins")
    search_help_text = "Holder, contact, or how the key begins."
    ordering = ("-pk",)
    actions = ("end_selected",)
    change_form_template = "admin/stacks/key.html"

    def get_fields(self, request, obj=None):
        if obj is None:
            return ("name", "contact")
        return ("name", "contact", "starts", ("made_by", "made_at"), "used_on", ("ended_by", "ended_at"))

    def get_readonly_fields(self, request, obj=None):
        return ("starts", "used_on", "made_by", "made_at", "ended_by", "ended_at") if obj else ()

    def get_urls(self):
        view = self.admin_site.admin_view(self.end_view)
        given = self.admin_site.admin_view(self.given_view)
        return [
            path("<path:object_id>/end/", view, name="stacks_apikey_end"),
            path("<path:object_id>/given/", given, name="stacks_apikey_given"),
            *super().get_urls(),
        ]

    @admin.display(description="key")
    def starts(self, key):
        return f"{key.begins}…"

    @admin.display(description="last used")
    def used_on(self, key):
        return last_used([key]).get(key.pk, "–")

    def has_add_permission(self, request):
        return request.user.has_perm("stacks.add_apikey")

    def has_end_permission(self, request):
        return request.user.has_perm("stacks.change_apikey")

    def save_model(self, request, obj, form, change):
        obj.shown_once = make_key()
        obj.set_key(obj.shown_once)
        obj.made_by = request.user
        super().save_model(request, obj, form, change)

    def add_view(self, request, form_url="", extra_context=None):
        hidden = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, hidden | (extra_context or {}))

    def response_add(self, request, obj, post_url_continue=None):
        return shown_once.give(request, obj.shown_once, reverse("admin:stacks_apikey_given", args=[obj.pk]))

    def given_view(self, request, object_id):
        """The page that shows the key."""
        key = self.get_object(request, unquote(object_id))
        if key is None:
            raise Http404("There is no key like this.")
        if not self.has_add_permission(request):
            raise PermissionDenied
        secret = shown_once.take(request)
        if not secret:
            return shown_once.was_shown(request, reverse("admin:stacks_apikey_change", args=[key.pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "key": key, "title": "The new API key"}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/stacks/key_given.html", context | {"secret": secret})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        key = self.get_object(request, unquote(object_id))
        may_end = key is not None and key.ended_at is None and self.has_end_permission(request)
        return super().change_view(request, object_id, form_url, {"may_end": may_end} | (extra_context or {}))

    @csrf_protect_m
    def end_view(self, request, object_id):
        key = self.get_object(request, unquote(object_id))
        if key is None:
            raise Http404("There is no key like this.")
        if not self.has_end_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            self._end(request, ApiKey.objects.filter(pk=key.pk))
        return HttpResponseRedirect(reverse("admin:stacks_apikey_change", args=[key.pk]))

    @admin.action(description="End selected keys: from now on they are refused", permissions=["end"])
    def end_selected(self, request, queryset):
        self._end(request, queryset)

    def _end(self, request, keys):
        ending = list(keys.filter(ended_at=None))
        ended = ApiKey.objects.filter(pk__in=[key.pk for key in ending], ended_at=None)
        number = ended.update(ended_by=request.user, ended_at=timezone.now())
        for key in ending:
            self.log_change(request, key, "Ended.")
        messages.success(
            request, f"{number} {'key is' if number == 1 else 'keys are'} ended: who sends one gets a 401."
        )
