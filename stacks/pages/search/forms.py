"""What is searched for."""

from django import forms


class SearchForm(forms.Form):
    q = forms.CharField(
        required=False,
        max_length=200,
        strip=True,
        error_messages={"max_length": "A search has at most 200 characters."},
    )
