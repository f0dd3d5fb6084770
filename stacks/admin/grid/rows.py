"""The rows of the grid: a form for each usage, in which technologies and categories are typed by their names."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy

from stacks.admin.forms import HomeForm
from stacks.admin.typed_dates import TypedDateField
from stacks.folding import alias_key, fold
from stacks.models import Category, Homonym, State, Technology, TechnologyAlias, Usage
from stacks.models.evidence import QUOTE_WORDS
from stacks.models.usages import Filing

# What is typed for another row is its name.
NAMED = ("technology", "category", "via")
COLUMNS = (
    "technology", "category", "scope", "purpose", "stage", "hosting", "via", "started", "ended", "position",
)  # fmt: skip
# Of a new row: what the source below the grid says of it.
EVIDENCE = ("quote", "locator")


class Names:
    """Technologies and categories by what was typed for them, and how these, and those that stand already, are filed.

    Five queries at most.
    """

    def __init__(
        self, technologies: Iterable[str], categories: Iterable[Category], standing: Iterable[Technology] = ()
    ):
        categories = list(categories)
        keys = {key for name in technologies if (key := alias_key(name)) and "\x00" not in key}
        self._technologies: dict[str, list[Technology]] = defaultdict(list)
        for kind in (TechnologyAlias, Homonym):
            named: Any = kind
            rows = named.objects.filter(key__in=keys).select_related("technology__category").order_by("pk")
            for row in rows.exclude(technology__state=State.RETRACTED):
                # a short form that several share leads to the one that is called so
                if kind is TechnologyAlias or alias_key(row.technology.name) == row.key:
                    self._technologies[row.key].append(row.technology)
        self._categories: dict[str, list[Category]] = defaultdict(list)
        for category in categories:
            self._categories[fold(category.name)].append(category)
            self._categories[fold(told(category))].append(category)
        named = [each for found in self._technologies.values() for each in found]
        self.filing = Filing([*standing, *named], [category.pk for category in categories])

    def technology(self, name: str) -> Technology:
        """Raises ValidationError."""
        found = self._technologies[alias_key(name)]
        if not found:
            raise ValidationError(f"No technology is called “{name}”. Choose one that is offered, or add it first.")
        return found[0]

    def category(self, name: str) -> Category:
        """Raises ValidationError."""
        found = self._categories[fold(name)]
        if not found:
            raise ValidationError(f"No category is called “{name}”. Choose one that is offered.")
        if len(found) > 1:
            raise ValidationError(f"Several are called so: {' or '.join(told(each) for each in found)}.")
        return found[0]


def told(category: Category) -> str:
    """A category with its area, so that two of one name are told apart."""
    return f"{category.name} ({category.parent})"


def _suggesting() -> forms.TextInput:
    return forms.TextInput({"data-suggest": "technology", "data-from": reverse_lazy("admin:stacks_importbatch_names")})


class RowForm(HomeForm):
    """One usage. Only what was typed is looked at: a row left alone costs nothing and is no conflict."""

    home_of, home_help = "technology", ""
    held_together = True

    technology = forms.CharField(max_length=100, widget=_suggesting())
    category = forms.CharField(max_length=200, required=False, widget=forms.TextInput({"list": "categories"}))
    via = forms.CharField(max_length=100, required=False, widget=_suggesting())
    started = TypedDateField(required=False, widget=forms.TextInput())
    ended = TypedDateField(required=False, widget=forms.TextInput())
    quote = forms.CharField(max_length=400, required=False, widget=forms.TextInput({"placeholder": "Quote"}))
    locator = forms.CharField(
        max_length=120, required=False, widget=forms.TextInput({"placeholder": "Where it stands"})
    )
    leave = forms.BooleanField(required=False, label="leave out")

    class Meta:
        model = Usage
        fields = COLUMNS

    def __init__(self, *args, names: Names, **kwargs):
        super().__init__(*args, **kwargs)
        self.names = names
        self.instance.filing = names.filing
        if self.instance.pk:
            for name in (*EVIDENCE, "leave"):
                del self.fields[name]
            self.initial.update(_texts(self.instance))
        for name, field in self.fields.items():
            field.widget.attrs["aria-label"] = str(field.label or name).capitalize()
            field.help_text = ""
        self.fields["position"].required = False

    @cached_property
    def changed_data(self):
        return [name for name in super().changed_data if name != "seen_version"]

    @property
    def is_typed(self) -> bool:
        """Whether there is something to save."""
        if self.instance.pk is None and self["leave"].data:
            return False
        return bool(self.changed_data)

    def clean_technology(self):
        return self._named("technology", self.names.technology)

    def clean_category(self):
        return self._named("category", self.names.category)

    def clean_via(self):
        return self._named("via", self.names.technology)

    def clean_position(self):
        return self.cleaned_data["position"] or 0

    def clean_quote(self):
        quote = self.cleaned_data["quote"]
        if len(quote.split()) > QUOTE_WORDS:
            raise ValidationError(f"A quote has at most {QUOTE_WORDS} words; this one has {len(quote.split())}.")
        return quote

    def _named(self, name: str, find: Any) -> Any:
        text = self.cleaned_data[name]
        if name in self.taken:
            return getattr(self.taken[name], name)
        if not text:
            return None
        if self.instance.pk and text == self.initial.get(name):
            return getattr(self.instance, name)
        return find(text)

    def _text(self, row, name):
        return str(getattr(row, name) or "") if name in NAMED else super()._text(row, name)

    def _is_other(self, shown, name):
        if name not in NAMED:
            return super()._is_other(shown, name)
        return str(self.posted.get(self.add_prefix(name), "")).strip() != self._text(shown, name)


def _texts(usage: Usage) -> dict[str, str]:
    return {name: str(getattr(usage, name) or "") for name in NAMED}
