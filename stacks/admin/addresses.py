"""What each admin of a row with an address shares: only a reviewer gives it a slug of another, and is asked first."""

from typing import Any

from django import forms

from stacks.models.slugs import is_public

from .curated import CuratedAdmin
from .forms import VersionedForm


def may_give_slugs(user, model) -> bool:
    """Who publishes such rows; categories have no state, so it is who publishes what stands in them."""
    name = model._meta.model_name
    return user.has_perm(f"stacks.publish_{'technology' if name == 'category' else name}")


class AddressedForm(VersionedForm):
    """Asks a reviewer once more before an old address comes to mean another row; what is ticked is that one slug."""

    may_give_slug = False

    give_slug = forms.CharField(
        required=False,
        widget=forms.HiddenInput,
        label="Give it this address all the same",
        help_text="Old links to this address show this row from now on, and mirrors are told.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.may_give_slug:
            del self.fields["give_slug"]

    def _post_clean(self):
        slug = self.cleaned_data.get("slug")
        given = bool(slug) and self.cleaned_data.get("give_slug") == slug
        self.instance.slug_given = given
        super()._post_clean()
        asked = given or self.has_error("slug", "slug_of_another")
        if asked and self.may_give_slug and is_public(self.instance):
            self.fields["give_slug"].widget = forms.CheckboxInput(attrs={"value": slug})
            if not given:
                self.data = dict(self.data.items()) | {self.add_prefix("give_slug"): ""}


class AddressedAdmin(CuratedAdmin):
    form = AddressedForm

    def get_form(self, request, obj=None, change=False, **kwargs):
        form: Any = super().get_form(request, obj, change, **kwargs)
        return type("AskingForm", (form,), {"may_give_slug": self._may_give(request, obj)})

    def get_fieldsets(self, request, obj=None):
        (name, options), *others = super().get_fieldsets(request, obj)
        fields: list[Any] = list(options["fields"])
        if self._may_give(request, obj):
            fields.insert(fields.index("slug") + 1, "give_slug")
        return [(name, {**options, "fields": tuple(fields)}), *others]

    def _may_give(self, request, obj) -> bool:
        """Only to what is published, which a new row with a state is not."""
        public = is_public(obj or self.model())
        return public and may_give_slugs(request.user, self.model) and self.has_change_permission(request, obj)
