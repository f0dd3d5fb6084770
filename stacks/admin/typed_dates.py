"""Dates as people type them: read by `stacks.dates`, and what each was taken for is said."""

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from stacks import dates

CSS = "vTextField vTypedDate"


class TypedDateField(forms.CharField):
    """Any date that can be read in one way alone; its value is of reduced precision, or empty.

    A form that comes back shows what was understood in place of what was typed.
    """

    def __init__(self, **options: Any):
        options.setdefault("widget", AdminTextInputWidget(attrs={"class": CSS}))
        super().__init__(**options | {"max_length": None})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        try:
            return dates.read(text) if text else ""
        except dates.InvalidDate as error:
            raise ValidationError(str(error), code="invalid_date") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        try:
            return self.to_python(data) if data else data
        except ValidationError:
            return data


@require_GET
def read_date(request: HttpRequest) -> JsonResponse:
    """What a text is taken for, for the line under the field: `told`, or why it cannot be read."""
    text = request.GET.get("text", "").strip()
    try:
        return JsonResponse({"told": dates.spell(dates.read(text)) if text else ""})
    except dates.InvalidDate as error:
        return JsonResponse({"problem": str(error)})


def tell_taken(request: HttpRequest, bound: Iterable[Any]) -> None:
    """A message for what was typed in another form than the one in which it is kept."""
    for sentence in dict.fromkeys(_taken(bound)):
        messages.info(request, sentence)


def _taken(bound: Iterable[Any]) -> Iterator[str]:
    for form in bound:
        for name in form.changed_data:
            field, kept = form.fields.get(name), getattr(form, "cleaned_data", {}).get(name)
            if not isinstance(field, TypedDateField) or not kept:
                continue
            typed = str(field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))).strip()
            if typed != kept:
                yield f"{str(field.label).capitalize()}: “{typed}” was taken for {kept}, {dates.spell(kept)}."
