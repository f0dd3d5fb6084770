from django.contrib import admin
from django.db.models import Q
from django.urls import reverse

from stacks.models import (
    Migration,
    State,
    Technology,
    TechnologyIdentifier,
    TechnologyRelation,
    Usage,
)

from .addresses import AddressedAdmin
from .curated import SYSTEM_FIELDS, CuratedAdmin, CuratedTable, add_link, kept_by_the_system, list_link
from .deleting import seen_of
from .doubling import AskingAddressedForm, HintsDoubles
from .merging import MergesRows
from .names import HomonymInline, TechnologyAliasInline
from .review import MineFilter, ReviewedAdmin
from .reviewing.doors import WithReview
from .searching import AreaFilter, SearchedByName, every_word


class IdentifierInline(CuratedTable):
    model = TechnologyIdentifier
    fields = ("scheme", "value")
    verbose_name_plural = "How others call it: identifiers"


class RelationInline(CuratedTable):
    model = TechnologyRelation
    fk_name = "subject"
    fields = ("kind", "object")
    autocomplete_fields = ("object",)
    joined = ("subject", "object")
    verbose_name_plural = "What it is to other technologies"


@admin.register(Technology)
class TechnologyAdmin(MergesRows, WithReview, SearchedByName, HintsDoubles, AddressedAdmin, ReviewedAdmin):
    form = AskingAddressedForm
    list_display = ("name", "kind", "state_mark", "category", "companies_count", "open_source", "updated_at")
    list_filter = (
        "state",
        MineFilter,
        "kind",
        AreaFilter,
        "open_source",
        "lifecycle",
        ("summary", admin.EmptyFieldListFilter),
        "updated_at",
    )
    list_select_related = ("category",)
    autocomplete_fields = ("category",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (TechnologyAliasInline, HomonymInline, RelationInline, IdentifierInline)
    ordering = ("sort_key", "pk")
    save_as = True
    readonly_fields = ("state", "icon", "companies_count", *SYSTEM_FIELDS)
    fieldsets = (
        (None, {"fields": ("name", "slug", ("kind", "category"), "summary")}),
        ("Where it is at home", {"fields": ("website", "repository", ("licence", "open_source"))}),
        ("Is it still kept by its makers?", {"fields": (("lifecycle", "lifecycle_on"), "lifecycle_source")}),
        kept_by_the_system("state", "companies_count", "icon"),
    )

    def in_public(self, objs):
        published = [row.pk for row in objs if row.state == State.PUBLISHED]
        names = Q(from_technology__in=published) | Q(to_technology__in=published)
        return seen_of(
            Usage.objects.published().filter(Q(technology__in=published) | Q(via__in=published)),
            Migration.objects.published().filter(names),
            TechnologyRelation.objects.filter(object__in=published, subject__state=State.PUBLISHED),
        )

    def tools(self, request, obj):
        links = [
            ("Review", reverse("admin:stacks_technology_review", args=[obj.pk])),
            ("Usages", list_link("usage", technology__id__exact=obj.pk)),
        ]
        if request.user.has_perm("stacks.add_usage"):
            links.append(("Add a usage", add_link("usage", technology=obj.pk)))
        return links + self.merge_tools(request, obj)


@admin.register(TechnologyRelation)
class TechnologyRelationAdmin(CuratedAdmin):
    list_display = ("subject", "kind", "object", "updated_at")
    list_select_related = ("subject", "object")
    list_filter = ("kind", "updated_at")
    search_fields = ("subject__search_text",)
    search_help_text = "Either of the two technologies."
    autocomplete_fields = ("subject", "object")
    fieldsets = (
        (
            None,
            {
                "fields": ("subject", "kind", "object"),
                "description": "Reads as a sentence: Amazon MSK, managed form of, Apache Kafka.",
            },
        ),
        kept_by_the_system(),
    )

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(every_word(search_term, folded=("subject__search_text", "object__search_text"))), False
