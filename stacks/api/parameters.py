"""Query parameters, declared once as strict forms: they validate the request and describe themselves in the schema."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import QueryDict

from stacks import filtersets
from stacks.api.errors import BadQuery, form_errors
from stacks.filtersets import StrictForm

Described = list[dict[str, Any]]  # OpenAPI parameters

_DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_HOUR = r"([01][0-9]|2[0-3]):[0-5][0-9]"
MOMENT_PATTERN = rf"^{_DAY}(T{_HOUR}(:[0-5][0-9](\.[0-9]{{1,6}})?)?(Z|[+-]{_HOUR})?)?$"
DATE_PATTERN = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"


class NoQuery(StrictForm):
    """For addresses that take no parameters."""


def read(form_class: Callable[[QueryDict], StrictForm], data: QueryDict) -> dict[str, Any]:
    """The cleaned parameters. Raises BadQuery naming each that is wrong."""
    form = form_class(data)
    if not form.is_valid():
        raise BadQuery(form_errors(form, form.fields))
    return form.cleaned_data


def describe(fields: dict[str, forms.Field]) -> Described:
    """The fields as OpenAPI parameters."""
    return [
        {
            "in": "query",
            "name": name,
            "required": field.required,
            "description": str(field.help_text),
            "schema": describe_value(field),
        }
        for name, field in fields.items()
    ]


def describe_value(field: forms.Field) -> dict[str, Any]:
    if isinstance(field, filtersets.ManyField):
        return {"type": "array", "items": _describe_item(field), "minItems": 1, "maxItems": field.most}
    if isinstance(field, forms.IntegerField):
        bounds = {"minimum": field.min_value, "maximum": field.max_value}
        return {"type": "integer", **{name: bound for name, bound in bounds.items() if bound is not None}}
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        return {"type": "string", "enum": [value for value, _ in choices]}
    for kind, schema in _SCALARS.items():
        if isinstance(field, kind):
            return schema
    length = {"maxLength": field.max_length} if isinstance(field, forms.CharField) and field.max_length else {}
    return {"type": "string", **_form(field), **length}


def _describe_item(field: filtersets.ManyField) -> dict[str, Any]:
    if isinstance(field, filtersets.ChoicesField):
        return {"type": "string", "enum": list(field.choices.values)}
    if names := getattr(field, "names", ()):
        return {"type": "string", "enum": list(names)}
    return {"type": "string", **_form(field)}


def _form(field: forms.Field) -> dict[str, Any]:
    """What a value looks like, as far as the field tells it by a `pattern`."""
    pattern = getattr(field, "pattern", "")
    return {"pattern": f"^{pattern}$"} if pattern else {"minLength": 1}


_SCALARS: dict[type[forms.Field], dict[str, Any]] = {
    filtersets.YesNoField: {"type": "boolean"},
    filtersets.PartialDateField: {"type": "string", "pattern": DATE_PATTERN},
    filtersets.MomentField: {"type": "string", "pattern": MOMENT_PATTERN},
}
