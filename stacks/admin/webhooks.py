"""Webhooks: who is told what changed, and the last that each was told."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import csrf_protect_m
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import Truncator

from stacks import webhooks
from stacks.feed import ObjectKind
from stacks.fetching import Refused, Unreachable
from stacks.models import Company, Delivery, Technology, Webhook
from stacks.models.webhooks import open_secret
from stacks.redirects import find
from stacks.revisions import revision
from stacks.search import search

from . import shown_once
from .curated import OnlyRead
from .forms import UncutForm, is_key

_SHOWN = 30
_STEPS = {
    "again": "Send again",
    "off": "Switch off",
    "on": "Switch on",
    "secret": "New secret",
    "test": "Send a test",
}


class SlugsField(forms.CharField):
    """Names or slugs, with commas or line breaks between them, as a list of slugs."""

    def __init__(self, model, **options):
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 2, "cols": 60}), **options)
        self.model = model

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value):
        asked = [part.strip() for part in super().clean(value).replace("\n", ",").split(",") if part.strip()]
        found = find(self.model, asked, by_name=True)
        if found.unknown:
            raise ValidationError([self._unknown(text) for text in found.unknown])
        return list(dict.fromkeys(slug for slug in found.slugs if slug))

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), data)

    def _unknown(self, text):
        kind = self.model._meta.model_name
        near = [hit.name for hit in search(text, 3, kind).best]
        hint = f" Is it {', '.join(near)}?" if near else ""
        return f"There is no published {self.model._meta.verbose_name} “{text}”.{hint}"


class WebhookForm(UncutForm):
    kinds = forms.MultipleChoiceField(
        choices=ObjectKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: all kinds. What is removed or goes by another address is told always.",
    )
    companies = SlugsField(
        Company, help_text="Names or slugs, with commas between them: only these and what hangs on them. Empty: all."
    )
    technologies = SlugsField(
        Technology,
        help_text="Names or slugs, with commas between them: only these, their usages and migrations. Empty: all.",
    )
    warning = ""

    class Meta:
        model = Webhook
        fields = ("name", "url", "kinds", "companies", "technologies")

    def clean_url(self):
        url = self.cleaned_data["url"]
        try:
            webhooks.make_fetcher().check(url)
        except Refused as error:
            raise ValidationError(f"{error} WEBHOOK_NETWORKS names internal networks that may be posted to.") from error
        except Unreachable as error:
            self.warning = f"{error} It is tried all the same, when something has changed."
        return url


@admin.register(Webhook)
class WebhookAdmin(admin.ModelAdmin):
    """Follows the feed from the moment at which it was added; `manage.py deliver` does the posting."""

    form = WebhookForm
    list_display = ("name", "url", "what", "state", "made_by", "made_at")
    list_filter = (("off_at", admin.EmptyFieldListFilter), ("off_why", admin.EmptyFieldListFilter))
    list_select_related = ("made_by",)
    search_fields = ("name", "url")
    readonly_fields = ("state", "made_by", "made_at")
    change_form_template = "admin/stacks/webhook.html"

    def get_fieldsets(self, request, obj=None):
        own = (None, {"fields": ("name", "url", "kinds", "companies", "technologies")})
        return [own] if obj is None else [own, ("As it stands", {"fields": ("state", ("made_by", "made_at"))})]

    def get_urls(self):
        view = self.admin_site.admin_view(self.step_view)
        steps = [
            path(f"<path:object_id>/{step}/", view, {"step": step}, name=f"stacks_webhook_{step}") for step in _STEPS
        ]
        given = path(
            "<path:object_id>/given/", self.admin_site.admin_view(self.given_view), name="stacks_webhook_given"
        )
        return [*steps, given, *super().get_urls()]

    @admin.display(description="is told of")
    def what(self, webhook):
        parts = [*webhook.kinds, *webhook.companies, *webhook.technologies]
        return Truncator(", ".join(parts)).chars(80) or "everything"

    @admin.display(description="state")
    def state(self, webhook):
        if webhook.off_at:
            return webhook.off_why or "Switched off"
        return f"On; told all up to line {webhook.after}"

    def save_model(self, request, obj, form, change):
        if not change:
            obj.made_by = request.user
            webhooks.start(obj)
        obj.save(update_fields=WebhookForm.Meta.fields if change else None)
        if form.warning:
            messages.warning(request, form.warning)

    def add_view(self, request, form_url="", extra_context=None):
        hidden = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, hidden | (extra_context or {}))

    def response_add(self, request, obj, post_url_continue=None):
        return shown_once.give(request, open_secret(obj.secret), self._address(obj, "given"))

    def given_view(self, request, object_id):
        """The page that shows a secret, of a new webhook or a new one of an old."""
        webhook = self._of_who_may(request, object_id)
        secret = shown_once.take(request)
        if not secret:
            return shown_once.was_shown(request, self._address(webhook, "change"))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "webhook": webhook, "secret": secret}
        request.current_app = self.admin_site.name
        return TemplateResponse(
            request, "admin/stacks/secret_given.html", context | {"title": f"The secret of {webhook}"}
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        webhook = self.get_object(request, unquote(object_id))
        context = {}
        if webhook is not None:
            may_act = self.has_change_permission(request, webhook)
            context = {
                "deliveries": webhook.deliveries.all()[:_SHOWN],
                "behind": max(0, revision().revision - webhook.after),
                "steps": self._steps(webhook) if may_act else [],
                "again": self._address(webhook, "again") if may_act else "",
            }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def _steps(self, webhook):
        names = ("on", "secret") if webhook.off_at else ("test", "off", "secret")
        return [(_STEPS[name], self._address(webhook, name)) for name in names]

    def _address(self, webhook, step):
        return reverse(f"admin:stacks_webhook_{step}", args=[webhook.pk])

    @csrf_protect_m
    def step_view(self, request, object_id, step):
        webhook = self._of_who_may(request, object_id)
        if request.method != "POST":
            return HttpResponseRedirect(self._address(webhook, "change"))
        self.log_change(request, webhook, f"{_STEPS[step]}.")
        if step == "secret":
            return shown_once.give(request, webhooks.renew_secret(webhook), self._address(webhook, "given"))
        messages.success(request, self._do(request, webhook, step))
        return HttpResponseRedirect(self._address(webhook, "change"))

    def _of_who_may(self, request, object_id):
        webhook = self.get_object(request, unquote(object_id))
        if webhook is None:
            raise Http404("There is no webhook like this.")
        if not self.has_change_permission(request, webhook):
            raise PermissionDenied
        return webhook

    def _do(self, request, webhook, step):
        if step == "test":
            webhooks.send_test(webhook)
            return "A test message is on its way, behind what waits already: open this page again in a moment."
        if step == "again":
            return _send_again(webhook.deliveries.filter(pk=_number(request.POST.get("delivery"))))
        webhooks.switch(webhook, on=step == "on")
        return "It is switched on, and goes on where it stopped." if step == "on" else "It is switched off."


def _number(text):
    return int(text) if is_key(text or "") else 0


def _send_again(deliveries):
    asked = list(deliveries.select_related("webhook"))
    number = webhooks.send_again(asked)
    if number < len(asked):
        return f"{number} of {len(asked)} will be sent again: the others are of a catalogue that is no more."
    return f"{number} {'message' if number == 1 else 'messages'} will be sent again."


@admin.register(Delivery)
class DeliveryAdmin(OnlyRead):
    """What was posted last, to whom, and what came of it."""

    list_display = ("uid", "webhook", "type", "lines", "state", "attempts", "tried_at", "next_at", "told")
    list_filter = ("state", "webhook", "type", "made_at")
    list_select_related = ("webhook",)
    search_fields = ("uid", "webhook__name")
    ordering = ("-pk",)
    actions = ("send_again",)

    @admin.display(description="lines of the feed")
    def lines(self, delivery):
        return delivery.lines or "–"

    @admin.action(description="Send selected messages again", permissions=["send"])
    def send_again(self, request, queryset):
        messages.success(request, _send_again(queryset))

    def has_send_permission(self, request):
        return request.user.has_perm("stacks.change_webhook")

    def has_delete_permission(self, request, obj=None):
        """With its webhook, and not by itself."""
        match = request.resolver_match
        return match is not None and (match.url_name or "").startswith("stacks_webhook")
