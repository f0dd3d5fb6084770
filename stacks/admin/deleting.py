"""What a deletion takes along, told before it happens at a bounded cost, and what is retracted instead."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import NestedObjects
from django.db import router
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from stacks.curating import curating
from stacks.models import Curated, Evidence

from .suggesting import propose_removals, suggested, tell

# Of each kind, so many are named; the rest is a number.
_NAMED = 20


class TellsWhatGoes:
    """For a ModelAdmin: the pages that ask before a deletion cost some queries for each kind of row, not for each row.

    Django's own print every row that goes, at two queries and more for each.
    """

    model: Any
    opts: Any
    admin_site: Any
    has_delete_permission: Any

    def in_public(self, objs: Sequence[Any]) -> list[str]:
        """What visitors see of these rows and a deletion would take from them, in words; empty: they may go."""
        return []

    def get_actions(self, request):
        actions = super().get_actions(request)  # type: ignore[misc]
        if "delete_selected" in actions:
            actions["delete_selected"] = (_delete_selected, *actions["delete_selected"][1:])
        return actions

    def get_deleted_objects(self, objs, request):
        objs = list(objs)
        collector = NestedObjects(using=router.db_for_write(self.model), origin=objs)
        collector.collect(objs)
        # what the system counts for itself is no loss to anybody
        going = {model: rows for model, rows in collector.data.items() if rows and issubclass(model, Curated)}
        counts = {model._meta.verbose_name_plural: len(rows) for model, rows in going.items()}
        named = [line for model, rows in going.items() for line in _name(model, rows)]
        kept_back = [*self.in_public(objs), *_name_all(collector.protected)]
        return named, counts, self._forbidden(request, objs, going), kept_back

    def may_delete_all(self, request, objs) -> bool:
        return all(self.has_delete_permission(request, obj) for obj in objs)

    def _forbidden(self, request, objs, going) -> set[str]:
        """The kinds of rows that this user may not delete. What goes along with a row goes by the right to that row."""
        kinds = {
            model._meta.verbose_name
            for model in going
            if (own := self.admin_site._registry.get(model))  # noqa: SLF001
            and own is not self
            and not own.has_delete_permission(request)
        }
        if not self.may_delete_all(request, objs):
            kinds.add(self.opts.verbose_name)
        return kinds


def _delete_selected(model_admin, request, queryset):
    """Django's own action, under the lock once somebody has confirmed it; what only a reviewer deletes is proposed."""
    if not request.POST.get("post"):
        return _offer_retraction(model_admin, request, delete_selected(model_admin, request, queryset))
    with curating():
        closed = suggested(request, queryset)
        *_, forbidden, kept_back = model_admin.get_deleted_objects(queryset, request)
        if not closed or forbidden or kept_back:
            return _offer_retraction(model_admin, request, delete_selected(model_admin, request, queryset))
        lines = propose_removals(request, closed)
        others = queryset.exclude(pk__in=[row.pk for row in closed])
        if others.exists():
            delete_selected(model_admin, request, others)
        tell(request, closed[0], lines)
    return None


def _offer_retraction(model_admin, request, page):
    """What visitors see is retracted, by who may, where the list has such an action."""
    if page is not None:
        page.context_data["may_retract"] = "retract_selected" in model_admin.get_actions(request)
    return page


def seen_of(*querysets: Any) -> list[str]:
    """How many rows of each kind are found, in words; nothing for a kind of which there is none."""
    found = [(rows.model._meta, rows.order_by().count()) for rows in querysets]
    return [
        f"Visitors see {count} {meta.verbose_name if count == 1 else meta.verbose_name_plural} of it."
        for meta, count in found
        if count
    ]


def seen_as_they_are(public: Any, objs: Sequence[Any]) -> list[str]:
    """Of the rows those that visitors see with their sources, a sentence each."""
    seen = public.filter(pk__in=[row.pk for row in objs]).for_display().order_by("pk")
    told = [f"Visitors see “{row}”, and its sources." for row in seen[:_NAMED]]
    more = seen.order_by().count() - len(told) if len(told) == _NAMED else 0
    return [*told, f"And {more} more."] if more else told


def _name_all(rows: Iterable[Any]) -> list[Any]:
    by_model: dict[Any, list[Any]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    return [line for model, found in by_model.items() for line in _name(model, found)]


def named(row: Any) -> str:
    """What a row is called among others of its kind: evidence by what it is about too, as a source is cited often."""
    if not isinstance(row, Evidence):
        return str(row)
    about = row.usage or row.migration or row.company
    purpose = getattr(about, "purpose", "")
    return f"{about}{f', {purpose}' if purpose else ''}: {row}"


def with_names(model: Any, keys: Sequence[int]) -> Any:
    """The rows with all that they are `named` by. One query."""
    joined = [field.name for field in model._meta.concrete_fields if field.is_relation]
    deeper = [
        f"{field.name}__{further.name}"
        for field in model._meta.concrete_fields
        if field.is_relation
        for further in field.related_model._meta.concrete_fields
        if further.is_relation and not further.null
    ]
    if model is Evidence:
        deeper.append("migration__from_technology")
    return model._base_manager.filter(pk__in=keys).select_related(*joined, *deeper).order_by("pk")


def _name(model: Any, rows: Iterable[Any]) -> list[Any]:
    """The first rows by name, with a link where they have a page, and how many more there are. One query."""
    keys = sorted(row.pk for row in rows)
    first = with_names(model, keys[:_NAMED])
    kind = capfirst(model._meta.verbose_name)
    address = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    lines = [
        format_html('{}: <a href="{}">{}</a>', kind, reverse(address, args=[row.pk]), named(row))
        if model in admin.site._registry  # noqa: SLF001
        else f"{kind}: {named(row)}"
        for row in first
    ]
    more = len(keys) - len(lines)
    return lines + ([f"{kind}: {more} more"] if more else [])
