from django.contrib import admin

from stacks.models import Category

from .addresses import AddressedAdmin
from .curated import kept_by_the_system
from .doubling import AskingAddressedForm, HintsDoubles
from .merging import MergesRows
from .searching import is_autocomplete


@admin.register(Category)
class CategoryAdmin(MergesRows, HintsDoubles, AddressedAdmin):
    form = AskingAddressedForm
    list_display = ("name", "parent", "position", "slug", "updated_at")
    list_filter = (("parent", admin.EmptyFieldListFilter), ("parent", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("parent",)
    search_fields = ("name", "slug", "parent__name")
    search_help_text = "The name of a category or of its area."
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    ordering = ("parent__position", "position", "pk")
    fieldsets = (
        (None, {"fields": ("name", "slug", "parent", "position", "description")}),
        kept_by_the_system(),
    )

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context["tools"] = self.merge_tools(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_search_results(self, request, queryset, search_term):
        """Areas where an area is asked for; elsewhere categories, as nothing else hangs on an area."""
        found, duplicates = super().get_search_results(request, queryset, search_term)
        if is_autocomplete(request):
            found = found.filter(parent__isnull=request.GET.get("field_name") == "parent")
        return found, duplicates
