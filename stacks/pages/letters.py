"""A to Z: which letters a list has, and the parameter that asks for one."""

from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Case, CharField, Count, Q, Value, When
from django.db.models.functions import Substr

from stacks.filtersets import Ask
from stacks.folding import DIGITS, OTHER, initial

LETTERS = (DIGITS, *ascii_lowercase, OTHER)
_OTHER = Q(sort_key="") | Q(sort_key__gte="zz0", sort_key__lt="zza")


@dataclass(frozen=True, slots=True)
class LetterLink:
    """`url` is empty where no name begins so."""

    label: str
    count: int
    url: str
    chosen: bool


class LetterField(forms.CharField):
    def clean(self, value: Any) -> str:
        letter = super().clean(value)
        if letter and letter not in LETTERS:
            raise ValidationError(
                "“%(value)s” is none of: %(allowed)s.",
                code="invalid",
                params={"value": letter, "allowed": ", ".join(LETTERS)},
            )
        return letter


def ask_letter() -> Ask:
    return Ask(LetterField, narrow, "The first letter of its name; 0-9 for any digit, other for other scripts.")


def narrow(rows: Any, letter: str) -> Any:
    """By ranges of the sort key, which its index serves."""
    if letter == OTHER:
        return rows.filter(_OTHER)
    if letter == DIGITS:
        return rows.filter(sort_key__gte="0", sort_key__lt="a")
    rows = rows.filter(sort_key__gte=letter)
    return rows.exclude(_OTHER) if letter == "z" else rows.filter(sort_key__lt=chr(ord(letter) + 1))


def letter_of(sort_key: str) -> str:
    """The heading under which a name stands in an index."""
    return initial(sort_key).capitalize()


def count_letters(rows: Any) -> dict[str, int]:
    """How many of the rows each letter has. One query."""
    first = Case(
        When(_OTHER, then=Value(OTHER)),
        When(sort_key__lt="a", then=Value(DIGITS)),
        default=Substr("sort_key", 1, 1),
        output_field=CharField(),
    )
    return dict(rows.order_by().values_list(first).annotate(n=Count("*")))
