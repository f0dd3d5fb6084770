"""Our own full export: the file of a company, with each source that says so.

One line for each usage and each supporting citation that has another source or edition, the newest first: what the
plan takes for said again becomes further evidence.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from stacks.importers.findings import Given
from stacks.importers.lines import MOST_LINES, Line, Problem, Reading, Unreadable, excerpt
from stacks.importers.vocabulary import Vocabulary

from .own import DATE, HOSTINGS, STAGES

_MOVES = ("planned", "under_way", "done")
_MOST_OBJECTS = 50_000
_BEGINS = '"model": "stacks.'


@dataclass(slots=True)
class _Object:
    """One object of the file; `at` is its line."""

    at: int
    model: str
    fields: dict[str, Any]

    def text(self, name: str, longest: int = 2_000) -> str:
        value = self.fields.get(name)
        return value[:longest] if isinstance(value, str) else ""

    def key(self, name: str) -> str:
        """The slug or uid of what it refers to."""
        value = self.fields.get(name)
        value = value[0] if isinstance(value, list) and value else value
        return value if isinstance(value, str) else ""

    def date(self, name: str) -> str | None:
        value = self.text(name)
        return value if DATE.match(value) else None

    def choice(self, name: str, choices: tuple[str, ...]) -> str | None:
        value = self.text(name)
        return value if value in choices else None


@dataclass(slots=True)
class _File:
    """The objects of a file by what they are."""

    companies: dict[str, str] = field(default_factory=dict)  # name by slug
    sources: dict[str, _Object] = field(default_factory=dict)  # by uid
    said: defaultdict[str, list[_Object]] = field(default_factory=lambda: defaultdict(list))  # by uid of what they say
    told: list[_Object] = field(default_factory=list)  # usages, migrations, figures


def looks_like(text: str) -> bool:
    head = text[:300].lstrip()
    return head.startswith("[") and _BEGINS in head


def parse(text: str, vocabulary: Vocabulary, given: Given) -> Reading:
    """Raises Unreadable for what is no list of objects."""
    reading, file = Reading(), _File()
    for one in _objects(text, reading):
        _file(one, file)
    if not file.told:
        reading.problems.append(Problem(1, "No usage of a company stands in this file."))
    only = next(iter(file.companies.values())) if len(file.companies) == 1 else ""
    reading.company = only
    for one in file.told:
        whose = file.companies.get(one.key("company"), one.key("company"))
        for line in _lines(one, file, vocabulary):
            if len(reading.lines) == MOST_LINES:
                raise Unreadable(f"The file says more than {MOST_LINES:,} things.", line.line)
            line.company = None if whose == only or given.company else whose
            reading.lines.append(line)
    cited = [line.source for line in reading.lines if line.ticked]
    reading.source = max(dict.fromkeys(cited), key=cited.count, default="")
    return reading.ordered()


def _objects(text: str, reading: Reading) -> Iterator[_Object]:
    """One after the other, so that each has its line."""
    decoder, at, line, counted = json.JSONDecoder(), _after_blanks(text, 0), 1, 0
    if text[at : at + 1] != "[":
        raise Unreadable("An export is a list of objects.", 1)
    at = _after_blanks(text, at + 1)
    found = 0
    while at < len(text) and text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        try:
            entry, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise Unreadable("This is no JSON that can be read.", error.lineno) from error
        except (RecursionError, ValueError) as error:
            raise Unreadable("This JSON is nested too deeply, or holds a number that is too large.", line) from error
        found += 1
        if found > _MOST_OBJECTS:
            raise Unreadable(f"The file has more than {_MOST_OBJECTS:,} objects.", line)
        match entry:
            case {"model": str(model), "fields": dict(fields)}:
                yield _Object(line, model.lower().removeprefix("stacks."), fields)
            case {"model": str(), "added": list()}:
                pass
            case _:
                reading.problems.append(Problem(line, "This is no object of an export."))
        at = _after_blanks(text, at)
        if text[at : at + 1] == ",":
            at = _after_blanks(text, at + 1)
        elif text[at : at + 1] != "]":
            break
    if text[at : at + 1] != "]":
        raise Unreadable("This list of objects does not end.", min(line + 1, text.count("\n") + 1))


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\n\r":
        at += 1
    return at


def _file(one: _Object, file: _File) -> None:
    if one.model == "company":
        file.companies[one.text("slug", 100)] = one.text("name", 100)
    elif one.model == "source":
        file.sources[one.text("uid", 100)] = one
    elif one.model == "evidence" and one.text("stance") != "contradicts":
        file.said[one.key("usage") or one.key("migration")].append(one)
    elif one.model in ("usage", "migration", "companyfact"):
        file.told.append(one)


def _lines(one: _Object, file: _File, vocabulary: Vocabulary) -> Iterator[Line]:
    if one.model == "companyfact":
        name, value = one.text("label", 120), one.text("value", 120)
        yield Line(
            one.at,
            excerpt(f"{name}: {value}"),
            kind="fact",
            name=name,
            value=value,
            edition_on=one.text("observed_on", 10) or None,
            stage=None,
            why="a figure",
        )
        return
    line = _migration(one, vocabulary) if one.model == "migration" else _usage(one, vocabulary)
    line.text = excerpt(f"{line.name}{f': {line.purpose}' if line.purpose else ''}")
    said = sorted(file.said[one.text("uid", 100)], key=lambda each: _edition(each, file) or "", reverse=True)
    said = [each for each in said if each.key("source") in file.sources]
    if one.text("state") == "retracted" or not said:
        line.kind, line.stage = "skip", None
        line.why = "retracted there" if one.text("state") == "retracted" else "no source in this file says so"
        yield line
        return
    yield _cited(line, said[0], file)
    for each in said[1:] if one.model == "usage" else ():
        if _edition(each, file):  # what has no date tells nothing of then
            older = _usage(one, vocabulary)
            older.text, older.ended, older.further = line.text, None, True
            older.stage = each.choice("stage", STAGES) or "in_use"
            yield _cited(older, each, file)


def _usage(one: _Object, vocabulary: Vocabulary) -> Line:
    line = Line(one.at, "", stage=one.choice("stage", STAGES) or "in_use")
    line.technology, line.name, line.new = _technology(one.key("technology"), vocabulary)
    line.category = one.key("category") if one.key("category") in vocabulary.places else None
    line.category = line.category or vocabulary.category(line.technology) or None
    line.uid, line.scope, line.purpose = one.text("uid", 16), one.text("scope", 120), one.text("purpose", 300)
    line.remarks = one.text("remarks", 5_000)
    line.hosting = one.choice("hosting", HOSTINGS)
    via = one.key("via")
    line.via, line.via_name = (via, "") if via in vocabulary.technologies else (None, via)
    line.started, line.ended = one.date("started"), one.date("ended")
    return line


def _migration(one: _Object, vocabulary: Vocabulary) -> Line:
    line = Line(one.at, "", kind="migration", stage=one.choice("stage", _MOVES) or "done")
    line.technology, name, line.new = _technology(one.key("to_technology"), vocabulary)
    origin = one.key("from_technology")
    line.origin, line.from_name = (origin, "") if origin in vocabulary.technologies else (None, origin)
    known = vocabulary.technologies.get(origin)
    line.name = f"{known.name if known else origin or 'unknown'} → {name}"
    line.category = one.key("category") if one.key("category") in vocabulary.places else None
    line.category = line.category or vocabulary.category(line.technology) or None
    line.uid, line.reason = one.text("uid", 16), one.text("reason", 5_000)
    line.started, line.ended = one.date("started"), one.date("ended")
    return line


def _technology(slug: str, vocabulary: Vocabulary) -> tuple[str, str, bool]:
    """Slug, name, and whether the catalogue lacks it."""
    known = vocabulary.technologies.get(slug)
    return slug, known.name if known else slug, known is None


def _edition(said: _Object, file: _File) -> str | None:
    source = file.sources.get(said.key("source"))
    own = source and (source.date("updated_on") or source.date("published_on"))
    return said.date("edition_on") or own or None


def _cited(line: Line, said: _Object, file: _File) -> Line:
    """The line as one citation says it."""
    source = file.sources[said.key("source")]
    line.source, line.source_title = source.text("url", 500), source.text("title", 300)
    line.edition_on = _edition(said, file)
    line.quote, line.locator = said.text("quote", 400), said.text("locator", 120)
    line.technology_version = said.text("technology_version", 40)
    line.how, line.sure = ("new", 0.5) if line.new else ("exact", 0.98)
    line.ticked = not line.new and bool(line.source)
    line.why = "the catalogue does not know it" if line.new else "told by an export of a catalogue"
    return line
