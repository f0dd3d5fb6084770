"""Propose, publish, return and retract in the admin: buttons, list actions, and the page that asks first."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods

from stacks.curating import curating
from stacks.review import PROPOSE, PUBLISH, RETRACT, RETURN, TRANSITIONS, Refused, may, move, open_transitions

from .curated import CuratedAdmin, restored


class ReviewedAdmin(CuratedAdmin):
    """A row with a state. Only `stacks.review` moves it; here are its doors."""

    actions = ("propose_selected", "publish_selected", "return_selected", "retract_selected")

    @admin.display(description="state", ordering="state")
    def state_mark(self, row):
        return format_html('<span class="state state-{}">{}</span>', row.state, row.get_state_display())

    def has_publish_permission(self, request):
        return may(request.user, PUBLISH, self.model)

    @admin.action(permissions=["change"], description="Propose selected %(verbose_name_plural)s")
    def propose_selected(self, request, queryset):
        self._move(request, queryset, PROPOSE)

    @admin.action(permissions=["publish"], description="Publish selected %(verbose_name_plural)s")
    def publish_selected(self, request, queryset):
        self._move(request, queryset, PUBLISH)

    @admin.action(permissions=["publish"], description="Return selected %(verbose_name_plural)s to draft")
    def return_selected(self, request, queryset):
        self._move(request, queryset, RETURN)

    @admin.action(permissions=["publish"], description="Retract selected %(verbose_name_plural)s")
    def retract_selected(self, request, queryset):
        if "confirmed" not in request.POST:
            return self._ask(request, RETRACT, list(queryset), {"action": "retract_selected"})
        self._move(request, queryset, RETRACT)
        return None

    def get_urls(self):
        view = self.admin_site.admin_view(self.move_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_move"
        return [path("<path:object_id>/move/<slug:transition>/", view, name=name), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def move_view(self, request, object_id, transition):
        """GET asks, POST moves; a row that changed since the button was shown is not moved unseen."""
        step = TRANSITIONS.get(transition)
        if step is None:
            raise Http404("There is no such step.")
        if not may(request.user, step, self.model):
            raise PermissionDenied
        if request.method != "POST":
            return self._ask(request, step, [self._row_or_404(request, object_id)], {})
        with curating():
            row = self._row_or_404(request, object_id)
            if request.POST.get("seen_version") != str(row.version):
                messages.error(request, f"“{row}” was saved by somebody else in between. Look at it again.")
            else:
                self._move(request, [row], step)
        return HttpResponseRedirect(
            reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        )

    def _row_or_404(self, request, object_id):
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404("There is no such row.")
        if not self.has_view_or_change_permission(request, row):
            raise PermissionDenied
        return row

    def _move(self, request, rows, transition):
        """All or none; the reasons of a refusal become messages."""
        rows = list(rows)
        try:
            with transaction.atomic():
                moved = move(rows, transition, request.user)
        except (Refused, ValidationError) as error:
            for reason in error.reasons if isinstance(error, Refused) else error.messages:
                messages.error(request, reason)
        except IntegrityError:
            messages.error(request, "Two of them are open usages of one technology in one category: only one can be.")
        else:
            name = self.opts.verbose_name if moved == 1 else self.opts.verbose_name_plural
            done = f"{moved} {name} {transition.done}." if moved else f"All were {transition.done} before."
            messages.success(request, done)
            return
        if len(rows) > 1:
            messages.error(request, f"None of the {len(rows)} was {transition.done}.")

    def _ask(self, request, transition, rows, hidden):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{transition.label}: are you sure?",
            "transition": transition,
            "rows": rows,
            "hidden": hidden,
            "row": None if hidden else rows[0],
            "noun": self.opts.verbose_name if len(rows) == 1 else self.opts.verbose_name_plural,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/stacks/move_confirmation.html", context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and not context.get("is_popup"):
            context["state"] = obj.state
            context["transitions"] = [
                {
                    "label": capfirst(step.label),
                    "asks": step is RETRACT,
                    "url": reverse(
                        f"admin:{self.opts.app_label}_{self.opts.model_name}_move", args=[obj.pk, step.name]
                    ),
                }
                for step in open_transitions(obj, request.user)
                if self._shows_what_is_stored(request)
            ]
            context["tools"] = self.tools(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _shows_what_is_stored(self, request):
        """Whether the reader of this page sees the row as it is: what somebody typed, or an old version, is none."""
        return request.method != "POST" and not restored(request)

    def tools(self, request, obj):
        """Further links of the change page, as (label, address)."""
        return []
