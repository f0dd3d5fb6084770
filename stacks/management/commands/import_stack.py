import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stacks import dates
from stacks.importers.apply import Refused, apply
from stacks.importers.decisions import load_decisions, settle
from stacks.importers.findings import Given
from stacks.importers.formats import FORMATS, decode, parse
from stacks.importers.lines import MOST_BYTES, Line, Problem, Reading, Unreadable
from stacks.importers.load import find_company, find_technology, load_vocabulary
from stacks.importers.plan import Plan, make_plan
from stacks.importers.sources import InvalidAddress, check_address, find_source

LINE_HAS_PROBLEM = 1
FILE_UNREADABLE = 2
_BAR, _NO_BAR = 30, "\r\x1b[K"


class Command(BaseCommand):
    help = (
        "Shows what a write-up would add to the catalogue, and changes nothing unless --apply: then it proposes that, "
        "each file as a whole or not at all. Exits 0; 1 when a line has a problem; 2 when a file cannot be read or "
        "applied."
    )

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a file to read; - is standard input")
        parser.add_argument("--format", choices=FORMATS, help="read the files as this, not as what they look like")
        whose = parser.add_mutually_exclusive_group()
        whose.add_argument("--company", default="", metavar="SLUG-OR-NAME", help="whose stack it is")
        whose.add_argument("--technology", default="", metavar="SLUG-OR-NAME", help="whose adopters they are")
        parser.add_argument("--source", default="", metavar="URL", help="the page that says so")
        parser.add_argument(
            "--edition", default="", metavar="DATE", help="2019, 2019-06 or 2019-06-03: when it said so"
        )
        parser.add_argument("--apply", action="store_true", help="write proposals for review; needs a source")
        parser.add_argument("--json", action="store_true", help="one JSON document for each file, one a line")

    def handle(self, *, paths: list[str], **options: Any) -> None:
        importer = _Importer(options)
        worst = 0
        shows_bar = len(paths) > 1 and sys.stderr.isatty()
        for number, path in enumerate(paths):
            if shows_bar:
                self.stderr.write(_bar(number, len(paths), path), str, ending="")
            plan, status = importer.plan(path)
            worst = max(worst, status)
            if shows_bar:
                self.stderr.write(_NO_BAR, str, ending="")
            if options["json"]:
                self.stdout.write(json.dumps(plan.told(), ensure_ascii=False))
            else:
                for row in _table(plan):
                    self.stdout.write(row)
        if worst:
            sys.exit(worst)


def _bar(done: int, of: int, path: str) -> str:
    full = _BAR * done // of
    return f"\r[{'#' * full}{'.' * (_BAR - full)}] {done}/{of} {path[-40:]}\x1b[K"


class _Importer:
    """What all files of one call share; refuses options that mean nothing before a file is read."""

    def __init__(self, options: dict[str, Any]):
        self.form = options["format"] or ""
        self.source, self.edition, self.writes = options["source"], options["edition"], options["apply"]
        try:
            self.source = check_address(self.source) if self.source else ""
            self.edition = dates.read(self.edition) if self.edition else ""
        except (InvalidAddress, dates.InvalidDate) as error:
            raise CommandError(str(error), returncode=FILE_UNREADABLE) from error
        self.company = find_company(options["company"]) if options["company"] else None
        self.company_name = options["company"]
        technology = find_technology(options["technology"]) if options["technology"] else None
        if options["technology"] and technology is None:
            raise CommandError(f"No technology is called “{options['technology']}”.", returncode=FILE_UNREADABLE)
        self.technology = technology.slug if technology else ""
        if self.technology:
            self.form = self.form or "adopters"
        self.vocabulary = load_vocabulary()

    def plan(self, path: str) -> tuple[Plan, int]:
        """The plan of one file and the exit status that it alone would have."""
        name = self.company.name if self.company else self.company_name
        given = Given(name, self.technology, "" if path == "-" else path)
        try:
            text = _read(path)
            reading = parse(text, self.vocabulary, given, self.form)
            plan = self._apply(path, text, reading) if self.writes else self._preview(path, reading)
        except Unreadable as error:
            reading = Reading(problems=[Problem(error.line, error.message)])
            return Plan(path, reading, source=self.source or None), FILE_UNREADABLE
        except Refused as error:
            reading = Reading(problems=[Problem(0, str(error))], form=reading.form)
            return Plan(path, reading, source=self.source or None), FILE_UNREADABLE
        problem = bool(reading.problems) or any(line.problem for line in reading.lines)
        return plan, LINE_HAS_PROBLEM if problem else 0

    def _preview(self, path: str, reading: Reading) -> Plan:
        company = self.company or (find_company(reading.company) if reading.company else None)
        remembered = load_decisions(company, find_source(self.source or reading.source))
        return make_plan(
            path,
            reading,
            company=company,
            company_name=self.company_name,
            source=self.source,
            edition=self.edition,
            deciding=settle(reading, remembered=remembered),
        )

    def _apply(self, path: str, text: str, reading: Reading) -> Plan:
        return apply(
            path,
            text,
            reading,
            company=self.company_name,
            source=self.source,
            edition=self.edition,
        )


def _read(path: str) -> str:
    """The text of the file, or of standard input. Raises Unreadable."""
    try:
        if path == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"The file cannot be opened: {error.strerror or error}.") from error
    if len(data) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    return decode(data)


_MARKS = {"add": "+", "change": "~", "end": "x", "same": "=", "waits": "…", "none": " "}
_WIDTHS = (5, 30, 26, 9, 22)


def _table(plan: Plan) -> Iterator[str]:
    """For people: problems first, then what would be proposed, then what is only offered; the rest is counted."""
    summary = plan.summary()
    whose = plan.company or plan.technology or "no company given"
    yield f"{plan.path}: {plan.reading.form or 'not read'}, {whose}"
    for problem in plan.reading.problems:
        yield f"  ! line {problem.line}: {problem.message}" if problem.line else f"  ! {problem.message}"
    lines = [line for line in plan.reading.lines if line.kind in ("usage", "migration")]
    for title, chosen in (("Proposed", True), ("Offered, not chosen", False)):
        group = [line for line in lines if line.ticked is chosen]
        if group:
            yield f"  {title}"
            yield from (_row(line) for line in group)
    figures = [line for line in plan.reading.lines if line.kind == "fact" and line.ticked and line.action == "add"]
    if figures:
        yield "  Figures"
        yield from (f"  + {line.line:<5}  {line.name}: {line.value}" for line in figures)
    pages = {url for line in lines if line.ticked for url in line.links}
    pages |= {one.url for one in plan.reading.references}
    if pages or plan.reading.relative:
        relative = _counted(len(plan.reading.relative), "relative link is no source", "relative links are no sources")
        yield f"  Refers to {_counted(len(pages), 'further page', 'further pages')}; {relative}"
    if plan.missing:
        names = ", ".join(usage.technology.name for usage in plan.missing)
        yield f"  An older edition said, and this one does not; kept as it is: {names}"
    yield (
        f"  {summary['ticked']} proposed ({summary['add']} new, {summary['change']} changed, {summary['end']} ended, "
        f"{summary['same']} as they are, {summary['waits']} waiting), {summary['offered']} offered, "
        f"{_counted(summary['migration'], 'migration', 'migrations')}, {_counted(summary['fact'], 'fact', 'facts')}, "
        f"{summary['mentioned'] + summary['skip']} left aside. {_written(plan)}"
    )


def _written(plan: Plan) -> str:
    written = plan.written
    if written is None or written["batch"] is None:
        return "Nothing was written."
    made = written["companies"]
    drafts = _counted(len(made), "new company as a draft", "new companies as drafts")
    named = f", {drafts} ({', '.join(made[:5])}{', …' if made[5:] else ''})" if made else ""
    usages = _counted(len(written["usages"]), "usage", "usages")
    moves = _counted(len(written["migrations"]), "migration", "migrations")
    waiting = _counted(written["waiting"], "line", "lines")
    return f"Written as import {written['batch']}: {usages} and {moves} proposed, {waiting} waiting{named}."


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _row(line: Line) -> str:
    if line.kind == "migration":
        what = f"{line.origin or line.from_name} → {line.technology}"
    elif line.company:
        what = f"{line.company}: {line.technology}"
    else:
        via = line.via or line.via_name
        what = f"{line.technology}{' (new)' if line.new else ''}{f' via {via}' if via else ''}"
    cells = (str(line.line), what, line.category or "", line.stage or "", f"{line.sure:.2f} {line.name}")
    text = "  ".join(cell[:width].ljust(width) for cell, width in zip(cells, _WIDTHS, strict=True))
    return f"  {'!' if line.problem else _MARKS[line.action]} {text}  {line.problem or line.why}"
