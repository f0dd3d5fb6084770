from typing import Any, ClassVar

from django import forms
from django.contrib import admin

from stacks.models import Evidence

from .curated import SYSTEM_FIELDS, CuratedAdmin, CuratedInline, kept_by_the_system
from .forms import VersionedForm
from .review import ReviewedAdmin
from .searching import every_word

# What the next row entered from the same write-up shares with this one; carried along in the query string.
SHARED = ("source", "edition_on", "accessed_on")


class EvidenceForm(VersionedForm):
    class Meta:
        widgets = {"quote": forms.Textarea(attrs={"rows": 2})}


class EvidenceInline(CuratedInline, admin.StackedInline):
    model = Evidence
    form = EvidenceForm
    fields: ClassVar[Any] = ("source", "quote", ("locator", "edition_on"), ("accessed_on", "verified_on"), "stance")
    autocomplete_fields = ("source",)
    joined = ("source",)
    verbose_name_plural = "Evidence: who says so"

    def get_extra(self, request, obj=None, **kwargs):
        """A new row needs its evidence, so the form for it is open already."""
        return 1 if obj is None else 0


class UsageEvidenceInline(EvidenceInline):
    """Only a usage is so far at an edition, or has a version there."""

    fields = (*EvidenceInline.fields[:-1], ("stance", "stage", "technology_version"))


class WithEvidence(ReviewedAdmin):
    """For rows with evidence inline: the first form is filled in from the query string."""

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        # Only when the form is shown: on POST the same values would make it look untouched, and it would not be saved.
        if request.method == "GET" and isinstance(inline, EvidenceInline) and not obj.pk:
            kwargs["initial"] = [{name: request.GET[name] for name in SHARED if name in request.GET}]
        return kwargs

    def shared_evidence(self, row) -> dict[str, str]:
        """What the newest evidence of this row hands on to the next row."""
        newest = row.evidence.order_by("-pk").first()
        if newest is None:
            return {}
        values = {"source": newest.source_id, "edition_on": newest.edition_on, "accessed_on": newest.accessed_on}
        return {name: value for name, value in values.items() if value}


@admin.register(Evidence)
class EvidenceAdmin(CuratedAdmin):
    form = EvidenceForm
    list_display = ("hangs_on", "source", "edition_on", "quote", "stance", "stage", "accessed_on", "verified_on")
    list_display_links = ("hangs_on", "source")
    list_filter = (
        "stance",
        ("verified_on", admin.EmptyFieldListFilter),
        ("quote", admin.EmptyFieldListFilter),
        "source__kind",
        ("source__company", admin.EmptyFieldListFilter),
        "updated_at",
    )
    list_select_related = (
        "source",
        "company",
        "usage__company",
        "usage__technology",
        "usage__category",
        "migration__company",
        "migration__from_technology",
        "migration__to_technology",
    )
    search_fields = ("quote",)
    search_help_text = "Company, technology, quote, title or address of the source."
    autocomplete_fields = ("usage", "migration", "company", "source")
    ordering = ("-pk",)
    readonly_fields = ("verified_by", *SYSTEM_FIELDS)
    fieldsets = (
        (None, {"fields": ("usage", "migration", "company"), "description": "Exactly one of these three."}),
        ("Who says so", {"fields": ("source", ("stance", "stage", "technology_version"), "quote", "locator")}),
        ("When", {"fields": ("edition_on", "accessed_on", "verified_on")}),
        kept_by_the_system("verified_by"),
    )

    @admin.display(description="for")
    def hangs_on(self, evidence):
        return evidence.usage or evidence.migration or evidence.company

    def get_search_results(self, request, queryset, search_term):
        names = (
            "company__search_text",
            "usage__company__search_text",
            "usage__technology__search_text",
            "migration__company__search_text",
        )
        return queryset.filter(
            every_word(search_term, folded=names, plain=("quote", "source__title", "source__url"))
        ), False
