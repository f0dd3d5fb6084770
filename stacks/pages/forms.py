"""Query strings, validated. What a page does not know never reaches its form. Each subject adds its own."""

from django import forms
from django.core.exceptions import ValidationError

from stacks import dates


def format_field(*names: str) -> forms.ChoiceField:
    """Which of the page's other forms is asked for, if any."""
    return forms.ChoiceField(
        required=False,
        choices=[(name, name) for name in names],
        error_messages={"invalid_choice": f"“%(value)s” is none of the forms of this page: {', '.join(names)}."},
    )


class FormatForm(forms.Form):
    """For pages that come in other forms and take nothing else."""

    format = format_field("json", "csv", "md")


class CsvForm(forms.Form):
    """For lists that come as a spreadsheet, too."""

    format = format_field("csv")


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


class PagedForm(forms.Form):
    cursor = forms.CharField(required=False, max_length=1000)


class PagedSitemapForm(forms.Form):
    p = forms.IntegerField(required=False, min_value=1, error_messages={"invalid": "Give the number of a page."})
