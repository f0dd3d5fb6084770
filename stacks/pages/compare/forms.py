"""What a comparison asks."""

from typing import NamedTuple

from django import forms

from stacks.comparison.matrix import Only
from stacks.pages.detail import detail_field
from stacks.pages.forms import AsOfForm, format_field


class Asked(NamedTuple):
    """Of a comparison of companies; empty where nothing was asked for."""

    as_of: str
    only: str
    detail: str


class CompareForm(AsOfForm):
    format = format_field("json", "csv", "md", "cite")
    only = forms.ChoiceField(
        required=False,
        choices=[(only.value, only.value) for only in Only],
        error_messages={"invalid_choice": "Choose differences or shared, or leave it out."},
    )
    detail = detail_field()


class CompareTechnologiesForm(forms.Form):
    format = format_field("json", "csv", "md", "cite")
