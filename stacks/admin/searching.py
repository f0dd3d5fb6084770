"""Search as the site searches, folded and by every name; in autocompletes the nearest name first. Filters by area."""

from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.db.models import Case, Q, Value, When

from stacks.folding import fold
from stacks.models import Category
from stacks.search import search


def is_autocomplete(request) -> bool:
    return request.resolver_match is not None and request.resolver_match.url_name == "autocomplete"


class SearchedByName:
    """For rows with a `search_text` of their own: technologies and companies."""

    search_fields: ClassVar[Any] = ("search_text",)
    search_help_text: ClassVar[Any] = "Any of its names, former names and abbreviations."

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        hits = search(search_term, kind=queryset.model._meta.model_name, public=False)
        places = {hit.pk: place for place, hit in enumerate(hits.best)}
        if is_autocomplete(request):
            return queryset.filter(pk__in=places).order_by(_in_place(places), "pk"), False
        return queryset.filter(Q(pk__in=places) | Q(pk__in=queryset.search(search_term).values("pk"))), False


def _in_place(places: dict[int, int]) -> Case:
    return Case(*(When(pk=pk, then=Value(place)) for pk, place in places.items()), default=Value(len(places)))


def every_word(term: str, *, folded: tuple[str, ...], plain: tuple[str, ...] = ()) -> Q:
    """Each word of the term stands in one of the fields; `folded` ones are search texts, `plain` ones ordinary text."""
    where = Q()
    for word in term.split():
        anywhere = Q()
        for field in folded:
            anywhere |= Q(**{f"{field}__contains": fold(word)})
        for field in plain:
            anywhere |= Q(**{f"{field}__icontains": word})
        where &= anywhere
    return where


class AreaFilter(SimpleListFilter):
    """By the area that the category of a row belongs to."""

    title = "area"
    parameter_name = "area"

    def lookups(self, request, model_admin):
        return Category.objects.areas().order_by("position", "pk").values_list("slug", "name")

    def queryset(self, request, queryset):
        return queryset.filter(category__parent__slug=self.value()) if self.value() else queryset
