"""What the page of a company's changes asks."""

from django import forms

from stacks.pages.forms import DateField


class BetweenForm(forms.Form):
    """`from` is no name in Python, so the fields are given theirs here."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= {"from": DateField(), "to": DateField()}
