from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.template.response import TemplateResponse
from django.urls import path

from stacks.models import Coverage
from stacks.unlooked import WELL_DOCUMENTED, unlooked, well_documented

from .curated import SYSTEM_FIELDS, CuratedAdmin, add_link, kept_by_the_system, stay_with
from .searching import AreaFilter, every_word

_COMPANIES = 30  # on a page of those where nobody has looked


@admin.register(Coverage)
class CoverageAdmin(CuratedAdmin):
    """Blanks have no state: one of a published company is seen at once, so a curator proposes it."""

    list_display = ("company", "category", "outcome", "looked_on", "source")
    list_display_links = ("company", "category")
    list_filter = (
        "outcome",
        AreaFilter,
        ("source", admin.EmptyFieldListFilter),
        "updated_at",
    )
    list_select_related = ("company", "category", "source")
    search_fields = ("company__search_text",)
    search_help_text = "Company (any of its names) or category."
    autocomplete_fields = ("company", "category", "source")
    ordering = ("-pk",)
    readonly_fields = ("uid", *SYSTEM_FIELDS)
    fieldsets = (
        (None, {"fields": ("company", "category", "outcome", "looked_on", "source")}),
        kept_by_the_system("uid"),
    )

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(
            every_word(search_term, folded=("company__search_text",), plain=("category__name",))
        ), False

    def get_urls(self):
        view = self.admin_site.admin_view(self.unlooked_view)
        return [path("unlooked/", view, name="stacks_unlooked"), *super().get_urls()]

    def unlooked_view(self, request):
        """Where nobody has looked, with the way to say what was found there."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = Paginator(well_documented(), _COMPANIES).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": "Blanks that nobody has looked at",
            "opts": self.opts,
            "page": page,
            "rows": [(company, missing) for company, missing in unlooked(list(page)) if missing],
            "least": WELL_DOCUMENTED,
            "may_add": self.has_add_permission(request),
            "may_use": request.user.has_perm("stacks.add_usage"),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/stacks/unlooked.html", context)

    def response_add(self, request, obj, post_url_continue=None):
        shared = {"company": obj.company_id, "looked_on": obj.looked_on, "outcome": obj.outcome}
        if obj.source_id:
            shared["source"] = obj.source_id
        response = super().response_add(request, obj, post_url_continue)
        return stay_with(request, response, lambda: add_link("coverage", **shared))
