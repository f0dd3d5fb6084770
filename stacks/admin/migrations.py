from django.contrib import admin

from stacks.models import Migration

from .curated import SYSTEM_FIELDS, add_link, kept_by_the_system, stay_with
from .evidence import EvidenceInline, WithEvidence
from .forms import VersionedForm
from .searching import AreaFilter, every_word


class MigrationForm(VersionedForm):
    """The category may stay empty: it is then the home of the technology that the company moved to."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "category" in self.fields:
            self.fields["category"].required = False
            self.fields["category"].help_text = "Leave empty for the home of the technology they moved to."

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("category") and cleaned.get("to_technology") and "category" not in self.errors:
            cleaned["category"] = cleaned["to_technology"].category
        return cleaned


@admin.register(Migration)
class MigrationAdmin(WithEvidence):
    form = MigrationForm
    list_display = ("company", "from_technology", "to_technology", "state_mark", "category", "stage", "ended")
    list_display_links = ("company", "to_technology")
    list_filter = (
        "state",
        "stage",
        AreaFilter,
        ("reason", admin.EmptyFieldListFilter),
        "updated_at",
    )
    list_select_related = ("company", "from_technology", "to_technology", "category")
    search_fields = ("reason",)
    search_help_text = "Company, either technology (any of their names), reason or uid."
    autocomplete_fields = ("company", "from_technology", "to_technology", "category")
    inlines = (EvidenceInline,)
    ordering = ("-pk",)
    readonly_fields = ("state", "uid", *SYSTEM_FIELDS)
    fieldsets = (
        (None, {"fields": ("company", ("from_technology", "to_technology"), "category", "reason")}),
        ("When", {"fields": ("stage", ("started", "ended"))}),
        kept_by_the_system("state", "uid"),
    )

    def get_search_results(self, request, queryset, search_term):
        names = ("company__search_text", "from_technology__search_text", "to_technology__search_text")
        return queryset.filter(every_word(search_term, folded=names, plain=("reason", "uid"))), False

    def response_add(self, request, obj, post_url_continue=None):
        response = super().response_add(request, obj, post_url_continue)
        return stay_with(request, response, add_link("migration", company=obj.company_id, **self.shared_evidence(obj)))
