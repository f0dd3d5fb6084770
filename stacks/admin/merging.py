"""Two rows become one, in the admin: who is the other, what would happen, and the way back."""

from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import csrf_protect_m
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import capfirst

from stacks.merge import KEPT, MOVED, Refused, look, merge, problems, undo
from stacks.models import Category, Company, Evidence, Merge, Review, Source, Technology, TechnologyRelation, Usage
from stacks.proposals.rights import may_write

from .curated import CuratedAdmin, OnlyRead
from .deleting import with_names
from .doubling import FROM_THE_LIST, ListsDoubles
from .forms import KnownAutocomplete, is_key

# A field that leads to a row of each kind, for the box in which it is looked for.
_LEADS_TO: dict[Any, Any] = {
    Company: Usage._meta.get_field("company"),
    Technology: TechnologyRelation._meta.get_field("object"),
    Source: Evidence._meta.get_field("source"),
    Category: Usage._meta.get_field("category"),
}
_SHOWN = 5  # of the rows that move, by kind


class MergesRows(CuratedAdmin):
    """Adds *Merge…* to the page of a row, for those who may delete such rows and change what is public."""

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        return [
            path("<path:object_id>/merge/", self.admin_site.admin_view(self.merge_view), name=name),
            *super().get_urls(),
        ]

    def may_merge(self, request, obj) -> bool:
        return (
            self.has_delete_permission(request, obj)
            and self.has_change_permission(request, obj)
            and may_write(request.user, obj)
        )

    def merge_tools(self, request, obj) -> list[tuple[str, str]]:
        return [("Merge…", self._address(obj))] if self.may_merge(request, obj) else []

    @csrf_protect_m
    def merge_view(self, request, object_id):
        gone = self._row(request, unquote(object_id))
        form = _Other(request.POST or request.GET or None, admin_site=self.admin_site, model=self.model)
        kept = self._row(request, str(form.data["into"])) if is_key(str(form.data.get("into", ""))) else None
        context: dict[str, Any] = {"form": form, "gone": gone, "kept": kept, "refused": ""}
        if kept is not None:
            try:
                report = look(gone, kept)
            except Refused as error:
                context["refused"] = str(error)
            else:
                if request.method == "POST":
                    answer = self._merge(request, gone, kept, report, context)
                    if answer is not None:
                        return answer
                context |= self._shown(request, gone, kept, report)
        title = f"Merge {gone} into {kept}" if kept else f"Merge {gone} into another {self.opts.verbose_name}"
        from_list = _is_from_list(request)
        own_page = reverse(f"admin:stacks_{self.opts.model_name}_change", args=[gone.pk])
        context |= {"from_list": from_list, "back": reverse("admin:stacks_doubles") if from_list else own_page}
        context |= {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "media": form.media}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/stacks/merge.html", context, status=409 if context["refused"] else 200)

    def _merge(self, request, gone, kept, report, context):
        choices = {each.key: request.POST.get(each.key, "") for each in report.conflicts}
        fields = {each.name: request.POST.get(f"field-{each.name}", each.take) for each in report.fields}
        try:
            done = merge(
                gone, kept, user=request.user, fields=fields, conflicts=choices, seen=request.POST.get("seen") or "-"
            )
        except Refused as error:
            context["refused"] = str(error)
            return None
        told = "{} is {} now. It can be undone below, until something that moved changes."
        if _is_from_list(request):
            told += f' <a href="{reverse("admin:stacks_doubles")}">On to the other names that look like doubles</a>'
        messages.success(request, format_html(told, gone, kept))
        return HttpResponseRedirect(reverse("admin:stacks_merge_change", args=[done.pk]))

    def _shown(self, request, gone, kept, report):
        chosen = request.POST if request.method == "POST" else {}
        moves: dict[str, list[Any]] = defaultdict(list)
        for row, _ in report.moved:
            moves[row._meta.model_name].append(row)
        evidence = _evidence(moves.pop("evidence", []) + report.handed, moves["usage"], moves["migration"])
        dropped: dict[str, list[Any]] = defaultdict(list)
        for row in report.dropped:
            if not any(each.comes == row for each in report.conflicts):
                dropped[row._meta.model_name].append(row)
        return {
            "report": report,
            "fields": [
                (each, chosen.get(f"field-{each.name}", each.take) == MOVED) for each in report.fields if each.differs
            ],
            "conflicts": [(each, _values(each), chosen.get(each.key, "")) for each in report.conflicts],
            "moves": [
                *((_name(rows), len(rows), _first(rows)) for _, rows in sorted(moves.items()) if rows),
                *evidence,
                *_led(report.led),
            ],
            "dropped": [(_name(rows), len(rows), _first(rows)) for _, rows in sorted(dropped.items())],
            "other_way": self._other_way(request, gone, kept),
            "sides": (KEPT, MOVED),
        }

    def _other_way(self, request, gone, kept):
        came = {"from": FROM_THE_LIST} if _is_from_list(request) else {}
        return f"{self._address(kept)}?{urlencode({'into': gone.pk, **came})}"

    def _row(self, request, key):
        row = self.model._base_manager.filter(pk=key).first() if is_key(key) else None
        if row is None:
            raise Http404(f"There is no {self.opts.verbose_name} like this.")
        if not self.may_merge(request, row):
            raise PermissionDenied
        return row

    def _address(self, row):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_merge", args=[row.pk])


def _values(conflict):
    """What the two rows say differently, as (label, what stands, what comes)."""
    told = []
    for field in conflict.comes._meta.concrete_fields:
        if not field.editable or field.primary_key or field.name == "position":
            continue
        stands, comes = (_told(row, field) for row in (conflict.stands, conflict.comes))
        if stands != comes and not isinstance(comes, type(conflict.gone)):
            told.append((capfirst(field.verbose_name), stands, comes))
    return told


def _told(row, field):
    return getattr(row, f"get_{field.name}_display")() if field.choices else getattr(row, field.name)


def _evidence(moving, usages, migrations):
    """The evidence that moves by itself, and that which goes along with what it hangs on, as `_led`."""
    where = Q(usage__in=[row.pk for row in usages]) | Q(migration__in=[row.pk for row in migrations])
    along = Evidence.objects.filter(where).select_related("source").order_by("pk")
    if count := len(moving) + along.count():
        yield "evidence", count, [*moving, *along[:_SHOWN]][:_SHOWN]


def _is_from_list(request):
    """Whether the reader came from the list of doubles."""
    return (request.POST or request.GET).get("from") == FROM_THE_LIST


def _first(rows):
    """The first of them, with what their names are made of."""
    return with_names(type(rows[0]), [row.pk for row in rows[:_SHOWN]])


def _led(led):
    """What was decided and imported, as (what it is called, how many, the first)."""
    for model, pks in led:
        rows = list(with_names(model, pks[:_SHOWN]))
        if rows and model is not Review:
            yield _name(rows if len(pks) == 1 else [rows[0], rows[-1]]), len(pks), rows


def _name(rows):
    """What several rows of one kind are called, or the only one."""
    meta = rows[0]._meta
    return meta.verbose_name if len(rows) == 1 else meta.verbose_name_plural


class _Other(forms.Form):
    """Which row the other one is."""

    def __init__(self, data=None, *, admin_site, model):
        super().__init__(data)
        name = model._meta.verbose_name
        self.fields["into"] = forms.ModelChoiceField(
            model._base_manager.all(),
            label=f"The {name} that is left",
            help_text="Its name and address stay; the old address leads there.",
            widget=KnownAutocomplete(_LEADS_TO[model], admin_site),
        )


@admin.register(Merge)
class MergeAdmin(ListsDoubles, OnlyRead):
    """What was merged, by whom, and the way back."""

    list_display = ("__str__", "kind", "made_by", "made_at", "undone_at")
    list_filter = ("kind", "made_at", ("undone_at", admin.EmptyFieldListFilter))
    list_select_related = ("made_by",)
    search_fields = ("gone", "gone_name", "kept", "kept_name")
    search_help_text = "The name or address of either."
    ordering = ("-pk",)
    fields = ("kind", ("gone_name", "gone"), ("kept_name", "kept"), ("made_by", "made_at"), ("undone_by", "undone_at"))
    change_form_template = "admin/stacks/merged.html"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("events")

    def get_urls(self):
        view = self.admin_site.admin_view(self.undo_view)
        return [path("<path:object_id>/undo/", view, name="stacks_merge_undo"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        merged = self.get_object(request, unquote(object_id))
        context = {}
        if merged is not None and not merged.undone_at:
            context = {"undo": self._may_undo(request, merged), "problems": problems(merged)[:10]}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @csrf_protect_m
    def undo_view(self, request, object_id):
        merged = self.get_object(request, unquote(object_id))
        if merged is None:
            raise Http404("There is no merge like this.")
        if not self._may_undo(request, merged):
            raise PermissionDenied
        page = reverse("admin:stacks_merge_change", args=[merged.pk])
        if request.method != "POST":
            return HttpResponseRedirect(page)
        try:
            back = undo(merged, user=request.user)
        except Refused as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(page)
        messages.success(request, f"{back} is there again, with all that moved.")
        return HttpResponseRedirect(reverse(f"admin:stacks_{merged.kind}_change", args=[back.pk]))

    def _may_undo(self, request, merged) -> bool:
        """Who may merge rows of this kind."""
        may = request.user.has_perm
        reviewed = "technology" if merged.kind == "category" else merged.kind
        publishes = merged.kind == "source" or may(f"stacks.publish_{reviewed}")
        return may(f"stacks.delete_{merged.kind}") and may(f"stacks.change_{merged.kind}") and publishes
