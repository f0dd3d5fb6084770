"""A list's filters as the page shows them: the shared filterset, its choices with counts, the links between pages."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict

from stacks import keyset
from stacks.pages.responses import bad_request, form_problems


@dataclass(frozen=True, slots=True)
class Choice:
    """One select: (value, label, count) for each option, perhaps grouped."""

    name: str
    label: str
    options: list[tuple[str, str, int]]
    groups: list[tuple[str, list[tuple[str, str, int]]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Select:
    """A choice with what is chosen now."""

    choice: Choice
    value: str


class Filters:
    """Validates the query string; `refusal` is the 400 answer when it is not a good one, else None."""

    def __init__(
        self,
        request: HttpRequest,
        filterset_class: Any,
        queryset: Any,
        choices: list[Choice],
        forms: tuple[str, ...] = (),
    ):
        self.request = request
        self.refusal: HttpResponse | None = None
        data = request.GET.copy()
        self.cursor = data.pop("cursor", [""])[-1]
        data = _without_blanks(data)
        self.format = data.pop("format", [""])[-1] if forms else ""
        self.filterset = filterset_class(data, queryset=queryset)
        self.values = data
        self.q = data.get("q", "")
        self.selects = [Select(choice, data.get(choice.name, "")) for choice in choices]
        self.active = bool(data)
        # chosen by link, not by a control of this form: kept when the form is sent
        shown = {"q", *(choice.name for choice in choices)}
        self.kept = [(name, value) for name in data for value in data.getlist(name) if name not in shown]
        if not self.filterset.is_valid():
            self._refuse(form_problems(self.filterset.form))
        elif self.format and self.format not in forms:
            self._refuse([f"format: “{self.format}” is none of the forms of this page: {', '.join(forms)}."])

    def page(self, order: list[str], size: int) -> keyset.Page:
        try:
            page = keyset.page(self.filterset.qs, order, size, self.cursor)
        except keyset.InvalidCursor as error:
            self._refuse([str(error)])
            return keyset.Page([], None, None)
        return page

    def links(self, page: keyset.Page) -> dict[str, str]:
        """The addresses of the pages before and after, for the template."""
        return page_links(page, self.values)

    def _refuse(self, problems: list[str]) -> None:
        self.refusal = bad_request(
            self.request,
            "This list cannot be shown",
            problems,
            back=self.request.path,
            back_label="Show the whole list",
        )


def _without_blanks(data: QueryDict) -> QueryDict:
    """A form sends its empty fields too; they ask for nothing."""
    kept = QueryDict(mutable=True)
    for name in data:
        values = [value for value in data.getlist(name) if value.strip()]
        if values:
            kept.setlist(name, values)
    return kept


def page_links(page: keyset.Page, values: QueryDict | None = None) -> dict[str, str]:
    """`previous` and `next` as addresses that keep the other parameters; empty at the ends."""

    def link(cursor: str | None) -> str:
        if not cursor:
            return ""
        query = values.copy() if values is not None else QueryDict(mutable=True)
        query["cursor"] = cursor
        return f"?{query.urlencode()}"

    return {"previous": link(page.previous), "next": link(page.next)}
