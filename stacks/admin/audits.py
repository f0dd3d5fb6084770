"""Audits: drawing a sample, judging each of it blind against its sources, and making the outcome public."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import csrf_protect_m
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from stacks.audits import Refused, draw, finish, judge, outcomes
from stacks.links import at_quotation
from stacks.models import Audit, AuditItem, AuditJudgement, AuditVerdict

from . import kept
from .forms import is_key, uncut
from .working import WorkAdmin, WorkForm

_ON_A_PAGE = 200


class DrawForm(WorkForm):
    class Meta:
        model = Audit
        fields = ("release", "size", "seed")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seed"].required = False
        self.initial.setdefault("release", f"{timezone.localdate():%Y-%m}")


class JudgeForm(forms.Form):
    verdict = forms.ChoiceField(
        choices=AuditVerdict.choices,
        widget=forms.RadioSelect,
        label="What its source says",
        error_messages={"required": "Choose what the source says."},
    )
    note = forms.CharField(
        required=False,
        max_length=300,
        label="What is wrong, or where you looked",
        help_text="Visitors read it beside an error, once the audit is finished. Name no person.",
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        uncut(self)


@admin.register(Audit)
class AuditAdmin(WorkAdmin):
    form = DrawForm
    empty = "No audit yet: add one, and a random sample of what is published is drawn for you to judge."
    list_display = ("release", "size", "drawn_from", "judged", "made_by", "made_at", "finished_at")
    list_select_related = ("made_by",)
    list_filter = (("finished_at", admin.EmptyFieldListFilter),)
    search_fields = ("release",)
    ordering = ("-pk",)

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        found = Exists(AuditJudgement.objects.filter(item=OuterRef("items")).order_by())
        return rows.annotate(judged_count=Count("items", filter=Q(found), distinct=True))

    @admin.display(description="judged")
    def judged(self, audit):
        return audit.judged_count

    def has_delete_permission(self, request, obj=None):
        """Nobody chooses among outcomes: what is finished stays."""
        return (obj is None or obj.finished_at is None) and super().has_delete_permission(request, obj)

    def get_actions(self, request):
        return {}

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<path:object_id>/judge/", wrap(self.judge_view), name="stacks_audit_judge"),
            path("<path:object_id>/judge/<int:number>/", wrap(self.judge_view), name="stacks_audit_judge_item"),
            path("<path:object_id>/finish/", wrap(self.finish_view), name="stacks_audit_finish"),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        extra = {"title": "Draw a sample", "show_save_and_add_another": False, "show_save_and_continue": False}
        if request.method != "POST" or not self.has_add_permission(request):
            return super().add_view(request, form_url, extra | (extra_context or {}))
        kept.unpack(request)
        form = DrawForm(request.POST)
        if kept.held(request) or not form.is_valid():
            return super().add_view(request, form_url, extra | (extra_context or {}))
        try:
            data = form.cleaned_data
            audit = draw(data["release"], data["size"], data["seed"], request.user)
        except Refused as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(reverse("admin:stacks_audit_add"))
        self.log_addition(request, audit, "drawn")
        return HttpResponseRedirect(_page("change", audit))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """What was drawn and what is still to be judged; what was found by others is told when all is done."""
        audit = self._audit(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        found = Exists(AuditJudgement.objects.filter(item=OuterRef("pk")).order_by())
        page = Paginator(audit.items.annotate(is_judged=found), _ON_A_PAGE).get_page(request.GET.get("p"))
        judged, count = audit.items.filter(found).count(), page.paginator.count
        context = {
            **self.admin_site.each_context(request),
            "title": f"Audit {audit}",
            "opts": self.opts,
            "audit": audit,
            "page": page,
            "items": _judged(audit, page, request.user),
            "judged": judged,
            "left": count - judged,
            "outcome": outcomes([audit])[0] if audit.finished_at else None,
            "may_judge": self.has_change_permission(request) and not audit.finished_at,
            "may_finish": self._may_finish(request) and not audit.finished_at,
            "may_delete": self.has_delete_permission(request, audit),
            "all_mine": len(_of(audit, request.user)) == count,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/stacks/audits/audit.html", context)

    @csrf_protect_m
    def judge_view(self, request, object_id, number=None):
        audit = self._audit(request, object_id)
        if not self.has_change_permission(request):
            raise PermissionDenied
        if audit.finished_at:
            messages.info(request, "This audit is finished: its outcome stands.")
            return HttpResponseRedirect(_page("change", audit))
        if number is None:
            return HttpResponseRedirect(_next(audit, request.user))
        item = audit.items.filter(number=number).first()
        if item is None:
            raise Http404("There is no such item.")
        if request.method == "POST":
            kept.unpack(request)
        own = item.judgements.filter(judged_by=request.user).first()
        form = JudgeForm(request.POST or None, initial={"verdict": own.verdict, "note": own.note} if own else None)
        if request.method == "POST" and not kept.held(request) and form.is_valid():
            try:
                judge(item, request.user, form.cleaned_data["verdict"], form.cleaned_data["note"])
            except Refused as error:
                messages.error(request, str(error))
                return HttpResponseRedirect(_page("change", audit))
            return HttpResponseRedirect(_next(audit, request.user))
        context = {
            **self.admin_site.each_context(request),
            "title": f"Audit {audit}: {item.number} of {audit.items.count()}",
            "opts": self.opts,
            "audit": audit,
            "item": item,
            "stated": item.stated,
            "sources": [(each, at_quotation(each["url"], each["quote"])) for each in item.stated["sources"]],
            "form": form,
            "held": kept.held(request),
            "left": audit.items.count() - len(_of(audit, request.user)),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/stacks/audits/judge.html", context)

    @csrf_protect_m
    def finish_view(self, request, object_id):
        audit = self._audit(request, object_id)
        if not self._may_finish(request):
            raise PermissionDenied
        if request.method == "POST":
            try:
                finish(audit.pk)
                messages.success(request, "The audit is finished: its outcome stands on the page about the catalogue.")
            except Refused as error:
                messages.error(request, str(error))
        return HttpResponseRedirect(_page("change", audit))

    def _may_finish(self, request) -> bool:
        """It becomes public by it: for those who publish."""
        return self.has_change_permission(request) and request.user.has_perm("stacks.publish_usage")

    def _audit(self, request, key) -> Audit:
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        audit = Audit.objects.filter(pk=unquote(key)).first() if is_key(unquote(key)) else None
        if audit is None:
            raise Http404("There is no such audit.")
        return audit


def _page(name: str, audit: Audit, *args: Any) -> str:
    return reverse(f"admin:stacks_audit_{name}", args=[audit.pk, *args])


def _of(audit: Audit, user: Any) -> set[int]:
    """What this user has judged, by the key of the item."""
    return set(AuditJudgement.objects.filter(item__audit=audit, judged_by=user).values_list("item", flat=True))


def _judged(audit: Audit, page: Any, user: Any) -> list[tuple[AuditItem, list[AuditJudgement]]]:
    """The items of a page with what this user found; when the audit is finished, with what everybody found."""
    found = AuditJudgement.objects.filter(item__in=[item.pk for item in page]).select_related("judged_by")
    said: dict[int, list[AuditJudgement]] = {}
    for judgement in (found if audit.finished_at else found.filter(judged_by=user)).order_by("pk"):
        said.setdefault(judgement.item_id, []).append(judgement)
    return [(item, said.get(item.pk, [])) for item in page]


def _next(audit: Audit, user: Any) -> str:
    """To what nobody has judged yet, then to what this user has not; else to the audit."""
    own = AuditJudgement.objects.filter(item=OuterRef("pk"), judged_by=user).order_by()
    left = AuditItem.objects.filter(~Exists(own), audit=audit).annotate(judged=Count("judgements"))
    item = left.order_by("judged", "number").first()
    return _page("judge_item", audit, item.number) if item else _page("change", audit)
