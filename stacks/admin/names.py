"""What leads to technologies and companies by name: aliases with their caution, and homonyms."""

from typing import Any, ClassVar

from django.contrib import admin

from stacks.folding import alias_key
from stacks.models import CompanyAlias, Homonym, TechnologyAlias

from .curated import CuratedAdmin, CuratedTable, kept_by_the_system
from .formsets import AliasFormSet
from .searching import every_word


class AliasInline(CuratedTable):
    formset = AliasFormSet
    fields = ("name", "caution", "beside")
    verbose_name_plural = "Other names that lead here"


class TechnologyAliasInline(AliasInline):
    model = TechnologyAlias


class CompanyAliasInline(AliasInline):
    model = CompanyAlias


class HomonymInline(CuratedTable):
    model = Homonym
    fields = ("name", "near", "position")
    verbose_name_plural = "Short forms that it shares with others"


class AliasAdmin(CuratedAdmin):
    """The alias of the owner's own name follows that name: on its own only its caution is changed."""

    owner: str
    list_filter: ClassVar[Any] = ("caution", "updated_at")
    search_fields = ("key",)

    def get_readonly_fields(self, request, obj=None):
        kept = (self.owner, "name") if self._is_own_name(obj) else ()
        return (*kept, *super().get_readonly_fields(request, obj))

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(every_word(search_term, folded=("key", f"{self.owner}__search_text"))), False

    def has_delete_permission(self, request, obj=None):
        own = self._is_asked_for(request) and self._is_own_name(obj)
        return super().has_delete_permission(request, obj) and not own

    def _is_asked_for(self, request):
        """Rather than going along with the owner that is being deleted."""
        return request.resolver_match.url_name.startswith(f"stacks_{self.opts.model_name}_")

    def _is_own_name(self, obj):
        return obj is not None and obj.key == alias_key(getattr(obj, self.owner).name)


@admin.register(TechnologyAlias)
class TechnologyAliasAdmin(AliasAdmin):
    owner = "technology"
    list_display = ("name", "technology", "caution", "beside", "updated_at")
    list_select_related = ("technology",)
    list_filter = ("caution", "technology__kind", "updated_at")
    autocomplete_fields = ("technology",)
    fieldsets = (
        (None, {"fields": ("technology", "name", "caution", "beside")}),
        kept_by_the_system(),
    )


@admin.register(CompanyAlias)
class CompanyAliasAdmin(AliasAdmin):
    owner = "company"
    list_display = ("name", "company", "caution", "beside", "updated_at")
    list_select_related = ("company",)
    autocomplete_fields = ("company",)
    fieldsets = (
        (None, {"fields": ("company", "name", "caution", "beside")}),
        kept_by_the_system(),
    )


@admin.register(Homonym)
class HomonymAdmin(CuratedAdmin):
    list_display = ("name", "technology", "near", "position", "updated_at")
    list_select_related = ("technology",)
    list_filter = ("updated_at",)
    search_fields = ("key",)
    autocomplete_fields = ("technology",)
    ordering = ("key", "position", "pk")
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "technology", "near", "position"),
                "description": "One row for each technology that shares the short form. By itself it leads to none of "
                "them: a search shows all, an import decides by what stands near.",
            },
        ),
        kept_by_the_system(),
    )

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(every_word(search_term, folded=("key", "technology__search_text"))), False
