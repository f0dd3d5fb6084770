"""Query strings, validated; an unknown parameter is refused with the ones there are."""

from django import forms
from django.core.exceptions import ValidationError

from stacks import dates
from stacks.comparison.matrix import Only


def format_field(*names: str) -> forms.ChoiceField:
    """Which of the page's other forms is asked for, if any."""
    return forms.ChoiceField(
        required=False,
        choices=[(name, name) for name in names],
        error_messages={"invalid_choice": f"“%(value)s” is none of the forms of this page: {', '.join(names)}."},
    )


class QueryForm(forms.Form):
    """`?format=` and the like that a page does not know are a 400, never silently dropped."""

    def clean(self):
        cleaned = super().clean()
        unknown = sorted(set(self.data) - set(self.fields))
        if unknown:
            known = ", ".join(self.fields) or "none"
            raise ValidationError(f"There is no parameter “{'”, “'.join(unknown)}” on this page. It takes: {known}.")
        return cleaned


class NoQuery(QueryForm):
    """For pages that take no parameters."""


class FormatForm(QueryForm):
    """For pages that come in other forms and take nothing else."""

    format = format_field("json", "csv", "md")


class DateField(forms.CharField):
    """A year, month or day, or nothing."""

    def __init__(self, **options):
        super().__init__(required=False, max_length=10, **options)

    def clean(self, value):
        text = super().clean(value)
        try:
            return dates.parse(text) if text else ""
        except dates.InvalidDate as error:
            raise ValidationError(str(error)) from error


class AsOfForm(FormatForm):
    as_of = DateField(label="As of")


class BetweenForm(QueryForm):
    """`from` is no name in Python, so the fields are given theirs here."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= {"from": DateField(), "to": DateField()}


class CompareForm(AsOfForm):
    format = format_field("json", "csv", "md", "cite")
    only = forms.ChoiceField(
        required=False,
        choices=[(only.value, only.value) for only in Only],
        error_messages={"invalid_choice": "Choose differences or shared, or leave it out."},
    )


class SearchForm(QueryForm):
    q = forms.CharField(
        required=False,
        max_length=200,
        strip=True,
        error_messages={"max_length": "A search has at most 200 characters."},
    )


class PagedForm(QueryForm):
    cursor = forms.CharField(required=False, max_length=1000)


class CompareTechnologiesForm(QueryForm):
    format = format_field("json", "csv", "md", "cite")


class TechnologyForm(PagedForm):
    format = format_field("json", "csv", "md")


class PagedSitemapForm(QueryForm):
    p = forms.IntegerField(required=False, min_value=1, error_messages={"invalid": "Give the number of a page."})
