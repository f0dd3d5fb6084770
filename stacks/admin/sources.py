from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from stacks.doubles import same_page
from stacks.models import Source, url_key

from .again import ChecksAgain, NewerFilter
from .curated import SYSTEM_FIELDS, add_link, kept_by_the_system, list_link
from .doubling import HintsDoubles
from .filling import FillsIn
from .merging import MergesRows
from .searching import every_word
from .watches import watch_tools

_SHOWN = 100


@admin.register(Source)
class SourceAdmin(ChecksAgain, MergesRows, FillsIn, HintsDoubles):
    list_display = (
        "title",
        "publisher",
        "kind",
        "company",
        "published_on",
        "updated_on",
        "checked_at",
        "check_result",
    )
    list_filter = (
        "kind",
        ("company", admin.EmptyFieldListFilter),
        ("checked_at", admin.EmptyFieldListFilter),
        "check_result",
        NewerFilter,
        ("published_on", admin.EmptyFieldListFilter),
        ("archive_url", admin.EmptyFieldListFilter),
        "updated_at",
    )
    list_select_related = ("company",)
    autocomplete_fields = ("company",)
    search_fields = ("url",)
    search_help_text = "Title, publisher, or the address in any spelling: tracking parameters do not matter."
    ordering = ("-pk",)
    readonly_fields = ("page", "uid", "checked_at", "check_result", "cited_by", *SYSTEM_FIELDS)
    fieldsets = (
        (None, {"fields": ("url", "title", ("publisher", "kind"), "company")}),
        ("Dates and copies", {"fields": (("published_on", "updated_on"), "archive_url")}),
        ("Who leans on it", {"fields": ("page", "cited_by")}),
        kept_by_the_system("uid", "checked_at", "check_result"),
    )

    def view_on_site(self, obj):
        """The page of a source is out there: `page` links to it."""

    def get_search_results(self, request, queryset, search_term):
        if search_term.startswith(("http://", "https://")):
            try:
                within = Q(url_key__contains=url_key(search_term))
                return queryset.filter(within | Q(pk__in=same_page(search_term).order_by().values("pk"))), False
            except ValueError:
                return queryset.none(), False
        return queryset.filter(every_word(search_term, folded=(), plain=("title", "publisher", "url"))), False

    @admin.display(description="the page itself")
    def page(self, source):
        return format_html('<a href="{0}" rel="noopener noreferrer">{0}</a>', source.url)

    @admin.display(description="cited by")
    def cited_by(self, source):
        """What leans on this source, each with a link; a long list ends in one to all of it."""
        evidence = source.evidence.select_related(
            "company", "usage__company", "usage__technology", "usage__category",
            "migration__company", "migration__from_technology", "migration__to_technology",
        )  # fmt: skip
        rows = [row.usage or row.migration or row.company for row in evidence[: _SHOWN + 1]]
        rows += source.facts.select_related("company")[:_SHOWN]
        rows += source.coverage.select_related("company", "category")[:_SHOWN]
        if not rows:
            return "Nothing yet."
        links = format_html_join("", '<li>{}: <a href="{}">{}</a></li>', (_link(row) for row in rows[:_SHOWN]))
        rest = format_html(
            '<li><a href="{}">All evidence from it</a></li>', list_link("evidence", source__id__exact=source.pk)
        )
        return format_html('<ul class="cited-by">{}{}</ul>', links, rest)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context["tools"] = [
                (label, add_link(model, source=obj.pk))
                for model, label in (("usage", "Add a usage from it"), ("migration", "Add a migration from it"))
                if request.user.has_perm(f"stacks.add_{model}")
            ]
            context["tools"] += (
                self.again_tools(request, obj) + watch_tools(request, obj) + self.merge_tools(request, obj)
            )
        return super().render_change_form(request, context, add, change, form_url, obj)


def _link(row):
    return row._meta.verbose_name, reverse(f"admin:stacks_{row._meta.model_name}_change", args=[row.pk]), row
