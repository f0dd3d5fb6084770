"""What the page of a company's changes asks."""

from stacks.pages.forms import DateField, QueryForm


class BetweenForm(QueryForm):
    """`from` is no name in Python, so the fields are given theirs here."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= {"from": DateField(), "to": DateField()}
