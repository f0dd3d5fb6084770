"""What a refused save shows: of each field that differs, what it was, what it is now and what was typed, with a choice.

What is chosen is read from the next post by the forms and formsets themselves: `choose-…` at the place of the field.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst

# What can be chosen: what stands now, what was typed, and of a field left alone what it was when the form was opened.
NOW, YOURS, LEFT, OPENED = "now", "yours", "left", "opened"


@dataclass(frozen=True, slots=True)
class Side:
    """One field. `now_is`, `yours_is`: what the two choices post; `took_now`: which of them is made."""

    label: str
    name: str
    opened: str
    now: str
    yours: str
    now_is: str
    yours_is: str
    took_now: bool
    typed: bool


@dataclass(frozen=True, slots=True)
class Whole:
    """A row of which somebody wants something else than another has done: one choice for all of it."""

    name: str
    now: str
    yours: str
    took_now: bool


@dataclass(frozen=True, slots=True)
class Sides:
    """One row. `hidden` is the name and value of what travels along; without `whole` each field has its own choice."""

    title: str
    rows: list[Side]
    hidden: tuple[str, str] | None = None
    whole: Whole | None = None


def choice_of(name: str) -> str:
    """The name of the choice for a field."""
    return f"choose-{name}"


def sides_of(form: Any, inlines: Any) -> list[Sides]:
    """Of a change form and its inlines, whatever was refused or is still to be chosen."""
    found = [form.sides] if getattr(form, "sides", None) else []
    for inline in inlines:
        found += [each.sides for each in inline.formset.forms if getattr(each, "sides", None)]
    return found


def tell(field: Any, value: Any) -> str:
    """The value of a field of a model for a reader; empty for what is empty. Of another row, the key or the row."""
    if value is None or value == "":
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if field.related_model is not None and isinstance(value, int):
        row = field.related_model._base_manager.filter(pk=value).first()
        return str(row) if row else "(deleted)"
    return str(value)


def tell_typed(form: Any, data: Mapping[str, Any], name: str) -> str:
    """What was typed into a field, valid or not."""
    field = form.fields[name]
    typed = raw(form, data, name)
    model_field = form.instance._meta.get_field(name)
    try:
        value = field.to_python(typed)
    except (ValidationError, forms.ValidationError):
        return str(typed or "")
    return tell(model_field, value)


def raw(form: Any, data: Mapping[str, Any], name: str) -> Any:
    return form.fields[name].widget.value_from_datadict(data, form.files, form.add_prefix(name))


def stored(row: Any, name: str) -> Any:
    return getattr(row, row._meta.get_field(name).attname)


def compare(form: Any, names: list[str], opened: Any, typed: list[str], data: Mapping[str, Any]) -> Iterator[Side]:
    """The fields that are told: those where what stands in `form.instance` is not what its editor has.

    `opened` is the row as it was when the form was opened, None where that is not known; `typed` names the fields into
    which something was typed, `data` has it.
    """
    for name in names:
        field = form.instance._meta.get_field(name)
        is_typed = name in typed
        now, then = tell(field, stored(form.instance, name)), tell(field, stored(opened, name)) if opened else ""
        yours = tell_typed(form, data, name) if is_typed else then
        if yours == now:
            continue
        chosen = data.get(form.add_prefix(choice_of(name)), "")
        yield Side(
            label=capfirst(field.verbose_name),
            name=form.add_prefix(choice_of(name)),
            opened=then,
            now=now,
            yours=yours,
            now_is=NOW if is_typed else LEFT,
            yours_is=YOURS if is_typed else OPENED,
            took_now=chosen == NOW if is_typed else chosen != OPENED,
            typed=is_typed,
        )


_GONE = "(deleted)"


def whole_rows(model: Any, names: list[str], opened: Any, now: Any, yours: Mapping[str, str] | None) -> list[Side]:
    """Where the choice is one for the whole row: the fields that differ between what it was, what it is and `yours`.

    Of `opened` and `now`, two rows, either may be missing; `yours` is None where it is to be deleted.
    """
    told = []
    for name in names:
        field = model._meta.get_field(name)
        was, stands = (tell(field, stored(row, name)) if row else None for row in (opened, now))
        typed = yours.get(name, "") if yours is not None else None
        if len({text for text in (was, stands, typed) if text is not None}) > 1:
            label = capfirst(field.verbose_name)
            now_is, yours_is = (_GONE if text is None else text for text in (stands, typed))
            told.append(Side(label, "", was or "", now_is, yours_is, "", "", took_now=False, typed=False))
    return told
