"""Forms that notice when somebody else saved in between, and inline rows that are labelled and cheap to print."""

from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.forms.formsets import DELETION_FIELD_NAME
from django.forms.models import BaseInlineFormSet
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.timezone import localtime

from stacks.folding import alias_key

# The version counts the saves; it is no news to anybody.
UNTOLD = ("version",)


class VersionedForm(forms.ModelForm):
    """Refuses to overwrite a save that came after the form was made.

    The comparison is safe because every writer holds the lock of `curating()`, which the admin takes before it reads
    the row. A row in which nothing was typed is no conflict: the newer values stand. In a conflict what was typed stays
    in the form, the fields left alone show the newer values, and saving once more is a decision.
    """

    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version

    def clean(self):
        cleaned = super().clean()
        if not self.instance.pk or self.cleaned_data.get("seen_version") == self.instance.version:
            return cleaned
        typed = self._typed_fields()
        if typed:
            self._show_newer_values(typed)
            raise forms.ValidationError(self._conflict(), code="conflict")
        for name in self._model_fields():
            self.cleaned_data[name] = getattr(self.instance, name)
        self.changed_data = []
        return self.cleaned_data

    def _model_fields(self):
        names = {
            field.name for field in self.instance._meta.concrete_fields if field.editable and not field.primary_key
        }
        return [name for name in self.fields if name in names]

    def _history(self):
        return type(self.instance).history.filter(**{self.instance._meta.pk.attname: self.instance.pk})

    def _typed_fields(self):
        """The fields whose posted value differs from what the form showed; all of them when that is not known."""
        shown = self._history().filter(version=self.cleaned_data.get("seen_version")).first()
        return [name for name in self._model_fields() if shown is None or self._posted(name) != _stored(shown, name)]

    def _posted(self, name):
        if name not in self.cleaned_data:
            return self[name].value()
        value = self.cleaned_data[name]
        return getattr(value, "pk", value)

    def _show_newer_values(self, typed):
        data = dict(self.data.items())
        for name in self._model_fields():
            if name not in typed:
                value = _stored(self.instance, name)
                data[self.add_prefix(name)] = "" if value is None else str(value)
        self.data = data | {self.add_prefix("seen_version"): str(self.instance.version)}

    def _conflict(self):
        history = self._history()
        newest = history.select_related("history_user").first()
        if newest is None:
            return "Somebody saved this after you opened it. Look again, then save once more."
        shown = history.filter(version=self.cleaned_data.get("seen_version")).first()
        delta = newest.diff_against(shown, excluded_fields=UNTOLD) if shown else None
        fields = (
            [self.instance._meta.get_field(name).verbose_name for name in sorted(delta.changed_fields)] if delta else []
        )
        when = date_format(localtime(newest.history_date), "DATETIME_FORMAT")
        what = f", and changed {get_text_list(fields, 'and')}" if fields else ""
        return (
            f"{newest.history_user or 'Somebody'} saved this on {when}, after you opened it{what}. "
            "Nothing you typed is lost; fields you left alone now show the newer values. "
            "Look again, then save once more."
        )


def _stored(row, name):
    return getattr(row, row._meta.get_field(name).attname)


class KnownAutocomplete(AutocompleteSelect):
    """Prints its chosen row without a query when that row is at hand."""

    known: Any = None

    def optgroups(self, name, value, attr=None):
        if self.known is None or [str(v) for v in value] != [str(self.known.pk)]:
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options.append(self.create_option(name, self.known.pk, str(self.known), True, 0))
        return [(None, options, 0)]


class CuratedFormSet(BaseInlineFormSet):
    """Labels each field for screen readers and hands autocompletes the rows that the query has joined already."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for name, field in form.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if not widget.is_hidden:
                widget.attrs["aria-label"] = str(field.label or name).capitalize()
            loaded = form.instance._state.fields_cache  # noqa: SLF001 - what the query has joined
            if isinstance(widget, KnownAutocomplete) and name in loaded:
                widget.known = loaded[name]


class AliasFormSet(CuratedFormSet):
    """Without the row of the owner's own name, which follows that name by itself."""

    def __init__(self, data=None, files=None, instance=None, save_as_new=False, prefix=None, queryset=None, **kwargs):
        if queryset is not None and instance is not None and instance.pk:
            own = type(instance)._base_manager.filter(pk=instance.pk).values_list("name", flat=True).first()
            queryset = queryset.exclude(key=alias_key(own or ""))
        super().__init__(data, files, instance, save_as_new, prefix, queryset, **kwargs)

    def clean(self):
        super().clean()
        taken = {alias_key(self.instance.name): "That is the name itself: it leads here already."}
        for form in self.forms:
            cleaned = getattr(form, "cleaned_data", {})
            name = cleaned.get("name")
            if not name or cleaned.get(DELETION_FIELD_NAME):
                continue
            if (key := alias_key(name)) in taken:
                form.add_error("name", taken[key])
            taken[key] = "This name is here twice."
