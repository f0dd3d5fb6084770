"""Looking again: a source is opened once, and all that cites it is confirmed or not, on one page."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import csrf_protect_m
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Length, Substr
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from stacks import dates
from stacks.bulk import add_all, set_on_all
from stacks.curating import curating
from stacks.models import CheckResult, Evidence, ImportAction, ImportBatch, Source, Stage, Stance
from stacks.proposals.proposing import (
    Proposed,
    check_rows,
    open_batch,
    propose_on_all,
    propose_on_each,
    propose_removals,
    propose_rows,
)
from stacks.proposals.rights import may_write

from . import kept
from .curated import CuratedAdmin
from .forms import is_key
from .typed_dates import TypedDateField

STILL, LEFT, MISSING = "still", "left", "missing"
RETIRED, ENDED, RETIRING, CONTRADICTED = "retired", "ended", "retiring", "contradicted"
# What “not any more” may mean; the first is meant where nothing is said.
HOWS = (
    (RETIRED, "in use no more"),
    (ENDED, "ended on the date of the edition"),
    (RETIRING, "being retired"),
    (CONTRADICTED, "the page says otherwise"),
)
ON_A_PAGE = 100
# In the session: the sources that this curator has opened from here, the newest last.
_OPENED = "opened_sources"
_MOST_OPENED = 50
_JOINED = (
    "source", "company", "usage__company", "usage__technology", "usage__category", "migration__company",
    "migration__from_technology", "migration__to_technology",
)  # fmt: skip


def to_look_at():
    """Sources with citations that nobody has confirmed, those with the most first."""
    waiting = Count("evidence", filter=Q(evidence__verified_on=""))
    return Source.objects.annotate(waiting=waiting).filter(waiting__gt=0).order_by("-waiting", "pk")


def newer_than_cited() -> Q:
    """Of a source: it has been brought up to date since anybody read, cited or confirmed it."""
    cited = Evidence.objects.filter(source=OuterRef("pk")).order_by()
    newest = OuterRef("updated_on")
    of_newest = cited.filter(
        Q(edition_on="", accessed_on="")  # what names no edition is of the newest
        | Q(edition_on="", accessed_on__gte=newest)
        | Q(edition_on__gte=newest)
        | ~Q(edition_on="") & Q(edition_on=Substr(newest, 1, Length("edition_on")))
        | Q(verified_on__gte=newest)
    )
    return Q(updated_on__gt="") & Exists(cited) & ~Exists(of_newest)


# What a worklist of sources looks for, by the name under which its first one is asked for.
_ASKED_FOR = {
    "lost": lambda: Q(check_result__in=(CheckResult.GONE, CheckResult.UNREACHABLE)),
    "newer": newer_than_cited,
    "unchecked": lambda: Q(checked_at=None),
}


class NewerFilter(SimpleListFilter):
    title = "edition"
    parameter_name = "edition"

    def lookups(self, request, model_admin):
        return [("newer", "Newer than the one that is cited")]

    def queryset(self, request, queryset):
        return queryset.filter(newer_than_cited()) if self.value() == "newer" else queryset


def _following(source: Source) -> Source | None:
    """The next of them after this one, from the first again at the end."""
    others = list(to_look_at().values_list("pk", flat=True))
    at = others.index(source.pk) + 1 if source.pk in others else 0
    following = [pk for pk in (*others[at:], *others[:at]) if pk != source.pk]
    return Source.objects.get(pk=following[0]) if following else None


class _Edition(forms.Form):
    edition = TypedDateField(
        required=False,
        label="Date of the edition you read",
        help_text="2026, 2026-11 or 2026-11-27. Empty: the edition that is cited already.",
    )

    def clean_edition(self):
        edition = self.cleaned_data["edition"]
        if edition and dates.compare(edition, f"{timezone.localdate():%Y-%m-%d}") > 0:
            raise ValidationError("It lies in the future.")
        return edition


class ChecksAgain(CuratedAdmin):
    """Adds *Check again* to the page of a source, for those who may change evidence or propose that."""

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("check/", wrap(self.first_view), name="stacks_source_check_first"),
            path("<path:object_id>/check/", wrap(self.again_view), name="stacks_source_check"),
            path("<path:object_id>/open/", wrap(self.open_view), name="stacks_source_open"),
            *super().get_urls(),
        ]

    def first_view(self, request):
        """To the source with the most that nobody has confirmed, or to the first of a worklist."""
        self._may(request)
        asked = _ASKED_FOR.get(request.GET.get("of", ""))
        if asked is not None:
            first = Source.objects.filter(asked()).order_by("pk").first()
            if first is not None:
                return HttpResponseRedirect(reverse("admin:stacks_source_check", args=[first.pk]))
            messages.success(request, "There is no such source any more.")
            return HttpResponseRedirect(reverse("admin:index"))
        left = request.GET.get("after", "")
        before = Source.objects.filter(pk=left).first() if is_key(left) else None
        source = _following(before) if before else to_look_at().first()
        if source is None:
            messages.success(request, "Every citation has been confirmed by somebody.")
            return HttpResponseRedirect(reverse("admin:index"))
        return HttpResponseRedirect(reverse("admin:stacks_source_check", args=[source.pk]))

    @csrf_protect_m
    def open_view(self, request, object_id):
        """Leads to the page, or its stored copy, and remembers that it was opened."""
        source = self._source(request, object_id)
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:stacks_source_check", args=[source.pk]))
        opened = [pk for pk in request.session.get(_OPENED, []) if pk != source.pk]
        request.session[_OPENED] = [*opened, source.pk][-_MOST_OPENED:]
        context = {
            **self.admin_site.each_context(request),
            "title": source.title,
            "address": source.archive_url if "copy" in request.POST and source.archive_url else source.url,
        }
        return TemplateResponse(request, "admin/stacks/opened.html", context)

    @csrf_protect_m
    def again_view(self, request, object_id):
        source = self._source(request, object_id)
        kept.unpack(request)
        form = _Edition(request.POST or None)
        page = Paginator(self._citations(source), ON_A_PAGE).get_page(request.GET.get("p"))
        how = self._how_it_was_read(request, source, page)
        refused = ""
        if request.method == "POST":
            choices = _choices(request, page)
            if held := kept.held(request):
                refused = f"{held} Your marks are kept."
            elif not how:
                refused = "Open the source first: what is confirmed has to be read. Your marks are kept."
            elif not any(choice for choice, _ in choices.values()):
                refused = "Nothing is marked yet."
            elif form.is_valid():
                try:
                    self._confirm(request, source, page, choices, form.cleaned_data["edition"])
                    return HttpResponseRedirect(self._next(request, source))
                except ValidationError as error:
                    refused = f"Nothing is confirmed. {' '.join(error.messages)}"
        chosen = _choices(request, page)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Check again: {source.title}",
            "opts": self.opts,
            "source": source,
            "form": form,
            "page": page,
            "rows": [(row, _about(row), *chosen[row.pk]) for row in page],
            "hows": HOWS,
            "how": how,
            "refused": refused,
            "left": to_look_at().count(),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/stacks/again.html", context, status=409 if refused else 200)

    def again_tools(self, request, source) -> list[tuple[str, str]]:
        if not request.user.has_perm("stacks.change_evidence"):
            return []
        return [("Check again", reverse("admin:stacks_source_check", args=[source.pk]))]

    def _may(self, request) -> None:
        if not request.user.has_perm("stacks.change_evidence"):
            raise PermissionDenied

    def _source(self, request, key):
        self._may(request)
        source = Source.objects.filter(pk=unquote(key)).first() if is_key(unquote(key)) else None
        if source is None:
            raise Http404("There is no such source.")
        return source

    def _citations(self, source):
        """Those that nobody has confirmed first. What an older edition said is no question any more, once it was
        confirmed and a newer one is cited for the same.
        """
        of = Case(When(edition_on="", then=Value(source.edition)), default=F("edition_on"), output_field=CharField())
        cited = Evidence.objects.filter(source=source).annotate(of=of)
        same = Q(usage=OuterRef("usage")) | Q(migration=OuterRef("migration")) | Q(company=OuterRef("company"))
        newer = Exists(cited.filter(same, of__gt=OuterRef("of")).order_by())
        found = cited.exclude(~Q(verified_on="") & newer)
        return found.select_related(*_JOINED).order_by("verified_on", "pk")

    def _how_it_was_read(self, request, source, page) -> str:
        """Why its citations may be confirmed, in words; empty while they may not."""
        if source.pk in request.session.get(_OPENED, []):
            return "You opened it from here."
        quotes = [row.quote_found for row in page if row.quote]
        if quotes and all(quotes):
            found = "Its quote was" if len(quotes) == 1 else f"All its {len(quotes)} quotes were"
            return f"{found} found in its text on {source.checked_at:%Y-%m-%d}."
        return ""

    def _confirm(self, request, source, page, choices, edition) -> None:
        """Everything or nothing. What the user may not write himself is proposed; ends and removals always are."""
        marked = {mark: [row for row in page if choices[row.pk][0] == mark] for mark in (STILL, LEFT, MISSING)}
        ended = [row for row in marked[LEFT] if row.usage]
        missing = marked[MISSING] + [row for row in marked[LEFT] if not row.usage]
        counts = {STILL: len(marked[STILL]), LEFT: len(ended), MISSING: len(missing)}
        with curating():
            batch = open_batch(request.user, form="check", source=source)
            _still(request.user, batch, marked[STILL], edition)
            _not_any_more(batch, [(row, choices[row.pk][1]) for row in ended], edition)
            propose_removals(batch, missing)
            if not batch.lines.exists():
                batch.delete()
        told = {STILL: "still true", LEFT: "not any more", MISSING: "no longer on the page"}
        parts = [f"{count} {told[choice]}" for choice, count in counts.items() if count]
        waits = " What changes what visitors see waits for a review." if counts[LEFT] or counts[MISSING] else ""
        messages.success(request, f"{source.title}: {', '.join(parts)}.{waits}")

    def _next(self, request, source) -> str:
        if "_stay" in request.POST:
            return reverse("admin:stacks_source_check", args=[source.pk])
        following = _following(source)
        return reverse("admin:stacks_source_check", args=[following.pk]) if following else reverse("admin:index")


def _choices(request, page) -> dict[int, tuple[str, str]]:
    """The mark of each citation, and what is meant by “not any more”."""
    posted = request.POST
    return {row.pk: (posted.get(f"row-{row.pk}", ""), posted.get(f"how-{row.pk}", RETIRED)) for row in page}


def _still(user: Any, batch: ImportBatch, rows: Sequence[Evidence], edition: str) -> None:
    """They are verified today; what says so in a newer edition than the one that is cited is further evidence."""
    today = f"{timezone.localdate():%Y-%m-%d}"
    written = [row for row in rows if may_write(user, row)]
    proposed = [row for row in rows if row not in written]
    of_edition = [_of_edition(row, edition, today) for row in written if _is_newer(edition, row)]
    for row in of_edition:
        row.verified_on, row.verified_by = today, user
    add_all(_unsaid(of_edition), reason="", user=user)
    propose_rows(batch, _unsaid([_of_edition(row, edition, today) for row in proposed if _is_newer(edition, row)]))
    set_on_all(written, {"verified_on": today, "verified_by": user}, reason="", user=user)
    propose_on_all(batch, proposed, {"verified_on": today})


def _not_any_more(batch: ImportBatch, marked: Sequence[tuple[Evidence, str]], edition: str) -> None:
    """An end, a stage or a contradiction: what the edition says, proposed. Raises ValidationError."""
    against: list[Evidence] = []
    otherwise: list[Proposed] = []
    over: list[Proposed] = []
    today = f"{timezone.localdate():%Y-%m-%d}"
    for row, how in marked:
        said = {"edition_on": edition or row.edition, "locator": row.locator}
        if how == CONTRADICTED and edition and edition != row.edition:
            of_source = {"usage": row.usage, "source": row.source, "stage": row.stage}
            against.append(Evidence(**of_source, **said, stance=Stance.CONTRADICTS, accessed_on=today))
        elif how == CONTRADICTED:
            otherwise.append(Proposed(row, {"stance": Stance.CONTRADICTS}))
        elif how == RETIRING:
            stage = {"stage": Stage.RETIRING}
            over.append(Proposed(row.usage, stage, said=said | stage))
        elif how == ENDED and not edition:
            raise ValidationError("Type the date of the edition: it is the day on which what is marked as ended ended.")
        else:
            stage = {"stage": Stage.RETIRED}
            values = stage | ({"ended": edition} if how == ENDED else {})
            over.append(Proposed(row.usage, values, ImportAction.END, said | stage))
    check_rows(against)
    propose_rows(batch, against)
    for proposed in (otherwise, over):
        check_rows([each.as_proposed() for each in proposed])
        propose_on_each(batch, proposed)


def _is_newer(edition: str, row: Evidence) -> bool:
    return bool(edition and row.edition) and dates.compare(edition, row.edition) > 0


def _of_edition(row: Evidence, edition: str, today: str) -> Evidence:
    owner = {"usage": row.usage, "migration": row.migration, "company": row.company}
    said = {"source": row.source, "quote": row.quote, "locator": row.locator, "stage": row.stage, "stance": row.stance}
    again = Evidence(**owner, **said, edition_on=edition, accessed_on=today)
    again.check_invariants()
    return again


def _unsaid(rows: Sequence[Evidence]) -> list[Evidence]:
    """Those that nobody has added yet, each once. One query."""

    def said(row: Evidence) -> tuple:
        return row.usage_id, row.migration_id, row.company_id, row.quote, row.locator

    if not rows:
        return []
    first = rows[0]
    known = {said(row) for row in Evidence.objects.filter(source=first.source_id, edition_on=first.edition_on)}
    new = {said(row): row for row in rows if said(row) not in known}
    return list(new.values())


def _about(row: Evidence) -> tuple[str, str, str]:
    """What is cited, with what it is for and the address of its page in the admin."""
    owner: Any = row.usage or row.migration or row.company
    purpose = getattr(owner, "purpose", "") or getattr(owner, "reason", "")
    return str(owner), purpose, reverse(f"admin:stacks_{owner._meta.model_name}_change", args=[owner.pk])
