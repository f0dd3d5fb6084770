from typing import Any

from django.contrib import admin

from stacks.models import Category, Company, Redirect, Technology
from stacks.models.slugs import is_public

from .curated import CuratedAdmin, kept_by_the_system
from .forms import VersionedForm

_MODELS: dict[str, Any] = {str(model._meta.model_name): model for model in (Company, Technology, Category)}


class RedirectForm(VersionedForm):
    """Leads to what visitors can see."""

    def clean(self):
        cleaned = super().clean()
        model = _MODELS.get(self.cleaned_data.get("kind", ""))
        new = self.cleaned_data.get("new_slug", "")
        if model is None or not self.changed_data:
            return cleaned
        target = model.objects.filter(slug=new).first()
        if target is not None and not is_public(target):
            self.add_error("new_slug", f"“{new}” is not published: visitors would find nothing there.")
        return cleaned


@admin.register(Redirect)
class RedirectAdmin(CuratedAdmin):
    """Written by every rename; here to look after old addresses."""

    form = RedirectForm
    list_display = ("old_slug", "new_slug", "kind", "updated_at")
    list_filter = ("kind", "updated_at")
    search_fields = ("old_slug", "new_slug")
    fieldsets = (
        (None, {"fields": ("kind", "old_slug", "new_slug")}),
        kept_by_the_system(),
    )
