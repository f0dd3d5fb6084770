"""Two rows become one, in the admin: who is the other, what would happen, and the way back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import csrf_protect_m
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.timezone import localtime

from stacks.merge import KEPT, MOVED, Conflict, Refused, as_said, evidence_of, look, merge
from stacks.models import Category, Company, Evidence, Merge, Review, Source, Technology, TechnologyRelation, Usage
from stacks.proposals.rights import may_write
from stacks.unmerge import problems, undo

from .curated import CuratedAdmin, OnlyRead
from .deleting import named, with_names
from .doubling import FROM_THE_LIST, ListsDoubles
from .forms import KnownAutocomplete, is_key
from .kept import held, unpack

# A field that leads to a row of each kind, for the box in which it is looked for.
_LEADS_TO: dict[Any, Any] = {
    Company: Usage._meta.get_field("company"),
    Technology: TechnologyRelation._meta.get_field("object"),
    Source: Evidence._meta.get_field("source"),
    Category: Usage._meta.get_field("category"),
}
_SHOWN = 5  # of the rows that move, by kind
_ON_A_PAGE = 25  # of the pairs to choose between
_LONG = 200  # letters: what is longer is told once


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
        unpack(request)
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
                choices = Choices(report.conflicts, request.POST)
                if held(request):
                    context["refused"] = held(request)
                elif "page" in request.POST:
                    if request.POST.get("seen") != report.fingerprint:
                        context["refused"] = "Something of the two has changed meanwhile: look at your choices again."
                elif request.method == "POST":
                    answer = self._merge(request, gone, kept, report, choices, context)
                    if answer is not None:
                        return answer
                context |= self._shown(request, gone, kept, report, choices)
        title = f"Merge {gone} into {kept}" if kept else f"Merge {gone} into another {self.opts.verbose_name}"
        from_list = _is_from_list(request)
        own_page = reverse(f"admin:stacks_{self.opts.model_name}_change", args=[gone.pk])
        context |= {"from_list": from_list, "back": reverse("admin:stacks_doubles") if from_list else own_page}
        context |= {**self.admin_site.each_context(request), "title": title, "opts": self.opts, "media": form.media}
        request.current_app = self.admin_site.name
        status = 409 if context["refused"] and not held(request) else 200
        return TemplateResponse(request, "admin/stacks/merge.html", context, status=status)

    def _merge(self, request, gone, kept, report, choices, context):
        fields = {each.name: request.POST.get(f"field-{each.name}", each.take) for each in report.fields}
        try:
            done = merge(
                gone,
                kept,
                user=request.user,
                fields=fields,
                conflicts=choices.taken(),
                seen=request.POST.get("seen") or "-",
            )
        except Refused as error:
            context["refused"] = str(error)
            return None
        told = "{} is {} now. It can be undone below, until something that moved changes."
        if _is_from_list(request):
            told += f' <a href="{reverse("admin:stacks_doubles")}">On to the other names that look like doubles</a>'
        messages.success(request, format_html(told, gone, kept))
        return HttpResponseRedirect(reverse("admin:stacks_merge_change", args=[done.pk]))

    def _shown(self, request, gone, kept, report, choices):
        chosen = request.POST if request.method == "POST" else {}
        moves: dict[str, list[Any]] = defaultdict(list)
        for row, _ in report.moved:
            moves[row._meta.model_name].append(row)
        evidence = _evidence(moves.pop("evidence", []) + report.handed, moves["usage"], moves["migration"])
        dropped: dict[str, list[Any]] = defaultdict(list)
        met = {each.comes for each in report.conflicts}
        for row in report.dropped:
            if row not in met:
                dropped[row._meta.model_name].append(row)
        return {
            "report": report,
            "fields": [
                (each.name, self._told(each), chosen.get(f"field-{each.name}", each.take) == MOVED)
                for each in report.fields
                if each.differs
            ],
            "choices": choices,
            "pairs": _pairs(choices),
            "moves": [
                *((_name(rows), len(rows), _first(rows)) for _, rows in sorted(moves.items()) if rows),
                *evidence,
                *_led(report.led),
            ],
            "dropped": [(_name(rows), len(rows), _first(rows)) for _, rows in sorted(dropped.items())],
            "other_way": self._other_way(request, gone, kept),
            "sides": (KEPT, MOVED),
        }

    def _told(self, choice):
        words = dict(self.opts.get_field(choice.name).flatchoices)
        return _told(choice.label, *(words.get(value, value) for value in (choice.kept, choice.gone)))

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


@dataclass(slots=True)
class Choices:
    """Which side stays where rows meet, as it was posted: those of the page that is shown, of the others, of the rest.

    What was chosen on other pages travels along in one field, and nothing of it is lost.
    """

    conflicts: Sequence[Conflict]
    said: Mapping[str, str]
    made: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        keys = {each.key for each in self.conflicts}
        travelled = (pair.rpartition(":") for pair in self.said.get("elsewhere", "").split())
        self.made = {key: side for key, _, side in travelled if key in keys and side in (KEPT, MOVED)}
        self.made |= {key: self.said[key] for key in keys & self.said.keys() if self.said[key] in (KEPT, MOVED)}

    @property
    def rest(self) -> str:
        """Of all that nobody has chosen between; empty to be asked."""
        return self.said["rest"] if self.said.get("rest") in (KEPT, MOVED) else ""

    def taken(self) -> dict[str, str]:
        return {each.key: self.made.get(each.key, self.rest) for each in self.conflicts}

    @property
    def open_ones(self) -> int:
        return sum(each.key not in self.made for each in self.conflicts)

    @property
    def page(self) -> Page:
        """The one that was asked for; for *open* that of the first pair that nobody has chosen between."""
        asked = self.said.get("page", "1")
        if asked == "open":
            first = next((n for n, each in enumerate(self.conflicts) if each.key not in self.made), 0)
            asked = str(first // _ON_A_PAGE + 1)
        return Paginator(self.conflicts, _ON_A_PAGE).get_page(asked)

    @property
    def elsewhere(self) -> str:
        shown = {each.key for each in self.page}
        return " ".join(f"{key}:{side}" for key, side in self.made.items() if key not in shown)


@dataclass(frozen=True, slots=True)
class Told:
    """One field of two rows that meet, and what it says once that is chosen."""

    label: str
    stands: Any
    comes: Any
    is_long: bool = False
    after: Any = None  # whatever is chosen


@dataclass(frozen=True, slots=True)
class Pair:
    conflict: Conflict
    rows: list[Told]
    chosen: str


def _pairs(choices):
    """Those of the page, in some queries for all of them."""
    shown = list(choices.page)
    named = _with_names([row for each in shown for row in (each.stands, each.comes)])
    usages = [row for row in named.values() if isinstance(row, Usage)]
    evidence = evidence_of("usage", usages)
    found = []
    for each in shown:
        stands, comes = named[each.stands], named[each.comes]
        told = [*_differences(stands, comes, type(each.gone))]
        if isinstance(stands, Usage):
            one, other = ({as_said(cited) for cited in evidence[row.pk]} for row in (stands, comes))
            told.append(Told("Citations", len(one), len(other), after=len(one | other)))
        conflict = Conflict(each.key, each.gone, comes, stands)
        found.append(Pair(conflict, told, choices.made.get(each.key, "")))
    return found


def _with_names(rows):
    """Rows of several kinds, each with all that it names."""
    found: dict[Any, Any] = {}
    for model in {type(row) for row in rows}:
        named = [told.name for told in model._meta.concrete_fields if told.is_relation]
        keys = [row.pk for row in rows if type(row) is model]
        found |= {row: row for row in model._base_manager.select_related(*named).filter(pk__in=keys)}
    return found


def _differences(stands, comes, owner):
    for told in comes._meta.concrete_fields:
        if not (told.editable or told.name == "state") or told.primary_key or told.name == "position":
            continue
        one, other = _said(stands, told), _said(comes, told)
        if one != other and not isinstance(other, owner):
            yield _told(told.verbose_name, one, other)


def _told(label, stands, comes):
    return Told(capfirst(label), stands, comes, is_long=max(len(str(stands)), len(str(comes))) > _LONG)


def _said(row, field):
    return getattr(row, f"get_{field.name}_display")() if field.choices else getattr(row, field.name)


def _evidence(moving, usages, migrations):
    """The evidence that moves by itself, and that which goes along with what it hangs on, as `_led`."""
    where = Q(usage__in=[row.pk for row in usages]) | Q(migration__in=[row.pk for row in migrations])
    along = list(Evidence.objects.filter(where).order_by("pk").values_list("pk", flat=True))
    if count := len(moving) + len(along):
        yield "evidence", count, _called(Evidence, [*(row.pk for row in moving), *along])


def _when(user, moment):
    return f"{date_format(localtime(moment), 'DATETIME_FORMAT')}{f' by {user}' if user else ''}"


def _is_from_list(request):
    """Whether the reader came from the list of doubles."""
    return (request.POST or request.GET).get("from") == FROM_THE_LIST


def _first(rows):
    return _called(type(rows[0]), [row.pk for row in rows])


def _called(model, keys):
    """What the first of them are called. One query."""
    return [named(row) for row in with_names(model, keys[:_SHOWN])]


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
    fields = readonly_fields = ("kind", "went", "stayed", "made", "undone")
    change_form_template = "admin/stacks/merged.html"

    def get_queryset(self, request):
        return super().get_queryset(request).defer("events")

    @admin.display(description="Went")
    def went(self, merged):
        return f"{merged.gone_name}, which was {merged.gone}"

    @admin.display(description="Stayed")
    def stayed(self, merged):
        address = reverse(f"admin:stacks_{merged.kind}_change", args=[merged.kept_pk])
        return format_html('<a href="{}">{}</a>, which was {} then', address, merged.kept_name, merged.kept)

    @admin.display(description="Merged")
    def made(self, merged):
        return _when(merged.made_by, merged.made_at)

    @admin.display(description="Undone")
    def undone(self, merged):
        return _when(merged.undone_by, merged.undone_at) if merged.undone_at else "no"

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
