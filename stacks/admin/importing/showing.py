"""A plan as its page shows it: problems first, then changes, moves, and what is sure in the order of the text."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from stacks.importers.decisions import NEVER, SKIP, section_key, stage_key
from stacks.importers.lines import Reference
from stacks.importers.news import pending
from stacks.importers.opened import mark_of, obstacles
from stacks.importers.plan import Plan
from stacks.models import Stage

from .paging import cut, matching
from .rows import SIGNS, Row, is_question, load_names, missing_row, row_of, signs

_OPEN_UP_TO = 40  # lines that are shown at once
_SECTION_FROM = 2  # lines that can be decided together
_NAMED = 8
_REFERENCES = 50  # of each kind
_RINGS_FROM = 5  # lines that are told to be in another stage than in use
STAGES = [(stage.value, stage.label.lower()) for stage in Stage]


@dataclass(frozen=True, slots=True)
class Total:
    sign: str
    mark: str
    count: int
    label: str
    anchor: str


@dataclass(slots=True)
class Section:
    """`key` is that of a heading whose lines can be decided together; `chosen` what was. `rows` are those of the page,
    `count` is how many there are on all."""

    anchor: str
    title: str
    hint: str = ""
    rows: list[Row] = field(default_factory=list)
    key: str = ""
    chosen: str = ""
    is_open: bool = True
    is_first: bool = True
    count: int = 0

    @property
    def names(self) -> str:
        names = list(dict.fromkeys(row.title for row in self.rows))
        return f"{', '.join(names[:_NAMED])}{', …' if names[_NAMED:] else ''}"


@dataclass(frozen=True, slots=True)
class Ring:
    """A stage as the text was read, and what all lines of it are taken for."""

    key: str
    label: str
    count: int
    chosen: str


@dataclass(slots=True)
class Bar:
    """What confirming will do, and what it will not."""

    proposals: int
    changes: int
    said_again: int
    undecided: int
    decisions: int
    fingerprint: str
    obstacles: list[str]
    elsewhere: str = ""  # where the next undecided line stands that is on another page
    others: int = 0  # further pages that the text names for lines of its own
    of_others: int = 0  # those lines

    @property
    def has_own(self) -> bool:
        return bool(self.proposals or self.changes or self.said_again or self.decisions)

    @property
    def can_confirm(self) -> bool:
        return not self.obstacles and (self.has_own or bool(self.others))

    @property
    def button_for_all(self) -> str:
        pages = _counted(self.others, "other page")
        return f"Write {'all' if self.has_own else 'it'}, {_counted(self.of_others, 'line')} of {pages} too"

    @property
    def button(self) -> str:
        parts = [
            _counted(self.proposals, "proposal"),
            _counted(self.changes, "change"),
            _counted(self.said_again, "citation"),
        ]
        told = [part for part in parts if part]
        return f"Write {_joined(told)}" if told else f"Keep {_counted(self.decisions, 'decision')}"

    @property
    def tells(self) -> str:
        if self.obstacles:
            return " ".join(self.obstacles)
        if not self.can_confirm and not self.undecided:
            return "Nothing to do: all of it is in the catalogue already."
        if self.undecided:
            lines = _counted(self.undecided, "undecided line")
            return f"{lines} {'wait' if self.undecided > 1 else 'waits'} in the import; nothing is lost."
        return "Nothing is published without a review."


@dataclass(slots=True)
class PlanView:
    totals: list[Total]
    sections: list[Section]
    rings: list[Ring]
    bar: Bar
    lines: int
    again: bool
    pages: bool
    references: list[Reference]  # the first of them
    references_count: int
    relative: list[Reference]
    relative_count: int
    cited: int
    lost: int
    page: int
    page_count: int
    others: list[
        tuple[str, int]
    ]  # the first of the other pages that the text cites for lines of its own, and for how many
    find: str
    found: int  # lines in which what is looked for stands
    by_key: dict[str, Row]

    @property
    def previous(self) -> str:
        return self._page(self.page - 1) if self.page > 1 else ""

    @property
    def next(self) -> str:
        return self._page(self.page + 1) if self.page < self.page_count else ""

    @property
    def where(self) -> str:
        among = f", {self.found} with “{self.find}”" if self.find else ""
        return f"Page {self.page} of {self.page_count}{among}"

    def _page(self, number: int) -> str:
        return f"?{urlencode({'page': number} | ({'find': self.find} if self.find else {}))}"

    def row(self, key: str) -> Row | None:
        """On whatever page."""
        return self.by_key.get(key)


def show(plan: Plan, changed: frozenset[str] = frozenset(), *, page: int = 1, at: str = "", find: str = "") -> PlanView:
    """Eleven queries more than the plan at most, however long it is. The page is that of the line `at`, where it is
    given; with `find` those lines alone are shown."""
    names = load_names(plan)
    ask, changes, moves, facts, aside = (
        Section("ask", "Needs you", "The likeliest answer stands first; nothing counts until you decide."),
        Section("changes", "Changes what is there", "What stands is not touched until a reviewer accepts."),
        Section("moves", "Moves told", "From one technology to another."),
        Section("facts", "Figures", "Facts of scale: each waits for a reviewer of the company."),
        Section(
            "aside", "Left aside", "Named, but not used by them, or no technology; take back what is.", is_open=False
        ),
    )
    headings: dict[str, Section] = {}
    for place, line in enumerate(plan.reading.lines):
        row = row_of(plan, place, names, changed)
        if row.is_changed or is_question(plan, place):
            ask.rows.append(row)
        elif line.kind == "fact":
            facts.rows.append(row)
        elif line.kind in ("mentioned", "skip"):
            aside.rows.append(row)
        elif line.kind == "migration":
            moves.rows.append(row)
        elif line.action in ("change", "end") and line.ticked:
            changes.rows.append(row)
        else:
            section = headings.setdefault(line.locator, Section(section_key(line.locator), line.locator or "Its lines"))
            section.rows.append(row)
    ask.rows += [missing_row(usage, plan.deciding, changed) for usage in plan.missing]
    ask.rows.sort(key=lambda row: not row.is_changed)
    _say_of_sections(plan, headings)
    before = [section for section in (ask, changes, moves) if section.rows]
    after = [section for section in (facts, aside) if section.rows]
    sections = [*before, *headings.values(), *after]
    rows = [row for section in sections for row in section.rows]
    places = cut(rows)
    shown = cut(matching(rows, find)) if find else places
    page_count = max(shown.values(), default=1)
    page = min(max(shown.get(at, page), 1), page_count)
    for section in sections:
        section.count = len(section.rows)
        section.rows = [row for row in section.rows if shown.get(row.key) == page]
        section.is_open = section.is_open or bool(find) or page > 1
    here = 0 if find else page
    return PlanView(
        totals=_totals(rows, places, here),
        sections=[section for section in sections if section.rows],
        rings=_rings(plan),
        bar=_bar(plan, rows, _elsewhere(rows, places, here)),
        lines=len(plan.reading.lines),
        again=plan.deciding.again,
        pages=plan.deciding.pages,
        references=plan.reading.references[:_REFERENCES],
        references_count=len(plan.reading.references),
        relative=plan.reading.relative[:_REFERENCES],
        relative_count=len(plan.reading.relative),
        cited=len({url for line in plan.reading.lines if line.ticked for url in line.links}),
        lost=plan.deciding.lost,
        page=page,
        page_count=page_count,
        others=plan.of_others.most_common(_REFERENCES),
        find=find,
        found=len(shown),
        by_key={row.key: row for row in rows},
    )


def _address(row: Row, places: Mapping[str, int], here: int) -> str:
    """Of a line, from the page that is shown."""
    page = places[row.key]
    return f"#l-{row.key}" if page == here else f"?page={page}#l-{row.key}"


def _elsewhere(rows: list[Row], places: Mapping[str, int], here: int) -> str:
    """The next undecided line on a page after this one, else on one before it."""
    undecided = [row for row in rows if row.is_undecided and places[row.key] != here]
    after = next((row for row in undecided if places[row.key] > here), None)
    row = after or next(iter(undecided), None)
    return _address(row, places, here) if row else ""


def _say_of_sections(plan: Plan, headings: dict[str, Section]) -> None:
    folded = sum(len(section.rows) for section in headings.values()) > _OPEN_UP_TO
    for place, (heading, section) in enumerate(headings.items()):
        said = plan.deciding.sections.get(heading, {})
        section.is_first = place == 0
        section.is_open = not folded
        section.chosen = "out" if said.get("answer") == "skip" else said.get("stage", "")
        section.key = section_key(heading) if len(section.rows) >= _SECTION_FROM or section.chosen else ""


def _totals(rows: list[Row], places: Mapping[str, int], here: int) -> list[Total]:
    counts, anchors = signs(rows), dict[str, str]()
    for row in rows:
        if row.sign not in anchors:
            anchors[row.sign] = _address(row, places, here)
    return [Total(sign, mark, counts[sign], label, anchors.get(sign, "")) for sign, (mark, label) in SIGNS.items()]


def _rings(plan: Plan) -> list[Ring]:
    """Where a text often tells other stages than in use, or is a radar: what all lines of one are taken for."""
    read = Counter(one.stage for one in plan.deciding.read if one.kind == "usage" and one.ticked and one.stage)
    told = sum(count for stage, count in read.items() if stage != Stage.IN_USE)
    if plan.reading.form != "radar" and told < _RINGS_FROM and not plan.deciding.stages:
        return []
    return [
        Ring(stage_key(value), label, read[value], plan.deciding.stages.get(value, ""))
        for value, label in STAGES
        if read[value]
    ]


def _bar(plan: Plan, rows: list[Row], elsewhere: str) -> Bar:
    will = pending(plan)
    ended = sum(usage.uid in plan.deciding.ended for usage in plan.missing)
    others = plan.of_others
    return Bar(
        proposals=len(will.added),
        changes=len(will.changed) + ended,
        said_again=len(will.said_again),
        undecided=sum(row.is_undecided for row in rows),
        decisions=sum(
            answer in (SKIP, NEVER) and plan.reading.lines[place].how != "decided"
            for place, answer in plan.deciding.own.items()
        ),
        fingerprint=mark_of(plan),
        obstacles=obstacles(plan),
        elsewhere=elsewhere,
        others=len(others),
        of_others=others.total(),
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""


def _joined(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)
