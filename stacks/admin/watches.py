"""What is followed: which sources are asked for news, what the last time brought, when the next is, what went wrong."""

from django.contrib import admin, messages
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from stacks.curating import curating
from stacks.models import Watch

from .curated import add_link
from .working import WorkAdmin

_SHOWN = 50
# Another text is read from its beginning.
_ANOTHER_TEXT = {"source", "address", "company", "technology", "asked_format"}


class ErrorsFilter(admin.SimpleListFilter):
    title = "errors"
    parameter_name = "errors"

    def lookups(self, request, model_admin):
        return [("yes", "Not reached or not read"), ("no", "None")]

    def queryset(self, request, queryset):
        if self.value():
            return queryset.filter(failures__gt=0) if self.value() == "yes" else queryset.filter(failures=0)
        return queryset


@admin.register(Watch)
class WatchAdmin(WorkAdmin):
    """Following is adding a row, and unfollowing is deleting it; what it has proposed stays."""

    empty = "Nothing is followed yet: open the page of a source, and press Follow."
    list_display = ("source", "whose", "read_as", "asked", "outcome", "told", "due")
    list_filter = ("result", ErrorsFilter, "asked_format")
    list_select_related = ("source", "company", "technology")
    search_fields = ("source__title", "source__url", "company__search_text", "technology__search_text")
    search_help_text = "Title or address of the source, company or technology."
    autocomplete_fields = ("source", "company", "technology")
    ordering = ("next_at", "pk")
    actions = ("ask_next",)
    kept = ("form", "followed_by", "followed_at", "asked", "result", "told", "failures", "due", "brought")
    fieldsets = (
        (None, {"fields": ("source", "company", "technology")}),
        ("How it is read", {"fields": ("address", "asked_format", "every")}),
        ("What it brought", {"fields": kept}),
    )
    readonly_fields = kept

    def get_fieldsets(self, request, obj=None):
        return super().get_fieldsets(request, obj) if obj else self.fieldsets[:2]

    def get_readonly_fields(self, request, obj=None):
        """Another source is followed by following it; what was read of this one says nothing of that."""
        return (*self.kept, "source") if obj else self.kept

    @admin.display(description="whose", ordering="company__sort_key")
    def whose(self, watch):
        return watch.company or f"adopters of {watch.technology}"

    @admin.display(description="read as", ordering="form")
    def read_as(self, watch):
        return watch.form or watch.get_asked_format_display() or "not read yet"

    @admin.display(description="last asked", ordering="asked_at")
    def asked(self, watch):
        return f"{watch.asked_at:%Y-%m-%d %H:%M}" if watch.asked_at else "never"

    @admin.display(description="last result", ordering="result")
    def outcome(self, watch):
        """With the errors in a row."""
        told = watch.get_result_display() or "not asked yet"
        return f"{told}, {watch.failures} times in a row" if watch.failures > 1 else told

    @admin.display(description="next", ordering="next_at")
    def due(self, watch):
        return f"{watch.next_at:%Y-%m-%d %H:%M}" if watch.next_at > timezone.now() else "in the next run"

    @admin.display(description="what it brought")
    def brought(self, watch):
        """The newest editions that were read, each with the import that holds its proposals."""
        rows = watch.editions.select_related("batch")[:_SHOWN]
        if not rows:
            return "Nothing was read yet: the next run of manage.py watch does it."
        return format_html(
            '<ul class="cited-by">{}</ul>',
            format_html_join(
                "",
                '<li>{} <a href="{}" rel="noopener noreferrer">{}</a>: {} {}</li>',
                ((row.edition_on or "undated", row.url, row, row.told, _import(row)) for row in rows),
            ),
        )

    @admin.action(description="Ask selected sources in the next run", permissions=["change"])
    def ask_next(self, request, queryset):
        with curating():
            number = Watch.objects.filter(pk__in=list(queryset.values_list("pk", flat=True))).update(
                next_at=timezone.now()
            )
        messages.success(request, f"{number} asked in the next run of manage.py watch.")

    def save_model(self, request, obj, form, change):
        if not change:
            obj.followed_by = request.user
        elif _ANOTHER_TEXT.intersection(form.changed_data):
            obj.etag = obj.last_modified = obj.fingerprint = obj.form = ""
            obj.next_at, obj.failures = timezone.now(), 0
        super().save_model(request, obj, form, change)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context["tools"] = [("Its source", reverse("admin:stacks_source_change", args=[obj.source_id]))]
        else:
            context["title"] = "Follow a source"
        return super().render_change_form(request, context, add, change, form_url, obj)


def _import(row):
    if row.batch is None:
        return ""
    return format_html('<a href="{}">Its import</a>', reverse("admin:stacks_importbatch_change", args=[row.batch.pk]))


def watch_tools(request, source) -> list[tuple[str, str]]:
    """Follow or unfollow, from the page of a source."""
    watch = Watch.objects.filter(source=source).first()
    if watch is None:
        named = {"company": source.company_id} if source.company_id else {}
        may = request.user.has_perm("stacks.add_watch")
        return [("Follow", add_link("watch", source=source.pk, **named))] if may else []
    tools = []
    if request.user.has_perm("stacks.view_watch") or request.user.has_perm("stacks.change_watch"):
        tools.append(("Followed", reverse("admin:stacks_watch_change", args=[watch.pk])))
    if request.user.has_perm("stacks.delete_watch"):
        tools.append(("Unfollow…", reverse("admin:stacks_watch_delete", args=[watch.pk])))
    return tools
