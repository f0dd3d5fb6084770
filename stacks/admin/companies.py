from django.contrib import admin
from django.urls import reverse

from stacks.models import Company, CompanyFact, CompanyIdentifier, Coverage, Evidence, Migration, State, Usage

from .addresses import AddressedAdmin
from .curated import SYSTEM_FIELDS, CuratedAdmin, CuratedTable, add_link, kept_by_the_system, list_link
from .deleting import seen_of
from .doubling import AskingAddressedForm, HintsDoubles
from .evidence import EvidenceInline, WithEvidence
from .grid.views import HasGrid
from .importing.views import may_import
from .merging import MergesRows
from .names import CompanyAliasInline
from .objections import objection_tools
from .review import MineFilter
from .reviewing.doors import WithReview
from .searching import SearchedByName, every_word


class IdentifierInline(CuratedTable):
    model = CompanyIdentifier
    fields = ("scheme", "value")
    verbose_name_plural = "How others call it: domains and identifiers"


class FactInline(CuratedTable):
    model = CompanyFact
    fields = ("label", "value", "observed_on", "source")
    autocomplete_fields = ("source",)
    joined = ("source",)
    verbose_name_plural = "Figures: the scale behind its choices"


class CoverageInline(CuratedTable):
    model = Coverage
    fields = ("category", "outcome", "looked_on", "source")
    autocomplete_fields = ("category", "source")
    joined = ("company", "category", "source")
    verbose_name_plural = "Honest blanks: looked, and not found"


@admin.register(Company)
class CompanyAdmin(HasGrid, MergesRows, WithReview, SearchedByName, HintsDoubles, AddressedAdmin, WithEvidence):
    form = AskingAddressedForm
    list_display = ("name", "state_mark", "current_usages", "industry", "country", "updated_at")
    list_filter = (
        "state",
        MineFilter,
        ("story", admin.EmptyFieldListFilter),
        ("summary", admin.EmptyFieldListFilter),
        "updated_at",
    )
    list_select_related = ()
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (CompanyAliasInline, IdentifierInline, FactInline, EvidenceInline, CoverageInline)
    ordering = ("sort_key", "pk")
    readonly_fields = ("state", *SYSTEM_FIELDS)
    fieldsets = (
        (None, {"fields": ("name", "slug", "summary")}),
        ("About it", {"fields": (("industry", "country", "founded"), "website", "engineering_blog")}),
        ("What became of it", {"fields": (("life", "life_on"), "life_source", "parent")}),
        ("Its story", {"fields": ("story", "lessons")}),
        kept_by_the_system("state"),
    )

    def in_public(self, objs):
        published = [row.pk for row in objs if row.state == State.PUBLISHED]
        return seen_of(
            Usage.objects.published().filter(company__in=published),
            Migration.objects.published().filter(company__in=published),
            Coverage.objects.published().filter(company__in=published),
            CompanyFact.objects.filter(company__in=published),
            Evidence.objects.filter(company__in=published),
        )

    @admin.display(description="current usages", ordering="usages_count")
    def current_usages(self, company):
        return company.usages_count

    def tools(self, request, obj):
        links = [
            ("Review", reverse("admin:stacks_company_review", args=[obj.pk])),
            ("Usages", list_link("usage", company__id__exact=obj.pk)),
            *self.grid_tools(request, obj),
        ]
        if may_import(request.user):
            links.append(("Import a write-up", add_link("importbatch", company=obj.slug)))
        for model, label in (("usage", "Add a usage"), ("migration", "Add a migration"), ("coverage", "Add a blank")):
            if request.user.has_perm(f"stacks.add_{model}"):
                shared = {} if model == "coverage" else self.shared_evidence(obj)
                links.append((label, add_link(model, company=obj.pk, **shared)))
        return links + objection_tools(request, obj) + self.merge_tools(request, obj)


@admin.register(CompanyFact)
class CompanyFactAdmin(CuratedAdmin):
    list_display = ("label", "value", "company", "observed_on", "source")
    list_select_related = ("company", "source")
    list_filter = (("source", admin.EmptyFieldListFilter), ("observed_on", admin.EmptyFieldListFilter), "updated_at")
    search_fields = ("label",)
    search_help_text = "Company, label or value."
    autocomplete_fields = ("company", "source")
    ordering = ("company__sort_key", "pk")
    fieldsets = (
        (None, {"fields": ("company", "label", "value", "observed_on", "source")}),
        kept_by_the_system(),
    )

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(
            every_word(search_term, folded=("company__search_text",), plain=("label", "value"))
        ), False
