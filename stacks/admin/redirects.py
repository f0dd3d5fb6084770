from django.contrib import admin

from stacks.models import Redirect

from .curated import CuratedAdmin, kept_by_the_system


@admin.register(Redirect)
class RedirectAdmin(CuratedAdmin):
    """Written by every rename; here to look after old addresses."""

    list_display = ("old_slug", "new_slug", "kind", "updated_at")
    list_filter = ("kind", "updated_at")
    search_fields = ("old_slug", "new_slug")
    fieldsets = (
        (None, {"fields": ("kind", "old_slug", "new_slug")}),
        kept_by_the_system(),
    )
