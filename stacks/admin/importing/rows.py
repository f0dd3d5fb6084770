"""A line of a plan as its page shows it: what was read, what will happen, and what can be answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from stacks.folding import alias_key
from stacks.importers.decisions import NEVER, SKIP, Deciding, missing_key
from stacks.importers.lines import Line
from stacks.importers.plan import Plan
from stacks.models import Category, Homonym, Hosting, MigrationStage, Stage, State, Technology, Usage

SIGNS = {
    "add": ("+", "add"),
    "change": ("~", "change"),
    "end": ("\u00d7", "end"),
    "same": ("=", "same"),
    "ask": ("?", "needs you"),
    "no": ("–", "left out"),
}
_SURE, _LIKELY = 0.85, 0.6
_REMARKS = 160


@dataclass(frozen=True, slots=True)
class Answer:
    """A button: `do` is what it posts, `number` its key. Without `do` it leads to the form of the line."""

    do: str
    label: str
    hint: str = ""
    number: int = 0
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """`sign` is a key of SIGNS; `how_sure` full, half or ask; `said` the text before, at and after the name."""

    key: str
    number: int
    sign: str
    mark: str
    will: str
    title: str
    written: str
    why: str
    how_sure: str
    question: str
    purpose: str
    remarks: str
    place: str
    differences: tuple[tuple[str, str, str], ...]
    said: tuple[str, str, str]
    heading: str
    answers: tuple[Answer, ...]
    decided: str
    is_correctable: bool = True
    is_figure: bool = False
    links: tuple[str, ...] = ()
    is_changed: bool = False
    problem: str = ""

    @property
    def heading_line(self) -> str:
        """What is asked, until somebody answers."""
        return self.title if self.decided or not self.question else self.question

    @property
    def is_undecided(self) -> bool:
        return self.sign == "ask" and not self.decided


@dataclass(slots=True)
class Names:
    """What stands behind the slugs of a plan. Four queries at most."""

    technologies: dict[str, tuple[str, str]] = field(default_factory=dict)
    categories: dict[str, tuple[str, str]] = field(default_factory=dict)
    homonyms: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)

    def technology(self, slug: str | None) -> str:
        return self.technologies[slug][0] if slug in self.technologies else slug or ""

    def category(self, slug: str | None) -> str:
        return self.categories[slug][0] if slug in self.categories else slug or ""

    def area(self, slug: str | None) -> str:
        return self.categories[slug][1] if slug in self.categories else ""


def load_names(plan: Plan) -> Names:
    lines = plan.reading.lines
    slugs = {slug for line in lines for slug in (line.technology, line.origin, line.via) if slug}
    slugs |= {read.technology for read in plan.deciding.read if read.technology}
    rows = Technology.objects.exclude(state=State.RETRACTED).filter(slug__in=slugs)
    places = Category.objects.filter(parent__isnull=False)
    asked = {alias_key(line.name) for line in lines if line.kind != "fact" and not line.ticked}
    names = Names(
        {slug: (name, category) for slug, name, category in rows.values_list("slug", "name", "category__slug")},
        {slug: (name, area) for slug, name, area in places.values_list("slug", "name", "parent__name")},
    )
    shared = Homonym.objects.filter(key__in=asked).exclude(technology__state=State.RETRACTED)
    for one in shared.select_related("technology__category").order_by("position", "pk"):
        told = (one.technology.slug, one.technology.name, one.technology.category.name)
        names.homonyms.setdefault(one.key, []).append(told)
    return names


def row_of(plan: Plan, place: int, names: Names, changed: frozenset[str] = frozenset()) -> Row:
    line, deciding = plan.reading.lines[place], plan.deciding
    key, answer = deciding.keys[place], deciding.own.get(place, "")
    making = deciding.making.get(place)
    sign = _sign(plan, place)
    mark, will = SIGNS[sign]
    technology = making.name if making else names.technology(line.technology) or line.name
    if line.kind == "migration":
        technology = f"{names.technology(line.origin) or line.from_name or 'something'} → {technology}"
        will = "move" if sign == "add" else will
    elif line.kind == "fact":
        technology = f"{line.name}: {line.value}"
    return Row(
        key=key,
        number=line.line,
        sign=sign,
        mark=mark,
        will=will,
        title=f"{line.company}: {technology}" if line.company else technology,
        written="" if line.name == technology or line.kind in ("migration", "fact") else line.name,
        why=line.why,
        how_sure="full" if line.sure >= _SURE else "half" if line.sure >= _LIKELY else "ask",
        question=_question(line, names) if is_question(plan, place) else "",
        purpose=line.purpose,
        remarks=_further(line),
        place=_place(line, names),
        differences=_differences(plan, place, names),
        said=_said(line),
        heading=line.locator,
        answers=_answers(line, key, answer, names) if is_question(plan, place) or _is_shared(line, names) else (),
        decided=_decided(line, answer, deciding, place, names),
        is_figure=line.kind == "fact",
        links=line.links,
        is_changed=key in changed,
        problem=line.problem,
    )


def _further(line: Line) -> str:
    """Why they moved, or how it is used."""
    words = {"fact": line.edition_on or "", "migration": line.reason}.get(line.kind, line.remarks)
    return f"{words[:_REMARKS]}…" if words[_REMARKS:] else words


def _sign(plan: Plan, place: int) -> str:
    line, answer = plan.reading.lines[place], plan.deciding.own.get(place, "")
    if answer in (SKIP, NEVER) or line.kind in ("mentioned", "skip"):
        return "no"
    if _is_objected_to(plan, line):
        return "no"
    if line.problem or (_was_open(plan, place) and not answer):
        return "ask"
    if not line.ticked:
        return "no"
    return {"waits": "same", "none": "no"}.get(line.action, line.action)


def _was_open(plan: Plan, place: int) -> bool:
    """Offered, and not ticked."""
    read = plan.deciding.read[place]
    kinds = ("usage", "migration")
    return not read.ticked and plan.reading.lines[place].kind in kinds and read.kind in kinds


def is_question(plan: Plan, place: int) -> bool:
    """Whether the line stands among those that need somebody, decided by now or not."""
    line = plan.reading.lines[place]
    return not _is_objected_to(plan, line) and (bool(line.problem) or _was_open(plan, place))


def _is_objected_to(plan: Plan, line: Line) -> bool:
    """By the company whose text it is. That is told once, beside the button: nobody can answer it line by line."""
    return bool(plan.objection) and line.problem == plan.objection


def _question(line: Line, names: Names) -> str:
    if line.problem:
        return line.problem
    if line.new:
        return f"Not in the catalogue: “{line.name}”"
    if alias_key(line.name) in names.homonyms:
        return f"Which {line.name}?"
    if line.how == "near":
        return f"Spelt nearly like {names.technology(line.technology)}"
    return f"Is {names.technology(line.technology) or line.name} used?"


def _is_shared(line: Line, names: Names) -> bool:
    """One of several that are called so may be meant, though none was taken."""
    return not line.ticked and alias_key(line.name) in names.homonyms


def _answers(line: Line, key: str, answer: str, names: Names) -> tuple[Answer, ...]:
    """The likeliest first; what was answered is marked."""
    told: list[tuple[str, str, str, bool]] = []
    taken = line.ticked and answer not in (SKIP, NEVER)
    for slug, name, where in names.homonyms.get(alias_key(line.name), []):
        told.append((f"is {key} {slug}", name, where, taken and line.technology == slug))
    if line.new and not told:
        told.append(("", "Make it, or say what it means…", "", False))
    elif line.technology and not told:
        name = names.technology(line.technology)
        told.append((f"take {key}", f"Yes, {name}", names.category(line.category), taken))
    told.append((f"skip {key}", "No, leave it out", "", answer == SKIP))
    return tuple(Answer(do, label, hint, n, chosen) for n, (do, label, hint, chosen) in enumerate(told, 1))


def _decided(line: Line, answer: str, deciding: Deciding, place: int, names: Names) -> str:
    read = deciding.read[place]
    if answer == NEVER:
        return "never a technology"
    if answer == SKIP:
        return "left out"
    if answer:
        technology = deciding.making[place].name if place in deciding.making else names.technology(line.technology)
        new = " (new, a draft)" if place in deciding.making else ""
        if line.technology != read.technology:
            return f"{technology}{new}"
        return "as corrected" if read.ticked else "taken"
    if read.ticked and not line.ticked:
        return "left out with its section"
    return ""


def _place(line: Line, names: Names) -> str:
    stage = Stage(line.stage).label if line.stage in Stage.values and line.stage != Stage.IN_USE else ""
    if line.kind == "migration" and line.stage in MigrationStage.values:
        stage = MigrationStage(line.stage).label
    hosting = Hosting(line.hosting).label if line.hosting in Hosting.values and line.hosting != "unknown" else ""
    via = f"via {names.technology(line.via) or line.via_name}" if line.via or line.via_name else ""
    when = " to ".join(part for part in (line.started, line.ended) if part)
    parts = (names.category(line.category), stage.lower(), hosting.lower(), via, line.scope, when)
    return " · ".join(part for part in parts if part)


def _differences(plan: Plan, place: int, names: Names) -> tuple[tuple[str, str, str], ...]:
    line, row = plan.reading.lines[place], plan.rows.get(place)
    if not line.ticked or line.action not in ("change", "end") or row is None:
        return ()
    if line.action == "end":
        return (("ended", "", line.ended),) if line.ended else (("stage", _stage(row.stage), "retired"),)
    told = [("stage", _stage(row.stage), _stage(line.stage))] if line.stage and line.stage != row.stage else []
    if isinstance(row, Usage) and line.via and line.via != (row.via.slug if row.via else ""):
        told.append(("via", row.via.name if row.via else "none", names.technology(line.via)))
    return tuple(told)


def _stage(stage: str | None) -> str:
    return (stage or "").replace("_", " ")


def _said(line: Line) -> tuple[str, str, str]:
    text = line.quote or line.text
    at = text.find(line.name) if line.name else -1
    if at < 0:
        return text, "", ""
    return text[:at], line.name, text[at + len(line.name) :]


def missing_row(usage: Usage, deciding: Deciding, changed: frozenset[str]) -> Row:
    key = missing_key(usage.uid)
    ended, kept = usage.uid in deciding.ended, usage.uid in deciding.kept
    mark, will = SIGNS["end" if ended else "same" if kept else "ask"]
    return Row(
        key=key,
        number=0,
        sign="end" if ended else "same" if kept else "ask",
        mark=mark,
        will=will,
        title=usage.technology.name,
        written="",
        why=f"last said {usage.last_said}; silence is no end" if usage.last_said else "silence is no end",
        how_sure="ask",
        question=f"{usage.technology.name} was in an older edition, and is not in this one",
        purpose=usage.purpose,
        remarks="",
        place=usage.category.name,
        differences=(("stage", _stage(usage.stage), "retired"),) if ended else (),
        said=("", "", ""),
        heading="",
        answers=(
            Answer(f"keep {key}", "Keep it as it is", "what happens if nobody answers", 1, not ended),
            Answer(f"end {key}", "It has ended", "proposes retired", 2, ended),
        ),
        decided="has ended" if ended else "kept as it is" if kept else "",
        is_correctable=False,
        is_changed=key in changed,
    )


def signs(rows: Iterable[Row]) -> Mapping[str, int]:
    counts = dict.fromkeys(SIGNS, 0)
    for row in rows:
        counts[row.sign] += 1
    return counts
