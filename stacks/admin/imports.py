from django.contrib import admin
from django.utils.html import format_html

from stacks.models import ImportBatch, ImportLine

from .curated import list_link
from .reviewing.doors import WithQueue

_BEGINNING = 4_000


class _ToRead(admin.ModelAdmin):
    """Written by imports alone."""

    list_per_page = 100
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ImportBatch)
class ImportBatchAdmin(_ToRead):
    list_display = ("__str__", "source", "format", "edition_on", "made_by", "made_at", "uid")
    list_filter = ("format", "made_at")
    list_select_related = ("source", "company", "technology", "made_by")
    search_fields = ("uid", "company__search_text", "technology__search_text")
    search_help_text = "Company, technology or uid."
    ordering = ("-pk",)
    fields = (
        "company",
        "technology",
        "source",
        ("edition_on", "format"),
        ("made_by", "made_at"),
        "uid",
        "lines",
        "beginning",
    )
    readonly_fields = ("lines", "beginning")

    def get_queryset(self, request):
        return super().get_queryset(request).defer("text")

    @admin.display(description="its lines")
    def lines(self, batch):
        address = list_link("importline", batch__id__exact=batch.pk)
        return format_html('<a href="{}">What became of each line</a>', address)

    @admin.display(description="the text, from its beginning")
    def beginning(self, batch):
        return batch.text[:_BEGINNING]


@admin.register(ImportLine)
class ImportLineAdmin(WithQueue, _ToRead):
    """What waits for a decision: the row that it speaks of is changed there."""

    list_display = ("__str__", "company", "technology", "action", "field", "old", "new", "edition_on", "state", "batch")
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
