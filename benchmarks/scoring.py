"""How much of a labelled text an import found: the counts of `benchmarks.recognise` and of the floor that a test holds.

A key tells of each text its `format`, its `company` or `technology`, and `lines`: of kind usage, migration (with
`from`), not used, or fact. A usage has `line, technology, stage, via`, each one or several that are right; with
`optional` it counts neither way, with `accept` other technologies are right too.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from stacks.folding import fold

_BY_TEXT = ("prose", "refarch")  # there a technology counts once for the text
_IN_USE = "in_use"


class Names:
    """Slugs, names and aliases of the vocabulary, each to the name."""

    def __init__(self, vocabulary: Any):
        self.vocabulary = vocabulary
        self.by_slug = {one.slug: one.name for one in vocabulary.technologies.values()}

    def name_of(self, told: str | None) -> str | None:
        return self.by_slug.get(told, told) if told else None

    def is_practice(self, name: str) -> bool:
        return any(one.name == name and one.kind == "practice" for one in self.vocabulary.technologies.values())


def score(entry: dict[str, Any], answer: Iterable[dict[str, Any]], names: Names) -> tuple[Counter[str], list[str]]:
    """The counts of one text, and each fault in words."""
    text = _Text(entry, names)
    told = sorted(answer, key=lambda line: not line["ticked"])
    for line in told:
        if line["kind"] == "usage":
            text.hear(line)
    text.count_missed()
    text.count_moves(told)
    return text.counts, text.faults


class _Text:
    def __init__(self, entry: dict[str, Any], names: Names):
        self.entry, self.names = entry, names
        self.by_text = entry["format"] in _BY_TEXT
        self.wanted = wanted_of(entry)
        self.counts: Counter[str] = Counter()
        self.faults: list[str] = []
        self.seen: set[tuple] = set()

    def hear(self, line: dict[str, Any]) -> None:
        name = line["technology"] if line["new"] else self.names.name_of(line["technology"])
        company = fold(line["company"] or "")
        key = (company,) if company else (name,) if self.by_text else (line["line"], name)
        if name is None or key in self.seen:
            return
        self.seen.add(key)
        hits = [one for one in self.wanted if one.fits(name, company, 0 if self.by_text else line["line"])]
        if hits:
            self._right(min(hits, key=lambda one: (one.optional, one.found)), line)
        elif not line["new"] and not self.names.is_practice(name):
            self.counts["wrong" if line["ticked"] else "offered_wrong"] += 1
            if line["ticked"]:
                self.faults.append(f"{line['line']}: {company or name} is wrong")

    def _right(self, wanted: "_Wanted", line: dict[str, Any]) -> None:
        wanted.offered = True
        if not line["ticked"]:
            self.counts["offered_right"] += 1
            return
        wanted.found = True
        if wanted.optional:
            return
        self.counts["right"] += 1
        self._compare("stage", line["stage"], wanted.stages, wanted, rare=_IN_USE not in wanted.stages)
        via = self.names.name_of(line["via"]) or line["via_name"] or None
        if via or wanted.via:
            self._compare("via", via, wanted.via or {None}, wanted, rare=True)

    def _compare(self, what: str, told: str | None, right: set, wanted: "_Wanted", *, rare: bool) -> None:
        if rare:
            self.counts[f"{what}_asked"] += 1
            self.counts[f"{what}_right"] += told in right
        if told not in right:
            self.faults.append(f"{wanted.line}: the {what} of {wanted.name} is {sorted(map(str, right))}, not {told}")

    def count_missed(self) -> None:
        for one in self.wanted:
            if not one.optional and one.known:
                self.counts["known"] += 1
                self.counts["known_found"] += one.found
                self.counts["known_offered"] += one.offered
                if not one.found:
                    self.faults.append(f"{one.line}: {one.company or one.name} is missed")

    def count_moves(self, told: list[dict[str, Any]]) -> None:
        wanted = [(one["from"], one["technology"], one) for one in self.entry["lines"] if one["kind"] == "migration"]
        got = {
            (self.names.name_of(one["from"]) or one["from_name"], self.names.name_of(one["technology"]))
            for one in told
            if one["kind"] == "migration" and one["ticked"]
        }
        for old, new, one in wanted:
            if not one.get("optional"):
                self.counts["moves_asked"] += 1
                self.counts["moves_right"] += (old, new) in got
                if (old, new) not in got:
                    self.faults.append(f"{one['line']}: {old} → {new} is missed")
        self.counts["moves_wrong"] += len(got - {(old, new) for old, new, _ in wanted})


class _Wanted:
    """A usage that the key asks for."""

    def __init__(self, one: dict[str, Any]):
        self.line, self.name, self.company = one["line"], one["technology"], one.get("company", "")
        self.accepted = {one["technology"], *one.get("accept", ())}
        self.stages, self.via = _each(one["stage"]), _each(one["via"])
        self.optional, self.known = one.get("optional", False), one.get("in_catalogue", True)
        self.found = self.offered = False

    def fits(self, name: str, company: str, line: int) -> bool:
        if self.company:
            return fold(self.company) == company
        return name in self.accepted and line in (0, self.line)


def wanted_of(entry: dict[str, Any]) -> list[_Wanted]:
    """What the key asks for: of each line, or of a story each technology once."""
    wanted = [_Wanted(one) for one in entry["lines"] if one["kind"] == "usage"]
    return _united(wanted) if entry["format"] in _BY_TEXT else wanted


def _each(value: Any) -> set:
    return set(value) if isinstance(value, list) else {value} - {None}


def _united(wanted: list[_Wanted]) -> list[_Wanted]:
    """One for each technology of a text; what is asked for anywhere is asked for."""
    by_name: dict[str, _Wanted] = {}
    for one in wanted:
        known = by_name.setdefault(one.name, one)
        known.accepted |= one.accepted
        known.stages |= one.stages
        known.via |= one.via
        known.optional = known.optional and one.optional
    return list(by_name.values())


def figures(counts: Counter[str]) -> dict[str, float | None]:
    def share(part: int, whole: int) -> float | None:
        return part / whole if whole else None

    return {
        "precision": share(counts["right"], counts["right"] + counts["wrong"]),
        "recall": share(counts["known_found"], counts["known"]),
        "with offered": share(counts["known_offered"], counts["known"]),
        "other stages": share(counts["stage_right"], counts["stage_asked"]),
        "via": share(counts["via_right"], counts["via_asked"]),
        "migrations": share(counts["moves_right"], counts["moves_asked"]),
    }
