"""*Save and next*: from the form of a row to that of the next one in the list that somebody came from."""

import copy
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.http import HttpResponseRedirect, QueryDict
from django.urls import resolve, reverse

from .forms import is_key

NEXT = "_next"
_FILTERS = "_changelist_filters"
# How many keys are read at a time until the row is found.
_AT_ONCE = 500


class WorksThroughLists:
    """For a ModelAdmin: the next row is looked for before the save, which may take this one out of the list."""

    opts: Any
    get_preserved_filters: Any
    has_change_permission: Any

    def look_ahead(self, request: Any, object_id: Any) -> None:
        if NEXT in request.POST and is_key(object_id):
            request.row_that_follows = self._following(request, int(object_id))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["shows_next"] = change and not context.get("is_popup") and self.has_change_permission(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)  # type: ignore[misc]

    def leads_on(self, request: Any, response: Any) -> Any:
        """The answer to a save, leading to the next row where that was asked for."""
        if NEXT not in request.POST or not isinstance(response, HttpResponseRedirect):
            return response
        filters = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        key = getattr(request, "row_that_follows", None)
        if key is None:
            messages.info(request, "That was the last row of the list.")
            return HttpResponseRedirect(add_preserved_filters(filters, self._list()))
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[key])
        return HttpResponseRedirect(add_preserved_filters(filters, url))

    def _list(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def _following(self, request: Any, key: int) -> int | None:
        """The key of the next row in the list with the filters and the order of the address; None after the last, and
        where the row is not in that list any more."""
        asked = copy.copy(request)
        asked.method, asked.path = "GET", self._list()
        asked.path_info, asked.resolver_match = asked.path, resolve(asked.path)
        asked.GET = QueryDict(request.GET.get(_FILTERS, ""))
        try:
            rows = super().get_changelist_instance(asked).queryset  # type: ignore[misc]
        except IncorrectLookupParameters:
            return None
        found = False
        for each in rows.values_list("pk", flat=True).iterator(chunk_size=_AT_ONCE):
            if found:
                return each
            found = each == key
        return None
