"""What the page of a company asks, and that of its changes."""

from django import forms

from stacks.pages.detail import detail_field
from stacks.pages.forms import AsOfForm, DateField, format_field


class CompanyForm(AsOfForm):
    format = format_field("json", "csv", "md", "techstack", "radar")
    detail = detail_field()


class BetweenForm(forms.Form):
    """`from` is no name in Python, so the fields are given theirs here."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= {"from": DateField(), "to": DateField()}
