from django.contrib import admin

from stacks.models import Migration, State

from .curated import SYSTEM_FIELDS, add_link, kept_by_the_system, stay_with
from .deleting import seen_as_they_are
from .evidence import EvidenceInline, WithEvidence
from .forms import HomeForm
from .review import MineFilter, ShownFilter
from .searching import AreaFilter, every_word


class MigrationForm(HomeForm):
    home_of, home_help = "to_technology", " they moved to"


@admin.register(Migration)
class MigrationAdmin(WithEvidence):
    form = MigrationForm
    list_display = ("company", "from_technology", "to_technology", "state_mark", "category", "stage", "ended")
    list_display_links = ("company", "to_technology")
    list_filter = (
        "state",
        MineFilter,
        ShownFilter,
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

    def in_public(self, objs):
        return seen_as_they_are(Migration.objects.published(), objs)

    def is_in_sight(self, row):
        named = (row.company, row.from_technology, row.to_technology)
        return all(each is None or each.state == State.PUBLISHED for each in named)

    def get_search_results(self, request, queryset, search_term):
        names = ("company__search_text", "from_technology__search_text", "to_technology__search_text")
        return queryset.filter(every_word(search_term, folded=names, plain=("reason", "uid"))), False

    def response_add(self, request, obj, post_url_continue=None):
        response = super().response_add(request, obj, post_url_continue)
        return stay_with(
            request, response, lambda: add_link("migration", company=obj.company_id, **self.shared_evidence(obj))
        )
