"""What the page of a technology asks."""

from stacks.pages.forms import PagedForm, format_field


class TechnologyForm(PagedForm):
    format = format_field("json", "csv", "md", "adopters")
