"""Propose, publish, return and retract in the admin: buttons, list actions, and the page that asks first.

What somebody read is what moves: button, list and asking page carry the fingerprint of each row that they show, and a
row that says something else by now stays where it is, with what changed. What nobody has read is shown first.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, ActionForm
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods

from stacks.addresses import origin
from stacks.curating import curating
from stacks.fingerprint import fingerprints, told_since
from stacks.models import Review, State
from stacks.previews import link_to
from stacks.review import (
    PROPOSE,
    PUBLISH,
    RETRACT,
    RETURN,
    TRANSITIONS,
    Refused,
    blanks_against,
    curating_states,
    hidden_by,
    made_by,
    may,
    move,
    open_transitions,
)

from .curated import CuratedAdmin, is_filled_in
from .forms import is_key

# How many rows one action moves.
MOST_ROWS = 2000
_MOST_TOLD = 10
_MOST_NAMED = 100
_NOT_PUBLIC = {State.DRAFT: "still a draft", State.PROPOSED: "only proposed so far", State.RETRACTED: "retracted"}


class ReadForm(ActionForm):
    """The actions of a list, with the moment at which the list was read."""

    seen_at = forms.CharField(label="", required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen_at"] = timezone.now().isoformat()


class ShownFilter(admin.SimpleListFilter):
    """Published rows by whether anybody sees them: what they name may not be published yet."""

    title = "what visitors see"
    parameter_name = "shown"

    def lookups(self, request, model_admin):
        return [("yes", "In sight"), ("no", "Published, but out of sight")]

    def queryset(self, request, queryset):
        match self.value():
            case "yes":
                return queryset.filter(pk__in=queryset.model.objects.published().order_by().values("pk"))
            case "no":
                seen = queryset.model.objects.published().order_by().values("pk")
                return queryset.filter(state=State.PUBLISHED).exclude(pk__in=seen)
        return queryset


class MineFilter(admin.SimpleListFilter):
    """Rows that the reader has made."""

    title = "who made it"
    parameter_name = "mine"

    def lookups(self, request, model_admin):
        return [("yes", "I did")]

    def queryset(self, request, queryset):
        if self.value() != "yes":
            return queryset
        made = queryset.model.history.filter(history_type="+", history_user=request.user)
        return queryset.filter(pk__in=made.order_by().values("id"))


class ReviewedAdmin(CuratedAdmin):
    """A row with a state. Only `stacks.review` moves it; here are its doors."""

    actions: ClassVar[Any] = ("propose_selected", "publish_selected", "return_selected", "retract_selected")
    action_form = ReadForm

    def is_in_sight(self, row) -> bool:
        """Whether visitors see a published row; what it names may not be published yet."""
        return True

    @admin.display(description="state", ordering="state")
    def state_mark(self, row):
        mark = format_html('<span class="state state-{}">{}</span>', row.state, row.get_state_display())
        if row.state == State.PUBLISHED and not self.is_in_sight(row):
            return format_html('{}<br><span class="out-of-sight">{}</span>', mark, "out of sight")
        return mark

    def has_publish_permission(self, request):
        return may(request.user, PUBLISH, self.model)

    @admin.action(permissions=["change"], description="Propose selected %(verbose_name_plural)s")
    def propose_selected(self, request, queryset):
        return self._act(request, queryset, PROPOSE)

    @admin.action(permissions=["publish"], description="Publish selected %(verbose_name_plural)s")
    def publish_selected(self, request, queryset):
        return self._act(request, queryset, PUBLISH)

    @admin.action(permissions=["publish"], description="Return selected %(verbose_name_plural)s to draft")
    def return_selected(self, request, queryset):
        return self._act(request, queryset, RETURN)

    @admin.action(permissions=["publish"], description="Retract selected %(verbose_name_plural)s")
    def retract_selected(self, request, queryset):
        return self._act(request, queryset, RETRACT)

    # What was read travels with the page.

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        if "action_checkbox" in changelist.list_display:
            read = fingerprints(list(changelist.result_list))
            for row in changelist.result_list:
                row.read = read[row.pk]
        return changelist

    def action_checkbox(self, obj):
        box = super().action_checkbox(obj)
        return format_html('{}<input type="hidden" name="seen" value="{}.{}">', box, obj.pk, obj.read)

    def get_object(self, request, object_id, from_field=None):
        """The fingerprint is taken before the parts are read for the page: never of more than the page shows."""
        obj = super().get_object(request, object_id, from_field)
        if obj is not None and request.method == "GET":
            obj.read_at = timezone.now()
            if not is_filled_in(request) and open_transitions(obj, request.user):
                obj.read = fingerprints([obj])[obj.pk]
        return obj

    def has_delete_permission(self, request, obj=None):
        """A curator deletes what he made himself, before the public has seen it."""
        if super().has_delete_permission(request, obj):
            return True
        mine = obj is not None and obj.state == State.DRAFT and may(request.user, PROPOSE, self.model)
        return mine and bool(made_by(request.user, [obj]))

    def may_delete_all(self, request, objs):
        """As `has_delete_permission` of each, in two queries for all."""
        if super().has_delete_permission(request) or not objs:
            return True
        drafts = may(request.user, PROPOSE, self.model) and all(obj.state == State.DRAFT for obj in objs)
        return drafts and made_by(request.user, objs) == {obj.pk for obj in objs}

    # The doors.

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("move/<slug:transition>/", self.admin_site.admin_view(self.move_rows_view), name=f"{name}_move_rows"),
            path(
                "<path:object_id>/move/<slug:transition>/",
                self.admin_site.admin_view(self.move_view),
                name=f"{name}_move",
            ),
            *super().get_urls(),
        ]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def move_view(self, request, object_id, transition):
        """GET asks, POST moves."""
        step = self._step_or_404(request, transition)
        if request.method != "POST":
            return self._ask(request, step, [self._row_or_404(request, object_id)], one=True)
        seen = request.POST.get("seen", "")
        with curating_states(self.model, [self._row_or_404(request, object_id).pk], step.target):
            row = self._row_or_404(request, object_id)
            if step.reasoned and not request.POST.get("reason", "").strip():
                return self._ask(request, step, [row], one=True, unreasoned=True)
            self._move_as_read(request, [row], {row.pk: seen}, step)
        return HttpResponseRedirect(
            reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        )

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def move_rows_view(self, request, transition):
        """Where the page that asked about many rows leads; `rows` holds their keys and fingerprints."""
        step = self._step_or_404(request, transition)
        listed = HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        if request.method != "POST":
            return listed
        seen = _read(request.POST.get("rows", "").split())
        if len(seen) > MOST_ROWS:
            self._tell_too_many(request, step)
            return listed
        with curating_states(self.model, seen.keys(), step.target):
            rows = list(self.get_queryset(request).filter(pk__in=seen))
            if rows and step.reasoned and not request.POST.get("reason", "").strip():
                return self._ask(request, step, rows, unreasoned=True)
            self._move_as_read(request, rows, seen, step)
        return listed

    def _step_or_404(self, request, transition):
        step = TRANSITIONS.get(transition)
        if step is None:
            raise Http404("There is no such step.")
        if not may(request.user, step, self.model):
            raise PermissionDenied
        return step

    def _row_or_404(self, request, object_id):
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404("There is no such row.")
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return row

    def _act(self, request, queryset, step):
        """Move what was ticked; where rows are ticked that no page has shown, or the step asks, show them first."""
        seen = _read(request.POST.getlist("seen"))
        with curating():
            rows = list(queryset[: MOST_ROWS + 1])
            if len(rows) > MOST_ROWS:
                self._tell_too_many(request, step)
                return None
            if step is RETRACT or step.reasoned or any(row.pk not in seen for row in rows):
                return self._ask(request, step, rows)
            ticked = {int(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)}
            across = request.POST.get("select_across") == "1"
            self._move_as_read(request, rows, seen if across else {pk: seen.get(pk, "") for pk in ticked}, step)
        return None

    def _tell_too_many(self, request, step):
        messages.error(request, f"At most {MOST_ROWS} rows are {step.done} at once: choose fewer, by a filter.")

    # The move.

    def _move_as_read(self, request, rows: Sequence[Any], seen: dict[int, str], step):
        """All or none, under the lock: the rows whose fingerprints are `seen` move where each is as it was read."""
        gone = len(seen) - len(rows)
        now = fingerprints(rows)
        other = [row for row in rows if now[row.pk] != seen.get(row.pk)]
        if not gone and not other:
            self._move(request, rows, step)
            return
        if gone:
            rest = "row you ticked is" if gone == 1 else "rows you ticked are"
            messages.error(request, f"{gone} {rest} not there any more.")
        read_at = _moment(request.POST.get("seen_at", ""))
        for row in other[:_MOST_TOLD]:
            told = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in told_since(row, read_at)))
            messages.error(
                request, format_html("“{}” is not what you read any more. Look at it again.<ul>{}</ul>", row, told)
            )
        if len(other) > _MOST_TOLD:
            messages.error(request, f"So are {len(other) - _MOST_TOLD} more.")
        self._tell_none(request, rows, step)

    def _move(self, request, rows, step):
        """The reasons of a refusal become messages."""
        try:
            with transaction.atomic():
                moved = move(rows, step, request.user, reason=request.POST.get("reason", ""))
        except (Refused, ValidationError) as error:
            for reason in error.reasons if isinstance(error, Refused) else error.messages:
                messages.error(request, reason)
            self._tell_none(request, rows, step)
            return
        name = self.opts.verbose_name if moved == 1 else self.opts.verbose_name_plural
        messages.success(request, f"{moved} {name} {step.done}." if moved else f"All were {step.done} before.")
        if step is PUBLISH:
            self._tell_hidden(request, rows)
            tell_blanks(request, rows)

    def _tell_none(self, request, rows, step):
        if len(rows) > 1:
            messages.error(request, f"None of the {len(rows)} was {step.done}.")

    def _tell_hidden(self, request, rows):
        """What was published and is still out of sight, by what stands in its way, with the way out."""
        kept_back: dict[tuple[str, Any], int] = {}
        for hidden in hidden_by(rows):
            kept_back[hidden.label, hidden.owner] = kept_back.get((hidden.label, hidden.owner), 0) + 1
        for (label, owner), count in list(kept_back.items())[:_MOST_TOLD]:
            name, verb, its = (
                (self.opts.verbose_name, "is", "its") if count == 1 else (self.opts.verbose_name_plural, "are", "their")
            )
            why = f"shown without {its} via" if label == "via" else f"out of sight, because of {its} {label}"
            address = reverse(f"admin:stacks_{owner._meta.model_name}_change", args=[owner.pk])
            where = format_html('<a href="{}">{}</a> is {}', address, owner, _NOT_PUBLIC[owner.state])
            messages.warning(request, format_html("{} {} {} {}: {}. Publish that too.", count, name, verb, why, where))
        if len(kept_back) > _MOST_TOLD:
            messages.warning(request, "There are more: the filter “Published, but out of sight” shows all of them.")

    def _ask(self, request, step, rows, *, one=False, unreasoned=False):
        read = fingerprints(rows)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{step.label}: are you sure?",
            "transition": step,
            "unreasoned": unreasoned,
            "count": len(rows),
            "rows": rows[:_MOST_NAMED],
            "more": max(0, len(rows) - _MOST_NAMED),
            "row": rows[0] if one else None,
            "seen": read[rows[0].pk] if one else " ".join(f"{pk}.{text}" for pk, text in read.items()),
            "seen_at": timezone.now().isoformat(),
            "noun": self.opts.verbose_name if len(rows) == 1 else self.opts.verbose_name_plural,
            "address": ""
            if one
            else reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_move_rows", args=[step.name]),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/stacks/move_confirmation.html", context)

    def render_delete_form(self, request, context):
        """What visitors see is retracted, by who may."""
        row = context["object"]
        if context["protected"] and row.state == State.PUBLISHED and may(request.user, RETRACT, self.model):
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_move"
            context["retract_address"] = reverse(name, args=[row.pk, RETRACT.name])
        return super().render_delete_form(request, context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and not context.get("is_popup"):
            context["state"] = obj.state
            context["transitions"] = [
                {
                    "label": capfirst(step.label),
                    "asks": step is RETRACT or step.reasoned,
                    "url": reverse(
                        f"admin:{self.opts.app_label}_{self.opts.model_name}_move", args=[obj.pk, step.name]
                    ),
                }
                for step in open_transitions(obj, request.user)
                if hasattr(obj, "read")  # a page that shows what somebody typed, or an old version, moves nothing
            ]
            context["tools"] = self.tools(request, obj)
            context["returned"] = returned(obj)
            if self.has_change_permission(request, obj) and (path := link_to(obj)):
                context |= {"preview_path": path, "preview_link": origin() + path}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def tools(self, request, obj):
        """Further links of the change page, as (label, address)."""
        return []


def tell_blanks(request, rows):
    """What was published may speak against a blank: offer to end it, which is asked once more on the next page."""
    for blank in blanks_against(rows)[:_MOST_TOLD]:
        address = reverse("admin:stacks_coverage_delete", args=[blank.pk])
        messages.warning(
            request,
            format_html(
                "{} has a blank in {} ({}, {}), and what you published speaks against it. "
                '<a href="{}">End the blank</a>, or leave it: visitors see the usage in its place.',
                blank.company, blank.category, blank.get_outcome_display().lower(), blank.looked_on, address,
            ),
        )  # fmt: skip


def returned(row):
    """Why the row came back, as long as it is not proposed again."""
    if row.state != State.DRAFT:
        return None
    reviews = Review.objects.filter(**{row._meta.model_name: row.pk}).exclude(reason="")
    return reviews.select_related("returned_by").first()


def _read(texts: Sequence[str]) -> dict[int, str]:
    """Fingerprints by key, from `key.fingerprint`; what is none is left out."""
    pairs = (text.partition(".") for text in texts)
    return {int(key): read for key, _, read in pairs if is_key(key)}


def _moment(text: str):
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None
