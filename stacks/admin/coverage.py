from django.contrib import admin

from stacks.models import Coverage

from .curated import SYSTEM_FIELDS, CuratedAdmin, add_link, kept_by_the_system, stay_with
from .searching import AreaFilter, every_word


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

    def response_add(self, request, obj, post_url_continue=None):
        shared = {"company": obj.company_id, "looked_on": obj.looked_on, "outcome": obj.outcome}
        if obj.source_id:
            shared["source"] = obj.source_id
        return stay_with(request, super().response_add(request, obj, post_url_continue), add_link("coverage", **shared))
