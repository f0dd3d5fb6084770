"""What is news in a plan: what no import of its source noted of a row or proposed before."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from stacks import dates
from stacks.derived import chunks
from stacks.models import Evidence, ImportAction, ImportLine, ImportState, Migration, Source, Stage, Technology, Usage
from stacks.models.fields import validate_partial_date

from .lines import Line
from .plan import Plan
from .sources import find_source

_Row = tuple[type, int]
News = tuple[ImportAction, str, str | None, str]  # action, field, old and new value


class Said:
    """What a source is known to say of rows: the editions that are cited, and what was noted from imports of it."""

    def __init__(self, source: Source, rows: Iterable[Usage | Migration]) -> None:
        self.source = source
        self.editions: defaultdict[_Row, set[str]] = defaultdict(set)
        self.noted: defaultdict[_Row, set[tuple]] = defaultdict(set)
        if source.pk:
            self._load(list(rows))

    def _load(self, rows: list[Usage | Migration]) -> None:
        for model, owner in ((Usage, "usage"), (Migration, "migration")):
            for chunk in chunks({row.pk for row in rows if isinstance(row, model)}):
                those = {f"{owner}__in": chunk}
                cited = Evidence.objects.filter(source=self.source, **those)
                for pk, edition in cited.values_list(owner, "edition_on"):
                    self.editions[model, pk].add(edition or self.source.edition)
                lines = ImportLine.objects.filter(batch__source=self.source, **those).exclude(action=ImportAction.ADD)
                lines = lines.exclude(state=ImportState.TAKEN_BACK)
                for pk, *told in lines.values_list(owner, "action", "field", "new", "edition_on"):
                    self.noted[model, pk].add(tuple(told))

    def note(self, line: Line, row: Usage | Migration, again: bool) -> list[News]:
        """The news that the line has of the row; from now on they are known. Raises ValidationError."""
        found = self.news(line, row, again)
        edition = line.edition_on or ""
        self.noted[_row(row)] |= {(action, name, new, edition) for action, name, _, new in found}
        return found

    def news(self, line: Line, row: Usage | Migration, again: bool) -> list[News]:
        """Each thing that the line says of the row and that no import noted yet. Raises ValidationError."""
        edition = line.edition_on or ""
        changes: list[tuple[str, str | None, str]] = []
        if line.action == "change":
            changes = _differences(line, row)
        elif line.action == "end":
            if line.ended:
                validate_partial_date(line.ended)
            changes = [("ended", row.ended, line.ended)] if line.ended else [("stage", row.stage, Stage.RETIRED)]
        elif again and not _is_among(edition or self.source.edition, self.editions[_row(row)]):
            changes = [("", "", edition or self.source.edition)]
        action = {"change": ImportAction.CHANGE, "end": ImportAction.END}.get(line.action, ImportAction.SAID_AGAIN)
        noted = self.noted[_row(row)]
        return [(action, name, old, new) for name, old, new in changes if (action, name, new, edition) not in noted]


def _row(row: Usage | Migration) -> _Row:
    return type(row), row.pk


def _differences(line: Line, row: Usage | Migration) -> list[tuple[str, str | None, str]]:
    """Field, old and new value of each thing that the line says otherwise."""
    told: list[tuple[str, str | None, str]] = []
    if line.stage and line.stage != row.stage:
        told.append(("stage", row.stage, line.stage))
    if isinstance(row, Usage):
        via = row.via.slug if row.via else None
        if line.via and line.via != via:
            told.append(("via", via, line.via))
    return told


def _is_among(edition: str, editions: set[str]) -> bool:
    """An edition without a date is taken for one that is cited."""
    if not edition:
        return bool(editions)
    return any(cited and dates.compare(edition, cited) == 0 for cited in editions)


class Proposed:
    """What was proposed from the same text of the same source, and not taken back, whatever became of it."""

    def __init__(self, source: Source, mark: str) -> None:
        self._told: set[tuple] = set()
        if source.pk:
            lines = ImportLine.objects.filter(batch__source=source, batch__fingerprint=mark, action=ImportAction.ADD)
            lines = lines.exclude(state=ImportState.TAKEN_BACK)
            self._told = set(lines.values_list("number", "name", "company", "technology"))

    def __bool__(self) -> bool:
        return bool(self._told)

    def has(self, line: Line, company: int, technology: int | None) -> bool:
        return (line.line, line.name[:200], company, technology) in self._told


def chosen(plan: Plan) -> list[Line]:
    """New technologies are made only where a curator says so."""
    return [
        line
        for line in plan.reading.lines
        if line.ticked and not line.new and not line.problem and line.action != "none"
    ]


@dataclass(frozen=True, slots=True)
class Pending:
    """What writing a plan would come to, by the place of the line: what is proposed, changed, and said once more."""

    added: frozenset[int]
    changed: frozenset[int]
    said_again: frozenset[int]


def pending(plan: Plan) -> Pending:
    """Reads only; seven queries at most."""
    source = find_source(plan.source or "") or Source()
    said, before = Said(source, plan.rows.values()), Proposed(source, plan.text_mark)
    lines = {id(line) for line in chosen(plan)}
    slugs = {line.technology for line in chosen(plan) if line.technology} if before else set()
    keys = dict(Technology.objects.filter(slug__in=slugs).values_list("slug", "pk")) if slugs else {}
    added, changed, again = set[int](), set[int](), set[int]()
    for place, line in enumerate(plan.reading.lines):
        if id(line) not in lines:
            continue
        row, owner = plan.rows.get(place), plan.owners.get(plan.key_of(line))
        if row is not None:
            try:
                news = said.news(line, row, plan.deciding.again)
            except ValidationError:
                continue
            told = {action for action, *_ in news}
            (again if told == {ImportAction.SAID_AGAIN} else changed).update([place] if told else [])
        elif line.action == "add" and not (owner and before.has(line, owner.pk, keys.get(line.technology or ""))):
            added.add(place)
    return Pending(frozenset(added), frozenset(changed), frozenset(again))
