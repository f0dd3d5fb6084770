from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from stacks.models import Evidence, Stance, State, Usage

from .curated import SYSTEM_FIELDS, add_link, kept_by_the_system, list_link, stay_with
from .deleting import seen_as_they_are
from .evidence import UsageEvidenceInline, WithEvidence
from .forms import HomeForm
from .review import MineFilter, ShownFilter
from .searching import AreaFilter, every_word
from .together import ChangesTogether


class UsageForm(HomeForm):
    home_of, home_help = "technology", ""

    class Meta:
        widgets = {"remarks": forms.Textarea(attrs={"rows": 5})}


class EvidenceFilter(admin.SimpleListFilter):
    title = "evidence"
    parameter_name = "evidence"

    def lookups(self, request, model_admin):
        return [
            ("none", "None yet (drafts and proposals)"),
            ("contradicted", "Contradicted"),
            ("unverified", "Not checked twice"),
        ]

    def queryset(self, request, queryset):
        match self.value():
            case "none":
                return queryset.filter(evidence=None, state__in=(State.DRAFT, State.PROPOSED))
            case "contradicted":
                return queryset.filter(
                    pk__in=Evidence.objects.filter(stance=Stance.CONTRADICTS, usage__isnull=False).values("usage")
                )
            case "unverified":
                return queryset.filter(
                    pk__in=Evidence.objects.filter(verified_on="", usage__isnull=False).values("usage")
                )
        return queryset


@admin.register(Usage)
class UsageAdmin(ChangesTogether, WithEvidence):
    form = UsageForm
    list_display = ("technology", "company", "state_mark", "sources", "purpose", "category", "stage")
    list_filter = (
        "state",
        MineFilter,
        ShownFilter,
        EvidenceFilter,
        "stage",
        "hosting",
        AreaFilter,
        ("started", admin.EmptyFieldListFilter),
        "updated_at",
    )
    list_select_related = ("company", "technology", "category")
    search_fields = ("purpose",)
    search_help_text = "Company, technology (any of their names), purpose or uid."
    autocomplete_fields = ("company", "technology", "category", "via")
    inlines = (UsageEvidenceInline,)
    ordering = ("-pk",)
    save_as = True
    readonly_fields = ("state", "uid", "known_since", "known_until", "last_said", "visible", *SYSTEM_FIELDS)
    fieldsets = (
        (None, {"fields": (("company", "technology"), ("category", "scope"), "purpose", "remarks")}),
        ("How and when", {"fields": (("stage", "hosting", "via"), ("started", "ended"), "position")}),
        kept_by_the_system("state", "uid", ("known_since", "known_until", "last_said"), "visible"),
    )

    def get_queryset(self, request):
        evidence = (
            Evidence.objects.filter(usage=OuterRef("pk"))
            .order_by()
            .values("usage")
            .annotate(n=Count("source", distinct=True))
            .values("n")
        )
        rows = super().get_queryset(request)
        listed = request.resolver_match and request.resolver_match.url_name == "stacks_usage_changelist"
        return rows.annotate(sources_count=Coalesce(Subquery(evidence), 0)) if listed else rows

    def in_public(self, objs):
        return seen_as_they_are(Usage.objects.published(), objs)

    def is_in_sight(self, row):
        return row.visible

    @admin.display(description="sources", ordering="sources_count")
    def sources(self, usage):
        return usage.sources_count

    def get_search_results(self, request, queryset, search_term):
        names = ("company__search_text", "technology__search_text")
        return queryset.filter(every_word(search_term, folded=names, plain=("purpose", "uid"))), False

    def response_add(self, request, obj, post_url_continue=None):
        """The next usage of a write-up has the same company and source."""
        response = super().response_add(request, obj, post_url_continue)
        return stay_with(request, response, lambda: self._next(obj))

    def response_change(self, request, obj):
        return stay_with(request, super().response_change(request, obj), lambda: self._next(obj))

    def _next(self, usage):
        return add_link("usage", company=usage.company_id, **self.shared_evidence(usage))

    def tools(self, request, obj):
        links = [("All usages of this company", list_link("usage", company__id__exact=obj.company_id))]
        if request.user.has_perm("stacks.add_usage"):
            links.append(("Add the next usage", self._next(obj)))
        return links
