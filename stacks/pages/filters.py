"""A list's filters as the page shows them: the shared filterset, its choices with counts, what is chosen, the links."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from stacks import keyset
from stacks.addresses import takes
from stacks.filtersets import ManyField
from stacks.pages.kept import once
from stacks.pages.letters import LETTERS, OTHER, LetterLink
from stacks.pages.parts import Link
from stacks.pages.responses import bad_request, form_problems
from stacks.search import search

_LABELS = {
    "q": "Search",
    "letter": "Letter",
    "uses": "Uses any of",
    "uses_all": "Uses all of",
    "said_since": "Said since",
}
_ANSWERS = {
    ("used", True): "yes",
    ("used", False): "not yet",
    ("team_size", True): "stated",
    ("team_size", False): "not stated",
}

_NO_SUCH = ("unknown", "invalid")  # codes of a value that is not there
_MEANT = 3
_View = TypeVar("_View", bound=Callable[..., Any])

Option = tuple[str, str, int]  # value, label, how many there would be with it


def takes_filters(filterset_class: Any, *more: str) -> Callable[[_View], _View]:
    """Says on a list's view that it takes these filters and more."""
    filters = filterset_class.base_filters
    many = tuple(name for name, ask in filters.items() if issubclass(ask.field_class, ManyField))
    return takes(*filters, *more, many=many)


@dataclass(frozen=True, slots=True)
class Choice:
    """One select; its options perhaps in groups. With `adds`, what is chosen joins what was chosen before."""

    name: str
    label: str
    options: list[Option]
    groups: list[tuple[str, list[Option]]] = field(default_factory=list)
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A choice with what is chosen now; `extra` is that when the options lack it."""

    choice: Choice
    value: str
    extra: tuple[str, str] | None

    @property
    def offered(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self.choice.options or self.value)


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that is asked for; `url` asks for all but this."""

    label: str
    word: str
    url: str


class Filters:
    """Validates the query string; `refusal` is the 400 answer when it is not a good one, else None.

    `choices` may be made from the filters, once these are known to be good, so that they can count what would remain.
    """

    def __init__(
        self,
        request: HttpRequest,
        filterset_class: Any,
        queryset: Any,
        choices: "list[Choice] | Callable[[Filters], list[Choice]]",
        forms: tuple[str, ...] = (),
        query: QueryDict | None = None,
    ):
        self.request = request
        self.refusal: HttpResponse | None = None
        data = (request.GET if query is None else query).copy()
        self.cursor = data.pop("cursor", [""])[-1]
        data = _without_blanks(data)
        self.format = data.pop("format", [""])[-1] if forms else ""
        self.queryset = queryset
        self.filterset = filterset_class(data, queryset=queryset)
        self.values = data
        self.q = data.get("q", "")
        self.active = bool(data)
        self.selects: list[Select] = []
        self.chips: list[Chip] = []
        if not self.filterset.is_valid():
            self._refuse(form_problems(self.filterset.form))
        elif self.format and self.format not in forms:
            self._refuse([f"format: “{self.format}” is none of the forms of this page: {', '.join(forms)}."])
        else:
            made = choices(self) if callable(choices) else choices
            labels = _LABELS | {choice.name: choice.label for choice in made if not choice.adds}
            self.chips = [chip for name in data for chip in self._chips(name, labels.get(name, name.capitalize()))]
            self.selects = [self._select(choice) for choice in made]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Chosen by link or before, not by a control of this form as it stands: kept when the form is sent."""
        said = {"q": self.q, **{select.choice.name: select.value for select in self.selects if select.value}}
        pairs = [(name, value) for name in self.values for value in self.values.getlist(name)]
        return [(name, value) for name, value in pairs if said.get(name) != value]

    def asked(self, name: str) -> Any:
        """What was read from a parameter."""
        return self.filterset.form.cleaned_data[name]

    def without(self, *names: str) -> Any:
        """The rows as if these parameters were not given: what each choice of theirs is counted in."""
        rows = self.queryset
        for name, ask in self.filterset.filters.items():
            if name not in names:
                rows = ask.filter(rows, self.asked(name))
        return rows

    def once(self, name: str, read: Callable[[], Any], kept: Callable[..., Any] = once) -> Any:
        """What `read` counts; kept, under the revision unless told, for the list that most ask for, the one without a
        filter."""
        if self.active:
            return read()
        return kept(self.request, name, read)

    def address(self, **changed: Iterable[str]) -> str:
        """The first page of the list with these parameters changed, each to all its values."""
        query = self.values.copy()
        for name, values in changed.items():
            query.setlist(name, list(values))
        query = _without_blanks(query)
        return f"?{query.urlencode(safe=',')}" if query else self.request.path

    def letters(self, counts: dict[str, int]) -> list[LetterLink]:
        """Each letter with how many names begin so; scripts other than Latin only where there are any."""
        chosen = self.asked("letter")
        return [
            LetterLink(
                letter.upper() if len(letter) == 1 else letter,
                counts.get(letter, 0),
                self.address(letter=[letter]) if letter in counts else "",
                letter == chosen,
            )
            for letter in LETTERS
            if letter in counts or letter != OTHER
        ]

    def page(self, order: list[str], size: int, rows: Any = None) -> keyset.Page:
        """A page of the rows that remain, or of `rows` made from them."""
        of = keyset.list_of(self.request.path_info, self.values.lists())
        try:
            page = keyset.page(self.filterset.qs if rows is None else rows, order, size, self.cursor, of=of)
        except keyset.InvalidCursor as error:
            self._refuse([str(error)])
            return keyset.Page([], None, None)
        return page

    def listed(self, page: keyset.Page, counts: dict[str, int], size: int) -> dict[str, Any]:
        """What `stacks/filtered_list.html` prints around the rows: `counts` are the rows of each letter."""
        chosen, total = self.asked("letter"), sum(counts.values())
        return {
            "page": page,
            "filters": self,
            "total": counts.get(chosen, 0) if chosen else total,
            **_names(self.queryset.model),
            "letters": self.letters(counts) if total > size or chosen else [],
            **page_links(page, self.values),
        }

    def _select(self, choice: Choice) -> Select:
        value = "" if choice.adds else self.values.getlist(choice.name, [""])[-1]
        missing = value and value not in {option[0] for option in choice.options}
        words = [chip.word for chip in self._chips(choice.name, "")] if missing else []
        return Select(choice, value, (value, words[-1]) if words else None)

    def _chips(self, name: str, label: str) -> list[Chip]:
        """One for each value, named as visitors know it."""
        found = self.asked(name)
        if isinstance(found, list) and found and hasattr(found[0], "slug"):
            pairs = [(row.slug, row.name) for row in found]
        elif isinstance(found, list):
            choices = getattr(self.filterset.form.fields[name], "choices", None)
            pairs = [(value, choices(value).label if choices else value) for value in found]
        else:
            word = str(_ANSWERS.get((name, found), found))
            pairs = [("", word.upper() if name == "letter" and len(word) == 1 else word)]
        values = [value for value, _ in pairs]
        label = label if len(values) > 1 else label.removesuffix(" any of").removesuffix(" all of")
        return [Chip(label, word, self.address(**{name: self._all_but(name, values, value)})) for value, word in pairs]

    def _all_but(self, name: str, values: list[str], value: str) -> list[str]:
        rest = [other for other in values if other != value]
        return [",".join(rest)] if rest and name == "uses_all" else rest

    def _meant(self) -> list[Link]:
        """What the first name that leads nowhere may have meant: the same list with that in its place."""
        form = self.filterset.form
        for name, errors in form.errors.as_data().items():
            kind = _kind_of(form.fields[name]) if name in form.fields else ""
            wrong = next((e.params["value"] for e in errors if e.code in _NO_SUCH and "value" in (e.params or {})), "")
            if kind and wrong:
                found = search(str(wrong), _MEANT, kind).best
                return [Link(hit.name, self._instead(name, str(wrong), hit.slug)) for hit in found]
        return []

    def _instead(self, name: str, wrong: str, right: str) -> str:
        values = [
            ",".join(right if part.strip() == wrong else part for part in value.split(","))
            for value in self.values.getlist(name)
        ]
        return self.address(**{name: values})

    def _refuse(self, problems: list[str]) -> None:
        """400, with a way back that keeps what was right."""
        right = self.values.copy()
        for name in list(right):
            if name in self.filterset.form.errors or name not in self.filterset.form.fields:
                del right[name]
        self.refusal = bad_request(
            self.request,
            "This list cannot be shown",
            problems,
            suggestions=self._meant(),
            back=f"{self.request.path}?{right.urlencode()}" if right else self.request.path,
            back_label="Show the list without what was wrong" if right else "Show the whole list",
        )


def _kind_of(field: Any) -> str:
    """What the values of a parameter are, as the search calls it; empty where they are no names."""
    slugs = getattr(field, "slugs", field)
    return slugs.model._meta.model_name if hasattr(slugs, "model") else getattr(field, "column", "")


def _names(model: Any) -> dict[str, str]:
    """What the rows are called, and where those that are ticked are compared."""
    noun, nouns = str(model._meta.verbose_name), str(model._meta.verbose_name_plural)
    return {"noun": noun, "nouns": nouns, "picker": reverse(f"pick_{nouns}")}


def count_by(rows: Any, column: str) -> dict[str, int]:
    """How many of the rows have each value of a column of theirs. One query."""
    return dict(rows.order_by().values_list(column).annotate(n=Count("*")))


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
