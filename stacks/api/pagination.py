"""Pages of lists: a size, a whitelisted order and an opaque cursor over a unique order."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from types import MappingProxyType
from typing import Any

from django import forms
from django.db import router
from django.db.models import CharField, Exists, OuterRef
from django.http import QueryDict
from rest_framework.pagination import BasePagination

from stacks import keyset
from stacks.api import parts
from stacks.api.asking import AskingForm
from stacks.api.errors import BadQuery
from stacks.filtersets import YesNoField
from stacks.models import State
from stacks.statements import Statement, gap

DEFAULT_SIZE, MOST = 50, 500
MOST_WITH_LISTS = 100
MOST_COUNTED = 10_000
LONGEST_REMEMBERED = 400  # characters of what is asked of a page
Orderings = Mapping[str, Sequence[str]]


class WholeNumberField(forms.IntegerField):
    """Plain decimal digits; Python's int() also takes spaces, underscores and other scripts."""

    def to_python(self, value: Any) -> int | None:
        if value and not (value.isascii() and value.isdigit() and len(value) < 19):
            raise forms.ValidationError("Write it in plain digits.", code="invalid")
        return super().to_python(value)


class CursorField(forms.CharField):
    pattern = "[-A-Za-z0-9_]+"


class PageForm(AskingForm):
    page_size = WholeNumberField(
        required=False,
        min_value=1,
        max_value=MOST,
        help_text=f"How many results a page has; {DEFAULT_SIZE} unless told.",
    )
    cursor = CursorField(
        required=False, max_length=1000, help_text="Where a page begins: follow `next` and `previous`."
    )
    ordering = forms.ChoiceField(required=False)
    count = YesNoField(
        required=False,
        help_text=f"Tell in `count` how many there are on all pages; null where there are more than {MOST_COUNTED:,}.",
    )

    def __init__(self, data: Any = None, orderings: Orderings | None = None, *, kind: str):
        super().__init__(data, kind=kind)
        names = list(orderings or ())
        field: Any = self.fields["ordering"]
        field.choices = [(name, name) for name in names]
        field.error_messages["invalid_choice"] = f"“%(value)s” is none of: {', '.join(names)}."
        field.help_text = (
            f"The order of the list; {names[0] if names else ''} unless told. `added` and `-added` are exact while the "
            "catalogue is written: each row that stays is told once. In the other orders a row whose value moves "
            "between two pages may be told twice or not at all."
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        size, include = cleaned.get("page_size"), cleaned.get("include")
        if size and include and size > MOST_WITH_LISTS and parts.includes_lists(self.kind, include):
            message = f"With what hangs on each row a page has at most {MOST_WITH_LISTS} of them."
            self.add_error("page_size", forms.ValidationError(message, code="too_many"))
        return cleaned


def count(queryset: Any) -> int | None:
    """How many rows there are, None where that is more than a count at each request is worth. One query."""
    found = queryset.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return found if found <= MOST_COUNTED else None


def _list(request: Any) -> str:
    """The list that is asked for: a marker of it does not depend on how it is shown."""
    return keyset.list_of(request.path_info, ((k, v) for k, v in request.GET.lists() if k not in PageForm.base_fields))


def read_page(kind: str, orderings: Orderings, asked: QueryDict) -> Mapping[str, Any] | None:
    """What is asked of a page, None where a complaint is to be made; what has been asked before is not read again."""
    pairs = tuple((name, *map(str, values)) for name, values in asked.lists())
    read = _read_page if sum(map(len, chain.from_iterable(pairs))) < LONGEST_REMEMBERED else _read_page.__wrapped__
    return read(kind, tuple(orderings), pairs)


@lru_cache(maxsize=512)
def _read_page(kind: str, orderings: tuple[str, ...], pairs: tuple[tuple[str, ...], ...]) -> Mapping[str, Any] | None:
    asked = QueryDict(mutable=True)
    for name, *values in pairs:
        asked.setlist(name, values)
    form = PageForm(asked, dict.fromkeys(orderings, ()), kind=kind)
    return MappingProxyType(form.cleaned_data) if form.is_valid() else None


def _told(queryset: Any, columns: Sequence[str], fields: Sequence[str]) -> Any:
    """The columns of a page; in the order of another table which rows they are, from two indexes alone."""
    other, _, elsewhere = fields[0].partition("__")
    if elsewhere:
        # the state says that the partial index of the other table serves
        return queryset.filter(**{f"{other}__state": State.PUBLISHED}).values("pk", *fields)
    return queryset.values(*dict.fromkeys([*columns, *fields]))


@lru_cache(maxsize=256)
def _statement(
    kind: str, alias: str, columns: tuple[str, ...], steps: tuple[str, ...], size: int, *, continued: bool
) -> Statement:
    """Of a page of all rows in this order: the first, or where it is `continued` one after the values of a row."""
    shape, fields = parts.SHAPES[kind], [step.lstrip("-") for step in steps]
    rows = _told(shape.public().using(alias), columns, fields)
    values = [gap(number) for number in range(len(steps))] if continued else None
    if shape.few_of and fields[0].startswith(f"{shape.few_of}__"):
        rows = rows.filter(**{f"{shape.few_of}__in": _nearest(shape, alias, steps, values, size)})
    return Statement(keyset.beyond(rows, steps, values, size), as_stored=set(shape.stamp) - set(fields))


def _nearest(shape: Any, alias: str, steps: Sequence[str], values: Sequence[Any] | None, size: int) -> Any:
    """Of what few rows hang on each, the next on which any do: that of the row before the page, and as many as have
    room on it and one more. So the rows of these are sorted, and not all there are."""
    other = f"{shape.few_of}__"
    own = [step.replace(other, "") for step in steps if other in step]
    hanging = shape.public().filter(**{shape.few_of: OuterRef("pk")}).order_by()
    near = _field(shape.model, shape.few_of).related_model.objects.using(alias).published().filter(Exists(hanging))
    if values is not None:
        near = near.filter(keyset.lies_beyond(own, values[: len(own)], or_there=True))
    return near.order_by(*own).values("pk")[: size + 2]


@cache
def _are_texts(model: Any, fields: tuple[str, ...]) -> bool:
    """Whether the ORM leaves the values of these as they are, so that a statement is the same for all."""
    return all(isinstance(_field(model, field), CharField) for field in fields)


def _field(model: Any, name: str) -> Any:
    field: Any = None
    for part in name.split("__"):
        field = model._meta.get_field(part)
        model = field.related_model
    return field


def _whole(queryset: Any, columns: Sequence[str], page: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a page whose keys are known, in its order; one that went meanwhile is left out."""
    keys = [row["pk"] for row in page]
    rows = {row["id"]: row for row in queryset.filter(pk__in=keys).order_by().values(*columns)}
    return [rows[key] for key in keys if key in rows]


class KeysetPagination(BasePagination):
    """The view has `orderings`: the first is the default, and each ends in a unique column.

    One query a page; two where the order is that of another table.
    """

    form_class = PageForm

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        """Rows as dicts of `view.columns`: of `queryset`, or where it is None of all that the view has.

        The parameters have been validated but for the cursor.
        """
        asked = view.paging
        order = view.orderings[asked["ordering"] or view.default_ordering(request)]
        size = asked["page_size"] or DEFAULT_SIZE
        fields = [field.lstrip("-") for field in order]
        model, columns, elsewhere = view.shape.model, view.columns, "__" in fields[0]

        def read(steps: list[str], values: list[str] | None) -> list[Any]:
            if queryset is not None or (values and not _are_texts(model, tuple(fields))):
                rows = view.get_queryset() if queryset is None else queryset
                return list(keyset.beyond(_told(rows, columns, fields), steps, values, size))
            alias = router.db_for_read(model)
            statement = _statement(view.shape.kind, alias, columns, tuple(steps), size, continued=bool(values))
            return statement.read(alias, values or ())

        try:
            self.page = keyset.page_of(read, order, size, asked["cursor"] or None, of=_list(request))
        except keyset.InvalidCursor as error:
            raise BadQuery([{"parameter": "cursor", "message": str(error)}]) from error
        found = self.page.rows
        if elsewhere:
            found = _whole(view.get_queryset() if queryset is None else queryset, columns, found)
        self.address = request.build_absolute_uri(request.path)
        self.query: QueryDict = request.GET
        return found

    def get_next_link(self) -> str | None:
        return self._link(self.page.next)

    def get_previous_link(self) -> str | None:
        return self._link(self.page.previous)

    def _link(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = self.query.copy()
        query["cursor"] = cursor
        return f"{self.address}?{query.urlencode()}"

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": link,
                "previous": link,
                "count": {"type": ["integer", "null"], "description": "With `count=true`: of all pages together."},
                "results": schema,
            },
        }
