from django.contrib import admin

from stacks.models import Change

from .curated import OnlyRead


@admin.register(Change)
class ChangeAdmin(OnlyRead):
    """The public feed as it stands, newest first: to read, not to write."""

    list_display = ("seq", "at", "verb", "kind", "object")
    list_filter = ("verb", "kind", "at")
    search_fields = ("object",)
    search_help_text = "A slug or uid, whole."
    ordering = ("-seq",)

    def get_search_results(self, request, queryset, search_term):
        return (queryset.filter(object=search_term.strip()) if search_term.strip() else queryset), False
