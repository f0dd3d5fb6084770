"""What the resources have in common: a list by keyset pages, and a detail by slug or uid that follows old slugs."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponsePermanentRedirect
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from stacks.api.errors import BadQuery, NotThere, form_errors
from stacks.api.pagination import KeysetPagination, Orderings, PageForm
from stacks.api.parameters import Described, NoQuery, describe, read
from stacks.filtersets import with_own_key
from stacks.links import Links
from stacks.redirects import find
from stacks.search import search

MOST_SUGGESTED = 5
Row = dict[str, Any]


class Resource(GenericViewSet):
    """A resource names its model, its columns, its orders and the function that shapes rows of columns into answers.

    The function takes all rows of a page at once, so that what hangs on them costs one query for all. The serializer
    declares the same answer for the schema; a test holds the two together.
    """

    model: Any
    kind: str
    columns: Sequence[str]
    orderings: Orderings
    shape: Callable[[list[Row], Links], list[Row]]  # a static method
    filterset_class: Any
    pagination_class = KeysetPagination
    paging: dict[str, Any]

    def get_queryset(self) -> Any:
        return self.model.objects.published()

    def default_ordering(self, request: Request) -> str:
        return next(iter(self.orderings))

    def list(self, request: Request) -> Response:
        pages = self.pagination_class()
        rows = pages.paginate_queryset(self._narrow(request), request, self)
        results = self.shape(rows, Links(request))
        return Response({"next": pages.get_next_link(), "previous": pages.get_previous_link(), "results": results})

    def retrieve(self, request: Request, **kwargs: str) -> Response | HttpResponsePermanentRedirect:
        read(NoQuery, request.GET)
        links = Links(request)
        key = kwargs[self.lookup_field].replace("\x00", "\ufffd")
        rows = list(self.get_queryset().filter(**{self.lookup_field: key}).values(*self.columns)[:1])
        if rows:
            return Response(self.shape(rows, links)[0])
        if self.lookup_field != "slug":
            raise NotThere(f"There is no {self.kind} “{key}” here.")
        if slug := find(self.model, [key], by_name=True).slugs[0]:
            return HttpResponsePermanentRedirect(links(self.kind, slug))
        near = search(key, MOST_SUGGESTED, self.kind).best
        raise NotThere(f"There is no {self.kind} “{key}” here.", [links.ref(h.kind, h.slug, h.name) for h in near])

    def _filterset(self, data: Any, queryset: Any) -> Any:
        return with_own_key(self.filterset_class, self.model, self.lookup_field)(data, queryset=queryset)

    def _narrow(self, request: Request) -> Any:
        """The rows asked for. Every complaint about the query string is told at once."""
        paged, filtered = request.GET.copy(), request.GET.copy()
        for name in request.GET:
            (filtered if name in PageForm.base_fields else paged).pop(name)
        form = PageForm(paged, self.orderings)
        filterset = self._filterset(filtered, queryset=self.get_queryset())
        known = [*filterset.form.fields, *form.fields]
        if errors := form_errors(filterset.form, known) + form_errors(form, known):
            raise BadQuery(errors)
        self.paging = form.cleaned_data
        return filterset.qs

    def query_parameters(self) -> Described:
        """For the schema."""
        if self.action != "list":
            return []
        return describe(
            {
                **self._filterset(None, queryset=self.get_queryset()).form.fields,
                **PageForm(None, self.orderings).fields,
            }
        )
