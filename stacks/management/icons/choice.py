"""Which technology gets which icon, and why another gets none."""

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from stacks.folding import alias_key
from stacks.management.icons.sets import ACCEPTED, Icon, Sets, owners
from stacks.management.icons.svg import UnusableError, blacken

LARGEST = 4096


@dataclass(frozen=True, slots=True)
class Subject:
    slug: str
    name: str
    aliases: frozenset[str]
    owners: frozenset[str]
    used: bool


@dataclass(frozen=True, slots=True)
class Table:
    """What was decided by hand: see `table.py`."""

    checked: dict[str, str]
    drawn: dict[str, str]
    refused: dict[str, str]
    unreadable: frozenset[str]
    known: frozenset[str]


@dataclass(frozen=True, slots=True)
class Chosen:
    slug: str
    name: str
    icon: Icon
    svg: str


@dataclass(frozen=True, slots=True)
class Outcome:
    chosen: list[Chosen]
    # reason -> "slug: what about it"
    left_out: dict[str, list[str]]


def read_subjects(catalogue: Path) -> list[Subject]:
    rows = [row for path in sorted(catalogue.rglob("*.json")) for row in json.loads(path.read_text(encoding="utf-8"))]
    aliases: dict[str, set[str]] = defaultdict(set)
    used = set()
    for row in rows:
        if row["model"] == "stacks.technologyalias":
            aliases[row["fields"]["technology"][0]].add(alias_key(row["fields"]["name"]))
        elif row["model"] == "stacks.usage":
            used.add(row["fields"]["technology"][0])
    return [
        Subject(
            slug=fields["slug"],
            name=fields["name"],
            aliases=frozenset(aliases[fields["slug"]]),
            owners=owners([fields.get("website", ""), fields.get("repository", "")]),
            used=fields["slug"] in used,
        )
        for row in rows
        if row["model"] == "stacks.technology"
        for fields in [row["fields"]]
    ]


class NoIcon(Exception):
    """Why a technology whose name an icon has does not get it."""

    def __init__(self, reason: str, what: str) -> None:
        super().__init__(what)
        self.reason = reason


def choose(subjects: list[Subject], sets: Sets, table: Table) -> Outcome:
    by_name: dict[str, list[Icon]] = defaultdict(list)
    for icon in sets.simple.values():
        for name in {alias_key(icon.title), *icon.names}:
            by_name[name].append(icon)
    chosen: list[Chosen] = []
    left_out: dict[str, list[str]] = defaultdict(list)
    for subject in sorted(subjects, key=lambda subject: subject.slug):
        try:
            candidates = _candidates(subject, by_name, sets, table)
            if candidates:
                chosen.append(_first_usable(subject, candidates))
        except NoIcon as problem:
            left_out[problem.reason].append(f"{subject.slug}: {problem}")
    return Outcome(chosen, dict(left_out))


def _candidates(subject: Subject, by_name: dict[str, list[Icon]], sets: Sets, table: Table) -> list[Icon]:
    """The icons to try, the best first; none where no icon has the name."""
    if subject.slug in table.refused:
        raise NoIcon("refused", table.refused[subject.slug])
    if subject.slug in table.unreadable:
        raise NoIcon("unreadable", "looked at in 16 pixels")
    drawn = [sets.devicon[table.drawn[subject.slug]]] if subject.slug in table.drawn else []
    named, sure = _simple(subject, by_name, sets, table)
    if named and named.licence not in ACCEPTED:
        # The mark keeps its licence when the other set draws it.
        raise NoIcon("licence", f"{named.title}, {named.licence}")
    if not named or (drawn and not sure):
        return drawn
    if not sure:
        raise NoIcon("doubtful", f"{named.title}, {named.source}")
    in_both = {subject.slug.replace("-", ""), alias_key(subject.name)} & sets.devicon_names
    if not (drawn or in_both or subject.used or subject.slug in table.checked or subject.slug in table.known):
        raise NoIcon("little known", named.title)
    return [named, *drawn]


def _simple(subject: Subject, by_name: dict[str, list[Icon]], sets: Sets, table: Table) -> tuple[Icon | None, bool]:
    """The icon of simple-icons with a name of the technology, and whether it is sure that both are the same thing."""
    if subject.slug in table.checked:
        return sets.simple[table.checked[subject.slug]], True
    own = alias_key(subject.name)
    names = [own, alias_key(subject.slug), *sorted(subject.aliases)]
    found = [icon for name in names for icon in by_name.get(name, [])]
    sure = [icon for icon in found if icon.owners & subject.owners]
    if sure:
        return min(sure, key=lambda icon: (alias_key(icon.title) != own, own not in icon.names)), True
    return (found[0] if found else None), False


def _first_usable(subject: Subject, candidates: list[Icon]) -> Chosen:
    problems = []
    for icon in candidates:
        try:
            svg = blacken(icon.file.read_text(encoding="utf-8"))
        except UnusableError as problem:
            problems.append(f"{icon.collection} {icon.ref} {problem}")
            continue
        if len(svg) <= LARGEST:
            return Chosen(subject.slug, subject.name, icon, svg)
        problems.append(f"{icon.collection} {icon.ref} has {len(svg)} bytes")
    raise NoIcon("drawing", ", ".join(problems))
