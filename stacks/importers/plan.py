"""What an import would change: each line beside what the catalogue has. Reads only."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from stacks.folding import alias_key
from stacks.models import Company, CompanyAlias, Migration, Stage, State, Usage
from stacks.models.fields import scope_key

from .lines import Line, Reading
from .vocabulary import Vocabulary

_WAITING = (State.DRAFT, State.PROPOSED)


@dataclass(slots=True)
class Plan:
    """One document of `import_stack --json`."""

    path: str
    reading: Reading
    company: str | None = None
    technology: str | None = None
    source: str | None = None

    def told(self) -> dict[str, Any]:
        lines = self.reading.lines
        return {
            "path": self.path,
            "format": self.reading.form or None,
            "company": self.company,
            "technology": self.technology,
            "source": self.source,
            "lines": [line.told() for line in lines],
            "problems": [{"line": one.line, "message": one.message} for one in self.reading.problems],
            "summary": self.summary(),
        }

    def summary(self) -> dict[str, int]:
        lines = self.reading.lines
        kinds, actions = Counter(line.kind for line in lines), Counter(line.action for line in lines if line.ticked)
        usages = [line for line in lines if line.kind == "usage"]
        return {
            "ticked": sum(line.ticked for line in usages),
            "offered": sum(not line.ticked for line in usages),
            "new": sum(line.new for line in usages),
            **{kind: kinds[kind] for kind in ("migration", "fact", "mentioned", "skip")},
            **{action: actions[action] for action in ("add", "change", "end", "same", "waits")},
            "problems": len(self.reading.problems) + sum(bool(line.problem) for line in lines),
        }


@dataclass(slots=True)
class _Known:
    """What the catalogue has of one company, by technology."""

    usages: dict[str, list[Usage]] = field(default_factory=lambda: defaultdict(list))
    migrations: dict[tuple[str | None, str], Migration] = field(default_factory=dict)


def make_plan(
    path: str,
    reading: Reading,
    vocabulary: Vocabulary,
    *,
    company: Company | None = None,
    company_name: str = "",
    source: str = "",
    edition: str = "",
) -> Plan:
    """Give each line its action. Three queries, however many lines and companies."""
    owners = _owners(reading.lines, company)
    known = _load({owner.pk for owner in owners.values() if owner})
    named: dict[tuple, int] = {}
    for line in reading.lines:
        line.edition_on = line.edition_on or edition or reading.edition or None
        owner = owners.get(alias_key(line.company or ""), company)
        _decide(line, known[owner.pk] if owner else _Known(), named, vocabulary)
    return Plan(
        path,
        reading,
        (company.slug if company else company_name or reading.company) or None,
        reading.technology,
        source or reading.source or None,
    )


def _owners(lines: Iterable[Line], company: Company | None) -> dict[str, Company | None]:
    """Whose each line is, by folded name."""
    keys = {alias_key(line.company) for line in lines if line.company}
    found: dict[str, Company | None] = dict.fromkeys(keys)
    aliases = CompanyAlias.objects.filter(key__in=sorted(keys)).exclude(company__state=State.RETRACTED)
    found.update({alias.key: alias.company for alias in aliases.select_related("company")} if keys else {})
    found[""] = company
    return found


def _load(companies: set[int]) -> dict[int, _Known]:
    known: dict[int, _Known] = defaultdict(_Known)
    if not companies:
        return known
    usages = Usage.objects.filter(company__in=companies).exclude(state=State.RETRACTED)
    for usage in usages.select_related("technology", "category", "via").order_by("pk"):
        known[usage.company_id].usages[usage.technology.slug].append(usage)
    migrations = Migration.objects.filter(company__in=companies).exclude(state=State.RETRACTED)
    for move in migrations.select_related("from_technology", "to_technology").order_by("pk"):
        left = move.from_technology.slug if move.from_technology else None
        known[move.company_id].migrations[left, move.to_technology.slug] = move
    return known


def _decide(line: Line, known: _Known, named: dict[tuple, int], vocabulary: Vocabulary) -> None:
    if line.kind == "migration":
        _decide_migration(line, known)
    elif line.kind == "usage":
        key = (alias_key(line.company or ""), line.technology, line.category, line.ticked)
        first = named.setdefault(key, line.line)
        if first != line.line and line.ticked:
            line.action = "same"
            line.why = f"{line.why}; named on line {first} already"
        else:
            _decide_usage(line, known, vocabulary)


def _decide_usage(line: Line, known: _Known, vocabulary: Vocabulary) -> None:
    usage = _meant(line, known.usages.get(line.technology or "", []), vocabulary)
    if usage is None:
        line.action = "add"
        return
    line.usage = usage.uid
    if usage.state in _WAITING:
        line.action = "waits"
    elif line.stage == Stage.RETIRED:
        line.action = "end" if _is_open(usage) else "same"
    elif _differs(line, usage):
        line.action = "change"
    else:
        line.action = "same"


def _meant(line: Line, usages: list[Usage], vocabulary: Vocabulary) -> Usage | None:
    """The open usage in the line's category, else the only open one; a past one where the line speaks of the past.

    A line without scope means the one open usage whatever its scope, and asks where there are several.
    """
    if line.scope:
        usages = [usage for usage in usages if scope_key(usage.scope) == scope_key(line.scope)]
    open_ones = [usage for usage in usages if _is_open(usage)]
    same = [usage for usage in open_ones if usage.category.slug == line.category]
    if len(same) > 1:
        whole = [usage for usage in same if not usage.scope]
        if not whole:
            scopes = ", ".join(sorted(usage.scope for usage in same))
            line.problem = f"Several usages are open, of different scopes: which is meant? ({scopes})"
        return (whole or same)[0]
    if same or len(open_ones) == 1:
        return (same or open_ones)[0]
    if line.stage == Stage.RETIRED:
        past = [usage for usage in usages if usage not in open_ones]
        return next((usage for usage in past if usage.category.slug == line.category), past[0] if past else None)
    return None


def _is_open(usage: Usage) -> bool:
    return not usage.ended and usage.stage != Stage.RETIRED


def _differs(line: Line, usage: Usage) -> bool:
    via = usage.via.slug if usage.via else None
    return line.stage != usage.stage or (line.via is not None and line.via != via)


def _decide_migration(line: Line, known: _Known) -> None:
    move = known.migrations.get((line.origin, line.technology or ""))
    if move is None:
        line.action = "add"
    elif move.state in _WAITING:
        line.action = "waits"
    else:
        line.action = "same" if move.stage == line.stage else "change"
