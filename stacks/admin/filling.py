"""The form of a source is filled in by its address: what is known of it, or when asked what the page says of itself."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from stacks.fetching import Fetcher
from stacks.filling import fill, known_source, of_host, of_source
from stacks.models import Company, Source

from . import kept
from .curated import CuratedAdmin
from .forms import is_key

_LONGEST = 500


class FillsIn(CuratedAdmin):
    """Adds *Fill in from the page* to the form of a source. It writes nothing, and keeps all that was typed."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.known_view)
        return [path("known/", view, name="stacks_source_known"), *super().get_urls()]

    def known_view(self, request):
        """What is known of a page, for the script beside a form in which its address is typed, or it is chosen."""
        if not (self.has_view_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied
        return _known(request)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST" and "_fill" in request.POST:
            self._fill_in(request, object_id)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _fill_in(self, request, object_id):
        """Before the form is read: empty fields have what was found, and the form says so and saves nothing."""
        row = Source.objects.filter(pk=object_id).first() if object_id and is_key(object_id) else None
        may = self.has_change_permission(request, row) if row else self.has_add_permission(request)
        if not may:
            raise PermissionDenied
        filling = fill(request.POST.get("url", "").strip()[:_LONGEST], _fetcher())
        typed: Any = request.POST.copy()
        for name, value in filling.values.items():
            if not typed.get(name, "").strip():
                typed[name] = str(value)
        request.POST = typed
        then = "Nothing is saved yet: look through it, then save."
        if filling.known:
            address = reverse("admin:stacks_source_change", args=[filling.known.pk])
            then = format_html('<a href="{}">Use that one</a>, rather than another of the same page.', address)
        kept.hold(request, format_html("{}. {}", filling.told, then))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["fills_in"] = self.has_add_permission(request) if add else self.has_change_permission(request, obj)
        context["known_address"] = reverse("admin:stacks_source_known")
        return super().render_change_form(request, context, add, change, form_url, obj)


@require_GET
def _known(request):
    url, key = request.GET.get("url", "").replace("\x00", "")[:_LONGEST], request.GET.get("source", "")
    source = Source.objects.filter(pk=key).first() if is_key(key) else known_source(url)
    if source is not None:
        cited = source.evidence.count()
        told = {"key": source.pk, "name": str(source), "edition": source.edition, "cited": cited}
        return JsonResponse({"source": told, "values": _named(of_source(source))})
    return JsonResponse({"source": None, "values": _named(of_host(url))})


def _named(values: dict[str, Any]) -> dict[str, Any]:
    """With the name of the company, which a box that looks companies up cannot know."""
    company = Company.objects.filter(pk=values["company"]).first() if "company" in values else None
    return values | ({"company_name": company.name} if company else {})


def _fetcher() -> Fetcher:
    """Somebody waits for the answer."""
    return Fetcher(pause=0.0, patience=5.0, most_seconds=10.0, most_bytes=1_000_000)
