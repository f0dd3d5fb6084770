"""What an import would change: each line beside what the catalogue has. Reads only."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from stacks import dates
from stacks.folding import alias_key
from stacks.models import (
    Company,
    CompanyAlias,
    CompanyFact,
    Evidence,
    ImportAction,
    ImportLine,
    ImportState,
    Kind,
    Migration,
    MigrationStage,
    RelationKind,
    Stage,
    Stance,
    State,
    Technology,
    TechnologyRelation,
    Usage,
    standing,
    url_key,
)
from stacks.models.fields import scope_key

from .decisions import Deciding, Making
from .lines import Line, Problem, Reading

_UNDATED = "undated"
_BECAME_OF_IT: dict[str, str] = {
    ImportState.WAITING: "proposed already",
    ImportState.APPLIED: "accepted before, and corrected or deleted since",
    ImportState.REFUSED: "proposed and refused before",
}
OTHERS_SAY_SO = "another source says so"
_WAITING = (State.DRAFT, State.PROPOSED)
_STEPS: list[str] = [MigrationStage.PLANNED, MigrationStage.UNDER_WAY, MigrationStage.DONE]


@dataclass(slots=True)
class Plan:
    """One document of `import_stack --json`.

    `text_mark` is the fingerprint of the text of that edition; `owners` are the companies by folded name, None where
    new; `company_name` is whose the lines are that name nobody; `rows` are what the catalogue has, by the place of its
    line among the lines; `missing` what an older edition of the source said and this one does not, which stays as it is
    unless somebody says otherwise; `written` is what was written, once it was.
    """

    path: str
    reading: Reading
    company: str | None = None
    technology: str | None = None
    source: str | None = None
    edition: str = ""
    company_name: str = ""
    text_mark: str = ""
    owners: dict[str, Company | None] = field(default_factory=dict)
    rows: dict[int, Usage | Migration] = field(default_factory=dict)
    missing: list[Usage] = field(default_factory=list)
    deciding: Deciding = field(default_factory=Deciding)
    made: list[str] = field(default_factory=list)  # slugs of technologies, once they were
    further: list[str] = field(default_factory=list)  # uids of the imports of several pages, once they were written
    objection: str = ""  # of the company whose text it is
    written: dict[str, Any] | None = None

    @property
    def whole(self) -> Company | None:
        """The company whose text it is, where it is there already."""
        return self.owners.get(alias_key(self.company_name))

    @property
    def of_others(self) -> Counter[str]:
        """The other pages that the text names for lines of its own, and for how many."""
        return Counter(line.source for line in self.reading.lines if line.why == OTHERS_SAY_SO)

    def key_of(self, line: Line) -> str:
        return alias_key(line.company or self.company_name)

    def told(self) -> dict[str, Any]:
        lines = self.reading.lines
        told = {
            "path": self.path,
            "format": self.reading.form or None,
            "company": self.company,
            "technology": self.technology,
            "source": self.source,
            "lines": [line.told() for line in lines],
            "problems": [{"line": one.line, "message": one.message} for one in self.reading.problems],
            "summary": self.summary(),
            "references": [asdict(one) for one in self.reading.references],
            "relative_links": [{"line": one.line, "title": one.title, "url": one.url} for one in self.reading.relative],
        }
        return told if self.written is None else told | {"written": self.written}

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
    facts: set[tuple[str, str]] = field(default_factory=set)  # what is counted, with its figure and with its date
    told: dict[tuple[str, str], str] = field(default_factory=dict)  # what is counted and its figure: what became of it


def make_plan(
    path: str,
    reading: Reading,
    *,
    company: Company | None = None,
    company_name: str = "",
    source: str = "",
    edition: str = "",
    deciding: Deciding | None = None,
) -> Plan:
    """Give each line its action. Ten queries at most, however many lines and companies."""
    _hold_to(source, reading.lines)
    company_name = company_name or (company.name if company else reading.company)
    edition = edition or _stated_edition(reading)
    plan = Plan(path, reading, technology=reading.technology, source=source or reading.source or None, edition=edition)
    plan.company_name = company_name
    plan.deciding = deciding or plan.deciding
    plan.owners = _owners(reading.lines, company, company_name)
    plan.company = (plan.whole.slug if plan.whole else company_name) or None
    owned = {owner.pk for owner in plan.owners.values() if owner}
    objections = _objections(plan.owners)
    plan.objection = objections.get(alias_key(company_name), "")
    known = _load(owned, facts=any(line.kind == "fact" for line in reading.lines))
    named: dict[tuple, Line] = {}
    for place, line in enumerate(reading.lines):
        own_edition = line.edition_on if line.edition_on != reading.edition else None
        line.edition_on = own_edition or edition or None
        owner = plan.owners.get(plan.key_of(line))
        whose = owner.pk if owner else plan.key_of(line)
        making = plan.deciding.making.get(place)
        row = _decide(line, known[owner.pk] if owner else _Known(), whose, named, making)
        if row is not None:
            plan.rows[place] = row
        if objection := objections.get(plan.key_of(line)):
            line.problem, line.action = objection, "none"
    wanted = [line for line in reading.lines if line.ticked and line.action == "add" and not line.problem]
    _check_dates(line for line in wanted if line.kind in ("usage", "migration"))
    _check_filing(line for line in wanted if line.kind == "usage")
    plan.missing = _not_said_any_more(plan)
    return plan


def _hold_to(source: str, lines: list[Line]) -> None:
    """Nobody is cited for another's words: where each line names its own source, what others say is only offered.

    A source that no line names is the page on which all of it stands: it says what, and nothing word for word.
    """
    others = [line for line in lines if source and line.source and _page(line.source) != _page(source)]
    if len(others) < sum(bool(line.source) for line in lines):
        for line in others:
            line.ticked, line.why = False, OTHERS_SAY_SO
        return
    for line in others:
        line.quote = line.locator = line.technology_version = ""
        line.edition_on = None
        line.ticked = line.ticked and not line.further


def _page(address: str) -> str:
    try:
        return url_key(address)
    except ValueError:
        return address


def _stated_edition(reading: Reading) -> str:
    """What the text says of its own date, where that is one."""
    try:
        return dates.parse(reading.edition) if reading.edition else ""
    except dates.InvalidDate as error:
        reading.problems.append(Problem(1, str(error)))
        return ""


def _owners(lines: Iterable[Line], company: Company | None, company_name: str) -> dict[str, Company | None]:
    """Whose the lines are, by folded name."""
    keys = {alias_key(name) for name in [company_name, *(line.company for line in lines)] if name}
    found: dict[str, Company | None] = dict.fromkeys(keys)
    aliases = CompanyAlias.objects.filter(key__in=sorted(keys)).exclude(company__state=State.RETRACTED)
    found.update({alias.key: alias.company for alias in aliases.select_related("company")} if keys else {})
    if company:
        found[alias_key(company_name)] = company
    return found


def _objections(owners: dict[str, Company | None]) -> dict[str, str]:
    """What those who object say, by folded name; also of a company that is retracted. One query, two where some do."""
    standing_now = standing()
    if not standing_now:
        return {}
    keys = CompanyAlias.objects.filter(company__in=standing_now, key__in=owners).values_list("key", "company")
    told = {key: standing_now[company].sentence for key, company in keys}
    given = {key: owner.pk for key, owner in owners.items() if owner is not None}
    return told | {key: standing_now[pk].sentence for key, pk in given.items() if pk in standing_now}


def _load(companies: set[int], *, facts: bool) -> dict[int, _Known]:
    known: dict[int, _Known] = defaultdict(_Known)
    if not companies:
        return known
    usages = Usage.objects.filter(company__in=companies).exclude(state=State.RETRACTED)
    for usage in usages.select_related("company", "technology", "category", "via").order_by("pk"):
        known[usage.company_id].usages[usage.technology.slug].append(usage)
    migrations = Migration.objects.filter(company__in=companies).exclude(state=State.RETRACTED)
    for move in migrations.select_related("company", "from_technology", "to_technology").order_by("pk"):
        left = move.from_technology.slug if move.from_technology else None
        known[move.company_id].migrations[left, move.to_technology.slug] = move
    for fact in CompanyFact.objects.filter(company__in=companies) if facts else ():
        label = alias_key(fact.label)
        known[fact.company_id].facts |= {(label, alias_key(fact.value)), (label, fact.observed_on or _UNDATED)}
    proposed = ImportLine.objects.filter(company__in=companies, kind="companyfact", action=ImportAction.ADD)
    proposed = proposed.exclude(state=ImportState.TAKEN_BACK).order_by("pk") if facts else proposed.none()
    for line in proposed.only("company", "new", "state"):
        told: Any = line.new
        known[line.company_id or 0].told[alias_key(told["label"]), alias_key(told["value"])] = line.state
    return known


def _decide(
    line: Line, known: _Known, whose: int | str, named: dict[tuple, Line], making: Making | None
) -> Usage | Migration | None:
    """Give the line its action, and return the row that it speaks of."""
    if line.kind == "fact":
        _decide_fact(line, known)
    if line.kind not in ("usage", "migration"):
        return None
    what = (line.origin,) if line.kind == "migration" else (line.category, scope_key(line.scope))
    technology = making.key if making else line.technology
    first = named.setdefault((whose, line.kind, technology, *what, line.ticked, line.uid), line)
    if first is not line and line.ticked:
        line.action = "same"
        line.why = f"{line.why}; named on line {first.line} already"
        return None
    return _decide_migration(line, known) if line.kind == "migration" else _decide_usage(line, known)


def _decide_fact(line: Line, known: _Known) -> None:
    """A figure that is there already, another of the same for the same date, or one that somebody decided on before.

    What was accepted and is not there any more was corrected or deleted: it does not come back.
    """
    label = alias_key(line.name)
    there = {(label, alias_key(line.value)), (label, line.edition_on or _UNDATED)} & known.facts
    told = known.told.get((label, alias_key(line.value)))
    line.action = "none" if not line.value else "same" if there or told else "add"
    if told == ImportState.WAITING and line.action == "same" and not there:
        line.action = "waits"
    if told and not there:
        line.why = f"{line.why}; {_BECAME_OF_IT[told]}"


def _decide_usage(line: Line, known: _Known) -> Usage | None:
    usage = _meant(line, known.usages.get(line.technology or "", []))
    if usage is None:
        line.action = "add"
        return None
    line.usage = usage.uid
    if line.further:
        line.action = "same"  # what was so before the newest edition changes nothing
    elif line.edition_on and usage.last_said and dates.compare(line.edition_on, usage.last_said) < 0:
        line.action = "same"  # what an older edition says changes nothing of what was said since
    elif _is_past(line):
        line.action = "end" if _is_open(usage) else "same"
    elif _differs(line, usage):
        line.action = "change"
    else:
        line.action = "same"
    if line.action == "same" and usage.state in _WAITING:
        line.action = "waits"
    return usage


def _meant(line: Line, usages: list[Usage]) -> Usage | None:
    """The open usage in the line's category, else the only open one; a past one where the line speaks of the past.

    A line without scope means the one open usage whatever its scope, and asks where there are several.
    """
    if line.uid:
        if itself := next((usage for usage in usages if usage.uid == line.uid), None):
            return itself
        usages = [usage for usage in usages if _is_open(usage) is not _is_past(line)]
    if line.scope:
        usages = [usage for usage in usages if scope_key(usage.scope) == scope_key(line.scope)]
    open_ones = [usage for usage in usages if _is_open(usage)]
    same = [usage for usage in open_ones if usage.category.slug == line.category]
    past = [usage for usage in usages if usage not in open_ones] if _is_past(line) else []
    past_here = [usage for usage in past if usage.category.slug == line.category]
    if len(same) > 1:
        whole = [usage for usage in same if not usage.scope]
        if not whole:
            scopes = ", ".join(sorted(usage.scope for usage in same))
            line.problem = f"Several usages are open, of different scopes: which is meant? ({scopes})"
        return (whole or same)[0]
    if same or past_here or len(open_ones) == 1:
        return (same or past_here or open_ones)[0]
    return past[0] if past else None


def _is_past(line: Line) -> bool:
    return bool(line.ended) or line.stage == Stage.RETIRED


def _is_open(usage: Usage) -> bool:
    return not usage.ended and usage.stage != Stage.RETIRED


def _differs(line: Line, usage: Usage) -> bool:
    via = usage.via.slug if usage.via else None
    return line.stage != usage.stage or (line.via is not None and line.via != via)


def _decide_migration(line: Line, known: _Known) -> Migration | None:
    move = known.migrations.get((line.origin, line.technology or ""))
    if move is None:
        line.action = "add"
    elif line.stage in _STEPS and _STEPS.index(line.stage) > _STEPS.index(move.stage):
        line.action = "change"
    else:
        line.action = "waits" if move.state in _WAITING else "same"
    return move


def _check_dates(lines: Iterable[Line]) -> None:
    """What the row itself would refuse, said before anything is written."""
    for line in lines:
        told = {"started": line.started, "ended": line.ended}
        for name, text in told.items():
            try:
                if text:
                    dates.parse(text)
            except dates.InvalidDate as error:
                line.problem = f"{name}: {error}"
        if line.started and line.ended and not line.problem and dates.compare(line.ended, line.started) < 0:
            line.problem = f"ended: {line.ended} is before the start, {line.started}."


def _check_filing(lines: Iterable[Line]) -> None:
    """The same, of where a usage is filed."""
    wanted = [line for line in lines if line.technology and not line.problem]
    slugs = {line.technology for line in wanted}
    if not slugs:
        return
    engines: dict[str, list[str]] = defaultdict(list)
    forms = TechnologyRelation.objects.filter(kind=RelationKind.MANAGED_FORM_OF)
    for service, engine in forms.filter(subject__slug__in=slugs).values_list("subject__slug", "object__name"):
        engines[service].append(engine)
    practices = dict(Technology.objects.filter(slug__in=slugs, kind=Kind.PRACTICE).values_list("slug", "name"))
    places = {line.category for line in wanted if line.technology in practices}
    products = Technology.objects.filter(category__slug__in=places).exclude(kind=Kind.PRACTICE)
    of_products = set(products.values_list("category__slug", flat=True).distinct()) if places else set()
    for line in wanted:
        runs = engines.get(line.technology or "", [])
        if len(runs) == 1:
            line.problem = f"This service always runs {runs[0]}: choose {runs[0]}, and the service as via."
        elif line.technology in practices and line.category in of_products:
            line.problem = f"{practices[line.technology]} is a practice among products: choose a category of practices."


def _not_said_any_more(plan: Plan) -> list[Usage]:
    """The open usages that earlier editions of this source alone support, and that no line of this one names."""
    if not (plan.whole and plan.source and plan.edition):
        return []
    key = _page(plan.source)
    named = {slug for line in plan.reading.lines for slug in (line.technology, line.origin, line.via) if slug}
    cited = Evidence.objects.filter(source__url_key=key, usage__company=plan.whole, stance=Stance.SUPPORTS)
    joined = cited.select_related("source", "usage__technology", "usage__category", "usage__via", "usage__company")
    editions: dict[int, list[str]] = defaultdict(list)
    usages: dict[int, Usage] = {}
    for evidence in joined.exclude(usage__state=State.RETRACTED).order_by("usage__position", "usage_id", "pk"):
        if evidence.usage is not None and _is_open(evidence.usage):
            usages[evidence.usage.pk] = evidence.usage
            editions[evidence.usage.pk].append(evidence.edition)
    return [
        usage
        for pk, usage in usages.items()
        if usage.technology.slug not in named
        and all(edition and dates.compare(edition, plan.edition) < 0 for edition in editions[pk])
    ]
