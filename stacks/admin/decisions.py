from typing import Any

from django.contrib import admin, messages
from django.utils import timezone

from stacks.curating import curating
from stacks.models import ImportDecision

from .curated import HoldsFilter, OnlyRead


@admin.register(ImportDecision)
class ImportDecisionAdmin(OnlyRead):
    """What imports have learned: each decision can be seen, and ended. It is made in an import alone."""

    list_display = ("words", "whose", "verdict", "technology", "category", "made_by", "made_at", "ended_by", "batch")
    list_filter = (HoldsFilter, "verdict", "made_at")
    list_select_related = (
        *("company", "source", "technology", "category", "made_by", "ended_by"),
        *("batch__company", "batch__technology"),
    )
    search_fields = ("words", "company__search_text", "source__title", "technology__search_text")
    search_help_text = "Words, company, source or technology."
    ordering = ("-pk",)
    actions = ("end_selected",)

    @admin.display(description="company or source")
    def whose(self, decision):
        return decision.company or decision.source

    @admin.action(description="End selected decisions: the next import asks again", permissions=["end"])
    def end_selected(self, request, queryset):
        with curating():
            rows = list(queryset.filter(ended_at=None).values_list("pk", flat=True))
            ended: Any = ImportDecision.objects.filter(pk__in=rows, ended_at=None)
            number = ended.update(ended_by=request.user, ended_at=timezone.now())
        messages.success(request, f"{number} decisions ended.")

    def has_end_permission(self, request):
        """Those who answer for what is public; a curator decides otherwise in an import."""
        return request.user.has_perm("stacks.change_importdecision") and request.user.has_perm("stacks.publish_usage")

    def has_delete_permission(self, request, obj=None):
        """It goes with the company or source that it is for, and not by itself."""
        match = request.resolver_match
        return match is not None and not (match.url_name or "").startswith("stacks_importdecision")
