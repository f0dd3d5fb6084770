import json
import sys
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from stacks import updating
from stacks.loading import LoadError, NotEmpty, load
from stacks.updating import Outcome

_TOLD = 20  # sentences of each kind, unless all are asked for


class Command(BaseCommand):
    help = (
        "Loads the shipped catalogue, or an exported one, into an empty database. Never overwrites: with --update it "
        "proposes what a catalogue in use lacks or has otherwise. Exits 0; 1 when nothing could be loaded, or a row of "
        "an update not be proposed."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "path",
            nargs="?",
            type=Path,
            default=Path(settings.BASE_DIR) / "fixtures",
            help="a .json file or a folder of them",
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--if-empty", action="store_true", help="leave a catalogue that has rows as it is, and succeed"
        )
        how.add_argument(
            "--update", action="store_true", help="propose the differences to a catalogue that has rows, for review"
        )
        parser.add_argument("--dry-run", action="store_true", help="with --update: tell them, and write nothing")
        parser.add_argument("--json", action="store_true", help="with --update: tell them as one JSON document")

    def handle(self, *, path: Path, if_empty: bool, update: bool, dry_run: bool, **options):
        if not update and (dry_run or options["json"]):
            raise CommandError("--dry-run and --json go with --update.")
        if update:
            self._update(path, dry_run=dry_run, as_json=options["json"], verbosity=options["verbosity"])
            return
        try:
            counts = load(path, report=self.stdout.write)
        except NotEmpty as error:
            if not if_empty:
                raise CommandError(str(error)) from error
            self.stdout.write("The catalogue is not empty: left as it is.")
            return
        except LoadError as error:
            raise CommandError(f"{error} Nothing was loaded.") from error
        loaded = ", ".join(f"{counts[name]} {name}" for name in ("companies", "technologies", "usages"))
        self.stdout.write(self.style.SUCCESS(f"Loaded {loaded}."))

    def _update(self, path: Path, *, dry_run: bool, as_json: bool, verbosity: int) -> None:
        report = (lambda line: None) if as_json else self.stdout.write
        try:
            outcome = updating.update(path, dry_run=dry_run, report=report)
        except LoadError as error:
            raise CommandError(f"{error} Nothing was proposed.") from error
        if as_json:
            self.stdout.write(json.dumps(outcome.told(), ensure_ascii=False))
        else:
            for line in _lines(outcome, most=_TOLD if verbosity < 2 else None):
                self.stdout.write(line)
            self.stdout.write(self.style.SUCCESS(_summary(outcome, dry_run=dry_run)))
        if outcome.problems:
            sys.exit(1)


def _lines(outcome: Outcome, most: int | None) -> Iterator[str]:
    for title, sentences in (
        ("Left alone, as it was changed here", outcome.left_alone),
        ("Held until what they hang on is accepted: update again then", outcome.held),
        ("To be asked", outcome.questions),
        ("Could not be proposed", outcome.problems),
    ):
        if sentences:
            yield f"{title}:"
            yield from (f"  {sentence}" for sentence in sentences[:most])
        if most is not None and len(sentences) > most:
            yield f"  and {len(sentences) - most} more: -v 2 names all"


def _summary(outcome: Outcome, *, dry_run: bool) -> str:
    counted = [f"{n} {name}" for name, n in (*outcome.added.items(), *outcome.waiting.items()) if n]
    if not counted:
        return "Nothing to propose."
    where = f" as import {outcome.batch}" if outcome.batch else ""
    return f"{'Would propose' if dry_run else 'Proposed'}{where}: {', '.join(counted)}."
