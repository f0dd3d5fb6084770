"""What the resources have in common: a list by keyset pages, and a detail by slug or uid that follows old slugs."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpResponsePermanentRedirect
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from stacks.api.asking import AskingForm
from stacks.api.errors import BadQuery, NotThere, form_errors
from stacks.api.finished import columns_of_stamp, finished_documents, may_be_finished
from stacks.api.pagination import KeysetPagination, Orderings, PageForm, count, read_page
from stacks.api.parameters import Described, describe, read
from stacks.api.parts import documents
from stacks.api.shapes.shape import Row, Shape
from stacks.filtersets import with_own_key
from stacks.links import Links
from stacks.redirects import find
from stacks.search import search

MOST_SUGGESTED = 5


class Resource(GenericViewSet):
    """A resource names its shape and its orders; what hangs on the rows of a page costs one query for all.

    The serializer declares the same answer for the schema; a test holds the two together.
    """

    shape: Shape
    orderings: Orderings
    filterset_class: Any
    pagination_class = KeysetPagination
    paging: Mapping[str, Any]
    columns: tuple[str, ...]  # what is read of the rows of a page
    whole = True  # whether the list has all that is public of its shape, where nothing narrows it

    def get_queryset(self) -> Any:
        return self.shape.public()

    def default_ordering(self, request: Request) -> str:
        return next(iter(self.orderings))

    def list(self, request: Request, **kwargs: str) -> Response:
        pages = self.pagination_class()
        narrowed = self._narrow(request)
        finished = may_be_finished(self.shape, request, self.paging)
        self.columns = columns_of_stamp(self.shape) if finished else self.shape.columns
        rows = pages.paginate_queryset(narrowed, request, self)
        answer: dict[str, Any] = {"next": pages.get_next_link(), "previous": pages.get_previous_link()}
        if self.paging["count"]:
            answer["count"] = count(self.get_queryset() if narrowed is None else narrowed)
        if finished:
            return Response(answer | {"results": finished_documents(self.shape, rows, request)})
        return Response(answer | {"results": self._documents(rows, request, self.paging)})

    def retrieve(self, request: Request, **kwargs: str) -> Response | HttpResponsePermanentRedirect:
        asked = read(partial(AskingForm, kind=self.shape.kind), request.GET)
        key = kwargs[self.lookup_field].replace("\x00", "\ufffd")
        rows = list(self.get_queryset().filter(**{self.lookup_field: key}).values(*self.shape.columns)[:1])
        if rows:
            return Response(self._documents(rows, request, asked)[0])
        if self.lookup_field != "slug":
            raise NotThere(f"There is no {self.shape.kind} “{key}” here.")
        slug = present_slug(self.shape.model, self.shape.kind, key, request)
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{Links(request)(self.shape.kind, slug)}{f'?{query}' if query else ''}")

    def _documents(self, rows: Sequence[Row], request: Request, asked: Mapping[str, Any]) -> Sequence[Row]:
        return documents(self.shape, rows, Links(request), asked["include"], asked["fields"])

    def _filterset(self, data: Any, queryset: Any) -> Any:
        return with_own_key(self.filterset_class, self.shape.model, self.lookup_field)(data, queryset=queryset)

    def _narrow(self, request: Request) -> Any:
        """The rows asked for, None where it is all of them. Every complaint about the query string is told at once."""
        paged, filtered = request.GET.copy(), request.GET.copy()
        for name in request.GET:
            (filtered if name in PageForm.base_fields else paged).pop(name)
        if self.whole and not filtered and (asked := read_page(self.shape.kind, self.orderings, paged)):
            self.paging = asked
            return None
        form = PageForm(paged, self.orderings, kind=self.shape.kind)
        filterset = self._filterset(filtered, queryset=self.get_queryset())
        known = [*filterset.form.fields, *form.fields]
        if errors := form_errors(filterset.form, known) + form_errors(form, known):
            raise BadQuery(errors)
        self.paging = form.cleaned_data
        return filterset.qs

    def query_parameters(self) -> Described:
        """For the schema."""
        if self.action != "list":
            return describe(AskingForm(kind=self.shape.kind).fields)
        return describe(
            {
                **self._filterset(None, queryset=self.get_queryset()).form.fields,
                **PageForm(None, self.orderings, kind=self.shape.kind).fields,
            }
        )


def present_slug(model: Any, kind: str, asked: str, request: Request) -> str:
    """Where an old slug, another spelling or a name leads. Raises NotThere with what is near."""
    if slug := find(model, [asked], by_name=True).slugs[0]:
        return slug
    links = Links(request)
    near = search(asked, MOST_SUGGESTED, kind).best
    raise NotThere(f"There is no {kind} “{asked}” here.", [links.ref(h.kind, h.slug, h.name) for h in near])
