"""The grid as it is shown, posted and saved: all that was typed is saved together, or nothing is."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.utils import timezone

from stacks.admin.forms import hold, is_key
from stacks.admin.suggesting import writes
from stacks.bulk import add_all, set_on_each
from stacks.models import Category, Company, Evidence, ImportLine, Source, Stage, State, Usage
from stacks.proposals.proposing import Proposed, open_batch, propose_on_each

from .rows import COLUMNS, EVIDENCE, Names, RowForm

ON_A_PAGE = 40
MOST_NEW = 200
BLANKS = 5
_ROW = re.compile(r"row-(\d{1,6})-([a-z_]+)")
_JOINED = ("company", "technology__category", "category__parent", "via")
# What one company runs may be run by another in the same way; when, why and who says so is its own.
_COPIED = ("technology", "category", "purpose", "hosting", "via")


@dataclass(frozen=True, slots=True)
class Saved:
    added: int = 0
    changed: int = 0
    proposed: int = 0

    def __str__(self) -> str:
        parts = [(self.added, "added as drafts"), (self.changed, "changed"), (self.proposed, "proposed")]
        told = [f"{count} {what}" for count, what in parts if count]
        return f"Usages: {', '.join(told)}." if told else "Nothing was typed, so nothing is saved."


class Sheet:
    """The rows of one page, and blank ones below them. `data` is what was posted; what it says of no row is left out.

    A fixed number of queries to show, however many usages the company has.
    """

    def __init__(self, company: Company, page: Any = 1, data: Mapping[str, Any] | None = None):
        self.company, self.data = company, data
        self.categories = list(Category.objects.filter(parent__isnull=False).select_related("parent"))
        self.usages = company.usages.exclude(state=State.RETRACTED).order_by("category__position", "position", "pk")
        self.page = Paginator(self._joined(self.usages), ON_A_PAGE).get_page(page)
        self.lost: list[RowForm] = []
        self.problems: list[str] = []
        self.forms = list(self._read(data) if data is not None else self._shown())

    @property
    def typed(self) -> list[RowForm]:
        return [form for form in self.forms if form.is_typed]

    @property
    def existing(self) -> list[RowForm]:
        return [form for form in self.forms if form.instance.pk]

    @property
    def new(self) -> list[RowForm]:
        return [form for form in self.forms if not form.instance.pk]

    def _shown(self) -> Iterator[RowForm]:
        names = Names([], self.categories)
        for number, usage in enumerate(self.page):
            yield RowForm(instance=usage, prefix=f"row-{number}", names=names)
        for number in range(len(self.page), len(self.page) + BLANKS):
            yield RowForm(instance=Usage(company=self.company), prefix=f"row-{number}", names=names)

    def _joined(self, usages: Any) -> Any:
        return usages.select_related(*_JOINED).annotate(citations=Count("evidence"))

    def _read(self, data: Mapping[str, Any]) -> Iterator[RowForm]:
        posted = _rows(data)
        keys = [int(row["id"]) for row in posted.values() if is_key(row.get("id", ""))]
        stored = self._joined(self.company.usages).in_bulk(keys)
        typed = (row.get(name, "") for row in posted.values() for name in ("technology", "via"))
        names = Names(typed, self.categories, [usage.technology for usage in stored.values()])
        for number, row in sorted(posted.items()):
            key = row.get("id", "")
            usage = stored.get(int(key)) if is_key(key) else None
            form = RowForm(data, instance=usage or Usage(company=self.company), prefix=f"row-{number}", names=names)
            if key and usage is None:
                self.lost.append(form)
            yield form

    def is_valid(self) -> bool:
        """Each row that was typed into is held against every rule; what is wrong stands at its cell."""
        if len([form for form in self.typed if not form.instance.pk]) > MOST_NEW:
            self.problems.append(f"At most {MOST_NEW} rows can be added at once: leave some out, and save again.")
            return False
        looked_at = [form for form in self.typed if form.is_bound and form.errors is not None]
        hold(looked_at)
        valid = [form for form in looked_at if form.is_valid()]
        for form in self.lost:
            form.add_error(
                None,
                "Somebody deleted this row after you opened it. What you typed is still here: saving once more adds it "
                "as a new one; leave it out if it is to be gone.",
            )
        self._tell_twins(valid)
        self._check_evidence(valid)
        return not self.problems and not any(form.errors for form in self.typed)

    def _tell_twins(self, valid: Iterable[RowForm]) -> None:
        seen: set[tuple[Any, ...]] = set()
        for form in valid:
            usage = form.instance
            if usage.ended or usage.stage == Stage.RETIRED:
                continue
            key = (usage.technology_id, usage.category_id, usage.scope_key)
            if key in seen:
                form.add_error("technology", "This technology is here twice, in the same category and scope.")
            seen.add(key)

    def _check_evidence(self, valid: Iterable[RowForm]) -> None:
        if self.source() is not None:
            return
        for form in valid:
            if form.instance.pk is None and form.cleaned_data.get("quote"):
                form.add_error("quote", "Choose below the grid which source says so.")

    def source(self) -> Source | None:
        key = str((self.data or {}).get("source", ""))
        return Source.objects.filter(pk=key).first() if is_key(key) else None

    def save(self, request: Any, edition_on: str, accessed_on: str) -> Saved:
        """Everything that was typed. Raises ValidationError where a proposal breaks a rule."""
        new: list[RowForm] = []
        changed: list[RowForm] = []
        proposed: list[RowForm] = []
        for form in self.typed:
            usage = form.instance
            (new if usage.pk is None else changed if writes(request, usage) else proposed).append(form)
        add_all([form.instance for form in new], reason="", user=request.user)
        set_on_each([(form.instance, _values(form)) for form in changed], reason="", user=request.user)
        if (source := self.source()) is not None:
            add_all([_evidence(form, source, edition_on, accessed_on) for form in new], reason="", user=request.user)
        lines = self._propose(request, proposed) if proposed else []
        return Saved(len(new), len(changed), len(lines))

    def _propose(self, request: Any, forms: Sequence[RowForm]) -> list[ImportLine]:
        """What was typed is held against every rule already."""
        stored = self._joined(self.company.usages).in_bulk([form.instance.pk for form in forms])
        batch = open_batch(request.user, about=self.company)
        lines = propose_on_each(
            batch,
            [
                Proposed(
                    stored[form.instance.pk],
                    {name: getattr(form.instance, name) for name in form.changed_data if name in COLUMNS},
                )
                for form in forms
            ],
        )
        if not lines:
            batch.delete()
        return lines


def _values(form: RowForm) -> dict[str, Any]:
    return {name: getattr(form.instance, name) for name in (*COLUMNS, "scope_key")}


def _evidence(form: RowForm, source: Source, edition_on: str, accessed_on: str) -> Evidence:
    """Of a new row, what the page below the grid says of it. Raises ValidationError."""
    said = {name: form.cleaned_data.get(name, "") for name in EVIDENCE}
    stage = form.instance.stage if form.instance.stage != Stage.IN_USE else ""
    accessed_on = accessed_on or f"{timezone.localdate():%Y-%m-%d}"
    evidence = Evidence(
        usage=form.instance, source=source, edition_on=edition_on, accessed_on=accessed_on, stage=stage, **said
    )
    evidence.clean_fields(exclude={"usage", "migration", "company", "source"})
    evidence.clean()
    return evidence


def _rows(data: Mapping[str, Any]) -> dict[int, dict[str, str]]:
    rows: dict[int, dict[str, str]] = {}
    for name in data:
        if match := _ROW.fullmatch(name):
            rows.setdefault(int(match[1]), {})[match[2]] = data[name]
    return rows


def with_blanks(data: Mapping[str, Any], more: Iterable[Mapping[str, str]] = ()) -> dict[str, Any]:
    """What was posted, with further rows below: those given, or blank ones."""
    posted = _rows(data)
    first = max(posted, default=-1) + 1
    added = list(more) or [{"technology": ""} for _ in range(BLANKS)]
    blank = {"stage": Stage.IN_USE.value, "hosting": "unknown", "position": "0"}
    return dict(data.items()) | {
        f"row-{first + number}-{name}": value
        for number, row in enumerate(added)
        for name, value in (blank | dict(row)).items()
    }


def copied_from(sibling: Company, company: Company, data: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows of another company's stack that this one has not, neither stored nor typed; at most MOST_NEW."""
    rows = sibling.usages.current().exclude(state=State.RETRACTED).select_related(*_JOINED)
    has = {
        (technology, category)
        for technology, category in company.usages.exclude(state=State.RETRACTED).values_list("technology", "category")
    }
    typed = {(row.get("technology", ""), row.get("category", "")) for row in _rows(data).values()}
    found = []
    for usage in rows.order_by("category__position", "position", "pk"):
        values = {name: str(getattr(usage, name) or "") for name in _COPIED}
        if (usage.technology_id, usage.category_id) in has or (values["technology"], values["category"]) in typed:
            continue
        has.add((usage.technology_id, usage.category_id))
        found.append(values)
    return found[:MOST_NEW]
