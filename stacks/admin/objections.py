"""Companies that object: recorded by any curator, changed and taken back by those who publish."""

from django.contrib import admin
from django.urls import reverse

from stacks.models import Objection, standing

from .curated import add_link
from .working import WorkAdmin


class StandsFilter(admin.SimpleListFilter):
    title = "whether it stands"
    parameter_name = "stands"

    def lookups(self, request, model_admin):
        return [("yes", "Stands"), ("no", "Over, or still to come")]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        stand = [row.pk for row in Objection.objects.all() if row.stands]
        return queryset.filter(pk__in=stand) if self.value() == "yes" else queryset.exclude(pk__in=stand)


@admin.register(Objection)
class ObjectionAdmin(WorkAdmin):
    empty = "No company objects. Where one does, open its page and press It objects…"
    list_display = ("company", "asked", "received_on", "held_until", "stands", "recorded_by")
    list_filter = (StandsFilter,)
    list_select_related = ("company", "recorded_by")
    search_fields = ("company__search_text", "asked")
    search_help_text = "Company, or words of what it asked."
    autocomplete_fields = ("company",)
    fields = ("company", "asked", "received_on", "until", "recorded_by", "recorded_at")
    readonly_fields = ("recorded_by", "recorded_at")
    ordering = ("-pk",)

    def get_fields(self, request, obj=None):
        return self.fields if obj else self.fields[:4]

    def has_change_permission(self, request, obj=None):
        """Who could end it could write about the company: those who answer for what is public."""
        return super().has_change_permission(request, obj) and request.user.has_perm("stacks.publish_company")

    @admin.display(description="until", ordering="until")
    def held_until(self, objection):
        return objection.until or "for good"

    @admin.display(description="stands", boolean=True)
    def stands(self, objection):
        return objection.stands

    def save_model(self, request, obj, form, change):
        if not change:
            obj.recorded_by = request.user
        super().save_model(request, obj, form, change)


def objection_tools(request, company) -> list[tuple[str, str]]:
    """From the page of a company: the objection that stands, or recording one."""
    objection = standing().get(company.pk)
    if objection is not None:
        return [("It objects", reverse("admin:stacks_objection_change", args=[objection.pk]))]
    if request.user.has_perm("stacks.add_objection"):
        return [("It objects…", add_link("objection", company=company.pk))]
    return []
