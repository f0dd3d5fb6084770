from django.contrib import admin

from stacks.models import Change


@admin.register(Change)
class ChangeAdmin(admin.ModelAdmin):
    """The public feed as it stands, newest first: to read, not to write."""

    list_display = ("seq", "at", "verb", "kind", "object")
    list_filter = ("verb", "kind", "at")
    search_fields = ("object",)
    search_help_text = "A slug or uid, whole."
    ordering = ("-seq",)
    list_per_page = 100
    show_full_result_count = False

    def get_search_results(self, request, queryset, search_term):
        return (queryset.filter(object=search_term.strip()) if search_term.strip() else queryset), False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
