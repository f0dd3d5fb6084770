from functools import update_wrapper

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path
from django.utils.html import format_html

from stacks.models import ImportBatch, ImportLine

from .curated import OnlyRead
from .forms import is_key
from .importing import views
from .reviewing.doors import WithQueue


def _key(text):
    if not is_key(text):
        raise Http404("There is no such import.")
    return int(text)


@admin.register(ImportBatch)
class ImportBatchAdmin(OnlyRead):
    """Imports, finished or not: adding one is giving its text, opening one is going on with it."""

    list_display = ("__str__", "state", "source", "format", "edition_on", "made_by", "made_at")
    list_filter = ("state", "format", "made_at")
    list_select_related = ("source", "company", "technology", "made_by")
    search_fields = ("uid", "company__search_text", "technology__search_text", "company_name")
    search_help_text = "Company, technology or uid."
    ordering = ("-pk",)

    def get_queryset(self, request):
        return super().get_queryset(request).defer("text", "outcome")

    def has_add_permission(self, request):
        return views.may_import(request.user)

    def add_view(self, request, form_url="", extra_context=None):
        return views.give_text(request, self.admin_site)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request):
            raise PermissionDenied
        return views.batch_page(request, self.admin_site, _key(unquote(object_id)))

    def get_urls(self):
        steps = {
            "<path:pk>/text/": ("text", views.give_text),
            "<path:pk>/plan/": ("plan", views.plan),
            "<path:pk>/plan/choose/": ("choose", views.choose),
            "<path:pk>/plan/<path:key>/": ("line", views.line),
            "<path:pk>/confirm/": ("confirm", views.confirm),
            "<path:pk>/given/": ("given", views.given),
            "<path:pk>/take-back/": ("take_back", views.take_back),
            "<path:pk>/discard/": ("discard", views.discard),
            "names/": ("names", views.names),
            "source/": ("source", views.source),
        }
        return [
            *(
                path(route, self._open_to_staff(view), name=f"stacks_importbatch_{name}")
                for route, (name, view) in steps.items()
            ),
            *super().get_urls(),
        ]

    def _open_to_staff(self, view):
        """Logged in, at least; the view asks for the right itself."""

        def opened(request, *args, **kwargs):
            if "pk" in kwargs:
                kwargs["pk"] = _key(kwargs["pk"])
            return view(request, self.admin_site, *args, **kwargs)

        return self.admin_site.admin_view(update_wrapper(opened, view))


@admin.register(ImportLine)
class ImportLineAdmin(WithQueue, OnlyRead):
    """What waits for a decision, and what was decided; it is decided on the review of its company or technology."""

    list_display = ("__str__", "company", "technology", "action", "change", "edition_on", "state", "batch")
    list_filter = ("state", "action", "field", ("batch__made_at", admin.DateFieldListFilter))
    list_select_related = (
        "company",
        "technology",
        "batch__company",
        "batch__technology",
    )
    search_fields = ("name", "company__search_text", "technology__search_text")
    search_help_text = "Company, technology, or the name as the text has it."
    ordering = ("-batch", "number", "pk")

    @admin.display(description="change")
    def change(self, line):
        if not line.field:
            return "–"
        return format_html("{}: <del>{}</del> {}", line.field, _said(line.old), _said(line.new))


def _said(value):
    return "" if value is None else str(value)
