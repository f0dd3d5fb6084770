"""Doubles: hinted while somebody adds a row, asked about once when it is saved, and a list to work off."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import csrf_protect_m
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_GET

from stacks.curating import curating
from stacks.doubles import FIELDS, Double, canonical, doubles_of, keep_apart, pairs
from stacks.models import Company, Source, Technology

from .addresses import AddressedForm
from .curated import CuratedAdmin
from .forms import VersionedForm, is_key

LISTED: tuple[Any, ...] = (Company, Technology)
FROM_THE_LIST = "doubles"  # how a merge is told that it was come to from the list
_ON_A_PAGE = 100
_LONGEST = 500  # of what is typed into a field


class AskingForm(VersionedForm):
    """Of a new row that looks like one that stands it asks once; saved once more, the two are kept apart for good."""

    apart = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.doubles: list[Double] = []
        if self.instance.pk:
            del self.fields["apart"]

    def clean(self):
        cleaned = super().clean()
        if not self.instance.pk:
            self._ask()
        return cleaned

    def _ask(self) -> None:
        model = type(self.instance)
        self.doubles = doubles_of(model, {name: self.data.get(self.add_prefix(name), "") for name in FIELDS[model]})
        answered = set(str(self.cleaned_data.get("apart", "")).split(","))
        asked = [double for double in self.doubles if str(double.row.pk) not in answered]
        if asked:
            keys = ",".join(str(double.row.pk) for double in self.doubles)
            self.data = dict(self.data.items()) | {self.add_prefix("apart"): keys}
            self.add_error(None, ValidationError(_question(asked), code="double"))


def _question(doubles: list[Double]):
    listed = format_html_join(
        "; ", '<a href="{}" target="_blank">{}</a> ({})', ((_address(one.row), one.row, one.why) for one in doubles)
    )
    return format_html(
        "Is it there already? It looks like {}. If it is the same, use that row. If they are two, save once more: "
        "nobody is asked about them again.", listed,
    )  # fmt: skip


def _address(row) -> str:
    return reverse(f"admin:stacks_{row._meta.model_name}_change", args=[row.pk])


class AskingAddressedForm(AskingForm, AddressedForm):
    """The same for a row with an address."""


class HintsDoubles(CuratedAdmin):
    """Adds the question to the form of a new row, and where scripts run the hint while somebody types."""

    form = AskingForm

    def get_urls(self):
        name = f"stacks_{self.opts.model_name}_doubles"
        return [path("doubles/", self.admin_site.admin_view(self.doubles_view), name=name), *super().get_urls()]

    def doubles_view(self, request):
        """What stands already and looks like what is typed, for the script beside the form."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return _hints(request, self.model)

    def get_fieldsets(self, request, obj=None):
        (name, options), *others = super().get_fieldsets(request, obj)
        if obj is not None:
            return [(name, options), *others]
        return [(name, {**options, "fields": (*options["fields"], "apart")}), *others]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not change and obj.pk:
            keep_apart(obj, [double.row.pk for double in form.doubles], request.user)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if add:
            context["doubles_address"] = reverse(f"admin:stacks_{self.opts.model_name}_doubles")
            context["doubles_fields"] = " ".join(FIELDS[self.model])
        return super().render_change_form(request, context, add, change, form_url, obj)


@require_GET
def _hints(request, model):
    typed = {name: value.replace("\x00", "")[:_LONGEST] for name, value in request.GET.items()}
    found = doubles_of(model, typed)
    return JsonResponse({"doubles": [_told(double) for double in found]})


def _told(double: Double) -> dict[str, Any]:
    row = double.row
    told = {"key": row.pk, "name": str(row), "why": double.why, "same": double.same, "address": _address(row)}
    if isinstance(row, Source):
        told |= {"edition": row.edition, "cited": row.evidence.count()}
    return told


class ListsDoubles:
    """Adds the list of names that look like doubles, and the answer that they are two."""

    admin_site: Any
    opts: Any

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("doubles/", wrap(self.doubles_list_view), name="stacks_doubles"),
            path("apart/", wrap(self.apart_view), name="stacks_apart"),
            *super().get_urls(),  # type: ignore[misc]  # of the admin that it is mixed into
        ]

    def doubles_list_view(self, request):
        kinds = [model for model in LISTED if may_look(request.user, model)]
        if not kinds:
            raise PermissionDenied
        found = [(model, pair) for model in kinds for pair in pairs(model)]
        asked = [(model, pair) for model, pair in found if not pair.apart]
        page = Paginator(asked, _ON_A_PAGE).get_page(request.GET.get("p"))
        apart = [(model, pair) for model, pair in found if pair.apart]
        context = {
            **self.admin_site.each_context(request),
            "title": "Names that look like doubles",
            "page": page,
            "rows": [_Row(model, pair, request.user) for model, pair in page],
            "apart": [_Row(model, pair, request.user) for model, pair in apart[:_ON_A_PAGE]],
            "apart_count": len(apart),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/stacks/doubles.html", context)

    @csrf_protect_m
    def apart_view(self, request):
        """Two rows are two: remembered for good."""
        back = request.POST.get("back", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
            back = reverse("admin:stacks_doubles")
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:stacks_doubles"))
        model = next((each for each in FIELDS if each._meta.model_name == request.POST.get("kind")), None)
        keys = [key for key in (request.POST.get("one", ""), request.POST.get("other", "")) if is_key(key)]
        if model is not None and not request.user.has_perm(f"stacks.change_{model._meta.model_name}"):
            raise PermissionDenied
        rows = list(model._base_manager.filter(pk__in=keys)) if model is not None else []
        if len(rows) != 2:
            messages.error(request, "One of the two is not there any more.")
            return HttpResponseRedirect(back)
        with curating():
            keep_apart(rows[0], [rows[1].pk], request.user)
        messages.success(request, f"{rows[0]} and {rows[1]} are two: nobody is asked about them again.")
        return HttpResponseRedirect(back)


@dataclass(frozen=True, slots=True)
class _Side:
    """One row of a pair, with the preview of the merge in which it stays, where the reader may merge."""

    row: Any
    name: str  # that looks like one of the other
    address: str
    told: str
    keep: str

    @property
    def is_named_otherwise(self) -> bool:
        return self.name != str(self.row)


class _Row:
    """One pair as the list shows it, with what the reader may do about it."""

    def __init__(self, model, pair, user):
        self.kind = model._meta.verbose_name
        self.model_name = model._meta.model_name
        self.pair = pair
        may_merge = user.has_perm(f"stacks.delete_{self.model_name}") and user.has_perm(
            f"stacks.publish_{self.model_name}"
        )
        two = ((pair.first, pair.second), (pair.second, pair.first))
        self.sides = [
            _Side(row, name, _address(row), _in_words(row, uses), _merge(other, row) if may_merge else "")
            for (row, other), name, uses in zip(two, pair.names, pair.uses, strict=True)
        ]
        self.may_answer = user.has_perm(f"stacks.change_{self.model_name}")


def _in_words(row, uses: int) -> str:
    """What helps to say which of the two stays."""
    told = [row.get_state_display().lower(), f"{uses} {'usage' if uses == 1 else 'usages'}"]
    home = row.website or getattr(row, "repository", "")
    return " · ".join([*told, canonical(home)] if canonical(home) else told)


def _merge(gone, kept) -> str:
    address = reverse(f"admin:stacks_{gone._meta.model_name}_merge", args=[gone.pk])
    return f"{address}?{urlencode({'into': kept.pk, 'from': FROM_THE_LIST})}"


def may_look(user, model) -> bool:
    name = model._meta.model_name
    return user.has_perm(f"stacks.view_{name}") or user.has_perm(f"stacks.change_{name}")


def count_doubles(user) -> int | None:
    """How many pairs that nothing tells apart the reader may see; None for who may see none."""
    kinds = [model for model in LISTED if may_look(user, model)]
    return sum(not pair.apart for model in kinds for pair in pairs(model)) if kinds else None
