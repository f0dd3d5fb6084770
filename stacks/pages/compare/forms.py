"""What a comparison asks."""

from django import forms

from stacks.comparison.matrix import Only
from stacks.pages.compare.companies_view import Detail
from stacks.pages.forms import AsOfForm, format_field


class CompareForm(AsOfForm):
    format = format_field("json", "csv", "md", "cite")
    only = forms.ChoiceField(
        required=False,
        choices=[(only.value, only.value) for only in Only],
        error_messages={"invalid_choice": "Choose differences or shared, or leave it out."},
    )
    detail = forms.ChoiceField(
        required=False,
        choices=[(detail.value, detail.value) for detail in Detail],
        error_messages={"invalid_choice": "Choose names, purpose or reasons, or leave it out."},
    )


class CompareTechnologiesForm(forms.Form):
    format = format_field("json", "csv", "md", "cite")
