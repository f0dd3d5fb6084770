"""What the forms of a page would post as they stand."""

from html.parser import HTMLParser
from typing import Any

_TICKED = {"checkbox", "radio"}


class _Typed(HTMLParser):
    def __init__(self):
        super().__init__()
        self.data, self.area, self.select = {}, "", ""

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        name, value = attributes.get("name"), attributes.get("value") or ""
        if tag == "option" and self.select and "selected" in attributes:
            self.data.setdefault(self.select, []).append(value)
        elif tag == "select":
            self.select = name or ""
        elif tag == "textarea":
            self.area = name or ""
        elif tag == "input" and name and (attributes.get("type") not in _TICKED or "checked" in attributes):
            self.data.setdefault(name, []).append(value)

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = ""

    def handle_data(self, data):
        if self.area:
            self.data[self.area] = [data.removeprefix("\n")]
            self.area = ""


def typed_in(page: bytes) -> dict[str, Any]:
    """By name, each with its values; but for the token."""
    form = _Typed()
    form.feed(page.decode())
    return {name: value for name, value in form.data.items() if name != "csrfmiddlewaretoken"}
