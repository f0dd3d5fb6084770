import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from stacks.filing import columns_of
from stacks.management.icons.choice import Outcome, choose, read_subjects
from stacks.management.icons.licences import licence_list
from stacks.management.icons.sets import read_sets
from stacks.management.icons.table import TABLE
from stacks.models import Technology

STATIC = "stacks/icons"


class Command(BaseCommand):
    help = "Chooses the icons of the shipped catalogue from simple-icons and devicon; see docs/icons.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a node_modules folder with simple-icons and devicon")
        parser.add_argument(
            "--write", action="store_true", help="write the files; without it only tell what would change"
        )
        parser.add_argument(
            "--catalogue",
            type=Path,
            default=Path(settings.BASE_DIR) / "fixtures",
            help="the folder of fixtures that are read, and that get the icons",
        )
        parser.add_argument(
            "--icons",
            type=Path,
            default=Path(settings.BASE_DIR) / "stacks/static" / STATIC,
            help="the folder of the committed icons",
        )

    def handle(self, *, folder: Path, write: bool, catalogue: Path, icons: Path, **options: Any) -> None:
        try:
            sets = read_sets(folder)
        except OSError as error:
            raise CommandError(f"{folder} needs simple-icons and devicon, as npm unpacks them: {error}") from error
        subjects = read_subjects(catalogue)
        if not subjects:
            raise CommandError(f"{catalogue} has no technologies.")
        outcome = choose(subjects, sets, TABLE)
        files = {f"{one.slug}.svg": one.svg for one in outcome.chosen}
        files["LICENCES.md"] = licence_list(outcome.chosen, sets)
        there = {path.name for path in icons.glob("*.svg")} if icons.is_dir() else set()
        gone = sorted(there - files.keys())
        changed = [name for name, text in files.items() if _differs(icons / name, text)]
        fixtures = _fixtures(catalogue, {one.slug: f"{STATIC}/{one.slug}.svg" for one in outcome.chosen})

        self._tell(outcome, int(options["verbosity"]))
        self.stdout.write(
            f"{len(changed)} files to write, {len(gone)} to remove, {len(fixtures)} of the catalogue to change"
        )
        if not write:
            self.stdout.write("Nothing was written; --write does it.")
            return
        icons.mkdir(parents=True, exist_ok=True)
        for name in gone:
            (icons / name).unlink()
        for name in changed:
            (icons / name).write_text(files[name], encoding="utf-8")
        for path, text in fixtures.items():
            path.write_text(text, encoding="utf-8")
        self.stdout.write(self.style.SUCCESS("Written."))

    def _tell(self, outcome: Outcome, verbosity: int) -> None:
        size = sum(len(one.svg) for one in outcome.chosen)
        self.stdout.write(f"{len(outcome.chosen)} icons, {size // 1024} KB")
        for reason, what in sorted(outcome.left_out.items()):
            self.stdout.write(f"left out, {reason}: {len(what)}")
            # Doubtful ones ask for a decision in the table, so they are always named.
            if reason == "doubtful" or verbosity > 1:
                for line in what:
                    self.stdout.write(f"  {line}")


def _differs(path: Path, text: str) -> bool:
    return not path.is_file() or path.read_text(encoding="utf-8") != text


def _fixtures(catalogue: Path, icons: dict[str, str]) -> dict[Path, str]:
    """The text of each fixture file whose technologies get another icon, or lose theirs."""
    changed = {}
    for path in sorted(catalogue.rglob("*.json")):
        rows = json.loads(path.read_text(encoding="utf-8"))
        before = json.dumps(rows)
        for row in rows:
            if row["model"] == "stacks.technology":
                fields = row["fields"] | {"icon": icons.get(row["fields"]["slug"], "")}
                told = [name for column in columns_of(Technology) if fields.get(name := column.name)]
                told += [name for name in fields.keys() - told if fields[name]]
                row["fields"] = {name: fields[name] for name in told}
        if json.dumps(rows) != before:
            changed[path] = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    return changed
