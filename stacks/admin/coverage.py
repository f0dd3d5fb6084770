from django.contrib import admin
from django.utils.text import get_text_list

from stacks.models import Coverage, State, Usage

from .curated import SYSTEM_FIELDS, CuratedAdmin, add_link, kept_by_the_system, stay_with
from .forms import VersionedForm
from .searching import AreaFilter, every_word

# So many usages are named in the way of a blank.
_NAMED = 3


class CoverageForm(VersionedForm):
    """A blank says that nothing is there, so it stands in no category in which the company has something in use."""

    def clean(self):
        cleaned = super().clean()
        category, company = cleaned.get("category"), cleaned.get("company")
        moved = {"category", "company", "outcome"} & set(self.changed_data)
        if not (category and company and company.pk and moved):
            return cleaned
        used = Usage.objects.current().filter(company=company, category=category).exclude(state=State.RETRACTED)
        names = [usage.technology.name for usage in used.select_related("technology").order_by("pk")[: _NAMED + 1]]
        if names:
            listed = get_text_list([*names[:_NAMED], *(["others"] if names[_NAMED:] else [])], "and")
            self.add_error("category", f"{company} uses {listed} in {category}: that is no blank.")
        return cleaned


@admin.register(Coverage)
class CoverageAdmin(CuratedAdmin):
    """Blanks have no state and are no part of the company's own words: a curator may add one to a published company."""

    form = CoverageForm
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
