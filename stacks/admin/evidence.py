from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.html import format_html

from stacks.changes import left_without_source
from stacks.models import Evidence, Migration, Stance, State, Usage

from .curated import SYSTEM_FIELDS, CuratedAdmin, CuratedInline, add_link, kept_by_the_system, stay_with
from .forms import VersionedForm
from .formsets import CuratedFormSet
from .review import ReviewedAdmin
from .searching import every_word
from .suggesting import suggested

# What the next row entered from the same write-up shares with this one; carried along in the query string.
SHARED = ("source", "edition_on", "locator", "accessed_on")


_TAKE_A_SOURCE: dict[str, Any] = {"usage": Usage, "migration": Migration}


def left_by(rows: Iterable[Evidence]) -> list[Any]:
    """The published usages and migrations that no other source supports than these rows. Two queries at most."""
    rows = [row for row in rows if row.stance == Stance.SUPPORTS]
    others = Evidence.objects.filter(stance=Stance.SUPPORTS).exclude(pk__in=[row.pk for row in rows]).order_by()
    left: list[Any] = []
    for name, model in _TAKE_A_SOURCE.items():
        owners = {getattr(row, f"{name}_id") for row in rows} - {None}
        if owners:
            published = model.objects.filter(pk__in=owners, state=State.PUBLISHED)
            left += published.exclude(pk__in=others.filter(**{f"{name}__in": owners}).values(name)).order_by("pk")
    return left


class EvidenceForm(VersionedForm):
    class Meta:
        widgets = {"quote": forms.Textarea(attrs={"rows": 2})}


class OwnEvidenceForm(EvidenceForm):
    """On a page of its own a row of evidence does not leave what is published without a source."""

    def clean(self):
        cleaned = super().clean()
        stored = Evidence.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        if stored is None:
            return cleaned
        left = [name for name in _TAKE_A_SOURCE if getattr(stored, name) not in (None, cleaned.get(name))]
        if left or cleaned.get("stance", stored.stance) != stored.stance:
            for row in left_by([stored]):
                self.add_error(left[0] if left else "stance", left_without_source(row))
        return cleaned


class EvidenceFormSet(CuratedFormSet):
    """Beside its owner: of what is published, one row that supports it is left."""

    def clean(self):
        super().clean()
        row = self.instance
        if not isinstance(row, Usage | Migration) or row.state != State.PUBLISHED or not row.pk:
            return
        kept = [form for form in self.forms if not self._should_delete_form(form)]
        filled = [form for form in kept if form.instance.pk or form.has_changed()]
        elsewhere = row.evidence.filter(stance=Stance.SUPPORTS).exclude(pk__in=self.posted_keys)
        is_said = any(self._says(form) == Stance.SUPPORTS for form in filled) or elsewhere.exists()
        if is_said or type(row).objects.filter(pk=row.pk).unsourced().exists():
            return
        why = left_without_source(row)
        for form in self.forms:
            if form.instance.pk and form not in kept:
                form.add_error(None, why)
            elif form in filled and "stance" in form.changed_data:
                form.add_error("stance", why)
        # what is to be deleted is not asked for its errors
        raise ValidationError(why, code="left_without_source")

    @staticmethod
    def _says(form) -> str:
        return getattr(form, "cleaned_data", {}).get("stance") or form.instance.stance


class EvidenceInline(CuratedInline, admin.StackedInline):
    model = Evidence
    form = EvidenceForm
    formset = EvidenceFormSet
    fields: ClassVar[Any] = ("source", "quote", ("locator", "edition_on"), ("accessed_on", "verified_on"), "stance")
    autocomplete_fields = ("source",)
    joined = ("source",)
    verbose_name_plural = "Evidence: who says so"

    def get_extra(self, request, obj=None, **kwargs):
        """A new row needs its evidence, so the form for it is open already."""
        return 1 if obj is None else 0


class UsageEvidenceInline(EvidenceInline):
    """Only a usage is so far at an edition, or has a version there."""

    fields = (*EvidenceInline.fields[:-1], ("stance", "stage", "technology_version"))


def shared_by(evidence: Evidence) -> dict[str, str]:
    """What a row of evidence hands on to the next one, for the query string."""
    values = {name: getattr(evidence, f"{name}_id" if name == "source" else name) for name in SHARED}
    return {name: value for name, value in values.items() if value}


class WithEvidence(ReviewedAdmin):
    """For rows with evidence inline: the first form is filled in from the query string."""

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        # Only when the form is shown: on POST the same values would make it look untouched, and it would not be saved.
        if request.method == "GET" and isinstance(inline, EvidenceInline) and not obj.pk:
            kwargs["initial"] = [{name: request.GET[name] for name in SHARED if name in request.GET}]
        return kwargs

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["known_address"] = reverse("admin:stacks_source_known")
        return super().render_change_form(request, context, add, change, form_url, obj)

    def shared_evidence(self, row) -> dict[str, str]:
        """What the newest evidence of this row hands on to the next row."""
        newest = row.evidence.order_by("-pk").first()
        if newest is None:
            return {}
        return shared_by(newest)


@admin.register(Evidence)
class EvidenceAdmin(CuratedAdmin):
    form = OwnEvidenceForm
    list_display = ("hangs_on", "source", "edition_on", "quote", "stance", "stage", "accessed_on", "verified_on")
    list_display_links = ("hangs_on", "source")
    list_filter = (
        "stance",
        ("verified_on", admin.EmptyFieldListFilter),
        ("quote", admin.EmptyFieldListFilter),
        "source__kind",
        ("source__company", admin.EmptyFieldListFilter),
        "updated_at",
    )
    list_select_related = (
        "source",
        "company",
        "usage__company",
        "usage__technology",
        "usage__category",
        "migration__company",
        "migration__from_technology",
        "migration__to_technology",
    )
    search_fields = ("quote",)
    search_help_text = "Company, technology, quote, title or address of the source."
    autocomplete_fields = ("usage", "migration", "company", "source")
    ordering = ("-pk",)
    readonly_fields = ("verified_by", *SYSTEM_FIELDS)
    fieldsets = (
        (None, {"fields": ("usage", "migration", "company"), "description": "Exactly one of these three."}),
        ("Who says so", {"fields": ("source", ("stance", "stage", "technology_version"), "quote", "locator")}),
        ("When", {"fields": ("edition_on", "accessed_on", "verified_on")}),
        kept_by_the_system("verified_by"),
    )

    def get_deleted_objects(self, objs, request):
        """Who only proposes may propose this too: what else is accepted with it decides."""
        named, counts, forbidden, kept_back = super().get_deleted_objects(objs, request)
        closed = {row.pk for row in suggested(request, objs)}
        left = self._leaving_bare([row for row in objs if row.pk not in closed])
        return named, counts, forbidden, [*left, *kept_back]

    def _leaving_bare(self, objs):
        return [
            format_html(
                '{} <a href="{}">To the {}</a>',
                left_without_source(row),
                reverse(f"admin:stacks_{row._meta.model_name}_change", args=[row.pk]),
                row._meta.verbose_name,
            )
            for row in left_by(objs)
        ]

    def response_add(self, request, obj, post_url_continue=None):
        response = super().response_add(request, obj, post_url_continue)
        return stay_with(request, response, lambda: add_link("evidence", **shared_by(obj)))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["known_address"] = reverse("admin:stacks_source_known")
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description="for")
    def hangs_on(self, evidence):
        return evidence.usage or evidence.migration or evidence.company

    def get_search_results(self, request, queryset, search_term):
        names = (
            "company__search_text",
            "usage__company__search_text",
            "usage__technology__search_text",
            "migration__company__search_text",
        )
        return queryset.filter(
            every_word(search_term, folded=names, plain=("quote", "source__title", "source__url"))
        ), False
