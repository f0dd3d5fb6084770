"""What is searched for."""

from django import forms

from stacks.pages.forms import QueryForm


class SearchForm(QueryForm):
    q = forms.CharField(
        required=False,
        max_length=200,
        strip=True,
        error_messages={"max_length": "A search has at most 200 characters."},
    )
