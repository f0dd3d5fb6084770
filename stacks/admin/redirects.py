from typing import Any

from django.contrib import admin

from stacks.models import Category, Company, Redirect, Technology
from stacks.models.slugs import is_public, was_ever_public

from .addresses import may_give_slugs
from .curated import CuratedAdmin, kept_by_the_system
from .forms import VersionedForm

_MODELS: dict[str, Any] = {str(model._meta.model_name): model for model in (Company, Technology, Category)}


class RedirectForm(VersionedForm):
    """Leads to what visitors can see; what an address leads to by now is changed by a reviewer."""

    user: Any

    def clean(self):
        cleaned = super().clean()
        model = _MODELS.get(self.cleaned_data.get("kind", ""))
        old, new = self.cleaned_data.get("old_slug", ""), self.cleaned_data.get("new_slug", "")
        if model is None or not self.changed_data:
            return cleaned
        target = model.objects.filter(slug=new).first()
        if target is not None and not is_public(target):
            self.add_error("new_slug", f"“{new}” is not published: visitors would find nothing there.")
        turns = self.instance.pk is not None or was_ever_public(model, old)
        if turns and not may_give_slugs(self.user, model):
            self.add_error(None, "Visitors know this address: only a reviewer leads it elsewhere.")
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

    def get_form(self, request, obj=None, change=False, **kwargs):
        form: Any = super().get_form(request, obj, change, **kwargs)
        return type("RedirectFormOfUser", (form,), {"user": request.user})
