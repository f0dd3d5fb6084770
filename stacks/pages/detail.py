"""How much a page says of each usage at once: in its address, so that a link shows what its sender saw."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django import forms

AUTO = "auto"  # purposes, but names on a phone


class Detail(StrEnum):
    """By itself: purposes, but names where there is little room (many companies, a phone)."""

    BY_ITSELF = ""
    NAMES = "names"
    PURPOSE = "purpose"
    REASONS = "reasons"


@dataclass(frozen=True, slots=True)
class DetailView:
    """`css` is empty, or the class of what only wide windows, or only phones, show."""

    label: str
    url: str
    current: bool
    css: str = ""


def detail_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        required=False,
        choices=[(detail.value, detail.value) for detail in Detail],
        error_messages={"invalid_choice": "Choose names, purpose or reasons, or leave it out."},
    )


def show_details(says: str, address: Callable[[str], str]) -> list[DetailView]:
    """The three levels, `says` the current; where it is `AUTO`, phones have another than wide windows."""

    def view(detail: Detail, current: bool, css: str = "") -> DetailView:
        return DetailView(detail.value.capitalize(), address(detail.value), current, css)

    if says != AUTO:
        return [view(detail, detail == says) for detail in Detail if detail]
    return [
        view(Detail.NAMES, False, "long"),
        view(Detail.NAMES, True, "short"),
        view(Detail.PURPOSE, True, "long"),
        view(Detail.PURPOSE, False, "short"),
        view(Detail.REASONS, False),
    ]
